package linkage.marts;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import linkage.counts.Cell;
import linkage.counts.Counts;
import linkage.counts.RevenueBins;
import linkage.stats.MetricRevenue;

/** The {@link Counts#REVENUE} cells of one segment and horizon. */
final class RevenueCells {
  private final int[] levels;
  private final int buckets;

  /** Observations by metric and bin as [bucket][level]; only bins that occur are there. */
  private final List<TreeMap<Integer, double[][]>> metrics = new ArrayList<>();

  RevenueCells(int[] levels, int buckets) {
    this.levels = levels;
    this.buckets = buckets;
    for (int metric = 0; metric < levels.length; metric++) {
      metrics.add(new TreeMap<>());
    }
  }

  void add(Cell cell) {
    int bin = cell.binOrStratum();
    int metric = cell.metric();
    double[][] counts =
        metrics.get(metric).computeIfAbsent(bin, b -> new double[buckets][levels[metric]]);
    counts[cell.bucket()][cell.level()] += cell.observations();
  }

  /** Observations that answered a metric and brought in more than nothing. */
  long positive(int metric) {
    double positive = 0;
    for (double[][] byBucket : metrics.get(metric).tailMap(0, false).values()) {
      for (double[] byLevel : byBucket) {
        for (double count : byLevel) {
          positive += count;
        }
      }
    }
    return Math.round(positive);
  }

  /** All bins of a metric, in the order of revenue. */
  MetricRevenue of(int metric) {
    TreeMap<Integer, double[][]> bins = metrics.get(metric);
    double[][][] counts = new double[buckets][Math.max(1, bins.size())][levels[metric]];
    boolean[] isSingleAmount = new boolean[Math.max(1, bins.size())];
    int next = 0;
    for (int bin : bins.keySet()) {
      for (int bucket = 0; bucket < buckets; bucket++) {
        counts[bucket][next] = bins.get(bin)[bucket];
      }
      isSingleAmount[next] = RevenueBins.isSingleAmount(bin);
      next++;
    }
    return new MetricRevenue(counts, isSingleAmount);
  }
}
