package linkage.marts;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import linkage.config.MetricSettings;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.counts.Counts;
import linkage.counts.LossPeriods;
import linkage.stats.AddedValue;
import linkage.stats.Coding;
import linkage.stats.CommonSample;
import linkage.stats.Comparison;
import linkage.stats.ComparisonsWithBest;
import linkage.stats.Concordance;
import linkage.stats.Discrimination;
import linkage.stats.Estimate;
import linkage.stats.Interval;
import linkage.stats.LeakSuspicion;
import linkage.stats.Looks;
import linkage.stats.MetricCounts;
import linkage.stats.MetricFollowUp;
import linkage.stats.MetricRevenue;
import linkage.stats.SegmentCounts;
import linkage.stats.SegmentFollowUp;
import linkage.stats.Support;
import linkage.stats.Verdict;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * All statistics of a segment, computed where its cells are.
 *
 * <p><b>Grain:</b> one row per (segment set, segment), holding the rows of four tables as arrays:
 * {@link #SCORES} and {@link RetentionCurves} are those of the marts; {@link #PREDICTIVENESS} and
 * {@link #COMPARISONS} lack only what takes all segments of a set together.
 *
 * <p><b>Nulls and edges:</b> a horizon has rows once a window of it is complete.
 *
 * <p><b>Cost:</b> one shuffle of the cells by segment; a task holds one segment's cells at a time.
 */
public final class SegmentStatistics {
  static final String PREDICTIVENESS = "metric_predictiveness";
  static final String SCORES = "retention_by_score";
  static final String COMPARISONS = "comparisons";

  /** Buckets of customers, as in {@code linked}. */
  private static final int BUCKETS = 64;

  private static final double[] NONE = {};

  private static final BigDecimal CENTS = BigDecimal.valueOf(100);

  private SegmentStatistics() {}

  /** Computes all segments' statistics from the cells of {@link Counts}. */
  public static Dataset<Row> build(Dataset<Row> cells, Settings settings, LocalDate asOf) {
    var plan =
        new Plan(
            settings.segmentSets(),
            settings.metrics(),
            settings.reportingCurrency().getCurrencyCode(),
            asOf,
            settings.horizonsDays(),
            LossPeriods.of(settings),
            settings.inactivityDays().orElse(0),
            settings.analysisWindowMonths());
    var schema =
        new StructType()
            .add(PREDICTIVENESS, DataTypes.createArrayType(predictiveness()))
            .add(SCORES, DataTypes.createArrayType(Contract.mart(SCORES).sparkType()))
            .add(COMPARISONS, DataTypes.createArrayType(comparisons()))
            .add(
                RetentionCurves.MART,
                DataTypes.createArrayType(Contract.mart(RetentionCurves.MART).sparkType()));
    return cells
        .where(col("table").notEqual(Counts.ANSWERS))
        // By columns, not by a function of the row: that would unpack and pack every cell once
        // more.
        .groupBy(col("segment_set"), col("segment"))
        .as(Encoders.tuple(Encoders.INT(), Encoders.STRING()), Encoders.row(cells.schema()))
        .flatMapGroups(
            (FlatMapGroupsFunction<Tuple2<Integer, String>, Row, Row>)
                (key, group) -> List.of(new Horizons(plan, group).toRow()).iterator(),
            Encoders.row(schema));
  }

  /** The mart {@code retention_by_score}. */
  public static Dataset<Row> retentionByScore(Dataset<Row> statistics) {
    return rows(statistics, SCORES);
  }

  /** The mart {@code retention_curves}. */
  public static Dataset<Row> retentionCurves(Dataset<Row> statistics) {
    return rows(statistics, RetentionCurves.MART);
  }

  static Dataset<Row> rows(Dataset<Row> statistics, String table) {
    return statistics.select(explode(col(table)).as("mart_row")).select("mart_row.*");
  }

  /** The shape of a metric's figures: the mart's columns, and what shrinking them takes. */
  static StructType predictiveness() {
    return columns(PREDICTIVENESS)
        .add("logit_auc", DataTypes.DoubleType)
        .add("logit_auc_variance", DataTypes.DoubleType);
  }

  /**
   * The shape of a comparison: the mart's columns, the verdict for either answer about q, and what
   * the sentence says of the best metric's added value.
   */
  static StructType comparisons() {
    return columns("best_metrics")
        .add("verdict_if_significant", DataTypes.StringType)
        .add("verdict_otherwise", DataTypes.StringType)
        .add("best_auc_within_risk", DataTypes.DoubleType)
        .add("best_auc_within_risk_lower", DataTypes.DoubleType)
        .add("best_auc_within_risk_upper", DataTypes.DoubleType);
  }

  /** A mart's columns while they are still being filled. */
  private static StructType columns(String mart) {
    var columns = new StructType();
    for (var field : Contract.mart(mart).sparkType().fields()) {
      columns = columns.add(field.name(), field.dataType(), true);
    }
    return columns;
  }

  private record Plan(
      List<SegmentSet> segmentSets,
      List<MetricSettings> metrics,
      String currency,
      LocalDate asOf,
      List<Integer> horizonsDays,
      LossPeriods periods,
      int inactivityDays,
      int analysisWindowMonths)
      implements Serializable {

    int[] levels() {
      return metrics.stream().mapToInt(MetricSettings::levels).toArray();
    }

    /** The looks at a horizon's verdicts. */
    Looks looks(int horizonDays) {
      return Looks.of(analysisWindowMonths, Math.max(inactivityDays, horizonDays));
    }

    /** The period by whose end a horizon's {@code retained} is decided. */
    int decidedBy(int horizonDays) {
      return periods.endingOn(inactivityDays > 0 ? inactivityDays : horizonDays);
    }

    SegmentFollowUp noFollowUp() {
      int[] decisive = horizonsDays.stream().mapToInt(this::decidedBy).distinct().toArray();
      return new SegmentFollowUp(levels(), BUCKETS, periods.last(), decisive);
    }
  }

  /** One segment: the times of its losses, and what is counted by horizon. */
  private static final class Horizons {
    private final Plan plan;
    private final SegmentFollowUp followUp;
    private final TreeMap<Integer, Segment> horizons = new TreeMap<>();
    private String segmentSet;
    private String segment;

    Horizons(Plan plan, Iterator<Row> cells) {
      this.plan = plan;
      this.followUp = plan.noFollowUp();
      cells.forEachRemaining(this::add);
    }

    private void add(Row cell) {
      segmentSet = plan.segmentSets().get(cell.getInt(1)).name();
      segment = cell.getString(2);
      switch (cell.getByte(0)) {
        case Counts.OUTCOMES -> horizon(cell).add(cell);
        case Counts.REVENUE -> horizon(cell).revenue.add(cell);
        case Counts.RETENTION_RISK -> horizon(cell).risks.get(Outcome.RETAINED).add(cell);
        case Counts.REPEAT_RISK -> horizon(cell).risks.get(Outcome.REPEAT_PURCHASE).add(cell);
        case Counts.LOSSES ->
            followUp.add(
                cell.getLong(4),
                cell.getInt(5),
                cell.getInt(6),
                plan.periods().endingOn(cell.getInt(3)),
                cell.getInt(7),
                cell.getLong(9),
                cell.getLong(8) - cell.getLong(9));
        default ->
            throw new IllegalArgumentException("Unknown table of counts: " + cell.getByte(0));
      }
    }

    private Segment horizon(Row cell) {
      return horizons.computeIfAbsent(cell.getInt(3), days -> new Segment(plan, followUp));
    }

    Row toRow() {
      List<Row> predictiveness = new ArrayList<>();
      List<Row> scores = new ArrayList<>();
      List<Row> comparisons = new ArrayList<>();
      horizons.values().forEach(segment -> segment.addTo(predictiveness, scores, comparisons));
      List<Row> curves = new ArrayList<>();
      for (int metric = 0; metric < plan.metrics().size(); metric++) {
        curves.addAll(
            RetentionCurves.rows(
                plan.asOf(),
                segmentSet,
                segment,
                plan.metrics().get(metric),
                followUp.own(metric),
                plan.periods()));
      }
      return RowFactory.create(
          predictiveness.toArray(Row[]::new),
          scores.toArray(Row[]::new),
          comparisons.toArray(Row[]::new),
          curves.toArray(Row[]::new));
    }
  }

  /** One segment's cells of one horizon, summed into what the statistics read. */
  private static final class Segment {
    private final Plan plan;
    private final SegmentFollowUp followUp;
    private final RevenueCells revenue;
    private final Map<Outcome, RiskCells> risks = new HashMap<>();
    private final Map<Outcome, SegmentCounts> counts = new HashMap<>();
    private final Map<Outcome, long[]> positives = new HashMap<>();
    private final long[] observations;
    private final long[] customers;
    private final long[] backfilled;
    private final long[][] customersAtLevel;
    private final long[][] revenueCentsAtLevel;
    private long allObservations;
    private long allCustomers;
    private final Map<Outcome, Long> allPositives = new HashMap<>();
    private String segmentSet;
    private String segment;
    private int horizonDays;

    Segment(Plan plan, SegmentFollowUp followUp) {
      this.plan = plan;
      this.followUp = followUp;
      int metrics = plan.metrics().size();
      int[] levels = plan.levels();
      this.revenue = new RevenueCells(levels, BUCKETS);
      this.observations = new long[metrics];
      this.customers = new long[metrics];
      this.backfilled = new long[metrics];
      this.customersAtLevel = new long[metrics][];
      this.revenueCentsAtLevel = new long[metrics][];
      for (int metric = 0; metric < metrics; metric++) {
        customersAtLevel[metric] = new long[levels[metric]];
        revenueCentsAtLevel[metric] = new long[levels[metric]];
      }
      for (Outcome outcome : Outcome.values()) {
        risks.put(outcome, new RiskCells(outcome, levels, BUCKETS));
        counts.put(outcome, new SegmentCounts(levels, BUCKETS));
        positives.put(outcome, new long[metrics]);
        allPositives.put(outcome, 0L);
      }
    }

    void add(Row cell) {
      segmentSet = plan.segmentSets().get(cell.getInt(1)).name();
      segment = cell.getString(2);
      horizonDays = cell.getInt(3);
      long pattern = cell.getLong(4);
      int metric = cell.getInt(5);
      int level = cell.getInt(6);
      int bucket = cell.getInt(7);
      long n = cell.getLong(8);
      long lost = cell.getLong(9);
      long repeated = cell.getLong(10);
      long cents = cell.getLong(11);
      if (metric == Counts.POPULATION) {
        allObservations += n;
        allCustomers += cell.getLong(12);
        for (Outcome outcome : Outcome.values()) {
          allPositives.merge(outcome, outcome.positive(n, lost, repeated), Long::sum);
        }
        return;
      }
      observations[metric] += n;
      customers[metric] += cell.getLong(12);
      customersAtLevel[metric][level] += cell.getLong(13);
      backfilled[metric] += cell.getLong(14);
      revenueCentsAtLevel[metric][level] = Math.addExact(revenueCentsAtLevel[metric][level], cents);
      for (Outcome outcome : Outcome.values()) {
        long positive = outcome.positive(n, lost, repeated);
        positives.get(outcome)[metric] += positive;
        counts.get(outcome).add(pattern, metric, level, bucket, positive, n - positive, cents);
      }
    }

    void addTo(List<Row> predictiveness, List<Row> scores, List<Row> comparisons) {
      for (Outcome outcome : Outcome.values()) {
        AddedValue[] added = risks.get(outcome).addedValues();
        for (int metric = 0; metric < plan.metrics().size(); metric++) {
          predictiveness.add(predictiveness(outcome, metric, added[metric]));
        }
        comparisons.add(comparison(outcome, added));
      }
      for (int metric = 0; metric < plan.metrics().size(); metric++) {
        predictiveness.add(ofRevenue(metric));
        addScores(metric, scores);
      }
    }

    private MartRow row(String mart) {
      return new MartRow(Contract.mart(mart))
          .set("as_of", Date.valueOf(plan.asOf()))
          .set("segment_set", segmentSet)
          .set("segment", segment)
          .set("horizon_days", horizonDays);
    }

    private Row predictiveness(Outcome outcome, int metric, AddedValue added) {
      MetricCounts complete = counts.get(outcome).own(metric);
      if (outcome != Outcome.RETAINED) {
        Estimate auc = complete.auc();
        MartRow row =
            predictiveness(outcome.label(), metric, positives.get(outcome)[metric], complete)
                .set("status", status(metric, complete, complete.support(), auc))
                .set("auc_mature", auc.value());
        addBeyondHistory(row, added, isSuspected(metric, complete, auc));
        return withLogit(row, complete);
      }
      MetricFollowUp own = followUp.own(metric).upTo(plan.decidedBy(horizonDays));
      MartRow row =
          predictiveness(outcome.label(), metric, positives.get(outcome)[metric], own)
              .set("status", status(metric, complete, own.support(), own.auc()))
              .set("auc_mature", complete.aucValue(Coding.RAW));
      addFollowUp(row, own, complete);
      addBeyondHistory(row, added, isSuspected(metric, complete, own.auc()));
      return withLogit(row, own);
    }

    private Row ofRevenue(int metric) {
      MetricRevenue own = revenue.of(metric);
      MartRow row =
          predictiveness("revenue_next", metric, revenue.positive(metric), own)
              .set("status", status(metric, own.support()))
              .set("auc_mature", own.aucValue(Coding.RAW))
              .set("unresolved_pairs_share", own.unresolvedShare());
      addConcordance(row, own.support(), own.auc(), own.pairs());
      return withLogit(row, own);
    }

    /** What all outcomes have in common. */
    private MartRow predictiveness(String outcome, int metric, long positive, Discrimination own) {
      MetricSettings declared = plan.metrics().get(metric);
      Support support = own.support();
      Estimate auc = own.auc();
      return row(PREDICTIVENESS)
          .set("metric", declared.id())
          .set("metric_label", declared.label())
          .set("outcome", outcome)
          .set("observations_count", observations[metric])
          .set("customers_count", customers[metric])
          .set("positive_count", positive)
          .set("negative_count", observations[metric] - positive)
          .set("positive_buckets_count", (long) support.retainedBuckets())
          .set("negative_buckets_count", (long) support.lostBuckets())
          .set("auc", auc.value())
          .set("auc_lower", "auc_upper", trusted(support, auc.interval()))
          .set("auc_standard_error", support.insufficient() ? Double.NaN : auc.standardError())
          .set(
              "degrees_of_freedom",
              trusted(support, auc.interval()).isDefined()
                  ? (Integer) support.degreesOfFreedom()
                  : null)
          .set("auc_lost_by_coding", aucLostByCoding(own, auc))
          .set(
              "segment_backfilled_share",
              observations[metric] == 0
                  ? null
                  : (Double) ((double) backfilled[metric] / observations[metric]));
    }

    /** None where there are too few buckets to estimate a variance from. */
    private static Interval trusted(Support support, Interval interval) {
      return support.insufficient() ? Interval.UNDEFINED : interval;
    }

    /** The row, and what shrinking its AUC takes. */
    private static Row withLogit(MartRow row, Discrimination own) {
      Estimate logit = own.logitAuc();
      return with(row, logit.value(), logit.variance());
    }

    /** What only times of losses can tell. */
    private static void addFollowUp(MartRow row, MetricFollowUp own, MetricCounts complete) {
      double all = total(own.lost()) + total(own.censored());
      double known = total(own.known().lost()) + total(own.known().retained());
      Estimate scaledBrier = own.scaledBrier();
      Estimate weighted = own.weightedConcordance();
      row.set("early_lost_count", Math.round(total(own.known().lost()) - total(complete.lost())))
          .set("censored_count", Math.round(all - known))
          .set("brier", own.brier().score())
          .set("brier_scaled", scaledBrier.value())
          .set(
              "brier_scaled_lower",
              "brier_scaled_upper",
              trusted(own.support(), scaledBrier.interval()))
          .set("concordance_weighted", weighted.value())
          .set(
              "concordance_weighted_lower",
              "concordance_weighted_upper",
              trusted(own.support(), weighted.interval()));
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
              trusted(support, added.withinStrata().interval()))
          .set("added_value", isSuspected ? null : added.judgement().label())
          .set("added_value_p_value", support.insufficient() ? Double.NaN : added.pValue())
          .set("log_loss_gain", added.gain().value())
          .set(
              "log_loss_gain_lower",
              "log_loss_gain_upper",
              trusted(support, added.gain().interval()));
    }

    private static void addConcordance(
        MartRow row, Support support, Estimate concordance, Concordance pairs) {
      row.set("concordance", concordance.value())
          .set("concordance_lower", "concordance_upper", trusted(support, concordance.interval()))
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
      return Arrays.stream(counts).mapToDouble(Segment::total).sum();
    }

    private String status(int metric, MetricCounts complete, Support support, Estimate auc) {
      return isSuspected(metric, complete, auc) ? "leak_suspected" : status(metric, support);
    }

    private String status(int metric, Support support) {
      if (observations[metric] == 0) {
        return "no_answers";
      }
      return support.insufficient() ? "insufficient" : "ok";
    }

    private boolean isSuspected(int metric, MetricCounts complete, Estimate auc) {
      return observations[metric] > 0 && isSuspected(complete, auc);
    }

    private static boolean isSuspected(MetricCounts complete, Estimate auc) {
      return LeakSuspicion.levels(complete.retainedByLevel(), complete.lostByLevel(), auc).length
          > 0;
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

    private void addScores(int metric, List<Row> scores) {
      MetricSettings declared = plan.metrics().get(metric);
      MetricCounts retained = counts.get(Outcome.RETAINED).own(metric);
      MetricCounts repeated = counts.get(Outcome.REPEAT_PURCHASE).own(metric);
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
        BigDecimal total = money(revenueCentsAtLevel[metric][level]);
        scores.add(
            row(SCORES)
                .set("metric", declared.id())
                .set("score", declared.question().scoreAt(level))
                .set("observations_count", n)
                .set("customers_count", customersAtLevel[metric][level])
                .set("retained_count", Math.round(kept[level]))
                .set("lost_count", Math.round(lost[level]))
                .set("retention_rate", retention.value())
                .set("retention_lower", "retention_upper", retention.interval())
                .set("repeat_purchase_rate", repeat.value())
                .set("repeat_purchase_lower", "repeat_purchase_upper", repeat.interval())
                .set("revenue_amount", total)
                .set(
                    "mean_revenue_amount",
                    total.divide(BigDecimal.valueOf(n), 2, RoundingMode.HALF_UP))
                .set("mean_revenue_lower_amount", money(revenue.interval().lower()))
                .set("mean_revenue_upper_amount", money(revenue.interval().upper()))
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

    private Row comparison(Outcome outcome, AddedValue[] added) {
      boolean isRetained = outcome == Outcome.RETAINED;
      int decided = plan.decidedBy(horizonDays);
      // Whose outcome is known decides what can be compared; whose window is complete, what leaks.
      SegmentCounts all = isRetained ? followUp.known(decided) : counts.get(outcome);
      CommonSample sample = all.commonSample();
      long positive = allPositives.get(outcome);
      MartRow row =
          row("best_metrics")
              .set("outcome", outcome.label())
              .set("leads", byMetric(sample, NONE))
              .set("leads_lower", byMetric(sample, NONE))
              .set("leads_upper", byMetric(sample, NONE))
              .set("best_probabilities", byMetric(sample, NONE))
              .set("candidates", ids(sample.metrics()))
              .set("dropped_candidates", ids(sample.dropped()))
              .set("common_share", sample.share())
              .set("customers_count", allCustomers)
              .set("observations_count", allObservations)
              .set("positive_count", positive)
              .set("negative_count", allObservations - positive)
              .set("common_observations_count", Math.round(sample.observations()));
      if (sample.metrics().isEmpty()) {
        return withVerdicts(
            row.set("best_set", new String[0]).set("common_negative_count", 0L),
            Verdict.INSUFFICIENT,
            Verdict.INSUFFICIENT,
            null);
      }

      List<MetricCounts> common = counts.get(outcome).common(sample);
      Comparison comparison =
          isRetained
              ? Comparison.ofFollowUp(
                  followUp.common(sample).stream().map(metric -> metric.upTo(decided)).toList())
              : Comparison.of(common);
      var suspected = new BitSet();
      for (int i = 0; i < common.size(); i++) {
        suspected.set(i, isSuspected(common.get(i), comparison.aucs().get(i)));
      }
      Verdict ifSignificant = Verdict.of(comparison, suspected, 0);
      Verdict otherwise = Verdict.of(comparison, suspected, 1);
      row.set("common_negative_count", Math.round(comparison.losses()))
          .set(
              "best_set",
              ids(
                  comparison.withBest().bestSet().stream()
                      .mapToObj(sample.metrics()::get)
                      .toList()));
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
      Looks looks = plan.looks(horizonDays);
      if (otherwise == Verdict.UNDECIDED) {
        double needed = comparison.lossesNeeded(looks.largestP());
        // As a whole number, NaN would be 0.
        row.set(
            "losses_needed_count",
            Double.isNaN(needed) ? null : (Long) (long) Math.min(needed, 1e15));
      }
      boolean isJudged = otherwise != Verdict.INSUFFICIENT && otherwise != Verdict.LEAK_SUSPECTED;
      double p = isJudged ? comparison.withBest().pValue() : Double.NaN;
      row.set("margin_p_value", p).set("margin_p_value_of_year", looks.ofYear(p));
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
        return with(row, ifSignificant.name(), otherwise.name(), null, null, null);
      }
      Estimate within = addedByLeader.withinStrata();
      Interval interval = trusted(addedByLeader.support(), within.interval());
      return with(
          row,
          ifSignificant.name(),
          otherwise.name(),
          within.value(),
          interval.isDefined() ? interval.lower() : null,
          interval.isDefined() ? interval.upper() : null);
    }

    /** The row, followed by values that aren't columns of its mart. */
    private static Row with(MartRow row, Object... others) {
      Row mart = row.toRow();
      Object[] values = new Object[mart.length() + others.length];
      for (int i = 0; i < mart.length(); i++) {
        values[i] = mart.get(i);
      }
      System.arraycopy(others, 0, values, mart.length(), others.length);
      return RowFactory.create(values);
    }
  }
}
