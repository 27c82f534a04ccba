package linkage.marts;

import java.util.Arrays;
import java.util.List;
import linkage.counts.Cell;
import linkage.counts.CountTable;
import linkage.stats.CommonSample;
import linkage.stats.MetricFollowUp;
import linkage.stats.ResponseWeight;
import linkage.stats.SegmentFollowUp;

/** The weights of one segment's observations by time of loss, from {@link CountTable#LOSSES}. */
final class WeightedFollowUp {
  private final SegmentFollowUp weights;

  /** By metric. */
  private final ResponseWeight[] all;

  WeightedFollowUp(int[] levels, int lastPeriod) {
    weights = new SegmentFollowUp(levels, SegmentPlan.BUCKETS, lastPeriod);
    all = new ResponseWeight[levels.length];
    Arrays.fill(all, ResponseWeight.NONE);
  }

  void add(Cell cell, int period) {
    int metric = cell.metric();
    weights.add(
        cell.pattern(),
        metric,
        cell.level(),
        period,
        cell.bucket(),
        cell.lostWeight(),
        cell.weight() - cell.lostWeight());
    all[metric] = all[metric].plus(WeightedCells.weights(cell));
  }

  MetricFollowUp of(int metric) {
    return weights.own(metric);
  }

  /** Those of each candidate on the observations that answered all of them. */
  List<MetricFollowUp> common(CommonSample sample) {
    return weights.common(sample);
  }

  /**
   * The weights scaled to their effective number, so that an interval that falls back on the number
   * of trials doesn't take the weight of few for the evidence of many.
   */
  MetricFollowUp scaled(int metric) {
    return of(metric).scaled(all[metric].effective() / all[metric].sum());
  }
}
