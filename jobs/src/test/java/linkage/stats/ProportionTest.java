package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProportionTest {

  /** Expected numbers: bucketed_counts.R, "rate, variance" and "rate interval". */
  @Test
  void widensWilsonsIntervalByWhatTheBucketsShow() {
    var retention = BucketedExample.FIRST.retentionAt(2);

    assertThat(retention.value()).isCloseTo(0.5625, within(1e-15));
    assertThat(retention.variance()).isCloseTo(0.001698016152260853, within(1e-15));
    assertThat(retention.interval().lower()).isCloseTo(0.450728132133867, within(1e-12));
    assertThat(retention.interval().upper()).isCloseTo(0.6682671482622493, within(1e-12));
  }

  /** R: {@code prop.test(0, 20, correct = FALSE)}; ten buckets of two observations. */
  @Test
  void countsObservationsAtZeroWhenTheyAreIndependent() {
    var interval = Proportion.of(new double[10], filled(10, 2), 1).interval();

    assertThat(interval.lower()).isZero();
    assertThat(interval.upper()).isCloseTo(0.1611251580528193, within(1e-12));
  }

  /** By the formula: 60 observations that count as 60 / 3 = 20 trials, as above. */
  @Test
  void countsFewerAtZeroWhenCustomersAnswerOften() {
    var interval = Proportion.of(new double[10], filled(10, 6), 3).interval();

    assertThat(interval.upper()).isCloseTo(0.1611251580528193, within(1e-12));
  }

  /** By the formula: twenty buckets are at least twenty customers, whatever the design effect. */
  @Test
  void countsEachBucketAtLeastOnce() {
    var interval = Proportion.of(filled(20, 5), filled(20, 5), 1000).interval();

    assertThat(interval.lower()).isCloseTo(1 - 0.1611251580528193, within(1e-12));
    assertThat(interval.upper()).isEqualTo(1);
  }

  /** By the formula: Wilson's interval of 1 in 1 ends at 1 / (1 + 1.96²) = 0.2065. */
  @Test
  void countsOneBucketAsOneCustomer() {
    var alone = Proportion.of(new double[] {0, 30}, new double[] {0, 30}, 1);

    assertThat(alone.variance()).isNaN();
    assertThat(alone.interval().lower()).isCloseTo(0.2065, within(1e-4));
    assertThat(alone.interval().upper()).isEqualTo(1);
  }

  @Test
  void isNanWithoutObservations() {
    var nothing = Proportion.of(new double[4], new double[4], 1);

    assertThat(nothing.value()).isNaN();
    assertThat(nothing.interval()).isEqualTo(Interval.UNDEFINED);
    assertThat(Proportion.designEffect(new double[4], new double[4])).isEqualTo(1);
  }

  /**
   * By theory: customers who answer three times and always with the same outcome count as one
   * observation each, so the design effect is 3; averaged over 200 seeded draws.
   */
  @Test
  void findsTheDesignEffectOfRepeatedAnswers() {
    var random = new Random(5);
    double sum = 0;
    for (int draw = 0; draw < 200; draw++) {
      double[] successes = new double[64];
      double[] totals = new double[64];
      for (int customer = 0; customer < 640; customer++) {
        int bucket = random.nextInt(64);
        totals[bucket] += 3;
        successes[bucket] += random.nextInt(10) < 7 ? 3 : 0;
      }
      sum += Proportion.designEffect(successes, totals);
    }

    assertThat(sum / 200).isCloseTo(3, within(0.15));
  }

  @Property
  void staysBetweenZeroAndOneAroundTheRate(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int buckets) {
    var random = new Random(seed);
    double[] totals = random.ints(buckets, 0, 4).asDoubleStream().toArray();
    totals[0]++;
    double[] successes =
        Arrays.stream(totals).map(total -> random.nextInt((int) total + 1)).toArray();

    var rate = Proportion.of(successes, totals, 1 + random.nextDouble());

    assertThat(rate.interval().contains(rate.value())).isTrue();
    assertThat(rate.interval().within(0, 1)).isTrue();
  }

  private static double[] filled(int buckets, double count) {
    double[] counts = new double[buckets];
    Arrays.fill(counts, count);
    return counts;
  }
}
