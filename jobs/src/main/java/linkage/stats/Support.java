package linkage.stats;

import java.util.Arrays;

/**
 * How widely the two classes of an outcome are spread over the buckets: what an interval rests on.
 *
 * <p>Losses are the scarce class, and the losses of one customer are one piece of evidence however
 * often that customer answered. Counting buckets instead of rows keeps that in view.
 *
 * <p><b>Value:</b> numbers of buckets that hold at least one loss and at least one retained
 * observation.
 *
 * @param lostBuckets the number of buckets that hold a loss
 * @param retainedBuckets the number of buckets that hold a retained observation
 */
public record Support(int lostBuckets, int retainedBuckets) {

  /** Fewer buckets than this, of either class, are too few to estimate a variance from. */
  public static final int MINIMUM_BUCKETS = 10;

  /**
   * Counts the buckets in which each class occurs.
   *
   * @param retained retained observations per bucket
   * @param lost lost observations per bucket
   */
  static Support of(double[] retained, double[] lost) {
    return new Support(occupied(lost), occupied(retained));
  }

  /**
   * The degrees of freedom of an interval for a comparison of the two classes: {@code
   * min(lostBuckets, retainedBuckets) - 1}. It is -1 when a class is absent, and below 1 there is
   * no interval.
   */
  public int degreesOfFreedom() {
    return Math.min(lostBuckets, retainedBuckets) - 1;
  }

  /** Whether either class occurs in fewer than {@value #MINIMUM_BUCKETS} buckets. */
  public boolean insufficient() {
    return Math.min(lostBuckets, retainedBuckets) < MINIMUM_BUCKETS;
  }

  private static int occupied(double[] counts) {
    return (int) Arrays.stream(counts).filter(count -> count > 0).count();
  }
}
