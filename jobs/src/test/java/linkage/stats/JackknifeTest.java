package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JackknifeTest {

  /**
   * Expected numbers: bucketed_counts.R, where pROC computes each AUC from the rows that remain
   * after deleting a bucket.
   */
  @Test
  void agreesWithDeletingRowsInR() {
    var jackknife = MetricCounts.jackknifeOfAucs(BucketedExample.BOTH);

    assertThat(Arrays.copyOf(jackknife.estimate(), 2))
        .containsExactly(new double[] {0.7121580547112462, 0.6069908814589665}, within(1e-14));
    assertThat(Arrays.copyOf(jackknife.mean(), 2))
        .containsExactly(new double[] {0.7121893379871179, 0.607031996546836}, within(1e-14));
    assertThat(jackknife.variance(0)).isCloseTo(8.904190430325815e-05, within(1e-15));
    assertThat(jackknife.variance(1)).isCloseTo(0.001127000583438229, within(1e-15));
    assertThat(jackknife.covariance()[0][1]).isCloseTo(5.577276326292032e-05, within(1e-15));
    assertThat(jackknife.covariance()[1][0]).isEqualTo(jackknife.covariance()[0][1]);
    assertThat(jackknife.varianceOfDifference(0, 1)).isCloseTo(0.001104496961215647, within(1e-15));
  }

  /**
   * By theory: for the mean of one number per bucket, the jackknife is exactly s² / G, with the
   * denominator G - 1 in s².
   */
  @Property(tries = 100)
  void isTheTextbookVarianceForAMean(@ForAll long seed) {
    var random = new Random(seed);
    double[][] buckets = new double[20][];
    for (int bucket = 0; bucket < buckets.length; bucket++) {
      buckets[bucket] = new double[] {random.nextInt(100), 1};
    }
    double mean = Sums.ofColumns(buckets)[0] / 20;
    double squares = 0;
    for (double[] bucket : buckets) {
      squares += (bucket[0] - mean) * (bucket[0] - mean);
    }

    var jackknife = Jackknife.of(buckets, JackknifeTest::ratio);

    assertThat(jackknife.variance(0)).isCloseTo(squares / 19 / 20, within(1e-9));
    assertThat(jackknife.mean()[0]).isCloseTo(mean, within(1e-9));
  }

  /** By definition: a statistic that hangs on one bucket has no spread that could be measured. */
  @Test
  void hasNoVarianceWhereAReplicateIsUndefined() {
    double[][] buckets = {{1, 2, 0, 0}, {2, 3, 1, 2}, {3, 4, 0, 0}};

    var jackknife =
        Jackknife.of(buckets, cells -> new double[] {cells[0] / cells[1], cells[2] / cells[3]});

    assertThat(jackknife.estimate()).containsExactly(6 / 9.0, 0.5);
    assertThat(jackknife.variance(0)).isPositive();
    assertThat(jackknife.mean()[1]).isNaN();
    assertThat(jackknife.variance(1)).isNaN();
    assertThat(jackknife.covariance()[0][1]).isNaN();
    assertThat(jackknife.varianceOfDifference(0, 1)).isNaN();
  }

  /**
   * By construction: weights of 0.1 don't sum exactly, and taking a bucket from the total would
   * leave a residue in a cell that should be empty.
   */
  @Test
  void leavesNothingBehindInACellThatEmpties() {
    double[][] buckets = {{0.1, 0.3}, {0.7, 0}, {0.2, 0}};

    var jackknife = Jackknife.of(buckets, cells -> new double[] {cells[1] == 0 ? 1 : 0});

    // One replicate of three is 1: V = 2/3 · ((2/3)² + 2 (1/3)²) = 4/9.
    assertThat(jackknife.variance(0)).isCloseTo(4 / 9.0, within(1e-15));
  }

  /** By definition: all buckets agree, so any spread is rounding. */
  @Test
  void isExactlyZeroWhereBucketsAgree() {
    double[][] buckets = new double[64][];
    for (int bucket = 0; bucket < buckets.length; bucket++) {
      buckets[bucket] = new double[] {0.1 * (bucket + 1), 0.3 * (bucket + 1)};
    }

    assertThat(Jackknife.of(buckets, JackknifeTest::ratio).variance(0)).isZero();
  }

  @Test
  void isUndefinedBelowTwoBuckets() {
    assertThat(Jackknife.of(new double[][] {{1, 2}}, JackknifeTest::ratio).variance(0)).isNaN();
  }

  /** By definition: an empty bucket's replicate is the estimate itself. */
  @Test
  void takesAnEmptyBucketForAReplicate() {
    double[][] buckets = {{1, 1}, {3, 1}, {0, 0}};

    // Replicates 3, 1 and 2 around 2: V = 2/3 · (1 + 1).
    assertThat(Jackknife.of(buckets, JackknifeTest::ratio).variance(0))
        .isCloseTo(4 / 3.0, within(1e-15));
  }

  private static double[] ratio(double[] cells) {
    return new double[] {cells[0] / cells[1]};
  }
}
