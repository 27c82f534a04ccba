package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RandomEffectsTest {

  /** Efron and Morris (1975), table 1: hits in 45 at-bats, and the average of the rest of 1970. */
  private static final int[] HITS = {
    18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7
  };

  private static final double KNOWN = Double.POSITIVE_INFINITY;

  private static final double[] REST = {
    .346, .298, .276, .222, .273, .270, .263, .210, .269, .230, .264, .256, .303, .264, .226, .285,
    .316, .200
  };

  /** Log relative risks of the BCG vaccine in thirteen trials; R: metafor, dat.bcg. */
  private static final double[] BCG = {
    -0.8893113339, -1.585388657, -1.348073148, -1.44155119, -0.2175473222, -0.7861155858,
    -1.620898224, 0.01195233352, -0.4694176487, -1.371344803, -0.3393588283, 0.4459134006,
    -0.01731394822
  };

  private static final double[] BCG_VARIANCES = {
    0.325584765, 0.1945811214, 0.4153679654, 0.0200100319, 0.05121017217, 0.006905618456,
    0.2230172476, 0.003961579298, 0.05643421046, 0.07302479361, 0.01241221397, 0.5325058452,
    0.07140465968
  };

  /**
   * With equal variances, here the binomial ones at the mean, it is James and Stein's estimator.
   * Published: mean .265, and c = .212 as the share of each player's own figure that is kept.
   */
  @Test
  void agreesWithEfronAndMorrisAboutBaseball() {
    double[] early = Arrays.stream(HITS).mapToDouble(hits -> hits / 45.0).toArray();
    double average = Sums.of(early) / early.length;
    double[] variances = new double[early.length];
    Arrays.fill(variances, average * (1 - average) / 45);

    var players = RandomEffects.of(early, variances);
    double[] shrunk =
        Arrays.stream(early)
            .map(each -> players.shrink(each, variances[0], KNOWN).value())
            .toArray();

    assertThat(players.mean()).isCloseTo(.26543, within(5e-6));
    assertThat(1 - players.factor(variances[0])).isCloseTo(.211653, within(5e-7));
    assertThat(shrunk[0]).isCloseTo(.293914, within(5e-7));
    assertThat(shrunk[17]).isCloseTo(.242176, within(5e-7));
    assertThat(squares(early)).isCloseTo(.075317, within(5e-6));
    assertThat(squares(shrunk)).isCloseTo(.021307, within(5e-6));
  }

  /** Expected numbers: comparisons_with_best.R, "bcg", by metafor. */
  @Test
  void agreesWithRAboutPauleAndMandel() {
    var trials = RandomEffects.of(BCG, BCG_VARIANCES);

    assertThat(trials.groups()).isEqualTo(13);
    assertThat(trials.variance()).isCloseTo(0.3180684522, within(1e-7));
    assertThat(trials.mean()).isCloseTo(-0.7149681535, within(1e-8));
    assertThat(Math.sqrt(1 / trials.precision())).isCloseTo(0.1808921915, within(1e-8));
    assertThat(trials.anyOther().interval().lower()).isCloseTo(-2.018558054, within(1e-7));
    assertThat(trials.anyOther().interval().upper()).isCloseTo(0.5886217472, within(1e-7));
  }

  /** By the equation it solves. */
  @Test
  void spreadsAsMuchAsItsDegreesOfFreedom() {
    var trials = RandomEffects.of(BCG, BCG_VARIANCES);

    double spread = 0;
    for (int s = 0; s < BCG.length; s++) {
      double distance = BCG[s] - trials.mean();
      spread += distance * distance / (BCG_VARIANCES[s] + trials.variance());
    }
    assertThat(spread).isCloseTo(12, within(1e-8));
  }

  /** By the formula: where groups differ by less than chance, (k - 3) / (k - 1) is the most. */
  @Test
  void drawsGroupsThatDifferByLessThanChanceAsFarAsItMay() {
    var alike = RandomEffects.of(new double[] {1, 1.1, 0.9, 1, 1}, new double[] {1, 1, 2, 3, 4});

    assertThat(alike.variance()).isZero();
    assertThat(alike.factor(1)).isEqualTo(0.5);
    assertThat(alike.shrink(1.1, 1, KNOWN).value())
        .isCloseTo(1.1 - 0.5 * (1.1 - alike.mean()), within(1e-12));
  }

  @Test
  void saysNothingBelowFourGroups() {
    double[] three = {0.1, 0.4, 0.2, Double.NaN, 0.3, Double.POSITIVE_INFINITY};
    double[] variances = {0.01, 0.02, 0.01, 0.01, 0, 0.01};

    var few = RandomEffects.of(three, variances);

    assertThat(few.groups()).isEqualTo(3);
    assertThat(few.mean()).isNaN();
    assertThat(few.shrink(0.1, 0.01, KNOWN)).isEqualTo(RandomEffects.Shrunk.UNDEFINED);
    assertThat(few.anyOther()).isEqualTo(RandomEffects.Shrunk.UNDEFINED);
  }

  @Test
  void saysNothingOfAGroupWithoutAVariance() {
    var trials = RandomEffects.of(BCG, BCG_VARIANCES);

    assertThat(trials.shrink(0.1, Double.NaN, KNOWN)).isEqualTo(RandomEffects.Shrunk.UNDEFINED);
    assertThat(trials.shrink(Double.NaN, 0.1, KNOWN)).isEqualTo(RandomEffects.Shrunk.UNDEFINED);
    assertThat(trials.shrink(0.1, 0, KNOWN)).isEqualTo(RandomEffects.Shrunk.UNDEFINED);
  }

  /**
   * Simulated: groups' truths are normal, their variances differ tenfold. Over 2,000 draws the
   * intervals hold the truth in about 95 % of groups (in more where the groups hardly differ, since
   * they may then be drawn further than is allowed), and shrinking errs less than not.
   */
  @Test
  void holdsTheTruthOfNineteenGroupsInTwenty() {
    for (double between : new double[] {0.05, 0.3, 1}) {
      for (int groups : new int[] {5, 20}) {
        var random = new Random(groups);
        int held = 0;
        double raw = 0;
        double shrunk = 0;
        for (int draw = 0; draw < 2000; draw++) {
          double[] truth = new double[groups];
          double[] own = new double[groups];
          double[] variances = new double[groups];
          for (int s = 0; s < groups; s++) {
            variances[s] = 0.02 + 0.18 * s / groups;
            truth[s] = 0.7 + between * random.nextGaussian();
            own[s] = truth[s] + Math.sqrt(variances[s]) * random.nextGaussian();
          }
          var set = RandomEffects.of(own, variances);
          for (int s = 0; s < groups; s++) {
            var drawn = set.shrink(own[s], variances[s], KNOWN);
            held += drawn.interval().contains(truth[s]) ? 1 : 0;
            raw += (own[s] - truth[s]) * (own[s] - truth[s]);
            shrunk += (drawn.value() - truth[s]) * (drawn.value() - truth[s]);
          }
        }
        assertThat(held / (2000.0 * groups)).as("%s, %s", between, groups).isGreaterThan(0.935);
        assertThat(shrunk).as("%s, %s", between, groups).isLessThan(raw);
      }
    }
  }

  private static double squares(double[] averages) {
    double squares = 0;
    for (int player = 0; player < averages.length; player++) {
      squares += (averages[player] - REST[player]) * (averages[player] - REST[player]);
    }
    return squares;
  }
}
