package linkage.stats;

/**
 * A rate, such as the retention of those who gave one score, with an interval that allows for
 * customers who are observed more than once.
 *
 * <p><b>Value:</b> in [0, 1], and so are the ends of its interval, which always contains the rate.
 *
 * <p><b>Formula:</b> Wilson's score interval with an effective number of trials. It is {@code p (1
 * - p) / V}, the number of independent trials that would leave the rate as uncertain as the {@link
 * Jackknife} finds it, and never more than there are observations. The critical value is Student's
 * t with one degree of freedom less than there are buckets with observations.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} without observations. A rate of 0 or 1, or one whose
 * observations all lie in one bucket, has no variance of its own. Its effective number of trials is
 * then the number of observations over the design effect handed in, and at least the number of
 * buckets that hold any, since buckets don't share customers; the critical value is the normal one,
 * 1.96. All in one bucket may all be one customer, and count as one trial.
 *
 * <p><b>Cost:</b> O(buckets).
 *
 * <p><b>References:</b> Wilson, Journal of the American Statistical Association 22 (1927) 209–212;
 * Korn and Graubard, Survey Methodology 24 (1998) 193–201, for the effective number of trials. R:
 * {@code prop.test(successes, trials, correct = FALSE)} when observations are independent.
 */
public final class Proportion {

  private Proportion() {}

  /**
   * A rate from counts per bucket.
   *
   * @param successes observations with the outcome per bucket
   * @param totals all observations per bucket, at least the successes
   * @param designEffect for a rate without a variance of its own: how many observations count as
   *     one, at least 1; usually the {@link #designEffect} of the rate over all scores
   */
  public static Estimate of(double[] successes, double[] totals, double designEffect) {
    var mean = Mean.of(successes, totals);
    // Where all have the outcome, a ratio of sums of weights may exceed 1 by a last digit.
    double rate = Math.min(1, mean.value());
    if (Double.isNaN(rate)) {
      return mean;
    }

    double observations = Sums.of(totals);
    int buckets = mean.degreesOfFreedom() + 1;
    Interval interval;
    if (mean.variance() > 0) {
      double size = Math.min(observations, rate * (1 - rate) / mean.variance());
      interval = Interval.wilson(rate, size, StudentT.critical(mean.degreesOfFreedom()));
    } else if (buckets > 1) {
      double size = Math.min(observations, Math.max(buckets, observations / designEffect));
      interval = Interval.wilson(rate, size, StudentT.NORMAL_CRITICAL);
    } else {
      interval = Interval.wilson(rate, Math.min(observations, 1), StudentT.NORMAL_CRITICAL);
    }
    return new Estimate(rate, mean.variance(), mean.degreesOfFreedom(), interval);
  }

  /**
   * By how much repeated observation inflates the variance of a rate.
   *
   * <p><b>Value:</b> at least 1, which means independent observations.
   *
   * <p><b>Formula:</b> {@code V n / (p (1 - p))}, with V the jackknife variance of the rate p of n
   * observations.
   *
   * <p><b>Nulls and edges:</b> 1 where it can't be estimated: without observations, or with a rate
   * of 0 or 1.
   *
   * @param successes observations with the outcome per bucket
   * @param totals all observations per bucket
   */
  public static double designEffect(double[] successes, double[] totals) {
    var mean = Mean.of(successes, totals);
    double independent = mean.value() * (1 - mean.value()) / Sums.of(totals);
    return independent > 0 && mean.variance() > 0 ? Math.max(1, mean.variance() / independent) : 1;
  }
}
