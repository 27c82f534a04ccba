package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BenjaminiHochbergTest {

  /** The fifteen p-values of Benjamini and Hochberg (1995), section 4.1. */
  private static final double[] PUBLISHED = {
    .0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528,
    .7590, 1
  };

  /** R: {@code p.adjust(p, "BH")}, printed by bucketed_counts.R. */
  private static final double[] ADJUSTED = {
    0.0015,
    0.003,
    0.0095,
    0.035625,
    0.0603,
    0.06385714285714286,
    0.06385714285714286,
    0.0645,
    0.0765,
    0.486,
    0.5811818181818181,
    0.714875,
    0.7532307692307693,
    0.8132142857142857,
    1
  };

  @Test
  void agreesWithR() {
    assertThat(BenjaminiHochberg.adjust(PUBLISHED)).containsExactly(ADJUSTED, within(1e-12));
  }

  /** Benjamini and Hochberg (1995): four hypotheses are rejected at 0.05. */
  @Test
  void rejectsAsManyAsThePaper() {
    assertThat(Arrays.stream(BenjaminiHochberg.adjust(PUBLISHED)).filter(q -> q <= 0.05))
        .hasSize(4);
  }

  @Test
  void keepsTheOrderOfItsInput() {
    assertThat(BenjaminiHochberg.adjust(new double[] {0.04, 0.01, 0.03}))
        .containsExactly(new double[] {0.04, 0.03, 0.04}, within(1e-15));
  }

  /** By definition: q doesn't change when a segment that can't be judged is added. */
  @Test
  void carriesNanThroughWithoutCountingIt() {
    assertThat(BenjaminiHochberg.adjust(new double[] {Double.NaN, 0.01, Double.NaN, 0.03}))
        .containsExactly(new double[] {Double.NaN, 0.02, Double.NaN, 0.03}, within(1e-15));
    assertThat(BenjaminiHochberg.adjust(new double[0])).isEmpty();
  }

  /** By definition: a p that large has its q, and none larger has. */
  @Property
  void findsTheLargestPWithWhichEachWouldBeFound(
      @ForAll @Size(min = 1, max = 12) List<@DoubleRange(max = 0.2) Double> drawn,
      @ForAll @DoubleRange(min = 0.01, max = 0.2) double q) {
    double[] p = drawn.stream().mapToDouble(Double::doubleValue).toArray();

    double[] largest = BenjaminiHochberg.largestP(p, q);

    for (int i = 0; i < p.length; i++) {
      assertThat(qWith(p, i, largest[i] * (1 - 1e-9))).isLessThanOrEqualTo(q);
      assertThat(qWith(p, i, largest[i] * (1 + 1e-9))).isGreaterThan(q);
    }
  }

  /** By hand: q alone and beside a sure one; a half beside a doubtful one, a third beside two. */
  @Test
  void needsASmallerPBesideOthersThatAreNotFound() {
    assertThat(BenjaminiHochberg.largestP(new double[] {0.3}, 0.05)).containsExactly(0.05);
    assertThat(BenjaminiHochberg.largestP(new double[] {0.3, 0.001}, 0.05))
        .containsExactly(0.05, 0.025);
    assertThat(BenjaminiHochberg.largestP(new double[] {0.3, 0.4, Double.NaN, 0.9}, 0.06))
        .containsExactly(new double[] {0.02, 0.02, Double.NaN, 0.02}, within(1e-15));
    assertThat(BenjaminiHochberg.largestP(new double[0], 0.05)).isEmpty();
  }

  private static double qWith(double[] p, int index, double value) {
    double[] changed = p.clone();
    changed[index] = value;
    return BenjaminiHochberg.adjust(changed)[index];
  }
}
