package linkage.stats;

import org.hipparchus.distribution.RealDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.TDistribution;

/** Student's t distribution, with the critical values of 95 % intervals kept. */
public final class StudentT {

  /** The critical value of a two-sided 95 % interval when the variance is known. */
  static final double NORMAL_CRITICAL = 1.959963984540054;

  private static final double UPPER_TAIL = 0.975;
  private static final double[] CRITICAL = new double[256];

  static {
    for (int degrees = 1; degrees < CRITICAL.length; degrees++) {
      CRITICAL[degrees] = new TDistribution(degrees).inverseCumulativeProbability(UPPER_TAIL);
    }
  }

  private StudentT() {}

  /**
   * The critical value of a two-sided 95 % interval; {@code NaN} below one degree of freedom.
   *
   * <p>R: {@code qt(0.975, degreesOfFreedom)}.
   */
  public static double critical(int degreesOfFreedom) {
    if (degreesOfFreedom < 1) {
      return Double.NaN;
    }
    return degreesOfFreedom < CRITICAL.length
        ? CRITICAL[degreesOfFreedom]
        : new TDistribution(degreesOfFreedom).inverseCumulativeProbability(UPPER_TAIL);
  }

  /**
   * The two-sided p-value of a t statistic; {@code NaN} below one degree of freedom.
   *
   * <p>R: {@code 2 * pt(-abs(statistic), degreesOfFreedom)}.
   */
  public static double twoSidedP(double statistic, int degreesOfFreedom) {
    if (degreesOfFreedom < 1 || Double.isNaN(statistic)) {
      return Double.NaN;
    }
    return 2 * new TDistribution(degreesOfFreedom).cumulativeProbability(-Math.abs(statistic));
  }

  /**
   * The probability that a t statistic exceeds x.
   *
   * <p>R: {@code pt(x, degreesOfFreedom, lower.tail = FALSE)}.
   *
   * @param degreesOfFreedom above 0; infinite for a standard normal
   */
  static double upperTail(double x, double degreesOfFreedom) {
    return distribution(degreesOfFreedom).cumulativeProbability(-x);
  }

  /**
   * The x that a t statistic exceeds with a probability.
   *
   * <p>R: {@code qt(upperTail, degreesOfFreedom, lower.tail = FALSE)}.
   *
   * @param degreesOfFreedom above 0; infinite for a standard normal
   */
  static double upperQuantile(double upperTail, double degreesOfFreedom) {
    return -distribution(degreesOfFreedom).inverseCumulativeProbability(upperTail);
  }

  private static RealDistribution distribution(double degreesOfFreedom) {
    return Double.isInfinite(degreesOfFreedom)
        ? new NormalDistribution()
        : new TDistribution(degreesOfFreedom);
  }
}
