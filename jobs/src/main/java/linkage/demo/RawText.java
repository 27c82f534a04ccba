package linkage.demo;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Values as the demo company's systems write them. */
final class RawText {
  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
  private static final DateTimeFormatter GERMAN_DAY =
      DateTimeFormatter.ofPattern("dd.MM.yyyy", Locale.ROOT);
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter WITH_OFFSET =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX", Locale.ROOT);

  private RawText() {}

  static String isoDay(int day) {
    return LocalDate.ofEpochDay(day).toString();
  }

  static String germanDay(int day) {
    return LocalDate.ofEpochDay(day).format(GERMAN_DAY);
  }

  /** Local time without an offset. */
  static String localTime(int day, int secondOfDay) {
    return timeOf(day, secondOfDay).format(LOCAL);
  }

  /** Local time with its offset from UTC. */
  static String offsetTime(int day, int secondOfDay) {
    return timeOf(day, secondOfDay).atZone(ZONE).format(WITH_OFFSET);
  }

  private static LocalDateTime timeOf(int day, int secondOfDay) {
    return LocalDate.ofEpochDay(day).atStartOfDay().plusSeconds(secondOfDay);
  }

  /** An amount with a decimal point and without thousands marks; cents not negative. */
  static String amount(long cents) {
    long fraction = cents % 100;
    return cents / 100 + (fraction < 10 ? ".0" : ".") + fraction;
  }

  /** An amount with a decimal comma. */
  static String commaAmount(long cents) {
    return amount(cents).replace('.', ',');
  }

  /** A CSV field: quoted where it must be, with quotes doubled. */
  static String csv(String value, char delimiter) {
    boolean isPlain =
        value.indexOf(delimiter) < 0
            && value.indexOf('"') < 0
            && value.indexOf('\n') < 0
            && value.indexOf('\r') < 0;
    return isPlain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }

  /** A JSON string with its quotes. */
  static String json(String value) {
    var text = new StringBuilder(value.length() + 2).append('"');
    for (int i = 0; i < value.length(); i++) {
      char character = value.charAt(i);
      switch (character) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> text.append(character);
      }
    }

    return text.append('"').toString();
  }
}
