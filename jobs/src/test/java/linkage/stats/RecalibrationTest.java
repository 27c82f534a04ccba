package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class RecalibrationTest {

  @Test
  void ofOneStratumIsTheDifferenceOfLogOdds() {
    double shift = Recalibration.shift(new double[] {50}, new double[] {50 * 2.0}, 0.8);

    assertThat(shift).isCloseTo(Math.log(0.8 / 0.2) - 2, within(1e-9));
  }

  @Property(tries = 200)
  void afterItTheModelPredictsTheRate(
      @ForAll long seed, @ForAll @DoubleRange(min = 0.01, max = 0.99) double rate) {
    var random = new SplittableRandom(seed);
    double[] counts = new double[5];
    double[] logOdds = new double[5];
    double[] sums = new double[5];
    double total = 0;
    for (int i = 0; i < counts.length; i++) {
      // Some strata are empty, but not all.
      counts[i] = i == 0 ? 1 : random.nextInt(4) * random.nextDouble();
      logOdds[i] = random.nextDouble(-5, 5);
      sums[i] = counts[i] * logOdds[i];
      total += counts[i];
    }

    double shift = Recalibration.shift(counts, sums, rate);

    double predicted = 0;
    for (int i = 0; i < counts.length; i++) {
      predicted += counts[i] / (1 + Math.exp(-logOdds[i] - shift));
    }
    assertThat(predicted / total).isCloseTo(rate, within(1e-9));
  }

  @Test
  void noFiniteShiftPredictsThatAllStayOrLeave() {
    double[] counts = {10, 20};
    double[] sums = {5, 5};

    assertThat(Recalibration.shift(counts, sums, 1)).isNaN();
    assertThat(Recalibration.shift(counts, sums, 0)).isNaN();
    assertThat(Recalibration.shift(counts, sums, Double.NaN)).isNaN();
    assertThat(Recalibration.shift(new double[2], sums, 0.5)).isNaN();
  }
}
