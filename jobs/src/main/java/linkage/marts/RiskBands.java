package linkage.marts;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import linkage.config.MetricSettings;
import linkage.config.ScoreBand;
import linkage.stats.LossAtRisk;
import linkage.stats.MetricFollowUp;
import linkage.stats.Recalibration;
import linkage.stats.SegmentFollowUp;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What became of those who answered in each band of scores: the rows of {@code revenue_at_risk}
 * that lack only the customers of today.
 *
 * <p>Beside the mart's columns they hold what the loss is per customer, with interval, and what has
 * to be added to the baseline's log odds of a customer in the band.
 */
record RiskBands(SegmentPlan plan, HorizonCells cells, SegmentFollowUp followUp) {
  static final String TABLE = "risk_bands";
  static final String LOSS = "loss_per_customer";
  static final String SHIFT = "log_odds_shift";

  /** The mart's columns while they are still being filled, and three more. */
  static StructType schema() {
    return SegmentStatistics.columns(RevenueAtRisk.MART)
        .add(LOSS, DataTypes.DoubleType)
        .add(LOSS + "_lower", DataTypes.DoubleType)
        .add(LOSS + "_upper", DataTypes.DoubleType)
        .add(SHIFT, DataTypes.DoubleType);
  }

  /** A row per metric and band. */
  List<Row> all() {
    List<Row> rows = new ArrayList<>();
    for (int metric = 0; metric < plan.metrics().size(); metric++) {
      MetricFollowUp untilHorizon = followUp.own(metric).upTo(plan.decidedBy(cells.horizonDays));
      List<ScoreBand> bands = plan.metrics().get(metric).bands();
      for (int band = 0; band < bands.size(); band++) {
        rows.add(row(metric, band, untilHorizon));
      }
    }
    return rows;
  }

  private Row row(int metric, int position, MetricFollowUp untilHorizon) {
    MetricSettings declared = plan.metrics().get(metric);
    ScoreBand band = declared.bands().get(position);
    int[] scores =
        IntStream.of(band.worst(), band.best())
            .map(declared.question()::scoreAt)
            .sorted()
            .toArray();
    LossAtRisk found =
        LossAtRisk.of(
            untilHorizon,
            band.worst(),
            band.best(),
            cells.money.of(metric, band.worst(), band.best()));
    var retention = found.retention();
    boolean isKnown = !Double.isNaN(found.perCustomer().value());
    double shift =
        cells
            .risks
            .get(Outcome.RETAINED)
            .strata(metric, band.worst(), band.best())
            .map(strata -> Recalibration.shift(strata[0], strata[1], retention.value()))
            .orElse(Double.NaN);
    return cells
        .row(RevenueAtRisk.MART)
        .set("metric", declared.id())
        .set("score_band", band.name())
        .set("metric_label", declared.label())
        .set("band_position", position + 1)
        .set("lowest_score", scores[0])
        .set("highest_score", scores[1])
        .set("status", isKnown && !found.support().insufficient() ? "ok" : "insufficient")
        .set("observations_count", observations(untilHorizon, band))
        .set("retention_rate", retention.value())
        .set("retention_lower", "retention_upper", retention.interval())
        .set("revenue_if_retained_amount", RevenueAtRisk.cents(found.ifRetained()))
        .set(
            "revenue_if_lost_amount",
            found.support().lostBuckets() == 0 ? null : RevenueAtRisk.cents(found.ifLost()))
        .set("fixed_multiplier", RevenueAtRisk.fixedMultiplier(declared, band))
        .set("currency", plan.currency())
        .with(
            known(found.perCustomer().value()),
            known(found.perCustomer().interval().lower()),
            known(found.perCustomer().interval().upper()),
            known(shift));
  }

  private static Double known(double value) {
    return Double.isNaN(value) ? null : Double.valueOf(value);
  }

  private static long observations(MetricFollowUp followUp, ScoreBand band) {
    double sum = 0;
    for (double[][][] table : new double[][][][] {followUp.lost(), followUp.censored()}) {
      for (double[][] bucket : table) {
        for (double[] period : bucket) {
          for (int level = band.worst(); level <= band.best(); level++) {
            sum += period[level];
          }
        }
      }
    }
    return Math.round(sum);
  }
}
