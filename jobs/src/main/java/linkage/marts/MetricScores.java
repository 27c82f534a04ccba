package linkage.marts;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.io.Serializable;
import java.sql.Date;
import java.time.LocalDate;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import linkage.config.MetricSettings;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.counts.Cell;
import linkage.counts.Counts;
import linkage.sql.Groups;
import linkage.stats.Estimate;
import linkage.stats.HeadlineScore;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The scores themselves, month by month, of all responses of known customers.
 *
 * <p><b>Grain:</b> one row per (segment_set, segment, metric, month).
 *
 * <p><b>Nulls and edges:</b> the response rate is null where no invitations are delivered, or none
 * went out in that month.
 *
 * <p><b>Cost:</b> one shuffle of the cells by segment, metric and month; one broadcast join.
 */
public final class MetricScores {
  private static final int BUCKETS = 64;

  private MetricScores() {}

  /**
   * Builds the mart.
   *
   * @param cells the tables of {@link Counts}
   * @param invitations invited and answered invitations by (segment_set, segment, month), as {@code
   *     sql/current/invitations_by_segment.sql} makes them; small
   */
  public static Dataset<Row> build(
      Dataset<Row> cells, Dataset<Row> invitations, Settings settings, LocalDate asOf) {
    var plan = new Plan(settings.segmentSets(), settings.metrics(), asOf);
    var contract = Contract.mart("metric_scores");
    Dataset<Row> scores =
        Groups.by(
                cells.where(col("table").equalTo(Counts.ANSWERS)),
                "segment_set",
                "segment",
                "metric",
                "period")
            .flatMapGroups(
                (FlatMapGroupsFunction<Row, Row, Row>)
                    (key, group) -> List.of(plan.row(group)).iterator(),
                Encoders.row(contract.sparkType()))
            .drop("invited_count", "response_rate");
    return scores
        .join(
            broadcast(invitations),
            CollectionConverters.asScala(List.of("segment_set", "segment", "month")).toSeq(),
            "left")
        .withColumn(
            "response_rate",
            when(
                col("invited_count").gt(lit(0)),
                col("answered_count").cast("double").divide(col("invited_count"))))
        .select(contract.columns());
  }

  private record Plan(List<SegmentSet> segmentSets, List<MetricSettings> metrics, LocalDate asOf)
      implements Serializable {

    /** A group is never empty, and its cells agree in all but level and bucket. */
    Row row(Iterator<Row> cells) {
      var first = new Cell(cells.next());
      MetricSettings metric = metrics.get(first.metric());
      double[][] counts = new double[BUCKETS][metric.levels()];
      long responses = 0;
      for (Cell cell = first;
          cell != null;
          cell = cells.hasNext() ? new Cell(cells.next()) : null) {
        counts[cell.bucket()][cell.level()] += cell.observations();
        responses += cell.observations();
      }
      double[] raw =
          IntStream.range(0, metric.levels())
              .mapToDouble(level -> metric.question().scoreAt(level))
              .toArray();
      Estimate headline = HeadlineScore.valueOf(metric.headline().name()).of(counts, raw);
      return new MartRow(Contract.mart("metric_scores"))
          .set("as_of", Date.valueOf(asOf))
          .set("segment_set", segmentSets.get(first.segmentSet()).name())
          .set("segment", first.segment())
          .set("metric", metric.id())
          .set("month", Date.valueOf(LocalDate.ofEpochDay(first.period())))
          .set("headline", metric.headline().key())
          .set("responses_count", responses)
          .set("score", headline.value())
          .set("score_lower", "score_upper", headline.interval())
          .set("mean_score", HeadlineScore.MEAN.of(counts, raw).value())
          .toRow();
    }
  }
}
