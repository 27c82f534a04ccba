package linkage.stats;

import java.util.Random;

/**
 * Made customers whose loss follows from their history and, if so wished, from what they feel.
 *
 * <p>A customer's baseline log odds of being retained are normal with mean 2 and deviation 1; a
 * feeling is standard normal and independent of it. The odds of being retained are the baseline
 * plus the feeling times its effect. A score mixes both, with noise that is half the customer's own
 * and half the response's, and is cut into eleven levels.
 */
final class SurveyedRisks {
  static final int BUCKETS = 64;
  private static final int LEVELS = 11;

  private final Random random;

  SurveyedRisks(long seed) {
    this.random = new Random(seed);
  }

  /**
   * Draws customers with three responses each.
   *
   * @param fromHistory how much of the score is history
   * @param fromFeeling how much of the score is feeling
   * @param effect log odds of being retained per unit of feeling
   */
  RiskCounts draw(int customers, double fromHistory, double fromFeeling, double effect) {
    double[] odds = new double[customers];
    double[] bins = new double[RiskStrata.BINS];
    for (int customer = 0; customer < customers; customer++) {
      odds[customer] = 2 + random.nextGaussian();
      bins[RiskStrata.bin(odds[customer])]++;
    }
    var strata = new RiskStrata(bins);
    double[][][] cells = new double[3][BUCKETS][RiskStrata.STRATA * LEVELS];
    for (double baseline : odds) {
      int bucket = random.nextInt(BUCKETS);
      double feeling = random.nextGaussian();
      double own = random.nextGaussian();
      boolean isRetained = random.nextDouble() < Logistic.probability(baseline + effect * feeling);
      for (int response = 0; response < 3; response++) {
        double noise = (own + random.nextGaussian()) * Math.sqrt(0.5);
        double score = fromHistory * (baseline - 2) + fromFeeling * feeling + noise;
        int level = Math.max(0, Math.min(LEVELS - 1, (int) Math.floor(6 + 2 * score)));
        int cell = strata.stratum(baseline) * LEVELS + level;
        cells[isRetained ? 0 : 1][bucket][cell]++;
        cells[2][bucket][cell] += baseline;
      }
    }
    return new RiskCounts(LEVELS, cells[0], cells[1], cells[2]);
  }

  /** The score's own AUC, history and all. */
  static double rawAuc(RiskCounts counts) {
    return Auc.of(byLevel(counts.retained()), byLevel(counts.lost()));
  }

  private static double[] byLevel(double[][] cells) {
    double[] levels = new double[LEVELS];
    double[] sums = Sums.ofColumns(cells);
    for (int cell = 0; cell < sums.length; cell++) {
      levels[cell % LEVELS] += sums[cell];
    }
    return levels;
  }
}
