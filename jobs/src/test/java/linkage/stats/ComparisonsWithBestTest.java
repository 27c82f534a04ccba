package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected numbers: comparisons_with_best.R, unless a test says otherwise. See also AsahTest. */
class ComparisonsWithBestTest {

  private static final double KNOWN = Double.POSITIVE_INFINITY;

  /** All three remain possible bests, although the first leads. */
  @Test
  void agreesWithRAboutTheLungExample() {
    var lung = ComparisonsWithBest.of(LungExample.CONCORDANCE, LungExample.COVARIANCE, KNOWN);

    assertThat(lung.leader()).isZero();
    assertThat(lung.runnerUp()).isEqualTo(2);
    assertThat(lung.bestSet()).isEqualTo(bits(0, 1, 2));
    // The least over the others of D + d s, with the candidate's own d.
    assertThat(lung.leadIntervals().get(0).upper()).isCloseTo(0.03915008077, within(1e-6));
    assertThat(lung.leadIntervals().get(1).upper()).isCloseTo(0.02028214885, within(1e-6));
    assertThat(lung.leadIntervals().get(2).upper()).isCloseTo(0.04743233055, within(1e-6));
    // The least over the others of D - d s, with the other's d: minus its upper bound.
    assertThat(lung.leadIntervals().get(0).lower()).isCloseTo(-0.04743233055, within(2e-3));
    assertThat(lung.leadIntervals().get(0).lower())
        .isCloseTo(-Math.max(0.02028214885, 0.04743233055), within(1e-6));
    assertThat(lung.leadIntervals().get(1).lower())
        .isCloseTo(-Math.max(0.03915008077, 0.05930779634), within(1e-6));
    assertThat(lung.leadIntervals().get(2).lower())
        .isCloseTo(-Math.max(0.05169181362, 0.04469836892), within(1e-6));
    assertThat(lung.pValue()).isGreaterThan(0.9);
  }

  /** By the formula: with two candidates, everything is Student's. R: {@code qt(.95, 9)}. */
  @Test
  void isStudentsWithTwoCandidates() {
    var two =
        ComparisonsWithBest.of(
            new double[] {0.6, 0.7}, new double[][] {{0.002, 0.001}, {0.001, 0.0025}}, 9);

    double error = Math.sqrt(0.0025);
    assertThat(two.leader()).isEqualTo(1);
    assertThat(two.critical().value()).isCloseTo(2.2621571627409915, within(1e-9));
    assertThat(two.critical().error()).isZero();
    assertThat(two.margin().lower()).isCloseTo(0.1 - 2.2621571627409915 * error, within(1e-9));
    assertThat(two.margin().upper()).isCloseTo(0.1 + 2.2621571627409915 * error, within(1e-9));
    assertThat(two.leadIntervals().get(1).upper())
        .isCloseTo(0.1 + 1.8331129326536335 * error, within(1e-9));
    assertThat(two.leadIntervals().get(1).lower()).isZero();
    assertThat(two.bestSet()).isEqualTo(bits(1));
    assertThat(two.pValue()).isCloseTo(StudentT.twoSidedP(2, 9), within(1e-12));
  }

  /** The p-value is below 0.05 if and only if the margin lies above 0, for any data. */
  @Test
  void isSureByItsPValueIfAndOnlyIfByItsMargin() {
    var random = new Random(3);
    int sure = 0;
    for (int draw = 0; draw < 200; draw++) {
      double[][] covariance = covariance(random, 2 + draw % 4);
      double[] estimates = random.doubles(covariance.length, 0, 6).toArray();
      var compared = ComparisonsWithBest.of(estimates, covariance, 10 + draw % 50);

      assertThat(compared.margin().lower() > 0).isEqualTo(compared.pValue() < 0.05);
      assertThat(compared.margin().contains(compared.leads()[compared.leader()])).isTrue();
      assertThat(compared.bestSet().get(compared.leader())).isTrue();
      sure += compared.pValue() < 0.05 ? 1 : 0;
    }
    assertThat(sure).isBetween(20, 180);
  }

  /**
   * Simulated with known truth: the leads' intervals hold together, and so the best set holds the
   * best, in at least 95 % of 1,000 draws; equal candidates, and candidates a little apart. The
   * standard error of such a share is 0.7 points, and 93 % three below.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1.5})
  void holdsWhatItPromises(double apart) {
    var random = new Random(17);
    double[][] covariance = covariance(random, 4);
    double[][] factor = cholesky(covariance);
    double[] truth = {0, apart, 2 * apart, 2 * apart};
    double[] leads = leads(truth);
    int held = 0;
    int best = 0;
    int wronglySure = 0;
    for (int draw = 0; draw < 1000; draw++) {
      double[] estimates = draw(random, truth, factor);
      var compared = ComparisonsWithBest.of(estimates, covariance, KNOWN);
      boolean all = true;
      for (int i = 0; i < 4; i++) {
        all &= compared.leadIntervals().get(i).contains(leads[i]);
      }
      held += all ? 1 : 0;
      best += compared.bestSet().get(3) ? 1 : 0;
      wronglySure += compared.pValue() < 0.05 ? 1 : 0;
    }

    assertThat(held / 1000.0).as("leads").isGreaterThan(0.93);
    assertThat(best / 1000.0).as("best set").isGreaterThan(0.93);
    // The last two are equal, so whoever leads isn't the best by any margin.
    assertThat(wronglySure / 1000.0).as("sure of a leader").isLessThan(0.07);
  }

  /** By construction: two candidates agree in every replicate, a third is far behind. */
  @Test
  void findsNoDifferenceBetweenTheSameCandidateTwice() {
    double[][] covariance = {{1, 1, 0}, {1, 1, 0}, {0, 0, 1}};
    var compared = ComparisonsWithBest.of(new double[] {9, 9, 0}, covariance, 30);

    assertThat(compared.bestSet()).isEqualTo(bits(0, 1));
    assertThat(compared.differences().get(1)).isEqualTo(new Interval(0, 0));
    assertThat(compared.leadIntervals().get(0)).isEqualTo(new Interval(0, 0));
    assertThat(compared.leadIntervals().get(2).upper()).isZero();
    assertThat(compared.margin()).isEqualTo(new Interval(0, 0));
    assertThat(compared.pValue()).isEqualTo(1);
  }

  /** What has no variance may be anything, and so no lead over it or of it is known. */
  @Test
  void keepsACandidateWithoutAVarianceInTheBestSet() {
    double nan = Double.NaN;
    double[][] covariance = {{1, nan, 0}, {nan, nan, nan}, {0, nan, 1}};
    var compared = ComparisonsWithBest.of(new double[] {9, 5, 0}, covariance, 30);

    assertThat(compared.bestSet()).isEqualTo(bits(0, 1));
    assertThat(compared.leads()).containsExactly(4, -4, -9);
    assertThat(compared.leadIntervals()).containsOnly(Interval.UNDEFINED);
    assertThat(compared.differences().get(2).lower()).isPositive();
    assertThat(compared.margin()).isEqualTo(Interval.UNDEFINED);
    assertThat(compared.pValue()).isNaN();
  }

  /** A difference without any variance is blind, not sure. */
  @Test
  void isNotSureOfADifferenceThatNoReplicateChanges() {
    double[][] covariance = {{1, 1}, {1, 1}};
    var compared = ComparisonsWithBest.of(new double[] {9, 5}, covariance, 30);

    assertThat(compared.bestSet()).isEqualTo(bits(0, 1));
    assertThat(compared.pValue()).isNaN();
  }

  @Test
  void knowsNothingWithoutDegreesOfFreedom() {
    var compared = ComparisonsWithBest.of(new double[] {9, 0}, new double[][] {{1, 0}, {0, 1}}, 0);

    assertThat(compared.bestSet()).isEqualTo(bits(0, 1));
    assertThat(compared.critical()).isEqualTo(CriticalValue.UNDEFINED);
    assertThat(compared.margin()).isEqualTo(Interval.UNDEFINED);
    assertThat(compared.pValue()).isNaN();
  }

  @Test
  void handlesManyCandidatesAndASingularCovariance() {
    var random = new Random(5);
    double[][] covariance = new double[12][12];
    double[][] factor = new double[12][3];
    for (double[] row : factor) {
      Arrays.setAll(row, d -> random.nextGaussian());
    }
    for (int i = 0; i < 12; i++) {
      for (int j = 0; j < 12; j++) {
        covariance[i][j] = Sums.ofProducts(factor[i], factor[j]);
      }
    }
    double[] estimates = random.doubles(12, 0, 1).toArray();
    estimates[7] = 40;

    var compared = ComparisonsWithBest.of(estimates, covariance, 20);

    assertThat(compared.leader()).isEqualTo(7);
    assertThat(compared.bestSet()).isEqualTo(bits(7));
    // Between one statistic's and Bonferroni's of eleven.
    assertThat(compared.critical().value())
        .isBetween(StudentT.upperQuantile(0.025, 20), StudentT.upperQuantile(0.025 / 11, 20));
    assertThat(compared.critical().error()).isLessThan(0.01);
  }

  private static double[] draw(Random random, double[] truth, double[][] factor) {
    double[] z = new double[truth.length];
    Arrays.setAll(z, i -> random.nextGaussian());
    double[] estimates = truth.clone();
    Arrays.setAll(estimates, i -> truth[i] + Sums.ofProducts(factor[i], z));
    return estimates;
  }

  private static double[] leads(double[] truth) {
    double[] leads = new double[truth.length];
    for (int i = 0; i < truth.length; i++) {
      double best = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < truth.length; j++) {
        best = j == i ? best : Math.max(best, truth[j]);
      }
      leads[i] = truth[i] - best;
    }
    return leads;
  }

  /** A random covariance of full rank with unequal variances and correlations. */
  private static double[][] covariance(Random random, int size) {
    double[][] factor = new double[size][size];
    double[][] covariance = new double[size][size];
    for (double[] row : factor) {
      Arrays.setAll(row, d -> random.nextGaussian());
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        covariance[i][j] = Sums.ofProducts(factor[i], factor[j]) / size;
      }
    }
    return covariance;
  }

  private static double[][] cholesky(double[][] covariance) {
    double[][] factor = new double[covariance.length][covariance.length];
    for (int i = 0; i < factor.length; i++) {
      for (int j = 0; j <= i; j++) {
        double rest = covariance[i][j] - Sums.ofProducts(factor[i], factor[j]);
        factor[i][j] = i == j ? Math.sqrt(rest) : rest / factor[j][j];
      }
    }
    return factor;
  }

  private static BitSet bits(int... candidates) {
    var bits = new BitSet();
    for (int candidate : candidates) {
      bits.set(candidate);
    }
    return bits;
  }
}
