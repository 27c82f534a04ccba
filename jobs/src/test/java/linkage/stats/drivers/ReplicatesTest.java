package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ReplicatesTest {
  private static final List<String> COLUMNS = List.of("rating", "missing", "revenue", "age");

  @Property(tries = 20)
  void aReplicateIsTheMomentsOfAllOtherBuckets(@ForAll long seed) {
    assertThatReplicatesAreThoseOfTheOthers(seed, 1);
  }

  /** One bucket holds a customer a million times the others, and months of its own. */
  @Property(tries = 10)
  void evenWhereOneBucketHoldsMostOfTheMoney(@ForAll long seed) {
    assertThatReplicatesAreThoseOfTheOthers(seed, 1e6);
  }

  private static void assertThatReplicatesAreThoseOfTheOthers(long seed, double size) {
    var random = new Random(seed);
    List<Moments> buckets = new ArrayList<>();
    for (int bucket = 0; bucket < 6; bucket++) {
      var moments = new Moments(COLUMNS);
      for (int row = 0; row < random.nextInt(12); row++) {
        boolean isMissing = random.nextInt(4) == 0;
        double scale = bucket == 3 ? size : 1;
        moments.add(
            new double[] {
              isMissing ? 0 : random.nextInt(5),
              isMissing ? 1 : 0,
              scale * random.nextGaussian(),
              random.nextDouble()
            },
            bucket == 3 ? 4 + random.nextInt(2) : random.nextInt(4),
            0.5 + random.nextDouble());
      }
      buckets.add(moments);
    }
    var replicates = new BucketedMoments(buckets).replicates(Moments::absorbed);
    for (int left = 0; left < buckets.size(); left++) {
      var others = new Moments(COLUMNS);
      for (int bucket = 0; bucket < buckets.size(); bucket++) {
        if (bucket != left) {
          others.merge(buckets.get(bucket));
        }
      }
      var expected = others.absorbed();
      var found = replicates.without().get(left);
      assertThat(found.absorbed()).isEqualTo(expected.absorbed());
      assertThat(found.rows()).isEqualTo(expected.rows());
      assertThat(found.weight()).isEqualTo(expected.weight(), within(1e-12));
      for (int i = 0; i < COLUMNS.size(); i++) {
        for (int j = 0; j < COLUMNS.size(); j++) {
          double scale = Math.sqrt(expected.at(i, i) * expected.at(j, j));
          assertThat(found.at(i, j)).isEqualTo(expected.at(i, j), within(1e-11 * scale + 1e-13));
        }
      }
    }
  }

  /** The definition: rows whose missing ratings were filled with the mean of those given. */
  @Test
  void anImputedRatingIsTheMeanOfThoseGivenWhateverTheFiller() {
    for (double filler : new double[] {0, 99}) {
      var random = new Random(5);
      var added = new Moments(COLUMNS);
      List<double[]> rows = new ArrayList<>();
      double sum = 0;
      int rated = 0;
      for (int row = 0; row < 200; row++) {
        boolean isMissing = row % 3 == 0;
        double rating = random.nextInt(11);
        double revenue = rating + random.nextGaussian();
        sum += isMissing ? 0 : rating;
        rated += isMissing ? 0 : 1;
        rows.add(new double[] {isMissing ? Double.NaN : rating, isMissing ? 1 : 0, revenue, row});
        added.add(
            new double[] {isMissing ? filler : rating, isMissing ? 1 : 0, revenue, row}, 0, 1);
      }
      var filled = new Moments(COLUMNS);
      for (double[] row : rows) {
        row[0] = Double.isNaN(row[0]) ? sum / rated : row[0];
        filled.add(row, 0, 1);
      }
      var expected = filled.centred();
      var found = added.centred().imputed(new Driver(0, 1));
      for (int i = 0; i < COLUMNS.size(); i++) {
        for (int j = 0; j < COLUMNS.size(); j++) {
          double scale = Math.sqrt(expected.at(i, i) * expected.at(j, j));
          assertThat(found.at(i, j)).isEqualTo(expected.at(i, j), within(1e-10 * scale));
        }
      }
      assertThat(found.means()[0]).isEqualTo(sum / rated, within(1e-10));
    }
  }

  @Test
  void oneColumnsCoefficientsAreThoseOfTheWholeRegressions() {
    var random = new Random(6);
    var moments = new Moments(COLUMNS);
    for (int row = 0; row < 300; row++) {
      double age = random.nextGaussian();
      double rating = 0.5 * age + random.nextGaussian();
      moments.add(
          new double[] {rating, random.nextInt(2), 3 * rating - age + random.nextGaussian(), age},
          row % 4,
          1);
    }
    var products = moments.absorbed();

    double[] found = LeastSquares.coefficients(products, 0, new int[] {2, 1}, 3, 1);

    assertThat(found[0])
        .isEqualTo(LeastSquares.of(products, 2, 3, 1, 0).coefficientOf(0), within(1e-12));
    assertThat(LeastSquares.coefficients(products, 0, new int[] {2}, 3, 0)[0]).isNaN();
  }

  @Test
  void whatControlsLeaveOfAFewColumnsIsThatOfAll() {
    var random = new Random(7);
    var moments = new Moments(COLUMNS);
    for (int row = 0; row < 300; row++) {
      double age = random.nextGaussian();
      moments.add(
          new double[] {
            age + random.nextGaussian(), random.nextInt(2), 1e4 + 9 * random.nextGaussian(), age
          },
          row % 4,
          1);
    }
    var products = moments.absorbed();
    CrossProducts all = products.without(3, 1);
    CrossProducts few = products.beyond(new int[] {2, 0, 3}, 3, 1);

    assertThat(few.columns()).containsExactly(COLUMNS.get(2), COLUMNS.get(0), COLUMNS.get(3));
    assertThat(few.absorbed()).isEqualTo(all.absorbed()).isEqualTo(4 + 2);
    assertThat(few.at(0, 0)).isCloseTo(all.at(2, 2), within(1e-9 * all.at(2, 2)));
    assertThat(few.at(1, 0)).isCloseTo(all.at(0, 2), within(1e-9 * all.at(2, 2)));
    assertThat(few.at(1, 1)).isCloseTo(all.at(0, 0), within(1e-9 * all.at(0, 0)));
    assertThat(few.at(2, 2)).isZero();
    assertThat(few.means()).containsExactly(all.means()[2], all.means()[0], all.means()[3]);
  }
}
