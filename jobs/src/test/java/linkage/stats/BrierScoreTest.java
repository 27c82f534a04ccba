package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import linkage.stats.FollowUpExample.Seen;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BrierScoreTest {

  /** The definition as oracle: each observation is predicted by the observations of other folds. */
  @Property(tries = 30)
  void agreesWithPredictingOneByOne(@ForAll long seed) {
    int h = FollowUpExample.HORIZON;
    List<Seen> seen = FollowUpExample.random(seed, 150).stream().map(o -> o.upTo(h)).toList();
    double score = 0;
    double reference = 0;
    for (Seen each : seen) {
      boolean isRetained = !each.isLost() && each.period() == h;
      if (each.isLost() || isRetained) {
        List<Seen> others = seen.stream().filter(o -> o.bucket() % 5 != each.bucket() % 5).toList();
        List<Seen> alike = others.stream().filter(o -> o.level() == each.level()).toList();
        double overall = FollowUpExample.retention(others, h);
        double own = FollowUpExample.retention(alike, h);
        double stayed = isRetained ? 1 : 0;
        double weight = 1 / FollowUpExample.followedThrough(seen, each.period()) / seen.size();
        score += weight * Math.pow(stayed - (Double.isNaN(own) ? overall : own), 2);
        reference += weight * Math.pow(stayed - overall, 2);
      }
    }

    BrierScore brier = FollowUpExample.count(FollowUpExample.random(seed, 150)).upTo(h).brier();

    assertThat(brier.score()).isCloseTo(score, within(1e-12));
    assertThat(brier.reference()).isCloseTo(reference, within(1e-12));
    assertThat(brier.scaled()).isCloseTo(1 - score / reference, within(1e-12));
  }

  /** By hand: the score says everything, so nothing of the reference's error is left. */
  @Test
  void isOneForAScoreThatKnows() {
    double[][][] lost = new double[10][2][2];
    double[][][] censored = new double[10][2][2];
    for (int bucket = 0; bucket < 10; bucket++) {
      lost[bucket][1][0] = 1;
      censored[bucket][1][1] = 3;
    }

    Estimate scaled = new MetricFollowUp(lost, censored).scaledBrier();

    assertThat(scaled.value()).isEqualTo(1);
    assertThat(scaled.interval()).isEqualTo(new Interval(1, 1));
  }

  /** By hand: in each fold's absence the others have the same rates, so nothing is gained. */
  @Test
  void isZeroForAScoreThatSaysNothing() {
    double[][][] lost = new double[10][2][2];
    double[][][] censored = new double[10][2][2];
    for (int bucket = 0; bucket < 10; bucket++) {
      lost[bucket][1] = new double[] {1, 1};
      censored[bucket][1] = new double[] {3, 3};
    }
    var followUp = new MetricFollowUp(lost, censored);

    assertThat(followUp.scaledBrier().value()).isCloseTo(0, within(1e-15));
    assertThat(followUp.brier().reference()).isCloseTo(0.25 * 0.75, within(1e-15));
  }

  @Test
  void hasNoValueWithoutAnError() {
    double[][][] censored = new double[10][2][2];
    censored[0][1][1] = 5;
    censored[1][1][0] = 5;

    assertThat(new MetricFollowUp(new double[10][2][2], censored).scaledBrier().value()).isNaN();
  }
}
