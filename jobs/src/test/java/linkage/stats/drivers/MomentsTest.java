package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Expected numbers: the definition in 40-digit decimal arithmetic, by two passes over the rows. */
class MomentsTest {

  private static final MathContext DIGITS = new MathContext(40, RoundingMode.HALF_EVEN);
  private static final List<String> COLUMNS = List.of("rating", "revenue", "again", "noise");

  /** A billion and some cents, the same with a thousandth of noise, and a rating beside them. */
  @Test
  void keepsTheCentsOfABillion() {
    var random = new Random(1);
    var rows = new Rows();
    for (int row = 0; row < 3000; row++) {
      double cents = Math.rint(random.nextGaussian() * 100) / 100;
      double revenue = 1e9 + cents;
      rows.add(
          row % 3,
          1,
          random.nextInt(11),
          revenue,
          revenue + 1e-3 * random.nextGaussian(),
          random.nextGaussian());
    }

    assertThatMomentsAreExact(rows, 1e-14);
  }

  /** Groups at a billion, at a hundred and at minus a million, each with cents of variation. */
  @Test
  void keepsTheCentsOfSmallCustomersBesideLargeOnes() {
    var random = new Random(2);
    double[] levels = {1e9, 100, -1e6, 0};
    var rows = new Rows();
    for (int row = 0; row < 4000; row++) {
      int group = random.nextInt(levels.length);
      double revenue = levels[group] + Math.rint(random.nextGaussian() * 100) / 100;
      rows.add(group, 0.25 + random.nextDouble(), row % 11, revenue, -2 * revenue, 1 / (1.0 + row));
    }

    assertThatMomentsAreExact(rows, 1e-14);
  }

  /** The first row is an outlier: an origin taken from it would cost half the digits. */
  @Test
  void survivesAnOutlierThatComesFirst() {
    var random = new Random(3);
    var rows = new Rows();
    rows.add(0, 1, 0, 1e12, 1, 0);
    for (int row = 0; row < 3000; row++) {
      rows.add(0, 1, random.nextInt(11), 20 + random.nextInt(100) / 100.0, 0, 0.1);
    }

    assertThatMomentsAreExact(rows, 1e-14);
  }

  /** Weights over twelve orders of magnitude, as no weighting should have them. */
  @Test
  void survivesAdverseWeights() {
    var random = new Random(4);
    var rows = new Rows();
    for (int row = 0; row < 2000; row++) {
      double weight = Math.pow(10, random.nextInt(13) - 6);
      rows.add(row % 2, weight, row % 7, 1e6 * random.nextGaussian(), 1e-6 * row, row % 5);
    }

    assertThatMomentsAreExact(rows, 1e-14);
  }

  /** By definition: any split into parts, merged in any order, is the same set of rows. */
  @Property(tries = 50)
  void isTheSameHoweverRowsAreSplit(@ForAll long seed) {
    var random = new Random(seed);
    var whole = new Moments(COLUMNS);
    List<Moments> parts = new ArrayList<>();
    for (int part = 0; part < 5; part++) {
      parts.add(new Moments(COLUMNS));
    }
    for (int row = 0; row < 200; row++) {
      double[] values = {
        random.nextInt(11), 1e9 + random.nextInt(1000) / 100.0, random.nextInt(2), 7
      };
      int group = random.nextInt(4);
      double weight = random.nextInt(3);
      whole.add(values, group, weight);
      parts.get(random.nextInt(5)).add(values, group, weight);
    }
    java.util.Collections.shuffle(parts, random);
    var merged = new Moments(COLUMNS);
    for (var part : parts) {
      merged.merge(Moments.fromArray(COLUMNS, part.toArray()));
    }

    assertThatSame(merged.absorbed(), whole.absorbed());
    assertThatSame(merged.centred(), whole.centred());
  }

  /** By definition: a count is that many rows, and a weight isn't. */
  @Test
  void countsRowsThatAreAlike() {
    double[] first = {3, 10, 0, 1};
    double[] second = {5, 20, 1, 0};
    var counted = new Moments(COLUMNS);
    counted.add(first, 0, 0.5, 3);
    counted.add(second, 0, 2, 2);
    var listed = new Moments(COLUMNS);
    for (int i = 0; i < 3; i++) {
      listed.add(first, 0, 0.5);
    }
    for (int i = 0; i < 2; i++) {
      listed.add(second, 0, 2);
    }

    assertThatSame(counted.absorbed(), listed.absorbed());
    assertThat(counted.rows()).isEqualTo(5);
    // (3 · 0.5 + 2 · 2)² / (3 · 0.25 + 2 · 4)
    assertThat(counted.absorbed().effectiveRows()).isCloseTo(30.25 / 8.75, within(1e-14));
  }

  @Test
  void saysNothingOfNoRows() {
    var none = new Moments(COLUMNS);
    none.add(new double[] {1, 2, 3, 4}, 2, 0);

    assertThat(none.rows()).isZero();
    assertThat(none.absorbed().absorbed()).isZero();
    assertThat(none.absorbed().means()).containsOnly(Double.NaN);
    assertThat(none.centred().correlation(0, 1)).isNaN();
    assertThat(Moments.fromArray(COLUMNS, none.toArray()).rows()).isZero();
  }

  @Test
  void refusesRowsThatAreIncomplete() {
    var moments = new Moments(COLUMNS);

    assertThatThrownBy(() -> moments.add(new double[] {1, Double.NaN, 0, 0}, 0, 1))
        .hasMessage(
            "Cannot add a row: its revenue is NaN. An absent value needs a filler and a missing"
                + " flag.");
    assertThatThrownBy(() -> moments.merge(new Moments(List.of("other"))))
        .hasMessage("Cannot merge moments of [rating, revenue, again, noise] and of [other].");
    assertThatThrownBy(() -> Moments.fromArray(COLUMNS, new double[3]))
        .hasMessage("Cannot read moments of 4 columns: the array has 3 numbers.");
  }

  /** Taking out columns leaves what a regression on them leaves. */
  @Test
  void leavesTheResidualsOfARegression() {
    var table = Table.mtcars();
    var products = table.moments().absorbed();
    int[] controls = table.indices("wt", "hp");

    var left = products.without(controls);

    int mpg = table.index("mpg");
    assertThat(left.at(mpg, mpg))
        .isCloseTo(LeastSquares.of(products, mpg, controls).residuals(), within(1e-10));
    assertThat(left.absorbed()).isEqualTo(3);
    assertThat(left.at(controls[0], mpg)).isZero();
  }

  private static void assertThatMomentsAreExact(Rows rows, double tolerance) {
    // Dealt out to buckets and merged, as a night does it.
    List<Moments> buckets = new ArrayList<>();
    for (int bucket = 0; bucket < 8; bucket++) {
      buckets.add(new Moments(COLUMNS));
    }
    for (int row = 0; row < rows.values.size(); row++) {
      buckets.get(row % 8).add(rows.values.get(row), rows.groups.get(row), rows.weights.get(row));
    }
    var total = new BucketedMoments(buckets).total();
    int[] oneGroup = new int[rows.values.size()];
    int[] groups = rows.groups.stream().mapToInt(Integer::intValue).toArray();

    assertThatExact(total.absorbed(), rows.exact(groups), tolerance);
    assertThatExact(total.centred(), rows.exact(oneGroup), tolerance);
  }

  private static void assertThatExact(
      CrossProducts actual, BigDecimal[][] exact, double tolerance) {
    for (int i = 0; i < exact.length; i++) {
      for (int j = 0; j < exact.length; j++) {
        var scale = exact[i][i].multiply(exact[j][j]).sqrt(DIGITS);
        var error = new BigDecimal(actual.at(i, j)).subtract(exact[i][j]).abs();
        assertThat(error.doubleValue())
            .as("products of %s and %s", COLUMNS.get(i), COLUMNS.get(j))
            .isLessThanOrEqualTo(tolerance * scale.doubleValue());
      }
    }
  }

  private static void assertThatSame(CrossProducts actual, CrossProducts expected) {
    assertThat(actual.rows()).isEqualTo(expected.rows());
    assertThat(actual.weight()).isCloseTo(expected.weight(), within(1e-12));
    assertThat(actual.absorbed()).isEqualTo(expected.absorbed());
    for (int i = 0; i < COLUMNS.size(); i++) {
      assertThat(actual.means()[i]).isCloseTo(expected.means()[i], within(1e-6));
      for (int j = 0; j <= i; j++) {
        double scale = Math.sqrt(expected.at(i, i) * expected.at(j, j));
        assertThat(actual.at(i, j)).isCloseTo(expected.at(i, j), within(1e-13 * scale + 1e-300));
      }
    }
  }

  /** Rows, and their cross products within groups by the definition. */
  private static final class Rows {

    private final List<double[]> values = new ArrayList<>();
    private final List<Integer> groups = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();

    void add(int group, double weight, double... row) {
      values.add(row);
      groups.add(group);
      weights.add(weight);
    }

    BigDecimal[][] exact(int[] groupOf) {
      int width = COLUMNS.size();
      BigDecimal[][] sums = zeros(width);
      for (int group = 0; group <= Arrays.stream(groupOf).max().orElse(0); group++) {
        BigDecimal[] means = means(groupOf, group);
        for (int row = 0; row < groupOf.length; row++) {
          if (groupOf[row] != group) {
            continue;
          }
          BigDecimal[] deviation = new BigDecimal[width];
          for (int i = 0; i < width; i++) {
            deviation[i] = new BigDecimal(values.get(row)[i]).subtract(means[i], DIGITS);
          }
          var weight = new BigDecimal(weights.get(row));
          for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
              sums[i][j] =
                  sums[i][j].add(
                      deviation[i].multiply(deviation[j], DIGITS).multiply(weight, DIGITS), DIGITS);
            }
          }
        }
      }
      return sums;
    }

    private BigDecimal[] means(int[] groupOf, int group) {
      BigDecimal[] sums = zeros(COLUMNS.size())[0];
      var total = BigDecimal.ZERO;
      for (int row = 0; row < groupOf.length; row++) {
        if (groupOf[row] == group) {
          var weight = new BigDecimal(weights.get(row));
          total = total.add(weight, DIGITS);
          for (int i = 0; i < sums.length; i++) {
            sums[i] = sums[i].add(new BigDecimal(values.get(row)[i]).multiply(weight), DIGITS);
          }
        }
      }
      for (int i = 0; i < sums.length; i++) {
        sums[i] = total.signum() == 0 ? BigDecimal.ZERO : sums[i].divide(total, DIGITS);
      }
      return sums;
    }

    private static BigDecimal[][] zeros(int width) {
      BigDecimal[][] zeros = new BigDecimal[width][width];
      for (BigDecimal[] row : zeros) {
        Arrays.fill(row, BigDecimal.ZERO);
      }
      return zeros;
    }
  }
}
