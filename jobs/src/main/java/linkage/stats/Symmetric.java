package linkage.stats;

/**
 * Symmetric matrices as packed lower triangles: entry (i, j), j ≤ i, stands at {@code i (i + 1) / 2
 * + j}. A table of them is as additive as a table of counts.
 */
final class Symmetric {

  private Symmetric() {}

  /** The number of entries of a packed matrix. */
  static int size(int order) {
    return order * (order + 1) / 2;
  }

  /** Where an entry stands, for i and j in either order. */
  static int index(int i, int j) {
    return i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i;
  }

  /** The matrix times a vector. */
  static double[] times(double[] matrix, double[] vector) {
    double[] product = new double[vector.length];
    for (int i = 0; i < vector.length; i++) {
      for (int j = 0; j < vector.length; j++) {
        product[i] += matrix[index(i, j)] * vector[j];
      }
    }
    return product;
  }

  /**
   * Solves {@code matrix · x = right} by Cholesky's method.
   *
   * <p><b>Nulls and edges:</b> all {@code NaN} if the matrix isn't positive definite.
   *
   * <p><b>Cost:</b> O(order³).
   */
  static double[] solve(double[] matrix, double[] right) {
    int order = right.length;
    double[] factor = matrix.clone();
    double[] x = right.clone();
    for (int i = 0; i < order; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = factor[index(i, j)];
        for (int k = 0; k < j; k++) {
          sum -= factor[index(i, k)] * factor[index(j, k)];
        }
        // The root of a number that isn't positive is NaN, and so is then all that follows.
        factor[index(i, j)] =
            i == j ? Math.sqrt(sum > 0 ? sum : Double.NaN) : sum / factor[index(j, j)];
      }
      for (int k = 0; k < i; k++) {
        x[i] -= factor[index(i, k)] * x[k];
      }
      x[i] /= factor[index(i, i)];
    }
    for (int i = order - 1; i >= 0; i--) {
      for (int k = i + 1; k < order; k++) {
        x[i] -= factor[index(k, i)] * x[k];
      }
      x[i] /= factor[index(i, i)];
    }
    return x;
  }

  /**
   * What is left of a matrix of cross-products when some variables are taken out of all others by
   * regression.
   *
   * <p><b>Nulls and edges:</b> a variable that the ones before it determine takes out nothing.
   *
   * <p><b>Cost:</b> O(controls × order²).
   *
   * @param matrix packed cross-products; not changed
   * @param order its order
   * @param controls the indices of the variables to take out
   * @return packed cross-products of residuals; a new array
   */
  static double[] residual(double[] matrix, int order, int... controls) {
    double[] left = matrix.clone();
    for (int control : controls) {
      double pivot = left[index(control, control)];
      if (pivot > 1e-10 * matrix[index(control, control)]) {
        double[] line = new double[order];
        for (int i = 0; i < order; i++) {
          line[i] = left[index(control, i)];
        }
        for (int i = 0; i < order; i++) {
          for (int j = 0; j <= i; j++) {
            left[index(i, j)] -= line[i] * line[j] / pivot;
          }
        }
      }
    }
    return left;
  }

  static double dot(double[] first, double[] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += first[i] * second[i];
    }
    return sum;
  }
}
