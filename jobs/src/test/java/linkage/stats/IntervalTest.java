package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class IntervalTest {

  /** R: {@code qt(0.975, c(1, 9, 63, 500))}. */
  @Test
  void takesItsCriticalValuesFromStudentsT() {
    assertThat(StudentT.critical(1)).isCloseTo(12.70620473617469, within(1e-9));
    assertThat(StudentT.critical(9)).isCloseTo(2.262157162798205, within(1e-9));
    assertThat(StudentT.critical(63)).isCloseTo(1.998340542520741, within(1e-9));
    assertThat(StudentT.critical(500)).isCloseTo(1.964719837467367, within(1e-9));
    assertThat(StudentT.critical(0)).isNaN();
  }

  /** R: {@code 2 * pt(-2.5, 9)}. */
  @Test
  void givesTheTwoSidedPOfATStatistic() {
    assertThat(StudentT.twoSidedP(2.5, 9)).isCloseTo(0.03386182768298571, within(1e-12));
    assertThat(StudentT.twoSidedP(-2.5, 9)).isCloseTo(0.03386182768298571, within(1e-12));
    assertThat(StudentT.twoSidedP(2.5, 0)).isNaN();
  }

  /** Expected numbers: bucketed_counts.R, "auc lower" and "auc upper". */
  @Test
  void isAsymmetricOnTheLogit() {
    var first = BucketedExample.FIRST.auc().interval();
    var second = BucketedExample.SECOND.auc().interval();

    assertThat(first.lower()).isCloseTo(0.6909523015674582, within(1e-12));
    assertThat(first.upper()).isCloseTo(0.7324721264069266, within(1e-12));
    assertThat(second.lower()).isCloseTo(0.5310414549361718, within(1e-12));
    assertThat(second.upper()).isCloseTo(0.6780961505329943, within(1e-12));
  }

  /**
   * R: {@code prop.test(0, 20, correct = FALSE)} and {@code prop.test(45, 50, correct = FALSE)}.
   */
  @Test
  void isWilsonsForIndependentTrials() {
    var none = Interval.wilson(0, 20, StudentT.NORMAL_CRITICAL);
    var most = Interval.wilson(0.9, 50, StudentT.NORMAL_CRITICAL);

    assertThat(none.lower()).isZero();
    assertThat(none.upper()).isCloseTo(0.1611251580528193, within(1e-12));
    assertThat(most.lower()).isCloseTo(0.7863976856252035, within(1e-12));
    assertThat(most.upper()).isCloseTo(0.9565242350681097, within(1e-12));
  }

  /** By the formula in the Javadoc: n / (n + t²) with n = 10 buckets and t of 9 degrees. */
  @Test
  void keepsAWidthAtAPerfectSeparation() {
    double t = 2.262157162798205;

    var perfect = Interval.logit(1, 0, 9);
    var reversed = Interval.logit(0, 0, 9);

    assertThat(perfect.lower()).isCloseTo(10 / (10 + t * t), within(1e-12));
    assertThat(perfect.upper()).isEqualTo(1);
    assertThat(reversed.lower()).isEqualTo(0);
    assertThat(reversed.upper()).isCloseTo(t * t / (10 + t * t), within(1e-12));
  }

  @Test
  void isUndefinedRatherThanWrong() {
    assertThat(Interval.logit(Double.NaN, 0.1, 9)).isEqualTo(Interval.UNDEFINED);
    assertThat(Interval.logit(0.7, Double.NaN, 9)).isEqualTo(Interval.UNDEFINED);
    assertThat(Interval.logit(1, 0, 0)).isEqualTo(Interval.UNDEFINED);
    assertThat(Interval.symmetric(0.7, 0.1, 0)).isEqualTo(Interval.UNDEFINED);
    assertThat(Interval.symmetric(Double.NaN, 0.1, 9)).isEqualTo(Interval.UNDEFINED);
    assertThat(Interval.symmetric(1, Double.NaN, 9)).isEqualTo(Interval.UNDEFINED);
  }

  @Test
  void neitherContainsNorExcludesAnythingWhenUndefined() {
    assertThat(Interval.UNDEFINED.isDefined()).isFalse();
    assertThat(Interval.UNDEFINED.contains(0.5)).isFalse();
    assertThat(Interval.UNDEFINED.excludes(0.5)).isFalse();
    assertThat(Interval.UNDEFINED.within(0, 1)).isFalse();
    assertThat(Interval.UNDEFINED.clip(0, 1)).isEqualTo(Interval.UNDEFINED);
  }

  @Test
  void includesItsEnds() {
    var interval = new Interval(0.25, 0.5);

    assertThat(interval.contains(0.25)).isTrue();
    assertThat(interval.contains(0.5)).isTrue();
    assertThat(interval.excludes(0.5)).isFalse();
    assertThat(interval.excludes(0.51)).isTrue();
    assertThat(interval.excludes(0.24)).isTrue();
    assertThat(interval.within(0.25, 0.5)).isTrue();
    assertThat(interval.within(0.3, 0.5)).isFalse();
  }

  @Property
  void staysBetweenZeroAndOneAroundTheEstimate(
      @ForAll @DoubleRange(max = 1) double estimate,
      @ForAll @DoubleRange(max = 1) double variance,
      @ForAll @IntRange(min = 1, max = 63) int degreesOfFreedom) {
    for (Interval interval :
        new Interval[] {
          Interval.logit(estimate, variance, degreesOfFreedom),
          Interval.wilson(estimate, 1 + 100 * variance, StudentT.critical(degreesOfFreedom))
        }) {
      assertThat(interval.contains(estimate)).isTrue();
      assertThat(interval.within(0, 1)).isTrue();
    }
  }
}
