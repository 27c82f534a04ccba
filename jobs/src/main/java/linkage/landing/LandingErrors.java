package linkage.landing;

import java.io.IOException;
import java.util.List;
import linkage.ConfigException;
import linkage.GateException;

/** Every message of this package that a user sees. */
final class LandingErrors {
  private LandingErrors() {}

  static ConfigException badShape(List<String> problems) {
    return new ConfigException(
        "Cannot read files of this shape: %s. Nothing was read. Correct the source's settings."
            .formatted(String.join("; ", problems)));
  }

  static ConfigException missingRoot(String root) {
    return new ConfigException(
        ("Cannot list landing files: there is no directory %s. Nothing was read."
                + " Create it or correct the setting landing.")
            .formatted(root));
  }

  static ConfigException unlistable(String root, IOException cause) {
    return new ConfigException(
        ("Cannot list landing files in %s: %s. Nothing was read."
                + " Let this user read the directory, or correct the setting landing.")
            .formatted(root, cause.getMessage()),
        cause);
  }

  static ConfigException glob(String root, String glob, String found) {
    return new ConfigException(
        ("Cannot list landing files '%s' in %s: %s. Nothing was read."
                + " Correct the source's setting files.")
            .formatted(glob, root, found));
  }

  static GateException differentTypes(String name, String column, String found, String expected) {
    return new GateException(
        ("Cannot read %s: column %s is %s, expected %s as in the files before it."
                + " Nothing of this source was read."
                + " Deliver the file with the same types, or as a source of its own.")
            .formatted(name, column, found, expected));
  }
}
