package linkage.stats.drivers;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Rounds parts of an amount so that they still sum to it, to the cent.
 *
 * <p><b>Formula:</b> the largest remainders: every part is rounded down, and the cents that are
 * missing go to the parts that lost most.
 *
 * <p><b>Nulls and edges:</b> each part ends within one cent of what it was, but for sums of more
 * than 2^53 cents. Of equal remainders the earlier part wins.
 *
 * <p><b>Cost:</b> O(parts log parts).
 *
 * <p><b>References:</b> Balinski and Young, Fair Representation (2001), chapter 3: Hamilton's
 * method.
 */
public final class Cents {

  private Cents() {}

  /**
   * An amount in whole cents, halves away from 0.
   *
   * @param amount in currency
   * @throws IllegalArgumentException if it isn't a number
   */
  public static long of(double amount) {
    if (!Double.isFinite(amount)) {
      throw new IllegalArgumentException("Cannot round %s to cents.".formatted(amount));
    }
    return (long) (Math.signum(amount) * Math.floor(Math.abs(amount) * 100 + 0.5));
  }

  /**
   * Parts in whole cents, which sum to {@link #of} their sum.
   *
   * @param parts in currency, of either sign
   * @throws IllegalArgumentException if one isn't a number
   */
  public static long[] split(double[] parts) {
    double sum = 0;
    long[] cents = new long[parts.length];
    double[] remainders = new double[parts.length];
    long missing = 0;
    for (int part = 0; part < parts.length; part++) {
      sum += parts[part];
      cents[part] = (long) Math.floor(parts[part] * 100);
      remainders[part] = parts[part] * 100 - cents[part];
      missing -= cents[part];
    }
    missing += of(sum);

    int[] byRemainder =
        IntStream.range(0, parts.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer part) -> -remainders[part]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int i = 0; i < missing; i++) {
      cents[byRemainder[i % parts.length]]++;
    }
    // Rounding of the sum may, very rarely, leave one too many.
    for (int i = 0; i < -missing; i++) {
      cents[byRemainder[parts.length - 1 - i % parts.length]]--;
    }
    return cents;
  }
}
