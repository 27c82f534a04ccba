package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.sql.Date;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.counts.CellGroup;
import linkage.counts.CellTable;
import linkage.counts.CountTable;
import linkage.counts.Counts;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers to NPS in three months: before the analysis window, in it, and in one that it cuts. */
class MetricScoresTest {
  private static final Settings SETTINGS = Settings.load(Path.of("conf", "demo"), Overrides.NONE);
  private static final LocalDate AS_OF = LocalDate.parse("2026-01-15");
  private static final LocalDate WITHIN = LocalDate.parse("2025-03-01");
  private static final List<LocalDate> OUTSIDE =
      List.of(LocalDate.parse("2023-05-01"), LocalDate.parse("2024-01-01"));

  private static final double[] sums = new double[6];
  private static Map<LocalDate, Row> months;

  @BeforeAll
  static void scoreThreeMonths() {
    var random = new Random(51);
    var cells = new CellTable();
    for (int i = 0; i < 300; i++) {
      int level = random.nextInt(11);
      int bucket = random.nextInt(64);
      double weight = random.nextBoolean() ? 0.5 : 1.5;
      int value = level > 8 ? 100 : level > 6 ? 0 : -100;
      sums[0] += 1;
      sums[1] += value;
      sums[2] += weight;
      sums[3] += weight * value;
      sums[4] += weight * weight;
      addAnswer(cells, WITHIN, level, bucket, weight);
      OUTSIDE.forEach(month -> addAnswer(cells, month, level, bucket, weight));
    }
    Dataset<Row> invitations =
        SparkTest.session()
            .createDataFrame(
                List.of(RowFactory.create("all", "all", Date.valueOf(WITHIN), 1000L, 300L)),
                StructType.fromDDL(
                    "segment_set string, segment string, month date, invited_count bigint,"
                        + " answered_count bigint"));
    Dataset<Row> mart =
        MetricScores.build(
            SparkTest.session().createDataFrame(cells.drain(), Counts.schema()),
            invitations,
            SETTINGS,
            AS_OF);
    Contract.mart("metric_scores").check(mart.schema());
    months =
        mart.collectAsList().stream()
            .collect(Collectors.toMap(row -> row.<Date>getAs("month").toLocalDate(), row -> row));
  }

  @Test
  void aWeightedScoreCountsEachAnswerByItsWeight() {
    Row month = months.get(WITHIN);
    double score = sums[1] / sums[0];
    double weighted = sums[3] / sums[2];

    assertThat(month.<Double>getAs("score")).isCloseTo(score, within(1e-9));
    assertThat(month.<Double>getAs("score_weighted"))
        .isCloseTo(weighted, within(1e-9))
        .isBetween(
            month.<Double>getAs("score_weighted_lower"),
            month.<Double>getAs("score_weighted_upper"));
    assertThat(month.<Double>getAs("score_difference")).isCloseTo(weighted - score, within(1e-9));
    // The same answers carry both, so their difference is surer than either.
    assertThat(width(month, "score_difference")).isLessThan(0.7 * width(month, "score_weighted"));
    assertThat(month.<Long>getAs("effective_count"))
        .isEqualTo(Math.round(sums[2] * sums[2] / sums[4]));
    assertThat(month.<Double>getAs("response_rate")).isEqualTo(0.3);
  }

  @Test
  void monthsThatTheWindowDoesntHoldAreNotWeighted() {
    for (LocalDate outside : OUTSIDE) {
      Row month = months.get(outside);
      assertThat(month.<Double>getAs("score")).isCloseTo(sums[1] / sums[0], within(1e-9));
      assertThat(month.<Object>getAs("score_weighted")).isNull();
      assertThat(month.<Object>getAs("score_difference")).isNull();
      assertThat(month.<Object>getAs("effective_count")).isNull();
    }
  }

  private static double width(Row row, String column) {
    return row.<Double>getAs(column + "_upper") - row.<Double>getAs(column + "_lower");
  }

  private static void addAnswer(
      CellTable cells, LocalDate month, int level, int bucket, double weight) {
    int day = Math.toIntExact(month.toEpochDay());
    cells
        .group(new CellGroup(CountTable.ANSWERS, 0, "all", day, 0))
        .add(0, level, bucket, 0, 1, Math.round(1e6 * weight), Math.round(1e6 * weight * weight));
  }
}
