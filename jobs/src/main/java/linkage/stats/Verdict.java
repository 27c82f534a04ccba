package linkage.stats;

import java.util.BitSet;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What can be said about which metric is best, in a segment, for an outcome.
 *
 * <p>The constants stand in the order in which they are tried: the first that applies is the
 * verdict.
 */
public enum Verdict {
  /** The metric with the highest AUC looks as if it knew the outcome: it can't win unexamined. */
  LEAK_SUSPECTED,

  /** Too few buckets hold a loss, or a retained customer, to say anything. */
  INSUFFICIENT,

  /** No metric is a signal: none tells anything about the outcome, beyond chance. */
  NO_SIGNAL,

  /** Some metric is a signal, but only with an AUC below 0.5: it points the wrong way. */
  WRONG_DIRECTION,

  /**
   * The only metric predicts, and there is no other to compare it with: it can't be called the
   * best. Marts say {@code insufficient}, since what lacks is data, and a sentence of its own.
   */
  ALONE {
    @Override
    public String label() {
      return INSUFFICIENT.label();
    }
  },

  /**
   * One metric is better than every other, and predicts in the right direction. Both must be beyond
   * chance, also counting that many segments were looked at, and twelve times a year.
   */
  CLEAR,

  /** The metrics are as good as each other: every difference is known to be within ±0.02. */
  TIE,

  /** The metrics may differ, and the data can't tell yet. */
  UNDECIDED;

  /** Differences of AUC within this, either way, don't matter to anybody. */
  public static final double TIE_MARGIN = 0.02;

  /** The largest Benjamini–Hochberg q of a clear verdict. */
  public static final double LARGEST_Q = 0.05;

  /**
   * Decides.
   *
   * <p><b>Formula:</b> the first that applies of the constants above. What is a signal, and what
   * predicts, says the {@link Comparison}: its p-values are adjusted for the number of metrics, so
   * that where no metric tells anything, some verdict other than {@link #NO_SIGNAL} is given in at
   * most 5 % of segments. {@link #CLEAR} needs the leader to predict, each of its {@link
   * ComparisonsWithBest#differences} to lie above 0, the best set to hold no other, and q ≤ {@value
   * #LARGEST_Q}. {@link #TIE} needs each lead's interval above -{@value #TIE_MARGIN}: no metric
   * falls short of the best of the others by more, so no two differ by more.
   *
   * <p><b>Nulls and edges:</b> a q of {@code NaN} is not clear.
   *
   * <p><b>Cost:</b> O(metrics).
   *
   * @param comparison the metrics on the observations that answered all of them
   * @param suspected the metrics, by index in the comparison, that {@link LeakSuspicion} names
   * @param q the {@link BenjaminiHochberg} adjusted {@link Looks#ofYear} of the {@link
   *     ComparisonsWithBest#pValue} of this segment, among those of its segment set
   */
  public static Verdict of(Comparison comparison, BitSet suspected, double q) {
    int leader = comparison.leader();
    if (leader >= 0 && suspected.get(leader)) {
      return LEAK_SUSPECTED;
    }
    if (leader < 0 || comparison.support().insufficient()) {
      return INSUFFICIENT;
    }

    int metrics = comparison.aucs().size();
    if (IntStream.range(0, metrics).noneMatch(comparison::isSignal)) {
      return NO_SIGNAL;
    }
    if (IntStream.range(0, metrics).noneMatch(comparison::predicts)) {
      return WRONG_DIRECTION;
    }
    if (metrics == 1) {
      return ALONE;
    }
    return compared(comparison, q);
  }

  private static Verdict compared(Comparison comparison, double q) {
    var withBest = comparison.withBest();
    boolean beatsAll = withBest.margin().lower() > 0 && withBest.bestSet().cardinality() == 1;
    if (beatsAll && comparison.predicts(withBest.leader()) && q <= LARGEST_Q) {
      return CLEAR;
    }
    boolean allAlike =
        withBest.leadIntervals().stream().allMatch(lead -> lead.lower() >= -TIE_MARGIN);
    return allAlike ? TIE : UNDECIDED;
  }

  /** The name of the verdict in marts, such as {@code leak_suspected}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
