package linkage.stats;

/**
 * How many standard errors a difference must exceed, and how exactly that is known.
 *
 * @param value the critical value, in standard errors
 * @param error the numerical standard error of the value; 0 where it is exact
 */
public record CriticalValue(double value, double error) {

  /** None: there is nothing to compare. */
  static final CriticalValue UNDEFINED = new CriticalValue(Double.NaN, Double.NaN);
}
