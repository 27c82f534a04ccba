package linkage.stats;

import java.util.Locale;

/**
 * Whether the weighted respondents churn like all customers: the one test of a survey's weights
 * that needs no assumption, since whether a customer left is known for those who never answered.
 *
 * <p>Where it differs, respondents differ from their likes in something that the weights don't
 * know, and a weighted score may be off, too. Where it agrees, that is one thing that could have
 * gone wrong and didn't; it doesn't show that those who didn't answer feel alike. Being asked
 * changes behaviour as well, so respondents who churn less needn't have been happier before.
 *
 * <p><b>Value:</b> shares of customers lost over the horizon, in [0, 1]; {@code difference} is
 * respondents minus frame, in shares.
 *
 * <p><b>Formula:</b> both are ratios of sums over buckets. The difference is replicated as one by
 * the {@link Jackknife}, since the respondents are part of the frame, with {@link
 * Support#degreesOfFreedom} of the respondents. A difference within {@code ± max(}{@value
 * #ABSOLUTE}{@code , }{@value #RELATIVE}{@code · frame churn)} doesn't matter.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} without respondents or without a frame.
 *
 * <p><b>Cost:</b> O(buckets).
 *
 * <p><b>References:</b> Dholakia and Morwitz, Harvard Business Review 80 (2002) 18–19, for what
 * asking does to customers.
 *
 * @param frame the churn of all customers
 * @param respondents the churn of the weighted respondents
 * @param difference respondents minus frame
 * @param support the spread of lost and retained respondents over the buckets
 */
public record ChurnCheck(
    Estimate frame, Estimate respondents, Estimate difference, Support support) {

  /** A difference of less than this, in shares, doesn't matter. */
  public static final double ABSOLUTE = 0.005;

  /** Nor does one of less than this part of the frame's churn. */
  public static final double RELATIVE = 0.2;

  /**
   * Checks.
   *
   * @param frameLost customers of the frame that were lost, per bucket
   * @param frameTotal customers of the frame, per bucket
   * @param lost the weights of respondents that were lost, per bucket
   * @param total the weights of respondents, per bucket
   */
  public static ChurnCheck of(
      double[] frameLost, double[] frameTotal, double[] lost, double[] total) {
    double[] retained = new double[total.length];
    for (int bucket = 0; bucket < total.length; bucket++) {
      // Sums of weights in another order may leave a crumb of a respondent who wasn't there.
      double kept = total[bucket] - lost[bucket];
      retained[bucket] = kept > 1e-9 * total[bucket] ? kept : 0;
    }
    var support = Support.of(retained, lost);
    Estimate gap = Reweighted.difference(lost, total, frameLost, frameTotal);
    int degreesOfFreedom = support.degreesOfFreedom();
    return new ChurnCheck(
        Proportion.of(frameLost, frameTotal, Double.POSITIVE_INFINITY),
        Proportion.of(lost, total, Double.POSITIVE_INFINITY),
        new Estimate(
            gap.value(),
            gap.variance(),
            degreesOfFreedom,
            Interval.symmetric(gap.value(), gap.variance(), degreesOfFreedom)),
        support);
  }

  /** The largest difference that doesn't matter, in shares. */
  public double tolerance() {
    return Math.max(ABSOLUTE, RELATIVE * frame.value());
  }

  /**
   * What can be said: {@link Judgement#CANNOT_TELL} if the support is insufficient, {@link
   * Judgement#AGREES} if the whole interval of the difference doesn't matter, {@link
   * Judgement#DIFFERS} if it excludes 0, else {@link Judgement#CANNOT_TELL}.
   */
  public Judgement judgement() {
    if (support.insufficient() || !difference.interval().isDefined()) {
      return Judgement.CANNOT_TELL;
    }
    if (difference.interval().within(-tolerance(), tolerance())) {
      return Judgement.AGREES;
    }
    return difference.interval().excludes(0) ? Judgement.DIFFERS : Judgement.CANNOT_TELL;
  }

  /** Whether weighted respondents churn like everybody. */
  public enum Judgement {
    /** They do, within what matters. */
    AGREES,

    /** They don't. */
    DIFFERS,

    /** The data can't tell. */
    CANNOT_TELL;

    /** The name in marts, such as {@code cannot_tell}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
