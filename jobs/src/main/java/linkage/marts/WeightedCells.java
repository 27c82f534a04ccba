package linkage.marts;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import linkage.counts.Cell;
import linkage.counts.CountTable;
import linkage.stats.CommonSample;
import linkage.stats.MetricCounts;
import linkage.stats.ResponseWeight;
import linkage.stats.SegmentCounts;

/**
 * The weights of one segment's observations of one horizon, from the cells of {@link
 * CountTable#OUTCOMES}.
 */
final class WeightedCells {
  private final Map<Outcome, SegmentCounts> counts = new EnumMap<>(Outcome.class);

  /** By metric and level. */
  private final ResponseWeight[][] atLevel;

  WeightedCells(int[] levels) {
    for (Outcome outcome : Outcome.values()) {
      counts.put(outcome, new SegmentCounts(levels, SegmentPlan.BUCKETS));
    }
    atLevel = new ResponseWeight[levels.length][];
    for (int metric = 0; metric < levels.length; metric++) {
      atLevel[metric] = new ResponseWeight[levels[metric]];
      Arrays.fill(atLevel[metric], ResponseWeight.NONE);
    }
  }

  void add(Cell cell) {
    int metric = cell.metric();
    int level = cell.level();
    for (Outcome outcome : Outcome.values()) {
      double withOutcome = outcome.positiveWeight(cell);
      counts
          .get(outcome)
          .add(
              cell.pattern(),
              metric,
              level,
              cell.bucket(),
              withOutcome,
              cell.weight() - withOutcome,
              cell.weightedRevenueCents());
    }
    atLevel[metric][level] = atLevel[metric][level].plus(weights(cell));
  }

  /** What a cell tells of weights; which was the largest, it doesn't. */
  static ResponseWeight weights(Cell cell) {
    return new ResponseWeight(cell.observations(), cell.weight(), cell.squaredWeight(), Double.NaN);
  }

  /** The weights of those who answered a metric. */
  MetricCounts of(Outcome outcome, int metric) {
    return counts.get(outcome).own(metric);
  }

  /** Those of each candidate on the observations that answered all of them. */
  List<MetricCounts> common(Outcome outcome, CommonSample sample) {
    return counts.get(outcome).common(sample);
  }

  /**
   * The weights of those who answered a metric, scaled to their effective number, so that an
   * interval that falls back on the number of trials doesn't take the weight of few for the
   * evidence of many.
   */
  MetricCounts scaled(Outcome outcome, int metric) {
    ResponseWeight all = all(metric);
    return of(outcome, metric).scaled(all.effective() / all.sum());
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
