package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HolmTest {

  /** The p-values of Benjamini and Hochberg (1995); R: {@code p.adjust(p, "holm")}. */
  @Test
  void agreesWithR() {
    double[] p = {
      .0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528,
      .7590, 1
    };

    assertThat(Holm.adjust(p))
        .containsExactly(
            new double[] {
              .0015, .0056, .0247, .114, .2211, .278, .278, .278, .3213, 1, 1, 1, 1, 1, 1
            },
            within(1e-12));
  }

  @Test
  void keepsTheOrderOfItsInput() {
    assertThat(Holm.adjust(new double[] {0.04, 0.01, 0.03}))
        .containsExactly(new double[] {0.06, 0.03, 0.06}, within(1e-15));
  }

  @Test
  void carriesNanThroughWithoutCountingIt() {
    assertThat(Holm.adjust(new double[] {Double.NaN, 0.01, Double.NaN, 0.03}))
        .containsExactly(new double[] {Double.NaN, 0.02, Double.NaN, 0.03}, within(1e-15));
    assertThat(Holm.adjust(new double[0])).isEmpty();
  }
}
