package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Date;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.counts.DoublyRobust;
import linkage.counts.DriverBasis;
import linkage.counts.DriverMoments;
import linkage.counts.RatedObservations;
import linkage.sql.Doubles;
import linkage.stats.drivers.BucketedMoments;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.DriverSums;
import linkage.stats.drivers.LowRatings;
import linkage.stats.drivers.Moments;
import linkage.stats.drivers.Scenario;
import linkage.stats.drivers.ScenarioEffect;
import linkage.stats.drivers.WholeFits;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Margins with a planted effect: of what is spent 30 % is margin where the third driver is rated
 * low and 50 % elsewhere, before and after alike; and a low rating of the first costs another 8.00.
 * Every fortieth customer of the south came without a margin.
 */
class MarginChangesTest {
  private static final Settings SETTINGS = Settings.load(Path.of("conf", "demo"), Overrides.NONE);
  private static final LocalDate AS_OF = RatedObservations.AS_OF;
  private static final int CUSTOMERS = 12_345;
  private static final double COST_OF_A_LOW = 8;

  /**
   * What a customer who rates low spends less, on average, before caps: 100 e^(0.5²/2 + 0.2²/2)
   * times (0.8 + 0.2 · 0.3) - (0.62 + 0.38 · 0.3) · 0.85.
   */
  private static final double SPENT_LESS_BY_A_LOW = 100 * Math.exp(0.145) * (0.86 - 0.734 * 0.85);

  private static List<Row> observations;
  private static DriverColumns columns;
  private static DriverBasis basis;
  private static BucketedMoments known;
  private static WholeFits.Rows compared;
  private static Dataset<Row> impacts;

  @BeforeAll
  static void weighTheDriversOfSixThousandObservations() {
    var random = new Random(5);
    observations =
        RatedObservations.withMargins(
            RatedObservations.of(6000, new Random(21)),
            row -> {
              boolean isUnknown = row.getString(5).equals("south") && random.nextInt(40) == 0;
              return isUnknown ? new Long[2] : margins(row);
            });
    Dataset<Row> linked =
        SparkTest.session().createDataFrame(observations, RatedObservations.LINKED);
    basis = DriverBasis.of(linked, SETTINGS);
    var plan = DriverPlan.of(SETTINGS, AS_OF).withMargins(true);
    columns = plan.columns();
    Dataset<Row> cells = DriverMoments.build(linked, SETTINGS, basis, AS_OF);
    known = known(cells, plan.levels());
    compared = ComparedRows.of(cells, columns, LowRatings.MARGIN);
    List<DoublyRobust.Effect> effects =
        DoublyRobust.of(
            linked, basis, SETTINGS, DoublyRobustImpacts.heldEqual(SETTINGS, AS_OF), AS_OF);
    impacts =
        DriverRevenueImpacts.build(
                DriverStatistics.build(cells, basis, SETTINGS, AS_OF),
                Optional.of(
                    DoublyRobustImpacts.build(
                        SparkTest.session(), effects, basis, SETTINGS, AS_OF)),
                RatedObservations.latest(SparkTest.session(), observations),
                scorecard(),
                basis.caps().revenue(),
                SETTINGS,
                AS_OF)
            .cache();
  }

  private static Long[] margins(Row row) {
    double share = share(row);
    double cost = isLow(row, 0) ? 100 * COST_OF_A_LOW : 0;
    return new Long[] {
      Math.round(share * row.getLong(24)), Math.round(share * row.getLong(23) - cost)
    };
  }

  private static double share(Row row) {
    return isLow(row, 2) ? 0.3 : 0.5;
  }

  private static boolean isLow(Row row, int driver) {
    int code = row.getByte(RatedObservations.FIRST_DRIVER + driver);
    return code > 0 && code <= 7;
  }

  @ParameterizedTest
  @ValueSource(strings = {"adjusted", "doubly_robust"})
  void theMarginHoldsWhatWasPlanted(String rung) {
    double share =
        observations.stream()
            .filter(row -> isLow(row, 0))
            .mapToDouble(MarginChangesTest::share)
            .average()
            .orElseThrow();
    Row row = impact("all", "reliability", rung);
    double truth = row.<Double>getAs("moved_share") * (share * SPENT_LESS_BY_A_LOW + COST_OF_A_LOW);

    assertThat(row.<String>getAs("margin_status")).isEqualTo("ok");
    assertThat(truth)
        .isBetween(
            row.<Double>getAs("margin_change_per_customer_lower"),
            row.<Double>getAs("margin_change_per_customer_upper"));
    assertThat(row.<Double>getAs("margin_change_per_customer_lower")).isPositive();
    assertThat(row.<Double>getAs("margin_change_per_customer"))
        .isLessThan(row.<Double>getAs("revenue_change_per_customer"));
  }

  /** The third driver goes with cheap contracts and does nothing: revenue shows nothing at all. */
  @ParameterizedTest
  @ValueSource(strings = {"adjusted", "doubly_robust"})
  void theMarginBeforeTakesOutWhatGoesWithCheapContractsAlone(String rung) {
    double raw = impact("all", "speed", "raw").<Double>getAs("margin_change_per_customer");
    Row adjusted = impact("all", "speed", rung);

    assertThat(impact("all", "speed", "raw").<Double>getAs("margin_change_per_customer_lower"))
        .isPositive();
    assertThat(adjusted.<Double>getAs("margin_change_per_customer")).isLessThan(0.4 * raw);
    assertThat(adjusted.<Double>getAs("revenue_change_per_customer_lower")).isNegative();
  }

  @Test
  void aMarginThatIsNotKnownIsLeftOutAndIsNotZero() {
    for (boolean isRaw : new boolean[] {true, false}) {
      int[] own = {columns.missing(0), columns.high(0), columns.low(0)};
      int[] held = RatedObservations.others(columns);
      int[] controls =
          IntStream.concat(IntStream.of(columns.marginControls()), IntStream.of(held)).toArray();
      var direct =
          Scenario.effect(
              known,
              isRaw ? Moments::centred : Moments::absorbed,
              63,
              columns.margin(),
              List.of(Scenario.lowsToMiddle(columns.low(0))),
              isRaw ? own : IntStream.concat(IntStream.of(controls), IntStream.of(own)).toArray());
      Row row = impact("all", "reliability", isRaw ? "raw" : "adjusted");

      assertThat(row.<Double>getAs("margin_coverage_share")).isBetween(0.99, 0.995);
      assertThat(row.<Double>getAs("margin_change_per_customer"))
          .isEqualTo(direct.revenue().value(), within(1e-7));
      assertThat(row.<Double>getAs("margin_change_per_customer_upper"))
          .isEqualTo(direct.revenue().interval().upper(), within(1e-7));
    }
  }

  /** One Newton step without a fold instead of a whole fit, so the figures differ a little. */
  @Test
  void theDoublyRobustMarginIsCloseToThatOfModelsFittedInMemory() {
    var direct =
        ScenarioEffect.ofSparing(
            LowRatings.MARGIN, WholeFits.cells(LowRatings.MARGIN, compared), LowRatings.CAPPED, 63);
    Row row = impact("all", "reliability", "doubly_robust");
    double error = direct.revenue().standardError();

    assertThat(compared.weights().length).isLessThan((int) (long) row.getAs("observations_count"));
    assertThat(row.<Double>getAs("margin_coverage_share")).isBetween(0.99, 0.995);
    assertThat(row.<Double>getAs("margin_change_per_customer"))
        .isEqualTo(direct.revenue().value(), within(0.02 * error));
    assertThat(row.<Double>getAs("margin_change_per_customer_upper"))
        .isEqualTo(direct.revenue().interval().upper(), within(0.05 * error));
  }

  @ParameterizedTest
  @ValueSource(strings = {"adjusted", "doubly_robust"})
  void aSegmentWhoseMarginsAreKnownOfTooFewHasNone(String rung) {
    Row north = impact("north", "reliability", rung);
    Row south = impact("south", "reliability", rung);

    assertThat(north.<String>getAs("margin_status")).isEqualTo("ok");
    assertThat(north.<Double>getAs("margin_coverage_share")).isEqualTo(1);
    assertThat(south.<Double>getAs("margin_coverage_share")).isBetween(0.95, 0.989);
    assertThat(south.<String>getAs("margin_status")).isEqualTo("not_delivered");
    assertThat((Object) south.getAs("margin_change_per_customer")).isNull();
    assertThat((Object) south.getAs("revenue_change_per_customer")).isNotNull();
  }

  @Test
  void amountsAreForAllCustomersAndPartsOfTheJointScenarioSumToTheCent() {
    List<Row> joint =
        impacts
            .where("segment = 'all' and scenario = 'all_lows_to_middle' and rung = 'adjusted'")
            .collectAsList();
    BigDecimal total = BigDecimal.ZERO;
    BigDecimal parts = BigDecimal.ZERO;
    for (Row row : joint) {
      BigDecimal amount = row.getAs("margin_change_amount");
      if (row.getAs("driver").equals("all_drivers")) {
        total = amount;
      } else {
        parts = parts.add(amount);
      }
    }
    Row row = impact("all", "reliability", "adjusted");

    assertThat(parts).isEqualByComparingTo(total);
    assertThat(total).isGreaterThan(BigDecimal.ZERO);
    assertThat(row.<BigDecimal>getAs("margin_change_amount").doubleValue())
        .isEqualTo(CUSTOMERS * row.<Double>getAs("margin_change_per_customer"), within(0.005001));
    assertThat((Object) row.getAs("margin_change_per_year_amount")).isNull();
    assertThat(row.<BigDecimal>getAs("margin_upper_cap_amount"))
        .isLessThan(row.getAs("upper_cap_amount"));
  }

  @Test
  void theSentenceSaysSo() {
    Row row = impact("all", "reliability", "adjusted");

    assertThat(row.<String>getAs("sentence"))
        .contains(
            "; in contribution margin that is %.2f EUR per customer (%.2f to %.2f), which taken by itself can be told from nothing."
                .formatted(
                    row.<Double>getAs("margin_change_per_customer"),
                    row.<Double>getAs("margin_change_per_customer_lower"),
                    row.<Double>getAs("margin_change_per_customer_upper")));
  }

  @Test
  void theContractHolds() {
    var contract = Contract.mart("driver_revenue_impacts");
    contract.check(impacts.schema());
    for (Row row : impacts.collectAsList()) {
      assertThat((Object) row.getAs("margin_status")).isNotNull();
      assertThat(row.getAs("margin_status").equals("ok"))
          .isEqualTo(row.getAs("margin_change_per_customer") != null);
    }
  }

  private static Row impact(String segment, String driver, String rung) {
    return impacts
        .where(
            "segment = '%s' and driver = '%s' and scenario = 'lows_to_middle' and rung = '%s'"
                .formatted(segment, driver, rung))
        .first();
  }

  /** The rows of everyone whose margin is known, by bucket. */
  private static BucketedMoments known(Dataset<Row> cells, int[] levels) {
    Moments[] buckets = new Moments[64];
    Arrays.setAll(buckets, bucket -> new Moments(columns.names()));
    for (Row part : cells.where("segment_set = 0").collectAsList()) {
      if ((part.getLong(3) >> DriverColumns.WITH_MARGIN & 1) == 1) {
        DriverSums.fromArray(columns, levels, Doubles.unpack(part.<byte[]>getAs(5)))
            .addTo(buckets[part.getInt(4)], new double[DriverSums.ratings(levels)]);
      }
    }
    return new BucketedMoments(List.of(buckets));
  }

  private static Dataset<Row> scorecard() {
    return SparkTest.session()
        .createDataFrame(
            List.of(RowFactory.create("all", "all", Date.valueOf("2025-06-01"), (long) CUSTOMERS)),
            StructType.fromDDL(
                "segment_set string, segment string, month date, closing_customers_count bigint"));
  }
}
