package linkage.stats;

import static linkage.stats.SurveyedCustomers.Loss.FROM_SOME_RESPONSE_ON;
import static linkage.stats.SurveyedCustomers.Loss.OF_THE_CUSTOMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import linkage.stats.SurveyedCustomers.Loss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whether 95 % intervals hold the truth 95 times in 100 when customers answer three times.
 *
 * <p>The truth is the population's, by construction of {@link SurveyedCustomers}. "Lost" counts
 * lost customers, one sixth of all; their responses are up to three times as many. With {@value
 * #DRAWS} seeded draws, the standard error of a coverage of 95 % is 0.5 points, so 93 to 97 % is
 * four of them on either side.
 */
class CoverageTest {

  private static final int DRAWS = 2000;
  private static final int CUSTOMERS_PER_LOSS = 6;
  private static final int RESPONSES = 3;

  /** Latent shifts of the retained, which give the first metric AUCs of 0.58, 0.71 and 0.88. */
  private static final double[] SHIFTS = {0.3, 0.8, 1.8};

  @ParameterizedTest
  @ValueSource(ints = {15, 30, 100})
  void holdsWhatItPromisesWithRepeatedResponses(int lost) {
    for (Loss loss : Loss.values()) {
      for (double shift : SHIFTS) {
        assertThatCoverageHolds(Coverage.simulate(loss, shift, lost, DRAWS));
      }
    }
  }

  /** The largest case takes the longest, so each way of losing customers has one AUC. */
  @Test
  void holdsWhatItPromisesWithThreeHundredLosses() {
    assertThatCoverageHolds(Coverage.simulate(OF_THE_CUSTOMER, 0.8, 300, DRAWS));
    assertThatCoverageHolds(Coverage.simulate(FROM_SOME_RESPONSE_ON, 1.8, 300, DRAWS));
  }

  private static void assertThatCoverageHolds(Coverage coverage) {
    assertThat(coverage.firstAuc).as("first AUC, %s", coverage).isBetween(0.93, 0.97);
    assertThat(coverage.secondAuc).as("second AUC, %s", coverage).isBetween(0.93, 0.97);
    assertThat(coverage.difference).as("difference, %s", coverage).isBetween(0.93, 0.97);
    assertThat(coverage.delong).as("naive DeLong, %s", coverage).isLessThan(0.91);
    assertThat(coverage.insufficient).as("insufficient, %s", coverage).isLessThan(0.01);
  }

  /**
   * Fifteen lost responses of five customers are five pieces of evidence: that is what counting
   * buckets is for.
   */
  @Test
  void refusesFifteenLostResponsesOfFiveCustomers() {
    var customers = new SurveyedCustomers(1, 0.8, OF_THE_CUSTOMER);
    for (int draw = 0; draw < 100; draw++) {
      assertThat(customers.draw(500, 5, RESPONSES)[0].support().insufficient()).isTrue();
    }
  }

  /**
   * With one response per customer DeLong is right, and the jackknife agrees with it: on average
   * over 500 draws the two variances differ by less than 5 %.
   */
  @Test
  void agreesWithDelongWhenCustomersAnswerOnce() {
    var customers = new SurveyedCustomers(7, 0.8, OF_THE_CUSTOMER);
    double jackknife = 0;
    double delong = 0;
    for (int draw = 0; draw < 500; draw++) {
      var metric = customers.draw(2000, 200, 1)[0];
      jackknife += metric.auc().variance();
      delong += Auc.delongVariance(metric.retainedByLevel(), metric.lostByLevel());
    }

    assertThat(jackknife / delong).isCloseTo(1, within(0.05));
  }

  /**
   * Retention rates of customers who answer three times with outcomes that correlate by 0.36. A
   * rate so near 1 that a draw often has no loss at all is covered more often than promised.
   */
  @Test
  void holdsWhatItPromisesForRates() {
    assertThat(coverageOfRate(0.5, 50)).isBetween(0.93, 0.97);
    assertThat(coverageOfRate(0.8, 20)).isBetween(0.93, 0.97);
    assertThat(coverageOfRate(0.9, 200)).isBetween(0.93, 0.97);
    assertThat(coverageOfRate(0.97, 1000)).isBetween(0.93, 0.97);
    assertThat(coverageOfRate(0.97, 20)).isBetween(0.93, 0.99);
    assertThat(coverageOfRate(0.9, 5)).isBetween(0.93, 1.0);
  }

  private static double coverageOfRate(double rate, int customers) {
    var random = new SplittableRandom(11);
    int held = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      double[] retained = new double[SurveyedCustomers.BUCKETS];
      double[] totals = new double[SurveyedCustomers.BUCKETS];
      for (int customer = 0; customer < customers; customer++) {
        int bucket = random.nextInt(SurveyedCustomers.BUCKETS);
        int own = random.nextDouble() < rate ? 1 : 0;
        for (int response = 0; response < RESPONSES; response++) {
          boolean likeOthers = random.nextDouble() < 0.6;
          totals[bucket]++;
          retained[bucket] += likeOthers ? own : random.nextDouble() < rate ? 1 : 0;
        }
      }
      // 1 + (3 - 1) · 0.36 is the true design effect.
      held += Proportion.of(retained, totals, 1.72).interval().contains(rate) ? 1 : 0;
    }
    return held / (double) DRAWS;
  }

  /** Shares of draws whose interval held the truth, among those that weren't insufficient. */
  record Coverage(
      Loss loss,
      double auc,
      int lost,
      double firstAuc,
      double secondAuc,
      double difference,
      double delong,
      double insufficient) {

    static Coverage simulate(Loss loss, double shift, int lost, int draws) {
      var customers = new SurveyedCustomers(100L * lost, shift, loss);
      double first = customers.firstAuc();
      double second = customers.secondAuc();
      int[] held = new int[4];
      int judged = 0;
      for (int draw = 0; draw < draws; draw++) {
        var metrics = customers.draw(CUSTOMERS_PER_LOSS * lost, lost, RESPONSES);
        var comparison = Comparison.of(List.of(metrics));
        if (comparison.support().insufficient()) {
          continue;
        }
        judged++;
        var difference = comparison.withBest().differences().get(1 - comparison.leader());
        double truth = comparison.leader() == 0 ? first - second : second - first;
        held[0] += comparison.aucs().get(0).interval().contains(first) ? 1 : 0;
        held[1] += comparison.aucs().get(1).interval().contains(second) ? 1 : 0;
        held[2] += difference.contains(truth) ? 1 : 0;
        held[3] += naive(metrics[0]).contains(first) ? 1 : 0;
      }
      double all = judged;
      return new Coverage(
          loss,
          first,
          lost,
          held[0] / all,
          held[1] / all,
          held[2] / all,
          held[3] / all,
          1 - all / draws);
    }

    /** DeLong's variance in the same interval, with the degrees of freedom of a normal. */
    private static Interval naive(MetricCounts metric) {
      double[] retained = metric.retainedByLevel();
      double[] lost = metric.lostByLevel();
      double auc = Auc.of(retained, lost);
      double slope = 1 / (auc * (1 - auc));
      double varianceOfLogit = Auc.delongVariance(retained, lost) * slope * slope;
      return Interval.logit(auc, varianceOfLogit, 10_000);
    }
  }
}
