package linkage.stats;

import static linkage.stats.FollowUpExample.HORIZON;
import static linkage.stats.FollowUpExample.REFERENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import linkage.stats.FollowUpExample.Seen;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Expected numbers without another source: R's survival 3.5-3, by {@code follow_up.R}. */
class MetricFollowUpTest {
  private static final Offset<Double> EXACTLY = within(1e-9);
  private static final MetricFollowUp REFERENCE_COUNTS =
      FollowUpExample.count(REFERENCE).upTo(HORIZON);

  @Test
  void weighsAsRttrightDoes() {
    double[] lost = new double[HORIZON + 1];
    double[] censored = new double[HORIZON + 1];
    REFERENCE.stream()
        .map(seen -> seen.upTo(HORIZON))
        .forEach(seen -> (seen.isLost() ? lost : censored)[seen.period()]++);

    double[] followed = Censoring.leftLimits(lost, censored);

    double[] weights = {
      1.068249258160237,
      1.147224884249905,
      1.180685610040527,
      1.318119913854768,
      1.420830556492802,
      1.710514456360267
    };
    for (int period = 1; period <= HORIZON; period++) {
      assertThat(1 / followed[period]).isCloseTo(weights[period - 1], EXACTLY);
    }
    assertThat(KaplanMeier.retention(lost, censored))
        .containsExactly(
            new double[] {
              1,
              0.8189910979228486,
              0.787123740027018,
              0.6920129547737534,
              0.6077997380552542,
              0.4893971916808541,
              0.3421028912720533
            },
            EXACTLY);
  }

  @Test
  void aucAgreesWithSurvival() {
    Estimate auc = REFERENCE_COUNTS.auc();

    assertThat(auc.value()).isCloseTo(0.5667896927940432, EXACTLY);
    assertThat(auc.variance()).isCloseTo(0.001545832537901789, EXACTLY);
    assertThat(auc.interval().lower()).isCloseTo(0.4790508108485366, EXACTLY);
    assertThat(auc.interval().upper()).isCloseTo(0.6505314044914871, EXACTLY);
    assertThat(REFERENCE_COUNTS.known().lostByLevel()).satisfies(n -> sumsTo(n, 184));
    assertThat(REFERENCE_COUNTS.known().retainedByLevel()).satisfies(n -> sumsTo(n, 72));
  }

  @Test
  void concordanceAgreesWithSurvival() {
    assertThat(REFERENCE_COUNTS.pairs()).isEqualTo(new Concordance(15419, 12816, 6960, 2758, 676));
    assertThat(REFERENCE_COUNTS.concordance().value()).isCloseTo(0.5369796846142918, EXACTLY);
    assertThat(REFERENCE_COUNTS.concordance().variance()).isCloseTo(0.0004992283397113764, EXACTLY);
    assertThat(REFERENCE_COUNTS.weightedConcordance().value())
        .isCloseTo(0.5457619364469988, EXACTLY);
    assertThat(REFERENCE_COUNTS.weightedConcordance().variance())
        .isCloseTo(0.0005053978202170515, EXACTLY);
  }

  @Test
  void brierScoreAgreesWithSurvival() {
    assertThat(REFERENCE_COUNTS.brier().score()).isCloseTo(0.2337079220893881, EXACTLY);
    assertThat(REFERENCE_COUNTS.brier().reference()).isCloseTo(0.2298638185110072, EXACTLY);
    assertThat(REFERENCE_COUNTS.scaledBrier().value()).isCloseTo(-0.01672339563173453, EXACTLY);
    assertThat(REFERENCE_COUNTS.scaledBrier().variance()).isCloseTo(0.001685801541482597, EXACTLY);
  }

  @Test
  void retentionCurveAgreesWithSurvival() {
    List<MetricFollowUp.CurvePoint> curve = REFERENCE_COUNTS.retentionCurve(0, 1);

    double[][] expected = {
      {140, 0.8071428571428572, 0.0008953227234235421, 0.7332943310013911, 0.8643266291472838},
      {108, 0.7772486772486772, 0.001004984513867712, 0.6997893796046467, 0.8393114154618186},
      {102, 0.6629474011826952, 0.001816736976788123, 0.5631138386136713, 0.7500922150247267},
      {80, 0.5635052910052909, 0.001737537720747962, 0.4707437913406092, 0.6520266640388747},
      {64, 0.4138241980820105, 0.002329740751572338, 0.3127235822571895, 0.522749251738812},
      {41, 0.2523318280987869, 0.001521744478547147, 0.1767259813949736, 0.3466630274037887}
    };
    assertThat(curve).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      MetricFollowUp.CurvePoint point = curve.get(i);
      assertThat(point.period()).isEqualTo(i + 1);
      assertThat(point.atRisk()).isEqualTo(expected[i][0]);
      assertThat(point.retention().value()).isCloseTo(expected[i][1], EXACTLY);
      assertThat(point.retention().variance()).isCloseTo(expected[i][2], EXACTLY);
      assertThat(point.retention().interval().lower()).isCloseTo(expected[i][3], EXACTLY);
      assertThat(point.retention().interval().upper()).isCloseTo(expected[i][4], EXACTLY);
    }
  }

  @Property(tries = 30)
  void curvesGoOnWhereSomebodyIsAtRiskAndEndThere(@ForAll long seed) {
    List<Seen> seen = FollowUpExample.random(seed, 40);
    List<Seen> band = seen.stream().filter(each -> each.level() >= 3).toList();

    for (var point : FollowUpExample.count(seen).retentionCurve(3, 4)) {
      long atRisk = band.stream().filter(each -> each.period() >= point.period()).count();
      assertThat(point.atRisk()).isEqualTo(atRisk).isPositive();
      double retention = FollowUpExample.retention(band, point.period());
      assertThat(point.retention().value()).isCloseTo(retention, within(1e-12));
      assertThat(point.retention().interval().contains(point.retention().value())).isTrue();
      assertThat(point.retention().interval().within(0, 1)).isTrue();
    }
  }

  /** By hand: nobody of 40 was lost; 40 / (40 + 1.96²), since no design effect can be told. */
  @Test
  void aCurveWithoutLossesStillHasAnInterval() {
    double[][][] lost = new double[4][2][2];
    double[][][] censored = new double[4][2][2];
    for (int bucket = 0; bucket < 4; bucket++) {
      censored[bucket][1][0] = 10;
    }
    var followUp = new MetricFollowUp(lost, censored);

    Estimate retention = followUp.retentionCurve(0, 0).get(0).retention();

    assertThat(retention.value()).isEqualTo(1);
    assertThat(retention.interval().lower())
        .isCloseTo(40 / (40 + Math.pow(1.959963984540054, 2)), EXACTLY);
    assertThat(retention.interval().upper()).isEqualTo(1);
    assertThat(followUp.retentionCurve(1, 1)).isEmpty();
  }

  @Test
  void aCodingMergesLevels() {
    var merged =
        FollowUpExample.count(
            REFERENCE.stream()
                .map(o -> new Seen(o.bucket(), o.level() >= 3 ? 1 : 0, o.period(), o.isLost()))
                .toList());

    assertThat(REFERENCE_COUNTS.aucValue(Coding.TOP2_BOX))
        .isCloseTo(merged.upTo(HORIZON).auc().value(), within(1e-12));
    assertThat(REFERENCE_COUNTS.aucValue(Coding.RAW)).isEqualTo(REFERENCE_COUNTS.auc().value());
  }

  /** By definition: who is looked at no further than a period is censored there if not lost. */
  @Property(tries = 20)
  void lookingNoFurtherThanAPeriodIsToCensorThere(@ForAll long seed) {
    List<Seen> seen = FollowUpExample.random(seed, 100);
    var later = FollowUpExample.count(seen).upTo(4);
    var sooner = FollowUpExample.count(seen.stream().map(each -> each.upTo(4)).toList());

    IntStream.range(0, FollowUpExample.BUCKETS)
        .forEach(
            bucket -> {
              for (int period = 0; period <= 4; period++) {
                assertThat(later.lost()[bucket][period])
                    .containsExactly(sooner.lost()[bucket][period]);
                assertThat(later.censored()[bucket][period])
                    .containsExactly(sooner.censored()[bucket][period]);
              }
            });
  }

  private static void sumsTo(double[] counts, double total) {
    assertThat(Sums.of(counts)).isEqualTo(total);
  }
}
