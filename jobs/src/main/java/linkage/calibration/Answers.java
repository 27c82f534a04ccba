package linkage.calibration;

import java.io.Serializable;
import linkage.config.MetricSettings;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.sql.SegmentNames;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Reads the segments and the answers of an observation. */
final class Answers implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SegmentNames segments;
  private final int[] metrics;

  Answers(StructType schema, Settings settings) {
    this.segments =
        new SegmentNames(
            schema, settings.segmentSets().stream().map(SegmentSet::attributes).toList());
    this.metrics =
        settings.metrics().stream()
            .map(MetricSettings::question)
            .mapToInt(question -> schema.fieldIndex(question.id()))
            .toArray();
  }

  int segmentSets() {
    return segments.sets();
  }

  /** The metrics that the observation answered, metric m as the bit {@code 1L << m}. */
  long pattern(Row row) {
    long pattern = 0;
    for (int metric = 0; metric < metrics.length; metric++) {
      if (row.getByte(metrics[metric]) > 0) {
        pattern |= 1L << metric;
      }
    }
    return pattern;
  }

  /** The levels of the answers to these metrics, all of which it answered. */
  double[] levels(Row row, long candidates) {
    double[] levels = new double[Long.bitCount(candidates)];
    int next = 0;
    for (int metric = 0; metric < metrics.length; metric++) {
      if ((candidates >>> metric & 1) == 1) {
        levels[next++] = row.getByte(metrics[metric]) - 1;
      }
    }
    return levels;
  }

  /** The segment in a set: its attribute values, joined. */
  String segment(Row row, int set) {
    return segments.of(row, set);
  }
}
