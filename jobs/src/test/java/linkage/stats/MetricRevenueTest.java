package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MetricRevenueTest {
  private static final int BUCKETS = 12;
  private static final int LEVELS = 5;

  /** R's survival 3.5-3, by {@code follow_up.R}. */
  @Test
  void agreesWithSurvival() {
    double[][][] counts = new double[BUCKETS][11][LEVELS];
    for (int i = 0; i < 360; i++) {
      int level = (7 * i + i / 5 + i * i) % 5;
      counts[i % BUCKETS][(i * i + 3 * level + i / 4) % 11][level]++;
    }
    var revenue = new MetricRevenue(counts, new boolean[11]);

    assertThat(revenue.pairs()).isEqualTo(new Concordance(24789, 22124, 11532, 4924, 1251));
    assertThat(revenue.auc().value()).isCloseTo(0.5227992129352382, within(1e-9));
  }

  /** The exact value counts every pair of customers whose revenue differs by a cent. */
  @Property(tries = 40)
  void isAsCloseToTheExactValueAsItSays(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int width) {
    var random = new Random(seed);
    int n = 250;
    int[] level = new int[n];
    long[] cents = new long[n];
    double[][][] counts = new double[BUCKETS][41][LEVELS];
    boolean[] isSingleAmount = new boolean[41];
    isSingleAmount[20] = true;
    for (int i = 0; i < n; i++) {
      level[i] = random.nextInt(LEVELS);
      double size = Math.exp(1 + 0.3 * level[i] + random.nextGaussian());
      int kind = random.nextInt(5);
      cents[i] = kind == 0 ? 0 : Math.round(kind == 1 ? -size : 100 * size);
      int bin = (int) Math.ceil(Math.log(1 + Math.abs(cents[i])) * width / 3);
      counts[random.nextInt(BUCKETS)][20 + Long.signum(cents[i]) * Math.min(20, bin)][level[i]]++;
    }
    double concordant = 0;
    double ordered = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (cents[i] > cents[j]) {
          int order = Integer.compare(level[i], level[j]);
          concordant += order > 0 ? 1 : order == 0 ? 0.5 : 0;
          ordered++;
        }
      }
    }

    var revenue = new MetricRevenue(counts, isSingleAmount);

    assertThat(revenue.unresolvedShare()).isBetween(0.0, 0.9);
    assertThat(revenue.auc().value())
        .isCloseTo(concordant / ordered, within(revenue.unresolvedShare() + 1e-12));
  }

  /** By hand: what is in the bin of no revenue is equal, and leaves nothing unresolved. */
  @Test
  void isExactWhereEachBinIsASingleAmount() {
    double[][][] counts = new double[2][3][2];
    counts[0][0] = new double[] {4, 1};
    counts[1][1] = new double[] {2, 5};
    counts[1][2] = new double[] {0, 1};
    var exact = new MetricRevenue(counts, new boolean[] {true, true, true});
    var wide = new MetricRevenue(counts, new boolean[] {true, false, true});

    assertThat(exact.unresolvedShare()).isZero();
    // 7 × 6 / 2 pairs within the second bin; 5 × 7 + 5 × 1 + 7 × 1 between bins.
    assertThat(wide.unresolvedShare()).isEqualTo(21.0 / (21 + 47));
    // Concordant: 4 × 5 + 4 × 1 + 2 × 1; tied scores: 4 × 2 + 1 × 5 + 1 × 1 + 5 × 1.
    assertThat(exact.pairs().concordant()).isEqualTo(26);
    assertThat(exact.pairs().tiedScore()).isEqualTo(19);
  }

  @Test
  void aTwoWayOutcomeIsAnAuc() {
    MetricCounts twoWay = BucketedExample.FIRST;
    double[][][] counts = new double[BucketedExample.BUCKETS][2][];
    for (int bucket = 0; bucket < BucketedExample.BUCKETS; bucket++) {
      counts[bucket][0] = twoWay.lost()[bucket];
      counts[bucket][1] = twoWay.retained()[bucket];
    }

    var revenue = new MetricRevenue(counts, new boolean[] {true, true});

    assertThat(revenue.support()).isEqualTo(twoWay.support());
    assertThat(revenue.auc().value()).isCloseTo(twoWay.auc().value(), within(1e-12));
    assertThat(revenue.auc().interval().lower())
        .isCloseTo(twoWay.auc().interval().lower(), within(1e-12));
  }

  /** By hand: one customer in each bucket, each spending more than the one before. */
  @Test
  void restsOnTheCutThatSpreadsBothSidesWidest() {
    double[][][] rising = new double[8][8][2];
    double[][][] alike = new double[8][8][2];
    for (int bucket = 0; bucket < 8; bucket++) {
      rising[bucket][bucket][bucket % 2] = 1;
      alike[bucket][3][bucket % 2] = 1;
    }

    assertThat(new MetricRevenue(rising, new boolean[8]).support()).isEqualTo(new Support(4, 4));
    assertThat(new MetricRevenue(alike, new boolean[8]).support().insufficient()).isTrue();
    assertThat(new MetricRevenue(alike, new boolean[8]).auc().value()).isNaN();
  }
}
