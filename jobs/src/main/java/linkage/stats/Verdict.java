package linkage.stats;

import java.util.BitSet;
import java.util.List;
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

  /** No metric's interval excludes 0.5: none tells anything about the outcome. */
  NO_SIGNAL,

  /** Some interval excludes 0.5, but only from below: what signal there is points the wrong way. */
  WRONG_DIRECTION,

  /**
   * One metric is better than every other, and predicts in the right direction. Both must be beyond
   * chance, also counting that many segments were looked at.
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
   * <p><b>Formula:</b> the first that applies of the constants above. The 0.5 is compared with the
   * AUC intervals on the common sample. {@link #CLEAR} needs the leader's own interval above 0.5,
   * each lower bound of leader minus other above 0, and q ≤ {@value #LARGEST_Q}; the bounds are
   * those of two-sided 95 % intervals, so one-sided 97.5 %.
   *
   * <p><b>Nulls and edges:</b> a single metric is never clear and never a tie, since both compare.
   * If it has a signal in the right direction, the verdict is {@link #UNDECIDED}: no more losses
   * would help, only a second metric ({@link Comparison#lossesNeeded} is {@code NaN}). A q of
   * {@code NaN} is not clear.
   *
   * <p><b>Cost:</b> O(metrics).
   *
   * @param comparison the metrics on the observations that answered all of them
   * @param suspected the metrics, by index in the comparison, that {@link LeakSuspicion} names
   * @param q the {@link BenjaminiHochberg} adjusted {@link Comparison#pValue} of this segment among
   *     those of its segment set
   */
  public static Verdict of(Comparison comparison, BitSet suspected, double q) {
    int leader = comparison.leader();
    if (leader >= 0 && suspected.get(leader)) {
      return LEAK_SUSPECTED;
    }
    if (leader < 0 || comparison.support().insufficient()) {
      return INSUFFICIENT;
    }

    List<Interval> aucs = comparison.aucs().stream().map(Estimate::interval).toList();
    if (aucs.stream().noneMatch(auc -> auc.excludes(0.5))) {
      return NO_SIGNAL;
    }
    if (aucs.stream().noneMatch(auc -> auc.lower() > 0.5)) {
      return WRONG_DIRECTION;
    }
    return compared(comparison, aucs.get(leader), q);
  }

  private static Verdict compared(Comparison comparison, Interval leading, double q) {
    List<Interval> leads = leads(comparison);
    boolean beatsAll =
        !leads.isEmpty() && leads.stream().allMatch(difference -> difference.lower() > 0);
    if (beatsAll && leading.lower() > 0.5 && q <= LARGEST_Q) {
      return CLEAR;
    }
    boolean allAlike =
        !leads.isEmpty()
            && leads.stream().allMatch(difference -> difference.within(-TIE_MARGIN, TIE_MARGIN));
    return allAlike ? TIE : UNDECIDED;
  }

  /** The intervals of the leader's AUC minus each other metric's. */
  private static List<Interval> leads(Comparison comparison) {
    return IntStream.range(0, comparison.differences().size())
        .filter(metric -> metric != comparison.leader())
        .mapToObj(metric -> comparison.differences().get(metric).interval())
        .toList();
  }

  /** The name of the verdict in marts, such as {@code leak_suspected}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
