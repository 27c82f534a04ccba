package linkage.stats;

/**
 * A two-sided 95 % confidence interval.
 *
 * <p><b>Value:</b> both ends in the units of the estimate, the lower at most the upper. Where there
 * is too little to go by, the interval is {@link #UNDEFINED}: both ends are {@code NaN}, and it
 * neither contains nor excludes anything, so no verdict can rest on it.
 *
 * <p><b>Cost:</b> O(1).
 *
 * @param lower the lower end
 * @param upper the upper end
 */
public record Interval(double lower, double upper) {

  private static final double ROUNDING = 1e-12;

  /** No interval: what it was asked of has no estimable uncertainty. */
  public static final Interval UNDEFINED = new Interval(Double.NaN, Double.NaN);

  /**
   * The t interval of a mean or a difference: {@code estimate ± t · √variance}.
   *
   * <p><b>Nulls and edges:</b> {@link #UNDEFINED} if the estimate or the variance is {@code NaN},
   * or below one degree of freedom. A variance of 0 gives a point: every bucket agrees.
   *
   * @param estimate the estimate
   * @param variance its variance, at least 0
   * @param degreesOfFreedom the degrees of freedom of the variance
   */
  public static Interval symmetric(double estimate, double variance, int degreesOfFreedom) {
    double half = StudentT.critical(degreesOfFreedom) * Math.sqrt(variance);
    return Double.isNaN(estimate + half)
        ? UNDEFINED
        : new Interval(estimate - half, estimate + half);
  }

  /**
   * The interval of an AUC, or of another probability, on the logit. It stays within [0, 1] and
   * gives the end nearer to 0 or 1 the shorter arm.
   *
   * <p><b>Formula:</b> {@code logit⁻¹(logit θ ± t · √varianceOfLogit)}.
   *
   * <p><b>Nulls and edges:</b> {@link #UNDEFINED} if the estimate or the variance is {@code NaN},
   * or below one degree of freedom. At 0 or 1 the logit is infinite and the jackknife blind, since
   * no bucket changes a perfect separation. The far end is then Wilson's, as if each of the {@code
   * n = degreesOfFreedom + 1} buckets of the scarcer class were one trial and none had failed:
   * {@code n / (n + t²)} for an estimate of 1. Strictly between 0 and 1 a variance of 0 gives a
   * point; for an AUC this means that everybody gave the same answer.
   *
   * <p><b>References:</b> Pepe, The Statistical Evaluation of Medical Tests (2003), section 5.2.4;
   * Wilson, Journal of the American Statistical Association 22 (1927) 209–212.
   *
   * @param estimate a probability
   * @param varianceOfLogit the variance of its logit, at least 0; not read at 0 and 1
   * @param degreesOfFreedom the degrees of freedom of the variance
   */
  public static Interval logit(double estimate, double varianceOfLogit, int degreesOfFreedom) {
    double critical = StudentT.critical(degreesOfFreedom);
    if (Double.isNaN(estimate + critical)) {
      return UNDEFINED;
    }
    if (isPerfect(estimate)) {
      return wilson(Math.rint(estimate), degreesOfFreedom + 1.0, critical);
    }
    if (Double.isNaN(varianceOfLogit)) {
      return UNDEFINED;
    }

    double centre = logit(estimate);
    double half = critical * Math.sqrt(varianceOfLogit);
    // The way there and back again may lose a last digit, which must not push the estimate out.
    return new Interval(
        Math.min(estimate, logistic(centre - half)), Math.max(estimate, logistic(centre + half)));
  }

  /** The log odds of a probability; infinite at 0 and 1. */
  static double logit(double probability) {
    return Math.log(probability / (1 - probability));
  }

  /** The probability of log odds. */
  static double logistic(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  /**
   * Wilson's score interval of a share of {@code size} independent trials. It stays within [0, 1],
   * contains the share, and has a width even at 0 and 1.
   *
   * @param share the observed share, in [0, 1]
   * @param size the number of independent trials, above 0; need not be whole
   * @param critical the critical value, above 0
   */
  static Interval wilson(double share, double size, double critical) {
    double square = critical * critical;
    double centre = (share * size + square / 2) / (size + square);
    double half = critical * Math.sqrt(share * (1 - share) * size + square / 4) / (size + square);
    return new Interval(
        Math.max(0, Math.min(share, centre - half)), Math.min(1, Math.max(share, centre + half)));
  }

  /** Whether a probability is 0 or 1, but for what rounding leaves of sums of weights. */
  static boolean isPerfect(double probability) {
    return probability < ROUNDING || probability > 1 - ROUNDING;
  }

  /** Whether there is an interval at all. */
  public boolean isDefined() {
    return !Double.isNaN(lower) && !Double.isNaN(upper);
  }

  /** Whether the value lies within the interval, its ends included. */
  public boolean contains(double value) {
    return lower <= value && value <= upper;
  }

  /** Whether the interval is defined and the value lies outside. */
  public boolean excludes(double value) {
    return value < lower || value > upper;
  }

  /** Whether the whole interval lies within {@code [low, high]}. */
  public boolean within(double low, double high) {
    return low <= lower && upper <= high;
  }

  /** The part of the interval that lies within {@code [low, high]}. */
  public Interval clip(double low, double high) {
    return isDefined()
        ? new Interval(Math.max(low, Math.min(high, lower)), Math.min(high, Math.max(low, upper)))
        : this;
  }

  /** The same interval in other units: {@code offset + scale · x}, for a scale above 0. */
  Interval scaled(double offset, double scale) {
    return new Interval(offset + scale * lower, offset + scale * upper);
  }
}
