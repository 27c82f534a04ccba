package linkage.marts;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import linkage.config.MetricSettings;
import linkage.stats.AddedValue;
import linkage.stats.CommonSample;
import linkage.stats.Comparison;
import linkage.stats.ComparisonsWithBest;
import linkage.stats.Estimate;
import linkage.stats.Interval;
import linkage.stats.MetricCounts;
import linkage.stats.SegmentCounts;
import linkage.stats.SegmentFollowUp;
import linkage.stats.Verdict;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/** Which metric of a segment is best: rows of {@link SegmentStatistics#comparisons}. */
record ComparisonRows(SegmentPlan plan, HorizonCells cells, SegmentFollowUp followUp) {
  private static final double[] NONE = {};

  /** The comparison of all candidates that were answered together. */
  Row of(Outcome outcome, AddedValue[] added) {
    boolean isRetained = outcome == Outcome.RETAINED;
    int decided = plan.decidedBy(cells.horizonDays);
    // Whose outcome is known decides what can be compared; whose window is complete, what leaks.
    SegmentCounts all = isRetained ? followUp.known(decided) : cells.counts.get(outcome);
    CommonSample sample = all.commonSample();
    long positive = cells.allPositives.get(outcome);
    MartRow row =
        cells
            .row("best_metrics")
            .set("outcome", outcome.label())
            .set("leads", byMetric(sample, NONE))
            .set("leads_lower", byMetric(sample, NONE))
            .set("leads_upper", byMetric(sample, NONE))
            .set("best_probabilities", byMetric(sample, NONE))
            .set("candidates", ids(sample.metrics()))
            .set("dropped_candidates", ids(sample.dropped()))
            .set("common_share", sample.share())
            .set("customers_count", cells.allCustomers)
            .set("observations_count", cells.allObservations)
            .set("positive_count", positive)
            .set("negative_count", cells.allObservations - positive)
            .set("common_observations_count", Math.round(sample.observations()));
    if (sample.metrics().isEmpty()) {
      return withVerdicts(
          row.set("best_set", new String[0]).set("common_negative_count", 0L),
          Verdict.INSUFFICIENT,
          Verdict.INSUFFICIENT,
          null);
    }

    List<MetricCounts> common = cells.counts.get(outcome).common(sample);
    Comparison comparison =
        isRetained
            ? Comparison.ofFollowUp(
                followUp.common(sample).stream().map(metric -> metric.upTo(decided)).toList())
            : Comparison.of(common);
    var suspected = new BitSet();
    for (int i = 0; i < common.size(); i++) {
      suspected.set(i, HorizonCells.isSuspected(common.get(i), comparison.aucs().get(i)));
    }
    Verdict ifSignificant = Verdict.of(comparison, suspected, 0);
    Verdict otherwise = Verdict.of(comparison, suspected, 1);
    row.set("common_negative_count", Math.round(comparison.losses()))
        .set(
            "best_set",
            ids(comparison.withBest().bestSet().stream().mapToObj(sample.metrics()::get).toList()));
    AddedValue addedByLeader = null;
    if (comparison.leader() >= 0) {
      addLeader(row, sample, comparison);
      addedByLeader = added[sample.metrics().get(comparison.leader())];
    }
    // Whoever may have known the outcome hasn't been shown to add anything.
    if (addedByLeader != null && otherwise != Verdict.LEAK_SUSPECTED) {
      row.set("added_value", addedByLeader.judgement().label());
    }
    if (comparison.runnerUp() >= 0) {
      addLead(row, sample, comparison);
    }
    if (otherwise == Verdict.UNDECIDED && !Double.isNaN(comparison.lossesNeeded())) {
      row.set("losses_needed_count", (long) Math.min(comparison.lossesNeeded(), 1e15));
    }
    boolean isJudged = otherwise != Verdict.INSUFFICIENT && otherwise != Verdict.LEAK_SUSPECTED;
    row.set("margin_p_value", isJudged ? (Double) comparison.withBest().pValue() : null);
    return withVerdicts(row, ifSignificant, otherwise, addedByLeader);
  }

  private void addLeader(MartRow row, CommonSample sample, Comparison comparison) {
    MetricSettings leader = metric(sample, comparison.leader());
    Estimate auc = comparison.aucs().get(comparison.leader());
    row.set("best_metric", leader.id())
        .set("best_metric_label", leader.label())
        .set("best_auc", auc.value())
        .set("best_auc_lower", "best_auc_upper", auc.interval());
  }

  private void addLead(MartRow row, CommonSample sample, Comparison comparison) {
    ComparisonsWithBest withBest = comparison.withBest();
    List<Interval> intervals = withBest.leadIntervals();
    row.set("runner_up", metric(sample, comparison.runnerUp()).id())
        .set("runner_up_auc", comparison.aucs().get(comparison.runnerUp()).value())
        .set("margin", withBest.leads()[comparison.leader()])
        .set("margin_lower", "margin_upper", withBest.margin())
        .set("margin_critical_value", withBest.critical().value())
        .set("margin_critical_value_error", withBest.critical().error())
        .set("leads", byMetric(sample, withBest.leads()))
        .set(
            "leads_lower",
            byMetric(sample, intervals.stream().mapToDouble(Interval::lower).toArray()))
        .set(
            "leads_upper",
            byMetric(sample, intervals.stream().mapToDouble(Interval::upper).toArray()))
        .set("best_probabilities", byMetric(sample, comparison.probabilities()));
  }

  /** Values of candidates by their metrics' ids; what isn't a number is absent. */
  private scala.collection.Map<String, Double> byMetric(CommonSample sample, double[] values) {
    Map<String, Double> byMetric = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        byMetric.put(metric(sample, i).id(), values[i]);
      }
    }
    return CollectionConverters.asScala(byMetric);
  }

  private MetricSettings metric(CommonSample sample, int index) {
    return plan.metrics().get(sample.metrics().get(index));
  }

  private String[] ids(List<Integer> metrics) {
    return metrics.stream().map(metric -> plan.metrics().get(metric).id()).toArray(String[]::new);
  }

  private static Row withVerdicts(
      MartRow row, Verdict ifSignificant, Verdict otherwise, AddedValue addedByLeader) {
    if (addedByLeader == null) {
      return row.with(ifSignificant.name(), otherwise.name(), null, null, null);
    }
    Estimate within = addedByLeader.withinStrata();
    Interval interval = MartRow.trusted(addedByLeader.support(), within.interval());
    return row.with(
        ifSignificant.name(),
        otherwise.name(),
        within.value(),
        interval.isDefined() ? interval.lower() : null,
        interval.isDefined() ? interval.upper() : null);
  }
}
