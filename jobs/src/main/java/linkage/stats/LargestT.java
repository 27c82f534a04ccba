package linkage.stats;

import java.util.Arrays;
import org.hipparchus.analysis.solvers.BrentSolver;

/**
 * The largest of several t statistics that go together: what comparing one with many at once must
 * reckon with.
 *
 * <p><b>Value:</b> probabilities of, and critical values for, {@code max_j T_j}, where the T_j have
 * a central multivariate t distribution.
 *
 * <p><b>Formula:</b> {@code T_j = c_j·Z / S}, with unit vectors c_j whose products are the
 * correlations, independent standard normals Z, and {@code S² = χ²_ν / ν}. Z is a direction u times
 * a radius, so {@code P(max_j T_j > x)} is the mean over {@link Directions} of {@link
 * Directions#beyond} at {@code x / max_j c_j·u}. Each direction also serves as its opposite. A
 * critical value solves this for x.
 *
 * <p>The maxima over the directions are kept as shares of {@value #NODES} nodes on [0, 1], so that
 * a probability costs as many radii as there are nodes. Each maximum is shared by the four nodes
 * around it with the weights of cubic interpolation, which moves a critical value by less than
 * 1e-9: what is left is the lattice's error alone.
 *
 * <p>The error of a critical value is the standard error that follows from the spread of the
 * shifts, and at least {@value #NUMERICAL} for interpolating and solving: about 1e-7 for two
 * statistics, 1e-4 for three or four, and 2e-3 for seven.
 *
 * <p><b>Nulls and edges:</b> one statistic is Student's t, exactly. Statistics may be perfectly
 * correlated, or opposed.
 *
 * <p><b>Cost:</b> O(directions × statistics × dimensions) to build, O(nodes) per probability.
 *
 * <p><b>References:</b> Genz and Bretz, Computation of Multivariate Normal and t Probabilities
 * (2009), section 4.1. R: {@code mvtnorm::qmvt(1 - upperTail, corr = …, df = …, tail =
 * "lower.tail")}.
 */
final class LargestT {

  private static final int NODES = 512;

  /** No critical value is claimed to be nearer than this. */
  private static final double NUMERICAL = 1e-9;

  private final int statistics;
  private final int pairs;
  private final double degreesOfFreedom;

  /** Shares of the directions as [shift][node]; those whose maximum is below 0 are left out. */
  private final double[][] shares;

  /** Their means over the shifts. */
  private final double[] meanShares;

  /**
   * Prepares the distribution.
   *
   * @param statistics the unit vectors c_j as [statistic][dimension]; at least one
   * @param degreesOfFreedom ν, above 0; infinite where variances are known
   */
  LargestT(double[][] statistics, double degreesOfFreedom) {
    this.statistics = statistics.length;
    this.pairs = Directions.pairs(statistics[0].length);
    this.degreesOfFreedom = degreesOfFreedom;
    this.shares =
        statistics.length == 1 ? new double[0][] : shares(statistics, Directions.of(pairs));
    this.meanShares =
        Arrays.stream(Sums.ofColumns(shares)).map(sum -> sum / Directions.SHIFTS).toArray();
  }

  /** {@code P(max_j T_j > x)}, for x of at least 0. */
  double upperTail(double x) {
    if (statistics == 1) {
      return StudentT.upperTail(x, degreesOfFreedom);
    }
    return upperTail(x, meanShares);
  }

  /**
   * The x that the largest exceeds with a probability.
   *
   * @param upperTail the probability, above 0 and well below one half
   */
  double critical(double upperTail) {
    double ofOne = StudentT.upperQuantile(upperTail, degreesOfFreedom);
    if (statistics == 1) {
      return ofOne;
    }
    // It lies between that of one statistic and Bonferroni's, but for the error of the lattice.
    double bonferroni = StudentT.upperQuantile(upperTail / statistics, degreesOfFreedom);
    return new BrentSolver(1e-11, 1e-11)
        .solve(100, x -> upperTail(x) - upperTail, 0.9 * ofOne, 1.1 * bonferroni);
  }

  /**
   * The numerical standard error of a critical value: that of its probability, over the slope, but
   * not below what interpolating and solving leave.
   */
  double error(double critical) {
    if (statistics == 1) {
      return 0;
    }
    double[] tails = Arrays.stream(shares).mapToDouble(each -> upperTail(critical, each)).toArray();
    double mean = Sums.of(tails) / tails.length;
    double squares = 0;
    for (double tail : tails) {
      squares += (tail - mean) * (tail - mean);
    }
    double error = Math.sqrt(squares / (tails.length - 1) / tails.length);
    double step = 1e-3;
    double slope = (upperTail(critical - step) - upperTail(critical + step)) / (2 * step);
    return Math.max(NUMERICAL, error / slope);
  }

  private double upperTail(double x, double[] shares) {
    double tail = 0;
    for (int node = 1; node <= NODES; node++) {
      tail += shares[node] * Directions.beyond(x * NODES / node, pairs, degreesOfFreedom);
    }
    return tail;
  }

  private static double[][] shares(double[][] statistics, double[][][] directions) {
    double[][] shares = new double[directions.length][NODES + 1];
    for (int shift = 0; shift < directions.length; shift++) {
      double share = 0.5 / directions[shift].length;
      for (double[] direction : directions[shift]) {
        double highest = Double.NEGATIVE_INFINITY;
        double lowest = Double.POSITIVE_INFINITY;
        for (double[] statistic : statistics) {
          double value = Sums.ofProducts(statistic, direction);
          highest = Math.max(highest, value);
          lowest = Math.min(lowest, value);
        }
        add(shares[shift], highest, share);
        add(shares[shift], -lowest, share);
      }
    }
    return shares;
  }

  private static void add(double[] shares, double maximum, double share) {
    if (maximum > 0) {
      double position = Math.min(1, maximum) * NODES;
      // At either end the four nodes lie on one side more than on the other.
      int first = Math.min(NODES - 3, Math.max(0, (int) position - 1));
      double t = position - first;
      shares[first] -= share * (t - 1) * (t - 2) * (t - 3) / 6;
      shares[first + 1] += share * t * (t - 2) * (t - 3) / 2;
      shares[first + 2] -= share * t * (t - 1) * (t - 3) / 2;
      shares[first + 3] += share * t * (t - 1) * (t - 2) / 6;
    }
  }
}
