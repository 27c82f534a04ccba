package linkage.marts;

import java.util.Optional;
import linkage.counts.Cell;
import linkage.counts.CountTable;
import linkage.stats.AddedValue;
import linkage.stats.RiskCounts;
import linkage.stats.RiskStrata;

/**
 * The cells of one segment, horizon and outcome by baseline risk: {@link CountTable#RETENTION_RISK}
 * or {@link CountTable#REPEAT_RISK}.
 */
final class RiskCells {
  private final Outcome outcome;
  private final int[] levels;
  private final int buckets;

  /** Made when a metric's first cell comes, so that what has no baseline takes no memory. */
  private final RiskCounts[] metrics;

  RiskCells(Outcome outcome, int[] levels, int buckets) {
    this.outcome = outcome;
    this.levels = levels;
    this.buckets = buckets;
    this.metrics = new RiskCounts[levels.length];
  }

  void add(Cell cell) {
    int stratum = cell.bin();
    int metric = cell.metric();
    int bucket = cell.bucket();
    if (metrics[metric] == null) {
      metrics[metric] = new RiskCounts(levels[metric], zero(metric), zero(metric), zero(metric));
    }
    RiskCounts counts = metrics[metric];
    int at = stratum * levels[metric] + cell.level();
    long n = cell.observations();
    long positive = outcome.positive(cell);
    counts.retained()[bucket][at] += positive;
    counts.lost()[bucket][at] += n - positive;
    counts.logOdds()[bucket][at] += cell.riskLogOdds();
  }

  private double[][] zero(int metric) {
    return new double[buckets][RiskStrata.STRATA * levels[metric]];
  }

  /**
   * How many observations of some levels lie in each stratum, and the sum of their log odds; none
   * where there is no baseline.
   */
  Optional<double[][]> strata(int metric, int from, int to) {
    return Optional.ofNullable(metrics[metric])
        .map(
            counts -> {
              double[][] strata = new double[2][RiskStrata.STRATA];
              for (int bucket = 0; bucket < buckets; bucket++) {
                for (int stratum = 0; stratum < RiskStrata.STRATA; stratum++) {
                  for (int level = from; level <= to; level++) {
                    int at = stratum * levels[metric] + level;
                    strata[0][stratum] += counts.retained()[bucket][at] + counts.lost()[bucket][at];
                    strata[1][stratum] += counts.logOdds()[bucket][at];
                  }
                }
              }
              return strata;
            });
  }

  /** What each metric adds to the baseline; null where there is no baseline, or no answer. */
  AddedValue[] addedValues() {
    var added = new AddedValue[metrics.length];
    for (int metric = 0; metric < metrics.length; metric++) {
      added[metric] = metrics[metric] == null ? null : metrics[metric].addedValue();
    }
    return added;
  }
}
