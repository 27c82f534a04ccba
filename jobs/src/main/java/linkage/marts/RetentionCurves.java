package linkage.marts;

import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import linkage.config.MetricSettings;
import linkage.config.ScoreBand;
import linkage.contract.Contract;
import linkage.counts.LossPeriods;
import linkage.stats.Estimate;
import linkage.stats.MetricFollowUp;
import linkage.stats.MetricFollowUp.CurvePoint;
import org.apache.spark.sql.Row;

/**
 * How retention falls with time, for each band of a metric's scores.
 *
 * <p><b>Grain:</b> one row per (segment_set, segment, metric, score_band, period_ends_days), for
 * the periods with anybody at risk at their beginning.
 */
final class RetentionCurves {
  static final String MART = "retention_curves";

  private RetentionCurves() {}

  /**
   * The rows of one metric in one segment.
   *
   * @param weighted the weights of the same observations, scaled to their effective number
   */
  static List<Row> rows(
      LocalDate asOf,
      String segmentSet,
      String segment,
      MetricSettings metric,
      MetricFollowUp followUp,
      MetricFollowUp weighted,
      LossPeriods periods) {
    List<Row> rows = new ArrayList<>();
    List<ScoreBand> bands = metric.bands();
    for (int position = 0; position < bands.size(); position++) {
      ScoreBand band = bands.get(position);
      int[] scores =
          IntStream.of(band.worst(), band.best())
              .map(metric.question()::scoreAt)
              .sorted()
              .toArray();
      Map<Integer, Estimate> ofAll =
          weighted.retentionCurve(band.worst(), band.best()).stream()
              .collect(Collectors.toMap(CurvePoint::period, CurvePoint::retention));
      for (CurvePoint point : followUp.retentionCurve(band.worst(), band.best())) {
        Estimate retention = point.retention();
        var row =
            new MartRow(Contract.mart(MART))
                .set("as_of", Date.valueOf(asOf))
                .set("segment_set", segmentSet)
                .set("segment", segment)
                .set("metric", metric.id())
                .set("score_band", band.name())
                .set("period_ends_days", periods.end(point.period()))
                .set("period_starts_days", periods.end(point.period() - 1))
                .set("metric_label", metric.label())
                .set("band_position", position + 1)
                .set("lowest_score", scores[0])
                .set("highest_score", scores[1])
                .set("at_risk_count", Math.round(point.atRisk()))
                .set("lost_count", Math.round(point.lost()))
                .set("censored_count", Math.round(point.censored()))
                .set("retention_rate", retention.value())
                .set("retention_lower", "retention_upper", retention.interval());
        // Whoever has no weight stands for nobody.
        Estimate retentionOfAll = ofAll.get(point.period());
        if (retentionOfAll != null) {
          row.set("retention_weighted_rate", retentionOfAll.value())
              .set(
                  "retention_weighted_lower",
                  "retention_weighted_upper",
                  retentionOfAll.interval());
        }
        rows.add(row.toRow());
      }
    }
    return rows;
  }
}
