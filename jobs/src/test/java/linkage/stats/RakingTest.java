package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RakingTest {

  /** More means than anybody stands for here; a cell of nobody has a cap, too, which is 0. */
  private static final double UNCAPPED = 1e9;

  /** Margins of apiclus1's population: schools of type E, H and M, and school-wide No and Yes. */
  private static final double[][] SCHOOLS = {{4421, 755, 1018}, {1072, 5122}};

  /**
   * The survey package's tests/rakecheck.R prints a mean of 641.23 and a standard error of 26.874
   * by jackknife replicates that are raked anew; all digits by raking.R. Its variance is ours times
   * 1 - 15/757, the share of the 757 districts that were not drawn.
   */
  @Test
  void agreesWithTheSurveyPackage() {
    double[][] districts = ApiExample.districts();

    var jackknife = Jackknife.of(districts, RakingTest::rakedFigures);

    assertThat(districts).hasDimensions(15, 18);
    assertThat(jackknife.estimate()[0]).isCloseTo(641.2303209268001, within(1e-5));
    assertThat(jackknife.estimate()[1]).isCloseTo(3647280.148070538, within(1e-1));
    double notDrawn = 1 - 15 / 757.0;
    assertThat(Math.sqrt(notDrawn * jackknife.variance(0)))
        .isCloseTo(26.87398042736279, within(1e-4));
    assertThat(Math.sqrt(notDrawn * jackknife.variance(1)))
        .isCloseTo(463582.1849435121, within(1.0));
  }

  /** By type and school-wide target together, as they are in the population. */
  private static final double[] TYPES_AND_TARGETS = {472, 334, 266, 3949, 421, 752};

  /**
   * The same script's second raking, of a joint margin and comp.imp, prints a mean of 642.61; all
   * digits and the standard errors by jackknife replicates that are raked anew: raking.R.
   */
  @Test
  void agreesWithTheSurveyPackageOnAJointMargin() {
    double[][] districts = ApiExample.districtsByImprovement();
    int[] typeAndTarget = IntStream.range(0, 12).map(cell -> cell % 6).toArray();
    int[] improvement = IntStream.range(0, 12).map(cell -> cell / 6).toArray();
    double[][] margins = {TYPES_AND_TARGETS, {1712, 4482}};

    var jackknife =
        Jackknife.of(
            districts,
            cells -> {
              double[] schools = Arrays.copyOf(cells, 12);
              int[][] categories = {typeAndTarget, improvement};
              return figures(cells, Raking.of(schools, schools, categories, margins, UNCAPPED));
            });

    assertThat(districts).hasDimensions(15, 36);
    assertThat(jackknife.estimate()[0]).isCloseTo(642.6084742639797, within(1e-5));
    assertThat(jackknife.estimate()[1]).isCloseTo(3615674.03219557, within(1e-1));
    double notDrawn = 1 - 15 / 757.0;
    assertThat(Math.sqrt(notDrawn * jackknife.variance(0)))
        .isCloseTo(26.97026007611495, within(1e-4));
    assertThat(Math.sqrt(notDrawn * jackknife.variance(1)))
        .isCloseTo(450724.6612467546, within(1.0));
  }

  /** Measured: taking the weights as given costs 1 % of the standard error here. */
  @Test
  void takesWeightsAsGivenInMeans() {
    double[][] districts = ApiExample.districts();
    double[] all = Sums.ofColumns(districts);
    double[] weights = raked(all).weights();
    double[] sums = new double[15];
    double[] totals = new double[15];
    for (int district = 0; district < 15; district++) {
      for (int cell = 0; cell < 6; cell++) {
        double weight = all[cell] > 0 ? weights[cell] / all[cell] : 0;
        sums[district] += weight * districts[district][6 + cell];
        totals[district] += weight * districts[district][cell];
      }
    }

    var anew = Jackknife.of(districts, RakingTest::rakedFigures);
    var asGiven = Mean.of(sums, totals);
    assertThat(asGiven.value()).isCloseTo(anew.estimate()[0], within(1e-9));
    assertThat(asGiven.standardError())
        .isCloseTo(Math.sqrt(anew.variance(0)), withinPercentage(1.5));
  }

  /** By definition of raking: margins are met, and within margins the base's odds ratios stay. */
  @Property(tries = 50)
  void meetsMarginsAndKeepsOddsRatios(@ForAll long seed) {
    var random = new Random(seed);
    double[] base = random.doubles(12, 0.2, 3).toArray();
    int[][] categories = new int[2][12];
    for (int unit = 0; unit < 12; unit++) {
      categories[0][unit] = unit / 4;
      categories[1][unit] = unit % 4;
    }
    double[][] targets = {
      random.doubles(3, 1, 9).toArray(), random.doubles(4, 1, 9).toArray(),
    };

    var raking = Raking.of(base, ones(12), categories, targets, UNCAPPED);

    double[] weights = raking.weights();
    double total = Sums.of(targets[0]);
    assertThat(raking.converged()).isTrue();
    for (int row = 0; row < 3; row++) {
      assertThat(sum(weights, categories[0], row)).isCloseTo(targets[0][row], within(1e-6));
    }
    for (int column = 0; column < 4; column++) {
      assertThat(sum(weights, categories[1], column))
          .isCloseTo(targets[1][column] * total / Sums.of(targets[1]), within(1e-6));
    }
    for (int unit = 0; unit < 12; unit++) {
      int row = unit / 4 * 4;
      int column = unit % 4;
      double before = base[unit] * base[0] / (base[row] * base[column]);
      double after = weights[unit] * weights[0] / (weights[row] * weights[column]);
      assertThat(after).isCloseTo(before, within(1e-9 * Math.abs(before)));
    }
  }

  /** By definition: a cell of alike respondents gets what they would get one by one. */
  @Test
  void rakesCellsAsItRakesRespondents() {
    var cells =
        Raking.of(
            new double[] {3, 2, 1, 4},
            new double[] {3, 2, 1, 4},
            new int[][] {{0, 0, 1, 1}, {0, 1, 0, 1}},
            new double[][] {{60, 40}, {30, 70}},
            1.4);
    var respondents =
        Raking.of(
            ones(10),
            ones(10),
            new int[][] {{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, {0, 0, 0, 1, 1, 0, 1, 1, 1, 1}},
            new double[][] {{60, 40}, {30, 70}},
            1.4);

    assertThat(cells.weights()[0] / 3).isCloseTo(respondents.weights()[0], within(1e-9));
    assertThat(cells.weights()[1] / 2).isCloseTo(respondents.weights()[3], within(1e-9));
    assertThat(cells.cycles()).isEqualTo(respondents.cycles());
  }

  /** By hand: a tenth answers for a half; with the cap of 4 means the rest must make up for it. */
  @Test
  void capsWhatOneRespondentStandsFor() {
    int[][] categories = {{0, 1, 1, 1, 1, 1, 1, 1, 1, 1}};
    double[][] targets = {{50, 50}};

    var capped = Raking.of(ones(10), ones(10), categories, targets, 4);
    var free = Raking.of(ones(10), ones(10), categories, targets, UNCAPPED);

    assertThat(free.weights()[0]).isCloseTo(50, within(1e-9));
    assertThat(free.converged()).isTrue();
    assertThat(capped.weights()[0]).isCloseTo(40, within(1e-9));
    assertThat(capped.converged()).isFalse();
    assertThat(capped.largestGap()).isCloseTo(0.1, within(1e-9));
    assertThat(capped.cycles()).isEqualTo(Raking.MOST_CYCLES);
  }

  /** By hand: a base weight that is too large is cut, and its likes share what was cut. */
  @Test
  void meetsTheMarginsUnderTheCapWhereItCan() {
    var raking =
        Raking.of(
            new double[] {10, 1, 1, 1, 1},
            ones(5),
            new int[][] {{0, 0, 0, 1, 1}},
            new double[][] {{3, 2}},
            1.5);

    assertThat(raking.converged()).isTrue();
    assertThat(raking.weights())
        .containsExactly(new double[] {1.5, 0.75, 0.75, 1, 1}, within(1e-6));
  }

  @Test
  void listsCategoriesThatNobodyAnsweredFor() {
    var raking =
        Raking.of(
            ones(4), ones(4), new int[][] {{0, 0, 1, 1}}, new double[][] {{30, 20, 50}}, UNCAPPED);

    assertThat(raking.unreachable()).containsExactly(new Raking.Category(0, 2, 0.5));
    assertThat(raking.converged()).isTrue();
    assertThat(raking.weights()).containsExactly(new double[] {30, 30, 20, 20}, within(1e-9));
  }

  @Test
  void reportsMarginsThatContradictTheRespondents() {
    // All of the first category of one margin are in the first of the other, with other targets.
    var raking =
        Raking.of(
            ones(2),
            ones(2),
            new int[][] {{0, 1}, {0, 1}},
            new double[][] {{80, 20}, {50, 50}},
            UNCAPPED);

    assertThat(raking.converged()).isFalse();
    assertThat(raking.largestGap()).isCloseTo(0.3, within(1e-9));
  }

  @Test
  void leavesBaseWeightsAloneWithoutMargins() {
    assertThat(Raking.of(new double[] {2, 3}, ones(2), new int[0][], new double[0][], 5).weights())
        .containsExactly(2, 3);
    assertThat(
            Raking.of(new double[0], new double[0], new int[][] {{}}, new double[][] {{1}}, 5)
                .weights())
        .isEmpty();
  }

  /** By hand: (1 + 1 + 4)² / (1 + 1 + 16) = 2, and 4 is twice the mean of 2. */
  @Test
  void tellsWhatWeightsCost() {
    var parts = ResponseWeight.NONE.plus(1).plus(4).plus(ResponseWeight.NONE.plus(1));

    assertThat(parts.effective()).isCloseTo(2, within(1e-12));
    assertThat(parts.largestInMeans()).isCloseTo(2, within(1e-12));
    assertThat(ResponseWeight.NONE.effective()).isNaN();
    assertThat(ResponseWeight.stabilised(0.2, 0.4)).isEqualTo(0.5);
    assertThat(ResponseWeight.stabilised(0.2, 0.001)).isEqualTo(ResponseWeight.CAP);
  }

  private static Raking raked(double[] cells) {
    double[] schools = Arrays.copyOf(cells, 6);
    return Raking.of(
        schools, schools, new int[][] {{0, 1, 2, 0, 1, 2}, {0, 0, 0, 1, 1, 1}}, SCHOOLS, UNCAPPED);
  }

  private static double[] rakedFigures(double[] cells) {
    return figures(cells, raked(cells));
  }

  /** The raked mean of api00 and total of enroll, of cells as [plane * cells + cell]. */
  private static double[] figures(double[] cells, Raking raking) {
    double[] weights = raking.weights();
    double mean = 0;
    double enrolled = 0;
    for (int cell = 0; cell < weights.length; cell++) {
      if (cells[cell] > 0) {
        mean += weights[cell] * cells[weights.length + cell] / cells[cell];
        enrolled += weights[cell] * cells[2 * weights.length + cell] / cells[cell];
      }
    }
    return new double[] {mean / Sums.of(weights), enrolled};
  }

  private static double sum(double[] weights, int[] categories, int category) {
    return IntStream.range(0, weights.length)
        .filter(unit -> categories[unit] == category)
        .mapToDouble(unit -> weights[unit])
        .sum();
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
