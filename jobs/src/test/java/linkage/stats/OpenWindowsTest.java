package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whether windows that are still open bend the answer: customers with a known truth, and the two
 * classic errors beside what is published.
 *
 * <p>Anchors are spread evenly over a year before the data end, so follow-up is 0 to 360 days; the
 * horizon is 180. The score says much about losses of the first 60 days and nothing about later
 * ones, so early losses look unlike late ones. The truth follows from the daily hazards.
 */
class OpenWindowsTest {
  private static final int LEVELS = 5;
  private static final int HORIZON = 180;
  private static final int PERIOD = 30;
  private static final int DRAWS = 400;
  private static final int CUSTOMERS = 3000;

  private final double[] aucs = new double[3];
  private final double[] retentions = new double[3];
  private double aucSquares;
  private double retentionSquares;
  private int covered;
  private int retentionCovered;

  @Test
  void thePublishedFiguresHoldTheTruthAndTheClassicErrorsDoNot() {
    double[] stayed = new double[LEVELS];
    double[] gone = new double[LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      double survival = 1;
      for (int day = 1; day <= HORIZON; day++) {
        survival *= 1 - hazard(level, day);
      }
      stayed[level] = survival / LEVELS;
      gone[level] = (1 - survival) / LEVELS;
    }
    double trueAuc = Auc.of(stayed, gone);
    double trueRetention = Sums.of(stayed);

    for (int draw = 0; draw < DRAWS; draw++) {
      draw(new SplittableRandom(1000 + draw), trueAuc, trueRetention);
    }

    double aucError = Math.sqrt((aucSquares - aucs[0] * aucs[0] / DRAWS) / DRAWS / DRAWS);
    double retentionError =
        Math.sqrt((retentionSquares - retentions[0] * retentions[0] / DRAWS) / DRAWS / DRAWS);
    // Ours lies within three Monte-Carlo errors of the truth …
    assertThat(aucs[0] / DRAWS).isCloseTo(trueAuc, within(3 * aucError));
    assertThat(retentions[0] / DRAWS).isCloseTo(trueRetention, within(3 * retentionError));
    // … an error of the coverage of 95 % is 1.1 points.
    assertThat(covered / (double) DRAWS).isBetween(0.92, 0.98);
    assertThat(retentionCovered / (double) DRAWS).isBetween(0.92, 0.98);

    // Open windows counted as retained: the losses seen are mostly early ones, so what predicts
    // them looks better, and everybody seems to stay.
    assertThat(aucs[1] / DRAWS).isGreaterThan(trueAuc + 10 * aucError);
    assertThat(retentions[1] / DRAWS).isGreaterThan(trueRetention + 0.05);
    // Early losses counted without the survivors beside them: what predicts them looks better.
    assertThat(aucs[2] / DRAWS).isGreaterThan(trueAuc + 10 * aucError);
    assertThat(retentions[2] / DRAWS).isLessThan(trueRetention - 0.05);
  }

  private void draw(SplittableRandom random, double trueAuc, double trueRetention) {
    int periods = HORIZON / PERIOD;
    double[][][] lost = new double[64][periods + 1][LEVELS];
    double[][][] censored = new double[64][periods + 1][LEVELS];
    double[] openAsRetained = new double[LEVELS];
    double[] completeAndRetained = new double[LEVELS];
    double[] anyLoss = new double[LEVELS];
    for (int customer = 0; customer < CUSTOMERS; customer++) {
      int bucket = random.nextInt(64);
      int level = random.nextInt(LEVELS);
      int followUp = random.nextInt(2 * HORIZON + 1);
      int loss = lossDay(random, level);
      boolean isSeen = loss <= Math.min(followUp, HORIZON);
      if (isSeen) {
        anyLoss[level]++;
      } else {
        openAsRetained[level]++;
        completeAndRetained[level] += followUp >= HORIZON ? 1 : 0;
      }
      int completed = Math.min(followUp, HORIZON) / PERIOD;
      int lostIn = (loss + PERIOD - 1) / PERIOD;
      (lostIn <= completed ? lost : censored)[bucket][Math.min(lostIn, completed)][level]++;
    }
    var followUp = new MetricFollowUp(lost, censored);
    Estimate auc = followUp.auc();
    Estimate retention = followUp.retentionCurve(0, LEVELS - 1).get(periods - 1).retention();

    aucs[0] += auc.value();
    aucSquares += auc.value() * auc.value();
    covered += auc.interval().contains(trueAuc) ? 1 : 0;
    retentions[0] += retention.value();
    retentionSquares += retention.value() * retention.value();
    retentionCovered += retention.interval().contains(trueRetention) ? 1 : 0;
    double losses = Sums.of(anyLoss);
    aucs[1] += Auc.of(openAsRetained, anyLoss);
    retentions[1] += 1 - losses / CUSTOMERS;
    aucs[2] += Auc.of(completeAndRetained, anyLoss);
    retentions[2] += 1 - losses / (losses + Sums.of(completeAndRetained));
  }

  private static int lossDay(SplittableRandom random, int level) {
    for (int day = 1; day <= HORIZON; day++) {
      if (random.nextDouble() < hazard(level, day)) {
        return day;
      }
    }
    return Integer.MAX_VALUE / 2;
  }

  private static double hazard(int level, int day) {
    return day <= 60 ? 0.001 * (LEVELS - 1 - level) : 0.003;
  }
}
