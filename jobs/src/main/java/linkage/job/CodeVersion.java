package linkage.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which Linkage this is. */
public final class CodeVersion {
  private static final String VERSION = read();

  private CodeVersion() {}

  /** The version that built this jar, as in its POM. */
  public static String current() {
    return VERSION;
  }

  private static String read() {
    var properties = new Properties();
    try (var in = CodeVersion.class.getResourceAsStream("/linkage.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("code-version");
  }
}
