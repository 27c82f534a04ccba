package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.counts.CellGroup;
import linkage.counts.CellTable;
import linkage.counts.CountTable;
import linkage.counts.Counts;
import linkage.stats.Coding;
import linkage.stats.Combination;
import linkage.stats.CombinationScore;
import linkage.stats.Comparison;
import linkage.stats.Looks;
import linkage.stats.MetricCounts;
import linkage.stats.MetricFollowUp;
import linkage.stats.MetricRevenue;
import linkage.stats.RankStability;
import linkage.stats.RiskCounts;
import linkage.stats.SegmentCounts;
import linkage.stats.SegmentFollowUp;
import linkage.stats.TimeSplit;
import linkage.stats.WeightedLead;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The marts' statistics are those of {@code linkage.stats}, called directly on the same counts. */
class SegmentStatisticsTest {
  private static final Settings SETTINGS = Settings.load(Path.of("conf", "demo"), Overrides.NONE);
  private static final int[] LEVELS = {11, 5, 7};
  private static final int HORIZON = 6;
  private static final List<String> METRICS = List.of("nps", "csat", "ces");

  /** March 2024 and October 2024. */
  private static final TimeSplit SPLIT = new TimeSplit(2024 * 12 + 2, 2024 * 12 + 9);

  private static SegmentCounts direct;
  private static SegmentCounts[] byTime;
  private static double[][][] combined;
  private static SegmentFollowUp times;
  private static RiskCounts[] risks;
  private static Dataset<Row> statistics;

  private static final List<Answer> answers = new ArrayList<>();

  /** One observation's answer to one metric. */
  private record Answer(
      int observation,
      int pattern,
      int metric,
      int level,
      int bucket,
      int period,
      boolean isLost,
      long cents,
      double weight) {}

  @BeforeAll
  static void countSixHundredObservationsAndTwoHundredOpenWindows() {
    var random = new Random(7);
    direct = new SegmentCounts(LEVELS, 64);
    times = new SegmentFollowUp(LEVELS, 64, HORIZON, HORIZON);
    risks = new RiskCounts[3];
    for (int metric = 0; metric < 3; metric++) {
      risks[metric] = noRisks(LEVELS[metric]);
    }
    byTime = new SegmentCounts[] {new SegmentCounts(LEVELS, 64), new SegmentCounts(LEVELS, 64)};
    combined = new double[2][64][CombinationScore.BINS];
    var cells = new CellTable();
    for (int i = 0; i < 600; i++) {
      int stratum = random.nextInt(10);
      int bucket = random.nextInt(64);
      boolean isLost = random.nextInt(4) == 0;
      long lost = isLost ? 1 : 0;
      long cents = isLost ? 0 : random.nextInt(10_000);
      int pattern = 1 + random.nextInt(7);
      double weight = 0.5 + i % 5 / 2.0;
      // One of three is of neither time.
      CountTable time =
          List.of(CountTable.OUTCOMES, CountTable.EARLIER, CountTable.LATER).get(i % 3);
      addPopulation(cells, bucket, lost, weight);
      if (pattern == 7) {
        int bin = 100 + i % 50 - 40 * (int) lost;
        group(cells, CountTable.COMBINED_RETENTION, 180, pattern)
            .add(0, bin, bucket, 0, 1, lost, 1 - lost);
        combined[(int) lost][bucket][bin]++;
      }
      for (int metric = 0; metric < 3; metric++) {
        if ((pattern & 1 << metric) != 0) {
          int level = random.nextInt(LEVELS[metric]);
          level = isLost && metric == 2 ? level / 2 : level;
          addOutcome(cells, time, pattern, metric, level, bucket, lost, cents, weight);
          direct.add(pattern, metric, level, bucket, 1 - lost, lost, cents);
          if (time != CountTable.OUTCOMES) {
            byTime[i % 3 - 1].add(pattern, metric, level, bucket, 1 - lost, lost, 0);
          }
          int period = isLost ? 1 + (i + level) % HORIZON : HORIZON;
          answers.add(new Answer(i, pattern, metric, level, bucket, period, isLost, cents, weight));
          addTime(cells, pattern, metric, level, period, bucket, lost, weight);
          times.add(pattern, metric, level, period, bucket, lost, 1 - lost);
          int bin = isLost ? 0 : 140 + (int) Math.log(1 + cents);
          group(cells, CountTable.REVENUE, 180, pattern)
              .add(metric, level, bucket, bin, 1, millionths(weight), millionths(weight * weight));
          double logOdds = stratum - 4.5 + i % 4 / 4.0;
          addRisk(cells, stratum, metric, level, bucket, lost, logOdds);
          int at = stratum * LEVELS[metric] + level;
          risks[metric].retained()[bucket][at] += 1 - lost;
          risks[metric].lost()[bucket][at] += lost;
          risks[metric].logOdds()[bucket][at] += logOdds;
        }
      }
    }
    for (int i = 0; i < 200; i++) {
      int bucket = random.nextInt(64);
      int completed = random.nextInt(HORIZON);
      long lost = completed > 0 && random.nextInt(5) == 0 ? 1 : 0;
      int level = random.nextInt(7);
      addTime(cells, 4, 2, level, completed, bucket, lost, 1);
      times.add(4, 2, level, completed, bucket, lost, 1 - lost);
    }
    statistics =
        SegmentStatistics.build(
                SparkTest.session().createDataFrame(cells.drain(), Counts.schema()),
                Map.of(180, SPLIT),
                SETTINGS,
                LocalDate.of(2025, 3, 31))
            .cache();
  }

  @Test
  void predictivenessIsThatOfTheCounts() {
    Dataset<Row> mart = MetricPredictiveness.build(statistics);
    Contract.mart("metric_predictiveness").check(mart.schema());

    List<Row> rows = mart.where("outcome = 'retained'").collectAsList();

    assertThat(rows).hasSize(3);
    for (Row row : rows) {
      int metric = METRICS.indexOf(row.<String>getAs("metric"));
      var complete = direct.own(metric);
      var own = times.own(metric);
      assertThat(row.<Double>getAs("auc")).isEqualTo(own.auc().value());
      assertThat(row.<Double>getAs("auc_lower")).isEqualTo(own.auc().interval().lower());
      assertThat(row.<Double>getAs("auc_upper")).isEqualTo(own.auc().interval().upper());
      assertThat(row.<Double>getAs("auc_standard_error")).isEqualTo(own.auc().standardError());
      assertThat(row.<Integer>getAs("degrees_of_freedom"))
          .isEqualTo(own.support().degreesOfFreedom());
      assertThat((double) row.<Long>getAs("negative_count"))
          .isEqualTo(java.util.Arrays.stream(complete.lostByLevel()).sum());
      assertThat(row.<String>getAs("status")).isEqualTo("ok");
      assertThat(row.<Double>getAs("auc_mature")).isEqualTo(complete.aucValue(Coding.RAW));
      assertThat(row.<Long>getAs("early_lost_count") > 0).isEqualTo(metric == 2);
      assertThat(row.<Long>getAs("early_lost_count") + row.<Long>getAs("censored_count"))
          .isEqualTo(metric == 2 ? 200 : 0);
      assertThat(row.<Double>getAs("brier_scaled")).isEqualTo(own.scaledBrier().value());
      assertThat(row.<Double>getAs("concordance")).isEqualTo(own.concordance().value());
      assertThat(row.<Double>getAs("concordance_weighted"))
          .isEqualTo(own.weightedConcordance().value());
      assertThat((double) row.<Long>getAs("tied_outcome_pairs_count"))
          .isEqualTo(own.pairs().tiedOutcome());
    }
  }

  /** By definition: each pair of a retained and a lost observation counts by both weights. */
  @Test
  void weightedFiguresCountEachObservationByItsWeight() {
    for (Row row : MetricPredictiveness.build(statistics).collectAsList()) {
      int metric = METRICS.indexOf(row.<String>getAs("metric"));
      boolean isOfRevenue = row.<String>getAs("outcome").equals("revenue_next");
      boolean hasOpenWindows = row.<String>getAs("outcome").equals("retained") && metric == 2;
      List<Answer> own = answers.stream().filter(answer -> answer.metric() == metric).toList();
      double ordered = 0;
      double all = 0;
      double sum = 0;
      double squares = 0;
      for (Answer better : own) {
        sum += better.weight();
        squares += better.weight() * better.weight();
        for (Answer worse : own) {
          boolean isPair =
              isOfRevenue ? bin(better) > bin(worse) : !better.isLost() && worse.isLost();
          if (isPair) {
            double weight = better.weight() * worse.weight();
            all += weight;
            ordered += weight * (1 + Integer.signum(better.level() - worse.level())) / 2;
          }
        }
      }
      double expected = ordered / all;
      double actual = row.<Double>getAs("auc_weighted");
      if (hasOpenWindows) {
        assertThat(Math.abs(actual - expected)).isBetween(1e-6, 0.1);
      } else {
        assertThat(actual).isCloseTo(expected, within(1e-9));
      }
      assertThat(actual).isNotCloseTo(row.<Double>getAs("auc"), within(1e-9));
      assertThat(row.<Double>getAs("auc_weighted_lower")).isLessThan(actual);
      assertThat(row.<Long>getAs("effective_count")).isEqualTo(Math.round(sum * sum / squares));
    }
  }

  private static int bin(Answer answer) {
    return answer.isLost() ? 0 : 140 + (int) Math.log(1 + answer.cents());
  }

  @Test
  void weightedRetentionCountsEachObservationByItsWeight() {
    for (Row row : SegmentStatistics.retentionByScore(statistics).collectAsList()) {
      int metric = METRICS.indexOf(row.<String>getAs("metric"));
      int score = row.<Integer>getAs("score");
      int level = metric == 0 ? score : metric == 1 ? score - 1 : 7 - score;
      double kept = 0;
      double sum = 0;
      double squares = 0;
      double spent = 0;
      for (Answer answer : answers) {
        if (answer.metric() == metric && answer.level() == level) {
          kept += answer.isLost() ? 0 : answer.weight();
          spent += answer.weight() * answer.cents() / 100;
          sum += answer.weight();
          squares += answer.weight() * answer.weight();
        }
      }
      assertThat(row.<Double>getAs("retention_weighted_rate"))
          .isCloseTo(kept / sum, within(1e-9))
          .isBetween(
              row.<Double>getAs("retention_weighted_lower"),
              row.<Double>getAs("retention_weighted_upper"));
      assertThat(row.<Long>getAs("effective_count")).isEqualTo(Math.round(sum * sum / squares));
      // Here, who isn't lost buys again.
      for (String end : List.of("rate", "lower", "upper")) {
        assertThat(row.<Double>getAs("repeat_purchase_weighted_" + end))
            .isEqualTo(row.<Double>getAs("retention_weighted_" + end));
      }
      assertThat(row.<BigDecimal>getAs("mean_revenue_weighted_amount").doubleValue())
          .isCloseTo(spent / sum, within(0.01));
      assertThat(row.<BigDecimal>getAs("mean_revenue_weighted_amount"))
          .isNotEqualTo(row.<BigDecimal>getAs("mean_revenue_amount"))
          .isBetween(
              row.<BigDecimal>getAs("mean_revenue_weighted_lower_amount"),
              row.<BigDecimal>getAs("mean_revenue_weighted_upper_amount"));
    }
  }

  /** The weights are scaled to their effective number, so that 0 losses aren't taken for many. */
  @Test
  void weightedCurvesAreThoseOfTheWeights() {
    for (Row row :
        SegmentStatistics.retentionCurves(statistics).where("metric = 'nps'").collectAsList()) {
      double[][][] lost = new double[64][HORIZON + 1][11];
      double[][][] stayed = new double[64][HORIZON + 1][11];
      double sum = 0;
      double squares = 0;
      for (Answer answer : answers) {
        if (answer.metric() == 0) {
          double[][][] own = answer.isLost() ? lost : stayed;
          own[answer.bucket()][answer.period()][answer.level()] += answer.weight();
          sum += answer.weight();
          squares += answer.weight() * answer.weight();
        }
      }
      var expected =
          new MetricFollowUp(lost, stayed)
              .scaled(sum / squares)
              .retentionCurve(
                  row.<Integer>getAs("lowest_score"), row.<Integer>getAs("highest_score"))
              .get(row.<Integer>getAs("period_ends_days") / 30 - 1)
              .retention();

      assertThat(row.<Double>getAs("retention_weighted_rate"))
          .isCloseTo(expected.value(), within(1e-9));
      // Nobody's weight matters where nobody has been lost yet.
      assertThat(
              Math.abs(
                      row.<Double>getAs("retention_weighted_rate")
                          - row.<Double>getAs("retention_rate"))
                  > 1e-9)
          .isEqualTo(row.<Double>getAs("retention_rate") < 1);
      assertThat(row.<Double>getAs("retention_weighted_lower"))
          .isCloseTo(expected.interval().lower(), within(1e-9));
      assertThat(row.<Double>getAs("retention_weighted_upper"))
          .isCloseTo(expected.interval().upper(), within(1e-9));
    }
  }

  /** The cells of those who answered all three, put together here from the answers. */
  @Test
  void revenueIsComparedOnTheCommonSample() {
    Row row =
        SegmentStatistics.rows(statistics, SegmentStatistics.COMPARISONS)
            .where("outcome = 'revenue_next'")
            .first();
    var counted = revenues(answer -> 1);
    var weighted = revenues(Answer::weight);
    var comparison = Comparison.ofRevenue(counted);
    var lead = WeightedLead.ofRevenue(comparison.leader(), weighted, comparison.support());

    assertThat(row.getList(row.fieldIndex("candidates"))).isEqualTo(METRICS);
    assertThat(row.<String>getAs("best_metric")).isEqualTo(METRICS.get(comparison.leader()));
    assertThat(row.<Double>getAs("best_auc"))
        .isCloseTo(comparison.aucs().get(comparison.leader()).value(), within(1e-12));
    assertThat(row.<Double>getAs("best_auc_lower"))
        .isCloseTo(comparison.aucs().get(comparison.leader()).interval().lower(), within(1e-12));
    assertThat(row.<Double>getAs("margin_lower"))
        .isCloseTo(comparison.withBest().margin().lower(), within(1e-12));
    assertThat(row.<Double>getAs("margin_p_value"))
        .isCloseTo(comparison.withBest().pValue(), within(1e-12));
    assertThat(row.<String>getAs("best_metric_weighted")).isEqualTo(METRICS.get(lead.leader()));
    assertThat(row.<Double>getAs("best_auc_weighted"))
        .isCloseTo(lead.auc().value(), within(1e-9))
        .isNotEqualTo(row.<Double>getAs("best_auc"));
    assertThat(row.<Double>getAs("margin_weighted_upper"))
        .isCloseTo(lead.interval().upper(), within(1e-9));
    assertThat(row.<Long>getAs("positive_count") + row.<Long>getAs("negative_count"))
        .isEqualTo(600);
    assertThat(row.<Long>getAs("common_negative_count"))
        .isEqualTo(
            answers.stream()
                .filter(answer -> answer.pattern() == 7 && answer.metric() == 0 && answer.isLost())
                .count());
    for (String column :
        List.of("added_value", "combined_auc", "earlier_best_metric", "losses_needed_count")) {
      assertThat(row.<Object>getAs(column)).as(column).isNull();
    }
  }

  private static List<MetricRevenue> revenues(ToDoubleFunction<Answer> weight) {
    List<MetricRevenue> revenues = new ArrayList<>();
    for (int metric = 0; metric < 3; metric++) {
      double[][][] counts = new double[64][160][];
      double[] sums = new double[160];
      double[] squares = new double[160];
      for (Answer answer : answers) {
        if (answer.pattern() == 7 && answer.metric() == metric) {
          double[][] own = counts[answer.bucket()];
          int bin = bin(answer);
          own[bin] = own[bin] == null ? new double[LEVELS[metric]] : own[bin];
          own[bin][answer.level()] += weight.applyAsDouble(answer);
          sums[bin] += weight.applyAsDouble(answer);
          squares[bin] += Math.pow(weight.applyAsDouble(answer), 2);
        }
      }
      double[] pairsWithin = new double[160];
      for (int bin = 1; bin < 160; bin++) {
        pairsWithin[bin] = (sums[bin] * sums[bin] - squares[bin]) / 2;
      }
      revenues.add(new MetricRevenue(counts, pairsWithin));
    }
    return revenues;
  }

  @Test
  void whatAddsToHistoryIsThatOfTheCountsByRisk() {
    for (Row row :
        MetricPredictiveness.build(statistics).where("outcome = 'retained'").collectAsList()) {
      var added = risks[METRICS.indexOf(row.<String>getAs("metric"))].addedValue();
      assertThat(row.<Double>getAs("auc_within_risk")).isEqualTo(added.withinStrata().value());
      assertThat(row.<Double>getAs("auc_within_risk_lower"))
          .isEqualTo(added.withinStrata().interval().lower());
      assertThat(row.<Double>getAs("auc_within_risk_upper"))
          .isEqualTo(added.withinStrata().interval().upper());
      assertThat(row.<String>getAs("added_value")).isEqualTo(added.judgement().label());
      assertThat(row.<Double>getAs("added_value_p_value")).isEqualTo(added.pValue(), within(1e-9));
      assertThat(row.<Double>getAs("log_loss_gain")).isEqualTo(added.gain().value(), within(1e-9));
      assertThat(row.<Double>getAs("log_loss_gain_upper"))
          .isEqualTo(added.gain().interval().upper(), within(1e-9));
    }
  }

  /** The cells hold a baseline for retention alone, and none that revenue could have. */
  @Test
  void nothingIsSaidOfWhatHasNoBaseline() {
    for (Row row :
        MetricPredictiveness.build(statistics).where("outcome <> 'retained'").collectAsList()) {
      for (String column :
          List.of("auc_within_risk", "added_value", "added_value_p_value", "log_loss_gain")) {
        assertThat(row.<Object>getAs(column)).as(column).isNull();
      }
    }
    Dataset<Row> comparisons = SegmentStatistics.rows(statistics, SegmentStatistics.COMPARISONS);
    Row retained = comparisons.where("outcome = 'retained'").first();
    Row repeated = comparisons.where("outcome = 'repeat_purchase'").first();
    assertThat(retained.<String>getAs("added_value"))
        .isEqualTo(risks[2].addedValue().judgement().label())
        .isEqualTo("adds");
    assertThat(retained.<Double>getAs("best_auc_within_risk"))
        .isEqualTo(risks[2].addedValue().withinStrata().value());
    assertThat(repeated.<String>getAs("added_value")).isNull();
  }

  /** Nine losses lie in at most nine buckets, from which no variance is estimated. */
  @Test
  void insufficientFiguresHaveNoInterval() {
    var cells = new CellTable();
    for (int i = 0; i < 100; i++) {
      long lost = i < 9 ? 1 : 0;
      addPopulation(cells, i % 64, lost, 1);
      addOutcome(cells, CountTable.OUTCOMES, 1, 0, i % 11, i % 64, lost, 0, 1);
      addTime(cells, 1, 0, i % 11, i < 9 ? 1 : HORIZON, i % 64, lost, 1);
      addRisk(cells, i % 10, 0, i % 11, i % 64, lost, i % 10);
    }
    Dataset<Row> few =
        SegmentStatistics.build(
            SparkTest.session().createDataFrame(cells.drain(), Counts.schema()),
            Map.of(),
            SETTINGS,
            LocalDate.of(2025, 3, 31));

    Row row =
        MetricPredictiveness.build(few).where("outcome = 'retained' and metric = 'nps'").first();

    assertThat(row.<String>getAs("status")).isEqualTo("insufficient");
    assertThat(row.<Double>getAs("auc")).isBetween(0.0, 1.0);
    for (String column :
        List.of(
            "auc_lower",
            "auc_upper",
            "auc_standard_error",
            "degrees_of_freedom",
            "brier_scaled_lower",
            "concordance_upper",
            "concordance_weighted_lower",
            "auc_within_risk_lower",
            "added_value_p_value",
            "log_loss_gain_upper")) {
      assertThat(row.<Object>getAs(column)).as(column).isNull();
    }
    assertThat(row.<String>getAs("added_value")).isEqualTo("cannot_tell");
  }

  /** By hand: with every window complete, the weights are all one. */
  @Test
  void openWindowsCountOnlyWhereThereAreSome() {
    for (Row row :
        MetricPredictiveness.build(statistics).where("outcome <> 'revenue_next'").collectAsList()) {
      boolean hasOpenWindows =
          row.<String>getAs("outcome").equals("retained")
              && row.<String>getAs("metric").equals("ces");
      assertThat(Math.abs(row.<Double>getAs("auc") - row.<Double>getAs("auc_mature")) > 1e-12)
          .isEqualTo(hasOpenWindows);
    }
  }

  @Test
  void revenueIsOrderedByBins() {
    List<Row> rows =
        MetricPredictiveness.build(statistics).where("outcome = 'revenue_next'").collectAsList();

    assertThat(rows).hasSize(3);
    for (Row row : rows) {
      assertThat(row.<Double>getAs("auc")).isEqualTo(row.<Double>getAs("concordance"));
      assertThat(row.<Double>getAs("unresolved_pairs_share")).isBetween(0.1, 0.9);
      assertThat(row.<Object>getAs("brier")).isNull();
      // Whoever was lost brought in nothing, everybody else something.
      var complete = direct.own(METRICS.indexOf(row.<String>getAs("metric")));
      assertThat((double) row.<Long>getAs("negative_count"))
          .isEqualTo(java.util.Arrays.stream(complete.lostByLevel()).sum());
    }
  }

  @Test
  void retentionCurvesAreThoseOfTheBands() {
    Dataset<Row> mart = SegmentStatistics.retentionCurves(statistics);
    Contract.mart("retention_curves").check(mart.schema());

    List<Row> promoters =
        mart.where("metric = 'nps' and score_band = 'promoter'")
            .orderBy("period_ends_days")
            .collectAsList();

    assertThat(mart.select("metric", "score_band").distinct().count()).isEqualTo(3 + 5 + 3);
    var curve = times.own(0).retentionCurve(9, 10);
    assertThat(promoters).hasSize(HORIZON);
    for (int period = 1; period <= HORIZON; period++) {
      Row row = promoters.get(period - 1);
      assertThat(row.<Integer>getAs("period_ends_days")).isEqualTo(30 * period);
      assertThat(row.<Integer>getAs("lowest_score")).isEqualTo(9);
      var retention = curve.get(period - 1).retention();
      assertThat(row.<Double>getAs("retention_rate")).isEqualTo(retention.value());
      assertThat(row.<Double>getAs("retention_lower")).isEqualTo(retention.interval().lower());
      assertThat((double) row.<Long>getAs("at_risk_count"))
          .isEqualTo(curve.get(period - 1).atRisk());
    }
    // Effort is good when low: its best band holds the scores 1 and 2.
    Row best = mart.where("metric = 'ces' and score_band = 'top2'").first();
    assertThat(List.of(best.<Integer>getAs("lowest_score"), best.<Integer>getAs("highest_score")))
        .containsExactly(1, 2);
  }

  @Test
  void retentionByScoreIsThatOfTheCountsInTheScalesOwnScores() {
    Dataset<Row> mart = SegmentStatistics.retentionByScore(statistics);
    Contract.mart("retention_by_score").check(mart.schema());

    List<Row> rows = mart.collectAsList();

    assertThat(rows).hasSize(11 + 5 + 7);
    for (Row row : rows) {
      int metric = METRICS.indexOf(row.<String>getAs("metric"));
      int score = row.<Integer>getAs("score");
      // NPS counts from 0 and CSAT from 1; effort is good when low, so 7 is its lowest level.
      int level = metric == 0 ? score : metric == 1 ? score - 1 : 7 - score;
      var own = direct.own(metric);
      assertThat(row.<Double>getAs("retention_rate")).isEqualTo(own.retentionAt(level).value());
      assertThat((double) row.<Long>getAs("lost_count")).isEqualTo(own.lostByLevel()[level]);
      assertThat((double) row.<Long>getAs("retained_count"))
          .isEqualTo(own.retainedByLevel()[level]);
    }
  }

  @Test
  void comparisonIsThatOfTheCommonSample() {
    Row row =
        SegmentStatistics.rows(statistics, SegmentStatistics.COMPARISONS)
            .where("outcome = 'retained'")
            .first();
    var sample = times.known(HORIZON).commonSample();
    var comparison = Comparison.ofFollowUp(times.common(sample));

    assertThat(row.getList(row.fieldIndex("candidates")))
        .isEqualTo(sample.metrics().stream().map(METRICS::get).toList());
    assertThat(row.<Double>getAs("common_share")).isEqualTo(sample.share());
    double p = comparison.withBest().pValue();
    assertThat(row.<Double>getAs("margin_p_value")).isEqualTo(p);
    assertThat(row.<Double>getAs("margin_p_value_of_year"))
        .isEqualTo(Looks.of(SETTINGS.analysisWindowMonths(), 180).ofYear(p))
        .isGreaterThan(p);
    assertThat(row.<String>getAs("best_metric"))
        .isEqualTo(METRICS.get(sample.metrics().get(comparison.leader())))
        .isEqualTo("ces");
    assertThat(row.<Double>getAs("margin"))
        .isEqualTo(comparison.withBest().leads()[comparison.leader()]);
    assertThat(row.<Double>getAs("margin_lower")).isEqualTo(comparison.withBest().margin().lower());
    assertThat(row.<Double>getAs("margin_critical_value"))
        .isEqualTo(comparison.withBest().critical().value());
    // Weighted, the open windows count once, as they do among the cells.
    assertThat(row.<String>getAs("best_metric_weighted")).isEqualTo("ces");
    assertThat(row.<Double>getAs("margin_weighted"))
        .isBetween(
            row.<Double>getAs("margin_weighted_lower"), row.<Double>getAs("margin_weighted_upper"))
        .isNotEqualTo(row.<Double>getAs("margin"));
    assertThat(row.<String, Double>getJavaMap(row.fieldIndex("leads")))
        .containsOnlyKeys(METRICS)
        .containsEntry("ces", comparison.withBest().leads()[2]);
    assertThat(row.<String, Double>getJavaMap(row.fieldIndex("leads_upper")))
        .containsEntry("nps", comparison.withBest().leadIntervals().get(0).upper());
    assertThat(row.<String, Double>getJavaMap(row.fieldIndex("best_probabilities")))
        .containsEntry("csat", comparison.probabilities()[1]);
    assertThat(row.<Long>getAs("observations_count")).isEqualTo(600);
  }

  @Test
  void comparesTheBestMetricWithAllTogether() {
    Row row = comparison();

    var sample = times.known(HORIZON).commonSample();
    var together =
        new MetricCounts(combined[0], combined[1], new double[64][CombinationScore.BINS]);
    var expected = Combination.of(together, direct.common(sample).get(2));
    assertThat(row.<String>getAs("best_metric")).isEqualTo("ces");
    assertThat(row.<Double>getAs("combined_auc")).isEqualTo(expected.combined().value());
    assertThat(row.<Double>getAs("combined_best_auc")).isEqualTo(expected.best().value());
    assertThat(row.<Double>getAs("combined_auc_upper"))
        .isEqualTo(expected.combined().interval().upper());
    assertThat(row.<Double>getAs("combined_gain")).isEqualTo(expected.difference().value());
    assertThat(row.<Double>getAs("combined_gain_lower"))
        .isEqualTo(expected.difference().interval().lower());
  }

  @Test
  void checksTheWinnerOfEarlierMonthsOnLaterOnes() {
    Row row = comparison();

    var sample = times.known(HORIZON).commonSample();
    var expected = RankStability.of(byTime[0].common(sample), byTime[1].common(sample));
    assertThat(row.<Object>getAs("earlier_until_month").toString()).isEqualTo("2024-03-01");
    assertThat(row.<Object>getAs("later_from_month").toString()).isEqualTo("2024-10-01");
    assertThat(row.<String>getAs("earlier_best_metric")).isEqualTo(METRICS.get(expected.winner()));
    assertThat(row.<Double>getAs("rank_correlation")).isEqualTo(expected.correlation());
    assertThat(row.<Double>getAs("earlier_best_lead")).isEqualTo(expected.lead().value());
    // Losses of so few observations lie in too few buckets for an interval.
    assertThat(byTime[1].common(sample).get(0).support().insufficient()).isTrue();
    assertThat(row.<Double>getAs("earlier_best_lead_upper")).isNull();
    Map<String, Double> later = row.getJavaMap(row.fieldIndex("ranks_later"));
    for (int metric = 0; metric < 3; metric++) {
      assertThat(later).containsEntry(METRICS.get(metric), expected.ranksNow()[metric]);
    }
  }

  private static Row comparison() {
    return SegmentStatistics.rows(statistics, SegmentStatistics.COMPARISONS)
        .where("outcome = 'retained'")
        .first();
  }

  private static CellTable.Group group(CellTable cells, CountTable table, int period, int pattern) {
    return cells.group(new CellGroup(table, 0, "all", period, pattern));
  }

  private static void addPopulation(CellTable cells, int bucket, long lost, double weight) {
    group(cells, CountTable.POPULATION, 180, 0)
        .add(
            0,
            0,
            bucket,
            0,
            1,
            lost,
            1 - lost,
            1,
            millionths(weight),
            lost * millionths(weight),
            millionths(weight * weight),
            0);
  }

  private static void addOutcome(
      CellTable cells,
      CountTable table,
      int pattern,
      int metric,
      int level,
      int bucket,
      long lost,
      long cents,
      double weight) {
    group(cells, table, 180, pattern)
        .add(
            metric,
            level,
            bucket,
            0,
            1,
            lost,
            1 - lost,
            cents,
            1,
            1,
            0,
            millionths(weight),
            lost * millionths(weight),
            (1 - lost) * millionths(weight),
            millionths(weight * weight),
            lost * cents,
            Math.round(weight * cents));
  }

  private static void addTime(
      CellTable cells,
      int pattern,
      int metric,
      int level,
      int period,
      int bucket,
      long lost,
      double weight) {
    group(cells, CountTable.LOSSES, 30 * period, pattern)
        .add(
            metric,
            level,
            bucket,
            0,
            1,
            lost,
            millionths(weight),
            lost * millionths(weight),
            millionths(weight * weight));
  }

  private static void addRisk(
      CellTable cells, int stratum, int metric, int level, int bucket, long lost, double logOdds) {
    group(cells, CountTable.RETENTION_RISK, 180, 0)
        .add(metric, level, bucket, stratum, 1, lost, 1 - lost, millionths(logOdds));
  }

  private static long millionths(double number) {
    return Math.round(1e6 * number);
  }

  private static RiskCounts noRisks(int levels) {
    return new RiskCounts(
        levels,
        new double[64][10 * levels],
        new double[64][10 * levels],
        new double[64][10 * levels]);
  }
}
