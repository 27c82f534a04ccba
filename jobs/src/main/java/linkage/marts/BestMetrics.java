package linkage.marts;

import java.io.Serializable;
import java.sql.Date;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import linkage.config.MetricSettings;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.sql.Groups;
import linkage.stats.AddedValue;
import linkage.stats.BenjaminiHochberg;
import linkage.stats.Verdict;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Which metric best predicts an outcome, per segment, and how sure that is.
 *
 * <p><b>Grain:</b> one row per (segment_set, segment, outcome, horizon_days).
 *
 * <p><b>Formula:</b> the comparison of each segment comes from {@link SegmentStatistics}; here its
 * p of a year ({@link linkage.stats.Looks}) is adjusted over the segments of the set, per outcome
 * and horizon ({@link BenjaminiHochberg}), since among many segments some leader stands out by
 * chance. Every segment with a p counts, signal or not, so that what is found doesn't choose what
 * it is compared with.
 *
 * <p><b>Nulls and edges:</b> without a verdict that names a metric, no metric is named: {@code
 * best_metric}, the runner-up and the margin are null, and the maps by candidate empty, for {@code
 * insufficient}, {@code no_signal} and {@code wrong_direction}.
 *
 * <p><b>Cost:</b> one shuffle of one row per segment; a task holds the segments of one set.
 */
public final class BestMetrics {
  private BestMetrics() {}

  /**
   * Builds the mart.
   *
   * @param statistics of all segments
   * @param verdictStatus {@code official} if this run fixes the verdicts of a closed month, else
   *     {@code provisional}
   */
  public static Dataset<Row> build(
      Dataset<Row> statistics, Settings settings, String verdictStatus) {
    Map<String, String> labels =
        settings.metrics().stream()
            .collect(Collectors.toMap(MetricSettings::id, MetricSettings::label));
    var verdicts = new Verdicts(Map.copyOf(labels), verdictStatus);
    return Groups.by(
            SegmentStatistics.rows(statistics, SegmentStatistics.COMPARISONS),
            "segment_set",
            "outcome",
            "horizon_days")
        .flatMapGroups(
            (FlatMapGroupsFunction<Row, Row, Row>) (key, rows) -> verdicts.of(rows),
            Encoders.row(Contract.mart("best_metrics").sparkType()));
  }

  /** Decides the segments of one set together. */
  private record Verdicts(Map<String, String> labels, String status) implements Serializable {

    Iterator<Row> of(Iterator<Row> comparisons) {
      List<Row> segments = new ArrayList<>();
      comparisons.forEachRemaining(segments::add);
      double[] p =
          segments.stream()
              .mapToDouble(
                  row -> {
                    Double value = row.getAs("margin_p_value_of_year");
                    return value == null ? Double.NaN : value;
                  })
              .toArray();
      double[] q = BenjaminiHochberg.adjust(p);
      List<Row> decided = new ArrayList<>();
      for (int i = 0; i < q.length; i++) {
        decided.add(decide(segments.get(i), q[i]));
      }
      return decided.iterator();
    }

    private Row decide(Row row, double q) {
      Verdict verdict =
          Verdict.valueOf(
              row.getAs(q <= Verdict.LARGEST_Q ? "verdict_if_significant" : "verdict_otherwise"));
      boolean namesMetric =
          switch (verdict) {
            case CLEAR, TIE, UNDECIDED, LEAK_SUSPECTED -> true;
            case INSUFFICIENT, NO_SIGNAL, WRONG_DIRECTION, ALONE -> false;
          };
      var contract = Contract.mart("best_metrics");
      var decided = new MartRow(contract);
      for (String column : contract.names()) {
        decided.set(column, row.getAs(column));
      }
      decided
          .set("verdict", verdict.label())
          .set("verdict_status", status)
          .set("margin_q_value", q)
          .set("sentence", VerdictSentences.of(verdict, facts(row)));
      if (!namesMetric) {
        for (String column :
            List.of(
                "best_metric",
                "best_metric_label",
                "best_auc",
                "best_auc_lower",
                "best_auc_upper",
                "added_value",
                "runner_up",
                "runner_up_auc",
                "margin",
                "margin_lower",
                "margin_upper",
                "combined_auc",
                "combined_auc_lower",
                "combined_auc_upper",
                "combined_gain",
                "combined_gain_lower",
                "combined_gain_upper",
                "earlier_until_month",
                "later_from_month",
                "earlier_best_metric",
                "rank_correlation",
                "earlier_best_lead",
                "earlier_best_lead_lower",
                "earlier_best_lead_upper",
                "margin_critical_value",
                "margin_critical_value_error")) {
          decided.set(column, null);
        }
        for (String column :
            List.of(
                "leads",
                "leads_lower",
                "leads_upper",
                "best_probabilities",
                "ranks_earlier",
                "ranks_later")) {
          decided.set(column, CollectionConverters.asScala(Map.of()));
        }
        // Where nothing can be told apart, every candidate may be best.
        decided.set("best_set", row.getAs("candidates"));
      }
      if (verdict != Verdict.UNDECIDED) {
        decided.set("losses_needed_count", null);
      }
      return decided.toRow();
    }

    private VerdictSentences.Facts facts(Row row) {
      String runnerUp = row.getAs("runner_up");
      return new VerdictSentences.Facts(
          row.getAs("segment"),
          row.getAs("outcome"),
          row.<Integer>getAs("horizon_days"),
          row.<Long>getAs("customers_count"),
          row.<Long>getAs("common_observations_count"),
          row.<Long>getAs("common_negative_count"),
          named(row, "candidates"),
          named(row, "dropped_candidates"),
          named(row, "best_set"),
          row.getAs("best_metric_label"),
          row.getAs("best_auc"),
          row.getAs("best_auc_lower"),
          row.getAs("best_auc_upper"),
          runnerUp == null ? null : labels.get(runnerUp),
          row.getAs("runner_up_auc"),
          row.getAs("margin_lower"),
          row.getAs("margin_upper"),
          row.getAs("margin_p_value_of_year"),
          row.getAs("losses_needed_count"),
          added(row),
          together(row),
          earlier(row));
    }

    private static VerdictSentences.Together together(Row row) {
      Double lower = row.getAs("combined_gain_lower");
      return lower == null
          ? null
          : new VerdictSentences.Together(
              row.getAs("combined_auc"), lower, row.getAs("combined_gain_upper"));
    }

    private VerdictSentences.Earlier earlier(Row row) {
      String best = row.getAs("earlier_best_metric");
      if (best == null) {
        return null;
      }
      Map<String, Double> ranks = row.getJavaMap(row.fieldIndex("ranks_later"));
      Double rank = ranks.get(best);
      return rank == null
          ? null
          : new VerdictSentences.Earlier(
              labels.get(best),
              rank,
              YearMonth.from(row.<Date>getAs("earlier_until_month").toLocalDate()),
              YearMonth.from(row.<Date>getAs("later_from_month").toLocalDate()));
    }

    private static VerdictSentences.Added added(Row row) {
      String judgement = row.getAs("added_value");
      return judgement == null
          ? null
          : new VerdictSentences.Added(
              AddedValue.Judgement.valueOf(judgement.toUpperCase(Locale.ROOT)),
              row.getAs("best_auc_within_risk"),
              row.getAs("best_auc_within_risk_lower"),
              row.getAs("best_auc_within_risk_upper"));
    }

    private List<String> named(Row row, String column) {
      List<String> ids = row.getList(row.fieldIndex(column));
      return ids.stream().map(labels::get).toList();
    }
  }
}
