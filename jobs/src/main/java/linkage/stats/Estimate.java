package linkage.stats;

/**
 * A number, how sure we are of it, and what that rests on.
 *
 * <p><b>Nulls and edges:</b> the value is {@code NaN} where it isn't defined, the variance where it
 * can't be estimated; the interval then is {@link Interval#UNDEFINED}, unless the method that made
 * the estimate says what stands in.
 *
 * @param value the estimate
 * @param variance its variance, in squared units of the value
 * @param degreesOfFreedom the degrees of freedom of the variance
 * @param interval the 95 % interval
 */
public record Estimate(double value, double variance, int degreesOfFreedom, Interval interval) {

  /** The standard error, in the units of the value; {@code NaN} where the variance is. */
  public double standardError() {
    return Math.sqrt(variance);
  }
}
