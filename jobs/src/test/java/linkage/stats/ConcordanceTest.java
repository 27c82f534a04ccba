package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import linkage.stats.FollowUpExample.Seen;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ConcordanceTest {

  /** The definition as oracle: every pair of observations is put into one count or none. */
  @Property(tries = 60)
  void agreesWithLookingAtEveryPair(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int h) {
    List<Seen> seen = FollowUpExample.random(seed, 70).stream().map(each -> each.upTo(h)).toList();
    double[] counts = new double[5];
    for (int i = 0; i < seen.size(); i++) {
      for (int j = 0; j < i; j++) {
        Seen some = seen.get(i);
        Seen other = seen.get(j);
        int count = count(some, other);
        if (count >= 0) {
          counts[count]++;
        }
      }
    }

    Concordance pairs = FollowUpExample.count(FollowUpExample.random(seed, 70)).upTo(h).pairs();

    assertThat(pairs)
        .isEqualTo(new Concordance(counts[0], counts[1], counts[2], counts[3], counts[4]));
  }

  private static int count(Seen some, Seen other) {
    int order = Integer.compare(some.level(), other.level());
    if (some.isLost() && other.isLost() && some.period() == other.period()) {
      return order == 0 ? 4 : 3;
    }
    // Of one period, losses come before censorings.
    boolean someFirst =
        some.isLost()
            && (some.period() < other.period()
                || some.period() == other.period() && !other.isLost());
    boolean otherFirst =
        other.isLost()
            && (other.period() < some.period()
                || other.period() == some.period() && !some.isLost());
    if (!someFirst && !otherFirst) {
      return -1;
    }
    int agreement = someFirst ? -order : order;
    return agreement > 0 ? 0 : agreement < 0 ? 1 : 2;
  }

  /**
   * Seven observations on which programs disagree: scikit-survival, issue 428. Times 11, 11, 26,
   * 89, 128, 299, 300, of which 11, 89 and 299 are losses; tau is 299, and a loss on it doesn't
   * count. Levels are the ranks of the risks, the highest risk being the least favourable.
   */
  @Test
  void givesEachProgramsValueUnderThatProgramsTieRule() {
    double[][] lost = new double[5][7];
    double[][] censored = new double[5][7];
    // Periods 1 to 4 end on days 11, 26, 89 and 128; later follow-up ends with the last.
    lost[1][2] = 1;
    lost[3][6] = 1;
    censored[1][0] = 1;
    censored[2][3] = 1;
    censored[4][4] = 1;
    censored[4][1] = 1;
    censored[4][5] = 1;
    // By hand: of 6 left after the loss on day 11 one is censored, of 5 then one on day 26.
    double[] leftLimit = {1, 1, 5. / 6, 2. / 3, 2. / 3};
    double[] rightContinuous = {1, 5. / 6, 2. / 3, 2. / 3, 1. / 2};
    assertThat(Censoring.leftLimits(Sums.ofRows(lost), Sums.ofRows(censored)))
        .containsExactly(leftLimit, within(1e-15));

    // A pair of a loss and a censoring on the same day is ordered, as everywhere here …
    assertThat(Concordance.weighted(lost, censored).value()).isCloseTo(0.3137255, within(5e-8));
    // … and with the other limit of Ĝ it is scikit-survival's value.
    assertThat(Concordance.of(lost, censored, inverseSquares(rightContinuous)).value())
        .isCloseTo(0.37426900584795325, within(1e-15));

    // Whoever is censored on day 11 goes before the loss of that day: the pair isn't ordered.
    censored[0][0] = 1;
    censored[1][0] = 0;
    assertThat(Concordance.of(lost, censored, inverseSquares(leftLimit)).value())
        .isCloseTo(0.3404255, within(5e-8));
    // This is the value of the R package survAUC.
    assertThat(Concordance.of(lost, censored, inverseSquares(rightContinuous)).value())
        .isCloseTo(0.4129032, within(5e-8));
  }

  private static double[] inverseSquares(double[] followed) {
    return java.util.Arrays.stream(followed).map(g -> 1 / (g * g)).toArray();
  }

  /**
   * The acute myelogenous leukaemia example of the R package survival, tests/concordance.Rout.save:
   * unweighted counts 24, 14, 2, 0. Times 9, 13, 13+, 18, 23, 28+, 31, 34, 45+, 48, 161+.
   */
  @Test
  void countsTheMaintainedPatientsOfAmlAsSurvivalDoes() {
    int[] time = {9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161};
    boolean[] isLost = {true, true, false, true, true, false, true, true, false, true, false};
    int[] score = {1, 6, 2, 7, 3, 7, 3, 8, 4, 4, 5};
    double[][] lost = new double[162][9];
    double[][] censored = new double[162][9];
    for (int i = 0; i < time.length; i++) {
      (isLost[i] ? lost : censored)[time[i]][score[i]]++;
    }

    assertThat(Concordance.of(lost, censored)).isEqualTo(new Concordance(24, 14, 2, 0, 0));
  }

  @Test
  void hasNoValueWithoutAPairThatCanBeOrdered() {
    double[][] none = new double[2][3];

    assertThat(Concordance.of(none, none).value()).isNaN();
    assertThat(Concordance.of(new double[][] {{0, 0, 0}, {1, 2, 0}}, none).value()).isNaN();
  }
}
