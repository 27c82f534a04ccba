package linkage.counts;

/**
 * A cell and its sums, as one task made it: those of several tasks add up.
 *
 * <p>Asking for a measure that the cell's table doesn't have is an error.
 *
 * @param group the table, the segment, the period and the pattern
 * @param metric index of the metric
 * @param level level of the answer, in favourable order
 * @param bucket the customer's bucket
 * @param bin the bin of revenue or the stratum of risk, by table
 * @param sums the measures of the table, in its order
 */
public record Cell(CellGroup group, int metric, int level, int bucket, int bin, long[] sums) {

  /** Which of the tables. */
  public CountTable table() {
    return group.table();
  }

  /** Horizon in days, last day of a loss period, or month as an epoch day, by table. */
  public int period() {
    return group.period();
  }

  /** The metrics answered, metric m as the bit {@code 1L << m}. */
  public long pattern() {
    return group.pattern();
  }

  /** Observations. */
  public long observations() {
    return measure(Measure.OBSERVATIONS);
  }

  /** Those of them that were lost. */
  public long lost() {
    return measure(Measure.LOST);
  }

  /** Those that bought again. */
  public long repeated() {
    return measure(Measure.REPEATED);
  }

  /** Their revenue of the window, in cents of the reporting currency. */
  public long revenueCents() {
    return measure(Measure.REVENUE_CENTS);
  }

  /** Distinct customers in the segment, or in the population. */
  public long customers() {
    return measure(Measure.CUSTOMERS);
  }

  /** Distinct customers at this score. */
  public long customersAtScore() {
    return measure(Measure.CUSTOMERS_AT_SCORE);
  }

  /** Observations whose segment is that of a later day. */
  public long backfilled() {
    return measure(Measure.BACKFILLED);
  }

  /** Sum of the baseline's log odds. */
  public double riskLogOdds() {
    return measure(Measure.RISK_LOG_ODDS) / Counts.MILLIONTHS;
  }

  /** Sum of the observations' weights. */
  public double weight() {
    return measure(Measure.WEIGHT) / Counts.MILLIONTHS;
  }

  /** Sum of the weights of those that were lost. */
  public double lostWeight() {
    return measure(Measure.LOST_WEIGHT) / Counts.MILLIONTHS;
  }

  /** Sum of the weights of those that bought again. */
  public double repeatedWeight() {
    return measure(Measure.REPEATED_WEIGHT) / Counts.MILLIONTHS;
  }

  /** Sum of the squares of the weights. */
  public double squaredWeight() {
    return measure(Measure.SQUARED_WEIGHT) / Counts.MILLIONTHS;
  }

  /** Observations whose weight was cut. */
  public long trimmed() {
    return measure(Measure.TRIMMED);
  }

  /** Of the revenue, that of the lost. */
  public long lostRevenueCents() {
    return measure(Measure.LOST_REVENUE_CENTS);
  }

  /** Sum of each observation's revenue, in cents, times its weight. */
  public long weightedRevenueCents() {
    return measure(Measure.WEIGHTED_REVENUE_CENTS);
  }

  private long measure(Measure measure) {
    return sums[group.table().place(measure)];
  }
}
