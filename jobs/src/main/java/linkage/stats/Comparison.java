package linkage.stats;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which of several metrics tells retained from lost customers best, on the observations that
 * answered all of them.
 *
 * <p>The same customers stand behind every metric, so the metrics' errors go together and a
 * difference is often surer than either AUC. One jackknife over all metrics sees this.
 *
 * <p><b>Value:</b> AUCs and differences of AUCs, leader minus other, in AUC points. Metrics are
 * indices in the order in which they were handed in.
 *
 * <p><b>Formula:</b> the leader has the highest AUC, the first declared among equals; the runner-up
 * the next. The difference d of leader and other has the variance {@code V_ii + V_jj - 2 V_ij} of
 * the {@link Jackknife} and a two-sided 95 % t interval. The best set holds the leader and each
 * metric whose interval doesn't exclude 0.
 *
 * <p><b>Nulls and edges:</b> without both classes no AUC is defined, and there is no leader (-1). A
 * single metric leads without a runner-up (-1): there is nothing to be better than. Two metrics
 * that order every customer alike differ by 0, with the point 0 as their interval. A difference
 * that involves an AUC of exactly 0 or 1, or that is not 0 and has no variance, has no interval:
 * the jackknife can't see how sure a perfect separation is.
 *
 * <p><b>Cost:</b> O(buckets × metrics × (levels + metrics)).
 *
 * <p><b>References:</b> the intervals are pairwise and don't yet allow for more than two metrics,
 * as Hsu's multiple comparisons with the best would (Hsu, Multiple Comparisons, 1996, chapter 4);
 * only {@link #of} knows how they are made.
 *
 * @param aucs the AUC of each metric on the common sample
 * @param support the spread of the common sample's losses and retained observations
 * @param losses the number of lost observations in the common sample
 * @param leader the metric with the highest AUC, or -1
 * @param runnerUp the metric with the next AUC, or -1
 * @param differences the leader's AUC minus each metric's; the leader's own is 0
 */
public record Comparison(
    List<Estimate> aucs,
    Support support,
    double losses,
    int leader,
    int runnerUp,
    List<Estimate> differences) {

  /**
   * Compares metrics.
   *
   * @param metrics counts of the same observations by each metric, in declared order
   * @throws IllegalArgumentException if there is no metric, or if they don't hold the same number
   *     of retained and lost observations in every bucket
   */
  public static Comparison of(List<MetricCounts> metrics) {
    checkSameObservations(metrics);
    return of(MetricCounts.jackknifeOfAucs(metrics), metrics.get(0));
  }

  /**
   * Compares metrics by their {@link CensoredAuc}, so that losses in windows still open count.
   *
   * @param metrics the times of the same observations by each metric, in declared order, up to the
   *     horizon
   * @throws IllegalArgumentException if there is no metric, or if they don't hold the same number
   *     of retained and lost observations in every bucket
   */
  public static Comparison ofFollowUp(List<MetricFollowUp> metrics) {
    List<MetricCounts> known = metrics.stream().map(MetricFollowUp::known).toList();
    checkSameObservations(known);
    return of(MetricFollowUp.jackknifeOfAucs(metrics), known.get(0));
  }

  /**
   * Compares AUCs that were replicated together.
   *
   * @param jackknife the AUCs, followed by their logits
   * @param known the observations behind any of them
   */
  private static Comparison of(Jackknife jackknife, MetricCounts known) {
    var support = known.support();
    double losses = Sums.of(known.lostByLevel());
    int metrics = jackknife.estimate().length / 2;

    List<Estimate> aucs = new ArrayList<>();
    for (int metric = 0; metric < metrics; metric++) {
      aucs.add(MetricCounts.aucEstimate(jackknife, metric, support));
    }
    int leader = highest(aucs, -1);
    int runnerUp = leader < 0 ? -1 : highest(aucs, leader);

    List<Estimate> differences = new ArrayList<>();
    for (int metric = 0; metric < metrics; metric++) {
      differences.add(difference(jackknife, leader, metric, support.degreesOfFreedom()));
    }
    return new Comparison(
        List.copyOf(aucs), support, losses, leader, runnerUp, List.copyOf(differences));
  }

  /** The leader's AUC minus the runner-up's; {@code NaN} without a runner-up. */
  public Estimate margin() {
    return runnerUp < 0 ? undefined(support.degreesOfFreedom()) : differences.get(runnerUp);
  }

  /** The leader and every metric that can't be told from it at 95 %; empty without a leader. */
  public BitSet bestSet() {
    var best = new BitSet();
    for (int metric = 0; metric < differences.size() && leader >= 0; metric++) {
      best.set(metric, metric == leader || !differences.get(metric).interval().excludes(0));
    }
    return best;
  }

  /**
   * How surprising the lead would be if some other metric were as good.
   *
   * <p><b>Value:</b> two-sided, in [0, 1]: the largest of the p-values of leader minus other,
   * {@code 2 P(T ≥ |d| / √V)}. It is the runner-up's where all differences are equally sure, and
   * never less: to lead is to beat them all.
   *
   * <p><b>Nulls and edges:</b> 1 for a difference of exactly 0; {@code NaN} without a runner-up or
   * if a difference has no variance.
   */
  public double pValue() {
    double largest = runnerUp < 0 ? Double.NaN : 0;
    for (int metric = 0; metric < differences.size(); metric++) {
      if (metric != leader) {
        // The maximum with NaN is NaN: a lead over a metric that can't be judged isn't shown.
        largest = Math.max(largest, pValue(differences.get(metric)));
      }
    }
    return largest;
  }

  /**
   * How many losses would tell the leader from the rest, were the differences what they seem.
   *
   * <p><b>Value:</b> a number of lost observations, whole, above those there are.
   *
   * <p><b>Formula:</b> {@code losses · (t √V / d)²}, rounded up: the variance of a difference falls
   * as losses grow, so that many would make the interval's half width t √V equal the difference d.
   * The largest over the best set counts, since all must be told apart. Retained observations are
   * assumed to grow alike, and t to stay, which errs on the high side.
   *
   * <p><b>Nulls and edges:</b> {@code NaN} if the leader stands alone in its best set, so that
   * nothing is needed, or if a difference is 0 or has no interval, so that no number is enough.
   */
  public double lossesNeeded() {
    double needed = Double.NaN;
    var best = bestSet();
    for (int metric = 0; metric < differences.size(); metric++) {
      if (metric != leader && best.get(metric)) {
        double forThis = lossesNeeded(differences.get(metric));
        if (Double.isNaN(forThis)) {
          return Double.NaN;
        }
        needed = Double.isNaN(needed) ? forThis : Math.max(needed, forThis);
      }
    }
    return needed;
  }

  private double lossesNeeded(Estimate difference) {
    if (difference.value() == 0 || !difference.interval().isDefined()) {
      return Double.NaN;
    }
    double half = difference.value() - difference.interval().lower();
    double ratio = half / difference.value();
    return Math.ceil(losses * ratio * ratio);
  }

  private static double pValue(Estimate difference) {
    if (difference.value() == 0) {
      return 1;
    }
    return difference.interval().isDefined()
        ? StudentT.twoSidedP(
            difference.value() / difference.standardError(), difference.degreesOfFreedom())
        : Double.NaN;
  }

  private static Estimate difference(Jackknife aucs, int leader, int metric, int degreesOfFreedom) {
    if (leader < 0) {
      return undefined(degreesOfFreedom);
    }
    double first = aucs.estimate()[leader];
    double second = aucs.estimate()[metric];
    double difference = first - second;
    double variance = metric == leader ? 0 : aucs.varianceOfDifference(leader, metric);
    boolean separatesPerfectly = Interval.isPerfect(first) || Interval.isPerfect(second);
    boolean visible = difference == 0 || (variance > 0 && !separatesPerfectly);
    return new Estimate(
        difference,
        variance,
        degreesOfFreedom,
        visible ? Interval.symmetric(difference, variance, degreesOfFreedom) : Interval.UNDEFINED);
  }

  private static Estimate undefined(int degreesOfFreedom) {
    return new Estimate(Double.NaN, Double.NaN, degreesOfFreedom, Interval.UNDEFINED);
  }

  private static int highest(List<Estimate> aucs, int except) {
    int highest = -1;
    for (int metric = 0; metric < aucs.size(); metric++) {
      boolean candidate = metric != except && !Double.isNaN(aucs.get(metric).value());
      if (candidate && (highest < 0 || aucs.get(metric).value() > aucs.get(highest).value())) {
        highest = metric;
      }
    }
    return highest;
  }

  private static void checkSameObservations(List<MetricCounts> metrics) {
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("Cannot compare metrics: there are none.");
    }
    double[] retained = Sums.ofRows(metrics.get(0).retained());
    double[] lost = Sums.ofRows(metrics.get(0).lost());
    for (int metric = 1; metric < metrics.size(); metric++) {
      boolean same =
          closeTo(retained, Sums.ofRows(metrics.get(metric).retained()))
              && closeTo(lost, Sums.ofRows(metrics.get(metric).lost()));
      if (!same) {
        throw new IllegalArgumentException(
            "Cannot compare metrics 0 and %d: they don't count the same observations."
                .formatted(metric));
      }
    }
  }

  /** Weights are summed in another order for each metric, so a last digit may differ. */
  private static boolean closeTo(double[] expected, double[] actual) {
    boolean close = expected.length == actual.length;
    for (int i = 0; i < expected.length && close; i++) {
      close = Math.abs(expected[i] - actual[i]) <= 1e-9 * (1 + Math.abs(expected[i]));
    }
    return close;
  }
}
