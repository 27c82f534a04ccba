package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import linkage.stats.FollowUpExample.Seen;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CensoredAucTest {

  /** The definition as oracle: every pair, each with the weights of its two members. */
  @Property(tries = 60)
  void agreesWithWeighingEveryPair(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int h) {
    List<Seen> seen = FollowUpExample.random(seed, 80).stream().map(each -> each.upTo(h)).toList();
    double concordant = 0;
    double all = 0;
    for (Seen lost : seen) {
      for (Seen retained : seen) {
        if (lost.isLost() && !retained.isLost() && retained.period() == h) {
          double weight =
              1
                  / FollowUpExample.followedThrough(seen, lost.period())
                  / FollowUpExample.followedThrough(seen, h);
          int order = Integer.compare(retained.level(), lost.level());
          concordant += weight * (order > 0 ? 1 : order == 0 ? 0.5 : 0);
          all += weight;
        }
      }
    }

    double auc =
        FollowUpExample.count(FollowUpExample.random(seed, 80)).upTo(h).aucValue(Coding.RAW);

    assertThat(auc).isCloseTo(all > 0 ? concordant / all : Double.NaN, within(1e-12));
  }

  @Property(tries = 30)
  void isThePlainAucWhereEveryWindowIsComplete(@ForAll long seed) {
    var complete =
        FollowUpExample.random(seed, 200).stream()
            .filter(seen -> seen.isLost() || seen.period() >= FollowUpExample.HORIZON)
            .toList();
    var followUp = FollowUpExample.count(complete).upTo(FollowUpExample.HORIZON);

    assertThat(followUp.aucValue(Coding.RAW))
        .isCloseTo(followUp.known().auc().value(), within(1e-12));
    assertThat(followUp.auc().variance())
        .isCloseTo(followUp.known().auc().variance(), within(1e-12));
  }

  /** Both follow from the tie rule alone; see {@link Censoring}. */
  @Property(tries = 60)
  void weightedLossesAndRetentionAddUpToOne(@ForAll long seed) {
    var followUp = FollowUpExample.count(FollowUpExample.random(seed, 60));
    double[] lost = new double[9];
    double[] censored = new double[9];
    for (int bucket = 0; bucket < FollowUpExample.BUCKETS; bucket++) {
      Sums.add(lost, Sums.ofRows(followUp.lost()[bucket]));
      Sums.add(censored, Sums.ofRows(followUp.censored()[bucket]));
    }
    double[] followed = Censoring.leftLimits(lost, censored);
    double[] retention = KaplanMeier.retention(lost, censored);
    double[] atRisk = KaplanMeier.atRisk(lost, censored);

    double weighted = 0;
    for (int period = 0; period < 9 && atRisk[period] > 0; period++) {
      weighted += lost[period] > 0 ? lost[period] / followed[period] / 60 : 0;
      assertThat(weighted).isCloseTo(1 - retention[period], within(1e-12));
      double before = period == 0 ? 1 : retention[period - 1];
      assertThat(before * followed[period]).isCloseTo(atRisk[period] / 60, within(1e-12));
    }
  }

  @Test
  void knowsNothingWithoutALossOrWithoutACompleteWindow() {
    double[][] none = new double[3][2];
    double[][] some = {{0, 0}, {1, 2}, {0, 0}};
    double[][] through = {{0, 0}, {0, 0}, {3, 4}};

    assertThat(CensoredAuc.of(none, through)).isNaN();
    assertThat(CensoredAuc.of(some, none)).isNaN();
    assertThat(Censoring.leftLimits(new double[] {0, 2, 0}, new double[] {0, 3, 0}))
        .containsExactly(1, 1, 0);
    assertThat(Arrays.stream(Censoring.leftLimits(new double[3], new double[3]))).containsOnly(0.0);
  }
}
