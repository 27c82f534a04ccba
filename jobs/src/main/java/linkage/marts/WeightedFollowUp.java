package linkage.marts;

import linkage.counts.Cell;
import linkage.counts.Counts;
import linkage.stats.MetricFollowUp;

/** The weights of one segment's observations by time of loss, from {@link Counts#LOSSES}. */
final class WeightedFollowUp {
  /** By metric as [bucket][period][level]. */
  private final double[][][][] lost;

  private final double[][][][] censored;

  WeightedFollowUp(int[] levels, int lastPeriod) {
    lost = new double[levels.length][SegmentPlan.BUCKETS][lastPeriod + 1][];
    censored = new double[levels.length][SegmentPlan.BUCKETS][lastPeriod + 1][];
    for (int metric = 0; metric < levels.length; metric++) {
      for (int bucket = 0; bucket < SegmentPlan.BUCKETS; bucket++) {
        for (int period = 0; period <= lastPeriod; period++) {
          lost[metric][bucket][period] = new double[levels[metric]];
          censored[metric][bucket][period] = new double[levels[metric]];
        }
      }
    }
  }

  void add(Cell cell, int period) {
    int metric = cell.metric();
    lost[metric][cell.bucket()][period][cell.level()] += cell.lostWeight();
    censored[metric][cell.bucket()][period][cell.level()] += cell.weight() - cell.lostWeight();
  }

  MetricFollowUp of(int metric) {
    return new MetricFollowUp(lost[metric], censored[metric]);
  }
}
