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
   * What it takes to know how many losses would show that the leader is the best.
   *
   * <p><b>Formula:</b> a margin's losses are {@code losses · (d s / D)²}, the largest over the
   * other metrics, since all must be beaten: d s is half the width of the interval of the
   * difference D in {@link ComparisonsWithBest#differences}. A signal's are {@code losses ·
   * (t(0.025) / t(p / 2))²} for the adjusted p in {@link #signals}, which errs on the high side.
   *
   * <p><b>Nulls and edges:</b> {@code NaN} of revenue, for which nobody is lost.
   */
  public LossesNeeded lossesNeeded() {
    double degrees = support.degreesOfFreedom();
    if (degrees < 1 || runnerUp() < 0) {
      return new LossesNeeded(losses, Double.NaN, Double.NaN, degrees);
    }
    double margin = 0;
    for (int metric = 0; metric < aucs.size(); metric++) {
      if (metric != leader()) {
        // The maximum with NaN is NaN: one that can't be beaten leaves nothing to reach.
        margin = Math.max(margin, losses * LossesNeeded.growth(withBest.differences().get(metric)));
      }
    }
    double signal = 0;
    if (!isSignal(leader())) {
      double growth =
          StudentT.upperQuantile(SIGNAL / 2, degrees)
              / StudentT.upperQuantile(signals[leader()] / 2, degrees);
      signal = signals[leader()] < 1 ? losses * growth * growth : Double.NaN;
    }
    return new LossesNeeded(losses, margin, signal, degrees);
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
