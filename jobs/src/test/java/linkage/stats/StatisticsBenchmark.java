package linkage.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How long the statistics of a night take once the counts are there; run by hand for {@code
 * docs/benchmark.md}, which says how.
 *
 * <p>Counts of 500 segments, 8 metrics and 3 outcomes are made in memory, {@value #BATCH} segments
 * at a time, and the statistics alone are timed, on as many threads as there are processors. It is
 * done for few and for many observations behind the same cells.
 */
final class StatisticsBenchmark {

  private static final int SEGMENTS = 500;
  private static final int BATCH = 20;
  private static final int METRICS = 8;
  private static final int LEVELS = 11;
  private static final int BUCKETS = 64;
  private static final int PERIODS = 7;
  private static final int BINS = 60;

  private StatisticsBenchmark() {}

  public static void main(String[] args) {
    batch(0, 2_000).parallelStream().forEach(StatisticsBenchmark::statistics);
    System.out.println("| observations per segment | cells in use | cells | seconds |");
    System.out.println("| --- | --- | --- | --- |");
    for (int observations : new int[] {2_000, 20_000}) {
      double seconds = 0;
      long used = 0;
      long cells = 0;
      for (int first = 0; first < SEGMENTS; first += BATCH) {
        List<Segment> segments = batch(first, observations);
        long started = System.nanoTime();
        segments.parallelStream().forEach(StatisticsBenchmark::statistics);
        seconds += (System.nanoTime() - started) / 1e9;
        used +=
            segments.stream()
                .mapToLong(segment -> segment.cells().filter(c -> c > 0).count())
                .sum();
        cells += segments.stream().mapToLong(segment -> segment.cells().count()).sum();
      }
      System.out.printf("| %,d | %,d | %,d | %.1f |%n", observations, used, cells, seconds);
    }
  }

  private static List<Segment> batch(int first, int observations) {
    return IntStream.range(first, first + BATCH)
        .parallel()
        .mapToObj(segment -> Segment.draw(new SplittableRandom(segment), observations))
        .toList();
  }

  /** All that marts publish of a segment; the result only keeps the work from being left out. */
  private static double statistics(Segment segment) {
    double sum = 0;
    for (int metric = 0; metric < METRICS; metric++) {
      var followUp = segment.retained.get(metric);
      sum += followUp.auc().value();
      sum += followUp.concordance().value();
      sum += followUp.weightedConcordance().value();
      sum += followUp.scaledBrier().value();
      sum += followUp.logitAuc().value();
      sum += followUp.retentionCurve(0, 6).size();
      sum += followUp.retentionCurve(7, 8).size();
      sum += followUp.retentionCurve(9, 10).size();
      var bought = segment.bought.get(metric);
      sum += bought.auc().value() + bought.logitAuc().value();
      var revenue = segment.revenue.get(metric);
      sum += revenue.auc().value() + revenue.logitAuc().value() + revenue.unresolvedShare();
      for (Discrimination each : List.of(followUp, bought, revenue)) {
        for (var coding : Coding.values()) {
          sum += each.aucValue(coding);
        }
      }
      for (int level = 0; level < LEVELS; level++) {
        sum += bought.retentionAt(level).value() + bought.revenueAt(level).value();
      }
    }
    for (var comparison :
        List.of(Comparison.ofFollowUp(segment.retained), Comparison.of(segment.bought))) {
      sum += comparison.probabilities()[0] + comparison.lossesNeeded(0.01);
      sum += Verdict.of(comparison, new BitSet(), comparison.withBest().pValue()).ordinal();
    }
    return sum;
  }

  /** The counts of a segment, by metric, for each of three outcomes. */
  private record Segment(
      List<MetricFollowUp> retained, List<MetricCounts> bought, List<MetricRevenue> revenue) {

    /** Customers whose scores and outcomes share a mood, some followed up to the horizon. */
    static Segment draw(SplittableRandom random, int observations) {
      double[][][][] lost = new double[METRICS][BUCKETS][PERIODS][LEVELS];
      double[][][][] censored = new double[METRICS][BUCKETS][PERIODS][LEVELS];
      double[][][] bought = new double[METRICS][BUCKETS][LEVELS];
      double[][][] notBought = new double[METRICS][BUCKETS][LEVELS];
      double[][][] amounts = new double[METRICS][BUCKETS][LEVELS];
      double[][][][] revenue = new double[METRICS][BUCKETS][BINS][LEVELS];
      for (int i = 0; i < observations; i++) {
        int bucket = random.nextInt(BUCKETS);
        double mood = random.nextDouble();
        boolean isLost = random.nextDouble() < 0.3 * (1 - mood);
        boolean isOpen = random.nextDouble() < 0.2;
        int period = isLost || isOpen ? 1 + random.nextInt(PERIODS - 1) : PERIODS - 1;
        boolean buys = random.nextDouble() < 0.3 + 0.4 * mood;
        int bin = buys ? 1 + (int) ((BINS - 1) * random.nextDouble()) : 0;
        for (int metric = 0; metric < METRICS; metric++) {
          double share = 0.3 + 0.05 * metric;
          int level = (int) (LEVELS * (share * mood + (1 - share) * random.nextDouble()));
          (isLost ? lost : censored)[metric][bucket][period][level]++;
          (buys ? bought : notBought)[metric][bucket][level]++;
          amounts[metric][bucket][level] += 100 * bin;
          revenue[metric][bucket][bin][level]++;
        }
      }
      double[] pairsWithin = new double[BINS];
      List<MetricFollowUp> followUps = new ArrayList<>();
      List<MetricCounts> counts = new ArrayList<>();
      List<MetricRevenue> revenues = new ArrayList<>();
      for (int metric = 0; metric < METRICS; metric++) {
        followUps.add(new MetricFollowUp(lost[metric], censored[metric]));
        counts.add(new MetricCounts(bought[metric], notBought[metric], amounts[metric]));
        revenues.add(new MetricRevenue(revenue[metric], pairsWithin));
      }
      return new Segment(followUps, counts, revenues);
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
          .flatMapToDouble(Arrays::stream);
    }
  }
}
