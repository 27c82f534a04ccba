package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SegmentFollowUpTest {
  private static final int[] LEVELS = {5, 3};
  private static final int BUCKETS = 4;
  private static final int LAST = 5;

  private record Answered(int[] levels, int bucket, int period, boolean isLost) {}

  /** The definition as oracle: selecting observations one by one. */
  @Property(tries = 30)
  void agreesWithSelectingObservations(@ForAll long seed) {
    List<Answered> all = observations(seed);
    SegmentFollowUp counts = count(all);
    var both = new CommonSample(List.of(0, 1), List.of(), 0, 0);

    List<Answered> first = all.stream().filter(each -> each.levels[0] >= 0).toList();
    List<Answered> common = first.stream().filter(each -> each.levels[1] >= 0).toList();

    assertThat(counts.own(0).lost()).isDeepEqualTo(table(first, 0, true));
    assertThat(counts.own(0).censored()).isDeepEqualTo(table(first, 0, false));
    assertThat(counts.common(both).get(1).lost()).isDeepEqualTo(table(common, 1, true));
    assertThat(counts.common(both).get(1).censored()).isDeepEqualTo(table(common, 1, false));
  }

  @Property(tries = 30)
  void knowsTheOutcomesThatTheTimesTell(@ForAll long seed) {
    SegmentFollowUp counts = count(observations(seed));

    for (int horizon : new int[] {3, 5}) {
      MetricCounts told = counts.own(1).upTo(horizon).known();
      assertThat(counts.known(horizon).own(1).retained()).isDeepEqualTo(told.retained());
      assertThat(counts.known(horizon).own(1).lost()).isDeepEqualTo(told.lost());
    }
  }

  @Property(tries = 10)
  void comparesOnTheAucsOfTheCommonSample(@ForAll long seed) {
    SegmentFollowUp counts = count(observations(seed));
    var both = new CommonSample(List.of(0, 1), List.of(), 0, 0);
    List<MetricFollowUp> common =
        counts.common(both).stream().map(metric -> metric.upTo(3)).toList();

    var comparison = Comparison.ofFollowUp(common);

    for (int metric = 0; metric < 2; metric++) {
      assertThat(comparison.aucs().get(metric)).isEqualTo(common.get(metric).auc());
    }
    assertThat(comparison.losses()).isEqualTo(Sums.of(common.get(0).known().lostByLevel()));
  }

  @Test
  void saysWhichHorizonsThereAreIfAskedForAnother() {
    assertThatThrownBy(() -> new SegmentFollowUp(LEVELS, BUCKETS, LAST, 3, 5).known(4))
        .hasMessage("Cannot tell who is known at period 4: horizons end with periods [3, 5].");
  }

  private static List<Answered> observations(long seed) {
    var random = new Random(seed);
    List<Answered> observations = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int[] levels = {random.nextInt(6) - 1, random.nextInt(4) - 1};
      boolean isLost = random.nextBoolean();
      int period = random.nextInt(LAST + 1);
      observations.add(
          new Answered(
              levels, random.nextInt(BUCKETS), isLost ? Math.max(1, period) : period, isLost));
    }
    return observations;
  }

  private static SegmentFollowUp count(List<Answered> observations) {
    var counts = new SegmentFollowUp(LEVELS, BUCKETS, LAST, 3, 5);
    for (Answered each : observations) {
      long pattern = (each.levels[0] >= 0 ? 1 : 0) + (each.levels[1] >= 0 ? 2 : 0);
      for (int metric = 0; metric < 2; metric++) {
        if (each.levels[metric] >= 0) {
          counts.add(
              pattern,
              metric,
              each.levels[metric],
              each.period,
              each.bucket,
              each.isLost ? 1 : 0,
              each.isLost ? 0 : 1);
        }
      }
    }
    return counts;
  }

  private static double[][][] table(List<Answered> observations, int metric, boolean isLost) {
    double[][][] table = new double[BUCKETS][LAST + 1][LEVELS[metric]];
    for (Answered each : observations) {
      if (each.isLost == isLost) {
        table[each.bucket][each.period][each.levels[metric]]++;
      }
    }
    return table;
  }
}
