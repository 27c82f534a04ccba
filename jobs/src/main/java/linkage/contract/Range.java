package linkage.contract;

import java.io.Serializable;
import java.math.BigDecimal;

/**
 * The numbers a field may hold.
 *
 * @param minimum the lower bound, or null when there is none
 * @param minimumIncluded whether the lower bound itself is allowed
 * @param maximum the upper bound, or null when there is none
 * @param maximumIncluded whether the upper bound itself is allowed
 */
public record Range(
    BigDecimal minimum, boolean minimumIncluded, BigDecimal maximum, boolean maximumIncluded)
    implements Serializable {

  /** Every number. */
  public static final Range ALL = new Range(null, false, null, false);

  /** Whether the range has a bound at all. */
  public boolean isBounded() {
    return minimum != null || maximum != null;
  }

  /** Whether a number lies in the range. */
  public boolean contains(BigDecimal number) {
    return isAboveMinimum(number) && isBelowMaximum(number);
  }

  /** The range in words, to follow "expected": "at least 0 and below 10". */
  @Override
  public String toString() {
    if (!isBounded()) {
      return "any number";
    }

    var from = minimum == null ? "" : (minimumIncluded ? "at least " : "above ") + plain(minimum);
    var to = maximum == null ? "" : (maximumIncluded ? "at most " : "below ") + plain(maximum);
    return from.isEmpty() || to.isEmpty() ? from + to : from + " and " + to;
  }

  private boolean isAboveMinimum(BigDecimal number) {
    return minimum == null || number.compareTo(minimum) >= (minimumIncluded ? 0 : 1);
  }

  private boolean isBelowMaximum(BigDecimal number) {
    return maximum == null || number.compareTo(maximum) <= (maximumIncluded ? 0 : -1);
  }

  private static String plain(BigDecimal number) {
    return number.toPlainString();
  }
}
