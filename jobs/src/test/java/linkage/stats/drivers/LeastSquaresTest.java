package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Expected numbers: R's lm, printed by drivers.R. */
class LeastSquaresTest {

  @Test
  void agreesWithRegressionInR() {
    var swiss = Table.swiss();
    var fit =
        LeastSquares.of(
            swiss.moments().absorbed(),
            0,
            swiss.indices("Agriculture", "Examination", "Education", "Catholic"));

    assertThat(fit.coefficients())
        .containsExactly(
            new double[] {
              -0.2206455104571478, -0.2605823982432801, -0.9616123845602988, 0.1244184314716245
            },
            within(1e-11));
    assertThat(fit.rSquared()).isCloseTo(0.6497897428602281, within(1e-13));
    assertThat(fit.standardError(swiss.index("Education")))
        .isCloseTo(0.1945455167932501, within(1e-12));
    assertThat(fit.degreesOfFreedom()).isEqualTo(42);
    assertThat(fit.pValue(swiss.index("Catholic"))).isCloseTo(0.001772623084024221, within(1e-12));
    assertThat(fit.varianceInflation(swiss.index("Examination")))
        .isCloseTo(3.675372113609011, within(1e-11));
    assertThat(fit.partialRSquared(swiss.indices("Education", "Catholic")))
        .isCloseTo(0.3827758050246536, within(1e-12));
  }

  /** Expected number: drivers.R, the first fitted value. */
  @Test
  void asALineSaysOfARowWhatRDoes() {
    var swiss = Table.swiss();
    String[] names = {"Agriculture", "Examination", "Education", "Catholic", "Fertility"};
    int[] columns = swiss.indices(names);
    CrossProducts products = swiss.moments().absorbed().only(columns);
    double[] first = swiss.rows()[0];

    double[] line = LeastSquares.of(products, 4, 0, 1, 2, 3).asLine(4);

    double said = line[0];
    for (int i = 0; i < 4; i++) {
      said += line[1 + i] * first[columns[i]];
    }
    assertThat(said).isCloseTo(73.09557321402689, within(1e-10));
  }

  /** The same as dummy columns for the groups: mpg ~ wt + hp + factor(cyl). */
  @Test
  void absorbsGroupsAsDummiesWould() {
    var cars = Table.mtcars();
    var moments = new Moments(cars.columns());
    for (double[] row : cars.rows()) {
      moments.add(row, (int) row[cars.index("cyl")], 1);
    }

    var fit = LeastSquares.of(moments.absorbed(), 0, cars.indices("wt", "hp"));

    assertThat(fit.coefficients())
        .containsExactly(new double[] {-3.181404046679616, -0.02311980915445466}, within(1e-11));
    assertThat(fit.standardError(cars.index("wt"))).isCloseTo(0.719601002134389, within(1e-11));
    assertThat(fit.degreesOfFreedom()).isEqualTo(27);
  }

  /** By definition: whoever comes first keeps the coefficient, and the fit is the same. */
  @Test
  void reportsCombinationsOfOthersAsUnknown() {
    var random = new Random(5);
    var moments = new Moments(List.of("y", "a", "b", "sum", "constant", "c"));
    for (int row = 0; row < 500; row++) {
      double a = random.nextGaussian();
      double b = 1e6 + random.nextGaussian();
      double c = random.nextGaussian();
      moments.add(new double[] {a - 2 * b + c, a, b, a + b, 3, c}, 0, 1);
    }
    var fit = LeastSquares.of(moments.absorbed(), 0, 1, 2, 3, 4, 5);

    assertThat(fit.coefficients()[0]).isCloseTo(1, within(1e-6));
    assertThat(fit.coefficients()[1]).isCloseTo(-2, within(1e-6));
    assertThat(fit.coefficients()[2]).isNaN();
    assertThat(fit.coefficients()[3]).isNaN();
    assertThat(fit.coefficients()[4]).isCloseTo(1, within(1e-6));
    assertThat(fit.rank()).isEqualTo(3);
    assertThat(fit.varianceInflation(1)).isInfinite();
    assertThat(fit.varianceInflation(4)).isNaN();
    assertThat(fit.varianceInflation(5)).isCloseTo(1, within(0.1));
    assertThat(fit.standardError(3)).isNaN();
  }

  /** Columns that agree but for a hundred-thousandth are told apart, with money of a billion. */
  @Test
  void tellsNearlyCollinearColumnsApart() {
    var random = new Random(6);
    var moments = new Moments(List.of("y", "a", "b"));
    for (int row = 0; row < 2000; row++) {
      double a = 1e9 + Math.rint(1000 * random.nextGaussian());
      double b = a + Math.rint(100 * random.nextGaussian()) / 8;
      moments.add(new double[] {3 * a - 2 * b, a, b}, 0, 1);
    }

    assertThat(LeastSquares.of(moments.absorbed(), 0, 1, 2).coefficients())
        .containsExactly(new double[] {3, -2}, within(1e-8));
  }

  /**
   * Rows of one customer repeat that customer's noise, so ten rows are worth little more than one:
   * over 400 seeded draws the jackknife's interval holds the truth in about 95 %, the textbook's in
   * about half.
   */
  @Test
  void isRobustToCustomersWhoRepeatThemselves() {
    var random = new Random(7);
    int draws = 400;
    int byJackknife = 0;
    int byTextbook = 0;
    for (int draw = 0; draw < draws; draw++) {
      Moments[] buckets = new Moments[64];
      Arrays.setAll(buckets, bucket -> new Moments(List.of("y", "x")));
      for (int customer = 0; customer < 300; customer++) {
        double x = random.nextGaussian();
        double noise = random.nextGaussian();
        for (int response = 0; response < 10; response++) {
          double y = 2 * x + noise + 0.1 * random.nextGaussian();
          buckets[customer % 64].add(new double[] {y, x}, 0, 1);
        }
      }
      var bucketed = new BucketedMoments(List.of(buckets));
      var jackknife =
          bucketed
              .replicates(Moments::absorbed)
              .jackknife(products -> LeastSquares.of(products, 0, 1).coefficients());
      var fit = LeastSquares.of(bucketed.total().absorbed(), 0, 1);
      double error = Math.abs(fit.coefficientOf(1) - 2);
      byJackknife += error < 1.998341 * Math.sqrt(jackknife.variance(0)) ? 1 : 0;
      byTextbook += error < 1.96 * fit.standardError(1) ? 1 : 0;
      assertThat(bucketed.degreesOfFreedom()).isEqualTo(63);
    }

    assertThat(byJackknife / (double) draws).isBetween(0.92, 0.98);
    assertThat(byTextbook / (double) draws).isLessThan(0.6);
  }

  @Test
  void hasNoFitForAConstantOutcome() {
    var moments = new Moments(List.of("y", "x"));
    moments.add(new double[] {1, 2}, 0, 1);
    moments.add(new double[] {1, 3}, 0, 1);

    assertThat(LeastSquares.of(moments.absorbed(), 0, 1).rSquared()).isNaN();
  }
}
