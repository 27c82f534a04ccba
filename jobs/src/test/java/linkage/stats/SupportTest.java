package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Expected numbers follow from the definitions. */
class SupportTest {

  @Test
  void countsBucketsAndNotObservations() {
    var support = Support.of(new double[] {1, 0, 900, 2}, new double[] {0, 0, 50, 1});

    assertThat(support).isEqualTo(new Support(2, 3));
    assertThat(support.degreesOfFreedom()).isEqualTo(1);
  }

  @Test
  void isInsufficientBelowTenBucketsOfEitherClass() {
    assertThat(new Support(10, 10).insufficient()).isFalse();
    assertThat(new Support(9, 64).insufficient()).isTrue();
    assertThat(new Support(64, 9).insufficient()).isTrue();
  }

  @Test
  void leavesNoDegreesOfFreedomWithoutAClass() {
    assertThat(new Support(0, 64).degreesOfFreedom()).isEqualTo(-1);
  }
}
