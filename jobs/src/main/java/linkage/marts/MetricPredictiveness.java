package linkage.marts;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import linkage.contract.Contract;
import linkage.sql.Groups;
import linkage.stats.RandomEffects;
import linkage.stats.RandomEffects.Shrunk;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * How well each metric predicts an outcome, by itself.
 *
 * <p><b>Grain:</b> one row per (segment_set, segment, metric, outcome, horizon_days).
 *
 * <p><b>Formula:</b> a segment's own figures come from {@link SegmentStatistics}; here its AUC is
 * drawn towards that of the other segments of the set, on the logit ({@link RandomEffects}).
 *
 * <p><b>Nulls and edges:</b> only segments with the status {@code ok} tell what the set has in
 * common. An {@code insufficient} one has no variance of its own, and gets what can be said of any
 * segment of the set; one without answers, or suspected of a leak, gets nothing.
 *
 * <p><b>Cost:</b> one shuffle of one row per segment and metric; a task holds the segments of one
 * set for one metric.
 */
public final class MetricPredictiveness {
  private MetricPredictiveness() {}

  /**
   * Builds the mart.
   *
   * @param statistics of all segments
   */
  public static Dataset<Row> build(Dataset<Row> statistics) {
    return Groups.by(
            SegmentStatistics.rows(statistics, SegmentStatistics.PREDICTIVENESS),
            "segment_set",
            "metric",
            "outcome",
            "horizon_days")
        .flatMapGroups(
            (FlatMapGroupsFunction<Row, Row, Row>) (key, rows) -> shrunk(rows),
            Encoders.row(Contract.mart(SegmentStatistics.PREDICTIVENESS).sparkType()));
  }

  private static Iterator<Row> shrunk(Iterator<Row> rows) {
    List<Row> segments = new ArrayList<>();
    rows.forEachRemaining(segments::add);
    var set =
        RandomEffects.of(
            segments.stream().mapToDouble(row -> ofOk(row, "logit_auc")).toArray(),
            segments.stream().mapToDouble(row -> ofOk(row, "logit_auc_variance")).toArray());
    return segments.stream().map(row -> shrunk(row, set)).iterator();
  }

  private static Row shrunk(Row row, RandomEffects set) {
    var contract = Contract.mart(SegmentStatistics.PREDICTIVENESS);
    var segment = new MartRow(contract);
    for (String column : contract.names()) {
      segment.set(column, row.getAs(column));
    }
    String status = row.getAs("status");
    Shrunk logit =
        switch (status) {
          case "ok" ->
              set.shrink(
                  ofOk(row, "logit_auc"),
                  ofOk(row, "logit_auc_variance"),
                  row.<Integer>getAs("degrees_of_freedom"));
          case "insufficient" -> set.anyOther();
          default -> Shrunk.UNDEFINED;
        };
    Shrunk auc = logit.logistic();
    return segment
        .set("auc_shrunk", auc.value())
        .set("auc_shrunk_lower", "auc_shrunk_upper", auc.interval())
        .set("auc_shrinkage", auc.factor())
        .toRow();
  }

  /** A value of a segment whose own figures can be trusted; else {@code NaN}. */
  private static double ofOk(Row row, String column) {
    Double value = row.getAs(column);
    return value != null && row.getAs("status").equals("ok") ? value : Double.NaN;
  }
}
