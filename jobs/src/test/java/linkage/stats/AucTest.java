package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class AucTest {

  /**
   * Subarachnoid haemorrhage (aSAH): patients by WFNS grade, 5 to 1, so that the favourable end
   * comes last. A good outcome stands for retained, a poor one for lost.
   */
  private static final double[] GOOD = {4, 8, 3, 20, 37};

  private static final double[] POOR = {18, 8, 1, 12, 2};

  /** pROC, tests/testthat/test-roc.test: the AUC of wfns. */
  @Test
  void agreesWithThePublishedAucOfAnOrdinalScale() {
    assertThat(Auc.of(GOOD, POOR)).isCloseTo(0.8236788617886179, within(1e-12));
  }

  /** pROC, tests/testthat/test-var: the DeLong variance of wfns. */
  @Test
  void agreesWithThePublishedDelongVarianceOfAnOrdinalScale() {
    assertThat(Auc.delongVariance(GOOD, POOR)).isCloseTo(0.00146991470882363, within(1e-12));
  }

  /** By hand: the pairs are (2 above 0), (2 above 1), (1 above 0) and one tie: 3.5 of 4. */
  @Test
  void countsATieAsOneHalf() {
    assertThat(Auc.of(new double[] {0, 1, 1}, new double[] {1, 1, 0})).isEqualTo(0.875);
  }

  /** By definition: every retained observation scores above every lost one, or below. */
  @Test
  void isOneOrZeroWhenTheScoreSeparatesPerfectly() {
    assertThat(Auc.of(new double[] {0, 5}, new double[] {3, 0})).isEqualTo(1);
    assertThat(Auc.of(new double[] {3, 0}, new double[] {0, 5})).isEqualTo(0);
  }

  /** By definition: all pairs are ties. */
  @Test
  void isOneHalfWhenEverybodyAnswersAlike() {
    assertThat(Auc.of(new double[] {0, 7, 0}, new double[] {0, 3, 0})).isEqualTo(0.5);
  }

  @Test
  void isNanWithoutBothOutcomes() {
    double[] nobody = new double[3];
    double[] somebody = {1, 2, 3};

    assertThat(Auc.of(nobody, somebody)).isNaN();
    assertThat(Auc.of(somebody, nobody)).isNaN();
    assertThat(Auc.of(new double[0], new double[0])).isNaN();
    assertThat(Auc.delongVariance(nobody, somebody)).isNaN();
    assertThat(Auc.delongVariance(somebody, new double[] {1, 0, 0})).isNaN();
  }

  /** The definition as oracle: all n² pairs of a seeded random table with many ties. */
  @RepeatedTest(20)
  void agreesWithCountingEveryPair(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    int[] retained = random.ints(60, 0, 11).toArray();
    int[] lost = random.ints(25, 0, 8).toArray();

    assertThat(Auc.of(counted(retained, 11), counted(lost, 11)))
        .isCloseTo(PairedDelong.auc(retained, lost), within(1e-12));
  }

  /**
   * DeLong's definition as oracle: sample variances of the placements, observation by observation.
   */
  @RepeatedTest(20)
  void agreesWithDelongVarianceOfEveryObservation(RepetitionInfo repetition) {
    var random = new Random(1000 + repetition.getCurrentRepetition());
    int[] retained = random.ints(60, 2, 11).toArray();
    int[] lost = random.ints(25, 0, 8).toArray();

    assertThat(Auc.delongVariance(counted(retained, 11), counted(lost, 11)))
        .isCloseTo(PairedDelong.covariance(retained, lost, retained, lost), within(1e-12));
  }

  /** By symmetry: reversing the scale, or exchanging the outcomes, turns every pair round. */
  @Property
  void turnsRoundWithTheScaleAndWithTheOutcome(
      @ForAll @Size(5) List<@IntRange(max = 40) Integer> retained,
      @ForAll @Size(5) List<@IntRange(max = 40) Integer> lost) {
    double[] kept = plusOne(retained);
    double[] gone = plusOne(lost);
    double auc = Auc.of(kept, gone);

    assertThat(auc).isBetween(0.0, 1.0);
    assertThat(Auc.of(gone, kept)).isCloseTo(1 - auc, within(1e-12));
    assertThat(Auc.of(reversed(kept), reversed(gone))).isCloseTo(1 - auc, within(1e-12));
  }

  /**
   * By hand: retained at 1 and 2, lost at 0. Raw, both pairs are above: 1. As top box, one pair is
   * above and one is a tie: 0.75.
   */
  @Test
  void losesWhatACodingMerges() {
    double[] retained = {0, 1, 1};
    double[] lost = {1, 0, 0};

    assertThat(Auc.lostByCoding(retained, lost, Coding.TOP_BOX)).isEqualTo(0.25);
    assertThat(Auc.lostByCoding(retained, lost, Coding.RAW)).isEqualTo(0);
    assertThat(Auc.lostByCoding(retained, lost, Coding.NPS3)).isNaN();
  }

  private static double[] counted(int[] scores, int levels) {
    double[] counts = new double[levels];
    for (int score : scores) {
      counts[score]++;
    }
    return counts;
  }

  private static double[] plusOne(List<Integer> counts) {
    return counts.stream().mapToDouble(count -> count + 1).toArray();
  }

  private static double[] reversed(double[] counts) {
    double[] reversed = new double[counts.length];
    for (int level = 0; level < counts.length; level++) {
      reversed[level] = counts[counts.length - 1 - level];
    }
    return reversed;
  }
}
