package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RelativeWeightsTest {

  /** Expected numbers: drivers.R, by the formula with R's eigen, on relaimpo's example. */
  @Test
  void agreesWithGeniziOnSwiss() {
    var swiss = Table.swiss();

    assertThat(
            RelativeWeights.of(
                swiss.moments().absorbed(),
                0,
                LmgTest.drivers(
                    swiss,
                    "Agriculture",
                    "Examination",
                    "Education",
                    "Catholic",
                    "Infant.Mortality")))
        .containsExactly(
            new double[] {0.0484168958, 0.1547082498, 0.2719641046, 0.1146800299, 0.1169657214},
            within(1e-9));
  }

  /** Published: rwa, README.md, where hp leads, though it is third by LMG. */
  @Test
  void agreesWithRwaOnMtcars() {
    var cars = Table.mtcars();

    assertThat(
            RelativeWeights.of(
                cars.moments().absorbed(), 0, LmgTest.drivers(cars, "cyl", "disp", "hp", "gear")))
        .containsExactly(new double[] {0.2284797, 0.2221469, 0.2321744, 0.0963886}, within(5e-8));
  }

  /** By theory: weights sum to R² beyond the controls, also where columns repeat others. */
  @Test
  void sumToWhatDriversAddToControls() {
    var moments = new Moments(List.of("y", "control", "a", "b", "sum", "constant"));
    var random = new Random(10);
    for (int row = 0; row < 200; row++) {
      double a = random.nextInt(11);
      double b = random.nextInt(11);
      double control = a + random.nextGaussian();
      moments.add(
          new double[] {a + b + control + random.nextGaussian(), control, a, b, a + b, 1}, 0, 1);
    }
    var products = moments.absorbed();
    Driver[] drivers = {new Driver(2), new Driver(3), new Driver(4, 5)};

    double sum = Arrays.stream(RelativeWeights.of(products, 0, drivers, 1)).sum();

    assertThat(sum)
        .isCloseTo(
            LeastSquares.of(products, 0, 1, 2, 3).rSquared()
                - LeastSquares.of(products, 0, 1).rSquared(),
            within(1e-12));
  }

  /** By theory: 1 / m for unrelated ratings, 1 for ratings that say the same. */
  @Test
  void findsTheHalo() {
    var moments = new Moments(List.of("a", "b", "same", "constant"));
    for (double[] corner : new double[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}}) {
      moments.add(new double[] {corner[0], corner[1], 3 - 2 * corner[0], 1}, 0, 1);
    }

    assertThat(RelativeWeights.firstComponentShare(moments.absorbed(), 0, 1))
        .isCloseTo(0.5, within(1e-12));
    assertThat(RelativeWeights.firstComponentShare(moments.absorbed(), 0, 2, 3))
        .isCloseTo(1, within(1e-12));
    assertThat(RelativeWeights.firstComponentShare(moments.absorbed(), 3)).isNaN();
  }
}
