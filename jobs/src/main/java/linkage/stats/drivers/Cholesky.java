package linkage.stats.drivers;

import java.util.Arrays;

/**
 * The Cholesky factor of a matrix of cross products, which passes over columns that are
 * combinations of those before them.
 *
 * <p><b>Formula:</b> with the matrix scaled to a diagonal of ones, {@code A = L Lᵀ} over the
 * columns kept. Column j is kept if {@code 1 - Σ l_jk²}, the share of its variance that the columns
 * kept before it leave over, is above a tolerance. The pivots are thus chosen in declared order, as
 * R's {@code lm} does, and not by size: which of two equal columns gets the coefficient must not
 * differ between two replicates of a jackknife.
 *
 * <p><b>Cost:</b> O(columns³ / 3).
 */
final class Cholesky {

  private final double[] scale;
  private final double[][] factor;
  private final int[] kept;

  private Cholesky(double[] scale, double[][] factor, int[] kept) {
    this.scale = scale;
    this.factor = factor;
    this.kept = kept;
  }

  /**
   * Factors a matrix.
   *
   * @param matrix symmetric and without negative eigenvalues, as [row][column]
   * @param tolerance the share of its own variance below which a column is passed over
   */
  static Cholesky of(double[][] matrix, double tolerance) {
    double[] scale = new double[matrix.length];
    double[][] factor = new double[matrix.length][];
    int[] kept = new int[matrix.length];
    int rank = 0;
    for (int j = 0; j < matrix.length; j++) {
      // Not above 0 is also true of NaN.
      if (!(matrix[j][j] > 0)) {
        continue;
      }
      scale[j] = Math.sqrt(matrix[j][j]);
      double[] row = new double[rank + 1];
      double left = 1;
      for (int k = 0; k < rank; k++) {
        row[k] = matrix[j][kept[k]] / (scale[j] * scale[kept[k]]);
        for (int l = 0; l < k; l++) {
          row[k] -= row[l] * factor[k][l];
        }
        row[k] /= factor[k][k];
        left -= row[k] * row[k];
      }
      if (left > tolerance) {
        row[rank] = Math.sqrt(left);
        factor[rank] = row;
        kept[rank++] = j;
      }
    }
    return new Cholesky(scale, factor, Arrays.copyOf(kept, rank));
  }

  /** The number of columns kept. */
  int rank() {
    return kept.length;
  }

  /** The positions of the columns kept, rising. */
  int[] kept() {
    return kept;
  }

  /** Solves {@code L z = b} in scaled units, where b has an element per column of the matrix. */
  double[] forward(double[] b) {
    double[] z = new double[kept.length];
    for (int k = 0; k < z.length; k++) {
      z[k] = b[kept[k]] / scale[kept[k]];
      for (int l = 0; l < k; l++) {
        z[k] -= factor[k][l] * z[l];
      }
      z[k] /= factor[k][k];
    }
    return z;
  }

  /** Solves {@code Lᵀ x = z}; an element per column of the matrix, {@code NaN} if passed over. */
  double[] backward(double[] z) {
    double[] scaled = z.clone();
    double[] x = new double[scale.length];
    Arrays.fill(x, Double.NaN);
    for (int k = scaled.length - 1; k >= 0; k--) {
      for (int l = k + 1; l < scaled.length; l++) {
        scaled[k] -= factor[l][k] * scaled[l];
      }
      scaled[k] /= factor[k][k];
      x[kept[k]] = scaled[k] / scale[kept[k]];
    }
    return x;
  }

  /** The diagonal of the inverse, in units of the matrix; {@code NaN} if passed over. */
  double[] inverseDiagonal() {
    double[] diagonal = new double[scale.length];
    Arrays.fill(diagonal, Double.NaN);
    for (int column : kept) {
      double[] unit = new double[scale.length];
      unit[column] = 1;
      double sum = 0;
      for (double z : forward(unit)) {
        sum += z * z;
      }
      diagonal[column] = sum;
    }
    return diagonal;
  }
}
