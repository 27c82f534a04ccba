package linkage.config;

import java.util.ArrayList;
import java.util.List;
import linkage.ConfigException;

/** Everything found wrong with a deployment, so that it can be said at once. */
final class Problems {
  private final List<String> found = new ArrayList<>();

  void add(String problem) {
    found.add(problem);
  }

  void add(String template, Object... values) {
    found.add(template.formatted(values));
  }

  /**
   * @param file the settings, as shown to the user
   * @param folder the deployment, as shown to the user
   * @throws ConfigException if anything was found
   */
  void throwIfAny(String file, String folder) {
    if (found.isEmpty()) {
      return;
    }
    throw new ConfigException(
        """
        Cannot start: %d bad setting(s) in %s.
        - %s
        Nothing was read or written. Correct them, then run ./linkage validate --conf %s; \
        conf/README.md explains every key."""
            .formatted(found.size(), file, String.join("\n- ", found), folder));
  }
}
