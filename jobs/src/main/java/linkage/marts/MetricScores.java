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
import linkage.counts.CountTable;
import linkage.counts.Counts;
import linkage.counts.PackedCells;
import linkage.sql.Groups;
import linkage.stats.Estimate;
import linkage.stats.HeadlineScore;
import linkage.stats.ResponseWeight;
import linkage.stats.Reweighted;
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
 * went out in that month. What is weighted is null in months before the analysis window, and in one
 * that it cuts.
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
    var plan =
        new Plan(
            settings.segmentSets(),
            settings.metrics(),
            asOf,
            asOf.minusMonths(settings.analysisWindowMonths()).plusDays(1));
    var contract = Contract.mart("metric_scores");
    Dataset<Row> scores =
        Groups.by(Counts.of(cells, CountTable.ANSWERS), "segment_set", "segment", "period")
            .flatMapGroups(
                (FlatMapGroupsFunction<Row, Row, Row>) (key, group) -> plan.rows(key, group),
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

  /** The answers to a metric, by bucket and level. */
  private static final class Answers {
    private final double[][] counts;
    private final double[][] weights;
    private ResponseWeight total = ResponseWeight.NONE;
    private long responses;

    Answers(int levels) {
      counts = new double[BUCKETS][levels];
      weights = new double[BUCKETS][levels];
    }

    void add(Cell cell) {
      counts[cell.bucket()][cell.level()] += cell.observations();
      weights[cell.bucket()][cell.level()] += cell.weight();
      total = total.plus(WeightedCells.weights(cell));
      responses += cell.observations();
    }
  }

  private record Plan(
      List<SegmentSet> segmentSets,
      List<MetricSettings> metrics,
      LocalDate asOf,
      LocalDate windowStart)
      implements Serializable {

    /** The rows of a segment's month: one for each metric that somebody answered. */
    Iterator<Row> rows(Row key, Iterator<Row> cells) {
      var answers = new Answers[metrics.size()];
      cells.forEachRemaining(row -> PackedCells.read(row, cell -> add(cell, answers)));
      return IntStream.range(0, metrics.size())
          .filter(metric -> answers[metric] != null)
          .mapToObj(metric -> row(key, metrics.get(metric), answers[metric]))
          .iterator();
    }

    private void add(Cell cell, Answers[] answers) {
      int metric = cell.metric();
      if (answers[metric] == null) {
        answers[metric] = new Answers(metrics.get(metric).levels());
      }
      answers[metric].add(cell);
    }

    private Row row(Row key, MetricSettings metric, Answers answers) {
      double[][] counts = answers.counts;
      double[][] weights = answers.weights;
      ResponseWeight total = answers.total;
      double[] raw =
          IntStream.range(0, metric.levels())
              .mapToDouble(level -> metric.question().scoreAt(level))
              .toArray();
      LocalDate month = LocalDate.ofEpochDay(key.getInt(2));
      HeadlineScore headline = HeadlineScore.valueOf(metric.headline().name());
      Estimate score = headline.of(counts, raw);
      MartRow row =
          new MartRow(Contract.mart("metric_scores"))
              .set("as_of", Date.valueOf(asOf))
              .set("segment_set", segmentSets.get(key.getInt(0)).name())
              .set("segment", key.getString(1))
              .set("metric", metric.id())
              .set("month", Date.valueOf(month))
              .set("headline", metric.headline().key())
              .set("responses_count", answers.responses)
              .set("score", score.value())
              .set("score_lower", "score_upper", score.interval())
              .set("mean_score", HeadlineScore.MEAN.of(counts, raw).value());
      // Only months that lie in the window as a whole have been held against all customers.
      if (!month.isBefore(windowStart) && total.sum() > 0) {
        Reweighted reweighted = Reweighted.headline(headline, counts, weights, raw);
        row.set("score_weighted", reweighted.weighted().value())
            .set("score_weighted_lower", "score_weighted_upper", reweighted.weighted().interval())
            .set("score_difference", reweighted.difference().value())
            .set(
                "score_difference_lower",
                "score_difference_upper",
                reweighted.difference().interval())
            .set("effective_count", WeightedCells.effective(total));
      }
      return row.toRow();
    }
  }
}
