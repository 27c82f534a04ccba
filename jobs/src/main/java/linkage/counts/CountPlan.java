package linkage.counts;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import linkage.config.MetricSettings;
import linkage.config.SegmentSet;

/** What is counted, and which columns of an observation that takes. */
record CountPlan(
    List<SegmentSet> segmentSets,
    List<MetricSettings> metrics,
    List<Integer> horizonsDays,
    LossPeriods lossPeriods)
    implements Serializable {

  private static final List<String> COLUMNS =
      List.of(
          "bucket",
          "month",
          "is_primary",
          "in_window",
          "eligibility",
          "segment_backfilled",
          "loss_days",
          "follow_up_days",
          "weight",
          "is_weight_trimmed");

  private static final List<String> COLUMNS_OF_HORIZONS =
      List.of(
          "mature",
          "retained",
          "repeat_purchase",
          "revenue_next_cents",
          "first_in_population",
          "first_in_segment",
          "first_at_score",
          "risk_stratum_retained",
          "risk_log_odds_retained",
          "risk_stratum_repeat_purchase",
          "risk_log_odds_repeat_purchase",
          "time");

  private static final List<String> COLUMNS_OF_SETS =
      List.of("combined_bin_retained", "combined_bin_repeat_purchase");

  /** The columns to read, each once. */
  List<String> columns() {
    List<String> columns = new ArrayList<>(COLUMNS);
    segmentSets.forEach(set -> columns.addAll(set.attributes()));
    metrics.forEach(metric -> columns.add(metric.question().id()));
    for (int days : horizonsDays) {
      COLUMNS_OF_HORIZONS.forEach(column -> columns.add(ofHorizon(column, days)));
      for (String column : COLUMNS_OF_SETS) {
        IntStream.range(0, segmentSets.size())
            .forEach(set -> columns.add(ofSet(column, days, set)));
      }
    }
    return columns.stream().distinct().toList();
  }

  static String ofHorizon(String column, int days) {
    return column + "_" + days;
  }

  static String ofSet(String column, int days, int set) {
    return ofHorizon(column, days) + "_" + set;
  }
}
