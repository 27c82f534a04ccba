package linkage.marts;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import linkage.config.MetricSettings;
import linkage.stats.Estimate;
import linkage.stats.MetricCounts;
import org.apache.spark.sql.Row;

/** What follows each score of a metric: rows of the mart {@code retention_by_score}. */
record ScoreRows(SegmentPlan plan, HorizonCells cells) {
  private static final BigDecimal CENTS = BigDecimal.valueOf(100);

  /** A row per metric and score that was answered. */
  List<Row> all() {
    List<Row> scores = new ArrayList<>();
    for (int metric = 0; metric < plan.metrics().size(); metric++) {
      add(metric, scores);
    }
    return scores;
  }

  private void add(int metric, List<Row> scores) {
    MetricSettings declared = plan.metrics().get(metric);
    MetricCounts retained = cells.counts.get(Outcome.RETAINED).own(metric);
    MetricCounts repeated = cells.counts.get(Outcome.REPEAT_PURCHASE).own(metric);
    MetricCounts weighted = cells.weighted.scaled(Outcome.RETAINED, metric);
    MetricCounts weightedRepeat = cells.weighted.scaled(Outcome.REPEAT_PURCHASE, metric);
    double[] kept = retained.retainedByLevel();
    double[] lost = retained.lostByLevel();
    for (int level = 0; level < declared.levels(); level++) {
      long n = Math.round(kept[level] + lost[level]);
      if (n == 0) {
        continue;
      }
      Estimate retention = retained.retentionAt(level);
      Estimate repeat = repeated.retentionAt(level);
      Estimate revenue = retained.revenueAt(level);
      Estimate ofAll = weighted.retentionAt(level);
      Estimate repeatOfAll = weightedRepeat.retentionAt(level);
      Estimate revenueOfAll = weighted.revenueAt(level);
      BigDecimal total = money(cells.revenueCentsAtLevel[metric][level]);
      scores.add(
          cells
              .row(SegmentStatistics.SCORES)
              .set("metric", declared.id())
              .set("score", declared.question().scoreAt(level))
              .set("observations_count", n)
              .set("customers_count", cells.customersAtLevel[metric][level])
              .set("retained_count", Math.round(kept[level]))
              .set("lost_count", Math.round(lost[level]))
              .set("retention_rate", retention.value())
              .set("retention_lower", "retention_upper", retention.interval())
              .set("retention_weighted_rate", ofAll.value())
              .set("retention_weighted_lower", "retention_weighted_upper", ofAll.interval())
              .set("effective_count", cells.weighted.effective(metric, level))
              .set("repeat_purchase_rate", repeat.value())
              .set("repeat_purchase_lower", "repeat_purchase_upper", repeat.interval())
              .set("repeat_purchase_weighted_rate", repeatOfAll.value())
              .set(
                  "repeat_purchase_weighted_lower",
                  "repeat_purchase_weighted_upper",
                  repeatOfAll.interval())
              .set("revenue_amount", total)
              .set(
                  "mean_revenue_amount",
                  total.divide(BigDecimal.valueOf(n), 2, RoundingMode.HALF_UP))
              .set("mean_revenue_lower_amount", money(revenue.interval().lower()))
              .set("mean_revenue_upper_amount", money(revenue.interval().upper()))
              .set("mean_revenue_weighted_amount", money(revenueOfAll.value()))
              .set("mean_revenue_weighted_lower_amount", money(revenueOfAll.interval().lower()))
              .set("mean_revenue_weighted_upper_amount", money(revenueOfAll.interval().upper()))
              .set("currency", plan.currency())
              .toRow());
    }
  }

  private static BigDecimal money(long cents) {
    return BigDecimal.valueOf(cents, 2);
  }

  private static BigDecimal money(double cents) {
    return Double.isNaN(cents)
        ? null
        : BigDecimal.valueOf(cents).divide(CENTS, 2, RoundingMode.HALF_UP);
  }
}
