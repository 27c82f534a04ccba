package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
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
    var revenue = new MetricRevenue(counts, new double[11]);

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
    double[] observations = new double[41];
    for (int i = 0; i < n; i++) {
      level[i] = random.nextInt(LEVELS);
      double size = Math.exp(1 + 0.3 * level[i] + random.nextGaussian());
      int kind = random.nextInt(5);
      cents[i] = kind == 0 ? 0 : Math.round(kind == 1 ? -size : 100 * size);
      int bin = (int) Math.ceil(Math.log(1 + Math.abs(cents[i])) * width / 3);
      int at = 20 + Long.signum(cents[i]) * Math.min(20, bin);
      counts[random.nextInt(BUCKETS)][at][level[i]]++;
      observations[at]++;
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

    double[] pairsWithin = new double[41];
    Arrays.setAll(pairsWithin, at -> observations[at] * (observations[at] - 1) / 2);
    pairsWithin[20] = 0;
    double exact = concordant / ordered;
    var revenue = new MetricRevenue(counts, pairsWithin);
    var unresolved = revenue.unresolved();

    assertThat(revenue.auc().value()).isCloseTo(exact, within(revenue.unresolvedShare() + 1e-12));
    double value = revenue.auc().value();
    assertThat(exact)
        .isBetween(
            unresolved.probability(new Interval(value, value)).lower() - 1e-12,
            unresolved.probability(new Interval(value, value)).upper() + 1e-12);
    // The interval allows for it: at either end, it is that of the counted pairs and what is left.
    Interval counted =
        MetricCounts.aucEstimate(revenue.jackknifeOfAuc(), 0, revenue.support()).interval();
    assertThat(revenue.auc().interval())
        .isEqualTo(unresolved.probability(counted))
        .matches(wide -> wide.upper() - counted.upper() > 0 && wide.lower() < counted.lower());
  }

  /** By hand: what is in the bin of no revenue is equal, and leaves nothing unresolved. */
  @Test
  void isExactWhereEachBinIsASingleAmount() {
    double[][][] counts = new double[2][3][2];
    counts[0][0] = new double[] {4, 1};
    counts[1][1] = new double[] {2, 5};
    counts[1][2] = new double[] {0, 1};
    var exact = new MetricRevenue(counts, new double[3]);
    var wide = new MetricRevenue(counts, new double[] {0, 21, 0});

    assertThat(exact.unresolvedShare()).isZero();
    // 7 × 6 / 2 pairs within the second bin; 5 × 7 + 5 × 1 + 7 × 1 between bins.
    assertThat(wide.unresolvedShare()).isEqualTo(21.0 / (21 + 47));
    // Concordant: 4 × 5 + 4 × 1 + 2 × 1; tied scores: 4 × 2 + 1 × 5 + 1 × 1 + 5 × 1.
    assertThat(exact.pairs().concordant()).isEqualTo(26);
    assertThat(exact.pairs().tiedScore()).isEqualTo(19);
  }

  /** By definition: a replicate is the concordance of all buckets but one, counted anew. */
  @Property(tries = 20)
  void replicatesAreThoseOfTheOtherBuckets(@ForAll long seed) {
    var random = new Random(seed);
    double[][][] counts = new double[BUCKETS][7][];
    for (int i = 0; i < 90; i++) {
      int bucket = random.nextInt(BUCKETS);
      int bin = random.nextInt(7);
      counts[bucket][bin] = counts[bucket][bin] == null ? new double[LEVELS] : counts[bucket][bin];
      counts[bucket][bin][random.nextInt(LEVELS)] += 0.5 + random.nextDouble();
    }
    double[][] flat = new double[BUCKETS][7 * LEVELS];
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      for (int bin = 0; bin < 7; bin++) {
        for (int level = 0; level < LEVELS && counts[bucket][bin] != null; level++) {
          flat[bucket][bin * LEVELS + level] = counts[bucket][bin][level];
        }
      }
    }
    var expected =
        Jackknife.of(
            flat,
            all -> {
              double[][] bins = new double[7][];
              for (int bin = 0; bin < 7; bin++) {
                bins[bin] = Arrays.copyOfRange(all, bin * LEVELS, (bin + 1) * LEVELS);
              }
              double value = Concordance.of(bins, new double[7][LEVELS]).value();
              return new double[] {value, Interval.logit(value)};
            });

    var jackknife = new MetricRevenue(counts, new double[7]).jackknifeOfAuc();

    for (int i = 0; i < 2; i++) {
      assertThat(jackknife.estimate()[i]).isCloseTo(expected.estimate()[i], within(1e-12));
      assertThat(jackknife.variance(i)).isCloseTo(expected.variance(i), within(1e-12));
    }
  }

  /** By definition of two bins: what is compared are AUCs of the same customers. */
  @Test
  void comparesMetricsLikeATwoWayOutcome() {
    List<MetricRevenue> metrics =
        BucketedExample.BOTH.stream().map(MetricRevenueTest::twoBins).toList();
    var expected = Comparison.of(BucketedExample.BOTH);

    var comparison = Comparison.ofRevenue(metrics);

    assertThat(comparison.leader()).isEqualTo(expected.leader());
    assertThat(comparison.withBest().pValue())
        .isCloseTo(expected.withBest().pValue(), within(1e-12));
    assertThat(comparison.withBest().margin().lower())
        .isCloseTo(expected.withBest().margin().lower(), within(1e-12));
    assertThat(comparison.signals()).containsExactly(expected.signals(), within(1e-12));
    assertThat(comparison.losses()).isNaN();
    assertThat(comparison.lossesNeeded().at(0.0001)).isNaN();
    assertThat(Verdict.of(comparison, new BitSet(), 0)).isEqualTo(Verdict.CLEAR);
    var lead = WeightedLead.ofRevenue(1, metrics, comparison.support());
    assertThat(lead.leader()).isZero();
    assertThat(lead.margin()).isCloseTo(-0.1051671732522796, within(1e-12));
    assertThat(lead.interval().upper())
        .isCloseTo(-expected.withBest().margin().lower(), within(1e-12));
  }

  /** By the formula of {@link Unresolved}: with a share s, a difference must exceed s / (1 - s). */
  @Test
  void claimsOnlyWhatUnresolvedPairsCannotTakeBack() {
    var resolved = Comparison.of(BucketedExample.BOTH).withBest();
    List<MetricRevenue> metrics =
        BucketedExample.BOTH.stream().map(MetricRevenueTest::twoBins).toList();
    double ordered = metrics.get(0).pairs().ordered();
    double lower = resolved.margin().lower();
    // Just enough, and just too much, for the lower end to stay above 0.
    double most = lower / (1 + lower);
    for (double share : new double[] {0.999 * most, 1.001 * most, 0.2}) {
      double within = share * ordered / (1 - share);
      var comparison =
          Comparison.ofRevenue(
              metrics.stream()
                  .map(metric -> new MetricRevenue(metric.counts(), new double[] {0, within}))
                  .toList());

      var withBest = comparison.withBest();
      assertThat(withBest.margin().lower()).isCloseTo(lower - share * (1 + lower), within(1e-12));
      assertThat(withBest.margin().lower() > 0).isEqualTo(share < most);
      assertThat(withBest.pValue() < 0.05).isEqualTo(share < most);
      assertThat(withBest.bestSet().cardinality()).isEqualTo(share == 0.2 ? 2 : 1);
      assertThat(withBest.leads()).isEqualTo(resolved.leads());
    }
  }

  /** By definition: a signal, before it is adjusted, is one whose interval excludes one half. */
  @Property(tries = 40)
  void isASignalIfItsIntervalExcludesOneHalf(@ForAll @IntRange(min = 0, max = 500) int share) {
    MetricRevenue counted = twoBins(BucketedExample.SECOND);
    double s = share / 1000.0;
    double within = s * counted.pairs().ordered() / (1 - s);
    var revenue = new MetricRevenue(counted.counts(), new double[] {0, within});

    double p =
        MetricCounts.pOfOneHalf(
            revenue.jackknifeOfAuc(), 0, revenue.support(), revenue.unresolved());

    assertThat(p < 0.05).isEqualTo(revenue.auc().interval().excludes(0.5));
  }

  /** The same where every counted pair is concordant, so that the jackknife sees no variance. */
  @Property(tries = 40)
  void aPerfectOrderIsASignalIfItsIntervalExcludesOneHalf(
      @ForAll @IntRange(min = 2, max = 64) int buckets,
      @ForAll @IntRange(min = 0, max = 600) int share,
      @ForAll boolean isInverted) {
    double[][][] counts = new double[buckets][2][2];
    for (double[][] bucket : counts) {
      bucket[0][isInverted ? 1 : 0] = 1;
      bucket[1][isInverted ? 0 : 1] = 1;
    }
    double s = share / 1000.0;
    double ordered = new MetricRevenue(counts, new double[2]).pairs().ordered();
    var revenue = new MetricRevenue(counts, new double[] {0, s * ordered / (1 - s)});

    double p =
        MetricCounts.pOfOneHalf(
            revenue.jackknifeOfAuc(), 0, revenue.support(), revenue.unresolved());

    assertThat(revenue.auc().value()).isEqualTo(isInverted ? 0 : 1);
    assertThat(p < 0.05).isEqualTo(revenue.auc().interval().excludes(0.5));
  }

  private static MetricRevenue twoBins(MetricCounts twoWay) {
    double[][][] counts = new double[twoWay.lost().length][2][];
    for (int bucket = 0; bucket < counts.length; bucket++) {
      counts[bucket][0] = twoWay.lost()[bucket];
      counts[bucket][1] = twoWay.retained()[bucket];
    }
    return new MetricRevenue(counts, new double[2]);
  }

  @Test
  void aTwoWayOutcomeIsAnAuc() {
    MetricCounts twoWay = BucketedExample.FIRST;

    var revenue = twoBins(twoWay);

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

    assertThat(new MetricRevenue(rising, new double[8]).support()).isEqualTo(new Support(4, 4));
    assertThat(new MetricRevenue(alike, new double[8]).support().insufficient()).isTrue();
    assertThat(new MetricRevenue(alike, new double[8]).auc().value()).isNaN();
  }
}
