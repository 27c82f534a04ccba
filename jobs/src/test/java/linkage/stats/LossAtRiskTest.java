package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class LossAtRiskTest {
  private static final int BUCKETS = 64;
  private static final int PERIODS = 6;
  private static final int LEVELS = 3;

  /** One answer: censored observations end their follow-up with the period, at most the last. */
  private record Answer(int bucket, int level, int period, boolean isLost, double revenue) {
    /** Revenue counts where the window is complete. */
    boolean isComplete() {
      return isLost || period == PERIODS;
    }
  }

  @Test
  void isTheShareLostTimesWhatTheLossTakesByItsDefinition() {
    List<Answer> answers = answers(3_000, new SplittableRandom(1));
    double[] replicates = new double[BUCKETS];
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      int left = bucket;
      replicates[bucket] = naive(answers, answer -> answer.bucket() != left);
    }
    double mean = java.util.Arrays.stream(replicates).average().orElseThrow();
    double variance = 0;
    for (double replicate : replicates) {
      variance += (BUCKETS - 1.0) / BUCKETS * (replicate - mean) * (replicate - mean);
    }

    LossAtRisk found = of(answers);

    assertThat(found.perCustomer().value()).isCloseTo(naive(answers, answer -> true), within(1e-9));
    assertThat(found.perCustomer().variance()).isCloseTo(variance, within(1e-9));
    assertThat(found.retention().value())
        .isCloseTo(kaplanMeier(answers, answer -> true), within(1e-12));
    assertThat(found.ifRetained()).isGreaterThan(found.ifLost());
  }

  /** Retention 0.9^6, revenue 100 if retained and 40 if lost, one in three windows open. */
  @Test
  void ninetyFiveIntervalsOfAHundredHoldTheTruth() {
    double truth = (1 - Math.pow(0.9, PERIODS)) * (100 - 40);
    int holding = 0;
    int samples = 600;
    for (int sample = 0; sample < samples; sample++) {
      Interval interval =
          of(answers(800, new SplittableRandom(100 + sample))).perCustomer().interval();
      holding += interval.contains(truth) ? 1 : 0;
    }

    // Three standard errors of a share of 600.
    assertThat((double) holding / samples).isCloseTo(0.95, within(0.027));
  }

  @Test
  void withoutALossNothingIsLostAndNoIntervalIsClaimed() {
    List<Answer> answers =
        answers(200, new SplittableRandom(2)).stream().filter(answer -> !answer.isLost()).toList();

    LossAtRisk found = of(answers);

    assertThat(found.perCustomer().value()).isZero();
    assertThat(found.perCustomer().interval().isDefined()).isFalse();
    assertThat(found.ifLost()).isZero();
  }

  @Test
  void withoutACompleteWindowNothingCanBeTold() {
    List<Answer> answers =
        answers(200, new SplittableRandom(3)).stream()
            .filter(answer -> !answer.isComplete())
            .toList();

    assertThat(of(answers).perCustomer().value()).isNaN();
    assertThat(of(answers).retention().value()).isNaN();
  }

  private static List<Answer> answers(int count, SplittableRandom random) {
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int followUp = random.nextInt(3) == 0 ? random.nextInt(PERIODS) : PERIODS;
      int lostIn = 1;
      while (lostIn <= PERIODS && random.nextDouble() < 0.9) {
        lostIn++;
      }
      boolean isLost = lostIn <= followUp;
      // Losses of open windows tell when, not how much: their revenue isn't complete.
      double revenue = (isLost ? 40 : 100) + 30 * random.nextGaussian();
      answers.add(
          new Answer(
              random.nextInt(BUCKETS),
              random.nextInt(2),
              isLost ? lostIn : followUp,
              isLost,
              revenue));
    }
    return answers;
  }

  private static LossAtRisk of(List<Answer> answers) {
    double[][][] lost = new double[BUCKETS][PERIODS + 1][LEVELS];
    double[][][] censored = new double[BUCKETS][PERIODS + 1][LEVELS];
    double[][] money = new double[BUCKETS][LossAtRisk.MONEY_CELLS];
    for (Answer answer : answers) {
      (answer.isLost() ? lost : censored)[answer.bucket()][answer.period()][answer.level()]++;
      if (answer.isComplete()) {
        int cell = answer.isLost() ? 2 : 0;
        money[answer.bucket()][cell]++;
        money[answer.bucket()][cell + 1] += answer.revenue();
      }
    }
    return LossAtRisk.of(new MetricFollowUp(lost, censored), 0, 1, money);
  }

  private static double naive(List<Answer> answers, Predicate<Answer> isIn) {
    double[] means = new double[2];
    for (int lost = 0; lost < 2; lost++) {
      boolean isLost = lost == 1;
      means[lost] =
          answers.stream()
              .filter(isIn)
              .filter(answer -> answer.isComplete() && answer.isLost() == isLost)
              .mapToDouble(Answer::revenue)
              .average()
              .orElseThrow();
    }
    return (1 - kaplanMeier(answers, isIn)) * (means[0] - means[1]);
  }

  private static double kaplanMeier(List<Answer> answers, Predicate<Answer> isIn) {
    double retention = 1;
    for (int period = 1; period <= PERIODS; period++) {
      int now = period;
      double atRisk =
          answers.stream().filter(isIn).filter(answer -> answer.period() >= now).count();
      double lost =
          answers.stream()
              .filter(isIn)
              .filter(answer -> answer.isLost() && answer.period() == now)
              .count();
      retention *= 1 - lost / atRisk;
    }
    return retention;
  }
}
