package linkage.config;

import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Currency;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The types of settings: each method reads a text, or is empty if the text isn't of the type. */
final class Parse {
  private static final Pattern IDENTIFIER = Pattern.compile("[a-z][a-z0-9_]*");
  private static final ZonedDateTime SAMPLE =
      ZonedDateTime.of(LocalDateTime.of(2024, 12, 30, 13, 45), ZoneId.of("Europe/Berlin"));

  private Parse() {}

  static Optional<String> notBlank(String text) {
    return Optional.of(text).filter(given -> !given.isBlank());
  }

  /** Lower snake case, as columns are named. */
  static Optional<String> identifier(String text) {
    return Optional.of(text).filter(given -> IDENTIFIER.matcher(given).matches());
  }

  static Function<String, Optional<Integer>> wholeNumber(int least, int most) {
    return text ->
        attempt(() -> Integer.valueOf(text)).filter(number -> number >= least && number <= most);
  }

  static Optional<Double> share(String text) {
    return attempt(() -> Double.valueOf(text)).filter(share -> share >= 0 && share <= 1);
  }

  static Optional<Boolean> trueOrFalse(String text) {
    return switch (text) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  static <E extends Enum<E>> Function<String, Optional<E>> oneOf(Class<E> type) {
    return text ->
        Arrays.stream(type.getEnumConstants())
            .filter(constant -> Keys.of(constant).equals(text))
            .findFirst();
  }

  /** One character that can separate or enclose fields; {@code \t} is a tab. */
  static Optional<String> separator(String text) {
    return Optional.of(text.equals("\\t") ? "\t" : text)
        .filter(given -> given.length() == 1)
        .filter(given -> !Character.isLetterOrDigit(given.charAt(0)))
        .filter(given -> !"\n\r\0".contains(given));
  }

  static Optional<String> separatorOrNone(String text) {
    return text.isEmpty() ? Optional.of(text) : separator(text);
  }

  /** One character that can stand between digits. */
  static Optional<String> mark(String text) {
    return Optional.of(text)
        .filter(given -> given.length() == 1)
        .filter(given -> !Character.isLetterOrDigit(given.charAt(0)))
        .filter(given -> !"+-()\n\r".contains(given));
  }

  static Optional<String> markOrNone(String text) {
    return text.isEmpty() ? Optional.of(text) : mark(text);
  }

  static Optional<Charset> charset(String text) {
    return attempt(() -> Charset.forName(text));
  }

  static Optional<Currency> currency(String text) {
    return attempt(() -> Currency.getInstance(text));
  }

  static Optional<ZoneId> timeZone(String text) {
    try {
      return Optional.of(ZoneId.of(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** A path pattern that stays below the landing folder. */
  static Optional<String> glob(String text) {
    boolean isBelow =
        !text.isBlank() && !text.startsWith("/") && !Arrays.asList(text.split("/")).contains("..");
    return isBelow
        ? attempt(() -> FileSystems.getDefault().getPathMatcher("glob:" + text)).map(any -> text)
        : Optional.empty();
  }

  static Optional<Pattern> patternWithOneGroup(String text) {
    return attempt(() -> Pattern.compile(text))
        .filter(pattern -> pattern.matcher("").groupCount() == 1);
  }

  /**
   * A java.time pattern that reads back the day that it writes, or the first day of the month; a
   * pattern with a time must read back the hour too.
   */
  static Optional<String> datePattern(String text) {
    try {
      DateTimeFormatter formatter = DateFormats.of(text);
      String written = formatter.format(SAMPLE);
      TemporalAccessor found = DateFormats.read(written, formatter);
      LocalDate day = LocalDate.from(found);
      boolean sameDay =
          day.equals(SAMPLE.toLocalDate()) || day.equals(SAMPLE.toLocalDate().withDayOfMonth(1));
      boolean sameHour =
          found.isSupported(ChronoField.HOUR_OF_DAY)
              ? found.get(ChronoField.HOUR_OF_DAY) == SAMPLE.getHour()
              : formatter.format(SAMPLE.toLocalDate()).equals(written);
      return sameDay && sameHour ? Optional.of(text) : Optional.empty();
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The value, or empty if making it fails because the text is wrong. */
  private static <T> Optional<T> attempt(Supplier<T> make) {
    try {
      return Optional.of(make.get());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
