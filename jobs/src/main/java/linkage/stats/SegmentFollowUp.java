package linkage.stats;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The times behind every figure of one segment: in which period observations were lost, and how
 * long the others have been followed up.
 *
 * <p>As {@link SegmentCounts}, of which it keeps one per period, it tells apart which metrics an
 * observation answered. It serves all horizons at once.
 *
 * <p><b>Value:</b> {@link MetricFollowUp}, by {@link #own} and {@link #common}.
 *
 * <p><b>Cost:</b> memory is that of {@link SegmentCounts} times the periods in which something
 * happens, in each pattern and bucket: with 14 periods and thirty patterns of eight eleven-level
 * metrics about 60 MB at most. Not distributed: one instance per segment. Not safe for concurrent
 * use.
 */
public final class SegmentFollowUp {
  private final SegmentCounts[] periods;
  private final Map<Integer, SegmentCounts> known = new TreeMap<>();
  private final int buckets;

  /**
   * Starts without observations.
   *
   * @param levels the number of levels of each metric, in declared order
   * @param buckets the number of buckets
   * @param last the last period; periods count from 0, in which nobody is lost
   * @param horizons the periods with which horizons end
   */
  public SegmentFollowUp(int[] levels, int buckets, int last, int... horizons) {
    this.buckets = buckets;
    this.periods =
        IntStream.rangeClosed(0, last)
            .mapToObj(period -> new SegmentCounts(levels, buckets))
            .toArray(SegmentCounts[]::new);
    for (int horizon : horizons) {
      known.put(horizon, new SegmentCounts(levels, buckets));
    }
  }

  /**
   * Adds observations that answered the same metrics, and one metric at the same level. Each
   * observation is to be added once for every metric of its pattern.
   *
   * @param pattern the metrics that the observations answered, metric m as the bit {@code 1L << m}
   * @param metric one of them
   * @param level the level of its answer, in favourable order
   * @param period the period in which they were lost, or with which their follow-up ends
   * @param bucket the bucket of the customers
   * @param lost how many were lost in the period, or their weights
   * @param censored how many weren't lost, and are followed up through the period and no further
   * @return this
   */
  public SegmentFollowUp add(
      long pattern, int metric, int level, int period, int bucket, double lost, double censored) {
    periods[period].add(pattern, metric, level, bucket, censored, lost, 0);
    known.forEach(
        (horizon, counts) -> {
          double stayed = (period >= horizon ? censored : 0) + (period > horizon ? lost : 0);
          double gone = period <= horizon ? lost : 0;
          if (stayed > 0 || gone > 0) {
            counts.add(pattern, metric, level, bucket, stayed, gone, 0);
          }
        });
    return this;
  }

  /** The times of all observations that answered one metric. */
  public MetricFollowUp own(int metric) {
    return followUp(
        IntStream.range(0, periods.length)
            .mapToObj(period -> periods[period].own(metric))
            .toList());
  }

  /**
   * The times of each candidate on the observations that answered all of them.
   *
   * @return in the order of {@code sample.metrics()}
   */
  public List<MetricFollowUp> common(CommonSample sample) {
    List<List<MetricCounts>> byPeriod =
        IntStream.range(0, periods.length)
            .mapToObj(period -> periods[period].common(sample))
            .toList();
    return IntStream.range(0, sample.metrics().size())
        .mapToObj(metric -> followUp(byPeriod.stream().map(all -> all.get(metric)).toList()))
        .toList();
  }

  /**
   * The observations whose outcome at a horizon is known, open windows with an early loss among
   * them: what to choose the candidates of a comparison by. See {@link MetricFollowUp#known}.
   *
   * @param horizon one of the periods that were declared as horizons
   */
  public SegmentCounts known(int horizon) {
    SegmentCounts counts = known.get(horizon);
    if (counts == null) {
      throw new IllegalArgumentException(
          "Cannot tell who is known at period %d: horizons end with periods %s."
              .formatted(horizon, known.keySet()));
    }
    return counts;
  }

  private MetricFollowUp followUp(List<MetricCounts> byPeriod) {
    double[][][] lost = new double[buckets][byPeriod.size()][];
    double[][][] censored = new double[buckets][byPeriod.size()][];
    for (int bucket = 0; bucket < buckets; bucket++) {
      for (int period = 0; period < byPeriod.size(); period++) {
        lost[bucket][period] = byPeriod.get(period).lost()[bucket];
        censored[bucket][period] = byPeriod.get(period).retained()[bucket];
      }
    }
    return new MetricFollowUp(lost, censored);
  }
}
