package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import linkage.stats.Estimate;
import linkage.stats.Interval;
import org.junit.jupiter.api.Test;

class SensitivityTest {

  /**
   * Published: sensemakr, tests/testthat/test-02-darfur.R, for peacefactor ~ directlyharmed + age +
   * farmer_dar + herder_dar + pastvoted + hhsize_darfur + female + village. Villages are absorbed.
   */
  @Test
  void agreesWithSensemakrOnDarfur() {
    CrossProducts products = PublishedProducts.darfur();
    int outcome = products.indexOf("peacefactor");
    int treatment = products.indexOf("directlyharmed");
    int female = products.indexOf("female");
    int[] controls =
        PublishedProducts.indices(
            products, "age", "farmer_dar", "herder_dar", "pastvoted", "hhsize_darfur", "female");
    int[] predictors = IntStream.concat(IntStream.of(controls), IntStream.of(treatment)).toArray();

    var sensitivity = Sensitivity.of(LeastSquares.of(products, outcome, predictors), treatment);

    assertThat(sensitivity.degreesOfFreedom()).isEqualTo(783);
    assertThat(sensitivity.partialRSquared()).isCloseTo(0.02187, within(5e-6));
    assertThat(sensitivity.robustnessValue()).isCloseTo(0.13878, within(5e-6));
    assertThat(sensitivity.robustnessOfInterval()).isCloseTo(0.07626, within(5e-6));
    double[] estimates = {.0752202712, .0529151724, .0303960235};
    double[] statistics = {3.43890, 2.60025, 1.62806};
    for (int times = 1; times <= 3; times++) {
      var bound = Sensitivity.bound(products, outcome, treatment, female, times, controls);
      assertThat(bound.estimate()).isCloseTo(estimates[times - 1], within(1e-9));
      assertThat(bound.statistic()).isCloseTo(statistics[times - 1], within(5e-6));
    }
    // Being female explains most of all that was measured.
    assertThat(Sensitivity.strongest(products, outcome, treatment, controls, 1, controls))
        .isEqualTo(Sensitivity.bound(products, outcome, treatment, female, 1, controls));
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

    double partial = sensitivity.robustnessOfInterval();
    double left = 3 - error * Math.sqrt(partial * partial / (1 - partial) * degrees);
    double leftError = error * Math.sqrt((1 - partial) / (1 - partial) * degrees / (degrees - 1));
    assertThat(left / leftError).isCloseTo(1.980100, within(1e-5));
  }

  @Test
  void needsNothingToExplainAwayWhatIsNotThere() {
    assertThat(Sensitivity.of(0.1, 1, 100).robustnessOfInterval()).isZero();
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

  private static Estimate estimate(double value, double lower, double upper) {
    return new Estimate(value, 1, 63, new Interval(lower, upper));
  }
}
