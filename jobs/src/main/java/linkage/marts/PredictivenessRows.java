package linkage.marts;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import linkage.config.MetricSettings;
import linkage.stats.AddedValue;
import linkage.stats.Coding;
import linkage.stats.Concordance;
import linkage.stats.Discrimination;
import linkage.stats.Discrimination.OnBothScales;
import linkage.stats.Estimate;
import linkage.stats.MetricCounts;
import linkage.stats.MetricFollowUp;
import linkage.stats.MetricRevenue;
import linkage.stats.SegmentFollowUp;
import linkage.stats.Support;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/**
 * How well each metric of a segment predicts each outcome: rows of {@link
 * SegmentStatistics#predictiveness}.
 */
record PredictivenessRows(
    SegmentPlan plan,
    HorizonCells cells,
    SegmentFollowUp followUp,
    WeightedFollowUp weightedFollowUp) {
  /** A row per metric. */
  List<Row> of(Outcome outcome, AddedValue[] added) {
    return metrics().mapToObj(metric -> row(outcome, metric, added[metric])).toList();
  }

  /** A row per metric, for the revenue that follows. */
  List<Row> ofRevenue() {
    return metrics().mapToObj(this::ofRevenue).toList();
  }

  private IntStream metrics() {
    return IntStream.range(0, plan.metrics().size());
  }

  private Row row(Outcome outcome, int metric, AddedValue added) {
    MetricCounts complete = cells.counts.get(outcome).own(metric);
    if (outcome != Outcome.RETAINED) {
      OnBothScales own = complete.onBothScales();
      Estimate auc = own.auc();
      MartRow row =
          row(outcome.label(), metric, cells.positives.get(outcome)[metric], complete, auc)
              .set("status", status(metric, complete, complete.support(), auc))
              .set("auc_mature", auc.value());
      addBeyondHistory(row, added, isSuspected(metric, complete, auc));
      addWeighted(row, metric, complete.support(), cells.weighted.of(outcome, metric));
      return withLogit(row, own);
    }
    MetricFollowUp own = followUp.own(metric).upTo(plan.decidedBy(cells.horizonDays));
    OnBothScales scales = own.onBothScales();
    Estimate auc = scales.auc();
    MartRow row =
        row(outcome.label(), metric, cells.positives.get(outcome)[metric], own, auc)
            .set("status", status(metric, complete, own.support(), auc))
            .set("auc_mature", complete.aucValue(Coding.RAW));
    addFollowUp(row, own, complete);
    addBeyondHistory(row, added, isSuspected(metric, complete, auc));
    MetricFollowUp weighted = weightedFollowUp.of(metric).upTo(plan.decidedBy(cells.horizonDays));
    addWeighted(row, metric, own.support(), weighted);
    return withLogit(row, scales);
  }

  private Row ofRevenue(int metric) {
    MetricRevenue own = cells.revenue.of(metric);
    OnBothScales scales = own.onBothScales();
    MartRow row =
        row("revenue_next", metric, cells.revenue.positive(metric), own, scales.auc())
            .set("status", status(metric, own.support()))
            .set("auc_mature", own.aucValue(Coding.RAW))
            .set("unresolved_pairs_share", own.unresolvedShare());
    addConcordance(row, own.support(), scales.auc(), own.pairs());
    addWeighted(row, metric, own.support(), cells.weightedRevenue.of(metric));
    return withLogit(row, scales);
  }

  /** What all outcomes have in common. */
  private MartRow row(String outcome, int metric, long positive, Discrimination own, Estimate auc) {
    MetricSettings declared = plan.metrics().get(metric);
    Support support = own.support();
    return cells
        .row(SegmentStatistics.PREDICTIVENESS)
        .set("metric", declared.id())
        .set("metric_label", declared.label())
        .set("outcome", outcome)
        .set("observations_count", cells.observations[metric])
        .set("customers_count", cells.customers[metric])
        .set("positive_count", positive)
        .set("negative_count", cells.observations[metric] - positive)
        .set("positive_buckets_count", (long) support.retainedBuckets())
        .set("negative_buckets_count", (long) support.lostBuckets())
        .set("auc", auc.value())
        .set("auc_lower", "auc_upper", support, auc.interval())
        .set("auc_standard_error", support.insufficient() ? Double.NaN : auc.standardError())
        .set(
            "degrees_of_freedom",
            MartRow.trusted(support, auc.interval()).isDefined()
                ? (Integer) support.degreesOfFreedom()
                : null)
        .set("auc_lost_by_coding", aucLostByCoding(own, auc))
        .set(
            "segment_backfilled_share",
            cells.observations[metric] == 0
                ? null
                : (Double) ((double) cells.backfilled[metric] / cells.observations[metric]));
  }

  /** The row, and what shrinking its AUC takes. */
  private static Row withLogit(MartRow row, OnBothScales auc) {
    return row.with(auc.logit().value(), auc.logit().variance());
  }

  /** The AUC of those for whom respondents stand; the support stays that of respondents. */
  private void addWeighted(MartRow row, int metric, Support support, Discrimination weighted) {
    Estimate auc = weighted.auc();
    row.set("auc_weighted", auc.value())
        .set("auc_weighted_lower", "auc_weighted_upper", support, auc.interval())
        .set("effective_count", cells.weighted.effective(metric));
  }

  /** What only times of losses can tell. */
  private static void addFollowUp(MartRow row, MetricFollowUp own, MetricCounts complete) {
    double all = total(own.lost()) + total(own.censored());
    MetricCounts decided = own.known();
    double known = total(decided.lost()) + total(decided.retained());
    Estimate scaledBrier = own.scaledBrier();
    Estimate weighted = own.weightedConcordance();
    row.set("early_lost_count", Math.round(total(decided.lost()) - total(complete.lost())))
        .set("censored_count", Math.round(all - known))
        .set("brier", own.brier().score())
        .set("brier_scaled", scaledBrier.value())
        .set("brier_scaled_lower", "brier_scaled_upper", own.support(), scaledBrier.interval())
        .set("concordance_weighted", weighted.value())
        .set(
            "concordance_weighted_lower",
            "concordance_weighted_upper",
            own.support(),
            weighted.interval());
    addConcordance(row, own.support(), own.concordance(), own.pairs());
  }

  /** What the score tells beyond history; nothing without a baseline. */
  private static void addBeyondHistory(MartRow row, AddedValue added, boolean isSuspected) {
    if (added == null) {
      return;
    }
    Support support = added.support();
    row.set("auc_within_risk", added.withinStrata().value())
        .set(
            "auc_within_risk_lower",
            "auc_within_risk_upper",
            support,
            added.withinStrata().interval())
        .set("added_value", isSuspected ? null : added.judgement().label())
        .set("added_value_p_value", support.insufficient() ? Double.NaN : added.pValue())
        .set("log_loss_gain", added.gain().value())
        .set("log_loss_gain_lower", "log_loss_gain_upper", support, added.gain().interval());
  }

  private static void addConcordance(
      MartRow row, Support support, Estimate concordance, Concordance pairs) {
    row.set("concordance", concordance.value())
        .set("concordance_lower", "concordance_upper", support, concordance.interval())
        .set("concordant_pairs_count", Math.round(pairs.concordant()))
        .set("discordant_pairs_count", Math.round(pairs.discordant()))
        .set("tied_score_pairs_count", Math.round(pairs.tiedScore()))
        .set("tied_outcome_pairs_count", Math.round(pairs.tiedOutcome()))
        .set("tied_both_pairs_count", Math.round(pairs.tiedBoth()));
  }

  private static double total(double[][] counts) {
    return Arrays.stream(counts).flatMapToDouble(Arrays::stream).sum();
  }

  private static double total(double[][][] counts) {
    return Arrays.stream(counts).mapToDouble(PredictivenessRows::total).sum();
  }

  private String status(int metric, MetricCounts complete, Support support, Estimate auc) {
    return isSuspected(metric, complete, auc) ? "leak_suspected" : status(metric, support);
  }

  private String status(int metric, Support support) {
    if (cells.observations[metric] == 0) {
      return "no_answers";
    }
    return support.insufficient() ? "insufficient" : "ok";
  }

  private boolean isSuspected(int metric, MetricCounts complete, Estimate auc) {
    return cells.observations[metric] > 0 && HorizonCells.isSuspected(complete, auc);
  }

  /** What each coding gives away of the raw score's AUC; codings that don't apply are absent. */
  private static scala.collection.Map<String, Double> aucLostByCoding(
      Discrimination own, Estimate auc) {
    Map<String, Double> lost = new HashMap<>();
    for (Coding coding : Coding.values()) {
      if (coding != Coding.RAW && coding.appliesTo(own.levels()) && !Double.isNaN(auc.value())) {
        lost.put(coding.label(), auc.value() - own.aucValue(coding));
      }
    }
    return CollectionConverters.asScala(lost);
  }
}
