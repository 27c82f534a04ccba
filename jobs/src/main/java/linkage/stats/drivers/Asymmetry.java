package linkage.stats.drivers;

import java.util.function.Function;
import linkage.stats.Estimate;
import linkage.stats.StudentT;

/**
 * What a low rating of a driver costs and what a high one earns, both beside a rating in the
 * middle.
 *
 * <p>For some drivers only failing matters, for others only delighting; one slope over the whole
 * scale hides which.
 *
 * <p><b>Value:</b> in the outcome's units. The penalty is how much worse the outcome is with a low
 * rating, the reward how much better with a high one; both are positive where a better experience
 * goes with a better outcome. {@code excess} is penalty minus reward.
 *
 * <p><b>Formula:</b> {@code y = α + β_l low + β_h high + controls}; the penalty is {@code -β_l},
 * the reward {@code β_h}, and excess {@code -β_l - β_h}. Variances are the jackknife's, with the
 * covariance of the two; the test of equality is the t test of excess = 0.
 *
 * <p><b>Nulls and edges:</b> {@code NaN}, {@link Kind#UNDECIDED} and no interval where nobody rated
 * the driver low, or high, or in between.
 *
 * <p><b>Cost:</b> one regression per bucket.
 *
 * <p><b>References:</b> Brandt, The Service Industries Journal 8 (1988) 35–41; Mittal, Ross and
 * Baldasare, Journal of Marketing 62 (1998) 33–47.
 *
 * @param penalty what a low rating costs
 * @param reward what a high rating earns
 * @param excess penalty minus reward
 * @param pValue of the two-sided test that they are equal
 * @param kind what the driver is, where the intervals tell
 */
public record Asymmetry(
    Estimate penalty, Estimate reward, Estimate excess, double pValue, Kind kind) {

  /** Neither side counts more than twice the other: what "about equal" means. */
  private static final double TWICE = 2;

  /** What a driver is to customers. */
  public enum Kind {
    /** Must be there: penalty above reward, by an interval that excludes equality. */
    BASIC,
    /**
     * Counts both ways: penalty and reward are above 0, and intervals exclude that either is more
     * than twice the other. An interval that holds equality isn't enough, as it may hold anything
     * else too.
     */
    PERFORMANCE,
    /** Delights: reward above penalty, by an interval that excludes equality. */
    EXCITEMENT,
    /** The data can't tell. */
    UNDECIDED
  }

  /**
   * Estimates penalty and reward of a driver.
   *
   * @param buckets the moments of each bucket
   * @param products {@link Moments#absorbed} or {@link Moments#centred}
   * @param degreesOfFreedom of the variances
   * @param outcome position of the outcome
   * @param low position of the flag of low ratings
   * @param high position of the flag of high ratings
   * @param controls positions of what is known besides: history, the driver's missing flag, and, if
   *     wanted, the flags of other drivers
   */
  public static Asymmetry of(
      BucketedMoments buckets,
      Function<Moments, CrossProducts> products,
      int degreesOfFreedom,
      int outcome,
      int low,
      int high,
      int... controls) {
    int[] predictors = new int[controls.length + 2];
    System.arraycopy(controls, 0, predictors, 0, controls.length);
    predictors[controls.length] = low;
    predictors[controls.length + 1] = high;
    var jackknife =
        buckets.jackknife(
            moments -> statistics(products.apply(moments), outcome, low, high, predictors));

    var penalty = jackknife.component(0, degreesOfFreedom);
    var reward = jackknife.component(1, degreesOfFreedom);
    var excess = jackknife.component(2, degreesOfFreedom);
    double statistic = excess.value() / excess.standardError();
    boolean similar =
        penalty.interval().lower() > 0
            && reward.interval().lower() > 0
            && jackknife.component(3, degreesOfFreedom).interval().upper() < 0
            && jackknife.component(4, degreesOfFreedom).interval().upper() < 0;
    return new Asymmetry(
        penalty,
        reward,
        excess,
        StudentT.twoSidedP(statistic, degreesOfFreedom),
        kind(penalty, reward, excess, similar));
  }

  private static double[] statistics(
      CrossProducts products, int outcome, int low, int high, int[] predictors) {
    var fit = LeastSquares.of(products, outcome, predictors);
    double penalty = -fit.coefficientOf(low);
    double reward = fit.coefficientOf(high);
    return new double[] {
      penalty, reward, penalty - reward, penalty - TWICE * reward, reward - TWICE * penalty
    };
  }

  private static Kind kind(Estimate penalty, Estimate reward, Estimate excess, boolean similar) {
    // A side that is below 0 for sure is a driver that works the wrong way round.
    if (penalty.interval().upper() < 0 || reward.interval().upper() < 0) {
      return Kind.UNDECIDED;
    }
    if (excess.interval().lower() > 0 && penalty.interval().lower() > 0) {
      return Kind.BASIC;
    }
    if (excess.interval().upper() < 0 && reward.interval().lower() > 0) {
      return Kind.EXCITEMENT;
    }
    return similar ? Kind.PERFORMANCE : Kind.UNDECIDED;
  }
}
