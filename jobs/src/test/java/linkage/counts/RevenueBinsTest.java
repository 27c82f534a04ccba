package linkage.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import linkage.stats.MetricRevenue;
import org.junit.jupiter.api.Test;

class RevenueBinsTest {
  /** By hand: 10^(i/128) rounded up is 1, 2, 3 and so on to 65, and then 67, 68, 69, 70, 72. */
  @Test
  void holdSmallAmountsOneByOne() {
    assertThat(List.of(0L, 1L, 2L, 64L, 65L, 66L, 67L, 70L, 71L, 72L))
        .extracting(RevenueBins::of)
        .containsExactly(0, 1, 2, 64, 65, 65, 66, 69, 69, 70);
    assertThat(List.of(0, 1, 64, -64, 66)).allMatch(RevenueBins::isSingleAmount);
    assertThat(List.of(65, 69, -69, 300)).noneMatch(RevenueBins::isSingleAmount);
  }

  /**
   * Half a year of a shop: of 8,000 customers a quarter buys nothing, and the others up to twelve
   * times for about 40, some for much more. The exact value compares each with each.
   */
  @Test
  void leaveAboutOnePercentOfPairsUnresolved() {
    var random = new Random(11);
    int n = 8_000;
    int[] level = new int[n];
    long[] cents = new long[n];
    int bins = 4_800;
    double[][][] counts = new double[16][bins][];
    double[] all = new double[bins];
    for (int i = 0; i < n; i++) {
      level[i] = random.nextInt(11);
      int purchases = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(12);
      for (int purchase = 0; purchase < purchases; purchase++) {
        cents[i] += Math.round(4_000 * Math.exp(0.03 * level[i] + random.nextGaussian()));
      }
      int bin = RevenueBins.of(cents[i]);
      int bucket = i % 16;
      if (counts[bucket][bin] == null) {
        counts[bucket][bin] = new double[11];
      }
      counts[bucket][bin][level[i]]++;
      all[bin]++;
    }
    double[] pairsWithin = new double[bins];
    Arrays.setAll(
        pairsWithin, bin -> RevenueBins.isSingleAmount(bin) ? 0 : all[bin] * (all[bin] - 1) / 2);
    double concordant = 0;
    double ordered = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (cents[i] > cents[j]) {
          concordant += (1 + Integer.signum(level[i] - level[j])) / 2.0;
          ordered++;
        }
      }
    }
    var revenue = new MetricRevenue(counts, pairsWithin);

    assertThat(revenue.unresolvedShare()).isLessThan(0.01).isGreaterThan(0.001);
    assertThat(revenue.auc().value()).isCloseTo(concordant / ordered, within(5e-4));
  }

  @Test
  void keepTheOrderOfRevenueAndMirrorItsSign() {
    var random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      long some = Math.round(Math.exp(random.nextDouble() * 40)) * (random.nextBoolean() ? 1 : -1);
      long other = Math.round(some * (0.5 + random.nextDouble()));
      assertThat(RevenueBins.of(-some)).isEqualTo(-RevenueBins.of(some));
      assertThat(Integer.compare(RevenueBins.of(some), RevenueBins.of(other)))
          .isIn(0, Long.compare(some, other));
    }
    assertThat(RevenueBins.of(Long.MIN_VALUE)).isEqualTo(-RevenueBins.of(Long.MAX_VALUE));
  }

  @Test
  void areLessThanTwoPercentWide() {
    for (long cents = 65; cents < 2_000_000; cents += 1 + cents / 200) {
      assertThat(RevenueBins.of(1 + (long) Math.ceil(1.0182 * cents)))
          .as("%d cents", cents)
          .isGreaterThan(RevenueBins.of(cents));
    }
  }
}
