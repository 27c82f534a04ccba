package linkage.config;

import java.util.Optional;

/**
 * Values given on the command line that take the place of those in linkage.yaml.
 *
 * @param landing folder of raw files
 * @param warehouse folder of staging and marts
 */
public record Overrides(Optional<String> landing, Optional<String> warehouse) {
  /** Nothing is overridden. */
  public static final Overrides NONE = new Overrides(Optional.empty(), Optional.empty());
}
