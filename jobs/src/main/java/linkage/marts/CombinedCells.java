package linkage.marts;

import java.util.Optional;
import java.util.TreeMap;
import linkage.counts.Cell;
import linkage.counts.CountTable;
import linkage.stats.Combination;
import linkage.stats.CombinationScore;
import linkage.stats.CommonSample;
import linkage.stats.MetricCounts;
import linkage.stats.SegmentCounts;

/**
 * The cells of one segment, horizon and outcome by all metrics read as one score: {@link
 * CountTable#COMBINED_RETENTION} or {@link CountTable#COMBINED_REPEAT}.
 */
final class CombinedCells {
  private final Outcome outcome;
  private final int buckets;

  /** By answered pattern, as [class][bucket][bin]. */
  private final TreeMap<Long, double[][][]> patterns = new TreeMap<>();

  CombinedCells(Outcome outcome, int buckets) {
    this.outcome = outcome;
    this.buckets = buckets;
  }

  void add(Cell cell) {
    double[][][] counts =
        patterns.computeIfAbsent(
            cell.pattern(), pattern -> new double[2][buckets][CombinationScore.BINS]);
    long positive = outcome.positive(cell);
    counts[0][cell.bucket()][cell.level()] += positive;
    counts[1][cell.bucket()][cell.level()] += cell.observations() - positive;
  }

  /**
   * Compares the combination with the best metric.
   *
   * @param counts the same observations, and others
   * @param sample the observations that metrics are compared on
   * @param best index of the best metric in the sample
   * @return none unless every observation of the sample has a combined score: the score may combine
   *     other metrics than are compared here, or there is none
   */
  Optional<Combination> with(SegmentCounts counts, CommonSample sample, int best) {
    long compared = sample.metrics().stream().mapToLong(metric -> 1L << metric).sum();
    double[][][] combined = new double[2][buckets][CombinationScore.BINS];
    patterns.forEach(
        (pattern, own) -> {
          for (int part = 0; part < 2 && (pattern & compared) == compared; part++) {
            for (int bucket = 0; bucket < buckets; bucket++) {
              for (int bin = 0; bin < CombinationScore.BINS; bin++) {
                combined[part][bucket][bin] += own[part][bucket][bin];
              }
            }
          }
        });
    var all =
        new MetricCounts(combined[0], combined[1], new double[buckets][CombinationScore.BINS]);
    MetricCounts alone = counts.common(sample).get(best);
    boolean isSame = observations(all) > 0 && observations(all) == observations(alone);
    return isSame ? Optional.of(Combination.of(all, alone)) : Optional.empty();
  }

  private static double observations(MetricCounts counts) {
    double observations = 0;
    for (int level = 0; level < counts.levels(); level++) {
      observations += counts.retainedByLevel()[level] + counts.lostByLevel()[level];
    }
    return observations;
  }
}
