package linkage.stats;

/**
 * How many losses would show that the leader of a {@link Comparison} is the best, were the
 * differences what they seem.
 *
 * <p><b>Value:</b> a number of lost observations, whole, above those there are. With so many, the
 * leader is called the best about every other time.
 *
 * <p><b>Formula:</b> {@code max(margin · f², signal)}, rounded up. Variances fall as losses grow,
 * retained observations being assumed to grow alike; so with {@code margin} losses the margin of
 * {@link ComparisonsWithBest} begins above 0, and with f² times as many its p is that of one look
 * that the segment needs, f being {@code t(p / 2) / t(0.025)}. The critical value is assumed to
 * stay, and f to hold for more than two metrics, which both err on the high side.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} where a difference is 0 or has no interval, so that no
 * number is known to be enough, and where no more losses are needed than there are.
 *
 * @param losses the lost observations there are
 * @param margin as many put the margin just above 0
 * @param signal as many make the leader a signal; 0 if it is one
 * @param degreesOfFreedom those of the comparison
 */
public record LossesNeeded(double losses, double margin, double signal, double degreesOfFreedom) {

  /** The squared half width of an interval over its centre, by which losses would have to grow. */
  static double growth(Interval difference) {
    double centre = (difference.lower() + difference.upper()) / 2;
    double ratio = (difference.upper() - centre) / centre;
    return centre > 0 ? ratio * ratio : Double.NaN;
  }

  /**
   * The number.
   *
   * @param largestP the largest p of one look with which the segment is clear, as {@link
   *     BenjaminiHochberg#largestP} and {@link Looks#largestP} say
   */
  public double at(double largestP) {
    if (Double.isNaN(margin + signal + largestP)) {
      return Double.NaN;
    }
    double factor =
        StudentT.upperQuantile(largestP / 2, degreesOfFreedom)
            / StudentT.upperQuantile(ComparisonsWithBest.ALPHA / 2, degreesOfFreedom);
    double needed = Math.max(margin * factor * factor, signal);
    return needed > losses ? Math.ceil(needed) : Double.NaN;
  }
}
