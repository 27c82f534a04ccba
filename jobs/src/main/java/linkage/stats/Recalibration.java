package linkage.stats;

/**
 * What has to be added to the log odds of a model so that, among some observations, it predicts the
 * rate that was observed.
 *
 * <p><b>Value:</b> log odds.
 *
 * <p><b>Formula:</b> the δ with {@code Σ_k n_k expit(l_k + δ) = rate · Σ_k n_k}, where stratum k
 * holds n_k observations of mean log odds l_k. The left side rises with δ, so there is one; it is
 * found by halving.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} without observations, and for a rate of 0 or 1, which no
 * finite log odds predict. Within a stratum all count as alike; with strata of a tenth each that
 * moves a predicted rate by a few thousandths at most.
 *
 * <p><b>Cost:</b> O(strata), 60 times.
 *
 * <p><b>References:</b> "calibration in the large" of Cox, Biometrika 45 (1958) 562–565;
 * Steyerberg, Clinical Prediction Models (2009), section 15.3.
 */
public final class Recalibration {
  private static final double FARTHEST = 40;
  private static final int HALVINGS = 60;

  private Recalibration() {}

  /**
   * Finds the shift.
   *
   * @param counts observations per stratum
   * @param logOddsSums the sum of their log odds
   * @param rate the rate to be predicted
   */
  public static double shift(double[] counts, double[] logOddsSums, double rate) {
    double total = Sums.of(counts);
    if (!(total > 0) || !(rate > 0 && rate < 1)) {
      return Double.NaN;
    }
    double low = -FARTHEST;
    double high = FARTHEST;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      double expected = 0;
      for (int stratum = 0; stratum < counts.length; stratum++) {
        if (counts[stratum] > 0) {
          double logOdds = logOddsSums[stratum] / counts[stratum] + middle;
          expected += counts[stratum] * Logistic.probability(logOdds);
        }
      }
      if (expected < rate * total) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
