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
    // Adding 0 turns a negative zero, as rounding leaves of -0.004, into 0.
    return number == null
        ? "unknown"
        : String.format(Locale.ROOT, "%.2f", Math.round(100 * number) / 100.0 + 0.0);
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
