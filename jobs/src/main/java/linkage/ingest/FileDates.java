package linkage.ingest;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import linkage.ConfigException;
import linkage.config.SourceSettings;

/** The date in a file's name. */
final class FileDates {
  private FileDates() {}

  /**
   * The date that the source's {@code file-date} finds in the name, or null if it declares none.
   *
   * @throws ConfigException if the name doesn't hold a date where it should
   */
  static LocalDate of(SourceSettings source, String name) {
    if (source.fileDate().isEmpty()) {
      return null;
    }
    Matcher matcher = source.fileDate().get().matcher(name);
    if (matcher.find()) {
      String text = matcher.group(1);
      try {
        return text.length() == 8
            ? LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE)
            : LocalDate.parse(text);
      } catch (DateTimeException e) {
        throw notADate(source, name);
      }
    }
    throw notADate(source, name);
  }

  private static ConfigException notADate(SourceSettings source, String name) {
    return new ConfigException(
        ("Cannot read %s of source %s: file-date '%s' finds no date (2026-01-31 or 20260131) in its"
                + " name. Nothing was read or changed. Correct `file-date` or the file's name.")
            .formatted(name, source.name(), source.fileDate().get()));
  }
}
