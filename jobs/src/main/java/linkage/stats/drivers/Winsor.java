package linkage.stats.drivers;

import java.io.Serializable;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Caps that keep a few very large customers, or refunds, from deciding a mean.
 *
 * <p>A capped mean is another quantity, and smaller where the tail is on the right: it is published
 * with its caps and with the uncapped mean beside it.
 *
 * <p><b>Value:</b> two amounts in the units of the values.
 *
 * <p><b>Formula:</b> the quantiles at {@code share} and {@code 1 - share}: the smallest value at
 * which the values up to it hold so much of the weight.
 *
 * <p><b>Nulls and edges:</b> both are {@code NaN} without weight, and {@code cap} then leaves
 * values alone.
 *
 * <p><b>Cost:</b> O(n log n).
 *
 * <p><b>References:</b> Hyndman and Fan, The American Statistician 50 (1996) 361–365, definition 1.
 * R: {@code quantile(x, c(share, 1 - share), type = 1)}.
 *
 * @param lower what smaller values are raised to
 * @param upper what larger values are cut to
 */
public record Winsor(double lower, double upper) implements Serializable {

  private static final double ROUNDING = 1e-12;

  /**
   * Finds the caps.
   *
   * @param values in any order
   * @param weights one per value, at least 0
   * @param share of the weight to be capped at either end, such as 0.005; below 0.5
   */
  public static Winsor of(double[] values, double[] weights, double share) {
    int[] rising =
        IntStream.range(0, values.length)
            .filter(i -> weights[i] > 0)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double total = IntStream.of(rising).mapToDouble(i -> weights[i]).sum();
    return new Winsor(
        quantile(values, weights, rising, share * total),
        quantile(values, weights, rising, (1 - share) * total));
  }

  /** The value, or the cap that it lies beyond. */
  public double cap(double value) {
    return value < lower ? lower : value > upper ? upper : value;
  }

  private static double quantile(double[] values, double[] weights, int[] rising, double wanted) {
    double sum = 0;
    for (int i : rising) {
      sum += weights[i];
      if (sum >= wanted * (1 - ROUNDING)) {
        return values[i];
      }
    }
    return rising.length == 0 ? Double.NaN : values[rising[rising.length - 1]];
  }
}
