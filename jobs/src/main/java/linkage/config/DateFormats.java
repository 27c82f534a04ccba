package linkage.config;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** How the patterns of a source read days and points in time. */
public final class DateFormats {
  private DateFormats() {}

  /**
   * A formatter that reads strictly, so that 31 February is no day; in the present era, so that
   * {@code yyyy} may be written; with English names of months; and with the first as the day, so
   * that a month alone is its first day.
   *
   * @throws IllegalArgumentException if the text isn't a java.time pattern
   */
  public static DateTimeFormatter of(String pattern) {
    return new DateTimeFormatterBuilder()
        .parseCaseInsensitive()
        .appendPattern(pattern)
        .parseDefaulting(ChronoField.ERA, 1)
        .parseDefaulting(ChronoField.DAY_OF_MONTH, 1)
        .toFormatter(Locale.ENGLISH)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  /**
   * As much as the text tells: a {@link ZonedDateTime}, a {@link LocalDateTime} or a {@link
   * LocalDate}.
   *
   * @throws java.time.DateTimeException if the text doesn't fit
   */
  public static TemporalAccessor read(String text, DateTimeFormatter formatter) {
    return formatter.parseBest(text, ZonedDateTime::from, LocalDateTime::from, LocalDate::from);
  }
}
