package linkage.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Benjamini–Hochberg adjustment: what a p-value is worth when it was one of many.
 *
 * <p>With one verdict per segment, some segment looks clear by chance. Calling those clear whose
 * adjusted value q is at most 0.05 keeps the expected share of false calls among them at 5 %.
 *
 * <p><b>Value:</b> q in [0, 1], at least p.
 *
 * <p><b>Formula:</b> {@code q_(i) = min_{j ≥ i} min(1, p_(j) · m / j)} for the sorted p-values
 * p_(1) ≤ … ≤ p_(m).
 *
 * <p><b>Nulls and edges:</b> {@code NaN} stays {@code NaN} and isn't counted in m: a segment that
 * can't be judged is no test. Equal p-values get equal q.
 *
 * <p><b>Cost:</b> O(m log m).
 *
 * <p><b>References:</b> Benjamini and Hochberg, Journal of the Royal Statistical Society B 57
 * (1995) 289–300. R: {@code p.adjust(p, "BH")}.
 */
public final class BenjaminiHochberg {

  private BenjaminiHochberg() {}

  /**
   * Adjusts p-values for their number.
   *
   * @param p p-values in any order, or {@code NaN}
   * @return q-values in the same order; a new array
   */
  public static double[] adjust(double[] p) {
    int[] fromLargest =
        IntStream.range(0, p.length)
            .filter(i -> !Double.isNaN(p[i]))
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] adjusted = new double[p.length];
    Arrays.fill(adjusted, Double.NaN);

    double smallest = 1;
    for (int i = 0; i < fromLargest.length; i++) {
      int rank = fromLargest.length - i;
      smallest = Math.min(smallest, p[fromLargest[i]] * fromLargest.length / rank);
      adjusted[fromLargest[i]] = smallest;
    }
    return adjusted;
  }
}
