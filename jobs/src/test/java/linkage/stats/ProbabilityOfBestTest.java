package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Expected numbers: comparisons_with_best.R, unless a test says otherwise. */
class ProbabilityOfBestTest {

  /** R: {@code pnorm(0.01 / sqrt(0.0004 + 0.0009 - 2 * 0.0002))}. */
  @Test
  void isTheNormalProbabilityOfTwo() {
    double[] p =
        ProbabilityOfBest.of(
            new double[] {0.61, 0.6}, new double[][] {{0.0004, 0.0002}, {0.0002, 0.0009}});

    assertThat(p).containsExactly(new double[] {0.6305586598, 0.3694413402}, within(1e-8));
  }

  @Test
  void agreesWithRAboutTheLungExample() {
    assertThat(ProbabilityOfBest.of(LungExample.CONCORDANCE, LungExample.COVARIANCE))
        .containsExactly(new double[] {0.3975289323, 0.1503766306, 0.4520944371}, within(1e-5));
  }

  /** By symmetry. */
  @Test
  void isSharedByEquals() {
    double[][] independent = new double[8][8];
    for (int i = 0; i < 8; i++) {
      independent[i][i] = 1;
    }
    double[] p = ProbabilityOfBest.of(new double[8], independent);

    assertThat(p)
        .containsExactly(
            new double[] {.125, .125, .125, .125, .125, .125, .125, .125}, within(5e-3));
    assertThat(Arrays.stream(p).sum()).isCloseTo(1, within(1e-9));
  }

  /** By construction: the first two are one metric; against the third it is the lung's pair. */
  @Test
  void isSharedByTheSameMetricTwice() {
    double[] twice = {0.7, 0.7, 0.65};
    double[][] covariance = {{4, 4, 1}, {4, 4, 1}, {1, 1, 3}};
    double[] pair = ProbabilityOfBest.of(new double[] {0.7, 0.65}, new double[][] {{4, 1}, {1, 3}});

    assertThat(ProbabilityOfBest.of(twice, covariance))
        .containsExactly(new double[] {pair[0] / 2, pair[0] / 2, pair[1]}, within(1e-9));
  }

  @Test
  void isNotKnownWithoutAVariance() {
    double nan = Double.NaN;

    assertThat(
            ProbabilityOfBest.of(
                new double[] {0.7, 0.6, 0.5},
                new double[][] {{1, nan, 0}, {nan, nan, nan}, {0, nan, 1}}))
        .containsOnly(nan);
    assertThat(ProbabilityOfBest.of(new double[] {0.7}, new double[][] {{1}})).containsExactly(nan);
  }
}
