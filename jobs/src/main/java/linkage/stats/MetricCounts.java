package linkage.stats;

import java.util.Arrays;
import java.util.List;

/**
 * What one metric's answers were followed by: retained and lost observations and their revenue, by
 * bucket and level.
 *
 * <p>Everything published about a single metric is a function of these few numbers. The arrays are
 * used as they are, not copied, and must not change afterwards.
 *
 * @param retained retained observations as [bucket][level], levels in favourable order
 * @param lost lost observations as [bucket][level]
 * @param revenue the revenue of both as [bucket][level], in whatever unit it was summed in
 */
public record MetricCounts(double[][] retained, double[][] lost, double[][] revenue)
    implements Discrimination {

  @Override
  public int levels() {
    return retained.length == 0 ? 0 : retained[0].length;
  }

  /** Retained observations per level. */
  public double[] retainedByLevel() {
    return Sums.ofColumns(retained);
  }

  /** Lost observations per level. */
  public double[] lostByLevel() {
    return Sums.ofColumns(lost);
  }

  @Override
  public Support support() {
    return Support.of(Sums.ofRows(retained), Sums.ofRows(lost));
  }

  /**
   * The same counts, read in another coding.
   *
   * @throws IllegalArgumentException if the coding doesn't apply to the metric's scale
   */
  public MetricCounts recode(Coding coding) {
    return new MetricCounts(
        recode(retained, coding), recode(lost, coding), recode(revenue, coding));
  }

  /** The same counts, each times a factor: weights in another unit. */
  public MetricCounts scaled(double factor) {
    return new MetricCounts(
        scaled(retained, factor), scaled(lost, factor), scaled(revenue, factor));
  }

  static double[][] scaled(double[][] counts, double factor) {
    return Arrays.stream(counts)
        .map(bucket -> Arrays.stream(bucket).map(count -> factor * count).toArray())
        .toArray(double[][]::new);
  }

  /**
   * How well the metric tells retained from lost customers.
   *
   * <p><b>Value:</b> the {@link Auc} with its {@link Jackknife} variance, and the interval of
   * {@link Interval#logit} with {@link Support#degreesOfFreedom}. The variance of the logit is the
   * jackknife's own, of the logits of the replicates.
   *
   * <p>The interval was simulated with three responses per customer, who share half the variance of
   * what customers think, for 15 to 300 lost customers and AUCs of 0.58 to 0.88: it held the truth
   * in 94.6 to 96.5 % of draws, where DeLong's held it in 83 to 89 %. Scaling the AUC's variance to
   * the logit instead (the delta method) costs up to one point with 15 losses. An AUC as high as
   * 0.94 asks for more than 15 losses: there 89 to 93 % held it, with 30 losses 95 %. Accounts of
   * very unequal size (log-normal with deviation 1.5) lower the coverage to 94 %.
   *
   * <p><b>Nulls and edges:</b> {@code NaN} when either class is empty; no interval when a class
   * lies in one bucket. If a replicate separates perfectly, its logit is infinite, and the delta
   * method stands in. An interval is given even where {@link Support#insufficient} says not to rely
   * on it.
   *
   * <p><b>Cost:</b> O(buckets × levels).
   */
  @Override
  public Estimate auc() {
    return Discrimination.super.auc();
  }

  @Override
  public double aucValue(Coding coding) {
    return Auc.of(coding.recode(retainedByLevel()), coding.recode(lostByLevel()));
  }

  @Override
  public Jackknife jackknifeOfAuc() {
    return jackknifeOfAucs(List.of(this));
  }

  /**
   * The retention of those who answered at one level.
   *
   * <p><b>Value:</b> as {@link Proportion}; the design effect that stands in at 0 % and 100 % is
   * that of the retention over all levels.
   *
   * <p><b>Cost:</b> O(buckets × levels).
   */
  public Estimate retentionAt(int level) {
    double[] retainedByBucket = Sums.ofRows(retained);
    double[] totals = Sums.ofRows(lost);
    Sums.add(totals, retainedByBucket);
    return Proportion.of(
        Sums.column(retained, level),
        totalsAt(level),
        Proportion.designEffect(retainedByBucket, totals));
  }

  /** The revenue per observation of those who answered at one level, retained or lost. */
  public Estimate revenueAt(int level) {
    return Mean.of(Sums.column(revenue, level), totalsAt(level));
  }

  /**
   * The AUCs of several metrics on the same observations, followed by the logits of these AUCs, all
   * replicated together.
   */
  static Jackknife jackknifeOfAucs(List<MetricCounts> metrics) {
    int buckets = metrics.get(0).retained.length;
    double[][] cells =
        new double[buckets][2 * metrics.stream().mapToInt(MetricCounts::levels).sum()];
    for (int bucket = 0; bucket < buckets; bucket++) {
      int offset = 0;
      for (MetricCounts metric : metrics) {
        int levels = metric.levels();
        System.arraycopy(metric.retained[bucket], 0, cells[bucket], offset, levels);
        System.arraycopy(metric.lost[bucket], 0, cells[bucket], offset + levels, levels);
        offset += 2 * levels;
      }
    }
    return Jackknife.of(cells, all -> aucs(metrics, all));
  }

  private static double[] aucs(List<MetricCounts> metrics, double[] cells) {
    double[] aucs = new double[2 * metrics.size()];
    int offset = 0;
    for (int metric = 0; metric < metrics.size(); metric++) {
      int levels = metrics.get(metric).levels();
      aucs[metric] =
          Auc.of(
              Arrays.copyOfRange(cells, offset, offset + levels),
              Arrays.copyOfRange(cells, offset + levels, offset + 2 * levels));
      aucs[metrics.size() + metric] = Interval.logit(aucs[metric]);
      offset += 2 * levels;
    }
    return aucs;
  }

  /** One of the AUCs of {@link #jackknifeOfAucs}. */
  static Estimate aucEstimate(Jackknife aucs, int metric, Support support) {
    double auc = aucs.estimate()[metric];
    double varianceOfLogit = logitEstimate(aucs, metric, support).variance();
    int degreesOfFreedom = support.degreesOfFreedom();
    return new Estimate(
        auc,
        aucs.variance(metric),
        degreesOfFreedom,
        Interval.logit(auc, varianceOfLogit, degreesOfFreedom));
  }

  /**
   * How surprising one of the AUCs of {@link #jackknifeOfAucs} would be if the metric told nothing.
   *
   * <p><b>Value:</b> two-sided, the dual of the AUC's interval: below 0.05 if and only if that
   * excludes 0.5. What is {@link Unresolved} must be exceeded first.
   *
   * <p><b>Nulls and edges:</b> an AUC of 0 or 1 has Wilson's statistic, {@code √(n (1 - 2s))} for n
   * buckets and a share s of unresolved pairs, and 0 where that is half or more; {@code NaN}
   * without an interval.
   */
  static double pOfOneHalf(Jackknife aucs, int metric, Support support, Unresolved unresolved) {
    double auc = aucs.estimate()[metric];
    int degreesOfFreedom = support.degreesOfFreedom();
    if (Interval.isPerfect(auc)) {
      double resolved = Math.max(0, 1 - 2 * unresolved.share());
      return StudentT.twoSidedP(Math.sqrt(resolved * (degreesOfFreedom + 1.0)), degreesOfFreedom);
    }
    Estimate logit = logitEstimate(aucs, metric, support);
    double beyond = Math.max(0, Math.abs(logit.value()) - unresolved.leastLogit());
    if (logit.variance() == 0) {
      // Everybody gave the same answer, or every bucket tells the same.
      return beyond < 1e-12 ? 1 : 0;
    }
    return StudentT.twoSidedP(beyond / logit.standardError(), degreesOfFreedom);
  }

  /** The logit of one of the AUCs of {@link #jackknifeOfAucs}. */
  static Estimate logitEstimate(Jackknife aucs, int metric, Support support) {
    int logit = aucs.estimate().length / 2 + metric;
    double auc = aucs.estimate()[metric];
    double variance = aucs.variance(logit);
    if (!Double.isFinite(variance)) {
      double slope = 1 / (auc * (1 - auc));
      variance = aucs.variance(metric) * slope * slope;
    }
    int degreesOfFreedom = support.degreesOfFreedom();
    return new Estimate(
        aucs.estimate()[logit],
        variance,
        degreesOfFreedom,
        Interval.symmetric(aucs.estimate()[logit], variance, degreesOfFreedom));
  }

  private double[] totalsAt(int level) {
    double[] totals = Sums.column(lost, level);
    Sums.add(totals, Sums.column(retained, level));
    return totals;
  }

  private static double[][] recode(double[][] counts, Coding coding) {
    return Arrays.stream(counts).map(coding::recode).toArray(double[][]::new);
  }
}
