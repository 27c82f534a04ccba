package linkage.stats;

import java.util.List;

/**
 * Which of several metrics tells retained from lost customers best, on the observations that
 * answered all of them.
 *
 * <p>The same customers stand behind every metric, so the metrics' errors go together and a
 * difference is often surer than either AUC. One jackknife over all metrics sees this.
 *
 * <p><b>Value:</b> AUCs and differences of AUCs, in AUC points. Metrics are indices in the order in
 * which they were handed in.
 *
 * <p><b>Formula:</b> {@link ComparisonsWithBest} of the AUCs, with the covariance and the degrees
 * of freedom of the {@link Jackknife}. A metric is a signal if its AUC differs from 0.5 with a
 * two-sided p, the dual of its interval, that {@link Holm} adjusts over the metrics to at most
 * {@value #SIGNAL}.
 *
 * <p><b>Nulls and edges:</b> without both classes no AUC is defined, and there is no leader (-1). A
 * single metric leads without a runner-up (-1): there is nothing to be better than. An AUC of
 * exactly 0 or 1 counts as one without a variance: the jackknife can't see how sure a perfect
 * separation is.
 *
 * <p><b>Cost:</b> O(buckets × metrics × (levels + metrics)), and that of {@link
 * ComparisonsWithBest}.
 *
 * @param aucs the AUC of each metric on the common sample
 * @param signals the p-value of each metric's signal, adjusted for their number
 * @param covariance the covariance matrix of the AUCs
 * @param support the spread of the common sample's losses and retained observations
 * @param losses the number of lost observations in the common sample; {@code NaN} of revenue
 * @param withBest the AUCs compared with the best of them
 */
public record Comparison(
    List<Estimate> aucs,
    double[] signals,
    double[][] covariance,
    Support support,
    double losses,
    ComparisonsWithBest withBest) {

  /** The largest adjusted p-value of a signal. */
  public static final double SIGNAL = 0.05;

  /**
   * Compares metrics.
   *
   * @param metrics counts of the same observations by each metric, in declared order
   * @throws IllegalArgumentException if there is no metric, or if they don't hold the same number
   *     of retained and lost observations in every bucket
   */
  public static Comparison of(List<MetricCounts> metrics) {
    checkSameObservations(metrics);
    MetricCounts any = metrics.get(0);
    return of(
        MetricCounts.jackknifeOfAucs(metrics),
        any.support(),
        Sums.of(any.lostByLevel()),
        Unresolved.NOTHING);
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
    MetricCounts any = known.get(0);
    return of(
        MetricFollowUp.jackknifeOfAucs(metrics),
        any.support(),
        Sums.of(any.lostByLevel()),
        Unresolved.NOTHING);
  }

  /**
   * Compares metrics by the order of the revenue that follows.
   *
   * <p>Nobody is lost, so {@link #losses} is {@code NaN}. Every interval is wide enough, and every
   * p-value large enough, for the exact revenues, however those within a bin are ordered; the
   * probabilities of being best are of the bins.
   *
   * @param metrics the revenues of the same observations by each metric, in declared order
   * @throws IllegalArgumentException if there is no metric, or if they don't hold the same number
   *     of observations in every bin and bucket
   */
  public static Comparison ofRevenue(List<MetricRevenue> metrics) {
    checkSame(metrics.stream().map(metric -> List.of(metric.totals())).toList());
    MetricRevenue any = metrics.get(0);
    return of(MetricRevenue.jackknifeOfAucs(metrics), any.support(), Double.NaN, any.unresolved());
  }

  /**
   * Compares AUCs that were replicated together.
   *
   * @param jackknife the AUCs, followed by their logits
   */
  private static Comparison of(
      Jackknife jackknife, Support support, double losses, Unresolved unresolved) {
    var aucs = new JointAucs(jackknife, support, unresolved);
    return new Comparison(
        List.copyOf(aucs.estimates()),
        Holm.adjust(aucs.p()),
        aucs.covariance(),
        support,
        losses,
        ComparisonsWithBest.of(
            aucs.values(), aucs.covariance(), support.degreesOfFreedom(), unresolved));
  }

  /** The metric with the highest AUC, the first declared among equals, or -1. */
  public int leader() {
    return withBest.leader();
  }

  /** The metric with the next AUC, or -1. */
  public int runnerUp() {
    return withBest.runnerUp();
  }

  /** Whether a metric tells anything about the outcome, in the right direction or the wrong one. */
  public boolean isSignal(int metric) {
    return signals[metric] <= SIGNAL;
  }

  /** Whether a metric tells something, and in the right direction: better scores, fewer losses. */
  public boolean predicts(int metric) {
    return isSignal(metric) && aucs.get(metric).value() > 0.5;
  }

  /** The probability of each metric to be the best, by {@link ProbabilityOfBest}. */
  public double[] probabilities() {
    return ProbabilityOfBest.of(aucs.stream().mapToDouble(Estimate::value).toArray(), covariance);
  }

  /**
   * How many losses would show that the leader is the best, at every look of a year, were the
   * differences what they seem.
   *
   * <p><b>Value:</b> a number of lost observations, whole, above those there are.
   *
   * <p><b>Formula:</b> {@code losses · (f d s / D)²}, rounded up: the variance s² of a difference
   * falls as losses grow, so that many would make the difference D exceed 0 by f times half the
   * width, d s, of its interval in {@link ComparisonsWithBest#differences}. The factor f is {@code
   * t(p / 2) / t(0.025)}, Student's t quantiles for the largest p that a single look may have. The
   * largest over the metrics that D isn't beyond yet counts, since all must be beaten. Retained
   * observations are assumed to grow alike, and the critical value d to stay, which errs on the
   * high side; as does f with more than two metrics.
   *
   * <p><b>Nulls and edges:</b> {@code NaN} if the leader beats all others, so that nothing is
   * needed, if a difference is 0 or has no interval, so that no number is enough, or of revenue.
   *
   * @param largestP the largest p of a clear verdict, as {@link Looks#largestP} says; at most 0.05
   */
  public double lossesNeeded(double largestP) {
    double degrees = support.degreesOfFreedom();
    if (degrees < 1 || withBest.pValue() <= largestP) {
      return Double.NaN;
    }
    double factor =
        StudentT.upperQuantile(largestP / 2, degrees)
            / StudentT.upperQuantile(ComparisonsWithBest.ALPHA / 2, degrees);
    double needed = Double.NaN;
    for (int metric = 0; metric < aucs.size(); metric++) {
      Interval difference = withBest.differences().get(metric);
      double centre = (difference.lower() + difference.upper()) / 2;
      double half = factor * (difference.upper() - centre);
      if (metric != leader() && !(centre > half)) {
        double ratio = half / centre;
        if (!(centre > 0)) {
          return Double.NaN;
        }
        double forThis = Math.ceil(losses * ratio * ratio);
        needed = Double.isNaN(needed) ? forThis : Math.max(needed, forThis);
      }
    }
    return needed;
  }

  private static void checkSameObservations(List<MetricCounts> metrics) {
    checkSame(
        metrics.stream()
            .map(metric -> List.of(Sums.ofRows(metric.retained()), Sums.ofRows(metric.lost())))
            .toList());
  }

  private static void checkSame(List<List<double[]>> totals) {
    if (totals.isEmpty()) {
      throw new IllegalArgumentException("Cannot compare metrics: there are none.");
    }
    for (int metric = 1; metric < totals.size(); metric++) {
      boolean same = true;
      for (int part = 0; part < totals.get(0).size(); part++) {
        same &= closeTo(totals.get(0).get(part), totals.get(metric).get(part));
      }
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
