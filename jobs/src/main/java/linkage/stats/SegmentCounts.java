package linkage.stats;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The counts behind every figure of one segment, for one outcome and horizon.
 *
 * <p>They are kept by which metrics an observation answered (its pattern), since metrics may only
 * be compared on the observations that answered all of them. A metric's own sample sums the
 * patterns that hold it, a common sample those that hold all its candidates. A joint table of the
 * scores isn't needed.
 *
 * <p><b>Value:</b> {@link MetricCounts}, by {@link #own} and {@link #common}.
 *
 * <p><b>Nulls and edges:</b> {@link #merge} is commutative and associative, exactly so for whole
 * numbers below 2^53 and up to rounding otherwise. Sums of money in the smallest unit of their
 * currency stay exact.
 *
 * <p><b>Cost:</b> memory is 24 bytes per level of each metric of each pattern, for each bucket in
 * which the pattern occurs: at most 135 kB for a pattern of eight eleven-level metrics. The largest
 * segment, with all 255 patterns of eight metrics in all 64 buckets, takes about 17 MB; dozens of
 * patterns are usual. Not distributed: one instance per segment. Not safe for concurrent use.
 */
public final class SegmentCounts implements Serializable {

  /** A pattern is a bit mask in a long. */
  public static final int MAXIMUM_METRICS = 63;

  private static final long serialVersionUID = 1L;
  private static final int RETAINED = 0;
  private static final int LOST = 1;
  private static final int REVENUE = 2;
  private static final int PLANES = 3;

  private final int[] levels;
  private final int buckets;

  /** Cells by pattern as [bucket][cell]; a bucket in which the pattern doesn't occur is null. */
  private final TreeMap<Long, double[][]> patterns = new TreeMap<>();

  /**
   * Starts without observations.
   *
   * @param levels the number of levels of each metric, in declared order
   * @param buckets the number of buckets
   */
  public SegmentCounts(int[] levels, int buckets) {
    if (levels.length > MAXIMUM_METRICS) {
      throw new IllegalArgumentException(
          "Cannot count %d metrics, only up to %d.".formatted(levels.length, MAXIMUM_METRICS));
    }
    this.levels = levels.clone();
    this.buckets = buckets;
  }

  /**
   * Adds observations that answered the same metrics, and one metric at the same level. Each
   * observation is to be added once for every metric of its pattern.
   *
   * @param pattern the metrics that the observations answered, metric m as the bit {@code 1L << m}
   * @param metric one of them
   * @param level the level of its answer, in favourable order
   * @param bucket the bucket of the customers
   * @param retained how many were retained, or their weights
   * @param lost how many were lost, or their weights
   * @param revenue the revenue of both
   * @return this
   */
  public SegmentCounts add(
      long pattern,
      int metric,
      int level,
      int bucket,
      double retained,
      double lost,
      double revenue) {
    if (!holds(pattern, metric) || level < 0 || level >= levels[metric]) {
      throw new IllegalArgumentException(
          "Cannot count metric %d at level %d in pattern %s of metrics with %s levels."
              .formatted(metric, level, Long.toBinaryString(pattern), Arrays.toString(levels)));
    }
    double[] cells = cells(pattern, bucket);
    int cell = offset(pattern, metric) + level;
    cells[cell + RETAINED * levels[metric]] += retained;
    cells[cell + LOST * levels[metric]] += lost;
    cells[cell + REVENUE * levels[metric]] += revenue;
    return this;
  }

  /**
   * Adds all observations of another part of the same segment.
   *
   * @param other counts of the same metrics and buckets; not changed
   * @return this
   */
  public SegmentCounts merge(SegmentCounts other) {
    if (!Arrays.equals(levels, other.levels) || buckets != other.buckets) {
      throw new IllegalArgumentException(
          "Cannot merge counts of metrics with %s levels in %d buckets and %s levels in %d."
              .formatted(
                  Arrays.toString(levels), buckets, Arrays.toString(other.levels), other.buckets));
    }
    other.patterns.forEach(
        (pattern, theirs) -> {
          for (int bucket = 0; bucket < buckets; bucket++) {
            if (theirs[bucket] != null) {
              Sums.add(cells(pattern, bucket), theirs[bucket]);
            }
          }
        });
    return this;
  }

  /**
   * The counts of all observations that answered one metric.
   *
   * <p><b>Cost:</b> O(patterns × buckets × levels).
   */
  public MetricCounts own(int metric) {
    return counts(metric, 1L << metric);
  }

  /**
   * The counts of each candidate on the observations that answered all of them.
   *
   * <p><b>Cost:</b> O(candidates × patterns × buckets × levels).
   *
   * @return counts in the order of {@code sample.metrics()}
   */
  public List<MetricCounts> common(CommonSample sample) {
    long candidates = mask(sample.metrics().stream().mapToInt(Integer::intValue).toArray());
    return sample.metrics().stream().map(metric -> counts(metric, candidates)).toList();
  }

  /**
   * Chooses the candidates of a comparison.
   *
   * <p>A metric that is {@link Support#insufficient} on its own observations can't be part of any
   * sufficient common sample, so it is dropped; if this would leave none, all that were answered
   * stay, to be found insufficient together. Then, while the common sample is insufficient and more
   * than two candidates are left, the one is dropped whose absence leaves the most common
   * observations. Among equals that is the one with the fewest observations of its own, then the
   * last declared.
   *
   * <p><b>Cost:</b> O(metrics² × patterns × buckets).
   */
  public CommonSample commonSample() {
    int[] answered = metricsWhere(metric -> observations(1L << metric) > 0);
    int[] sufficient = metricsWhere(metric -> !support(1L << metric).insufficient());
    if (sufficient.length == 0) {
      return commonSample(mask(answered));
    }

    long candidates = mask(sufficient);
    while (Long.bitCount(candidates) > 2 && support(candidates).insufficient()) {
      candidates &= ~(1L << leastOverlapping(candidates));
    }
    return commonSample(candidates);
  }

  private CommonSample commonSample(long candidates) {
    double observations = candidates == 0 ? 0 : observations(candidates);
    return new CommonSample(
        list(metricsWhere(metric -> holds(candidates, metric))),
        list(metricsWhere(metric -> !holds(candidates, metric))),
        observations,
        observations / observations(0));
  }

  /** The candidate without which the most observations are common to the others. */
  private int leastOverlapping(long candidates) {
    int least = -1;
    double most = -1;
    for (int metric : metricsWhere(m -> holds(candidates, m))) {
      double without = observations(candidates & ~(1L << metric));
      boolean better =
          without > most
              || without == most && observations(1L << metric) <= observations(1L << least);
      if (better) {
        least = metric;
        most = without;
      }
    }
    return least;
  }

  private double observations(long candidates) {
    double[][] totals = totals(candidates);
    return Sums.of(totals[RETAINED]) + Sums.of(totals[LOST]);
  }

  private Support support(long candidates) {
    double[][] totals = totals(candidates);
    return Support.of(totals[RETAINED], totals[LOST]);
  }

  /** The retained and lost observations that answered all candidates as [class][bucket]. */
  private double[][] totals(long candidates) {
    double[][] totals = new double[2][buckets];
    forEachBlock(
        candidates,
        (pattern, bucket, cells) -> {
          // Every metric of the pattern counts the same observations, so its first will do.
          int first = levels[Long.numberOfTrailingZeros(pattern)];
          for (int level = 0; level < first; level++) {
            totals[RETAINED][bucket] += cells[RETAINED * first + level];
            totals[LOST][bucket] += cells[LOST * first + level];
          }
        });
    return totals;
  }

  private MetricCounts counts(int metric, long candidates) {
    int scale = levels[metric];
    double[][][] planes = new double[PLANES][buckets][scale];
    forEachBlock(
        candidates,
        (pattern, bucket, cells) -> {
          int offset = offset(pattern, metric);
          for (int plane = 0; plane < PLANES; plane++) {
            for (int level = 0; level < scale; level++) {
              planes[plane][bucket][level] += cells[offset + plane * scale + level];
            }
          }
        });
    return new MetricCounts(planes[RETAINED], planes[LOST], planes[REVENUE]);
  }

  private void forEachBlock(long candidates, Block block) {
    patterns.forEach(
        (pattern, cells) -> {
          boolean answeredAll = (pattern & candidates) == candidates;
          for (int bucket = 0; bucket < buckets && answeredAll; bucket++) {
            if (cells[bucket] != null) {
              block.accept(pattern, bucket, cells[bucket]);
            }
          }
        });
  }

  private double[] cells(long pattern, int bucket) {
    double[][] blocks = patterns.computeIfAbsent(pattern, p -> new double[buckets][]);
    if (blocks[bucket] == null) {
      blocks[bucket] = new double[offset(pattern, levels.length)];
    }
    return blocks[bucket];
  }

  /** Where the cells of a metric begin in a block of its pattern. */
  private int offset(long pattern, int metric) {
    int offset = 0;
    for (int before = 0; before < metric; before++) {
      offset += holds(pattern, before) ? PLANES * levels[before] : 0;
    }
    return offset;
  }

  private int[] metricsWhere(IntPredicate condition) {
    return IntStream.range(0, levels.length).filter(condition).toArray();
  }

  private static boolean holds(long pattern, int metric) {
    return (pattern >>> metric & 1) == 1;
  }

  private static long mask(int[] metrics) {
    long mask = 0;
    for (int metric : metrics) {
      mask |= 1L << metric;
    }
    return mask;
  }

  private static List<Integer> list(int[] metrics) {
    return Arrays.stream(metrics).boxed().toList();
  }

  /** Reads the cells of one pattern in one bucket. */
  private interface Block {
    void accept(long pattern, int bucket, double[] cells);
  }
}
