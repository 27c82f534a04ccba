package linkage.stats.drivers;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;

/**
 * Johnson's relative weights, the cheap relative of {@link Lmg}: drivers are replaced by the
 * orthogonal columns nearest to them, whose squared effects are handed back to the drivers.
 *
 * <p>Published beside LMG because readers know it from other tools. It can rank drivers otherwise,
 * and has been called ill-founded; nothing here rests on it.
 *
 * <p><b>Value:</b> shares of the outcome's variation, at least 0, which sum to R² beyond the
 * controls.
 *
 * <p><b>Formula:</b> with correlations {@code R = V D V'} and {@code Λ = V √D V'}, the weight of
 * column i is {@code Σ_j Λ_ij² β_j²}, {@code β = Λ⁻¹ r}; a driver's is the sum over its columns.
 *
 * <p><b>Nulls and edges:</b> directions without variation, such as of columns that are combinations
 * of others, have β = 0. A constant column has weight 0. All are {@code NaN} for a constant
 * outcome.
 *
 * <p><b>Cost:</b> O(columns³).
 *
 * <p><b>References:</b> Johnson, Multivariate Behavioral Research 35 (2000) 1–19, equal to Genizi,
 * Statistica Sinica 3 (1993) 407–420; Thomas, Zumbo, Kwan and Schweitzer, Multivariate Behavioral
 * Research 49 (2014) 329–338, against it. R: {@code relaimpo::calc.relimp(..., type = "genizi")}.
 */
public final class RelativeWeights {

  private RelativeWeights() {}

  /**
   * The weight of each driver.
   *
   * @param products cross products of all columns
   * @param outcome position of the outcome
   * @param drivers what R² is shared out to
   * @param controls positions of columns that are taken out before
   */
  public static double[] of(
      CrossProducts products, int outcome, Driver[] drivers, int... controls) {
    var left = products.without(controls);
    int[] columns = Driver.columns(drivers);
    var eigen = eigen(left, columns);
    int size = columns.length;
    double[] root = new double[size];
    double[] effects = new double[size];
    for (int k = 0; k < size; k++) {
      double value = eigen.getEigenvalue(k);
      if (value > CrossProducts.ALIASED) {
        root[k] = Math.sqrt(value);
        double projected = 0;
        for (int i = 0; i < size; i++) {
          projected += eigen.getV().getEntry(i, k) * scaled(left, columns[i], outcome);
        }
        effects[k] = projected / root[k];
      }
    }

    // Turned back from the eigenvectors to the orthogonal columns nearest to the drivers.
    double[] squared = new double[size];
    for (int j = 0; j < size; j++) {
      double effect = 0;
      for (int k = 0; k < size; k++) {
        effect += eigen.getV().getEntry(j, k) * effects[k];
      }
      squared[j] = effect * effect;
    }
    double total = products.at(outcome, outcome);
    double[] weights = new double[drivers.length];
    int column = 0;
    for (int driver = 0; driver < drivers.length; driver++) {
      for (int own = 0; own < drivers[driver].columns().length; own++, column++) {
        for (int j = 0; j < size; j++) {
          double loading = 0;
          for (int k = 0; k < size; k++) {
            loading += eigen.getV().getEntry(column, k) * root[k] * eigen.getV().getEntry(j, k);
          }
          weights[driver] += loading * loading * squared[j];
        }
      }
      weights[driver] = total > 0 ? weights[driver] / total : Double.NaN;
    }
    return weights;
  }

  /**
   * How much of what several ratings say is one common impression: the share of the first principal
   * component. Near 1 there is a halo, and no method can tell the drivers apart.
   *
   * <p><b>Value:</b> in [1 / columns, 1]: the largest eigenvalue of their correlations, divided by
   * their number. Constant columns aren't counted; {@code NaN} if all are.
   *
   * @param products cross products of all columns
   * @param columns positions of the ratings
   */
  public static double firstComponentShare(CrossProducts products, int... columns) {
    double[] values = eigen(products, columns).getEigenvalues();
    double largest = 0;
    double sum = 0;
    for (double value : values) {
      largest = Math.max(largest, value);
      sum += value;
    }
    // Where ratings go wholly together, rounding leaves the others' sum a digit below 0.
    return sum > 0 ? Math.min(1, largest / sum) : Double.NaN;
  }

  private static EigenDecompositionSymmetric eigen(CrossProducts products, int[] columns) {
    double[][] correlations = new double[columns.length][columns.length];
    for (int i = 0; i < columns.length; i++) {
      for (int j = 0; j <= i; j++) {
        double correlation = products.correlation(columns[i], columns[j]);
        correlations[i][j] = Double.isNaN(correlation) ? 0 : correlation;
        correlations[j][i] = correlations[i][j];
      }
    }
    return new EigenDecompositionSymmetric(new Array2DRowRealMatrix(correlations, false));
  }

  /** The cross product of a column with the outcome, per standard deviation of the column. */
  private static double scaled(CrossProducts products, int column, int outcome) {
    double own = products.at(column, column);
    return own > 0 ? products.at(column, outcome) / Math.sqrt(own) : 0;
  }
}
