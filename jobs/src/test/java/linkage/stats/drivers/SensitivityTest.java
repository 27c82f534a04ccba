package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import linkage.stats.Estimate;
import linkage.stats.Interval;
import linkage.stats.StudentT;
import org.junit.jupiter.api.Test;

class SensitivityTest {

  /**
   * Published: sensemakr, tests/testthat/test-02-darfur.R, for peacefactor ~ directlyharmed + age +
   * farmer_dar + herder_dar + pastvoted + hhsize_darfur + female + village. Villages are absorbed.
   */
  @Test
  void agreesWithSensemakrOnDarfur() {
    CrossProducts products = PublishedProducts.darfur();
    int outcome = PublishedProducts.index(products, "peacefactor");
    int treatment = PublishedProducts.index(products, "directlyharmed");
    int female = PublishedProducts.index(products, "female");
    int[] controls =
        PublishedProducts.indices(
            products, "age", "farmer_dar", "herder_dar", "pastvoted", "hhsize_darfur", "female");
    int[] predictors = IntStream.concat(IntStream.of(controls), IntStream.of(treatment)).toArray();

    var sensitivity = Sensitivity.of(LeastSquares.of(products, outcome, predictors), treatment);

    assertThat(sensitivity.degreesOfFreedom()).isEqualTo(783);
    assertThat(sensitivity.partialRSquared()).isCloseTo(0.02187, within(5e-6));
    assertThat(sensitivity.robustnessValue()).isCloseTo(0.13878, within(5e-6));
    assertThat(sensitivity.robustnessOf(partOfTextbookInterval(sensitivity)))
        .isCloseTo(0.07626, within(5e-6));
    double[] estimates = {.0752202712, .0529151724, .0303960235};
    double[] statistics = {3.43890, 2.60025, 1.62806};
    for (int times = 1; times <= 3; times++) {
      var bound =
          Sensitivity.bound(products, outcome, treatment, new int[] {female}, times, controls);
      assertThat(bound.estimate()).isCloseTo(estimates[times - 1], within(1e-9));
      assertThat(bound.statistic()).isCloseTo(statistics[times - 1], within(5e-6));
    }
    // Being female explains most of all that was measured.
    int[][] each = IntStream.of(controls).mapToObj(own -> new int[] {own}).toArray(int[][]::new);
    var strongest = Sensitivity.strongest(products, outcome, treatment, each, 1, controls);
    assertThat(each[strongest.position()]).containsExactly(female);
    assertThat(strongest.bound())
        .isEqualTo(Sensitivity.bound(products, outcome, treatment, each[5], 1, controls));
  }

  /** By theory: a confounder as strong as the robustness value says brings the estimate to 0. */
  @Test
  void saysHowStrongAConfounderHasToBe() {
    double estimate = -3;
    double error = 0.8;
    double degrees = 120;
    var sensitivity = Sensitivity.of(estimate, error, degrees);

    double rv = sensitivity.robustnessValue();
    double bias = error * Math.sqrt(rv * rv / (1 - rv) * degrees);
    assertThat(bias).isCloseTo(3, within(1e-12));

    double partial = sensitivity.robustnessOf(partOfTextbookInterval(sensitivity));
    double left = 3 - error * Math.sqrt(partial * partial / (1 - partial) * degrees);
    double leftError = error * Math.sqrt((1 - partial) / (1 - partial) * degrees / (degrees - 1));
    assertThat(left / leftError).isCloseTo(1.980100, within(1e-5));
  }

  /** Beside its near twin neither explains anything more; together they explain what one would. */
  @Test
  void twinsAreABenchmarkTogether() {
    var random = new Random(3);
    var moments = new Moments(List.of("value", "twin", "treatment", "outcome"));
    for (int row = 0; row < 2000; row++) {
      double value = random.nextGaussian();
      double treatment = 0.4 * value + random.nextGaussian();
      moments.add(
          new double[] {
            value,
            value + 0.01 * random.nextGaussian(),
            treatment,
            0.5 * treatment + 0.8 * value + random.nextGaussian()
          },
          0,
          1);
    }
    var products = moments.centred();
    var alone = Sensitivity.bound(products, 3, 2, new int[] {0}, 1, 0);
    var ofTwins = Sensitivity.strongest(products, 3, 2, new int[][] {{0}, {1}}, 1, 0, 1).bound();
    var together = Sensitivity.strongest(products, 3, 2, new int[][] {{0, 1}}, 1, 0, 1).bound();

    assertThat(ofTwins.estimate()).isGreaterThan(0.45);
    assertThat(together.estimate()).isLessThan(0.3).isCloseTo(alone.estimate(), within(0.01));
  }

  /** By theory: a bias as large as that part of the estimate. */
  @Test
  void saysWhatTakesAPartOfTheEstimateAway() {
    var sensitivity = Sensitivity.of(-3, 0.8, 120);

    double rv = sensitivity.robustnessOf(0.25);
    assertThat(0.8 * Math.sqrt(rv * rv / (1 - rv) * 120)).isCloseTo(0.75, within(1e-12));
    assertThat(sensitivity.robustnessOf(1)).isEqualTo(sensitivity.robustnessValue());
    assertThat(sensitivity.robustnessOf(-0.1)).isZero();
  }

  @Test
  void needsNothingToExplainAwayWhatIsNotThere() {
    var notThere = Sensitivity.of(0.1, 1, 100);
    assertThat(notThere.robustnessOf(partOfTextbookInterval(notThere))).isZero();
    assertThat(Sensitivity.of(0, 1, 100).robustnessValue()).isZero();
    assertThat(Sensitivity.of(Double.NaN, Double.NaN, 100).robustnessValue()).isNaN();
  }

  @Test
  void judgesByThePlacebo() {
    var claimed = estimate(10, 8, 12);

    assertThat(Placebo.of(claimed, estimate(1, -2, 4))).isEqualTo(Placebo.PASSED);
    assertThat(Placebo.of(claimed, estimate(3, 2, 4))).isEqualTo(Placebo.FAILED);
    assertThat(Placebo.of(claimed, estimate(3, -5, 11))).isEqualTo(Placebo.INCONCLUSIVE);
    assertThat(Placebo.of(claimed, new Estimate(Double.NaN, Double.NaN, 0, Interval.UNDEFINED)))
        .isEqualTo(Placebo.INCONCLUSIVE);
  }

  /** What of an estimate lies between 0 and its 95 % interval, with the confounder known. */
  private static double partOfTextbookInterval(Sensitivity sensitivity) {
    int degrees = (int) sensitivity.degreesOfFreedom();
    double statistic = Math.abs(sensitivity.estimate() / sensitivity.standardError());
    return 1 - StudentT.critical(degrees - 1) * Math.sqrt(degrees / (degrees - 1.0)) / statistic;
  }

  private static Estimate estimate(double value, double lower, double upper) {
    return new Estimate(value, 1, 63, new Interval(lower, upper));
  }
}
