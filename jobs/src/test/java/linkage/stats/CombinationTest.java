package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CombinationTest {

  private static final int BUCKETS = 64;
  private static final int[] LEVELS = {11, 5};

  /**
   * By definition: the AUC of all pairs within a fold, scored by the exact linear sum. Binning to a
   * 256th of the range ties few of them, and moves the AUC by less than 0.002.
   */
  @Test
  void isTheAucOfUnseenScoresWithinFolds() {
    var sample = new Sample(new Random(1), 600, 0.8);
    var buckets = sample.lastPass();
    double wins = 0;
    double pairs = 0;
    for (int i = 0; i < sample.levels.length; i++) {
      for (int j = 0; j < sample.levels.length; j++) {
        int fold = sample.bucket[i] % 5;
        if (sample.retained[i] && !sample.retained[j] && sample.bucket[j] % 5 == fold) {
          double[] unseen = sample.fit.withoutFold(buckets, fold, 5);
          double ahead =
              Logistic.logOdds(unseen, sample.levels[i])
                  - Logistic.logOdds(unseen, sample.levels[j]);
          pairs++;
          wins += ahead > 1e-12 ? 1 : ahead < -1e-12 ? 0 : 0.5;
        }
      }
    }

    assertThat(sample.combination().combined().value()).isCloseTo(wins / pairs, within(0.002));
  }

  /** By simulation: two metrics that know different things are better together. */
  @Test
  void findsThatMetricsAreBetterTogether() {
    var random = new Random(2);
    int better = 0;
    double difference = 0;
    for (int draw = 0; draw < 100; draw++) {
      var combination = new Sample(random, 1500, 0.8).combination();
      better += combination.isBetter() ? 1 : 0;
      difference += combination.difference().value() / 100;
    }

    assertThat(better).isGreaterThan(95);
    assertThat(difference).isBetween(0.05, 0.09);
  }

  /**
   * By simulation: a second metric of pure noise makes the combination no better, and a little
   * worse. A one-sided 2.5 % of 400 draws has a standard error of 0.8 points.
   */
  @Test
  void doesntPraiseNoise() {
    var random = new Random(3);
    int better = 0;
    double difference = 0;
    for (int draw = 0; draw < 400; draw++) {
      var combination = new Sample(random, 600, 0).combination();
      better += combination.isBetter() ? 1 : 0;
      difference += combination.difference().value() / 400;
    }

    assertThat(better / 400.0).isLessThan(0.04);
    assertThat(difference).isBetween(-0.02, 0.0);
  }

  @Test
  void isUndefinedWithoutOneOfTheClasses() {
    var none = new MetricCounts(new double[64][2], new double[64][2], new double[64][2]);

    var combination = Combination.of(none, none);

    assertThat(combination.difference().value()).isNaN();
    assertThat(combination.isBetter()).isFalse();
  }

  /** Customers with two metrics, of which the second knows as much as its effect. */
  private static final class Sample {
    private final double[][] levels;
    private final int[] bucket;
    private final boolean[] retained;
    private final Logistic fit;

    Sample(Random random, int customers, double effectOfSecond) {
      levels = new double[customers][];
      bucket = random.ints(customers, 0, BUCKETS).toArray();
      retained = new boolean[customers];
      for (int i = 0; i < customers; i++) {
        double first = random.nextGaussian();
        double second = random.nextGaussian();
        levels[i] = new double[] {clip(5 + 2 * first, 11), clip(2 + 1.2 * second, 5)};
        retained[i] =
            random.nextDouble() < Logistic.probability(1.5 + 0.8 * first + effectOfSecond * second);
      }
      fit = Logistic.fit(2, sums -> add(sums, -1));
    }

    private static double clip(double value, int levels) {
      return Math.max(0, Math.min(levels - 1, Math.rint(value)));
    }

    private void add(LogisticSums sums, int onlyBucket) {
      for (int i = 0; i < levels.length; i++) {
        if (onlyBucket < 0 || bucket[i] == onlyBucket) {
          sums.add(levels[i], retained[i] ? 1 : 0, retained[i] ? 0 : 1);
        }
      }
    }

    List<LogisticSums> lastPass() {
      return IntStream.range(0, BUCKETS)
          .mapToObj(
              only -> {
                var sums = new LogisticSums(fit.evaluatedAt());
                add(sums, only);
                return sums;
              })
          .toList();
    }

    Combination combination() {
      var score = new CombinationScore(fit, lastPass(), LEVELS);
      List<MetricCounts> counts = new ArrayList<>();
      for (int width : new int[] {CombinationScore.BINS, LEVELS[0]}) {
        double[][][] planes = new double[2][BUCKETS][width];
        for (int i = 0; i < levels.length; i++) {
          int cell = width == LEVELS[0] ? (int) levels[i][0] : score.bin(levels[i], bucket[i]);
          planes[retained[i] ? 0 : 1][bucket[i]][cell]++;
        }
        counts.add(new MetricCounts(planes[0], planes[1], new double[BUCKETS][width]));
      }
      return Combination.of(counts.get(0), counts.get(1));
    }
  }
}
