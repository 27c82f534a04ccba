package linkage.stats;

/**
 * What a respondent stands for when some customers answer more readily than others, and what such
 * weights cost.
 *
 * <p>Additive: the sums of parts, merged in any order, are those of the whole.
 *
 * @param respondents the number of respondents
 * @param sum the sum of their weights
 * @param squares the sum of the squares of their weights
 * @param largest the largest of their weights
 */
public record ResponseWeight(double respondents, double sum, double squares, double largest) {

  /** No respondents. */
  public static final ResponseWeight NONE = new ResponseWeight(0, 0, 0, 0);

  /** The largest stabilised weight. */
  public static final double CAP = 5;

  /**
   * The weight of a respondent before {@link Raking}: the stabilised inverse of the propensity to
   * respond.
   *
   * <p><b>Value:</b> above 0, at most {@value #CAP}; on average about 1.
   *
   * <p><b>Formula:</b> {@code min(5, rate / propensity)}. The numerator keeps the weights around 1,
   * the cap keeps one unlikely respondent from speaking for a crowd; what the cap takes is left to
   * the raking.
   *
   * <p><b>References:</b> Robins, Hernán and Brumback, Epidemiology 11 (2000) 550–560, for
   * stabilised weights; Lee, Lessler and Stuart, PLoS ONE 6 (2011) e18174, for trimming.
   *
   * @param rate the share of all customers that responded, in (0, 1]
   * @param propensity the customer's own probability to respond, in (0, 1]
   */
  public static double stabilised(double rate, double propensity) {
    return Math.min(CAP, rate / propensity);
  }

  /** With one more respondent. */
  public ResponseWeight plus(double weight) {
    return plus(new ResponseWeight(1, weight, weight * weight, weight));
  }

  /** With other respondents. */
  public ResponseWeight plus(ResponseWeight other) {
    return new ResponseWeight(
        respondents + other.respondents,
        sum + other.sum,
        squares + other.squares,
        Math.max(largest, other.largest));
  }

  /**
   * Kish's effective number of respondents: how many with equal weights would leave a mean as
   * uncertain.
   *
   * <p><b>Formula:</b> {@code (Σ w)² / Σ w²}; {@code NaN} without respondents.
   *
   * <p><b>References:</b> Kish, Survey Sampling (1965), section 11.7.
   */
  public double effective() {
    return sum * sum / squares;
  }

  /** The largest weight as a multiple of the mean weight; {@code NaN} without respondents. */
  public double largestInMeans() {
    return largest * respondents / sum;
  }
}
