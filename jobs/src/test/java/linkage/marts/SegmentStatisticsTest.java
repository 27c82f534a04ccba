package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.counts.Counts;
import linkage.stats.Comparison;
import linkage.stats.SegmentCounts;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The marts' statistics are those of {@code linkage.stats}, called directly on the same counts. */
class SegmentStatisticsTest {
  private static final Settings SETTINGS = Settings.load(Path.of("conf", "demo"), Overrides.NONE);
  private static final int[] LEVELS = {11, 5, 7};
  private static final List<String> METRICS = List.of("nps", "csat", "ces");

  private static SegmentCounts direct;
  private static Dataset<Row> statistics;

  @BeforeAll
  static void countSixHundredObservations() {
    var random = new Random(7);
    direct = new SegmentCounts(LEVELS, 64);
    List<Row> cells = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      int bucket = random.nextInt(64);
      boolean isLost = random.nextInt(4) == 0;
      long lost = isLost ? 1 : 0;
      long cents = isLost ? 0 : random.nextInt(10_000);
      int pattern = 1 + random.nextInt(7);
      cells.add(cell(pattern, Counts.POPULATION, 0, bucket, lost, cents));
      for (int metric = 0; metric < 3; metric++) {
        if ((pattern & 1 << metric) != 0) {
          int level = random.nextInt(LEVELS[metric]);
          level = isLost && metric == 2 ? level / 2 : level;
          cells.add(cell(pattern, metric, level, bucket, lost, cents));
          direct.add(pattern, metric, level, bucket, 1 - lost, lost, cents);
        }
      }
    }
    statistics =
        SegmentStatistics.build(
                SparkTest.session().createDataFrame(cells, Counts.schema()),
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
      var own = direct.own(METRICS.indexOf(row.<String>getAs("metric")));
      assertThat(row.<Double>getAs("auc")).isEqualTo(own.auc().value());
      assertThat(row.<Double>getAs("auc_lower")).isEqualTo(own.auc().interval().lower());
      assertThat(row.<Double>getAs("auc_upper")).isEqualTo(own.auc().interval().upper());
      assertThat(row.<Double>getAs("auc_standard_error")).isEqualTo(own.auc().standardError());
      assertThat(row.<Integer>getAs("degrees_of_freedom"))
          .isEqualTo(own.support().degreesOfFreedom());
      assertThat((double) row.<Long>getAs("negative_count"))
          .isEqualTo(java.util.Arrays.stream(own.lostByLevel()).sum());
      assertThat(row.<String>getAs("status")).isEqualTo("ok");
    }
  }

  /** Nine losses lie in at most nine buckets, from which no variance is estimated. */
  @Test
  void insufficientFiguresHaveNoInterval() {
    List<Row> cells = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      cells.add(cell(1, Counts.POPULATION, 0, i % 64, i < 9 ? 1 : 0, 0));
      cells.add(cell(1, 0, i % 11, i % 64, i < 9 ? 1 : 0, 0));
    }
    Dataset<Row> few =
        SegmentStatistics.build(
            SparkTest.session().createDataFrame(cells, Counts.schema()),
            SETTINGS,
            LocalDate.of(2025, 3, 31));

    Row row =
        MetricPredictiveness.build(few).where("outcome = 'retained' and metric = 'nps'").first();

    assertThat(row.<String>getAs("status")).isEqualTo("insufficient");
    assertThat(row.<Double>getAs("auc")).isBetween(0.0, 1.0);
    for (String column :
        List.of("auc_lower", "auc_upper", "auc_standard_error", "degrees_of_freedom")) {
      assertThat(row.<Object>getAs(column)).as(column).isNull();
    }
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
    var sample = direct.commonSample();
    var comparison = Comparison.of(direct.common(sample));

    assertThat(row.getList(row.fieldIndex("candidates")))
        .isEqualTo(sample.metrics().stream().map(METRICS::get).toList());
    assertThat(row.<Double>getAs("common_share")).isEqualTo(sample.share());
    assertThat(row.<Double>getAs("margin_p_value")).isEqualTo(comparison.withBest().pValue());
    assertThat(row.<String>getAs("best_metric"))
        .isEqualTo(METRICS.get(sample.metrics().get(comparison.leader())))
        .isEqualTo("ces");
    assertThat(row.<Double>getAs("margin"))
        .isEqualTo(comparison.withBest().leads()[comparison.leader()]);
    assertThat(row.<Double>getAs("margin_lower")).isEqualTo(comparison.withBest().margin().lower());
    assertThat(row.<Double>getAs("margin_critical_value"))
        .isEqualTo(comparison.withBest().critical().value());
    assertThat(row.<String, Double>getJavaMap(row.fieldIndex("leads")))
        .containsOnlyKeys(METRICS)
        .containsEntry("ces", comparison.withBest().leads()[2]);
    assertThat(row.<String, Double>getJavaMap(row.fieldIndex("leads_upper")))
        .containsEntry("nps", comparison.withBest().leadIntervals().get(0).upper());
    assertThat(row.<String, Double>getJavaMap(row.fieldIndex("best_probabilities")))
        .containsEntry("csat", comparison.probabilities()[1]);
    assertThat(row.<Long>getAs("observations_count")).isEqualTo(600);
  }

  private static Row cell(int pattern, int metric, int level, int bucket, long lost, long cents) {
    return RowFactory.create(
        Counts.OUTCOMES,
        0,
        "all",
        180,
        (long) pattern,
        metric,
        level,
        bucket,
        1L,
        lost,
        1 - lost,
        cents,
        1L,
        1L,
        0L);
  }
}
