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
    var margin = comparison.margin();
    assertThat(margin.value()).isCloseTo(0.1051671732522796, within(1e-14));
    assertThat(margin.variance()).isCloseTo(0.001104496961215647, within(1e-15));
    assertThat(margin.degreesOfFreedom()).isEqualTo(11);
    assertThat(margin.interval().lower()).isCloseTo(0.03201969187333008, within(1e-12));
    assertThat(margin.interval().upper()).isCloseTo(0.1783146546312292, within(1e-12));
    assertThat(comparison.pValue()).isCloseTo(0.009007271361502461, within(1e-12));
  }

  @Test
  void leavesAMetricThatIsWorseOutOfTheBestSet() {
    var comparison = Comparison.of(BucketedExample.BOTH);

    assertThat(comparison.bestSet()).isEqualTo(bits(0));
    assertThat(comparison.lossesNeeded()).isNaN();
  }

  @Test
  void findsTheLeaderWhereverItIsDeclared() {
    var comparison =
        Comparison.of(
            List.of(BucketedExample.SECOND, BucketedExample.FIRST, BucketedExample.SECOND));

    assertThat(comparison.leader()).isEqualTo(1);
    assertThat(comparison.runnerUp()).isZero();
    assertThat(comparison.differences().get(1).value()).isZero();
    assertThat(comparison.differences().get(2).value())
        .isCloseTo(0.1051671732522796, within(1e-14));
    assertThat(comparison.aucs().get(1)).isEqualTo(BucketedExample.FIRST.auc());
  }

  /** By definition: the same metric twice is a draw, and the first declared leads. */
  @Test
  void calledOnTheSameMetricTwiceFindsNoDifference() {
    var comparison = Comparison.of(List.of(BucketedExample.FIRST, BucketedExample.FIRST));

    assertThat(comparison.leader()).isZero();
    assertThat(comparison.margin().value()).isZero();
    assertThat(comparison.margin().interval()).isEqualTo(new Interval(0, 0));
    assertThat(comparison.pValue()).isEqualTo(1);
    assertThat(comparison.bestSet()).isEqualTo(bits(0, 1));
    assertThat(comparison.lossesNeeded()).isNaN();
  }

  /**
   * By the formula: with d = 0.02, t √V = 0.05 and 100 losses, 100 · (0.05 / 0.02)² = 625; the
   * second difference of 0.03 ± 0.09 needs 900, and the larger counts.
   */
  @Test
  void saysHowManyLossesWouldTellTheBestSetApart() {
    var comparison =
        comparison(
            lead(0, 0, 0, 0), lead(0.02, 0.0005, -0.03, 0.07), lead(0.03, 0.001, -0.06, 0.12));

    assertThat(comparison.lossesNeeded()).isCloseTo(900, within(1.0));
    assertThat(comparison(lead(0, 0, 0, 0), lead(0.02, 0.0005, -0.03, 0.07)).lossesNeeded())
        .isCloseTo(625, within(1.0));
  }

  /** By definition: to lead is to beat them all, so the least sure difference decides. */
  @Test
  void takesThePOfTheLeastSureDifference() {
    var sure = lead(0.02, 1e-6, 0.018, 0.022);
    var unsure = lead(0.03, 0.001, -0.06, 0.12);

    assertThat(comparison(lead(0, 0, 0, 0), sure, unsure).pValue())
        .isEqualTo(comparison(lead(0, 0, 0, 0), unsure).pValue())
        .isCloseTo(2 * 0.1732, within(0.01)); // R: pt(-0.03 / sqrt(0.001), 63) = 0.1732
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
    assertThat(comparison.margin().value()).isEqualTo(0.5);
    assertThat(comparison.margin().interval()).isEqualTo(Interval.UNDEFINED);
    assertThat(comparison.pValue()).isNaN();
    assertThat(comparison.bestSet()).isEqualTo(bits(0, 1));
    assertThat(comparison.lossesNeeded()).isNaN();
  }

  @Test
  void hasNoRunnerUpWithASingleMetric() {
    var comparison = Comparison.of(List.of(BucketedExample.FIRST));

    assertThat(comparison.leader()).isZero();
    assertThat(comparison.runnerUp()).isEqualTo(-1);
    assertThat(comparison.margin().value()).isNaN();
    assertThat(comparison.pValue()).isNaN();
    assertThat(comparison.bestSet()).isEqualTo(bits(0));
    assertThat(comparison.lossesNeeded()).isNaN();
  }

  @Test
  void hasNoLeaderWithoutLosses() {
    var nobodyLost =
        new MetricCounts(
            BucketedExample.FIRST.retained(), new double[12][5], BucketedExample.FIRST.revenue());

    var comparison = Comparison.of(List.of(nobodyLost, nobodyLost));

    assertThat(comparison.leader()).isEqualTo(-1);
    assertThat(comparison.runnerUp()).isEqualTo(-1);
    assertThat(comparison.bestSet()).isEqualTo(new BitSet());
    assertThat(comparison.pValue()).isNaN();
    assertThat(comparison.differences()).allMatch(each -> Double.isNaN(each.value()));
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

  private static Estimate lead(double value, double variance, double lower, double upper) {
    return new Estimate(value, variance, 63, new Interval(lower, upper));
  }

  private static Comparison comparison(Estimate... differences) {
    return new Comparison(List.of(), new Support(64, 64), 100, 0, 1, List.of(differences));
  }

  private static BitSet bits(int... metrics) {
    var bits = new BitSet();
    for (int metric : metrics) {
      bits.set(metric);
    }
    return bits;
  }
}
