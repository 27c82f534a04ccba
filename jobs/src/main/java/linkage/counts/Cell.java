package linkage.counts;

import org.apache.spark.sql.Row;

/**
 * A row of {@link Counts}, read by the names of its columns.
 *
 * @param row a row with {@link Counts#schema}
 */
public record Cell(Row row) {
  /** The keys stand before the measures. */
  static final int KEYS = 9;

  /** Which of the tables of {@link Counts}. */
  public byte table() {
    return row.getByte(0);
  }

  /** Index of the segment set. */
  public int segmentSet() {
    return row.getInt(1);
  }

  /** The segment's name within its set. */
  public String segment() {
    return row.getString(2);
  }

  /** Horizon in days, last day of a loss period, or month as an epoch day, by table. */
  public int period() {
    return row.getInt(3);
  }

  /** The metrics answered, metric m as the bit {@code 1L << m}. */
  public long pattern() {
    return row.getLong(4);
  }

  /** Index of the metric, or {@link Counts#POPULATION}. */
  public int metric() {
    return row.getInt(5);
  }

  /** Level of the answer, in favourable order. */
  public int level() {
    return row.getInt(6);
  }

  /** The customer's bucket. */
  public int bucket() {
    return row.getInt(7);
  }

  /** The bin of revenue or the stratum of risk, by table. */
  public int bin() {
    return row.getInt(8);
  }

  /** Observations. */
  public long observations() {
    return measure(0);
  }

  /** Those of them that were lost. */
  public long lost() {
    return measure(1);
  }

  /** Those that bought again. */
  public long repeated() {
    return measure(2);
  }

  /** Their revenue of the window, in cents of the reporting currency. */
  public long revenueCents() {
    return measure(3);
  }

  /** Distinct customers in the segment, or in the population. */
  public long customers() {
    return measure(4);
  }

  /** Distinct customers at this score. */
  public long customersAtScore() {
    return measure(5);
  }

  /** Observations whose segment is that of a later day. */
  public long backfilled() {
    return measure(6);
  }

  /** Sum of the baseline's log odds. */
  public double riskLogOdds() {
    return measure(7) / Counts.MILLIONTHS;
  }

  /** Sum of the observations' weights. */
  public double weight() {
    return measure(8) / Counts.MILLIONTHS;
  }

  /** Sum of the weights of those that were lost. */
  public double lostWeight() {
    return measure(9) / Counts.MILLIONTHS;
  }

  /** Sum of the weights of those that bought again. */
  public double repeatedWeight() {
    return measure(10) / Counts.MILLIONTHS;
  }

  /** Sum of the squares of the weights. */
  public double squaredWeight() {
    return measure(11) / Counts.MILLIONTHS;
  }

  /** Observations whose weight was cut. */
  public long trimmed() {
    return measure(12);
  }

  /** Of the revenue, that of the lost. */
  public long lostRevenueCents() {
    return measure(13);
  }

  /** Sum of each observation's revenue, in cents, times its weight. */
  public long weightedRevenueCents() {
    return measure(14);
  }

  private long measure(int measure) {
    return row.getLong(KEYS + measure);
  }
}
