package linkage.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.stats.CombinationScore;
import linkage.stats.History;
import linkage.stats.Logistic;
import linkage.stats.LogisticSums;
import linkage.testing.Rows;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static final Settings SETTINGS = Settings.load(Path.of("conf", "demo"), Overrides.NONE);
  private static final LocalDate AS_OF = LocalDate.parse("2026-01-20");
  private static final StructType LINKED =
      StructType.fromDDL(
          "bucket int, anchor_on date, is_primary boolean, in_window boolean, eligibility string,"
              + " region string, tier string, nps tinyint, csat tinyint, ces tinyint,"
              + " tenure_days int, recency_days int, past_revenue_cents_180 bigint,"
              + " prior_revenue_cents_180 bigint, past_purchases_count_180 bigint,"
              + " mature_180 boolean, retained_180 boolean, repeat_purchase_180 boolean, month date");

  /** By definition: the model in memory of the rows that were complete when the month began. */
  @Test
  void fitsWhatWasCompleteWhenTheMonthBegan() {
    List<Row> rows = rows(new Random(1), 1500, 0.3);
    List<Row> training = rows.stream().filter(CalibrationTest::isTraining).toList();
    var inMemory = Logistic.fit(History.COLUMNS.size(), sums -> training.forEach(add(sums)));
    List<LogisticSums> buckets = new ArrayList<>();
    for (int bucket = 0; bucket < 64; bucket++) {
      int own = bucket;
      var sums = new LogisticSums(inMemory.evaluatedAt());
      training.stream().filter(row -> row.getInt(0) == own).forEach(add(sums));
      buckets.add(sums);
    }

    var risk = fit(rows, 3).risks().get(0);

    assertThat(risk.outcome()).isEqualTo("retained");
    assertThat(risk.horizonDays()).isEqualTo(180);
    assertThat(risk.observationsCount()).isEqualTo(training.size()).isBetween(100L, 1400L);
    assertThat(risk.positiveCount())
        .isEqualTo(training.stream().filter(row -> row.getBoolean(16)).count());
    for (int fold = 0; fold < 5; fold++) {
      assertThat(risk.coefficients()[fold])
          .containsExactly(inMemory.withoutFold(buckets, fold, 5), within(1e-9));
    }
  }

  @Test
  void isTheSameForAnySplitOfTheRows() {
    List<Row> rows = rows(new Random(2), 600, 0.3);
    var expected = fit(rows, 1);
    Collections.shuffle(rows, new Random(3));

    var actual = fit(rows, 4);

    for (int fold = 0; fold < 5; fold++) {
      assertThat(actual.risks().get(0).coefficients()[fold])
          .containsExactly(expected.risks().get(0).coefficients()[fold], within(1e-9));
    }
    assertThat(actual.weights().orElseThrow().factors().keySet())
        .isEqualTo(expected.weights().orElseThrow().factors().keySet());
  }

  /** All models share each pass: those of a fit, one for the strata, and one for the tallies. */
  @Test
  void fitsAllModelsInFewJobs() {
    var linked = dataset(rows(new Random(10), 800, 0.3), 3);
    var context = SparkTest.session().sparkContext();
    context.setJobGroup("calibration", "Fits the risk models", false);
    try {
      Calibration.fit(linked, Optional.empty(), Optional.empty(), SETTINGS, AS_OF);
    } finally {
      context.clearJobGroup();
    }

    assertThat(context.statusTracker().getJobIdsForGroup("calibration").length).isBetween(5, 10);
  }

  @Test
  void isTheSameOnEveryNightOfAMonth() {
    List<Row> rows = rows(new Random(4), 500, 0.3);
    var linked = dataset(rows, 2);

    var early = Calibration.fit(linked, Optional.empty(), Optional.empty(), SETTINGS, AS_OF);
    var late =
        Calibration.fit(
            linked, Optional.empty(), Optional.empty(), SETTINGS, AS_OF.withDayOfMonth(31));

    assertThat(late.month()).isEqualTo(early.month()).isEqualTo("2026-01-01");
    assertThat(late.risks().get(0).coefficients())
        .isDeepEqualTo(early.risks().get(0).coefficients());
    assertThat(early.weights()).isEmpty();
  }

  @Test
  void addsRiskAndWeightToEachRow() {
    List<Row> rows = rows(new Random(5), 800, 0.3);
    var calibration = fit(rows, 2);
    var risk = calibration.risks().get(0);

    List<Row> added = calibration.apply(dataset(rows, 2), SETTINGS).collectAsList();

    assertThat(added).hasSameSizeAs(rows);
    Set<Integer> strata = new HashSet<>();
    for (Row row : added) {
      double logOdds = risk.logOdds(history(row), row.getInt(0));
      assertThat(row.<Double>getAs(risk.logOddsColumn())).isEqualTo(logOdds);
      assertThat(row.<Integer>getAs(risk.stratumColumn()))
          .isEqualTo(risk.strata().stratum(logOdds));
      strata.add(row.getAs("risk_stratum_retained_180"));
      assertThat(row.<Double>getAs(Calibration.WEIGHT)).isPositive();
    }
    assertThat(strata).hasSize(10);
  }

  /** By definition: a regression on the levels of the answers of that region alone, in memory. */
  @Test
  void readsAllMetricsAsOneScorePerSegment() {
    List<Row> rows = rows(new Random(11), 1500, 0.3);

    var calibration = fit(rows, 3);

    var combined = calibration.combined().get(0);
    assertThat(combined.outcome()).isEqualTo("retained");
    // Nobody answers the third metric.
    assertThat(combined.candidates()).isEqualTo(0b011);
    List<Row> training = rows.stream().filter(CalibrationTest::isTraining).toList();
    int compared = 0;
    for (String region : List.of("North", "South")) {
      List<Row> own =
          training.stream()
              .filter(row -> row.getString(5).equals(region) && row.getByte(8) > 0)
              .toList();
      var fit = Logistic.fit(2, sums -> own.forEach(row -> addLevels(sums, row)));
      List<LogisticSums> buckets = new ArrayList<>();
      for (int bucket = 0; bucket < 64; bucket++) {
        int place = bucket;
        var sums = new LogisticSums(fit.evaluatedAt());
        own.stream().filter(row -> row.getInt(0) == place).forEach(row -> addLevels(sums, row));
        buckets.add(sums);
      }
      var score = new CombinationScore(fit, buckets, new int[] {11, 5});
      for (Row row : calibration.apply(dataset(rows, 2), SETTINGS).collectAsList()) {
        Integer bin = row.getAs("combined_bin_retained_180_1");
        if (row.getByte(8) == 0) {
          assertThat(bin).isNull();
        } else if (row.getString(5).equals(region)) {
          // A sum on the edge of a bin may be rounded to either side of it.
          assertThat(bin).isCloseTo(score.bin(levels(row), row.getInt(0)), within(1));
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(1000);
  }

  /** By definition: no answer of the later months was given before the earlier ones were judged. */
  @Test
  void tellsEarlierFromLaterAnswersWithAnEmbargoBetween() {
    List<Row> rows = rows(new Random(12), 1500, 0.3);

    List<Row> added = fit(rows, 2).apply(dataset(rows, 2), SETTINGS).collectAsList();

    LocalDate lastEarlier = null;
    LocalDate firstLater = null;
    int neither = 0;
    for (Row row : added) {
      LocalDate anchor = row.getDate(1).toLocalDate();
      int time = row.getAs("time_180");
      if (time == 0 && (lastEarlier == null || anchor.isAfter(lastEarlier))) {
        lastEarlier = anchor;
      }
      if (time == 1 && (firstLater == null || anchor.isBefore(firstLater))) {
        firstLater = anchor;
      }
      neither += time == -1 ? 1 : 0;
    }
    assertThat(firstLater).isAfter(lastEarlier.plusDays(180 + SETTINGS.effectiveLandmarkDays()));
    assertThat(neither).isGreaterThan(100);
  }

  private static void addLevels(LogisticSums sums, Row row) {
    sums.add(levels(row), row.getBoolean(16) ? 1 : 0, row.getBoolean(16) ? 0 : 1);
  }

  private static double[] levels(Row row) {
    return new double[] {row.getByte(7) - 1, row.getByte(8) - 1};
  }

  @Test
  void hasNoRiskWhereTooFewWereLost() {
    List<Row> rows = rows(new Random(6), 60, 0.0);

    var calibration =
        Calibration.fit(dataset(rows, 2), Optional.empty(), Optional.empty(), SETTINGS, AS_OF);

    assertThat(calibration.risks().get(0).isFitted()).isFalse();
    Row first = calibration.apply(dataset(rows, 2), SETTINGS).first();
    assertThat(first.<Double>getAs("risk_log_odds_retained_180")).isNull();
    assertThat(first.<Double>getAs(Calibration.WEIGHT)).isEqualTo(1);
  }

  /** By definition: weighted respondents are spread over regions and tiers as the frame is. */
  @Test
  void weighsRespondentsToTheFrame() {
    List<Row> respondents = rows(new Random(7), 1200, 0.3);
    List<Row> frame = rows(new Random(8), 4000, 0.6);
    List<Row> asked = new ArrayList<>();
    var random = new Random(9);
    for (Row row : frame) {
      Object[] values = new Object[row.size() + 1];
      for (int i = 0; i < row.size(); i++) {
        values[i] = row.get(i);
      }
      values[row.size()] = random.nextDouble() < 0.3;
      asked.add(RowFactory.create(values));
    }
    var calibration =
        Calibration.fit(
            dataset(respondents, 2),
            Optional.of(dataset(frame, 2)),
            Optional.of(
                SparkTest.session()
                    .createDataFrame(asked, LINKED.add("responded", DataTypes.BooleanType))),
            SETTINGS,
            AS_OF);

    var weights = calibration.weights().orElseThrow();
    assertThat(weights.margins())
        .containsExactly("region", "tier", "years_of_tenure", "past_revenue");
    assertThat(weights.leftOut()).isEmpty();
    assertThat(weights.rate()).isCloseTo(0.3, within(0.03));
    assertThat(weights.raking().converged()).isTrue();
    assertThat(weights.cost().largestInMeans()).isLessThan(30);
    assertThat(weights.cost().effective()).isLessThan(weights.cost().respondents());
    Map<String, Double> weighted = new HashMap<>();
    double total = 0;
    for (Row row : calibration.apply(dataset(respondents, 2), SETTINGS).collectAsList()) {
      if (row.getBoolean(2) && row.getBoolean(3) && row.getString(4).equals("eligible")) {
        double weight = row.getAs(Calibration.WEIGHT);
        weighted.merge(row.getString(5), weight, Double::sum);
        total += weight;
      }
    }
    double inFrame = frame.stream().filter(CalibrationTest::isAnalysed).count();
    for (String region : List.of("North", "South")) {
      double share =
          frame.stream()
                  .filter(CalibrationTest::isAnalysed)
                  .filter(row -> row.getString(5).equals(region))
                  .count()
              / inFrame;
      assertThat(weighted.get(region) / total).isCloseTo(share, within(1e-6));
    }
  }

  @Test
  void framesAreAllMonthEndsSinceTheAcquisition() {
    Dataset<Row> versions =
        Rows.given(
            "customer_id string, acquired_on date, effective_from date",
            "{\"customer_id\": \"a\", \"acquired_on\": \"2025-01-31\", \"effective_from\": \"2025-01-31\"}",
            "{\"customer_id\": \"a\", \"acquired_on\": \"2025-01-31\", \"effective_from\": \"2025-02-10\"}",
            "{\"customer_id\": \"b\", \"acquired_on\": \"2025-02-01\", \"effective_from\": \"2025-02-01\"}");

    List<Row> rows =
        Frame.responses(versions, LocalDate.parse("2024-12-05"), LocalDate.parse("2025-03-30"))
            .orderBy("response_id")
            .collectAsList();

    assertThat(rows.stream().map(row -> row.getString(0)))
        .containsExactly("a@2025-01-31", "a@2025-02-28", "b@2025-02-28");
    assertThat(rows.get(0).getMap(4).isEmpty()).isTrue();
  }

  private static Calibration fit(List<Row> rows, int partitions) {
    return Calibration.fit(
        dataset(rows, partitions),
        Optional.of(dataset(rows, partitions)),
        Optional.empty(),
        SETTINGS,
        AS_OF);
  }

  private static Dataset<Row> dataset(List<Row> rows, int partitions) {
    return SparkTest.session().createDataFrame(rows, LINKED).repartition(partitions);
  }

  private static Consumer<Row> add(LogisticSums sums) {
    return row -> sums.add(history(row), row.getBoolean(16) ? 1 : 0, row.getBoolean(16) ? 0 : 1);
  }

  private static boolean isTraining(Row row) {
    LocalDate ends = row.getDate(1).toLocalDate().plusDays(SETTINGS.effectiveLandmarkDays() + 180);
    return row.getBoolean(2)
        && row.getString(4).equals("eligible")
        && row.getBoolean(15)
        && ends.isBefore(LocalDate.parse("2026-01-01"));
  }

  private static boolean isAnalysed(Row row) {
    return row.getBoolean(2) && row.getBoolean(3) && row.getString(4).equals("eligible");
  }

  private static double[] history(Row row) {
    return History.row(
        row.getLong(12) / 100.0,
        row.getLong(13) / 100.0,
        row.getLong(14),
        row.getInt(10),
        row.isNullAt(11) ? Double.NaN : row.getInt(11));
  }

  /** Observations whose loss follows from their purchases. */
  private static List<Row> rows(Random random, int count, double lossRate) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      LocalDate anchor = LocalDate.parse("2024-06-01").plusDays(random.nextInt(560));
      boolean isEligible = random.nextInt(20) > 0;
      long purchases = random.nextInt(6);
      boolean retained = random.nextDouble() > lossRate * (6 - purchases) / 3.5;
      rows.add(
          RowFactory.create(
              random.nextInt(64),
              Date.valueOf(anchor),
              random.nextInt(10) > 0,
              true,
              isEligible ? "eligible" : "not_active_at_landmark",
              random.nextDouble() < 0.3 + lossRate ? "North" : "South",
              random.nextBoolean() ? "gold" : "basic",
              (byte) (1 + random.nextInt(11)),
              (byte) random.nextInt(6),
              (byte) 0,
              random.nextInt(2500),
              purchases == 0 ? null : random.nextInt(180),
              purchases * 100L * random.nextInt(300),
              (long) random.nextInt(30_000),
              purchases,
              anchor.isBefore(LocalDate.parse("2025-07-10")),
              isEligible ? retained : null,
              isEligible ? retained && random.nextBoolean() : null,
              Date.valueOf(anchor.withDayOfMonth(1))));
    }
    return rows;
  }
}
