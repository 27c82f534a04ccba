package linkage.stats;

import java.util.SplittableRandom;

/**
 * Customers with a known truth, some of whose windows are still open: what is published of them,
 * and the two classic errors beside it.
 *
 * <p>Anchors are spread evenly over a year before the data end, so follow-up is 0 to 360 days; the
 * horizon is 180. The score says much about losses of the first 60 days and nothing about later
 * ones, so early losses look unlike late ones. The truth follows from the daily hazards.
 *
 * @param auc the published AUC
 * @param retention the published retention of all levels
 * @param aucOfOpenAsRetained open windows counted as retained
 * @param retentionOfOpenAsRetained the same of retention
 * @param aucOfAnyLoss early losses of open windows counted without the survivors beside them
 * @param retentionOfAnyLoss the same of retention
 */
record OpenWindows(
    Estimate auc,
    Estimate retention,
    double aucOfOpenAsRetained,
    double retentionOfOpenAsRetained,
    double aucOfAnyLoss,
    double retentionOfAnyLoss) {

  private static final int LEVELS = 5;
  private static final int HORIZON = 180;
  private static final int PERIOD = 30;
  private static final int CUSTOMERS = 3000;

  /** The AUC in the population. */
  static double trueAuc() {
    double[] gone = stayed();
    for (int level = 0; level < LEVELS; level++) {
      gone[level] = 1.0 / LEVELS - gone[level];
    }
    return Auc.of(stayed(), gone);
  }

  /** The retention in the population. */
  static double trueRetention() {
    return Sums.of(stayed());
  }

  private static double[] stayed() {
    double[] stayed = new double[LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      double survival = 1;
      for (int day = 1; day <= HORIZON; day++) {
        survival *= 1 - hazard(level, day);
      }
      stayed[level] = survival / LEVELS;
    }
    return stayed;
  }

  static OpenWindows draw(SplittableRandom random) {
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
    double losses = Sums.of(anyLoss);
    return new OpenWindows(
        followUp.auc(),
        followUp.retentionCurve(0, LEVELS - 1).get(periods - 1).retention(),
        Auc.of(openAsRetained, anyLoss),
        1 - losses / CUSTOMERS,
        Auc.of(completeAndRetained, anyLoss),
        1 - losses / (losses + Sums.of(completeAndRetained)));
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
