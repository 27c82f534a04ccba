package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Expected verdicts follow from the rules; the first metric leads unless a test says otherwise. */
class VerdictTest {

  private static final Support ENOUGH = new Support(40, 64);
  private static final double SMALL_Q = 0.001;
  private static final Interval SIGNAL = new Interval(0.6, 0.7);
  private static final Interval NOTHING = new Interval(0.45, 0.55);
  private static final Interval REVERSED = new Interval(0.3, 0.4);
  private static final Interval SELF = new Interval(0, 0);
  private static final Interval AHEAD = new Interval(0.01, 0.1);
  private static final Interval ALIKE = new Interval(-0.02, 0.02);
  private static final Interval UNSURE = new Interval(-0.01, 0.1);

  @Test
  void isClearWhenTheLeaderBeatsEveryOther() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(SIGNAL, NOTHING, REVERSED), SELF, AHEAD, AHEAD))
        .isEqualTo(Verdict.CLEAR);
  }

  @Test
  void isNotClearWhenOneOtherMayBeAsGood() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(SIGNAL, SIGNAL, SIGNAL), SELF, AHEAD, UNSURE))
        .isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void isNotClearWhenTheLeadIsOneOfManyLooks() {
    assertThat(verdict(ENOUGH, 0.05, aucs(SIGNAL, SIGNAL), SELF, AHEAD)).isEqualTo(Verdict.CLEAR);
    assertThat(verdict(ENOUGH, 0.051, aucs(SIGNAL, SIGNAL), SELF, AHEAD))
        .isEqualTo(Verdict.UNDECIDED);
    assertThat(verdict(ENOUGH, Double.NaN, aucs(SIGNAL, SIGNAL), SELF, AHEAD))
        .isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void isNotClearWhenTheLeaderItselfMayTellNothing() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(NOTHING, SIGNAL), SELF, AHEAD))
        .isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void isNotClearWithoutAnInterval() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(SIGNAL, SIGNAL), SELF, Interval.UNDEFINED))
        .isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void isATieWhenEveryDifferenceIsKnownToBeSmall() {
    assertThat(verdict(ENOUGH, 1, aucs(SIGNAL, SIGNAL, SIGNAL), SELF, ALIKE, ALIKE))
        .isEqualTo(Verdict.TIE);
    assertThat(verdict(ENOUGH, 1, aucs(SIGNAL, SIGNAL, SIGNAL), SELF, ALIKE, UNSURE))
        .isEqualTo(Verdict.UNDECIDED);
  }

  /** The order of the rules: a lead can be both sure and too small to matter; sure comes first. */
  @Test
  void isClearBeforeItIsATie() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(SIGNAL, SIGNAL), SELF, new Interval(0.001, 0.01)))
        .isEqualTo(Verdict.CLEAR);
  }

  @Test
  void seesNoSignalWhenEveryIntervalHoldsOneHalf() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(NOTHING, NOTHING), SELF, AHEAD))
        .isEqualTo(Verdict.NO_SIGNAL);
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(NOTHING, Interval.UNDEFINED), SELF, AHEAD))
        .isEqualTo(Verdict.NO_SIGNAL);
  }

  @Test
  void seesTheWrongDirectionWhenTheOnlySignalIsReversed() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(NOTHING, REVERSED), SELF, AHEAD))
        .isEqualTo(Verdict.WRONG_DIRECTION);
  }

  @Test
  void isInsufficientBeforeAnythingIsSaidAboutTheMetrics() {
    assertThat(verdict(new Support(9, 64), SMALL_Q, aucs(SIGNAL, NOTHING), SELF, AHEAD))
        .isEqualTo(Verdict.INSUFFICIENT);
  }

  @Test
  void isInsufficientWithoutALeader() {
    var nobodyLost = new Comparison(List.of(), new Support(0, 64), 0, -1, -1, List.of());

    assertThat(Verdict.of(nobodyLost, new BitSet(), 1)).isEqualTo(Verdict.INSUFFICIENT);
  }

  @Test
  void letsNoSuspectedMetricWin() {
    var comparison = comparison(ENOUGH, aucs(SIGNAL, NOTHING), SELF, AHEAD);

    assertThat(Verdict.of(comparison, suspected(0), SMALL_Q)).isEqualTo(Verdict.LEAK_SUSPECTED);
    assertThat(Verdict.of(comparison, suspected(1), SMALL_Q)).isEqualTo(Verdict.CLEAR);
  }

  /** A single metric can't be better than others; with a signal, what lacks is a second metric. */
  @Test
  void neverCallsASingleMetricClearOrATie() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(SIGNAL), SELF)).isEqualTo(Verdict.UNDECIDED);
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(NOTHING), SELF)).isEqualTo(Verdict.NO_SIGNAL);
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(REVERSED), SELF)).isEqualTo(Verdict.WRONG_DIRECTION);
  }

  @Test
  void isNamedAsInMarts() {
    assertThat(Arrays.stream(Verdict.values()).map(Verdict::label))
        .containsExactly(
            "leak_suspected",
            "insufficient",
            "no_signal",
            "wrong_direction",
            "clear",
            "tie",
            "undecided");
  }

  private static Verdict verdict(
      Support support, double q, List<Interval> aucs, Interval... differences) {
    return Verdict.of(comparison(support, aucs, differences), new BitSet(), q);
  }

  private static Comparison comparison(
      Support support, List<Interval> aucs, Interval... differences) {
    return new Comparison(
        estimates(aucs),
        support,
        100,
        0,
        aucs.size() > 1 ? 1 : -1,
        estimates(List.of(differences)));
  }

  private static List<Estimate> estimates(List<Interval> intervals) {
    return intervals.stream()
        .map(each -> new Estimate((each.lower() + each.upper()) / 2, 0.001, 39, each))
        .toList();
  }

  private static List<Interval> aucs(Interval... intervals) {
    return List.of(intervals);
  }

  private static BitSet suspected(int... metrics) {
    var suspected = new BitSet();
    IntStream.of(metrics).forEach(suspected::set);
    return suspected;
  }
}
