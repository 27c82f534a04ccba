package linkage.cli;

import java.util.regex.Pattern;

/**
 * Text from raw files, made harmless: it must not steer the terminal, nor turn round, hide or break
 * what stands beside it.
 *
 * <p>Characters that control rather than show are control characters of both sets (an escape
 * sequence begins with one), marks of direction and of no width, and the separators of lines.
 */
final class Printable {
  private static final String CONTROLS = "\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}";
  private static final Pattern NOT_IN_LINES = Pattern.compile("[" + CONTROLS + "]");
  private static final Pattern NOT_IN_TEXTS = Pattern.compile("[" + CONTROLS + "&&[^\\n]]");
  private static final Pattern NOT_IN_FIELDS = Pattern.compile("[" + CONTROLS + "&&[^\\n\\r\\t]]");

  private Printable() {}

  /** Text for one line of a terminal; nothing for null. */
  static String line(String text) {
    return text == null ? "" : NOT_IN_LINES.matcher(text).replaceAll(" ");
  }

  /** Text of several lines for a terminal; nothing for null. */
  static String lines(String text) {
    return text == null ? "" : NOT_IN_TEXTS.matcher(text).replaceAll(" ");
  }

  /** Text for a quoted field of CSV, which may hold line breaks. */
  static String field(String text) {
    return NOT_IN_FIELDS.matcher(text).replaceAll(" ");
  }

  /** JSON that says the same in characters that show; they stand in its texts alone. */
  static String json(String json) {
    return NOT_IN_LINES
        .matcher(json)
        .replaceAll(
            found -> {
              var escaped = new StringBuilder();
              found.group().chars().forEach(unit -> escaped.append("\\\\u%04x".formatted(unit)));
              return escaped.toString();
            });
  }
}
