package linkage.stats;

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
}
