package linkage.stats;

/**
 * The mean of something per observation, such as next year's revenue, with an interval that allows
 * for customers who are observed more than once.
 *
 * <p><b>Value:</b> in the units of the sums, per observation.
 *
 * <p><b>Formula:</b> {@code Σ_g sum_g / Σ_g total_g}, a ratio of two sums over buckets; the
 * variance is the {@link Jackknife}'s, the interval {@link Interval#symmetric} with one degree of
 * freedom less than there are buckets with observations.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} without observations; without a variance and without an
 * interval if they all lie in one bucket.
 *
 * <p><b>Cost:</b> O(buckets).
 *
 * <p><b>References:</b> Cochran, Sampling Techniques (1977), section 6.3, for the ratio of two
 * sums.
 */
public final class Mean {

  private Mean() {}

  /**
   * A mean per observation.
   *
   * @param sums what is averaged, summed per bucket
   * @param totals observations (or their weights) per bucket
   */
  public static Estimate of(double[] sums, double[] totals) {
    double[][] buckets = new double[sums.length][];
    int occupied = 0;
    for (int bucket = 0; bucket < sums.length; bucket++) {
      buckets[bucket] = new double[] {sums[bucket], totals[bucket]};
      occupied += totals[bucket] > 0 ? 1 : 0;
    }

    var jackknife =
        Jackknife.of(
            buckets,
            cells ->
                new double[] {
                  cells.length == 2 && cells[1] > 0 ? cells[0] / cells[1] : Double.NaN
                });
    double mean = jackknife.estimate()[0];
    double variance = jackknife.variance(0);
    int degreesOfFreedom = occupied - 1;
    return new Estimate(
        mean, variance, degreesOfFreedom, Interval.symmetric(mean, variance, degreesOfFreedom));
  }
}
