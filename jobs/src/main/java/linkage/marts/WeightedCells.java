package linkage.marts;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import linkage.counts.Cell;
import linkage.counts.Counts;
import linkage.stats.Estimate;
import linkage.stats.MetricCounts;
import linkage.stats.ResponseWeight;

/**
 * The weights of one segment's observations of one horizon, from the cells of {@link
 * Counts#OUTCOMES}.
 *
 * <p>A common sample isn't needed of them, since verdicts rest on what respondents said, so they
 * are kept without patterns.
 */
final class WeightedCells {
  /** By outcome and metric as [bucket][level]. */
  private final Map<Outcome, double[][][]> positive = new EnumMap<>(Outcome.class);

  private final Map<Outcome, double[][][]> negative = new EnumMap<>(Outcome.class);

  /** By metric and level. */
  private final ResponseWeight[][] atLevel;

  WeightedCells(int[] levels) {
    for (Outcome outcome : Outcome.values()) {
      positive.put(outcome, zero(levels));
      negative.put(outcome, zero(levels));
    }
    atLevel = new ResponseWeight[levels.length][];
    for (int metric = 0; metric < levels.length; metric++) {
      atLevel[metric] = new ResponseWeight[levels[metric]];
      Arrays.fill(atLevel[metric], ResponseWeight.NONE);
    }
  }

  private static double[][][] zero(int[] levels) {
    var zero = new double[levels.length][][];
    for (int metric = 0; metric < levels.length; metric++) {
      zero[metric] = new double[SegmentPlan.BUCKETS][levels[metric]];
    }
    return zero;
  }

  void add(Cell cell) {
    int metric = cell.metric();
    int level = cell.level();
    for (Outcome outcome : Outcome.values()) {
      double withOutcome = outcome.positiveWeight(cell);
      positive.get(outcome)[metric][cell.bucket()][level] += withOutcome;
      negative.get(outcome)[metric][cell.bucket()][level] += cell.weight() - withOutcome;
    }
    atLevel[metric][level] = atLevel[metric][level].plus(weights(cell));
  }

  /** What a cell tells of weights; which was the largest, it doesn't. */
  static ResponseWeight weights(Cell cell) {
    return new ResponseWeight(cell.observations(), cell.weight(), cell.squaredWeight(), Double.NaN);
  }

  /** The weights of those who answered a metric; their revenue isn't weighted. */
  MetricCounts of(Outcome outcome, int metric) {
    double[][] retained = positive.get(outcome)[metric];
    return new MetricCounts(
        retained, negative.get(outcome)[metric], new double[retained.length][retained[0].length]);
  }

  /**
   * The retention of those who answered a metric at one level.
   *
   * <p>Weights are scaled to the effective number, so that an interval that falls back on the
   * number of trials doesn't take the weight of few for the evidence of many.
   */
  Estimate retentionAt(int metric, int level) {
    ResponseWeight all = all(metric);
    return of(Outcome.RETAINED, metric).scaled(all.effective() / all.sum()).retentionAt(level);
  }

  /** The effective number of observations that answered a metric; null without weights. */
  Long effective(int metric) {
    return effective(all(metric));
  }

  private ResponseWeight all(int metric) {
    return Arrays.stream(atLevel[metric]).reduce(ResponseWeight.NONE, ResponseWeight::plus);
  }

  /** The effective number of observations at one level; null without weights. */
  Long effective(int metric, int level) {
    return effective(atLevel[metric][level]);
  }

  /** Kish's effective number; weights in whole millionths could lift it above all there are. */
  static Long effective(ResponseWeight weights) {
    double effective = Math.min(weights.respondents(), weights.effective());
    return Double.isNaN(effective) ? null : Long.valueOf(Math.round(effective));
  }
}
