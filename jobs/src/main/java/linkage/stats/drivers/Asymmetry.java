package linkage.stats.drivers;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import linkage.stats.Estimate;
import linkage.stats.Jackknife;
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

  /** How many figures of a driver are replicated. */
  private static final int FIGURES = 5;

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
   * A driver's flags.
   *
   * @param low position of the flag of low ratings
   * @param high position of the flag of high ratings
   */
  public record Flags(int low, int high) {}

  /**
   * Penalties and rewards of several drivers, each beside the flags of all others.
   *
   * @param products of the segment
   * @param degreesOfFreedom of the variances
   * @param outcome position of the outcome
   * @param drivers their flags
   * @param controls positions of what is known besides: history, and the missing flags
   * @return one per driver, in order
   */
  public static List<Asymmetry> of(
      Replicates<CrossProducts> products,
      int degreesOfFreedom,
      int outcome,
      List<Flags> drivers,
      int... controls) {
    int[] predictors = Arrays.copyOf(controls, controls.length + 2 * drivers.size());
    int next = controls.length;
    for (var driver : drivers) {
      predictors[next++] = driver.low();
      predictors[next++] = driver.high();
    }
    var jackknife =
        products.jackknife(replicate -> statistics(replicate, outcome, drivers, predictors));
    return IntStream.range(0, drivers.size())
        .mapToObj(driver -> of(jackknife, FIGURES * driver, degreesOfFreedom))
        .toList();
  }

  private static Asymmetry of(Jackknife jackknife, int first, int degreesOfFreedom) {
    var penalty = jackknife.component(first, degreesOfFreedom);
    var reward = jackknife.component(first + 1, degreesOfFreedom);
    var excess = jackknife.component(first + 2, degreesOfFreedom);
    double statistic = excess.value() / excess.standardError();
    boolean similar =
        penalty.interval().lower() > 0
            && reward.interval().lower() > 0
            && jackknife.component(first + 3, degreesOfFreedom).interval().upper() < 0
            && jackknife.component(first + 4, degreesOfFreedom).interval().upper() < 0;
    return new Asymmetry(
        penalty,
        reward,
        excess,
        StudentT.twoSidedP(statistic, degreesOfFreedom),
        kind(penalty, reward, excess, similar));
  }

  private static double[] statistics(
      CrossProducts products, int outcome, List<Flags> drivers, int[] predictors) {
    var fit = LeastSquares.of(products, outcome, predictors);
    double[] statistics = new double[FIGURES * drivers.size()];
    int next = 0;
    for (var driver : drivers) {
      double penalty = -fit.coefficientOf(driver.low());
      double reward = fit.coefficientOf(driver.high());
      statistics[next++] = penalty;
      statistics[next++] = reward;
      statistics[next++] = penalty - reward;
      statistics[next++] = penalty - TWICE * reward;
      statistics[next++] = reward - TWICE * penalty;
    }
    return statistics;
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
