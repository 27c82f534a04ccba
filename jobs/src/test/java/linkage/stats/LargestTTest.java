package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected numbers: comparisons_with_best.R, unless a test says otherwise. */
class LargestTTest {

  private static final double[][] THREE = unit(new double[][] {{1, 0, 0}, {1, 2, 0}, {-1, 1, 1}});

  /** Correlations of 0.5, as of many treatments with one control: Dunnett (1955), table 1a. */
  @ParameterizedTest
  @CsvSource({
    "1, 20, 0.05, 1.724718243",
    "2, 20, 0.05, 2.027318387",
    "3, 20, 0.05, 2.192283462",
    "4, 20, 0.05, 2.304427589",
    "7, 20, 0.05, 2.511862886",
    "2, Infinity, 0.05, 1.916331945",
    "3, Infinity, 0.05, 2.062083933",
    "4, Infinity, 0.05, 2.160333281",
    "7, Infinity, 0.05, 2.340438976",
    "2, 12, 0.025, 2.502848067",
    "7, 30, 0.025, 2.772200220"
  })
  void hasDunnettsCriticalValues(int statistics, double degrees, double alpha, double expected) {
    var largest = new LargestT(equallyCorrelated(statistics), degrees);
    double critical = largest.critical(alpha);

    assertThat(largest.error(critical)).isLessThan(statistics < 7 ? 5e-4 : 3e-3);
    assertThat(critical).isCloseTo(expected, within(3 * largest.error(critical) + 1e-9));
  }

  /**
   * Exact by integration: {@code Φ(x)² + ∫ exp(-x² / (1 + sin θ)) dθ / 2π} from 0 to arcsin ρ for
   * the normal vector, averaged over the distribution of S for t. Solved to twelve digits.
   */
  @ParameterizedTest
  @CsvSource({
    "0.2, Infinity, 0.05, 1.945600845607",
    "0.2, Infinity, 0.025, 2.233555728758",
    "0.5, Infinity, 0.05, 1.916331944688",
    "0.5, Infinity, 0.025, 2.212135092985",
    "0.9, Infinity, 0.05, 1.797585586627",
    "0.9, Infinity, 0.025, 2.108143069890",
    "0.2, 62, 0.05, 1.982278089895",
    "0.2, 62, 0.025, 2.287358370053",
    "0.5, 62, 0.05, 1.950875506842",
    "0.5, 62, 0.025, 2.263541810169",
    "0.9, 62, 0.05, 1.827061532809",
    "0.9, 62, 0.025, 2.153192281057"
  })
  void saysHowFarItIsFromTheExactCriticalValue(
      double correlation, double degrees, double alpha, double exact) {
    double[][] two = {{1, 0}, {correlation, Math.sqrt(1 - correlation * correlation)}};
    var largest = new LargestT(two, degrees);
    double critical = largest.critical(alpha);

    assertThat(largest.error(critical)).isLessThan(1e-6);
    // Student's t of eight shifts: one of a thousand lies farther off than 5.4 standard errors.
    assertThat(critical).isCloseTo(exact, within(5.4 * largest.error(critical)));
  }

  /** As printed in Dunnett's table, for 2 to 9 treatments and 20 degrees of freedom. */
  @Test
  void roundsToDunnettsTable() {
    double[] printed = {2.03, 2.19, 2.30, 2.39, 2.46, 2.51, 2.56, 2.60};
    for (int statistics = 2; statistics <= 9; statistics++) {
      assertThat(new LargestT(equallyCorrelated(statistics), 20).critical(0.05))
          .isCloseTo(printed[statistics - 2], within(0.006));
    }
  }

  @Test
  void agreesWithRAboutUnequalCorrelations() {
    var largest = new LargestT(THREE, 15);

    assertThat(largest.critical(0.05)).isCloseTo(2.293635658, within(3e-4));
    assertThat(largest.upperTail(2)).isCloseTo(0.08533237518, within(5e-5));
    assertThat(largest.upperTail(5)).isCloseTo(0.0002308837986, within(1e-6));
  }

  /** R: {@code qt(0.975, 9)}; {@code qnorm(0.95)}. */
  @Test
  void isStudentsWithOneStatistic() {
    double[][] one = {{0, 1}};

    assertThat(new LargestT(one, 9).critical(0.025)).isCloseTo(2.2621571627409915, within(1e-9));
    assertThat(new LargestT(one, Double.POSITIVE_INFINITY).critical(0.05))
        .isCloseTo(1.6448536269514722, within(1e-9));
    assertThat(new LargestT(one, 9).error(2.26)).isZero();
  }

  /** By definition: the same statistic twice is one; a statistic and its opposite exclude. */
  @Test
  void holdsWhereStatisticsCoincideOrOppose() {
    double[][] same = {{0.6, 0.8}, {0.6, 0.8}, {0.6, 0.8}};
    double[][] opposed = {{0.6, 0.8}, {-0.6, -0.8}};

    assertThat(new LargestT(same, 11).critical(0.05))
        .isCloseTo(StudentT.upperQuantile(0.05, 11), within(2e-5));
    assertThat(new LargestT(opposed, 11).critical(0.05))
        .isCloseTo(StudentT.upperQuantile(0.025, 11), within(2e-5));
  }

  @Test
  void isTheDualOfItsCriticalValue() {
    var largest = new LargestT(THREE, 40);

    assertThat(largest.upperTail(largest.critical(0.025))).isCloseTo(0.025, within(1e-12));
  }

  @Test
  void doesNotDependOnHowOftenItIsAsked() {
    assertThat(new LargestT(THREE, 12).critical(0.05))
        .isEqualTo(new LargestT(THREE, 12).critical(0.05));
  }

  /** Differences from one of several independent figures: unit vectors of e_i - e_0. */
  private static double[][] equallyCorrelated(int statistics) {
    double[][] vectors = new double[statistics][statistics];
    for (int i = 0; i < statistics; i++) {
      // The Cholesky factor of (1 + [i = j]) / 2.
      for (int j = 0; j < i; j++) {
        vectors[i][j] = Math.sqrt(1 / (2.0 * (j + 1) * (j + 2)));
      }
      vectors[i][i] = Math.sqrt((i + 2) / (2.0 * (i + 1)));
    }
    return vectors;
  }

  private static double[][] unit(double[][] vectors) {
    double[][] unit = new double[vectors.length][];
    for (int i = 0; i < vectors.length; i++) {
      double length = Math.sqrt(Sums.ofProducts(vectors[i], vectors[i]));
      unit[i] = java.util.Arrays.stream(vectors[i]).map(each -> each / length).toArray();
    }
    return unit;
  }
}
