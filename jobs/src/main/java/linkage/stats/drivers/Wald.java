package linkage.stats.drivers;

import java.util.Arrays;
import java.util.stream.IntStream;
import linkage.stats.Jackknife;
import org.hipparchus.distribution.continuous.FDistribution;

/**
 * Whether several coefficients are all 0, judged by their jackknife covariance.
 *
 * <p><b>Value:</b> a p-value in [0, 1].
 *
 * <p><b>Formula:</b> {@code F = (d - k + 1) / (d k) · b' V⁻¹ b} with k and d - k + 1 degrees of
 * freedom, where V has d: Hotelling's T², as V is itself estimated from d + 1 buckets.
 *
 * <p><b>Nulls and edges:</b> coefficients that are {@code NaN}, in the data or without some bucket,
 * or that are combinations of others, aren't tested; {@code NaN} if none is left or d is below k.
 *
 * <p><b>References:</b> Hotelling, Annals of Mathematical Statistics 2 (1931) 360–378.
 */
final class Wald {

  private Wald() {}

  /**
   * Tests some components of a jackknife.
   *
   * @param jackknife holds the coefficients
   * @param from the first component
   * @param to one beyond the last
   * @param degreesOfFreedom of the covariance
   */
  static double pValue(Jackknife jackknife, int from, int to, int degreesOfFreedom) {
    int[] told = IntStream.range(from, to).filter(i -> jackknife.variance(i) > 0).toArray();
    double[] coefficients = Arrays.stream(told).mapToDouble(i -> jackknife.estimate()[i]).toArray();
    double[][] covariance = new double[told.length][told.length];
    for (int i = 0; i < told.length; i++) {
      for (int j = 0; j < told.length; j++) {
        covariance[i][j] = jackknife.covariance()[told[i]][told[j]];
      }
    }
    var cholesky = Cholesky.of(covariance, CrossProducts.ALIASED);
    int rank = cholesky.rank();
    int left = degreesOfFreedom - rank + 1;
    if (rank == 0 || left < 1) {
      return Double.NaN;
    }
    double square = Arrays.stream(cholesky.forward(coefficients)).map(z -> z * z).sum();
    double statistic = square * left / ((double) degreesOfFreedom * rank);
    return 1 - new FDistribution(rank, left).cumulativeProbability(statistic);
  }
}
