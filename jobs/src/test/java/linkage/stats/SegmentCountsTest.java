package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SegmentCountsTest {

  private static final int BUCKETS = 16;
  private static final int[] LEVELS = {11, 5, 7};

  /** By hand: two observations answered the first metric only, three the first two. */
  @Test
  void tellsAMetricsOwnSampleFromTheCommonOne() {
    var counts =
        new SegmentCounts(LEVELS, BUCKETS)
            .add(0b001, 0, 10, 3, 2, 0, 70)
            .add(0b011, 0, 9, 3, 1, 2, 50)
            .add(0b011, 1, 4, 3, 1, 2, 50);
    var both = new CommonSample(List.of(0, 1), List.of(2), 3, 0.6);

    var own = counts.own(0);
    var common = counts.common(both);

    assertThat(own.retainedByLevel()).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2);
    assertThat(own.lostByLevel()[9]).isEqualTo(2);
    assertThat(own.revenue()[3][10]).isEqualTo(70);
    assertThat(own.retained()[2]).containsOnly(0);
    assertThat(common.get(0).retainedByLevel()[10]).isZero();
    assertThat(common.get(0).retainedByLevel()[9]).isEqualTo(1);
    assertThat(common.get(1).lostByLevel()).containsExactly(0, 0, 0, 0, 2);
    assertThat(counts.own(2).retainedByLevel()).containsOnly(0);
  }

  /** The definition as oracle: selecting observations one by one. */
  @Property(tries = 30)
  void agreesWithSelectingObservations(@ForAll long seed) {
    var observations = observations(seed, 300);
    var sample = new CommonSample(List.of(0, 2), List.of(1), 0, 0);

    var common = count(observations).common(sample);

    double[] retained = new double[LEVELS[2]];
    double[] lost = new double[LEVELS[2]];
    for (Observation each : observations) {
      if (each.levels[0] >= 0 && each.levels[2] >= 0) {
        (each.isLost ? lost : retained)[each.levels[2]]++;
      }
    }
    assertThat(common.get(1).retainedByLevel()).containsExactly(retained);
    assertThat(common.get(1).lostByLevel()).containsExactly(lost);
  }

  /** By definition: parts may be merged in any order and grouping. */
  @Property(tries = 30)
  void mergesInAnyOrder(@ForAll long seed) {
    var observations = observations(seed, 90);
    var first = observations.subList(0, 20);
    var second = observations.subList(20, 50);
    var third = observations.subList(50, 90);

    var whole = count(observations);
    var leftFirst = count(first).merge(count(second)).merge(count(third));
    var rightFirst = count(third).merge(count(second).merge(count(first)));

    for (int metric = 0; metric < LEVELS.length; metric++) {
      for (SegmentCounts merged : List.of(leftFirst, rightFirst)) {
        assertThat(merged.own(metric).retained()).isDeepEqualTo(whole.own(metric).retained());
        assertThat(merged.own(metric).lost()).isDeepEqualTo(whole.own(metric).lost());
        assertThat(merged.own(metric).revenue()).isDeepEqualTo(whole.own(metric).revenue());
      }
    }
  }

  @Test
  void leavesWhatItMergesUnchanged() {
    var part = new SegmentCounts(LEVELS, BUCKETS).add(1, 0, 0, 0, 1, 0, 0);

    new SegmentCounts(LEVELS, BUCKETS).merge(part).add(1, 0, 0, 0, 5, 0, 0);

    assertThat(part.own(0).retained()[0][0]).isEqualTo(1);
  }

  @Test
  void keepsEveryMetricWhenAllAreAnsweredTogether() {
    var counts = new SegmentCounts(LEVELS, BUCKETS);
    answer(counts, 0b111, BUCKETS);

    var sample = counts.commonSample();

    assertThat(sample).isEqualTo(new CommonSample(List.of(0, 1, 2), List.of(), 2 * BUCKETS, 1));
  }

  /** By hand: of 32 + 32 + 4 observations, the first two metrics share 32 + 4. */
  @Test
  void dropsTheMetricThatKeepsTheOthersApart() {
    var counts = new SegmentCounts(LEVELS, BUCKETS);
    answer(counts, 0b011, BUCKETS);
    answer(counts, 0b100, BUCKETS);
    answer(counts, 0b111, 2);

    var sample = counts.commonSample();

    assertThat(sample.metrics()).containsExactly(0, 1);
    assertThat(sample.dropped()).containsExactly(2);
    assertThat(sample.observations()).isEqualTo(36);
    assertThat(sample.share()).isCloseTo(36 / 68.0, within(1e-15));
    assertThat(Comparison.of(counts.common(sample)).support()).isEqualTo(new Support(16, 16));
  }

  /**
   * By hand: the third metric has a loss in nine buckets only, so no common sample can have ten.
   */
  @Test
  void dropsAMetricThatIsInsufficientOnItsOwn() {
    var counts = new SegmentCounts(LEVELS, BUCKETS);
    answer(counts, 0b011, BUCKETS);
    answer(counts, 0b111, 9);

    assertThat(counts.commonSample().metrics()).containsExactly(0, 1);
  }

  @Test
  void leavesASingleMetricWhenOnlyOneIsSufficient() {
    var counts = new SegmentCounts(LEVELS, BUCKETS);
    answer(counts, 0b001, BUCKETS);
    answer(counts, 0b110, 3);

    var sample = counts.commonSample();

    assertThat(sample.metrics()).containsExactly(0);
    assertThat(sample.dropped()).containsExactly(1, 2);
  }

  /** By the rule: no two metrics were ever answered together, so two stay and are insufficient. */
  @Test
  void leavesTwoMetricsToBeFoundInsufficient() {
    var counts = new SegmentCounts(LEVELS, BUCKETS);
    answer(counts, 0b001, BUCKETS);
    answer(counts, 0b010, BUCKETS);
    answer(counts, 0b100, 12);

    var sample = counts.commonSample();

    assertThat(sample.metrics()).containsExactly(0, 1);
    assertThat(sample.observations()).isZero();
    assertThat(Comparison.of(counts.common(sample)).leader()).isEqualTo(-1);
  }

  /** By the rule: among equals, the last declared is dropped. */
  @Test
  void dropsTheLastDeclaredAmongEquals() {
    var counts = new SegmentCounts(LEVELS, BUCKETS);
    answer(counts, 0b001, BUCKETS);
    answer(counts, 0b010, BUCKETS);
    answer(counts, 0b100, BUCKETS);

    assertThat(counts.commonSample().dropped()).containsExactly(2);
  }

  @Test
  void keepsWhatWasAnsweredWhenNothingIsSufficient() {
    var counts = new SegmentCounts(LEVELS, BUCKETS);
    answer(counts, 0b011, 4);

    var sample = counts.commonSample();

    assertThat(sample).isEqualTo(new CommonSample(List.of(0, 1), List.of(2), 8, 1));
  }

  @Test
  void hasNoCandidatesWithoutObservations() {
    var sample = new SegmentCounts(LEVELS, BUCKETS).commonSample();

    assertThat(sample.metrics()).isEmpty();
    assertThat(sample.dropped()).containsExactly(0, 1, 2);
    assertThat(sample.share()).isNaN();
  }

  @Test
  void travelsBetweenProcesses() throws IOException, ClassNotFoundException {
    var counts = count(observations(1, 50));
    var bytes = new ByteArrayOutputStream();
    try (var output = new ObjectOutputStream(bytes)) {
      output.writeObject(counts);
    }

    try (var input = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      var copy = (SegmentCounts) input.readObject();
      assertThat(copy.own(0).retained()).isDeepEqualTo(counts.own(0).retained());
    }
  }

  @Test
  void refusesWhatDoesNotFitItsTables() {
    var counts = new SegmentCounts(LEVELS, BUCKETS);

    assertThatThrownBy(() -> counts.add(0b010, 0, 3, 0, 1, 0, 0))
        .hasMessage(
            "Cannot count metric 0 at level 3 in pattern 10 of metrics with [11, 5, 7] levels.");
    assertThatThrownBy(() -> counts.add(0b010, 1, 5, 0, 1, 0, 0))
        .hasMessageContaining("metric 1 at level 5");
    assertThatThrownBy(() -> counts.merge(new SegmentCounts(LEVELS, 64)))
        .hasMessageContaining("[11, 5, 7] levels in 16 buckets and [11, 5, 7] levels in 64");
    assertThatThrownBy(() -> new SegmentCounts(new int[64], 64))
        .hasMessage("Cannot count 64 metrics, only up to 63.");
  }

  /** One retained and one lost observation in each of the first buckets, the retained higher. */
  private static void answer(SegmentCounts counts, long pattern, int buckets) {
    for (int bucket = 0; bucket < buckets; bucket++) {
      for (int metric = 0; metric < LEVELS.length; metric++) {
        if ((pattern >> metric & 1) == 1) {
          counts.add(pattern, metric, 3, bucket, 1, 0, 0).add(pattern, metric, 2, bucket, 0, 1, 0);
        }
      }
    }
  }

  private static List<Observation> observations(long seed, int size) {
    var random = new Random(seed);
    List<Observation> observations = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int[] levels = new int[LEVELS.length];
      for (int metric = 0; metric < levels.length; metric++) {
        levels[metric] = random.nextInt(3) == 0 ? -1 : random.nextInt(LEVELS[metric]);
      }
      observations.add(
          new Observation(
              levels, random.nextInt(BUCKETS), random.nextInt(4) == 0, random.nextInt(9999)));
    }
    Collections.shuffle(observations, random);
    return observations;
  }

  private static SegmentCounts count(List<Observation> observations) {
    var counts = new SegmentCounts(LEVELS, BUCKETS);
    for (Observation each : observations) {
      long pattern = 0;
      for (int metric = 0; metric < LEVELS.length; metric++) {
        pattern |= each.levels[metric] < 0 ? 0 : 1L << metric;
      }
      for (int metric = 0; metric < LEVELS.length; metric++) {
        if (each.levels[metric] >= 0) {
          int lost = each.isLost ? 1 : 0;
          counts.add(
              pattern, metric, each.levels[metric], each.bucket, 1 - lost, lost, each.revenue);
        }
      }
    }
    return counts;
  }

  /** A level of -1 is a question that wasn't answered. */
  private record Observation(int[] levels, int bucket, boolean isLost, double revenue) {}
}
