package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MeanTest {

  /** Expected numbers: bucketed_counts.R, "t interval of the same mean". */
  @Test
  void hasAJackknifeTInterval() {
    // The revenue of the example is its retained counts, so its mean is the retention.
    var revenue = BucketedExample.FIRST.revenueAt(2);

    assertThat(revenue.value()).isCloseTo(0.5625, within(1e-15));
    assertThat(revenue.standardError()).isCloseTo(Math.sqrt(0.001698016152260853), within(1e-15));
    assertThat(revenue.degreesOfFreedom()).isEqualTo(11);
    assertThat(revenue.interval().lower()).isCloseTo(0.4718040231155332, within(1e-12));
    assertThat(revenue.interval().upper()).isCloseTo(0.6531959768844668, within(1e-12));
  }

  @Test
  void isNanWithoutObservations() {
    assertThat(Mean.of(new double[3], new double[3]).value()).isNaN();
    assertThat(Mean.of(new double[0], new double[0]).value()).isNaN();
  }

  @Test
  void hasNoIntervalWhenAllObservationsLieInOneBucket() {
    var mean = Mean.of(new double[] {0, 50, 0}, new double[] {0, 10, 0});

    assertThat(mean.value()).isEqualTo(5);
    assertThat(mean.variance()).isNaN();
    assertThat(mean.interval()).isEqualTo(Interval.UNDEFINED);
  }
}
