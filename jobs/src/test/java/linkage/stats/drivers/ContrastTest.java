package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContrastTest {
  private static final List<String> COLUMNS =
      List.of("rating", "low", "high", "past", "age", "outcome", "other");
  private static final int[] SCALE = {0, 1, 2};
  private static final int[] PAST = {3, 4};
  private static final int OUTCOME = 5;
  private static final double[] SHIFTS = {0.7, -0.3, 0.2};

  /** Ratings of 0 to levels - 1, of which the lowest two in five are low and the highest high. */
  private static List<double[]> rows(int levels) {
    var random = new Random(levels);
    List<double[]> rows = new ArrayList<>();
    for (int row = 0; row < 800; row++) {
      double past = random.nextGaussian();
      double age = random.nextGaussian();
      double opinion = levels * (0.5 + 0.2 * past + 0.25 * random.nextGaussian());
      int rating = (int) Math.max(0, Math.min(levels - 1, opinion));
      int low = rating < levels * 0.4 - 0.5 ? 1 : 0;
      int high = rating >= levels * 0.6 ? 1 : 0;
      double outcome = 0.4 * rating - 2 * low + past + 0.3 * age + 3 * random.nextGaussian();
      rows.add(new double[] {rating, low, high, past, age, outcome, past - outcome});
    }
    return rows;
  }

  private static CrossProducts products(List<double[]> rows) {
    var moments = new Moments(COLUMNS);
    for (int row = 0; row < rows.size(); row++) {
      moments.add(rows.get(row), row % 6, 1 + row % 3);
    }
    return moments.absorbed();
  }

  private static int[] joined(int[] one, int... other) {
    return IntStream.concat(IntStream.of(one), IntStream.of(other)).toArray();
  }

  /** By definition. */
  @Test
  void isTheSumOfCoefficientsTimesShifts() {
    var products = products(rows(11));
    var contrast = new Contrast(SCALE, SHIFTS);
    double[] found = contrast.effects(products.beyond(joined(SCALE, OUTCOME, 6), PAST), 3, 4);

    for (int i = 0; i < 2; i++) {
      var fit = LeastSquares.of(products, OUTCOME + i, joined(PAST, SCALE));
      double sum = 0;
      for (int column : SCALE) {
        sum += fit.coefficientOf(column) * SHIFTS[column];
      }
      assertThat(found[i]).isCloseTo(sum, within(1e-11));
    }
  }

  /** By definition: the rows themselves with columns replaced, and a regression on those. */
  @Test
  void isTheCoefficientOfTheReplacedColumn() {
    List<double[]> rows = rows(11);
    List<double[]> replaced = new ArrayList<>();
    for (double[] row : rows) {
      double[] other = row.clone();
      other[1] = row[1] / SHIFTS[1];
      other[0] = row[0] - SHIFTS[0] / SHIFTS[1] * row[1];
      other[2] = row[2] - SHIFTS[2] / SHIFTS[1] * row[1];
      replaced.add(other);
    }
    var refitted = products(replaced);
    var fit = LeastSquares.of(refitted, OUTCOME, joined(PAST, 0, 2, 1));
    var model = new Contrast(SCALE, SHIFTS).in(products(rows));
    int[] beside = joined(PAST, model.others());
    var own = LeastSquares.of(model.products(), OUTCOME, joined(beside, model.column()));

    var expected = Sensitivity.of(fit, 1);
    var found = Sensitivity.of(own, model.column());
    assertThat(found.estimate()).isCloseTo(expected.estimate(), within(1e-11));
    assertThat(found.standardError()).isCloseTo(expected.standardError(), within(1e-11));
    assertThat(found.degreesOfFreedom()).isEqualTo(expected.degreesOfFreedom());
    assertThat(found.robustnessValue()).isCloseTo(expected.robustnessValue(), within(1e-11));
    for (int benchmark : PAST) {
      assertIsClose(
          Sensitivity.bound(
              model.products(), OUTCOME, model.column(), new int[] {benchmark}, 1, beside),
          Sensitivity.bound(refitted, OUTCOME, 1, new int[] {benchmark}, 1, joined(PAST, 0, 2)));
    }
    assertThat(model.products().means()[1]).isCloseTo(refitted.means()[1], within(1e-12));
  }

  /** By theory: what the other columns may do is the same space, whichever column is replaced. */
  @Test
  void isTheSameWhicheverColumnTellsIt() {
    var products = products(rows(11));
    var contrast = new Contrast(SCALE, SHIFTS);
    for (int p = 0; p < SCALE.length; p++) {
      var model = contrast.in(products, p);
      int[] beside = joined(PAST, model.others());
      var fit = LeastSquares.of(model.products(), OUTCOME, joined(beside, model.column()));
      var first = contrast.in(products, 0);
      int[] besideFirst = joined(PAST, first.others());
      var firstFit = LeastSquares.of(first.products(), OUTCOME, joined(besideFirst, 0));

      assertThat(model.column()).isEqualTo(p);
      assertThat(fit.coefficientOf(p)).isCloseTo(firstFit.coefficientOf(0), within(1e-11));
      assertThat(fit.standardError(p)).isCloseTo(firstFit.standardError(0), within(1e-11));
      assertThat(fit.residuals()).isCloseTo(firstFit.residuals(), within(1e-7));
      assertIsClose(
          Sensitivity.bound(model.products(), OUTCOME, p, new int[] {3}, 1, beside),
          Sensitivity.bound(first.products(), OUTCOME, 0, new int[] {3}, 1, besideFirst));
    }
  }

  @Test
  void ofOneColumnIsThatColumnsCoefficientTimesItsShift() {
    var products = products(rows(11));
    double shift = -2.5;
    var model = new Contrast(SCALE, new double[] {0, shift, 0}).in(products);
    int[] beside = joined(PAST, 0, 2);
    var plain = Sensitivity.of(LeastSquares.of(products, OUTCOME, joined(beside, 1)), 1);
    var found = Sensitivity.of(LeastSquares.of(model.products(), OUTCOME, joined(beside, 1)), 1);
    var bound = Sensitivity.bound(products, OUTCOME, 1, new int[] {3}, 1, beside);
    var foundBound = Sensitivity.bound(model.products(), OUTCOME, 1, new int[] {3}, 1, beside);

    assertThat(model.column()).isEqualTo(1);
    assertThat(found.estimate()).isCloseTo(shift * plain.estimate(), within(1e-11));
    assertThat(found.partialRSquared()).isCloseTo(plain.partialRSquared(), within(1e-12));
    assertThat(found.robustnessValue()).isCloseTo(plain.robustnessValue(), within(1e-12));
    assertThat(foundBound.estimate()).isCloseTo(shift * bound.estimate(), within(1e-11));
    assertThat(foundBound.ofTreatment()).isCloseTo(bound.ofTreatment(), within(1e-12));
  }

  /** A rating of three levels is 1 - low + high; what both say they say once. */
  @Test
  void aRatingThatItsFlagsSayAlreadyIsLeftOut() {
    var left = products(rows(3)).beyond(joined(SCALE, OUTCOME), PAST);

    assertThat(new Contrast(SCALE, SHIFTS).effects(left, 3)).containsExactly(Double.NaN);
    double[] rise = {0.5, -0.3, 0.2};
    assertThat(new Contrast(SCALE, rise).effects(left, 3)[0])
        .isCloseTo(
            new Contrast(new int[] {1, 2}, new double[] {-0.3, 0.2}).effects(left, 3)[0],
            within(1e-12));
    // Not a single low one turns into a middle one: two columns of the three are the same.
    assertThat(new Contrast(SCALE, new double[] {0.5, -0.5, 0}).effects(left, 3)[0])
        .isCloseTo(
            new Contrast(new int[] {1, 2}, new double[] {-0.5, 0}).effects(left, 3)[0],
            within(1e-12));
  }

  @Test
  void aRiseToWhereNobodyIsCannotBeTold() {
    List<double[]> rows = rows(11).stream().filter(row -> row[2] == 0).toList();
    var left = products(rows).beyond(joined(SCALE, OUTCOME), PAST);

    assertThat(new Contrast(SCALE, SHIFTS).effects(left, 3)).containsExactly(Double.NaN);
    double[] belowHigh = {0.7, -0.3, 0};
    assertThat(new Contrast(SCALE, belowHigh).effects(left, 3)[0])
        .isCloseTo(
            new Contrast(new int[] {0, 1}, new double[] {0.7, -0.3}).effects(left, 3)[0],
            within(1e-12));
  }

  @Test
  void isNothingWhereNothingMovesAndUnknownWhereAShiftIs() {
    var left = products(rows(11)).beyond(joined(SCALE, OUTCOME), PAST);
    var none = new Contrast(SCALE, new double[3]);

    assertThat(none.moves()).isFalse();
    assertThat(none.effects(left, 3)).containsExactly(0);
    assertThat(new Contrast(SCALE, new double[] {0, Double.NaN, 0}).effects(left, 3))
        .containsExactly(Double.NaN);
    assertThatThrownBy(() -> none.in(left))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot tell a change by one column: nothing moves.");
  }

  private static void assertIsClose(Sensitivity.Bound found, Sensitivity.Bound expected) {
    assertThat(found.estimate()).isCloseTo(expected.estimate(), within(1e-10));
    assertThat(found.standardError()).isCloseTo(expected.standardError(), within(1e-10));
    assertThat(found.ofTreatment()).isCloseTo(expected.ofTreatment(), within(1e-11));
    assertThat(found.ofOutcome()).isCloseTo(expected.ofOutcome(), within(1e-11));
  }
}
