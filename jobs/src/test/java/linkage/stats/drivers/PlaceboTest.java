package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlaceboTest {

  /**
   * Revenue of the last period, given that of the one before. Where ratings follow what the
   * controls don't hold, it fails; where they follow what the controls hold, it seldom does.
   */
  @Test
  void findsWhatTheControlsLeave() {
    var random = new Random(5);
    int draws = 200;
    int hidden = 0;
    int known = 0;
    for (int draw = 0; draw < draws; draw++) {
      hidden += placeboFails(random, true) ? 1 : 0;
      known += placeboFails(random, false) ? 1 : 0;
    }

    assertThat(hidden / (double) draws).isGreaterThan(0.9);
    assertThat(known / (double) draws).isLessThan(0.1);
  }

  private static boolean placeboFails(Random random, boolean hidden) {
    Moments[] buckets = new Moments[64];
    Arrays.setAll(buckets, bucket -> new Moments(List.of("low", "last", "before last", "next")));
    for (int customer = 0; customer < 1500; customer++) {
      double value = random.nextGaussian();
      double beforeLast = value + random.nextGaussian();
      double last = value + random.nextGaussian();
      double next = value + random.nextGaussian();
      double low = (hidden ? value : beforeLast) + random.nextGaussian() < -1 ? 1 : 0;
      buckets[customer % 64].add(new double[] {low, last, beforeLast, next}, 0, 1);
    }
    var replicates = new BucketedMoments(List.of(buckets)).replicates(Moments::centred);
    var claimed =
        replicates.jackknife(
            products -> new double[] {LeastSquares.of(products, 3, 0, 1).coefficientOf(0)});
    var placebo =
        replicates.jackknife(
            products -> new double[] {LeastSquares.of(products, 1, 0, 2).coefficientOf(0)});
    return Placebo.of(claimed.component(0, 63), placebo.component(0, 63)) == Placebo.FAILED;
  }
}
