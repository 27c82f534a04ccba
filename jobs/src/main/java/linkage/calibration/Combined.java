package linkage.calibration;

import java.io.Serializable;
import java.util.Map;
import linkage.stats.CombinationScore;
import org.apache.spark.sql.Row;

/**
 * All metrics read as one score, per segment: what {@link CombinationScore} takes to be counted.
 *
 * @param outcome {@code retained} or {@code repeat_purchase}
 * @param horizonDays the horizon of the outcome
 * @param candidates the metrics that are combined, metric m as the bit {@code 1L << m}: those of
 *     the common sample of everybody
 * @param scores by index of the segment set and segment; a segment with too little to fit is absent
 */
record Combined(
    String outcome, int horizonDays, long candidates, Map<Place, CombinationScore> scores)
    implements Serializable {

  /** A segment of a set. */
  record Place(int segmentSet, String segment) implements Serializable {}

  /** Name of the column with the bin in a segment of a set, such as {@code …_retained_180_0}. */
  String column(int segmentSet) {
    return "combined_bin_" + outcome + "_" + horizonDays + "_" + segmentSet;
  }

  /** The bin of an observation that answered every metric; null where its segment has no score. */
  Integer bin(Row row, Answers answers, int set, int bucket) {
    CombinationScore score = scores.get(new Place(set, answers.segment(row, set)));
    return score == null ? null : (Integer) score.bin(answers.levels(row, candidates), bucket);
  }

  /** Whether an observation answered every metric that is combined. */
  boolean isAnswered(long pattern) {
    return candidates != 0 && (pattern & candidates) == candidates;
  }
}
