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
    int[] ascending = ascending(p);
    double[] adjusted = new double[p.length];
    Arrays.fill(adjusted, Double.NaN);

    double smallest = 1;
    for (int rank = ascending.length; rank > 0; rank--) {
      int i = ascending[rank - 1];
      smallest = Math.min(smallest, p[i] * ascending.length / rank);
      adjusted[i] = smallest;
    }
    return adjusted;
  }

  /**
   * The largest p with which each would have a q of at most so much, the others' being what they
   * are.
   *
   * <p><b>Formula:</b> {@code q · r / m}, r being how many would have it were this p 0. Where this
   * p is too large, those after it don't have it either: {@code r = 1 + max {k < rank : p_(k) ≤ q
   * (k + 1) / m}}. Else it is one of r that have it.
   *
   * @param p p-values in any order, or {@code NaN}
   * @param q above 0
   * @return p-values in the same order, {@code NaN} for {@code NaN}; a new array
   */
  public static double[] largestP(double[] p, double q) {
    int[] ascending = ascending(p);
    int m = ascending.length;
    double[] largest = new double[p.length];
    Arrays.fill(largest, Double.NaN);
    int have = 0;
    int before = 0;
    for (int rank = 1; rank <= m; rank++) {
      double own = p[ascending[rank - 1]];
      largest[ascending[rank - 1]] = q * (1 + before) / m;
      before = own * m / (rank + 1) <= q ? rank : before;
      have = own * m / rank <= q ? rank : have;
    }
    for (int rank = 1; rank <= have; rank++) {
      largest[ascending[rank - 1]] = q * have / m;
    }
    return largest;
  }

  /** Those that are numbers, the smallest first. */
  private static int[] ascending(double[] p) {
    return IntStream.range(0, p.length)
        .filter(i -> !Double.isNaN(p[i]))
        .boxed()
        .sorted(Comparator.comparingDouble(i -> p[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
