package linkage.marts;

import java.util.List;
import java.util.Locale;

/** How numbers and names are written in sentences. */
final class Formats {
  private Formats() {}

  /** A share in per cent, with its sign. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** A difference of shares in points. */
  static String points(double share) {
    return String.format(Locale.ROOT, "%.1f", Math.round(1000 * share) / 10.0 + 0.0);
  }

  /** Two decimals; unknown if null. */
  static String two(Double number) {
    return fixed(number, 2);
  }

  /** So many decimals; unknown if null. */
  static String fixed(Double number, int decimals) {
    if (number == null) {
      return "unknown";
    }
    String text = String.format(Locale.ROOT, "%." + decimals + "f", number);
    // What rounds to nothing has no sign.
    return text.matches("-0\\.0+") ? text.substring(1) : text;
  }

  /**
   * How many decimals the ends of an interval take, at least two and at most four, so that neither
   * reads as 0: on which side of it they lie is what a reader looks for.
   */
  static int decimals(Double lower, Double upper) {
    int decimals = 2;
    while (decimals < 4 && (readsAsZero(lower, decimals) || readsAsZero(upper, decimals))) {
      decimals++;
    }
    return decimals;
  }

  private static boolean readsAsZero(Double number, int decimals) {
    return number != null
        && number != 0
        && fixed(number, decimals).chars().noneMatch(digit -> digit >= '1' && digit <= '9');
  }

  /** The ends of an interval, with as many decimals as they take. */
  static String range(Double lower, Double upper) {
    int decimals = decimals(lower, upper);
    return "%s to %s".formatted(fixed(lower, decimals), fixed(upper, decimals));
  }

  /** A number of things. */
  static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Names in a sentence. */
  static String list(List<String> labels) {
    if (labels.size() < 2) {
      return String.join("", labels);
    }
    return String.join(", ", labels.subList(0, labels.size() - 1))
        + " and "
        + labels.get(labels.size() - 1);
  }
}
