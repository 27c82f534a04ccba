package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LmgTest {

  /** The example of relaimpo's calc.relimp, by one lm per set of drivers in drivers.R. */
  @Test
  void agreesWithAllSubsetsInROnSwiss() {
    var lmg =
        lmg(
            Table.swiss(),
            "Agriculture",
            "Examination",
            "Education",
            "Catholic",
            "Infant.Mortality");

    assertThat(lmg.shares()[0])
        .containsExactly(
            new double[] {0.0570912208, 0.1711730289, 0.2601346786, 0.1055701504, 0.1127659229},
            within(1e-9));
    assertThat(lmg.rSquared(0)).isCloseTo(0.7067350016, within(1e-9));
    assertThat(lmg.controlled()[0]).isCloseTo(0, within(1e-15));
  }

  /** Published: domir, README.md, for mpg ~ am + vs + cyl; further digits: drivers.R. */
  @Test
  void agreesWithDomirOnThreeDrivers() {
    var cars = Table.mtcars();
    var lmg = lmg(cars, "am", "vs", "cyl");
    var dominance = new Dominance(cars.moments().absorbed(), 0, drivers(cars, "am", "vs", "cyl"));

    assertThat(lmg.shares()[0])
        .containsExactly(
            new double[] {0.1774891819400446, 0.2027032067785617, 0.3817849038434912},
            within(1e-12));
    assertThat(lmg.rSquared(0)).isCloseTo(0.7619773, within(5e-8));
    assertThat(dominance.conditional(0))
        .containsExactly(new double[] {0.3597989, 0.1389842, 0.033684441}, within(5e-8));
    assertThat(dominance.conditional(1))
        .containsExactly(new double[] {0.4409477, 0.1641982, 0.002963748}, within(5e-8));
    assertThat(dominance.conditional(2))
        .containsExactly(new double[] {0.7261800, 0.3432799, 0.075894823}, within(5e-8));
    assertThat(dominance.complete(2, 0)).isEqualTo(1);
    assertThat(dominance.complete(2, 1)).isEqualTo(1);
    assertThat(dominance.complete(0, 1)).isEqualTo(0.5);
    for (int driver = 0; driver < 3; driver++) {
      assertThat(lmg.shares()[0][driver]).isCloseTo(dominance.general(driver), within(1e-12));
    }
  }

  /** Published: domir, vignette, for mpg ~ am + cyl + carb; further digits: drivers.R. */
  @Test
  void agreesWithTheVignetteOfDomir() {
    var lmg = lmg(Table.mtcars(), "am", "cyl", "carb");

    assertThat(lmg.shares()[0])
        .containsExactly(
            new double[] {0.215684759912409, 0.4173093812776424, 0.1783081227214483},
            within(1e-12));
    assertThat(lmg.rSquared(0)).isCloseTo(0.8113023, within(5e-8));
  }

  /** Expected numbers: drivers.R, by one lm per set of drivers. */
  @Test
  void agreesWithAllSubsetsInRForFourAndForTenDrivers() {
    assertThat(lmg(Table.mtcars(), "cyl", "disp", "hp", "gear").shares()[0])
        .containsExactly(
            new double[] {0.2470520332, 0.2434995948, 0.2109128995, 0.0777251114}, within(1e-9));
    var all =
        lmg(Table.mtcars(), "cyl", "disp", "hp", "drat", "wt", "qsec", "vs", "am", "gear", "carb");
    assertThat(all.shares()[0])
        .containsExactly(
            new double[] {
              .1213451546,
              .1202387021,
              .1069862719,
              .0732701431,
              .1582887963,
              .0382707294,
              .0658805190,
              .0733762266,
              .0440933164,
              .0672659050
            },
            within(1e-9));
    assertThat(all.rSquared(0)).isCloseTo(.8690157645, within(1e-9));
  }

  /** By definition, on random data with ties, missing flags, controls, and several outcomes. */
  @Property(tries = 30)
  void agreesWithTheDefinition(@ForAll long seed) {
    var random = new Random(seed);
    int count = 1 + random.nextInt(5);
    var survey = new RandomSurvey(count, random);
    var products = survey.moments(1, 400).get(0).absorbed();

    var lmg = Lmg.of(products, survey.outcomes(), survey.drivers(), survey.controls());
    for (int outcome = 0; outcome < 2; outcome++) {
      var dominance =
          new Dominance(products, survey.outcomes()[outcome], survey.drivers(), survey.controls());
      for (int driver = 0; driver < count; driver++) {
        assertThat(lmg.shares()[outcome][driver])
            .isCloseTo(dominance.general(driver), within(1e-12));
      }
    }
  }

  /** By theory: two drivers that say the same share what they add, and the rest isn't touched. */
  @Test
  void sharesEquallyBetweenTwins() {
    var moments = new Moments(List.of("y", "a", "twin", "b"));
    var random = new Random(8);
    for (int row = 0; row < 300; row++) {
      double a = random.nextInt(11);
      double b = random.nextInt(11);
      moments.add(new double[] {a + b + random.nextGaussian(), a, 2 * a + 1, b}, 0, 1);
    }
    var lmg =
        Lmg.of(
            moments.absorbed(),
            new int[] {0},
            new Driver[] {new Driver(1), new Driver(2), new Driver(3)});

    assertThat(lmg.shares()[0][0]).isCloseTo(lmg.shares()[0][1], within(1e-12));
    assertThat(lmg.rSquared(0))
        .isCloseTo(LeastSquares.of(moments.absorbed(), 0, 1, 3).rSquared(), within(1e-12));
  }

  /** Sampled orders are within four of their own standard errors of the exact shares. */
  @Test
  void samplesOrdersWithinTheErrorItStates() {
    var cars = Table.mtcars();
    var products = cars.moments().absorbed();
    var drivers =
        drivers(cars, "cyl", "disp", "hp", "drat", "wt", "qsec", "vs", "am", "gear", "carb");
    var exact = Lmg.of(products, new int[] {0}, drivers);

    var sampled = Lmg.sampled(products, new int[] {0}, drivers, 1000);

    for (int driver = 0; driver < drivers.length; driver++) {
      double error = sampled.monteCarloErrors()[0][driver];
      assertThat(error).isBetween(1e-5, 5e-3);
      assertThat(sampled.shares()[0][driver])
          .isCloseTo(exact.shares()[0][driver], within(4 * error));
    }
    assertThat(sampled.rSquared(0)).isCloseTo(exact.rSquared(0), within(1e-12));
    assertThat(Lmg.sampled(products, new int[] {0}, drivers, 1000).shares()[0])
        .containsExactly(sampled.shares()[0]);
  }

  /** Twenty-four drivers with flags can't be walked; their shares still sum to R². */
  @Test
  void samplesAboveTwentyDrivers() {
    var survey = new RandomSurvey(24, new Random(9));
    var products = survey.moments(1, 3000).get(0).absorbed();

    var lmg = Lmg.of(products, survey.outcomes(), survey.drivers(), survey.controls());

    int[] all =
        java.util.stream.IntStream.concat(
                Arrays.stream(survey.controls()), Arrays.stream(Driver.columns(survey.drivers())))
            .toArray();
    assertThat(lmg.rSquared(1))
        .isCloseTo(LeastSquares.of(products, survey.outcomes()[1], all).rSquared(), within(1e-11));
    assertThat(Arrays.stream(lmg.monteCarloErrors()[1]).max().orElse(1)).isBetween(1e-7, 2e-3);
  }

  @Test
  void isUndefinedForAConstantOutcome() {
    var moments = new Moments(List.of("y", "a"));
    moments.add(new double[] {1, 2}, 0, 1);
    moments.add(new double[] {1, 3}, 0, 1);

    var lmg = Lmg.of(moments.absorbed(), new int[] {0}, new Driver[] {new Driver(1)});

    assertThat(lmg.shares()[0][0]).isNaN();
    assertThat(lmg.controlled()[0]).isNaN();
  }

  private static Lmg lmg(Table table, String... names) {
    return Lmg.of(table.moments().absorbed(), new int[] {0}, drivers(table, names));
  }

  static Driver[] drivers(Table table, String... names) {
    List<Driver> drivers = new ArrayList<>();
    for (int column : table.indices(names)) {
      drivers.add(new Driver(column));
    }
    return drivers.toArray(Driver[]::new);
  }
}
