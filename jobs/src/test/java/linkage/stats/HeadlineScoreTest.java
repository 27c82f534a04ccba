package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HeadlineScoreTest {

  private static final double[] ZERO_TO_TEN = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  private static final double[] ONE_TO_FIVE = {1, 2, 3, 4, 5};

  /**
   * Rowe, R-bloggers (2016): Var = [p + d - (p - d)²] / n. With one response per bucket the
   * jackknife is that variance, with n - 1 for n. Here p = 0.5 and d = 0.2 of n = 100.
   */
  @Test
  void agreesWithTheVarianceOfTheNetPromoterScore() {
    var nps = HeadlineScore.NPS.of(answers(20, 30, 50), ZERO_TO_TEN);

    double variance = (0.5 + 0.2 - 0.3 * 0.3) / 99;
    assertThat(nps.value()).isCloseTo(30, within(1e-12));
    assertThat(nps.standardError()).isCloseTo(100 * Math.sqrt(variance), within(1e-9));
    assertThat(nps.degreesOfFreedom()).isEqualTo(99);
  }

  /** Rowe, as above: with p = d = 1/3 the 95 % interval is about 320 / √n wide. */
  @Test
  void hasTheWidthOfTheRuleOfThumb() {
    var interval = HeadlineScore.NPS.of(answers(300, 300, 300), ZERO_TO_TEN).interval();

    assertThat((interval.upper() - interval.lower()) * Math.sqrt(900)).isCloseTo(320, within(1.5));
  }

  /** By hand: 2 of 8 responses at the top, 3 of 8 in the top two. */
  @Test
  void countsTheBestAnswers() {
    double[][] counts = {{1, 2, 0, 0, 1}, {1, 0, 1, 1, 1}};

    assertThat(HeadlineScore.TOP_BOX.of(counts, ONE_TO_FIVE).value()).isEqualTo(0.25);
    assertThat(HeadlineScore.TOP2_BOX.of(counts, ONE_TO_FIVE).value()).isEqualTo(0.375);
  }

  /** By hand: (1 + 2 + 2 + 5 + 1 + 3 + 4 + 5) / 8, and 6 less that when 1 is the best answer. */
  @Test
  void averagesOnTheRawScaleInItsOwnDirection() {
    double[][] counts = {{1, 2, 0, 0, 1}, {1, 0, 1, 1, 1}};
    double[] fiveToOne = {5, 4, 3, 2, 1};

    assertThat(HeadlineScore.MEAN.of(counts, ONE_TO_FIVE).value()).isEqualTo(23 / 8.0);
    assertThat(HeadlineScore.MEAN.of(counts, fiveToOne).value()).isEqualTo(6 - 23 / 8.0);
  }

  @Test
  void staysOnTheScale() {
    double[][] counts = {{0, 0, 0, 0, 9}, {0, 0, 0, 1, 0}, {0, 0, 0, 0, 3}};

    assertThat(HeadlineScore.MEAN.of(counts, ONE_TO_FIVE).interval().within(1, 5)).isTrue();
  }

  /** By the formula: Wilson's interval of 20 in 20 starts at 1 - 0.16112515…, R's prop.test. */
  @Test
  void keepsAWidthWhenEverybodyAnswersAlike() {
    var nps = HeadlineScore.NPS.of(answers(0, 0, 20), ZERO_TO_TEN);
    var top = HeadlineScore.TOP_BOX.of(answers(0, 0, 20), ZERO_TO_TEN);

    double lowestShare = 1 - 0.1611251580528193;
    assertThat(nps.value()).isEqualTo(100);
    assertThat(nps.interval().lower()).isCloseTo(-100 + 200 * lowestShare, within(1e-9));
    assertThat(nps.interval().upper()).isEqualTo(100);
    assertThat(top.interval().lower()).isCloseTo(lowestShare, within(1e-9));
  }

  @Test
  void isNanWhereItDoesNotFitTheScaleOrNobodyAnswered() {
    assertThat(HeadlineScore.NPS.of(new double[][] {{1, 2, 3, 4, 5}}, ONE_TO_FIVE).value()).isNaN();
    assertThat(HeadlineScore.MEAN.of(new double[64][5], ONE_TO_FIVE).value()).isNaN();
    assertThat(HeadlineScore.TOP_BOX.of(new double[64][5], ONE_TO_FIVE).value()).isNaN();
  }

  @Test
  void isNamedAsInMarts() {
    assertThat(Arrays.stream(HeadlineScore.values()).map(HeadlineScore::label))
        .containsExactly("nps", "top_box", "top2_box", "mean");
  }

  /** One response per bucket: detractors answer 3, passives 8, promoters 10. */
  private static double[][] answers(int detractors, int passives, int promoters) {
    double[][] counts = new double[detractors + passives + promoters][11];
    for (int bucket = 0; bucket < counts.length; bucket++) {
      int score = bucket < detractors ? 3 : bucket < detractors + passives ? 8 : 10;
      counts[bucket][score] = 1;
    }
    return counts;
  }
}
