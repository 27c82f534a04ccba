package linkage.stats;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How long the statistics of a night take once the counts are there; run by hand for {@code
 * docs/benchmark.md}, which says how.
 *
 * <p>Counts of 500 segments, 8 metrics and 3 outcomes are made in memory, {@value #BATCH} segments
 * at a time, and the statistics alone are timed, on as many threads as there are processors. It is
 * done for few and for many observations behind the same cells. Processor seconds, garbage
 * collection and compilation among them, hardly depend on what else the machine does. The one
 * argument is a number of segments other than 500.
 */
final class StatisticsBenchmark {

  private static final int SEGMENTS = 500;
  private static final int BATCH = 10;
  private static final int METRICS = 8;
  private static final int LEVELS = 11;
  private static final int BUCKETS = 64;

  /**
   * Periods of 30 days to the end of the longest of three horizons, the second of which is told.
   */
  private static final int PERIODS = 14;

  private static final int HORIZON = 6;

  /** Of revenue: three decades. */
  private static final int BINS = 385;

  private static final int STRATA = RiskStrata.STRATA;

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static final Looks LOOKS = Looks.of(24, 180);

  private StatisticsBenchmark() {}

  public static void main(String[] args) {
    batch(0, 2_000).parallelStream().forEach(StatisticsBenchmark::statistics);
    int segmentsInAll = args.length > 0 ? Integer.parseInt(args[0]) : SEGMENTS;
    System.out.println(
        "| observations per segment | cells in use | cells | seconds | processor seconds |");
    System.out.println("| --- | --- | --- | --- | --- |");
    for (int observations : new int[] {2_000, 20_000}) {
      double seconds = 0;
      double processor = 0;
      long used = 0;
      long cells = 0;
      List<Figures> figures = new ArrayList<>();
      for (int first = 0; first < segmentsInAll; first += BATCH) {
        List<Segment> segments = batch(first, observations);
        long started = System.nanoTime();
        long before = PROCESS.getProcessCpuTime();
        figures.addAll(segments.parallelStream().map(StatisticsBenchmark::statistics).toList());
        seconds += (System.nanoTime() - started) / 1e9;
        processor += (PROCESS.getProcessCpuTime() - before) / 1e9;
        used +=
            segments.stream()
                .mapToLong(segment -> segment.cells().filter(c -> c > 0).count())
                .sum();
        cells += segments.stream().mapToLong(segment -> segment.cells().count()).sum();
      }
      long started = System.nanoTime();
      long before = PROCESS.getProcessCpuTime();
      double together = acrossSegments(figures);
      seconds += (System.nanoTime() - started) / 1e9;
      processor += (PROCESS.getProcessCpuTime() - before) / 1e9;
      check(together);
      System.out.printf(
          "| %,d | %,d | %,d | %.1f | %.1f |%n", observations, used, cells, seconds, processor);
    }
  }

  private static List<Segment> batch(int first, int observations) {
    return IntStream.range(first, first + BATCH)
        .parallel()
        .mapToObj(segment -> Segment.draw(new SplittableRandom(segment), observations))
        .toList();
  }

  /** What a segment has that other segments of its set are needed for. */
  private record Figures(double[] logits, double[] variances, double[] p, double sum) {}

  /**
   * All that best_metrics, metric_predictiveness, retention_by_score, retention_curves and lead_lag
   * publish of a segment; the sum only keeps the work from being left out.
   */
  private static Figures statistics(Segment segment) {
    double[] logits = new double[3 * METRICS];
    double[] variances = new double[3 * METRICS];
    double sum = 0;
    for (int metric = 0; metric < METRICS; metric++) {
      sum += ofMetric(segment, metric, logits, variances);
      sum += ofScores(segment.counts, metric) + ofScores(segment.weighted, metric);
      sum += LeadLag.of(segment.lags.get(metric)).lags().size();
    }
    double[] p = new double[3];
    sum += compared(segment, p);
    return new Figures(logits, variances, p, sum);
  }

  private static double ofMetric(Segment segment, int metric, double[] logits, double[] variances) {
    MetricFollowUp followUp = segment.counts.retained.get(metric).upTo(HORIZON);
    MetricCounts bought = segment.counts.bought.get(metric);
    MetricRevenue revenue = segment.counts.revenue.get(metric);
    double sum = 0;
    int next = metric;
    for (Discrimination each : List.of(followUp, bought, revenue)) {
      Discrimination.OnBothScales scales = each.onBothScales();
      logits[next] = scales.logit().value();
      variances[next] = scales.logit().variance();
      next += METRICS;
      for (var coding : Coding.values()) {
        sum += each.aucValue(coding);
      }
    }
    sum += followUp.concordance().value() + followUp.weightedConcordance().value();
    sum += followUp.scaledBrier().value() + followUp.brier().score();
    sum += followUp.pairs().value() + revenue.pairs().value() + revenue.unresolvedShare();
    sum += segment.weighted.retained.get(metric).upTo(HORIZON).auc().value();
    sum += segment.weighted.bought.get(metric).auc().value();
    sum += segment.weighted.revenue.get(metric).auc().value();
    for (RiskCounts risks :
        List.of(segment.lossRisks.get(metric), segment.repeatRisks.get(metric))) {
      sum += risks.addedValue().gain().value();
    }
    return sum;
  }

  private static double ofScores(Counts counts, int metric) {
    double sum = 0;
    MetricFollowUp curves = counts.retained.get(metric);
    sum += curves.retentionCurve(0, 6).size();
    sum += curves.retentionCurve(7, 8).size();
    sum += curves.retentionCurve(9, 10).size();
    MetricCounts stayed = curves.upTo(HORIZON).known();
    MetricCounts bought = counts.bought.get(metric);
    for (int level = 0; level < LEVELS; level++) {
      sum += stayed.retentionAt(level).value();
      sum += bought.retentionAt(level).value() + bought.revenueAt(level).value();
    }
    return sum;
  }

  private static double compared(Segment segment, double[] p) {
    List<MetricFollowUp> retained = upTo(segment.counts.retained);
    List<MetricFollowUp> weights = upTo(segment.weighted.retained);
    List<Comparison> comparisons =
        List.of(
            Comparison.ofFollowUp(retained),
            Comparison.of(segment.counts.bought),
            Comparison.ofRevenue(segment.counts.revenue));
    double sum = 0;
    for (int outcome = 0; outcome < 3; outcome++) {
      Comparison comparison = comparisons.get(outcome);
      p[outcome] = LOOKS.ofYear(comparison.withBest().pValue());
      sum +=
          comparison.probabilities()[0]
              + comparison.lossesNeeded().at(LOOKS.largestP(Verdict.LARGEST_Q));
      sum += Verdict.of(comparison, new BitSet(), 0).ordinal();
      sum += Verdict.of(comparison, new BitSet(), 1).ordinal();
      int best = comparison.leader();
      sum +=
          switch (outcome) {
            case 0 -> WeightedLead.ofFollowUp(best, weights, comparison.support()).margin();
            case 1 -> WeightedLead.of(best, segment.weighted.bought, comparison.support()).margin();
            default ->
                WeightedLead.ofRevenue(best, segment.weighted.revenue, comparison.support())
                    .margin();
          };
    }
    List<MetricCounts> known = retained.stream().map(MetricFollowUp::known).toList();
    for (List<MetricCounts> counts : List.of(known, segment.counts.bought)) {
      sum += Combination.of(segment.combined, counts.get(0)).difference().value();
      // Two times are half of the observations each; all of them take as long.
      sum += RankStability.of(counts, counts).correlation();
      for (int metric = 0; metric < METRICS; metric++) {
        MetricCounts own = counts.get(metric);
        sum += LeakSuspicion.levels(own.retainedByLevel(), own.lostByLevel(), own.auc()).length;
      }
    }
    return sum;
  }

  private static List<MetricFollowUp> upTo(List<MetricFollowUp> all) {
    return all.stream().map(metric -> metric.upTo(HORIZON)).toList();
  }

  /** Shrinking towards the mean of the set, and the adjustment for the number of segments. */
  private static double acrossSegments(List<Figures> figures) {
    double sum = figures.stream().mapToDouble(Figures::sum).sum();
    for (int figure = 0; figure < 3 * METRICS; figure++) {
      int own = figure;
      double[] logits = figures.stream().mapToDouble(each -> each.logits[own]).toArray();
      double[] variances = figures.stream().mapToDouble(each -> each.variances[own]).toArray();
      var effects = RandomEffects.of(logits, variances);
      for (int segment = 0; segment < logits.length; segment++) {
        sum += effects.shrink(logits[segment], variances[segment], BUCKETS - 1).value();
      }
    }
    for (int outcome = 0; outcome < 3; outcome++) {
      int own = outcome;
      double[] p = figures.stream().mapToDouble(each -> each.p[own]).toArray();
      sum += Arrays.stream(BenjaminiHochberg.adjust(p)).filter(q -> q <= 0.05).count();
    }
    return sum;
  }

  /** Uses a result that nobody asks for. */
  private static void check(double sum) {
    if (sum == 0) {
      throw new IllegalStateException("Cannot believe the statistics: they sum to 0.");
    }
  }

  /** What is counted of a segment, by metric: observations, or their weights. */
  private record Counts(
      List<MetricFollowUp> retained, List<MetricCounts> bought, List<MetricRevenue> revenue) {

    static Counts none() {
      var counts = new Counts(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (int metric = 0; metric < METRICS; metric++) {
        counts.retained.add(
            new MetricFollowUp(
                new double[BUCKETS][PERIODS][LEVELS], new double[BUCKETS][PERIODS][LEVELS]));
        counts.bought.add(
            new MetricCounts(
                new double[BUCKETS][LEVELS],
                new double[BUCKETS][LEVELS],
                new double[BUCKETS][LEVELS]));
        counts.revenue.add(new MetricRevenue(new double[BUCKETS][BINS][], new double[BINS]));
      }
      return counts;
    }

    void add(
        int metric, int bucket, int level, int period, boolean isLost, int bin, double weight) {
      MetricFollowUp followUp = retained.get(metric);
      (isLost ? followUp.lost() : followUp.censored())[bucket][period][level] += weight;
      MetricCounts repeat = bought.get(metric);
      (bin > 0 ? repeat.retained() : repeat.lost())[bucket][level] += weight;
      repeat.revenue()[bucket][level] += 100 * bin * weight;
      MetricRevenue order = revenue.get(metric);
      double[][] bins = order.counts()[bucket];
      bins[bin] = bins[bin] == null ? new double[LEVELS] : bins[bin];
      bins[bin][level] += weight;
      order.pairsWithin()[bin] += bin > 0 ? weight : 0;
    }

    DoubleStream cells() {
      return IntStream.range(0, METRICS)
          .boxed()
          .flatMap(
              metric ->
                  Arrays.stream(
                      new double[][][][] {
                        retained.get(metric).lost(),
                        retained.get(metric).censored(),
                        {bought.get(metric).retained(), bought.get(metric).lost()},
                        revenue.get(metric).counts()
                      }))
          .flatMap(Arrays::stream)
          .flatMap(Arrays::stream)
          .filter(Objects::nonNull)
          .flatMapToDouble(Arrays::stream);
    }
  }

  /** The counts of a segment, by metric, for each of three outcomes. */
  private record Segment(
      Counts counts,
      Counts weighted,
      MetricCounts combined,
      List<RiskCounts> lossRisks,
      List<RiskCounts> repeatRisks,
      List<LeadLagSums> lags) {

    /** Customers whose scores and outcomes share a mood, some followed up to the horizon. */
    static Segment draw(SplittableRandom random, int observations) {
      var segment =
          new Segment(
              Counts.none(),
              Counts.none(),
              new MetricCounts(
                  new double[BUCKETS][CombinationScore.BINS],
                  new double[BUCKETS][CombinationScore.BINS],
                  new double[BUCKETS][CombinationScore.BINS]),
              noRisks(),
              noRisks(),
              IntStream.range(0, METRICS).mapToObj(metric -> new LeadLagSums(BUCKETS)).toList());
      for (int i = 0; i < observations; i++) {
        segment.observe(random, i);
      }
      return segment;
    }

    private static List<RiskCounts> noRisks() {
      return IntStream.range(0, METRICS)
          .mapToObj(
              metric ->
                  new RiskCounts(
                      LEVELS,
                      new double[BUCKETS][STRATA * LEVELS],
                      new double[BUCKETS][STRATA * LEVELS],
                      new double[BUCKETS][STRATA * LEVELS]))
          .toList();
    }

    private void observe(SplittableRandom random, int observation) {
      int bucket = random.nextInt(BUCKETS);
      double mood = random.nextDouble();
      double weight = 0.5 + random.nextDouble();
      boolean isLost = random.nextDouble() < 0.3 * (1 - mood);
      boolean isOpen = random.nextDouble() < 0.2;
      int period = isLost || isOpen ? 1 + random.nextInt(PERIODS - 1) : PERIODS - 1;
      boolean buys = random.nextDouble() < 0.3 + 0.4 * mood;
      int bin = buys ? 1 + (int) ((BINS - 1) * (random.nextDouble() + random.nextDouble()) / 2) : 0;
      int stratum = (int) (STRATA * (0.5 * mood + 0.5 * random.nextDouble()));
      (isLost ? combined.lost() : combined.retained())[bucket][(int) (200 * mood)]++;
      for (int metric = 0; metric < METRICS; metric++) {
        double share = 0.3 + 0.05 * metric;
        int level = (int) (LEVELS * (share * mood + (1 - share) * random.nextDouble()));
        counts.add(metric, bucket, level, period, isLost, bin, 1);
        weighted.add(metric, bucket, level, period, isLost, bin, weight);
        addRisk(lossRisks.get(metric), bucket, stratum, level, !isLost);
        addRisk(repeatRisks.get(metric), bucket, stratum, level, buys);
        // A few of them reach back far enough; the sums are as many as for all.
        if (observation % 20 == 0) {
          addLags(lags.get(metric), random, bucket, level, mood);
        }
      }
    }

    private static void addRisk(
        RiskCounts risks, int bucket, int stratum, int level, boolean isPositive) {
      int cell = stratum * LEVELS + level;
      (isPositive ? risks.retained() : risks.lost())[bucket][cell]++;
      risks.logOdds()[bucket][cell] += stratum - STRATA / 2.0;
    }

    private static void addLags(
        LeadLagSums lags, SplittableRandom random, int bucket, int level, double mood) {
      double[] recent = {random.nextDouble(), random.nextDouble(), mood};
      double[] before = random.doubles(LeadLagSums.MONTHS, mood, mood + 1).toArray();
      double[] after = random.doubles(LeadLagSums.MONTHS, mood, mood + 1).toArray();
      int lostBy = 1 + random.nextInt(4 * LeadLagSums.MONTHS);
      lags.add(bucket, level, random.nextDouble(), recent, before, after, lostBy);
    }

    DoubleStream cells() {
      return DoubleStream.concat(counts.cells(), weighted.cells());
    }
  }
}
