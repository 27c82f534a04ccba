package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import linkage.stats.Interval;
import org.junit.jupiter.api.Test;

class DriverImportanceTest {

  private static final String[] SWISS = {
    "Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality"
  };

  /** Expected numbers: drivers.R, by R's lm with and without each driver. */
  @Test
  void agreesWithRegressionsInROnSwiss() {
    var importance = importance(Table.swiss(), 47, SWISS);

    assertThat(importance.stream().mapToDouble(DriverImportance::last).toArray())
        .containsExactly(
            new double[] {0.0428696071, 0.0073874185, 0.1619626931, 0.0623726258, 0.0569452587},
            within(1e-9));
    assertThat(importance.stream().mapToDouble(DriverImportance::first).toArray())
        .containsExactly(
            new double[] {0.1246649099, 0.4171644705, 0.4406156467, 0.2150035016, 0.1735189273},
            within(1e-9));
    assertThat(importance.stream().mapToDouble(d -> d.standardised() * d.standardised()).toArray())
        .containsExactly(
            new double[] {0.0979197290, 0.0271518626, 0.4494372060, 0.1208257796, 0.0630692786},
            within(1e-9));
    assertThat(importance.get(2).share().value()).isCloseTo(0.2601346786, within(1e-9));
    assertThat(importance.get(2).relativeWeight()).isCloseTo(0.2719641046, within(1e-9));
    // Agriculture goes with fertility by itself, and against it once the others are known.
    assertThat(importance.get(0).correlation().value()).isPositive();
    assertThat(importance.get(0).coefficient().value()).isNegative();
    assertThat(importance.stream().map(DriverImportance::suppressor))
        .containsExactly(true, false, false, false, false);
  }

  /**
   * Expected numbers: drivers.R, which fits without each row; with 47 buckets those are the same.
   */
  @Test
  void agreesWithDeletingRowsInR() {
    var importance = importance(Table.swiss(), 47, SWISS);

    assertThat(importance.get(2).share().standardError())
        .isCloseTo(0.09159013930307734, within(1e-10));
    assertThat(importance.get(2).coefficient().standardError())
        .isCloseTo(0.2078724965221016, within(1e-10));
    assertThat(importance.get(1).pValue()).isCloseTo(0.3450412659449829, within(1e-10));
    assertThat(importance.get(1).varianceInflation()).isCloseTo(3.675419575544339, within(1e-10));
    assertThat(importance.get(3).aboveAverage().standardError())
        .isCloseTo(0.06400426325166274, within(1e-10));
  }

  /**
   * Over 150 seeded samples of 1,500 customers: a driver without effect is called one in about 5 %,
   * and the intervals of the shares of those with effect hold the truth, which is the mean share
   * over samples of 100,000.
   */
  @Test
  void coversTheTruthAndKeepsTheLevelOfTheTest() {
    int count = 4;
    var large = new RandomSurvey(count, new Random(11));
    var truth =
        Lmg.of(
                large.moments(1, 100_000).get(0).absorbed(),
                large.outcomes(),
                large.drivers(),
                large.controls())
            .shares();
    var survey = new RandomSurvey(count, new Random(12));
    int[] covered = new int[count];
    int rejected = 0;
    int draws = 150;
    for (int draw = 0; draw < draws; draw++) {
      var buckets = new BucketedMoments(survey.moments(64, 1500));
      var drivers =
          DriverImportance.of(
                  buckets.replicates(Moments::absorbed),
                  survey.outcomes(),
                  new int[] {63, 63},
                  survey.drivers(),
                  survey.controls())
              .get(1);
      rejected += drivers.get(0).pValue() < 0.05 ? 1 : 0;
      for (int driver = 0; driver < count; driver++) {
        covered[driver] +=
            drivers.get(driver).share().interval().contains(truth[1][driver]) ? 1 : 0;
      }
    }

    assertThat(rejected / (double) draws).isBetween(0.01, 0.11);
    for (int driver = 1; driver < count; driver++) {
      assertThat(covered[driver] / (double) draws).as("driver %d", driver).isBetween(0.89, 1.0);
    }
  }

  /**
   * By definition: a flag that never varies is no part of the test, and a driver keeps its share.
   */
  @Test
  void testsOnlyWhatCanBeTold() {
    Moments[] buckets = new Moments[20];
    Arrays.setAll(buckets, bucket -> new Moments(List.of("y", "a", "never", "copy")));
    var random = new Random(13);
    for (int row = 0; row < 400; row++) {
      double a = random.nextInt(11);
      buckets[row % 20].add(new double[] {a + random.nextGaussian(), a, 0, a}, 0, 1);
    }
    var importance =
        DriverImportance.of(
                new BucketedMoments(List.of(buckets)).replicates(Moments::centred),
                new int[] {0},
                new int[] {19},
                new Driver[] {new Driver(1, 2), new Driver(3)})
            .get(0);

    assertThat(importance.get(0).pValue()).isLessThan(1e-10);
    assertThat(importance.get(0).varianceInflation()).isInfinite();
    assertThat(importance.get(1).coefficient().value()).isNaN();
    assertThat(importance.get(1).pValue()).isNaN();
    assertThat(importance.get(1).share().value())
        .isCloseTo(importance.get(0).share().value(), within(1e-12));
  }

  @Test
  void needsTenEffectiveRowsPerColumn() {
    var products = Table.swiss().moments().absorbed();

    assertThat(DriverImportance.isEnough(products, 4)).isTrue();
    assertThat(DriverImportance.isEnough(products, 5)).isFalse();
  }

  @Test
  void namesQuadrantsOnlyWhereIntervalsSupportThem() {
    var above = new Interval(0.1, 0.2);
    var below = new Interval(-0.2, -0.1);
    var around = new Interval(-0.1, 0.1);

    assertThat(Quadrant.of(above, below)).isEqualTo(Quadrant.FIX_FIRST);
    assertThat(Quadrant.of(above, above)).isEqualTo(Quadrant.KEEP_UP);
    assertThat(Quadrant.of(below, below)).isEqualTo(Quadrant.LOW_PRIORITY);
    assertThat(Quadrant.of(below, above)).isEqualTo(Quadrant.POSSIBLE_OVERKILL);
    assertThat(Quadrant.of(around, above)).isEqualTo(Quadrant.UNDECIDED);
    assertThat(Quadrant.of(above, Interval.UNDEFINED)).isEqualTo(Quadrant.UNDECIDED);
  }

  private static List<DriverImportance> importance(Table table, int buckets, String... names) {
    return DriverImportance.of(
            table.bucketed(buckets).replicates(Moments::absorbed),
            new int[] {0},
            new int[] {buckets - 1},
            LmgTest.drivers(table, names))
        .get(0);
  }
}
