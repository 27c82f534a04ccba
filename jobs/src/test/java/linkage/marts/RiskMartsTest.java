package linkage.marts;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.time.LocalDate;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linkage.config.CustomerKeys;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.counts.CellGroup;
import linkage.counts.CellTable;
import linkage.counts.CountTable;
import linkage.counts.Counts;
import linkage.stats.drivers.Winsor;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A company small enough to reckon with by hand: of 640 answers of 5 a quarter was lost, of 640 of
 * 10 a tenth. Who stays pays 100, who leaves 40.
 */
class RiskMartsTest {
  private static final Settings SETTINGS = Settings.load(Path.of("conf", "demo"), Overrides.NONE);
  private static final LocalDate AS_OF = LocalDate.of(2025, 6, 30);
  private static final int HORIZON = 180;
  private static final int STRATUM = 4;
  private static final double LOW_RATERS_LOST = 0.32;
  private static final CustomerKeys KEYS = CustomerKeys.of(Optional.empty(), name -> null);

  private static Dataset<Row> statistics;
  private static Dataset<Row> latest;
  private static Map<String, Row> bands;
  private static Map<String, Row> customers;

  @BeforeAll
  static void build() {
    var cells = new CellTable();
    for (int i = 0; i < 1280; i++) {
      int level = i % 2 == 0 ? 5 : 10;
      boolean isLost = level == 5 ? i / 2 % 4 == 0 : i / 2 % 10 == 0;
      add(cells, "all", 0, level, i / 20 % 64, isLost);
      add(cells, "North", 1, level, i / 20 % 64, isLost);
    }
    add(cells, "Alpine", 1, 10, 1, true);
    add(cells, "Alpine", 1, 10, 2, false);
    statistics =
        SegmentStatistics.build(
                SparkTest.session().createDataFrame(cells.drain(), Counts.schema()),
                Map.of(),
                SETTINGS,
                AS_OF)
            .cache();
    latest = LatestAnswers.build(linked(), transactions(), SETTINGS, AS_OF).cache();
    Dataset<Row> atRisk = RevenueAtRisk.build(statistics, latest, SETTINGS);
    Contract.mart("revenue_at_risk").check(atRisk.schema());
    bands = new HashMap<>();
    atRisk
        .where("metric = 'nps'")
        .collectAsList()
        .forEach(row -> bands.put(row.getAs("segment") + " " + row.getAs("score_band"), row));
    Dataset<Row> judged = judged(true);
    Contract.mart("customers_at_risk").check(judged.schema());
    customers = new HashMap<>();
    judged.collectAsList().forEach(row -> customers.put(row.getAs("customer_key"), row));
  }

  private static Dataset<Row> judged(boolean withBaseline) {
    return CustomersAtRisk.build(
        latest,
        RiskLookup.of(statistics, drivers(), SETTINGS),
        List.of(new Winsor(-10, 900)),
        withBaseline ? Optional.of(baseline()) : Optional.empty(),
        KEYS,
        SETTINGS,
        AS_OF);
  }

  @Test
  void onlyTheLatestAnswerOfWhoIsStillThereCounts() {
    List<String> known =
        latest.select("customer_id").collectAsList().stream().map(row -> row.getString(0)).toList();

    assertThat(known).containsExactlyInAnyOrder("low", "rich", "high", "silent", "longAgo");
    Row low = latest.where("customer_id = 'low'").first();
    assertThat(low.<Date>getAs("anchor_on")).isEqualTo(Date.valueOf("2025-05-01"));
    // Of the metrics the latest answers, although that to CSAT is of another day.
    assertThat(low.<Integer>getList(low.fieldIndex(LatestAnswers.CODES))).containsExactly(6, 3, 0);
    assertThat(low.<String>getList(low.fieldIndex(LatestAnswers.SEGMENTS)))
        .containsExactly("all", "North", "North · plus");
  }

  /** A question may have any name that a column can have, also one that a query might think of. */
  @Test
  void questionsOfAnyNameAreToldFromWhatIsMadeOfThem(@TempDir Path root) throws IOException {
    List<String> names =
        List.of("place", "own", "sets", "segments", "metric_codes", "latest", "code", "raters");
    Settings named = withDriversNamed(names, root);
    Dataset<Row> linked = linked();
    for (String name : names) {
      linked = linked.withColumn(name, linked.col("clarity"));
    }
    Dataset<Row> answers = LatestAnswers.build(linked, transactions(), named, AS_OF);

    Row low = answers.where("customer_id = 'low'").first();
    assertThat(low.<Integer>getList(low.fieldIndex(LatestAnswers.CODES))).containsExactly(6, 3, 0);
    for (String name : names) {
      assertThat(low.<Byte>getAs(name)).as(name).isEqualTo((byte) 2);
    }
    assertThat(DriverRevenueImpacts.raters(answers, named).where("segment = 'North'").first())
        .extracting(row -> row.<Long>getList(2))
        .isEqualTo(Collections.nCopies(names.size() + 1, 2L));
  }

  private static Settings withDriversNamed(List<String> names, Path root) throws IOException {
    Path demo = Path.of("conf", "demo");
    Path conf = Files.createDirectories(root.resolve("conf/named"));
    for (SourceSettings source : SETTINGS.sources()) {
      String file = source.name() + ".sql";
      Files.copy(demo.resolve(file), conf.resolve(file));
    }
    String questions =
        names.stream()
            .map(name -> "  " + name + ": {minimum: 0, maximum: 10, favourable: high}\n")
            .collect(joining());
    Files.writeString(
        conf.resolve("linkage.yaml"),
        Files.readString(demo.resolve("linkage.yaml"))
            .replaceFirst("(?m)^drivers: .*$", "drivers: " + names)
            .replaceFirst("(?m)^questions:\n", "questions:\n" + questions));
    return Settings.load(conf, root, Overrides.NONE, Map.of());
  }

  @Test
  void theHistoryIsThatOfToday() {
    Row rich = latest.where("customer_id = 'rich'").first();

    // 2025-01-02 is the first of the 180 days that end on 2025-06-30.
    assertThat(rich.<Long>getAs("past_revenue_cents_180")).isEqualTo(5_000_00L);
    assertThat(rich.<Long>getAs("prior_revenue_cents_180")).isEqualTo(33_00L);
    assertThat(rich.<Long>getAs("past_purchases_count_180")).isEqualTo(1);
    assertThat(rich.<Integer>getAs("recency_days")).isEqualTo(179);
    // 59 days after the answer.
    assertThat(rich.<Integer>getAs("tenure_days")).isEqualTo(400 + 59);
    Row high = latest.where("customer_id = 'high'").first();
    assertThat(high.<Object>getAs("recency_days")).isNull();
  }

  @Test
  void anAnswerMoreThanAHorizonOldForetellsNothing() {
    Row longAgo = customer("longAgo");

    assertThat(longAgo.<Object>getAs("metric")).isNull();
    assertThat(longAgo.<Object>getAs("loss_risk_rate")).isNull();
    assertThat(longAgo.<Object>getAs("driver")).isNull();
    assertThat(longAgo.<Object>getAs("recoverable_amount")).isNull();
    assertThat(longAgo.<String>getAs("sentence"))
        .isEqualTo(
            "The risk can't be told: the last score is more than 180 days old, or there is none"
                + " (last answer on 2024-12-31).");
  }

  @Test
  void theLossIsReckonedFromOwnRatesAndNotFromMultipliers() {
    Row low = bands.get("all detractor");

    assertThat(low.<Long>getAs("customers_count")).isEqualTo(2);
    assertThat(low.<Long>getAs("observations_count")).isEqualTo(640);
    assertThat(low.<Double>getAs("retention_rate")).isEqualTo(0.75);
    assertThat(low.<BigDecimal>getAs("revenue_amount")).isEqualByComparingTo("200.00");
    // 2 customers, a quarter of whom is lost, with 100 - 40 each.
    assertThat(low.<BigDecimal>getAs("expected_loss_amount")).isEqualByComparingTo("30.00");
    assertThat(low.<BigDecimal>getAs("expected_loss_lower_amount"))
        .isLessThan(new BigDecimal("30.00"));
    assertThat(low.<BigDecimal>getAs("fixed_multiplier_loss_amount"))
        .isEqualByComparingTo("100.00");
    assertThat(low.<String>getAs("sentence"))
        .startsWith("2 customers in all whose last NPS was 0 to 6 are expected to take 30 EUR")
        .endsWith("A fixed multiplier of 0.5 would say 100 EUR.");
  }

  @Test
  void fixedMultipliersGoByTheBand() {
    assertThat(bands.get("all passive").<Double>getAs("fixed_multiplier")).isEqualTo(0.3);
    assertThat(bands.get("all promoter").<Double>getAs("fixed_multiplier")).isZero();
    assertThat(
            SETTINGS.metrics().get(1).bands().stream()
                .map(band -> RevenueAtRisk.fixedMultiplier(SETTINGS.metrics().get(1), band)))
        .containsExactly(0.5, 0.5, 0.3, 0.0, 0.0);
  }

  /** Alpine has two answers, so its one promoter counts like one of all customers. */
  @Test
  void aBandWithTooFewLossesIsTakenFromAll() {
    Row own = bands.get("Alpine promoter");
    Row all = bands.get("all promoter");

    assertThat(own.<String>getAs("status")).isEqualTo("from_parent");
    assertThat(own.<String>getAs("taken_from")).isEqualTo("all");
    assertThat(own.<Long>getAs("observations_count")).isEqualTo(2);
    assertThat(own.<Double>getAs("retention_rate")).isEqualTo(all.<Double>getAs("retention_rate"));
    assertThat(all.<Object>getAs("taken_from")).isNull();
    // One customer, a tenth of whom is lost, with 100 - 40.
    assertThat(own.<BigDecimal>getAs("expected_loss_amount")).isEqualByComparingTo("6.00");
    assertThat(own.<String>getAs("sentence"))
        .startsWith("1 customer of Alpine whose last NPS was 9 to 10 is expected to take 6 EUR")
        .contains("10.0 % of such answers, of all customers, were followed by a loss.");
  }

  @Test
  void aBandThatNobodyAnsweredInIsUnknown() {
    Row passive = bands.get("all passive");

    assertThat(passive.<String>getAs("status")).isEqualTo("insufficient");
    assertThat(passive.<Object>getAs("retention_rate")).isNull();
    assertThat(passive.<Object>getAs("expected_loss_amount")).isNull();
    assertThat(passive.<String>getAs("sentence"))
        .isEqualTo("No customer in all is still there whose last NPS was 7 to 8.");
  }

  /** Who has the history of the average of the band has the band's risk. */
  @Test
  void theRiskIsTheBaselinesCalibratedToTheBand() {
    Row low = customer("low");

    assertThat(low.<Double>getAs("band_loss_rate")).isCloseTo(0.25, within(1e-12));
    // All observations of the band have log odds 1, and so has this customer.
    assertThat(low.<Double>getAs("loss_risk_rate")).isCloseTo(0.25, within(1e-9));
    // Odds of staying twice as good, 6 to 1.
    assertThat(customer("rich").<Double>getAs("loss_risk_rate")).isCloseTo(1 / 7.0, within(1e-9));
  }

  @Test
  void withoutABaselineTheRiskIsThatOfTheBand() {
    for (Row row : judged(false).where("metric is not null").collectAsList()) {
      assertThat(row.<Double>getAs("loss_risk_rate"))
          .isEqualTo(row.<Double>getAs("band_loss_rate"));
    }
  }

  @Test
  void valueIsCappedAndWhatIsAtRiskLeavesOutWhatTheLostStillPay() {
    Row rich = customer("rich");

    assertThat(rich.<BigDecimal>getAs("value_amount")).isEqualByComparingTo("900.00");
    assertThat(rich.<BigDecimal>getAs("revenue_at_risk_amount").doubleValue())
        .isCloseTo(900 * 0.6 / 7, within(0.005));
    // Refunds leave nothing that could be lost.
    assertThat(customer("high").<BigDecimal>getAs("value_amount")).isEqualByComparingTo("0.00");
  }

  @Test
  void theMainDriverIsTheLowOneWithTheLargestEffectThatCanBeTold() {
    // Reliability isn't rated low, speed has the larger effect by chance alone, app and clarity
    // are.
    Row rich = customer("rich");

    assertThat(rich.<String>getAs("driver")).isEqualTo("clarity");
    assertThat(rich.<Integer>getAs("driver_score")).isEqualTo(2);
    // Of the 32 % of low raters who are lost, 8 points come of the rating: a quarter of any risk.
    assertThat(rich.<Double>getAs("recoverable_risk_rate")).isCloseTo(0.25 / 7, within(1e-9));
    assertThat(rich.<BigDecimal>getAs("recoverable_amount").doubleValue())
        .isCloseTo(0.25 / 7 * 900 * 0.6, within(0.005));
    assertThat(rich.<String>getAs("sentence"))
        .endsWith(
            "Mending 'Clarity of our information', rated 2, would keep 19.29 EUR of it on average,"
                + " if it is cause.");
    assertThat(customer("high").<Object>getAs("driver")).isNull();
  }

  @Test
  void theListIsByWhatIsRecoverableAndNotByRisk() {
    Row rich = customer("rich");
    Row low = customer("low");

    assertThat(rich.<Double>getAs("loss_risk_rate"))
        .isLessThan(low.<Double>getAs("loss_risk_rate"));
    assertThat(rich.<Long>getAs("priority")).isEqualTo(1);
    assertThat(low.<Long>getAs("priority")).isEqualTo(2);
    assertThat(customers.values().stream().map(row -> row.<Long>getAs("priority")))
        .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void aSegmentWithTooFewLossesIsJudgedByAll() {
    // South has no cells at all.
    Row silent = customer("silent");

    assertThat(silent.<String>getAs("segment")).isEqualTo("South");
    assertThat(silent.<String>getAs("taken_from")).isEqualTo("all");
    assertThat(silent.<Double>getAs("band_loss_rate")).isCloseTo(0.1, within(1e-12));
    assertThat(customer("low").<Object>getAs("taken_from")).isNull();
  }

  @Test
  void noCustomerNumberIsInTheMart() {
    for (Row row : customers.values()) {
      assertThat(row.<String>getAs("customer_key")).matches("[0-9a-f]{64}");
      assertThat(row.toString()).doesNotContain("rich", "silent");
    }
  }

  private static Row customer(String id) {
    return customers.get(KEYS.of(id));
  }

  /** Cells of an answer to NPS: its outcome, its time and its risk, with log odds 1 for all. */
  private static void add(
      CellTable cells, String segment, int set, int level, int bucket, boolean isLost) {
    long lost = isLost ? 1 : 0;
    long cents = isLost ? 40_00 : 100_00;
    long one = 1_000_000;
    cells
        .group(new CellGroup(CountTable.OUTCOMES, set, segment, HORIZON, 1))
        .add(
            0,
            level,
            bucket,
            0,
            1,
            lost,
            1 - lost,
            cents,
            0,
            0,
            0,
            one,
            lost * one,
            0,
            one,
            lost * cents,
            cents);
    cells
        .group(new CellGroup(CountTable.POPULATION, set, segment, HORIZON, 0))
        .add(0, 0, bucket, 0, 1, lost, 1 - lost, 0, one, lost * one, one, 0);
    cells
        .group(new CellGroup(CountTable.LOSSES, set, segment, isLost ? 90 : HORIZON, 1))
        .add(0, level, bucket, 0, 1, lost, one, lost * one, one);
    cells
        .group(new CellGroup(CountTable.RETENTION_RISK, set, segment, HORIZON, 0))
        .add(0, level, bucket, STRATUM, 1, lost, 1 - lost, one);
  }

  /** A baseline by which the odds of staying are e to 1, times one more than the purchases. */
  private static CustomersAtRisk.Baseline baseline() {
    int purchases = latest.schema().fieldIndex("past_purchases_count_180");
    return row -> 1 + Math.log1p(row.getLong(purchases));
  }

  private static Dataset<Row> drivers() {
    List<Row> rows =
        List.of(
            impact("North", "reliability", 5.0, 4.0, 0.5),
            impact("North", "speed", 9.0, -0.1, 0.5),
            impact("North", "clarity", 4.0, 3.0, 0.5),
            impact("North", "app", 1.0, 0.8, 0.5),
            impact("all", "waiting", 1.0, 0.8, 0.5));
    var schema =
        new StructType()
            .add(
                ImpactRows.MART,
                DataTypes.createArrayType(DriverStatistics.columns(ImpactRows.MART)));
    return SparkTest.session()
        .createDataFrame(List.of(RowFactory.create((Object) rows.toArray(Row[]::new))), schema);
  }

  private static Row impact(
      String segment, String driver, double points, double lower, double moved) {
    return new MartRow(Contract.mart(ImpactRows.MART))
        .set("segment_set", segment.equals("all") ? "all" : "region")
        .set("segment", segment)
        .set("horizon_days", HORIZON)
        .set("driver", driver)
        .set("scenario", DriverScenarios.LOWS_TO_MIDDLE)
        .set("rung", ImpactRows.ADJUSTED)
        .set("status", "ok")
        .set("retention_change_points", points)
        .set("retention_change_points_lower", lower)
        .set("moved_share", moved)
        .set("degrees_of_freedom", 60)
        .set("low_raters_loss_rate", LOW_RATERS_LOST)
        .toRow();
  }

  /** What {@link LatestAnswers} reads of observations. */
  private static Dataset<Row> linked() {
    var schema =
        StructType.fromDDL(
            "customer_id string, bucket int, anchor_on date, in_window boolean, eligibility string,"
                + " loss_days int, region string, tier string, nps tinyint, csat tinyint,"
                + " ces tinyint, reliability tinyint, resolution tinyint, speed tinyint,"
                + " clarity tinyint, greeting tinyint, waiting tinyint, billing tinyint,"
                + " app tinyint, appreciation tinyint, tenure_days int");
    List<Row> rows =
        List.of(
            answer("low", "2025-04-01", "North", null, 11, 3, 10),
            answer("low", "2025-05-01", "North", null, 6, 0, 2),
            answer("rich", "2025-05-02", "North", null, 6, 0, 3),
            answer("high", "2025-05-03", "Alpine", null, 11, 0, 10),
            answer("silent", "2025-05-04", "South", null, 11, 0, 10),
            answer("longAgo", "2024-12-31", "North", null, 6, 2, 2),
            answer("gone", "2025-05-05", "North", 20, 6, 0, 2));
    return SparkTest.session().createDataFrame(rows, schema);
  }

  private static Row answer(
      String id, String day, String region, Integer lossDays, int nps, int csat, int clarity) {
    byte fine = 10;
    byte poor = 3;
    return RowFactory.create(
        id,
        7,
        Date.valueOf(day),
        true,
        "eligible",
        lossDays,
        region,
        "plus",
        (byte) nps,
        (byte) csat,
        (byte) 0,
        fine,
        fine,
        clarity < 10 ? poor : fine,
        (byte) clarity,
        fine,
        fine,
        fine,
        clarity < 10 ? poor : fine,
        fine,
        400);
  }

  private static Dataset<Row> transactions() {
    var schema =
        StructType.fromDDL(
            "customer_id string, line string, occurred_on date, kind string, amount_cents bigint");
    List<Row> rows =
        List.of(
            paid("low", "2025-04-02", "renewal", 50_00),
            paid("rich", "2025-01-02", "purchase", 5_000_00),
            paid("rich", "2025-01-01", "purchase", 33_00),
            paid("rich", "2025-07-01", "purchase", 77_00),
            paid("high", "2025-05-01", "refund", -20_00),
            paid("silent", "2025-05-01", "renewal", 70_00),
            paid("longAgo", "2025-05-01", "renewal", 70_00));
    return SparkTest.session().createDataFrame(rows, schema);
  }

  private static Row paid(String id, String day, String kind, long cents) {
    return RowFactory.create(id, "attributed", Date.valueOf(day), kind, cents);
  }
}
