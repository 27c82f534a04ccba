package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LeakSuspicionTest {

  /**
   * IBM's Telco customer churn sample, version 11.1.3: satisfaction 1 to 5 by churn. The score was
   * made from the outcome; its AUC of 0.9504020907 was computed independently.
   */
  private static final double[] STAYED = {0, 0, 2236, 1789, 1149};

  private static final double[] CHURNED = {922, 518, 429, 0, 0};

  @Test
  void namesTheLevelsOfAScoreThatKnowsTheOutcome() {
    var telco = scattered(STAYED, CHURNED);
    var auc = telco.auc();

    assertThat(auc.value()).isCloseTo(0.9504020907, within(1e-10));
    // Level 2 loses 429 of 2,665 where 707 are expected; only a plain rate would miss it.
    assertThat(LeakSuspicion.levels(STAYED, CHURNED, auc)).containsExactly(0, 1, 2, 3, 4);
  }

  /**
   * By construction: 0.1 % losses, none at six of eleven levels, and most levels far from the
   * overall rate; a rule of "no loss in fifty" would flag it.
   */
  @Test
  void trustsALargeHealthyCompany() {
    double[] retained = {
      60_000, 60_000, 80_000, 100_000, 200_000, 400_000, 600_000, 900_000, 1_200_000, 900_000,
      500_000
    };
    double[] lost = {500, 500, 1000, 1500, 1500, 0, 0, 0, 0, 0, 0};
    double[] spread = {400, 300, 300, 400, 500, 600, 600, 900, 1000, 0, 0};

    var healthy = scattered(retained, spread);
    var leaking = scattered(retained, lost);

    assertThat(healthy.auc().value()).isBetween(0.6, 0.9);
    assertThat(LeakSuspicion.levels(retained, spread, healthy.auc())).isEmpty();
    assertThat(leaking.auc().value()).isGreaterThan(0.9);
    assertThat(LeakSuspicion.levels(retained, lost, leaking.auc())).contains(9, 10);
  }

  /** By construction: three losses that happen to lie apart from the rest prove nothing. */
  @Test
  void doesNotSuspectAHandfulOfLosses() {
    double[] retained = {0, 5, 20};
    double[] lost = {3, 0, 0};

    var few = scattered(retained, lost);

    assertThat(few.auc().value()).isEqualTo(1);
    assertThat(LeakSuspicion.levels(retained, lost, few.auc())).isEmpty();
  }

  @Test
  void suspectsNothingWithoutAnInterval() {
    var undefined = new Estimate(0.99, Double.NaN, 0, Interval.UNDEFINED);

    assertThat(LeakSuspicion.levels(STAYED, CHURNED, undefined)).isEmpty();
  }

  /** Both thresholds are strict: an AUC of 0.90, or a lower limit of 0.80, isn't yet too good. */
  @Test
  void needsBothAnAucAndALowerLimitThatAreTooGood() {
    assertThat(LeakSuspicion.levels(STAYED, CHURNED, estimate(0.90, 0.85))).isEmpty();
    assertThat(LeakSuspicion.levels(STAYED, CHURNED, estimate(0.95, 0.80))).isEmpty();
    assertThat(LeakSuspicion.levels(STAYED, CHURNED, estimate(0.91, 0.81))).isNotEmpty();
  }

  private static Estimate estimate(double auc, double lower) {
    return new Estimate(auc, 0.001, 63, new Interval(lower, 1));
  }

  /** Each observation in a seeded random bucket, or in many at once where there are many. */
  private static MetricCounts scattered(double[] retained, double[] lost) {
    return new MetricCounts(
        scattered(retained, 1), scattered(lost, 2), new double[64][retained.length]);
  }

  private static double[][] scattered(double[] counts, long seed) {
    var random = new SplittableRandom(seed);
    double[][] buckets = new double[64][counts.length];
    for (int level = 0; level < counts.length; level++) {
      double evenly = Math.floor(counts[level] / 128);
      for (int bucket = 0; bucket < 64; bucket++) {
        buckets[bucket][level] = evenly;
      }
      for (double left = counts[level] - 64 * evenly; left > 0; left--) {
        buckets[random.nextInt(64)][level]++;
      }
    }
    return buckets;
  }
}
