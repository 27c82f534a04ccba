package linkage.stats;

import java.io.Serializable;
import java.util.stream.IntStream;

/**
 * The sums that {@link LeadLag} reads: cross-products of a score with the revenue and the losses of
 * the months around it, and with the history before them.
 *
 * <p>Months are counted from the anchor, the day of the answer: lag -1 is the month that ends with
 * it, lag 1 the month that begins after it, and there is no lag 0. An observation counts at each
 * lag whose month it was seen through: acquired before it began, and complete when it ended.
 *
 * <p>Amounts enter as {@link History#signedLog}, so that no large customer decides alone.
 *
 * <p><b>Nulls and edges:</b> {@link #merge} is commutative and associative up to rounding.
 *
 * <p><b>Cost:</b> memory is 11 kB for each bucket that holds an observation. What doesn't change
 * from month to month is added once for all lags; beyond that, a lag with revenue or a loss is at
 * most 15 additions. Not safe for concurrent use.
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

  /** The cells of what doesn't change from month to month stand first. */
  private static final int STEADY = REVENUE * (REVENUE + 1) / 2;

  /** As [bucket][lag index * CELLS + cell]; a bucket without observations is null. */
  private final double[][] sums;

  /**
   * As [bucket][lag index * STEADY + cell], what is to be added to the cells of a lag and of all
   * between it and the anchor; null where there is nothing.
   */
  private final double[][] reaching;

  /** Starts without observations. */
  public LeadLagSums(int buckets) {
    this.sums = new double[buckets][];
    this.reaching = new double[buckets][];
  }

  /**
   * Adds an observation at all lags that it was seen through: the same as adding it at each.
   *
   * @param bucket the bucket of its customer
   * @param score its level, in favourable order
   * @param history its revenue over the year that ends twelve months before the anchor, as signed
   *     log
   * @param recent its revenue from then to the anchor, as signed logs of the months (-12, -3], (-3,
   *     -1] and (-1, 0]
   * @param before its revenue in the months before the anchor, the nearest first, as signed logs;
   *     as many as it was seen through, at most {@value #MONTHS}
   * @param after the same of the months after
   * @param lostBy the month after the anchor by whose end it was lost, 0 or less if by the anchor;
   *     more than were seen if it wasn't
   */
  public void add(
      int bucket,
      double score,
      double history,
      double[] recent,
      double[] before,
      double[] after,
      int lostBy) {
    double[] row = row(score, history, recent);
    if (before.length + after.length == 0) {
      return;
    }
    double[] cells = cellsOf(bucket);
    if (reaching[bucket] == null) {
      reaching[bucket] = new double[2 * MONTHS * STEADY];
    }
    if (before.length > 0) {
      addProducts(reaching[bucket], index(-before.length) * STEADY, row, 0, REVENUE, 1);
    }
    if (after.length > 0) {
      addProducts(reaching[bucket], index(after.length) * STEADY, row, 0, REVENUE, 1);
    }
    for (int month = 1; month <= before.length; month++) {
      row[REVENUE] = before[month - 1];
      addProducts(cells, index(-month) * CELLS + STEADY, row, REVENUE, LOST, 1);
    }
    for (int month = 1; month <= after.length; month++) {
      row[REVENUE] = after[month - 1];
      row[LOST] = month < lostBy ? 0 : 1;
      addProducts(cells, index(month) * CELLS + STEADY, row, REVENUE, VARIABLES, 1);
    }
  }

  private static double[] row(double score, double history, double[] recent) {
    if (recent.length != RECENT) {
      throw new IllegalArgumentException(
          "Cannot add %d recent amounts, expected %d.".formatted(recent.length, RECENT));
    }
    double[] row = new double[VARIABLES];
    row[INTERCEPT] = 1;
    row[HISTORY] = history;
    System.arraycopy(recent, 0, row, FIRST_RECENT, RECENT);
    row[SCORE] = score;
    return row;
  }

  /** Adds the products of some variables with themselves and all before them, from a cell on. */
  private static void addProducts(
      double[] cells, int cell, double[] row, int from, int to, double weight) {
    int next = cell;
    for (int i = from; i < to; i++) {
      double weighted = weight * row[i];
      if (weighted == 0) {
        // In most months nobody buys, and nobody is lost.
        next += i + 1;
        continue;
      }
      for (int j = 0; j <= i; j++) {
        cells[next++] += weighted * row[j];
      }
    }
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
    double[] row = row(score, history, recent);
    row[REVENUE] = revenue;
    row[LOST] = lag > 0 ? lost : 0;
    addProducts(cellsOf(bucket), index(lag) * CELLS, row, 0, VARIABLES, weight);
  }

  /**
   * Adds all observations of another part.
   *
   * @return this
   */
  public LeadLagSums merge(LeadLagSums other) {
    for (int bucket = 0; bucket < sums.length; bucket++) {
      if (other.holds(bucket)) {
        Sums.add(cellsOf(bucket), other.cells(bucket));
      }
    }
    return this;
  }

  /** Whether a bucket has any sums. */
  public boolean holds(int bucket) {
    return sums[bucket] != null;
  }

  /** One bucket's sums as plain numbers, or null if it has none; not to be changed. */
  public double[] cells(int bucket) {
    if (reaching[bucket] != null) {
      settle(sums[bucket], reaching[bucket]);
      reaching[bucket] = null;
    }
    return sums[bucket];
  }

  /** Adds what reaches a lag to its cells, from the farthest lags on either side to the anchor. */
  private static void settle(double[] cells, double[] reaching) {
    for (int side : new int[] {-1, 1}) {
      double[] seen = new double[STEADY];
      for (int month = MONTHS; month >= 1; month--) {
        int lag = index(side * month);
        for (int cell = 0; cell < STEADY; cell++) {
          seen[cell] += reaching[lag * STEADY + cell];
          cells[lag * CELLS + cell] += seen[cell];
        }
      }
    }
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
    return IntStream.range(0, sums.length)
        .mapToObj(bucket -> holds(bucket) ? cells(bucket) : new double[2 * MONTHS * CELLS])
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
