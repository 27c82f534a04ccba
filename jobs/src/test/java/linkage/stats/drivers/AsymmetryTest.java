package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import linkage.stats.drivers.Asymmetry.Flags;
import linkage.stats.drivers.Asymmetry.Kind;
import org.junit.jupiter.api.Test;

class AsymmetryTest {

  private static final List<String> COLUMNS = List.of("outcome", "low", "high", "history");

  /** By definition: without controls these are differences of means, and the test is their t. */
  @Test
  void isTheDifferenceFromTheMiddle() {
    var buckets = survey(new Random(1), 640, 3, 1);
    var means = new double[3];
    var counts = new double[3];
    var random = new Random(1);
    for (double[] row : rows(random, 640, 3, 1)) {
      int level = row[1] == 1 ? 0 : row[2] == 1 ? 2 : 1;
      means[level] += row[0];
      counts[level]++;
    }

    var asymmetry = of(buckets.replicates(Moments::centred), 63);

    double middle = means[1] / counts[1];
    assertThat(asymmetry.penalty().value()).isCloseTo(middle - means[0] / counts[0], within(1e-12));
    assertThat(asymmetry.reward().value()).isCloseTo(means[2] / counts[2] - middle, within(1e-12));
    assertThat(asymmetry.excess().value())
        .isCloseTo(asymmetry.penalty().value() - asymmetry.reward().value(), within(1e-12));
  }

  @Test
  void namesADriverThatTheIntervalsTell() {
    assertThat(kind(8000, 3, 1)).isEqualTo(Kind.BASIC);
    assertThat(kind(8000, 1, 3)).isEqualTo(Kind.EXCITEMENT);
    assertThat(kind(8000, 2, 2)).isEqualTo(Kind.PERFORMANCE);
    assertThat(kind(8000, 0, 0)).isEqualTo(Kind.UNDECIDED);
    // Works the wrong way round: to be rated high costs.
    assertThat(kind(8000, 2, -2)).isEqualTo(Kind.UNDECIDED);
    // Equal in truth, but thirty customers can't show it.
    assertThat(kind(100, 2, 2)).isEqualTo(Kind.UNDECIDED);
  }

  /** Over 1,000 seeded samples of a symmetric driver, "basic" or "excitement" are rare. */
  @Test
  void keepsTheLevelOfTheTestOfEquality() {
    var random = new Random(2);
    int draws = 1000;
    int rejected = 0;
    int named = 0;
    int held = 0;
    for (int draw = 0; draw < draws; draw++) {
      var asymmetry = of(survey(random, 800, 1, 1).replicates(Moments::absorbed), 63, 3);
      rejected += asymmetry.pValue() < 0.05 ? 1 : 0;
      named += asymmetry.kind() == Kind.BASIC || asymmetry.kind() == Kind.EXCITEMENT ? 1 : 0;
      held += asymmetry.penalty().interval().contains(1) ? 1 : 0;
    }

    assertThat(rejected / (double) draws).isBetween(0.03, 0.07);
    assertThat(named).isLessThanOrEqualTo(rejected);
    assertThat(held / (double) draws).isBetween(0.93, 0.97);
  }

  @Test
  void saysNothingWhereNobodyRatedHigh() {
    Moments[] buckets = new Moments[12];
    Arrays.setAll(buckets, bucket -> new Moments(COLUMNS));
    for (int row = 0; row < 120; row++) {
      buckets[row % 12].add(new double[] {row % 5, row % 2, 0, row % 3}, 0, 1);
    }

    var asymmetry = of(new BucketedMoments(List.of(buckets)).replicates(Moments::centred), 11);

    assertThat(asymmetry.penalty().interval().isDefined()).isTrue();
    assertThat(asymmetry.reward().value()).isNaN();
    assertThat(asymmetry.pValue()).isNaN();
    assertThat(asymmetry.kind()).isEqualTo(Kind.UNDECIDED);
  }

  private static Kind kind(int customers, double penalty, double reward) {
    var products = survey(new Random(3), customers, penalty, reward).replicates(Moments::absorbed);
    return of(products, 63, 3).kind();
  }

  private static Asymmetry of(
      Replicates<CrossProducts> products, int degreesOfFreedom, int... controls) {
    return Asymmetry.of(products, degreesOfFreedom, 0, List.of(new Flags(1, 2)), controls).get(0);
  }

  private static BucketedMoments survey(
      Random random, int customers, double penalty, double reward) {
    Moments[] buckets = new Moments[64];
    Arrays.setAll(buckets, bucket -> new Moments(COLUMNS));
    int customer = 0;
    for (double[] row : rows(random, customers, penalty, reward)) {
      buckets[customer++ % 64].add(row, (int) row[3], 1);
    }
    return new BucketedMoments(List.of(buckets));
  }

  /** A third each is low, in the middle, and high; history says who is likelier to be low. */
  private static List<double[]> rows(Random random, int customers, double penalty, double reward) {
    List<double[]> rows = new ArrayList<>();
    for (int customer = 0; customer < customers; customer++) {
      int history = random.nextInt(2);
      int level = random.nextInt(3 + history) % 3;
      double effect = level == 0 ? -penalty : level == 2 ? reward : 0;
      rows.add(
          new double[] {
            effect + history + 2 * random.nextGaussian(),
            level == 0 ? 1 : 0,
            level == 2 ? 1 : 0,
            history
          });
    }
    return rows;
  }
}
