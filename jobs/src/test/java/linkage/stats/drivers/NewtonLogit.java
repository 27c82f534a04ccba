package linkage.stats.drivers;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** Maximum likelihood of a logistic regression with a constant, by Newton's steps. */
final class NewtonLogit implements PropensityModel {

  private static final int STEPS = 30;

  @Override
  public ToDoubleFunction<double[]> fit(double[][] rows, double[] treated, double[] weights) {
    int size = rows[0].length + 1;
    double[] coefficients = new double[size];
    for (int step = 0; step < STEPS; step++) {
      double[] gradient = new double[size];
      double[][] information = new double[size][size];
      for (int row = 0; row < rows.length; row++) {
        double p = probability(coefficients, rows[row]);
        double weight = weights[row] * p * (1 - p);
        for (int i = 0; i < size; i++) {
          double x = i == 0 ? 1 : rows[row][i - 1];
          gradient[i] += weights[row] * (treated[row] - p) * x;
          for (int j = 0; j < size; j++) {
            information[i][j] += weight * x * (j == 0 ? 1 : rows[row][j - 1]);
          }
        }
      }
      var cholesky = Cholesky.of(information, 1e-12);
      double[] change = cholesky.backward(cholesky.forward(gradient));
      double largest = 0;
      for (int i = 0; i < size; i++) {
        coefficients[i] += Double.isNaN(change[i]) ? 0 : change[i];
        largest = Math.max(largest, Math.abs(change[i]) / (1 + Math.abs(coefficients[i])));
      }
      if (largest < 1e-13) {
        break;
      }
    }
    double[] fitted = Arrays.copyOf(coefficients, size);
    return row -> probability(fitted, row);
  }

  private static double probability(double[] coefficients, double[] row) {
    double logit = coefficients[0];
    for (int i = 0; i < row.length; i++) {
      logit += coefficients[1 + i] * row[i];
    }
    return 1 / (1 + Math.exp(-logit));
  }
}
