package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hipparchus.distribution.continuous.ChiSquaredDistribution;
import org.hipparchus.distribution.continuous.FDistribution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectionsTest {

  /** By definition: unit vectors whose components have mean 0, variance 1 / n, no covariance. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 6})
  void spreadsEvenly(int pairs) {
    int dimensions = 2 * pairs;
    double[][] products = new double[dimensions][dimensions];
    double[] sums = new double[dimensions];
    for (double[][] shift : Directions.of(pairs)) {
      for (double[] direction : shift) {
        assertThat(Sums.ofProducts(direction, direction)).isCloseTo(1, within(1e-12));
        for (int i = 0; i < dimensions; i++) {
          sums[i] += direction[i];
          for (int j = 0; j < dimensions; j++) {
            products[i][j] += direction[i] * direction[j];
          }
        }
      }
    }

    double points = Directions.SHIFTS * Directions.POINTS;
    for (int i = 0; i < dimensions; i++) {
      assertThat(sums[i] / points).isCloseTo(0, within(2e-3));
      for (int j = 0; j < dimensions; j++) {
        assertThat(products[i][j] / points).isCloseTo(i == j ? 1.0 / dimensions : 0, within(2e-3));
      }
    }
  }

  /** A squared radius is χ² with 2b degrees of freedom; divided by 2b and χ²_ν / ν, it is F. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void reachesAsFarAsAChiOrAnF(int pairs) {
    for (double x : new double[] {0, 0.5, 2, 6}) {
      double chi = new ChiSquaredDistribution(2 * pairs).cumulativeProbability(x * x);
      double f = new FDistribution(2 * pairs, 11).cumulativeProbability(x * x / (2 * pairs));
      assertThat(Directions.beyond(x, pairs, Double.POSITIVE_INFINITY))
          .isCloseTo(1 - chi, within(1e-12));
      assertThat(Directions.beyond(x, pairs, 11)).isCloseTo(1 - f, within(1e-12));
    }
    assertThat(Directions.beyond(Double.POSITIVE_INFINITY, pairs, 11)).isZero();
  }
}
