package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.util.FastMath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LooksTest {

  private static final NormalDistribution NORMAL = new NormalDistribution();

  /** Pocock's constant of twelve looks: Jennison and Turnbull (2000), table 2.1. */
  @Test
  void hasPococksBoundWhereDataOnlyGrow() {
    assertThat(z(Looks.ofMonths(120).largestP(0.05))).isCloseTo(2.588, within(5e-4));
  }

  /** The same recursion by Simpson's rule, which has Pocock's other constants as well. */
  @ParameterizedTest
  @CsvSource({"2.178, 2", "2.289, 3", "2.413, 5", "2.555, 10", "2.588, 12"})
  void agreesWithSimpsonsRuleThatHasPococksTable(double z, int looks) {
    assertThat(ofGrowing(z, looks)).isCloseTo(0.05, within(7e-5));

    double ofYear = ofGrowing(z, Looks.A_YEAR);
    assertThat(Looks.ofMonths(120).ofYear(p(z))).isCloseTo(ofYear, within(1e-9));
  }

  /** Expected numbers: looks.R, "Growing from one month". */
  @ParameterizedTest
  @CsvSource({"2.5, 0.062537", "3, 0.015760", "4, 0.000458"})
  void agreesWithRWhereDataOnlyGrow(double z, double expected) {
    assertThat(Looks.ofMonths(120).ofYear(p(z))).isCloseTo(expected, within(6e-6));
  }

  /** Expected numbers: looks.R, "Sliding"; it is bounded from above, by at most so much. */
  @ParameterizedTest
  @CsvSource({
    "2, 2, 0.385723, 0.11", "2, 2.5, 0.127880, 0.06", "2, 3, 0.030261, 0.02",
    "6, 2, 0.262436, 0.18", "6, 2.5, 0.086963, 0.10", "6, 3, 0.021658, 0.06",
    "12, 2.5, 0.062131, 0.18", "12, 3, 0.015696, 0.14"
  })
  void boundsWhatRFindsWhereMonthsComeAndGo(int months, double z, double exact, double excess) {
    assertThat(Looks.ofMonths(months).ofYear(p(z)))
        .isBetween(exact * (1 - 1e-4), exact * (1 + excess));
  }

  /** From 18 months on, a company younger than its window is the worse case. */
  @Test
  void doesntDependOnALongWindow() {
    for (double z : new double[] {2.55, 3, 4, 5}) {
      assertThat(Looks.ofMonths(18).ofYear(p(z))).isEqualTo(Looks.ofMonths(120).ofYear(p(z)));
    }
  }

  /** By definition: looks that share no month are independent. */
  @Test
  void isSidaksWhereLooksShareNothing() {
    for (double p : new double[] {0.2, 0.01, 1e-9}) {
      double independent = -Math.expm1(12 * Math.log1p(-p));
      assertThat(Looks.ofMonths(1).ofYear(p))
          .isEqualTo(Looks.ofMonths(-3).ofYear(p))
          .isCloseTo(independent, within(1e-7 * independent));
    }
  }

  /** By simulation: months of standard normal evidence in a company of any age. */
  @ParameterizedTest
  @CsvSource({"18, 18", "18, 1", "18, 9", "12, 12", "12, 4", "6, 6", "3, 2", "1, 1"})
  void boundsAnyTwelveLooksInARow(int months, int age) {
    double critical = z(Looks.ofMonths(months).largestP(0.05));
    var random = new SplittableRandom(17L * months + age);
    int companies = 20_000;
    int found = 0;
    for (int company = 0; company < companies; company++) {
      double[] total = new double[age + Looks.A_YEAR];
      for (int month = 1; month < total.length; month++) {
        total[month] = total[month - 1] + NORMAL.inverseCumulativeProbability(random.nextDouble());
      }
      boolean isSurprising = false;
      for (int end = age; end < total.length; end++) {
        int begin = Math.max(0, end - months);
        isSurprising |= Math.abs(total[end] - total[begin]) / Math.sqrt(end - begin) > critical;
      }
      found += isSurprising ? 1 : 0;
    }
    double share = found / (double) companies;

    // Three standard errors of the simulation, and a sixth that the inequality may give away.
    assertThat(share).isLessThan(0.05 + 0.0046);
    if (age == months && months <= 12) {
      assertThat(share).isGreaterThan(0.05 / 1.2 - 0.0046);
    }
  }

  @Test
  void growsWithPAndLiesBetweenOneLookAndIndependentOnes() {
    for (int months : new int[] {1, 4, 18}) {
      var looks = Looks.ofMonths(months);
      double last = 0;
      for (double p = 1e-300; p < 1; p *= p < 1e-16 ? 100 : 1.3) {
        double ofYear = looks.ofYear(p);
        assertThat(ofYear)
            .isGreaterThanOrEqualTo(last)
            .isBetween(p, -Math.expm1(12 * Math.log1p(-p)) + 1e-15);
        last = ofYear;
      }
    }
  }

  @Test
  void leavesWhatIsCertainOrUnknown() {
    var looks = Looks.of(24, 180);

    assertThat(looks.ofYear(Double.NaN)).isNaN();
    assertThat(looks.ofYear(0)).isZero();
    assertThat(looks.ofYear(Double.MIN_VALUE)).isPositive();
    assertThat(looks.ofYear(1)).isEqualTo(1);
  }

  @Test
  void findsTheLargestPOfASingleLook() {
    var looks = Looks.of(12, 180);

    for (double ofYear : new double[] {0.05, 0.05 / 3, 1e-4, 1e-6}) {
      assertThat(looks.ofYear(looks.largestP(ofYear)))
          .isCloseTo(ofYear, within(1e-6 * ofYear))
          .isLessThan(12 * looks.largestP(ofYear));
    }
    assertThat(looks.largestP(0.05)).isBetween(0.0042, 0.01);
  }

  /** Of 24 months, 18 have windows of 180 days behind them, and 12 of 365. */
  @Test
  void countsMonthsWhoseWindowsAreComplete() {
    assertThat(Looks.of(24, 180)).isSameAs(Looks.ofMonths(18));
    assertThat(Looks.of(24, 365)).isSameAs(Looks.ofMonths(12));
    assertThat(Looks.of(12, 365)).isSameAs(Looks.ofMonths(1));
  }

  /** The probability that the sum of months exceeds z standard errors after any of them. */
  private static double ofGrowing(double z, int looks) {
    int steps = 400;
    double[] density = new double[steps + 1];
    double width = z;
    double step = 2 * width / steps;
    for (int i = 0; i <= steps; i++) {
      density[i] = NORMAL.density(-width + i * step);
    }
    for (int look = 2; look <= looks; look++) {
      double next = z * Math.sqrt(look);
      double nextStep = 2 * next / steps;
      double[] after = new double[steps + 1];
      for (int i = 0; i <= steps; i++) {
        for (int j = 0; j <= steps; j++) {
          double from = -width + j * step;
          double jump = -next + i * nextStep - from;
          after[i] += simpson(j, steps) * step * density[j] * FastMath.exp(-jump * jump / 2);
        }
        after[i] /= Math.sqrt(2 * Math.PI);
      }
      density = after;
      width = next;
      step = nextStep;
    }
    double inside = 0;
    for (int i = 0; i <= steps; i++) {
      inside += simpson(i, steps) * step * density[i];
    }
    return 1 - inside;
  }

  private static double simpson(int i, int steps) {
    return i == 0 || i == steps ? 1.0 / 3 : i % 2 == 0 ? 2.0 / 3 : 4.0 / 3;
  }

  private static double p(double z) {
    return 2 * NORMAL.cumulativeProbability(-z);
  }

  private static double z(double p) {
    return -NORMAL.inverseCumulativeProbability(p / 2);
  }
}
