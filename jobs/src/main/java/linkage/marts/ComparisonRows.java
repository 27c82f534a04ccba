package linkage.marts;

import java.sql.Date;
import java.time.LocalDate;
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
import linkage.stats.Looks;
import linkage.stats.LossesNeeded;
import linkage.stats.MetricCounts;
import linkage.stats.MetricFollowUp;
import linkage.stats.RankStability;
import linkage.stats.SegmentCounts;
import linkage.stats.SegmentFollowUp;
import linkage.stats.Support;
import linkage.stats.TimeSplit;
import linkage.stats.Verdict;
import linkage.stats.WeightedLead;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/** Which metric of a segment is best: rows of {@link SegmentStatistics#comparisons}. */
record ComparisonRows(
    SegmentPlan plan,
    HorizonCells cells,
    SegmentFollowUp followUp,
    WeightedFollowUp weightedFollowUp) {
  private static final double[] NONE = {};
  private static final LossesNeeded NOTHING_NEEDED =
      new LossesNeeded(0, Double.NaN, Double.NaN, -1);

  /** The comparison of all candidates that were answered together. */
  Row of(Outcome outcome, AddedValue[] added) {
    boolean isRetained = outcome == Outcome.RETAINED;
    int decided = plan.decidedBy(cells.horizonDays);
    // Whose outcome is known decides what can be compared; whose window is complete, what leaks.
    SegmentCounts all = isRetained ? followUp.known(decided) : cells.counts.get(outcome);
    CommonSample sample = all.commonSample();
    MartRow row = row(outcome.label(), sample, cells.allPositives.get(outcome));
    if (sample.metrics().isEmpty()) {
      return insufficient(row);
    }

    List<MetricCounts> common = cells.counts.get(outcome).common(sample);
    Comparison comparison =
        isRetained
            ? Comparison.ofFollowUp(upTo(decided, followUp.common(sample)))
            : Comparison.of(common);
    var suspected = new BitSet();
    for (int i = 0; i < common.size(); i++) {
      suspected.set(i, HorizonCells.isSuspected(common.get(i), comparison.aucs().get(i)));
    }
    Verdict otherwise = Verdict.of(comparison, suspected, 1);
    row.set("common_negative_count", Math.round(comparison.losses()));
    AddedValue addedByLeader = null;
    int leader = comparison.leader();
    if (leader >= 0) {
      addCombination(row, outcome, sample, leader);
      Support support = comparison.support();
      addWeighted(
          row,
          sample,
          support,
          isRetained
              ? WeightedLead.ofFollowUp(
                  leader, upTo(decided, weightedFollowUp.common(sample)), support)
              : WeightedLead.of(leader, cells.weighted.common(outcome, sample), support));
      addedByLeader = added[sample.metrics().get(leader)];
    }
    addStability(row, outcome, sample);
    // Whoever may have known the outcome hasn't been shown to add anything.
    if (addedByLeader != null && otherwise != Verdict.LEAK_SUSPECTED) {
      row.set("added_value", addedByLeader.judgement().label());
    }
    addComparison(row, sample, comparison, otherwise);
    return withVerdicts(
        row,
        Verdict.of(comparison, suspected, 0),
        otherwise,
        addedByLeader,
        comparison.lossesNeeded());
  }

  /**
   * The same by the order of the revenue that follows, for which there is neither a baseline nor a
   * score of all metrics, and which isn't counted by month.
   */
  Row ofRevenue() {
    CommonSample sample = cells.revenue.aroundCut().commonSample();
    MartRow row = row("revenue_next", sample, cells.revenue.positive());
    if (sample.metrics().isEmpty()) {
      return insufficient(row);
    }

    Comparison comparison = Comparison.ofRevenue(cells.revenue.common(sample));
    row.set("common_negative_count", cells.revenue.nothing(sample));
    if (comparison.leader() >= 0) {
      Support support = comparison.support();
      addWeighted(
          row,
          sample,
          support,
          WeightedLead.ofRevenue(
              comparison.leader(), cells.weightedRevenue.common(sample), support));
    }
    var none = new BitSet();
    Verdict otherwise = Verdict.of(comparison, none, 1);
    addComparison(row, sample, comparison, otherwise);
    return withVerdicts(
        row, Verdict.of(comparison, none, 0), otherwise, null, comparison.lossesNeeded());
  }

  /** What any comparison has, and nothing yet of what follows from it. */
  private MartRow row(String outcome, CommonSample sample, long positive) {
    MartRow row = cells.row("best_metrics").set("outcome", outcome);
    for (String column :
        List.of(
            "leads",
            "leads_lower",
            "leads_upper",
            "best_probabilities",
            "ranks_earlier",
            "ranks_later")) {
      row.set(column, byMetric(sample, NONE));
    }
    return row.set("candidates", ids(sample.metrics()))
        .set("dropped_candidates", ids(sample.dropped()))
        .set("common_share", sample.share())
        .set("customers_count", cells.allCustomers)
        .set("observations_count", cells.allObservations)
        .set("positive_count", positive)
        .set("negative_count", cells.allObservations - positive)
        .set("common_observations_count", Math.round(sample.observations()));
  }

  private static Row insufficient(MartRow row) {
    return withVerdicts(
        row.set("best_set", new String[0]).set("common_negative_count", 0L),
        Verdict.INSUFFICIENT,
        Verdict.INSUFFICIENT,
        null,
        NOTHING_NEEDED);
  }

  private static List<MetricFollowUp> upTo(int period, List<MetricFollowUp> metrics) {
    return metrics.stream().map(metric -> metric.upTo(period)).toList();
  }

  /** The leader, its lead, and how sure they are. */
  private void addComparison(
      MartRow row, CommonSample sample, Comparison comparison, Verdict otherwise) {
    row.set(
        "best_set",
        ids(comparison.withBest().bestSet().stream().mapToObj(sample.metrics()::get).toList()));
    if (comparison.leader() >= 0) {
      addLeader(row, sample, comparison);
    }
    if (comparison.runnerUp() >= 0) {
      addLead(row, sample, comparison);
    }
    Looks looks = plan.looks(cells.horizonDays);
    boolean isJudged = otherwise != Verdict.INSUFFICIENT && otherwise != Verdict.LEAK_SUSPECTED;
    double p = isJudged ? comparison.withBest().pValue() : Double.NaN;
    row.set("margin_p_value", p).set("margin_p_value_of_year", looks.ofYear(p));
  }

  /** Whether the customers for whom respondents stand would name the same metric. */
  private void addWeighted(
      MartRow row, CommonSample sample, Support support, WeightedLead weighted) {
    if (weighted.leader() >= 0) {
      row.set("best_metric_weighted", metric(sample, weighted.leader()).id());
    }
    Estimate auc = weighted.auc();
    row.set("best_auc_weighted", auc.value())
        .set("best_auc_weighted_lower", "best_auc_weighted_upper", support, auc.interval())
        .set("margin_weighted", weighted.margin())
        .set("margin_weighted_lower", "margin_weighted_upper", support, weighted.interval());
  }

  private void addLeader(MartRow row, CommonSample sample, Comparison comparison) {
    MetricSettings leader = metric(sample, comparison.leader());
    Estimate auc = comparison.aucs().get(comparison.leader());
    row.set("best_metric", leader.id())
        .set("best_metric_label", leader.label())
        .set("best_auc", auc.value())
        .set("best_auc_lower", "best_auc_upper", auc.interval());
  }

  /** What all metrics together tell more than the best one. */
  private void addCombination(MartRow row, Outcome outcome, CommonSample sample, int leader) {
    cells
        .combined
        .get(outcome)
        .with(cells.counts.get(outcome), sample, leader)
        .ifPresent(
            combination -> {
              Estimate together = combination.combined();
              Estimate gain = combination.difference();
              Support support = combination.support();
              row.set("combined_best_auc", combination.best().value())
                  .set("combined_auc", together.value())
                  .set("combined_auc_lower", "combined_auc_upper", support, together.interval())
                  .set("combined_gain", gain.value())
                  .set("combined_gain_lower", "combined_gain_upper", support, gain.interval());
            });
  }

  /** Whether the order of the metrics in earlier months holds in later ones. */
  private void addStability(MartRow row, Outcome outcome, CommonSample sample) {
    TimeSplit split = plan.splits().get(cells.horizonDays);
    if (split == null || sample.metrics().size() < 2) {
      return;
    }
    List<MetricCounts> later = cells.later.get(outcome).common(sample);
    RankStability stability = RankStability.of(cells.earlier.get(outcome).common(sample), later);
    if (stability.winner() < 0) {
      return;
    }
    Estimate lead = stability.lead();
    row.set("earlier_until_month", month(split.lastThen()))
        .set("later_from_month", month(split.firstNow()))
        .set("earlier_best_metric", metric(sample, stability.winner()).id())
        .set("ranks_earlier", byMetric(sample, stability.ranksThen()))
        .set("ranks_later", byMetric(sample, stability.ranksNow()))
        .set("rank_correlation", stability.correlation())
        .set("earlier_best_lead", lead.value())
        .set(
            "earlier_best_lead_lower",
            "earlier_best_lead_upper",
            later.get(0).support(),
            lead.interval());
  }

  private static Date month(int month) {
    return Date.valueOf(LocalDate.of(month / 12, month % 12 + 1, 1));
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
      MartRow row,
      Verdict ifSignificant,
      Verdict otherwise,
      AddedValue addedByLeader,
      LossesNeeded needed) {
    Estimate within = addedByLeader == null ? null : addedByLeader.withinStrata();
    Interval interval =
        within == null
            ? Interval.UNDEFINED
            : MartRow.trusted(addedByLeader.support(), within.interval());
    return row.with(
        ifSignificant.name(),
        otherwise.name(),
        within == null ? null : within.value(),
        interval.isDefined() ? interval.lower() : null,
        interval.isDefined() ? interval.upper() : null,
        needed.margin(),
        needed.signal(),
        (int) needed.degreesOfFreedom());
  }
}
