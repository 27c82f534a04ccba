package linkage.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Holm's adjustment: p-values such that, of all those at most 0.05, the chance that even one is a
 * false alarm is at most 5 %, however they depend on each other.
 *
 * <p><b>Value:</b> in [0, 1], at least p.
 *
 * <p><b>Formula:</b> {@code max_{j ≤ i} min(1, (m - j + 1) p_(j))} for the sorted p-values p_(1) ≤
 * … ≤ p_(m).
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
   * @return adjusted p-values in the same order; a new array
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
    for (int rank = 0; rank < fromSmallest.length; rank++) {
      largest =
          Math.max(largest, Math.min(1, (fromSmallest.length - rank) * p[fromSmallest[rank]]));
      adjusted[fromSmallest[rank]] = largest;
    }
    return adjusted;
  }
}
