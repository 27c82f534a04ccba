package linkage.stats;

import java.util.Arrays;

/**
 * The differences between estimates that were made together: how large, how sure, and how they go
 * together.
 *
 * <p><b>Formula:</b> the difference of i and j has the variance {@code V_ii + V_jj - 2 V_ij}. A
 * Cholesky factor of the covariance of all differences from the first known estimate gives each
 * estimate a row a_i with {@code θ_i - θ_j = (a_i - a_j)·Z + constant}, Z independent standard
 * normals.
 *
 * <p><b>Nulls and edges:</b> a difference isn't known where a variance is {@code NaN}, or where it
 * is 0 and the difference is not: nothing then says how sure it is. A difference of 0 with variance
 * 0 is known: the two agree in every replicate. The covariance may be singular.
 *
 * <p><b>Cost:</b> O(estimates³).
 */
final class Contrasts {

  private static final double ROUNDING = 1e-13;

  private final double[] estimates;
  private final double[][] errors;
  private final double[][] rows;

  /**
   * Prepares all differences.
   *
   * @param estimates the estimates
   * @param covariance their covariance matrix; {@code NaN} where it isn't known
   */
  Contrasts(double[] estimates, double[][] covariance) {
    this.estimates = estimates.clone();
    this.errors = errors(estimates, covariance);
    this.rows = rows(covariance);
  }

  /** How many estimates there are. */
  int size() {
    return estimates.length;
  }

  /** Estimate i minus estimate j. */
  double difference(int i, int j) {
    return estimates[i] - estimates[j];
  }

  /** The standard error of that difference; {@code NaN} if it isn't known. */
  double error(int i, int j) {
    return errors[i][j];
  }

  /** Whether the difference of i and every other is known. */
  boolean isKnown(int i) {
    boolean isKnown = true;
    for (int j = 0; j < size(); j++) {
      isKnown &= j == i || !Double.isNaN(errors[i][j]);
    }
    return isKnown;
  }

  /** Whether two estimates agree in every replicate. */
  boolean areSame(int i, int j) {
    return errors[i][j] == 0;
  }

  /** The coefficients of estimate i; defined if any of its differences is known. */
  double[] row(int i) {
    return rows[i];
  }

  /** The unit coefficients of i minus each j whose difference has a standard error above 0. */
  double[][] unitRows(int i) {
    double[][] unit = new double[size()][];
    int found = 0;
    for (int j = 0; j < size(); j++) {
      if (j != i && errors[i][j] > 0) {
        double[] difference = new double[rows[i].length];
        for (int d = 0; d < difference.length; d++) {
          difference[d] = rows[i][d] - rows[j][d];
        }
        double length = Math.sqrt(Sums.ofProducts(difference, difference));
        if (length > 0) {
          unit[found++] = Arrays.stream(difference).map(each -> each / length).toArray();
        }
      }
    }
    return Arrays.copyOf(unit, found);
  }

  private static double[][] errors(double[] estimates, double[][] covariance) {
    double[][] errors = new double[estimates.length][estimates.length];
    for (int i = 0; i < estimates.length; i++) {
      for (int j = 0; j < estimates.length; j++) {
        double variance = i == j ? 0 : Jackknife.varianceOfDifference(covariance, i, j);
        boolean isBlind = variance == 0 && estimates[i] != estimates[j];
        errors[i][j] = isBlind ? Double.NaN : Math.sqrt(variance);
      }
    }
    return errors;
  }

  private static double[][] rows(double[][] covariance) {
    int first = 0;
    while (first < covariance.length - 1 && Double.isNaN(covariance[first][first])) {
      first++;
    }
    double[][] rows = new double[covariance.length][Math.max(1, covariance.length - 1)];
    int column = 0;
    for (int i = first + 1; i < covariance.length; i++) {
      double pivot = unexplained(covariance, rows, i, i, first);
      // What is left by the columns before is rounding if the estimate follows from theirs.
      if (pivot > ROUNDING * covarianceOfDifferences(covariance, i, i, first)) {
        double length = Math.sqrt(pivot);
        for (int j = covariance.length - 1; j >= i; j--) {
          double coefficient = unexplained(covariance, rows, i, j, first) / length;
          rows[j][column] = Double.isNaN(coefficient) ? 0 : coefficient;
        }
        column++;
      }
    }
    return rows;
  }

  /** The covariance of the differences of i and j from the first, less what the rows explain. */
  private static double unexplained(
      double[][] covariance, double[][] rows, int i, int j, int first) {
    return covarianceOfDifferences(covariance, i, j, first) - Sums.ofProducts(rows[i], rows[j]);
  }

  private static double covarianceOfDifferences(double[][] covariance, int i, int j, int first) {
    return covariance[i][j]
        - covariance[i][first]
        - covariance[first][j]
        + covariance[first][first];
  }
}
