package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankStabilityTest {

  /** By hand: AUCs fall in this order then, and the first two change places now. */
  @Test
  void ranksThenAndNow() {
    var stability =
        RankStability.of(
            List.of(metric(0.9), metric(0.7), metric(0.6)),
            List.of(metric(0.7), metric(0.8), metric(0.6)));

    assertThat(stability.ranksThen()).containsExactly(1, 2, 3);
    assertThat(stability.ranksNow()).containsExactly(2, 1, 3);
    assertThat(stability.correlation()).isCloseTo(0.5, within(1e-12));
    assertThat(stability.winner()).isZero();
    assertThat(stability.winnerThen().value()).isCloseTo(0.9, within(1e-12));
    assertThat(stability.winnerNow().value()).isCloseTo(0.7, within(1e-12));
    assertThat(stability.lead().value()).isCloseTo(-0.1, within(1e-12));
    assertThat(stability.staysBest()).isFalse();
  }

  /** R: cor(c(1, 2.5, 2.5), c(3, 1.5, 1.5)) = -1. */
  @Test
  void equalMetricsShareTheirRank() {
    var stability =
        RankStability.of(
            List.of(metric(0.9), metric(0.7), metric(0.7)),
            List.of(metric(0.6), metric(0.8), metric(0.8)));

    assertThat(stability.ranksThen()).containsExactly(1, 2.5, 2.5);
    assertThat(stability.correlation()).isCloseTo(-1, within(1e-12));
  }

  /** By definition: the lead is that of the comparison of the later months. */
  @Test
  void judgesTheLeadByTheLaterMonths() {
    var customers = new SurveyedCustomers(9, 0.8, SurveyedCustomers.Loss.OF_THE_CUSTOMER);
    List<MetricCounts> then = List.of(customers.draw(900, 150, 2));
    List<MetricCounts> now = List.of(customers.draw(900, 150, 2));

    var stability = RankStability.of(then, now);

    var later = MetricCounts.jackknifeOfAucs(now);
    assertThat(stability.winner()).isZero();
    assertThat(stability.lead().value())
        .isCloseTo(later.estimate()[0] - later.estimate()[1], within(1e-12));
    assertThat(stability.lead().variance())
        .isCloseTo(later.varianceOfDifference(0, 1), within(1e-15));
    assertThat(stability.winnerNow()).isEqualTo(now.get(0).auc());
    assertThat(stability.staysBest()).isTrue();
  }

  /** By definition: the interval of a candidate against all others, whoever of them is best. */
  @Test
  void allowsForTheRivalBeingPickedByItsLooks() {
    var customers = new SurveyedCustomers(9, 0.8, SurveyedCustomers.Loss.OF_THE_CUSTOMER);
    List<MetricCounts> then = three(customers);
    List<MetricCounts> now = three(customers);

    var stability = RankStability.of(then, now);

    var aucs =
        new JointAucs(MetricCounts.jackknifeOfAucs(now), now.get(0).support(), Unresolved.NOTHING);
    var againstAll =
        ComparisonsWithBest.marginOf(
            stability.winner(),
            aucs.values(),
            aucs.covariance(),
            now.get(0).support().degreesOfFreedom(),
            Unresolved.NOTHING);
    assertThat(stability.lead().interval()).isEqualTo(againstAll);
    assertThat(againstAll.upper() - againstAll.lower())
        .isGreaterThan(2 * StudentT.critical(60) * stability.lead().standardError());
  }

  /** Three metrics of the same answers: the last is the first on a coarser scale. */
  private static List<MetricCounts> three(SurveyedCustomers customers) {
    MetricCounts[] two = customers.draw(900, 150, 2);
    return List.of(two[0], two[1], two[0].recode(Coding.TOP_BOX));
  }

  /**
   * By simulation: of two metrics that are equally good the winner is chance's, so it looks better
   * than it is when it is chosen, and not later.
   */
  @Test
  void laterMonthsDontFlatterTheWinner() {
    var customers = new SurveyedCustomers(10, 0.8, SurveyedCustomers.Loss.OF_THE_CUSTOMER);
    double then = 0;
    double now = 0;
    for (int draw = 0; draw < 300; draw++) {
      List<MetricCounts> earlier =
          List.of(customers.draw(300, 50, 1)[0], customers.draw(300, 50, 1)[0]);
      List<MetricCounts> later =
          List.of(customers.draw(300, 50, 1)[0], customers.draw(300, 50, 1)[0]);
      var stability = RankStability.of(earlier, later);
      then += stability.winnerThen().value() / 300;
      now += stability.winnerNow().value() / 300;
    }

    assertThat(then).isGreaterThan(customers.firstAuc() + 0.01);
    assertThat(now).isCloseTo(customers.firstAuc(), within(0.008));
  }

  @Test
  void hasNoRanksWithoutBothClasses() {
    var nobody = new MetricCounts(new double[20][3], new double[20][3], new double[20][3]);

    var stability = RankStability.of(List.of(nobody, nobody), List.of(metric(0.7), metric(0.6)));

    assertThat(stability.winner()).isEqualTo(-1);
    assertThat(stability.ranksThen()).containsOnly(Double.NaN);
    assertThat(stability.correlation()).isNaN();
    assertThat(stability.staysBest()).isFalse();
    assertThatThrownBy(() -> RankStability.of(List.of(nobody), List.of()))
        .hasMessage("Cannot compare the ranks of 1 metrics then and 0 now.");
  }

  /** By trying every split: none whose scarcer side has more losses keeps the embargo. */
  @Test
  void splitsWhereBothSidesHaveLosses() {
    int[] first = IntStream.range(0, 24).map(month -> 30 * month).toArray();
    int[] last = Arrays.stream(first).map(day -> day + 29).toArray();
    double[] losses = IntStream.range(0, 24).mapToDouble(month -> (5 * month + 3) % 7).toArray();
    for (int embargo : new int[] {0, 29, 30, 91, 181, 366}) {
      double most = 0;
      for (int a = 0; a < 24; a++) {
        for (int b = a + 1; b < 24; b++) {
          if (first[b] > last[a] + embargo) {
            double scarcer =
                Math.min(Arrays.stream(losses, 0, a + 1).sum(), Arrays.stream(losses, b, 24).sum());
            most = Math.max(most, scarcer);
          }
        }
      }

      var split = TimeSplit.of(first, last, losses, embargo).orElseThrow();

      assertThat(first[split.firstNow()]).isGreaterThan(last[split.lastThen()] + embargo);
      assertThat(
              Math.min(
                  Arrays.stream(losses, 0, split.lastThen() + 1).sum(),
                  Arrays.stream(losses, split.firstNow(), 24).sum()))
          .isEqualTo(most);
    }
    assertThat(TimeSplit.of(first, last, losses, 800)).isEqualTo(Optional.empty());
    assertThat(TimeSplit.of(first, last, new double[24], 30)).isEmpty();
  }

  /** Two levels in twenty buckets, with the AUC (1 + p - q) / 2 for q = 1 - p: p. */
  private static MetricCounts metric(double auc) {
    double[][] retained = new double[20][];
    double[][] lost = new double[20][];
    for (int bucket = 0; bucket < 20; bucket++) {
      retained[bucket] = new double[] {100 * (1 - auc), 100 * auc};
      lost[bucket] = new double[] {100 * auc, 100 * (1 - auc)};
    }
    return new MetricCounts(retained, lost, retained);
  }
}
