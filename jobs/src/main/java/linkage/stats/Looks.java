package linkage.stats;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hipparchus.analysis.integration.gauss.GaussIntegrator;
import org.hipparchus.analysis.integration.gauss.GaussIntegratorFactory;
import org.hipparchus.analysis.solvers.BrentSolver;
import org.hipparchus.util.FastMath;

/**
 * What a p-value is worth when it was one of the monthly looks of a year.
 *
 * <p>A verdict is given every month, on answers most of which were there the month before. Whoever
 * reads {@value #A_YEAR} of them sees the largest of as many statistics, which chance alone makes
 * large more often than one; but not {@value #A_YEAR} times as often, since they go together.
 *
 * <p><b>Value:</b> p-values in [0, 1].
 *
 * <p><b>Formula:</b> with {@code z = Φ⁻¹(1 - p/2)}, the p of a year is {@code P(max_i |Z_i| > z)}
 * for standard normals Z_1 … Z_{@value #A_YEAR}. It is the larger one of two courses:
 *
 * <ul>
 *   <li>data begin with the first look and only grow, {@code corr(Z_i, Z_j) = √(i / j)}, i ≤ j: by
 *       Armitage's recursion over the density of the sum that hasn't yet gone beyond z, so that
 *       bounds at one p of a year are Pocock's;
 *   <li>complete windows of m months stand behind each look, of which one comes and one goes,
 *       {@code corr(Z_i, Z_{i+1}) = 1 - 1/m}: at most {@code p + 11 P(|Z_i| ≤ z < |Z_{i+1}|)}, by
 *       Hunter's and Worsley's inequality, and at most Šidák's {@code 1 - (1 - p)^12}.
 * </ul>
 *
 * <p>Data that grow first and slide later go together more than in the worse of the two, so it
 * holds for any {@value #A_YEAR} looks in a row, also in a company younger than its analysis
 * window. Losses of windows still open are part of several looks before the window counts as
 * complete, and customers answer again; both make looks go together more, and the p of a year too
 * large.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} stays {@code NaN}. The result is at least p. A p below
 * 1e-12 has Šidák's bound, or the p of a year of 1e-12 if that is less. Statistics are taken as
 * jointly normal on the scale of z, whatever distribution gave p: a denominator that looks share,
 * as in t statistics, makes surprises come together, and so fewer years have one.
 *
 * <p><b>Error:</b> below 1e-9 where data grow. The inequality gives a probability of 0.05 as too
 * large by 3 % of it for 2 months, 8 % for 6 and 16 % for 12; from 18 months on, the first course
 * is the larger at any z above 2.5.
 *
 * <p><b>Cost:</b> O(looks × {@value #NODES}²), half a millisecond.
 *
 * <p><b>References:</b> Armitage, McPherson and Rowe, Journal of the Royal Statistical Society A
 * 132 (1969) 235–244; Pocock, Biometrika 64 (1977) 191–199; Jennison and Turnbull, Group Sequential
 * Methods (2000), table 2.1; Hunter, Journal of Applied Probability 13 (1976) 597–603; Worsley,
 * Biometrika 69 (1982) 297–302; Šidák, Journal of the American Statistical Association 62 (1967)
 * 626–633. R: {@code mvtnorm::pmvnorm}.
 */
public final class Looks {

  /** The looks that a verdict allows for. */
  public static final int A_YEAR = 12;

  private static final double DAYS_OF_A_MONTH = 365.25 / 12;

  /** Quantiles of smaller probabilities are lost in rounding. */
  private static final double SMALLEST = 1e-12;

  private static final int NODES = 64;
  private static final GaussIntegrator NODE = new GaussIntegratorFactory().legendre(NODES);
  private static final Map<Integer, Looks> BY_MONTHS = new ConcurrentHashMap<>();

  private final double correlation;

  /** By the p of a year: segments and their number have only so many between them. */
  private final Map<Double, Double> largestP = new ConcurrentHashMap<>();

  private Looks(int months) {
    this.correlation = 1 - 1.0 / months;
  }

  /**
   * Looks at an analysis window in which only answers some days old have a complete window.
   *
   * @param analysisMonths months of answers that are analysed
   * @param windowDays how long after an answer its outcome is known
   */
  public static Looks of(int analysisMonths, int windowDays) {
    return ofMonths((int) Math.floor(analysisMonths - windowDays / DAYS_OF_A_MONTH));
  }

  /**
   * Looks at so many months of complete windows.
   *
   * @param months below 1 counts as 1: the looks are then independent
   */
  static Looks ofMonths(int months) {
    return BY_MONTHS.computeIfAbsent(Math.max(1, months), Looks::new);
  }

  /**
   * The largest p of one look whose p of a year is at most so much.
   *
   * @param ofYear above 0 and at most {@link Verdict#LARGEST_Q}
   */
  public double largestP(double ofYear) {
    return largestP.computeIfAbsent(
        ofYear,
        most ->
            new BrentSolver(1e-10, 1e-14)
                .solve(100, p -> ofYear(p) - most, most / (A_YEAR + 1), most));
  }

  /** The probability of a p as small as this in any look of a year, if nothing is there. */
  public double ofYear(double p) {
    if (Double.isNaN(p) || p <= 0 || p >= 1) {
      return p;
    }
    double independent = -Math.expm1(A_YEAR * Math.log1p(-p));
    if (p < SMALLEST) {
      return Math.min(independent, ofYear(SMALLEST));
    }
    double z = StudentT.upperQuantile(p / 2, Double.POSITIVE_INFINITY);
    return Math.max(growing(p, z), Math.min(sliding(p, z), independent));
  }

  private static double growing(double p, double z) {
    double beyond = p;
    double[] within = new double[NODES];
    for (int node = 0; node < NODES; node++) {
      within[node] = z * NODE.getWeight(node) * density(z * NODE.getPoint(node));
    }
    for (int look = 2; look <= A_YEAR; look++) {
      double from = z * Math.sqrt(look - 1);
      double to = z * Math.sqrt(look);
      double[] after = new double[NODES];
      for (int node = 0; node < NODES; node++) {
        double sum = from * NODE.getPoint(node);
        beyond += within[node] * (upperTail(to - sum) + upperTail(to + sum));
        for (int next = 0; next < NODES; next++) {
          after[next] += within[node] * density(to * NODE.getPoint(next) - sum);
        }
      }
      for (int next = 0; next < NODES; next++) {
        after[next] *= to * NODE.getWeight(next);
      }
      within = after;
    }
    return beyond;
  }

  private double sliding(double p, double z) {
    double rest = Math.sqrt(1 - correlation * correlation);
    double leaves = 0;
    for (int node = 0; node < NODES; node++) {
      double before = z * NODE.getPoint(node);
      double expected = correlation * before;
      leaves +=
          z
              * NODE.getWeight(node)
              * density(before)
              * (upperTail((z - expected) / rest) + upperTail((z + expected) / rest));
    }
    return p + (A_YEAR - 1) * leaves;
  }

  private static double density(double z) {
    return FastMath.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  }

  private static double upperTail(double z) {
    return StudentT.upperTail(z, Double.POSITIVE_INFINITY);
  }
}
