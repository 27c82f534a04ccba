package linkage.stats;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The sums that {@link LeadLag} reads: cross-products of a score with the revenue and the losses of
 * the months around it, and with the history before them.
 *
 * <p>Months are counted from the anchor, the day of the answer: lag -1 is the month that ends with
 * it, lag 1 the month that begins after it, and there is no lag 0. An observation is added once for
 * each lag whose month it was seen through: acquired before it began, and complete when it ended.
 *
 * <p>Amounts enter as {@link History#signedLog}, so that no large customer decides alone.
 *
 * <p><b>Nulls and edges:</b> {@link #merge} is commutative and associative up to rounding.
 *
 * <p><b>Cost:</b> memory is 7 kB for each bucket that holds an observation; a lag is at most 36
 * additions. Not safe for concurrent use.
 */
public final class LeadLagSums implements Serializable {

  /** Lags run from minus this to plus this, in months. */
  public static final int MONTHS = 12;

  /** The revenue controls between month -12 and the anchor, as many as {@link #add} expects. */
  public static final int RECENT = 3;

  static final int INTERCEPT = 0;
  static final int HISTORY = 1;
  static final int FIRST_RECENT = 2;
  static final int SCORE = FIRST_RECENT + RECENT;
  static final int REVENUE = SCORE + 1;
  static final int LOST = REVENUE + 1;
  static final int VARIABLES = LOST + 1;
  static final int CELLS = VARIABLES * (VARIABLES + 1) / 2;

  private static final long serialVersionUID = 1L;

  /** As [bucket][lag index * CELLS + cell]; a bucket without observations is null. */
  private final double[][] sums;

  /** Starts without observations. */
  public LeadLagSums(int buckets) {
    this.sums = new double[buckets][];
  }

  /**
   * Adds an observation at one lag.
   *
   * @param bucket the bucket of its customer
   * @param lag the month, -{@value #MONTHS} to -1 or 1 to {@value #MONTHS}
   * @param weight its weight, usually 1
   * @param score its level, in favourable order
   * @param history its revenue over the year that ends twelve months before the anchor, as signed
   *     log
   * @param recent its revenue from then to the anchor, as signed logs of the months (-12, -3], (-3,
   *     -1] and (-1, 0]
   * @param revenue its revenue in the month, as signed log; 0 after a loss
   * @param lost whether it was lost by the end of the month: 1 or 0; not read at negative lags
   */
  public void add(
      int bucket,
      int lag,
      double weight,
      double score,
      double history,
      double[] recent,
      double revenue,
      double lost) {
    if (recent.length != RECENT) {
      throw new IllegalArgumentException(
          "Cannot add %d recent amounts, expected %d.".formatted(recent.length, RECENT));
    }
    double[] row = new double[VARIABLES];
    row[INTERCEPT] = 1;
    row[HISTORY] = history;
    System.arraycopy(recent, 0, row, FIRST_RECENT, RECENT);
    row[SCORE] = score;
    row[REVENUE] = revenue;
    row[LOST] = lag > 0 ? lost : 0;
    double[] cells = cellsOf(bucket);
    int cell = index(lag) * CELLS;
    for (int i = 0; i < VARIABLES; i++) {
      if (row[i] == 0) {
        // In most months nobody buys, and nobody is lost.
        cell += i + 1;
        continue;
      }
      for (int j = 0; j <= i; j++) {
        cells[cell++] += weight * row[i] * row[j];
      }
    }
  }

  /**
   * Adds all observations of another part.
   *
   * @return this
   */
  public LeadLagSums merge(LeadLagSums other) {
    for (int bucket = 0; bucket < sums.length; bucket++) {
      if (other.sums[bucket] != null) {
        Sums.add(cellsOf(bucket), other.sums[bucket]);
      }
    }
    return this;
  }

  /** One bucket's sums as plain numbers, or null if it has none; not to be changed. */
  public double[] cells(int bucket) {
    return sums[bucket];
  }

  /**
   * Adds what {@link #cells} handed out, perhaps summed with others of the same bucket.
   *
   * @return this
   */
  public LeadLagSums add(int bucket, double[] cells) {
    Sums.add(cellsOf(bucket), cells);
    return this;
  }

  /** All buckets' sums as [bucket][lag index * CELLS + cell]. */
  double[][] byBucket() {
    return Arrays.stream(sums)
        .map(cells -> cells == null ? new double[2 * MONTHS * CELLS] : cells)
        .toArray(double[][]::new);
  }

  /** The position of a lag: 0 for -12, 11 for -1, 12 for 1, 23 for 12. */
  static int index(int lag) {
    if (lag == 0 || Math.abs(lag) > MONTHS) {
      throw new IllegalArgumentException(
          "Cannot take month %d, expected -%d to -1 or 1 to %d.".formatted(lag, MONTHS, MONTHS));
    }
    return lag < 0 ? lag + MONTHS : lag + MONTHS - 1;
  }

  private double[] cellsOf(int bucket) {
    if (sums[bucket] == null) {
      sums[bucket] = new double[2 * MONTHS * CELLS];
    }
    return sums[bucket];
  }
}
