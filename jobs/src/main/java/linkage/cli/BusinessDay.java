package linkage.cli;

import java.time.LocalDate;
import linkage.ConfigException;
import linkage.config.Settings;
import picocli.CommandLine.Option;

/** The day that a night speaks of. */
final class BusinessDay {
  @Option(
      names = "--as-of",
      paramLabel = "DATE",
      description =
          "The business day the marts speak of (2026-01-31), not after today; the default is today"
              + " in the deployment's time zone.")
  private LocalDate asOf;

  /**
   * The day asked for, or today.
   *
   * @throws ConfigException if it is yet to come: staging only goes forward, so what real nights
   *     read until then would be known from that day on, and no mart would have it
   */
  LocalDate of(Settings settings) {
    LocalDate today = LocalDate.now(settings.timeZone());
    if (asOf != null && asOf.isAfter(today)) {
      throw new ConfigException(
          "Cannot run a night of %s: expected a day not after today, %s in %s. Nothing was read or changed. Correct --as-of."
              .formatted(asOf, today, settings.timeZone()));
    }
    return asOf == null ? today : asOf;
  }
}
