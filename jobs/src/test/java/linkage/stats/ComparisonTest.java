package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  /** Expected numbers: bucketed_counts.R, "difference", "difference interval", "difference p". */
  @Test
  void agreesWithRAboutTheLead() {
    var comparison = Comparison.of(BucketedExample.BOTH);

    assertThat(comparison.leader()).isZero();
    assertThat(comparison.runnerUp()).isEqualTo(1);
    assertThat(comparison.losses()).isEqualTo(210);
    var withBest = comparison.withBest();
    assertThat(withBest.leads()[0]).isCloseTo(0.1051671732522796, within(1e-14));
    assertThat(withBest.margin().lower()).isCloseTo(0.03201969187333008, within(1e-12));
    assertThat(withBest.margin().upper()).isCloseTo(0.1783146546312292, within(1e-12));
    assertThat(withBest.pValue()).isCloseTo(0.009007271361502461, within(1e-12));
  }

  @Test
  void leavesAMetricThatIsWorseOutOfTheBestSet() {
    var comparison = Comparison.of(BucketedExample.BOTH);

    assertThat(comparison.withBest().bestSet()).isEqualTo(bits(0));
    assertThat(comparison.lossesNeeded().at(0.05)).isNaN();
  }

  /**
   * By the formula, with R: {@code qt(0.995, 11) / qt(0.975, 11)} is 1.411084; the half width of
   * the interval is 0.0731474814.
   */
  @Test
  void needsMoreLossesWhereASingleLookMustBeSurer() {
    var comparison = Comparison.of(BucketedExample.BOTH);
    LossesNeeded needed = comparison.lossesNeeded();

    assertThat(comparison.withBest().pValue()).isBetween(0.009, 0.0091);
    assertThat(needed.at(0.01)).isNaN();
    assertThat(needed.at(0.005)).isGreaterThan(210);
    double factor = StudentT.upperQuantile(0.0005, 11) / StudentT.upperQuantile(0.025, 11);
    assertThat(needed.at(0.001))
        .isEqualTo(Math.ceil(210 * Math.pow(factor * 0.0731474814 / 0.1051671733, 2)));
  }

  /**
   * By definition: were the variance of that many losses, p would be the one that was asked for.
   */
  @Test
  void needsAsManyLossesAsGiveTheP() {
    var comparison = Comparison.of(BucketedExample.BOTH);
    double standardError = 0.0731474814 / StudentT.upperQuantile(0.025, 11);
    for (double p : new double[] {0.005, 0.0005, 0.00002}) {
      double needed = comparison.lossesNeeded().at(p);
      double then = 0.1051671733 / standardError * Math.sqrt(needed / 210);
      assertThat(StudentT.twoSidedP(then, 11)).isCloseTo(p, within(0.02 * p));
    }
  }

  /** The second metric is the signal, and the first leads by what is far from sure. */
  @Test
  void needsAsManyLossesAsMakeTheLeaderASignalToo() {
    var needed = new LossesNeeded(100, 40, 700, 20);

    assertThat(needed.at(0.05)).isEqualTo(700);
    assertThat(new LossesNeeded(100, 40, Double.NaN, 20).at(0.05)).isNaN();
    assertThat(new LossesNeeded(100, 40, 0, 20).at(0.05)).isNaN();
  }

  @Test
  void findsTheLeaderWhereverItIsDeclared() {
    var comparison =
        Comparison.of(
            List.of(BucketedExample.SECOND, BucketedExample.FIRST, BucketedExample.SECOND));

    assertThat(comparison.leader()).isEqualTo(1);
    assertThat(comparison.runnerUp()).isZero();
    assertThat(comparison.withBest().leads())
        .containsExactly(
            new double[] {-0.1051671732522796, 0.1051671732522796, -0.1051671732522796},
            within(1e-14));
    assertThat(comparison.aucs().get(1)).isEqualTo(BucketedExample.FIRST.auc());
  }

  /** By definition: the same metric twice is a draw, and the first declared leads. */
  @Test
  void calledOnTheSameMetricTwiceFindsNoDifference() {
    var comparison = Comparison.of(List.of(BucketedExample.FIRST, BucketedExample.FIRST));

    assertThat(comparison.leader()).isZero();
    assertThat(comparison.withBest().margin()).isEqualTo(new Interval(0, 0));
    assertThat(comparison.withBest().pValue()).isEqualTo(1);
    assertThat(comparison.withBest().bestSet()).isEqualTo(bits(0, 1));
    assertThat(comparison.probabilities()).containsExactly(new double[] {0.5, 0.5}, within(1e-12));
    assertThat(comparison.lossesNeeded().at(0.05)).isNaN();
  }

  /** By definition: a t on the logit, as behind the AUC's interval; Holm doubles the smaller p. */
  @Test
  void judgesEachMetricsSignalAllowingForTheirNumber() {
    var comparison = Comparison.of(BucketedExample.BOTH);

    for (int metric = 0; metric < 2; metric++) {
      Estimate logit = BucketedExample.BOTH.get(metric).logitAuc();
      double p = StudentT.twoSidedP(logit.value() / logit.standardError(), 11);
      assertThat(comparison.signals()[metric]).isCloseTo(metric == 0 ? 2 * p : p, within(1e-15));
    }
  }

  /** By construction: every loss below every retained customer, by one metric only. */
  @Test
  void claimsNothingAboutALeadThatRestsOnAPerfectSeparation() {
    double[][] retained = new double[20][];
    double[][] lost = new double[20][];
    double[][] alike = new double[20][];
    for (int bucket = 0; bucket < 20; bucket++) {
      retained[bucket] = new double[] {0, 3};
      lost[bucket] = new double[] {2, 0};
      alike[bucket] = new double[] {0, 2};
    }
    var perfect = new MetricCounts(retained, lost, lost);
    var silent = new MetricCounts(retained, alike, alike);

    var comparison = Comparison.of(List.of(silent, perfect));

    assertThat(comparison.leader()).isEqualTo(1);
    assertThat(comparison.withBest().leads()[1]).isEqualTo(0.5);
    assertThat(comparison.withBest().margin()).isEqualTo(Interval.UNDEFINED);
    assertThat(comparison.withBest().pValue()).isNaN();
    assertThat(comparison.withBest().bestSet()).isEqualTo(bits(0, 1));
    assertThat(comparison.probabilities()).containsOnly(Double.NaN);
    assertThat(comparison.lossesNeeded().at(0.05)).isNaN();
    // Wilson's statistic of 20 in 20 buckets is √20 = 4.47; an AUC of one half says nothing.
    assertThat(comparison.signals()[1])
        .isCloseTo(2 * StudentT.twoSidedP(Math.sqrt(20), 19), within(1e-15));
    assertThat(comparison.signals()[0]).isEqualTo(1);
  }

  @Test
  void hasNoRunnerUpWithASingleMetric() {
    var comparison = Comparison.of(List.of(BucketedExample.FIRST));

    assertThat(comparison.leader()).isZero();
    assertThat(comparison.runnerUp()).isEqualTo(-1);
    assertThat(comparison.withBest().margin()).isEqualTo(Interval.UNDEFINED);
    assertThat(comparison.withBest().pValue()).isNaN();
    assertThat(comparison.withBest().bestSet()).isEqualTo(bits(0));
    assertThat(comparison.probabilities()).containsExactly(Double.NaN);
    assertThat(comparison.lossesNeeded().at(0.05)).isNaN();
  }

  @Test
  void hasNoLeaderWithoutLosses() {
    var nobodyLost =
        new MetricCounts(
            BucketedExample.FIRST.retained(), new double[12][5], BucketedExample.FIRST.revenue());

    var comparison = Comparison.of(List.of(nobodyLost, nobodyLost));

    assertThat(comparison.leader()).isEqualTo(-1);
    assertThat(comparison.runnerUp()).isEqualTo(-1);
    assertThat(comparison.withBest().bestSet()).isEqualTo(new BitSet());
    assertThat(comparison.withBest().pValue()).isNaN();
    assertThat(comparison.withBest().leads()).containsOnly(Double.NaN);
    assertThat(comparison.isSignal(0)).isFalse();
    assertThat(comparison.lossesNeeded().at(0.05)).isNaN();
  }

  @Test
  void refusesMetricsOfDifferentObservations() {
    var doubled =
        new MetricCounts(
            BucketedExample.FIRST.retained(),
            BucketedExample.FIRST.retained(),
            BucketedExample.FIRST.revenue());

    assertThatThrownBy(() -> Comparison.of(List.of(BucketedExample.FIRST, doubled)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot compare metrics 0 and 1: they don't count the same observations.");
    assertThatThrownBy(() -> Comparison.of(List.of()))
        .hasMessage("Cannot compare metrics: there are none.");
  }

  private static BitSet bits(int... metrics) {
    var bits = new BitSet();
    for (int metric : metrics) {
      bits.set(metric);
    }
    return bits;
  }
}
