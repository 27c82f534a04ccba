package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected verdicts follow from the rules; the first metric leads unless a test says otherwise. */
class VerdictTest {

  private static final Support ENOUGH = new Support(40, 64);
  private static final double SMALL_Q = 0.001;

  /** Adjusted p-values of signals, with the AUC that goes with each: above or below one half. */
  private static final Estimate SIGNAL = auc(0.65);

  private static final Estimate NOTHING = auc(0.501);
  private static final Estimate REVERSED = auc(0.35);

  private static final Interval AHEAD = new Interval(0.01, 0.1);
  private static final Interval UNSURE = new Interval(-0.01, 0.1);
  private static final Interval FAR_BEHIND = new Interval(-0.1, 0.01);
  private static final Interval ALIKE = new Interval(-0.02, 0.02);

  @Test
  void isClearWhenTheLeaderBeatsEveryOther() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(SIGNAL, NOTHING, REVERSED), AHEAD, AHEAD))
        .isEqualTo(Verdict.CLEAR);
  }

  @Test
  void isNotClearWhenOneOtherMayBeAsGood() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(SIGNAL, SIGNAL, SIGNAL), AHEAD, UNSURE))
        .isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void isNotClearWhenTheLeadIsOneOfManyLooks() {
    assertThat(verdict(ENOUGH, 0.05, aucs(SIGNAL, SIGNAL), AHEAD)).isEqualTo(Verdict.CLEAR);
    assertThat(verdict(ENOUGH, 0.051, aucs(SIGNAL, SIGNAL), AHEAD)).isEqualTo(Verdict.UNDECIDED);
    assertThat(verdict(ENOUGH, Double.NaN, aucs(SIGNAL, SIGNAL), AHEAD))
        .isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void isNotClearWhenTheLeaderItselfMayTellNothing() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(NOTHING, SIGNAL), AHEAD)).isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void isNotClearWithoutAnInterval() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(SIGNAL, SIGNAL), Interval.UNDEFINED))
        .isEqualTo(Verdict.UNDECIDED);
  }

  /** The bounds of the leader and of the others can disagree; then the more careful ones count. */
  @Test
  void isNotClearWhileAnotherIsInTheBestSet() {
    var withBest = withBest(bits(0, 1), List.of(AHEAD, FAR_BEHIND), new Interval(0, 0), AHEAD);

    assertThat(Verdict.of(comparison(ENOUGH, aucs(SIGNAL, SIGNAL), withBest), new BitSet(), 0))
        .isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void isATieWhenNoMetricFallsShortOfTheBestByMuch() {
    assertThat(tied(aucs(SIGNAL, SIGNAL, SIGNAL), ALIKE, ALIKE, ALIKE)).isEqualTo(Verdict.TIE);
    assertThat(tied(aucs(SIGNAL, SIGNAL, SIGNAL), ALIKE, ALIKE, new Interval(-0.021, 0.01)))
        .isEqualTo(Verdict.UNDECIDED);
    assertThat(tied(aucs(SIGNAL, SIGNAL), ALIKE, Interval.UNDEFINED)).isEqualTo(Verdict.UNDECIDED);
  }

  /** The order of the rules: a lead can be both sure and too small to matter; sure comes first. */
  @Test
  void isClearBeforeItIsATie() {
    var withBest =
        withBest(
            bits(0),
            List.of(new Interval(0, 0.01), new Interval(-0.01, 0)),
            new Interval(0, 0),
            new Interval(0.001, 0.01));
    var comparison = comparison(ENOUGH, aucs(SIGNAL, SIGNAL), withBest);

    assertThat(Verdict.of(comparison, new BitSet(), 0.04)).isEqualTo(Verdict.CLEAR);
    assertThat(Verdict.of(comparison, new BitSet(), 0.06)).isEqualTo(Verdict.TIE);
  }

  @Test
  void seesNoSignalWhenNoAucDiffersFromOneHalf() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(NOTHING, NOTHING), AHEAD))
        .isEqualTo(Verdict.NO_SIGNAL);
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(NOTHING, auc(Double.NaN)), AHEAD))
        .isEqualTo(Verdict.NO_SIGNAL);
  }

  @Test
  void seesTheWrongDirectionWhenTheOnlySignalIsReversed() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(NOTHING, REVERSED), AHEAD))
        .isEqualTo(Verdict.WRONG_DIRECTION);
  }

  @Test
  void isInsufficientBeforeAnythingIsSaidAboutTheMetrics() {
    assertThat(verdict(new Support(9, 64), SMALL_Q, aucs(SIGNAL, NOTHING), AHEAD))
        .isEqualTo(Verdict.INSUFFICIENT);
  }

  @Test
  void isInsufficientWithoutALeader() {
    double nan = Double.NaN;
    var nobodyLost =
        comparison(
            new Support(0, 64),
            aucs(auc(nan), auc(nan)),
            ComparisonsWithBest.of(
                new double[] {nan, nan}, new double[][] {{nan, nan}, {nan, nan}}, -1));

    assertThat(Verdict.of(nobodyLost, new BitSet(), 1)).isEqualTo(Verdict.INSUFFICIENT);
  }

  @Test
  void letsNoSuspectedMetricWin() {
    var comparison = comparison(ENOUGH, aucs(SIGNAL, NOTHING), leading(AHEAD));

    assertThat(Verdict.of(comparison, bits(0), SMALL_Q)).isEqualTo(Verdict.LEAK_SUSPECTED);
    assertThat(Verdict.of(comparison, bits(1), SMALL_Q)).isEqualTo(Verdict.CLEAR);
  }

  /** A single metric can't be better than others; with a signal, what lacks is a second metric. */
  @Test
  void isAloneWithASingleMetricThatPredicts() {
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(SIGNAL))).isEqualTo(Verdict.ALONE);
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(NOTHING))).isEqualTo(Verdict.NO_SIGNAL);
    assertThat(verdict(ENOUGH, SMALL_Q, aucs(REVERSED))).isEqualTo(Verdict.WRONG_DIRECTION);
    assertThat(verdict(new Support(9, 64), SMALL_Q, aucs(SIGNAL))).isEqualTo(Verdict.INSUFFICIENT);
  }

  @Test
  void isNamedAsInMarts() {
    assertThat(Arrays.stream(Verdict.values()).map(Verdict::label))
        .containsExactly(
            "leak_suspected",
            "insufficient",
            "no_signal",
            "wrong_direction",
            "insufficient",
            "clear",
            "tie",
            "undecided");
  }

  /** The leader's differences from each other metric; those above 0 leave it the only best. */
  private static Verdict verdict(
      Support support, double q, List<Estimate> aucs, Interval... differences) {
    return Verdict.of(comparison(support, aucs, leading(differences)), new BitSet(), q);
  }

  private static ComparisonsWithBest leading(Interval... differences) {
    Interval[] all = new Interval[differences.length + 1];
    System.arraycopy(differences, 0, all, 1, differences.length);
    all[0] = new Interval(0, 0);
    var best = bits(0);
    for (int i = 1; i < all.length; i++) {
      best.set(i, !(all[i].lower() > 0));
    }
    return withBest(best, Collections.nCopies(all.length, FAR_BEHIND), all);
  }

  private static Verdict tied(List<Estimate> aucs, Interval... leads) {
    Interval[] differences = Collections.nCopies(leads.length, UNSURE).toArray(Interval[]::new);
    var best = new BitSet();
    best.set(0, leads.length);
    return Verdict.of(
        comparison(ENOUGH, aucs, withBest(best, List.of(leads), differences)), new BitSet(), 1);
  }

  private static ComparisonsWithBest withBest(
      BitSet best, List<Interval> leads, Interval... differences) {
    return new ComparisonsWithBest(
        0,
        differences.length > 1 ? 1 : -1,
        best,
        new double[leads.size()],
        leads,
        List.of(differences),
        CriticalValue.UNDEFINED,
        Double.NaN);
  }

  private static Comparison comparison(
      Support support, List<Estimate> aucs, ComparisonsWithBest withBest) {
    double[] signals =
        aucs.stream()
            .mapToDouble(
                auc -> auc == NOTHING ? 0.051 : Double.isNaN(auc.value()) ? Double.NaN : 0.05)
            .toArray();
    return new Comparison(aucs, signals, new double[0][], support, 100, withBest);
  }

  private static Estimate auc(double value) {
    return new Estimate(value, 0.001, 39, new Interval(value - 0.06, value + 0.06));
  }

  private static List<Estimate> aucs(Estimate... aucs) {
    return List.of(aucs);
  }

  private static BitSet bits(int... metrics) {
    var bits = new BitSet();
    for (int metric : metrics) {
      bits.set(metric);
    }
    return bits;
  }
}
