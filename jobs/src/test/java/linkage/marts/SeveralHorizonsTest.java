package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.counts.Counts;
import linkage.stats.TimeSplit;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By definition: what is said of a horizon doesn't depend on which others are configured. */
class SeveralHorizonsTest {
  private static final List<Integer> HORIZONS = List.of(90, 180, 365);
  private static final int SETS = 3;
  private static final int FOLLOWED = 700;

  @TempDir static Path folder;

  private static Dataset<Row> together;
  private static final Map<Integer, Dataset<Row>> alone = new HashMap<>();

  @BeforeAll
  static void count() throws IOException {
    together = statistics(HORIZONS);
    for (int horizon : HORIZONS) {
      alone.put(horizon, statistics(List.of(horizon)));
    }
  }

  @Test
  void predictivenessIsThatOfTheHorizonAlone() {
    for (int horizon : HORIZONS) {
      Dataset<Row> expected = MetricPredictiveness.build(alone.get(horizon));
      List<String> found = rows(MetricPredictiveness.build(together), horizon);

      assertThat(found).hasSize(SETS * 3 * 3).isEqualTo(rows(expected, horizon));
    }
  }

  @Test
  void verdictsAreThoseOfTheHorizonAlone() throws IOException {
    Settings all = settings(HORIZONS);
    for (int horizon : HORIZONS) {
      Dataset<Row> expected =
          BestMetrics.build(alone.get(horizon), settings(List.of(horizon)), "provisional");
      Dataset<Row> best = BestMetrics.build(together, all, "provisional");

      assertThat(rows(best, horizon)).hasSize(SETS * 3).isEqualTo(rows(expected, horizon));
      assertThat(best.where("outcome = 'revenue_next' and best_auc_weighted > 0.5").count())
          .isEqualTo(SETS * HORIZONS.size());
    }
  }

  @Test
  void whatFollowsEachScoreIsThatOfTheHorizonAlone() {
    for (int horizon : HORIZONS) {
      Dataset<Row> expected = SegmentStatistics.retentionByScore(alone.get(horizon));

      assertThat(rows(SegmentStatistics.retentionByScore(together), horizon))
          .hasSize(SETS * (11 + 5 + 7))
          .isEqualTo(rows(expected, horizon));
    }
  }

  /** Only whose follow-up ends with the last period depends on how many follow. */
  @Test
  void curvesGoOnWhereThoseOfAShorterHorizonEnd() {
    Dataset<Row> longest =
        SegmentStatistics.retentionCurves(together).drop("censored_count", "as_of");
    for (int horizon : HORIZONS) {
      Dataset<Row> expected =
          SegmentStatistics.retentionCurves(alone.get(horizon)).drop("censored_count", "as_of");

      assertThat(lines(longest.where("period_ends_days <= " + horizon)))
          .hasSizeGreaterThan(20)
          .isEqualTo(lines(expected));
    }
  }

  @Test
  void outcomesDifferByHorizon() {
    List<Row> negatives =
        MetricPredictiveness.build(together)
            .where("metric = 'nps' and outcome = 'retained' and segment_set = 'all'")
            .orderBy("horizon_days")
            .select("negative_count")
            .collectAsList();

    assertThat(negatives).extracting(row -> row.getLong(0)).isSorted().doesNotHaveDuplicates();
  }

  private static List<String> rows(Dataset<Row> mart, int horizon) {
    return lines(mart.where("horizon_days = " + horizon));
  }

  /** Cells are added in any order, so a last digit may differ; maps have no order of their own. */
  private static List<String> lines(Dataset<Row> mart) {
    List<String> lines = new ArrayList<>();
    for (Row row : mart.collectAsList()) {
      var line = new StringBuilder();
      for (int i = 0; i < row.length(); i++) {
        if (row.get(i) instanceof scala.collection.Map<?, ?>) {
          new TreeMap<>(row.<String, Object>getJavaMap(i))
              .forEach((key, value) -> line.append(key).append('=').append(rounded(value)));
        } else {
          line.append(rounded(row.get(i)));
        }
        line.append('|');
      }
      lines.add(line.toString());
    }
    return lines.stream().sorted().toList();
  }

  private static Object rounded(Object value) {
    return value instanceof Double number ? "%.9f".formatted(number) : value;
  }

  private static Dataset<Row> statistics(List<Integer> horizons) throws IOException {
    Settings settings = settings(horizons);
    Map<Integer, TimeSplit> splits = new HashMap<>();
    horizons.forEach(horizon -> splits.put(horizon, new TimeSplit(24_290, 24_300)));
    Dataset<Row> linked =
        SparkTest.session().createDataFrame(observations(horizons), linked(horizons));
    return SegmentStatistics.build(
            Counts.build(linked, settings), splits, settings, LocalDate.of(2025, 3, 31))
        .cache();
  }

  /** The demo's settings, with other horizons; everybody is in one segment of each of its sets. */
  private static Settings settings(List<Integer> horizons) throws IOException {
    Path own = folder.resolve("h" + horizons.size() + "_" + horizons.get(0));
    Files.createDirectories(own);
    try (var files = Files.list(Path.of("conf", "demo"))) {
      for (Path file : files.toList()) {
        String text =
            Files.readString(file)
                .replaceFirst("horizons-days: \\[180]", "horizons-days: " + horizons);
        Files.writeString(own.resolve(file.getFileName()), text);
      }
    }
    Settings settings = Settings.load(own, Overrides.NONE);
    assertThat(settings.horizonsDays()).isEqualTo(horizons);
    return settings;
  }

  private static StructType linked(List<Integer> horizons) {
    var ddl =
        new StringBuilder(
            "bucket int, month date, is_primary boolean, in_window boolean, eligibility string,"
                + " segment_backfilled boolean, region string, tier string, nps tinyint,"
                + " csat tinyint, ces tinyint, loss_days int, follow_up_days int, weight double,"
                + " is_weight_trimmed boolean");
    for (int horizon : horizons) {
      ddl.append(
          (", mature_# boolean, retained_# boolean, repeat_purchase_# boolean,"
                  + " revenue_next_cents_# bigint, first_in_population_# bigint,"
                  + " first_in_segment_# bigint, first_at_score_# bigint,"
                  + " risk_stratum_retained_# int, risk_log_odds_retained_# double,"
                  + " risk_stratum_repeat_purchase_# int,"
                  + " risk_log_odds_repeat_purchase_# double, time_# int")
              .replace("#", String.valueOf(horizon)));
      for (int set = 0; set < 3; set++) {
        ddl.append(", combined_bin_retained_%d_%d int".formatted(horizon, set));
        ddl.append(", combined_bin_repeat_purchase_%d_%d int".formatted(horizon, set));
      }
    }
    return StructType.fromDDL(ddl.toString());
  }

  /**
   * Customers who leave, buy and spend the sooner the worse they feel, some not yet followed up.
   */
  private static List<Row> observations(List<Integer> horizons) {
    var random = new Random(8);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 900; i++) {
      double mood = random.nextDouble();
      int lossDays = 1 + (int) (-700 * (0.4 + mood) * Math.log(random.nextDouble()));
      int followUpDays = 30 + random.nextInt(FOLLOWED);
      int spendsEvery = 20 + (int) (200 * random.nextDouble() * (1.2 - mood));
      List<Object> values =
          new ArrayList<>(
              List.of(
                  random.nextInt(64),
                  Date.valueOf(LocalDate.of(2024, 1 + i % 12, 1)),
                  true,
                  true,
                  "eligible",
                  i % 9 == 0,
                  "north",
                  "gold",
                  level(random, mood, 11),
                  level(random, 0.4 * mood + 0.3, 5),
                  level(random, 0.8 * mood + 0.1, 7)));
      values.add(lossDays > followUpDays ? null : (Integer) lossDays);
      values.addAll(List.of(followUpDays, 0.5 + random.nextDouble(), false));
      double logOdds = 2 * random.nextGaussian() + mood;
      for (int horizon : horizons) {
        long purchases = Math.min(horizon, lossDays) / spendsEvery;
        boolean isRetained = lossDays > horizon;
        Integer stratum = (int) Math.max(0, Math.min(9, 5 + logOdds));
        values.addAll(
            List.of(
                followUpDays >= horizon,
                isRetained,
                isRetained && purchases > 0,
                purchases * (4_000 + 37 * (i % 50)),
                1L,
                7L,
                7L,
                stratum,
                logOdds,
                stratum,
                logOdds,
                i % 3 - 1));
        for (int set = 0; set < 3; set++) {
          values.add(100 + (int) (50 * mood));
          values.add(100 + (int) (50 * mood));
        }
      }
      rows.add(RowFactory.create(values.toArray()));
    }
    return rows;
  }

  /** One of ten doesn't answer. */
  private static byte level(Random random, double mood, int levels) {
    double answer = 0.5 * mood + 0.5 * random.nextDouble();
    return random.nextInt(10) == 0 ? 0 : (byte) (1 + Math.min(levels - 1, (int) (levels * answer)));
  }
}
