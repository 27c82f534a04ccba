package linkage.stats;

import java.util.List;

/**
 * Twelve buckets of two five-level metrics that count the same observations; the fixture of {@code
 * bucketed_counts.R}, whose numbers the tests quote.
 */
final class BucketedExample {

  static final int BUCKETS = 12;
  static final int LEVELS = 5;
  static final MetricCounts FIRST = first();
  static final MetricCounts SECOND =
      new MetricCounts(rotated(FIRST.retained()), rotated(FIRST.lost()), FIRST.revenue());
  static final List<MetricCounts> BOTH = List.of(FIRST, SECOND);

  private BucketedExample() {}

  private static MetricCounts first() {
    double[][] retained = new double[BUCKETS][LEVELS];
    double[][] lost = new double[BUCKETS][LEVELS];
    for (int g = 0; g < BUCKETS; g++) {
      for (int k = 0; k < LEVELS; k++) {
        retained[g][k] = (7 * g + 5 * k + g * k) % 6 + k;
        lost[g][k] = (3 * g + 2 * k + g * k) % 4 + 4 - k;
      }
    }
    return new MetricCounts(retained, lost, retained);
  }

  private static double[][] rotated(double[][] counts) {
    double[][] rotated = new double[BUCKETS][LEVELS];
    for (int g = 0; g < BUCKETS; g++) {
      for (int k = 0; k < LEVELS; k++) {
        rotated[g][k] = counts[g][(k + g % 2) % LEVELS];
      }
    }
    return rotated;
  }

  /** One bucket, of which the given counts are all. */
  static MetricCounts inOneBucket(double[] retained, double[] lost) {
    return new MetricCounts(
        new double[][] {retained}, new double[][] {lost}, new double[1][retained.length]);
  }
}
