package linkage.marts;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import linkage.counts.Cell;
import linkage.counts.CountTable;
import linkage.counts.RevenueBins;
import linkage.stats.CommonSample;
import linkage.stats.MetricRevenue;
import linkage.stats.SegmentCounts;

/**
 * The {@link CountTable#REVENUE} cells of one segment and horizon: observations, or their weights.
 */
final class RevenueCells {
  private final int[] levels;
  private final int buckets;

  /** By answered pattern, metric and bin; only bins that occur are there. */
  private final TreeMap<Long, List<TreeMap<Integer, Bin>>> patterns = new TreeMap<>();

  /** What a metric's answers of one pattern and bin are; a bucket without any is null. */
  private static final class Bin {
    private final double[][] counts;
    private double squares;

    Bin(int buckets) {
      this.counts = new double[buckets][];
    }

    void add(int bucket, double[] byLevel) {
      for (int level = 0; level < byLevel.length; level++) {
        add(bucket, level, byLevel[level], byLevel.length);
      }
    }

    void add(int bucket, int level, double amount, int levels) {
      if (counts[bucket] == null) {
        counts[bucket] = new double[levels];
      }
      counts[bucket][level] += amount;
    }

    double in(int bucket) {
      double sum = 0;
      for (int level = 0; counts[bucket] != null && level < counts[bucket].length; level++) {
        sum += counts[bucket][level];
      }
      return sum;
    }

    double total() {
      double total = 0;
      for (int bucket = 0; bucket < counts.length; bucket++) {
        total += in(bucket);
      }
      return total;
    }

    /** Pairs, or the products of their weights: half of all but of each with itself. */
    double pairs() {
      double total = total();
      return Math.max(0, (total * total - squares) / 2);
    }
  }

  RevenueCells(int[] levels, int buckets) {
    this.levels = levels;
    this.buckets = buckets;
  }

  /**
   * Adds a cell.
   *
   * @param amount its observations, or the sum of their weights
   * @param squares the sum of the squares of what each of them counts
   */
  void add(Cell cell, double amount, double squares) {
    Bin bin =
        patterns
            .computeIfAbsent(cell.pattern(), pattern -> noBins())
            .get(cell.metric())
            .computeIfAbsent(cell.bin(), absent -> new Bin(buckets));
    bin.add(cell.bucket(), cell.level(), amount, levels[cell.metric()]);
    bin.squares += squares;
  }

  private List<TreeMap<Integer, Bin>> noBins() {
    List<TreeMap<Integer, Bin>> noBins = new ArrayList<>();
    for (int metric = 0; metric < levels.length; metric++) {
      noBins.add(new TreeMap<>());
    }
    return noBins;
  }

  /** Observations that answered a metric and brought in more than nothing. */
  long positive(int metric) {
    return total(List.copyOf(bins(metric, 1L << metric).tailMap(0, false).values()));
  }

  /** Observations that brought in more than nothing, whatever they answered. */
  long positive() {
    return total(List.copyOf(everybody().tailMap(0, false).values()));
  }

  /** Observations of a sample that brought in nothing, or less. */
  long nothing(CommonSample sample) {
    int any = sample.metrics().get(0);
    return total(List.copyOf(bins(any, mask(sample)).headMap(0, true).values()));
  }

  private static long total(List<Bin> bins) {
    return Math.round(bins.stream().mapToDouble(Bin::total).sum());
  }

  /** All bins of a metric, in the order of revenue. */
  MetricRevenue of(int metric) {
    return revenue(bins(metric, 1L << metric), levels[metric]);
  }

  /** Those of each candidate on the observations that answered all of them. */
  List<MetricRevenue> common(CommonSample sample) {
    return sample.metrics().stream()
        .map(metric -> revenue(bins(metric, mask(sample)), levels[metric]))
        .toList();
  }

  /**
   * The observations on either side of the cut that spreads both sides widest over the buckets: by
   * them it is chosen which metrics can be compared, as by the lost and the retained elsewhere.
   */
  SegmentCounts aroundCut() {
    TreeMap<Integer, Bin> everybody = everybody();
    int cut = revenue(everybody, 1).cut();
    int last = cut < 0 ? Integer.MAX_VALUE : List.copyOf(everybody.keySet()).get(cut);
    var counts = new SegmentCounts(levels, buckets);
    patterns.forEach(
        (pattern, metrics) -> {
          for (int metric = 0; metric < metrics.size(); metric++) {
            for (var entry : metrics.get(metric).entrySet()) {
              add(counts, pattern, metric, entry.getKey() > last, entry.getValue());
            }
          }
        });
    return counts;
  }

  private static void add(
      SegmentCounts counts, long pattern, int metric, boolean isAbove, Bin bin) {
    for (int bucket = 0; bucket < bin.counts.length; bucket++) {
      double[] byLevel = bin.counts[bucket];
      for (int level = 0; byLevel != null && level < byLevel.length; level++) {
        double above = isAbove ? byLevel[level] : 0;
        counts.add(pattern, metric, level, bucket, above, byLevel[level] - above, 0);
      }
    }
  }

  /** Every observation once, by the first metric that it answered, as if of one level. */
  private TreeMap<Integer, Bin> everybody() {
    TreeMap<Integer, Bin> everybody = new TreeMap<>();
    patterns.forEach(
        (pattern, metrics) ->
            metrics
                .get(Long.numberOfTrailingZeros(pattern))
                .forEach(
                    (at, bin) -> {
                      Bin all = everybody.computeIfAbsent(at, absent -> new Bin(buckets));
                      for (int bucket = 0; bucket < buckets; bucket++) {
                        if (bin.counts[bucket] != null) {
                          all.add(bucket, 0, bin.in(bucket), 1);
                        }
                      }
                      all.squares += bin.squares;
                    }));
    return everybody;
  }

  /** The bins of a metric on the observations that answered all candidates. */
  private TreeMap<Integer, Bin> bins(int metric, long candidates) {
    TreeMap<Integer, Bin> sum = new TreeMap<>();
    patterns.forEach(
        (pattern, metrics) -> {
          if ((pattern & candidates) == candidates) {
            metrics
                .get(metric)
                .forEach(
                    (at, bin) -> {
                      Bin all = sum.computeIfAbsent(at, absent -> new Bin(buckets));
                      for (int bucket = 0; bucket < buckets; bucket++) {
                        if (bin.counts[bucket] != null) {
                          all.add(bucket, bin.counts[bucket]);
                        }
                      }
                      all.squares += bin.squares;
                    });
          }
        });
    return sum;
  }

  private MetricRevenue revenue(TreeMap<Integer, Bin> bins, int levels) {
    double[][][] counts = new double[buckets][Math.max(1, bins.size())][];
    if (bins.isEmpty()) {
      counts[0][0] = new double[levels];
    }
    double[] pairsWithin = new double[Math.max(1, bins.size())];
    int next = 0;
    for (var entry : bins.entrySet()) {
      for (int bucket = 0; bucket < buckets; bucket++) {
        counts[bucket][next] = entry.getValue().counts[bucket];
      }
      boolean isSingleAmount = RevenueBins.isSingleAmount(entry.getKey());
      pairsWithin[next] = isSingleAmount ? 0 : entry.getValue().pairs();
      next++;
    }
    return new MetricRevenue(counts, pairsWithin);
  }

  private static long mask(CommonSample sample) {
    return sample.metrics().stream().mapToLong(metric -> 1L << metric).sum();
  }
}
