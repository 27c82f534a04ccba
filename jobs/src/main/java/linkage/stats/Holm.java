package linkage.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Holm's adjustment: what a p-value is worth when any false claim among several is one too many.
 *
 * <p>With several metrics, some AUC differs from one half by chance. Calling those signals whose
 * adjusted value is at most 0.05 keeps the chance of any false signal in a segment at 5 %, however
 * the metrics go together.
 *
 * <p><b>Value:</b> in [0, 1], at least p.
 *
 * <p><b>Formula:</b> {@code max_{i ≤ j} min(1, (m - i + 1) p_(i))} for the sorted p-values p_(1) ≤
 * … ≤ p_(m). The smallest counts m times, as in Bonferroni's.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} stays {@code NaN} and isn't counted in m.
 *
 * <p><b>Cost:</b> O(m log m).
 *
 * <p><b>References:</b> Holm, Scandinavian Journal of Statistics 6 (1979) 65–70. R: {@code
 * p.adjust(p, "holm")}.
 */
public final class Holm {

  private Holm() {}

  /**
   * Adjusts p-values for their number.
   *
   * @param p p-values in any order, or {@code NaN}
   * @return adjusted values in the same order; a new array
   */
  public static double[] adjust(double[] p) {
    int[] fromSmallest =
        IntStream.range(0, p.length)
            .filter(i -> !Double.isNaN(p[i]))
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] adjusted = new double[p.length];
    Arrays.fill(adjusted, Double.NaN);

    double largest = 0;
    for (int i = 0; i < fromSmallest.length; i++) {
      largest = Math.max(largest, Math.min(1, (fromSmallest.length - i) * p[fromSmallest[i]]));
      adjusted[fromSmallest[i]] = largest;
    }
    return adjusted;
  }
}
