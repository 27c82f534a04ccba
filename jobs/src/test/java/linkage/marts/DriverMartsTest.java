package linkage.marts;

import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Date;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
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
import linkage.stats.drivers.Contrast;
import linkage.stats.drivers.CrossFit;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.DriverImportance;
import linkage.stats.drivers.DriverSums;
import linkage.stats.drivers.LeastSquares;
import linkage.stats.drivers.LowRatings;
import linkage.stats.drivers.Moments;
import linkage.stats.drivers.Scenario;
import linkage.stats.drivers.ScenarioEffect;
import linkage.stats.drivers.Sensitivity;
import linkage.stats.drivers.WholeFits;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The marts' figures are those of {@code stats.drivers}, called directly on the same rows. */
class DriverMartsTest {
  private static final Settings SETTINGS = Settings.load(Path.of("conf", "demo"), Overrides.NONE);
  private static final LocalDate AS_OF = RatedObservations.AS_OF;
  private static final int CUSTOMERS = 12_345;
  private static final long GOLDEN_SOUTH = 300;

  private static DriverColumns columns;
  private static BucketedMoments everyone;
  private static WholeFits.Rows rows;
  private static DriverBasis basis;
  private static List<Row> observations;
  private static Dataset<Row> statistics;
  private static Dataset<Row> doublyRobust;
  private static Dataset<Row> importance;
  private static Dataset<Row> impacts;

  @BeforeAll
  static void weighTheDriversOfFourThousandObservations() {
    var plan = DriverPlan.of(SETTINGS, AS_OF);
    columns = plan.columns();
    observations = RatedObservations.of(4000, new Random(11));
    Dataset<Row> linked =
        SparkTest.session().createDataFrame(observations, RatedObservations.LINKED);
    basis = DriverBasis.of(linked, SETTINGS);
    Dataset<Row> cells = DriverMoments.build(linked, SETTINGS, basis, AS_OF);
    everyone = everyone(cells, plan.levels());
    rows = ComparedRows.of(cells, columns, LowRatings.REVENUE);
    statistics = DriverStatistics.build(cells, basis, SETTINGS, AS_OF).cache();
    List<DoublyRobust.Effect> effects =
        DoublyRobust.of(
            linked, basis, SETTINGS, DoublyRobustImpacts.heldEqual(SETTINGS, AS_OF), AS_OF);
    importance = DriverImportances.build(statistics, SETTINGS, AS_OF).cache();
    doublyRobust = DoublyRobustImpacts.build(SparkTest.session(), effects, basis, SETTINGS, AS_OF);
    impacts = impacts(doublyRobust).cache();
  }

  private static Dataset<Row> impacts(Dataset<Row> doublyRobust) {
    return impacts(doublyRobust, observations);
  }

  private static Dataset<Row> impacts(Dataset<Row> doublyRobust, List<Row> stillThere) {
    return DriverRevenueImpacts.build(
        statistics,
        Optional.of(doublyRobust),
        RatedObservations.latest(SparkTest.session(), stillThere),
        scorecard(),
        basis.caps().revenue(),
        SETTINGS,
        AS_OF);
  }

  @Test
  void bothKeepTheirContracts() {
    Contract.mart("driver_importance").check(importance.schema());
    Contract.mart("driver_revenue_impacts").check(impacts.schema());
    for (Dataset<Row> mart : List.of(importance, impacts)) {
      Contract contract =
          Contract.mart(mart == importance ? "driver_importance" : "driver_revenue_impacts");
      assertThat(mart.select(contract.key().get(0), tail(contract)).distinct().count())
          .isEqualTo(mart.count());
      for (Row row : mart.collectAsList()) {
        for (var field : contract.fields()) {
          if (field.required()) {
            assertThat((Object) row.getAs(field.name())).as(field.name()).isNotNull();
          }
        }
      }
    }
  }

  private static String[] tail(Contract contract) {
    return contract.key().stream().skip(1).toArray(String[]::new);
  }

  @Test
  void importanceIsThatOfTheRows() {
    var drivers = columns.allDrivers();
    int[] outcomes = {columns.retained(), columns.revenueNext()};
    var direct =
        DriverImportance.of(
            everyone,
            moments -> moments.absorbed().imputed(drivers),
            outcomes,
            new int[] {63, 63},
            drivers,
            columns.controls());
    for (int outcome = 0; outcome < outcomes.length; outcome++) {
      Map<String, Row> found = found("all", outcome == 0 ? "retained" : "revenue_next");
      for (int driver = 0; driver < drivers.length; driver++) {
        Row row = found.get(columns.drivers().get(driver));
        DriverImportance own = direct.get(outcome).get(driver);
        assertThat(row.<String>getAs("status")).isEqualTo("ok");
        assertThat(row.<Double>getAs("importance_share"))
            .isEqualTo(own.share().value(), within(1e-9));
        assertThat(row.<Double>getAs("importance_lower"))
            .isEqualTo(own.share().interval().lower(), within(1e-9));
        assertThat(row.<Double>getAs("coefficient_upper"))
            .isEqualTo(own.coefficient().interval().upper(), within(1e-6));
        assertThat(row.<Double>getAs("last_share")).isEqualTo(own.last(), within(1e-9));
        assertThat(row.<Double>getAs("importance_p_value")).isEqualTo(own.pValue(), within(1e-6));
        assertThat(row.<Double>getAs("importance_q_value"))
            .isGreaterThanOrEqualTo(own.pValue() - 1e-9);
      }
    }
    Row first = found("all", "retained").get("reliability");
    assertThat(first.<Double>getAs("importance_q_value")).isLessThan(0.001);
    assertThat(first.<String>getAs("sentence"))
        .startsWith("Among all customers, 'Reliability of the connection' adds ")
        .endsWith("Association, not proof of cause.");
  }

  @Test
  void aSegmentThatHasTooLittleTakesTheNearestParentsFigures() {
    Row small =
        importance
            .where("segment = 'south · gold' and outcome = 'retained' and driver = 'speed'")
            .first();
    Row parent =
        importance.where("segment = 'south' and outcome = 'retained' and driver = 'speed'").first();

    assertThat(parent.<String>getAs("status")).isEqualTo("ok");
    assertThat(small.<String>getAs("status")).isEqualTo("from_parent");
    assertThat(small.<String>getAs("taken_from")).isEqualTo("region: south");
    assertThat(small.<Double>getAs("importance_share"))
        .isEqualTo(parent.<Double>getAs("importance_share"));
    assertThat(small.<Double>getAs("importance_q_value"))
        .isEqualTo(parent.<Double>getAs("importance_q_value"));
    assertThat(small.<Double>getAs("mean_score")).isNotEqualTo(parent.<Double>getAs("mean_score"));
    assertThat(small.<Long>getAs("observations_count")).isLessThan(200);
    assertThat(small.<String>getAs("quadrant")).isNull();
  }

  @Test
  void theRawAndAdjustedWorthAreThoseOfTheRows() {
    for (boolean isRaw : new boolean[] {true, false}) {
      int[] own = {columns.missing(0), columns.high(0), columns.low(0)};
      int[] held =
          IntStream.range(1, RatedObservations.DRIVERS)
              .flatMap(other -> IntStream.of(columns.rating(other), columns.missing(other)))
              .toArray();
      int[] predictors =
          isRaw
              ? own
              : IntStream.concat(
                      IntStream.of(columns.controls()),
                      IntStream.concat(IntStream.of(held), IntStream.of(own)))
                  .toArray();
      var direct =
          Scenario.effect(
              everyone,
              isRaw ? Moments::centred : Moments::absorbed,
              63,
              columns.money(),
              List.of(Scenario.lowsToMiddle(columns.low(0))),
              predictors);
      Row row = impact("all", "reliability", "lows_to_middle", isRaw ? "raw" : "adjusted");

      assertThat(row.<Double>getAs("revenue_change_per_customer"))
          .isEqualTo(direct.revenue().value(), within(1e-7));
      assertThat(row.<Double>getAs("revenue_change_per_customer_upper"))
          .isEqualTo(direct.revenue().interval().upper(), within(1e-7));
      assertThat(row.<Double>getAs("retention_change_points"))
          .isEqualTo(100 * direct.retention().value(), within(1e-7));
      assertThat(row.<Double>getAs("from_retention_per_customer"))
          .isEqualTo(direct.fromRetention().value(), within(1e-7));
    }
  }

  /** By definition: the coefficients times how far each column moves in the rows. */
  @Test
  void onePointMoreIsWhatRatingFlagsAndSpendingSayOfIt() {
    int[] held =
        IntStream.range(1, RatedObservations.DRIVERS)
            .flatMap(other -> IntStream.of(columns.rating(other), columns.missing(other)))
            .toArray();
    int[] own = {columns.missing(0), columns.rating(0), columns.low(0), columns.high(0)};
    int[] beside = ImpactRows.joined(held, own);
    Row row = impact("all", "reliability", "plus_one_point", "adjusted");
    double room = ofRaters(level -> level < 10 ? 1 : 0);
    double outOfLow = ofRaters(level -> level == 6 ? -1 : 0);
    double intoHigh = ofRaters(level -> level == 8 ? 1 : 0);
    double spent = ofRaters((level, past) -> level < 10 ? past : 0);
    Scenario steps =
        Scenario.by(columns.rating(0), room)
            .and(Scenario.by(columns.low(0), outOfLow))
            .and(Scenario.by(columns.high(0), intoHigh));
    var direct =
        Scenario.effect(
            everyone,
            Moments::absorbed,
            63,
            columns.money(),
            List.of(steps.and(Scenario.by(columns.spending(0), spent))),
            ImpactRows.joined(columns.controls(), beside, new int[] {columns.spending(0)}));

    assertThat(row.<Double>getAs("moved_share")).isEqualTo(room, within(1e-9)).isBetween(0.5, 0.9);
    assertThat(row.<Long>getAs("model_columns_count")).isEqualTo(8 + 2 * 8 + 5);
    assertThat(row.<Double>getAs("revenue_change_per_customer"))
        .isEqualTo(direct.revenue().value(), within(1e-7));
    assertThat(row.<Double>getAs("retention_change_points"))
        .isEqualTo(100 * direct.retention().value(), within(1e-7));

    var contrast = new Contrast(columns.scale(0), new double[] {room, outOfLow, intoHigh, spent});
    var model = contrast.in(everyone.total().absorbed());
    int[] others = ImpactRows.joined(columns.controls(), held, model.others());
    var whole =
        LeastSquares.of(
            model.products(),
            columns.revenueNext(),
            ImpactRows.joined(others, new int[] {columns.missing(0), model.column()}));
    assertThat(row.<Double>getAs("robustness_value"))
        .isEqualTo(Sensitivity.of(whole, model.column()).robustnessValue(), within(1e-9));
    assertThat(row.<Double>getAs("benchmark_change_per_customer"))
        .isLessThan(row.<Double>getAs("revenue_change_per_customer"));

    var past =
        LeastSquares.of(
            everyone.total().absorbed(),
            columns.pastRevenue(),
            ImpactRows.joined(columns.placeboControls(), beside));
    assertThat(row.<Double>getAs("placebo_change_per_customer"))
        .isEqualTo(
            past.coefficientOf(columns.rating(0)) * room
                + past.coefficientOf(columns.low(0)) * outOfLow
                + past.coefficientOf(columns.high(0)) * intoHigh,
            within(1e-7));
    var raw = LeastSquares.of(everyone.total().centred(), columns.revenueNext(), own);
    assertThat(
            impact("all", "reliability", "plus_one_point", "raw")
                .<Double>getAs("revenue_change_per_customer"))
        .isEqualTo(
            raw.coefficientOf(columns.rating(0)) * room
                + raw.coefficientOf(columns.low(0)) * outOfLow
                + raw.coefficientOf(columns.high(0)) * intoHigh,
            within(1e-7));
  }

  private static double ofRaters(IntToDoubleFunction ofLevel) {
    return ofRaters((level, past) -> ofLevel.applyAsDouble(level));
  }

  private interface OfRater {
    double of(int level, double past);
  }

  /** The weighted mean over all analysed, of whom those who didn't rate count with 0. */
  private static double ofRaters(OfRater of) {
    var caps = basis.caps().revenue().get(0);
    double sum = 0;
    double weight = 0;
    for (Row row : observations.stream().filter(RatedObservations::isRead).toList()) {
      int level = row.getByte(RatedObservations.FIRST_DRIVER) - 1;
      double past = Math.max(caps.lower(), Math.min(caps.upper(), row.getLong(24) / 100.0));
      weight += row.getDouble(7);
      sum += level < 0 ? 0 : row.getDouble(7) * of.of(level, past);
    }
    return sum / weight;
  }

  /** One Newton step without a fold instead of a whole fit, so the figures differ a little. */
  @Test
  void theDoublyRobustWorthIsCloseToThatOfModelsFittedInMemory() {
    var direct =
        ScenarioEffect.ofSparing(
            LowRatings.REVENUE, WholeFits.cells(LowRatings.REVENUE, rows), LowRatings.CAPPED, 63);
    Row row = impact("all", "reliability", "lows_to_middle", "doubly_robust");

    double error = direct.revenue().standardError();
    assertThat(row.<Double>getAs("revenue_change_per_customer"))
        .isEqualTo(direct.revenue().value(), within(0.02 * error));
    assertThat(row.<Double>getAs("retention_change_points"))
        .isEqualTo(
            100 * direct.retention().value(), within(2 * direct.retention().standardError()));
    assertThat(row.<Double>getAs("overlap_share")).isBetween(0.99, 1.0);
    assertThat(row.<String>getAs("placebo_verdict")).isNotNull();
  }

  @Test
  void partsOfTheJointScenarioSumToTheCent() {
    for (String rung : List.of("raw", "adjusted")) {
      List<Row> joint =
          impacts
              .where("segment = 'all' and scenario = 'all_lows_to_middle'")
              .where("rung = '%s'".formatted(rung))
              .collectAsList();
      BigDecimal total = BigDecimal.ZERO;
      BigDecimal parts = BigDecimal.ZERO;
      for (Row row : joint) {
        BigDecimal amount = row.getAs("revenue_change_amount");
        if (row.getAs("driver").equals("all_drivers")) {
          total = amount;
        } else {
          parts = parts.add(amount);
        }
      }

      assertThat(joint).hasSize(10);
      assertThat(parts).isEqualByComparingTo(total);
      assertThat(total).isGreaterThan(BigDecimal.ZERO);
    }
  }

  @Test
  void amountsAreForTheWholeCustomerBaseAndNeverAYearOfHalves() {
    Row row = impact("all", "reliability", "lows_to_middle", "adjusted");

    assertThat(row.<Long>getAs("population_customers_count")).isEqualTo(CUSTOMERS);
    assertThat(row.<BigDecimal>getAs("revenue_change_amount").doubleValue())
        .isEqualTo(CUSTOMERS * row.<Double>getAs("revenue_change_per_customer"), within(0.005001));
    assertThat((Object) row.getAs("revenue_change_per_year_amount")).isNull();
    assertThat(row.<String>getAs("sentence")).contains("per 180 days").doesNotContain("per year");
  }

  @Test
  void nothingIsSaidOfMarginsThatNobodyDelivered() {
    Row row = impact("all", "reliability", "lows_to_middle", "adjusted");

    assertThat(row.<String>getAs("margin_status")).isEqualTo("not_delivered");
    assertThat(row.<Double>getAs("margin_coverage_share")).isZero();
    assertThat((Object) row.getAs("margin_change_per_customer")).isNull();
    assertThat((Object) row.getAs("margin_change_amount")).isNull();
    assertThat(row.<String>getAs("sentence")).doesNotContain("margin");
  }

  /** The second driver goes with revenue only through what the customer spends. */
  @Test
  void whatGoesWithSpendingAloneIsWorthMuchRawAndContradictedByItsPlacebo() {
    Row raw = impact("all", "resolution", "lows_to_middle", "raw");
    Row adjusted = impact("all", "resolution", "lows_to_middle", "adjusted");

    assertThat(raw.<Double>getAs("revenue_change_per_customer_lower")).isPositive();
    assertThat(raw.<String>getAs("placebo_verdict")).isEqualTo("failed");
    assertThat(raw.<String>getAs("evidence"))
        .contains("its placebo fails: the past, where there can be no effect, shows a difference")
        .endsWith("per customer the same way");
    assertThat(adjusted.<Double>getAs("revenue_change_per_customer"))
        .isLessThan(0.3 * raw.<Double>getAs("revenue_change_per_customer"));
    assertThat(adjusted.<Double>getAs("robustness_value")).isBetween(0.0, 0.2);
    assertThat(adjusted.<String>getAs("benchmark")).isNotNull();
  }

  /**
   * By theory: RV = (√(f⁴ + 4f²) − f²) / 2 grows with f, and the part of f is that of the effect.
   */
  @Test
  void theRobustnessOfTheIntervalIsThatOfTheOnePublished() {
    for (Row row :
        impacts
            .where("rung = 'adjusted' and status = 'ok' and segment_set = 'all'")
            .collectAsList()) {
      if (row.getAs("robustness_value") == null) {
        assertThat(row.<String>getAs("driver")).isEqualTo("all_drivers");
        continue;
      }
      double lower = row.getAs("revenue_change_per_customer_lower");
      double upper = row.getAs("revenue_change_per_customer_upper");
      boolean holdsNothing = lower <= 0 && upper >= 0;
      assertThat(row.<Double>getAs("robustness_of_interval") == 0).isEqualTo(holdsNothing);
      double nearer = lower > 0 ? lower : upper;
      double part = holdsNothing ? 0 : nearer / row.<Double>getAs("revenue_change_per_customer");
      assertThat(f(row.<Double>getAs("robustness_of_interval")))
          .isEqualTo(part * f(row.<Double>getAs("robustness_value")), within(1e-9));
    }
  }

  /** Solved for f: RV² / (1 − RV) = f². */
  private static double f(double robustness) {
    return robustness / Math.sqrt(1 - robustness);
  }

  @Test
  void theCoveredShareIsOfCustomersWhoRatedAndNotOfAnswers() {
    Row adjusted = impact("all", "reliability", "lows_to_middle", "adjusted");
    long raters =
        RatedObservations.of(4000, new Random(11)).stream()
            .filter(row -> row.getByte(RatedObservations.FIRST_DRIVER) > 0)
            .count();

    assertThat(adjusted.<Double>getAs("population_covered_share"))
        .isEqualTo((double) raters / CUSTOMERS, within(1e-12));
    assertThat(adjusted.<Double>getAs("rated_share")).isBetween(0.8, 0.95);
    Row robust = impact("all", "reliability", "lows_to_middle", "doubly_robust");
    assertThat(robust.<Double>getAs("population_covered_share"))
        .isLessThanOrEqualTo(adjusted.<Double>getAs("population_covered_share"));
    assertThat(
            (Object)
                impact("north", "speed", "lows_to_middle", "raw").getAs("population_covered_share"))
        .as("no customers are known there")
        .isNull();
  }

  @Test
  void whereAllWhoAnsweredAreGoneNobodyIsCovered() {
    List<Row> stillThere =
        observations.stream().filter(row -> !row.getString(5).equals("south")).toList();
    Row south =
        impacts(doublyRobust, stillThere)
            .where("segment = 'south' and driver = 'reliability'")
            .where("scenario = 'lows_to_middle' and rung = 'raw'")
            .first();

    assertThat(south.<Double>getAs("population_covered_share")).isZero();
  }

  /**
   * What was trimmed is a share of whose figure it is, and so of their ratings, not of one's own.
   */
  @Test
  void theCoveredShareOfAParentsFigureIsTrimmedByTheParentsRatings() {
    Row own =
        impacts(doublyRobust.withColumn("overlap_share", lit(0.5)))
            .where("segment = 'south · gold' and driver = 'reliability'")
            .where("scenario = 'lows_to_middle' and rung = 'doubly_robust'")
            .first();
    Row parent = impact("all", "reliability", "lows_to_middle", "adjusted");
    long raters =
        observations.stream()
            .filter(row -> row.getString(5).equals("south") && row.getString(6).equals("gold"))
            .filter(row -> row.getByte(RatedObservations.FIRST_DRIVER) > 0)
            .count();

    assertThat(own.<String>getAs("taken_from")).isEqualTo("all");
    assertThat(own.<Double>getAs("rated_share")).isNotEqualTo(parent.<Double>getAs("rated_share"));
    double trimmed = own.<Double>getAs("moved_share") / parent.<Double>getAs("rated_share");
    assertThat(own.<Double>getAs("population_covered_share"))
        .isEqualTo(raters / (double) GOLDEN_SOUTH * (1 - trimmed), within(1e-12));
  }

  @Test
  void howManyWereComparedIsCountedWhateverTheyWeigh() {
    List<Row> read = observations.stream().filter(RatedObservations::isRead).toList();
    Row row = impact("all", "reliability", "lows_to_middle", "adjusted");

    assertThat(row.<Long>getAs("observations_count")).isEqualTo(read.size());
    assertThat(row.<Long>getAs("raters_count")).isEqualTo(rated(read, 1, 11));
    assertThat(row.<Long>getAs("low_raters_count")).isEqualTo(rated(read, 1, 7));
    assertThat(row.<Long>getAs("middle_raters_count")).isEqualTo(rated(read, 8, 9));
    Row robust = impact("all", "reliability", "lows_to_middle", "doubly_robust");
    assertThat(robust.<Long>getAs("low_raters_count")).isEqualTo(rated(read, 1, 7));
    assertThat(robust.<Long>getAs("raters_count")).isEqualTo(rated(read, 1, 11));
    assertThat((Object) row.getAs("high_raters_count")).isNull();
    Row more = impact("all", "reliability", "plus_one_point", "raw");
    assertThat(more.<Long>getAs("low_raters_count")).isEqualTo(rated(read, 1, 7));
    assertThat(more.<Long>getAs("high_raters_count")).isEqualTo(rated(read, 10, 11));
    assertThat((Object) more.getAs("low_raters_loss_rate")).isNull();
    Row total = impact("all", "all_drivers", "all_lows_to_middle", "raw");
    assertThat(total.<Long>getAs("raters_count")).isEqualTo(read.size());
    assertThat((Object) total.getAs("low_raters_count")).isNull();
    Row important = found("all", "nps").get("reliability");
    List<Row> answered = read.stream().filter(own -> own.getByte(8) > 0).toList();
    assertThat(important.<Long>getAs("raters_count")).isEqualTo(rated(read, 1, 11));
    assertThat(important.<Long>getAs("outcome_raters_count")).isEqualTo(rated(answered, 1, 11));
  }

  private static long rated(List<Row> rows, int from, int to) {
    return rows.stream()
        .mapToInt(row -> row.getByte(RatedObservations.FIRST_DRIVER))
        .filter(code -> from <= code && code <= to)
        .count();
  }

  /** By definition: the joint model of the revenue before, and the part's own coefficient. */
  @Test
  void theJointScenarioHasAPlaceboAndItsPartsARobustness() {
    int[] flags =
        IntStream.range(0, RatedObservations.DRIVERS)
            .flatMap(
                driver ->
                    IntStream.of(
                        columns.missing(driver), columns.high(driver), columns.low(driver)))
            .toArray();
    for (String rung : List.of("raw", "adjusted")) {
      boolean isRaw = rung.equals("raw");
      var products =
          (isRaw ? everyone.total().centred() : everyone.total().absorbed())
              .imputed(columns.allDrivers());
      int[] given = isRaw ? new int[0] : columns.placeboControls();
      var past = LeastSquares.of(products, columns.pastRevenue(), ImpactRows.joined(given, flags));
      int[] model = ImpactRows.joined(columns.controls(), flags);
      double sum = 0;
      for (int driver = 0; driver < RatedObservations.DRIVERS; driver++) {
        int low = columns.low(driver);
        double before = -past.coefficientOf(low) * products.means()[low];
        sum += before;
        Row part = impact("all", columns.drivers().get(driver), "all_lows_to_middle", rung);
        assertThat(part.<Double>getAs("placebo_change_per_customer"))
            .isEqualTo(before, within(1e-7));
        assertThat(part.<String>getAs("placebo_verdict")).isNotNull();
        if (isRaw) {
          assertThat((Object) part.getAs("robustness_value")).isNull();
        } else {
          var fit = LeastSquares.of(products, columns.revenueNext(), model);
          assertThat(part.<Double>getAs("robustness_value"))
              .isEqualTo(Sensitivity.of(fit, low).robustnessValue(), within(1e-9));
          assertThat((Object) part.getAs("benchmark")).isNotNull();
        }
      }
      Row total = impact("all", "all_drivers", "all_lows_to_middle", rung);
      assertThat(total.<Double>getAs("placebo_change_per_customer")).isEqualTo(sum, within(1e-7));
      assertThat((Object) total.getAs("robustness_value")).isNull();
    }
    assertThat(
            impact("all", "resolution", "all_lows_to_middle", "raw")
                .<String>getAs("placebo_verdict"))
        .isEqualTo("failed");
  }

  @Test
  void allDriversTogetherCoverWhoRatedAny() {
    long raters =
        observations.stream()
            .filter(
                row ->
                    IntStream.range(0, RatedObservations.DRIVERS)
                        .anyMatch(
                            driver -> row.getByte(RatedObservations.FIRST_DRIVER + driver) > 0))
            .count();

    assertThat(
            impact("all", "all_drivers", "all_lows_to_middle", "adjusted")
                .<Double>getAs("population_covered_share"))
        .isEqualTo((double) raters / CUSTOMERS, within(1e-12));
  }

  @Test
  void everySegmentAndScenarioHasARowAtEachRung() {
    for (Row count :
        impacts
            .groupBy("segment_set", "segment", "driver", "scenario")
            .agg(countDistinct("rung"))
            .collectAsList()) {
      assertThat(count.getLong(4)).as(count.toString()).isEqualTo(3);
    }
    Row robust = impact("south · gold", "reliability", "lows_to_middle", "doubly_robust");
    assertThat(robust.<String>getAs("status")).isEqualTo("from_parent");
    Row none = impact("all", "reliability", "plus_one_point", "doubly_robust");
    assertThat(none.<String>getAs("status")).isEqualTo("no_estimand");
    assertThat((Object) none.getAs("revenue_change_per_customer")).isNull();
    assertThat((Object) none.getAs("model_columns_count")).isNull();
    assertThat((Object) none.getAs("needed_observations_count")).isNull();
    Row joint = impact("all", "all_drivers", "all_lows_to_middle", "doubly_robust");
    assertThat(joint.<String>getAs("status")).isEqualTo("no_estimand");
    assertThat(impact("all", "all_drivers", "all_lows_to_middle", "raw").<String>getAs("status"))
        .isEqualTo("ok");
  }

  @Test
  void lowRatersAreLostAsOftenAsTheyAreInTheRows() {
    double weight = 0;
    double lost = 0;
    for (int row = 0; row < rows.arms().length; row++) {
      if (rows.arms()[row] == CrossFit.Arm.TREATED) {
        weight += rows.weights()[row];
        lost += rows.weights()[row] * (1 - rows.outcomes()[row][0]);
      }
    }

    assertThat(
            impact("all", "reliability", "lows_to_middle", "adjusted")
                .<Double>getAs("low_raters_loss_rate"))
        .isEqualTo(lost / weight, within(1e-9));
  }

  @Test
  void whatADriverIsToCustomersIsNamedOnlyIfItCanBeToldAmongAll() {
    List<Row> named = importance.where("asymmetry_kind <> 'undecided'").collectAsList();

    for (Row row : named) {
      assertThat(row.<Double>getAs("importance_q_value")).isLessThanOrEqualTo(0.05);
      if (!row.getAs("asymmetry_kind").equals("performance")) {
        assertThat(row.<Double>getAs("asymmetry_q_value")).isLessThanOrEqualTo(0.05);
      }
    }
    for (Row row : importance.where("asymmetry_p_value is not null").collectAsList()) {
      assertThat(row.<Double>getAs("asymmetry_q_value"))
          .isGreaterThanOrEqualTo(row.<Double>getAs("asymmetry_p_value") - 1e-9);
    }
  }

  @Test
  void aModelDeclaresItsColumnsAndNeedsTenOfEachAndOnePerMean() {
    Row row = found("all", "retained").get("speed");

    // History and amounts, ratings and missing flags; six months of four finest segments.
    assertThat(row.<Long>getAs("model_columns_count")).isEqualTo(8 + 2 * 9);
    assertThat(row.<Long>getAs("needed_observations_count")).isEqualTo(260 + 6 * 4);
    Row small = found("south · gold", "retained").get("speed");
    assertThat(small.<Long>getAs("model_columns_count")).isEqualTo(8 + 2 * 9);
    assertThat(small.<Double>getAs("effective_observations"))
        .isLessThan(small.<Long>getAs("needed_observations_count"));
  }

  private static Row impact(String segment, String driver, String scenario, String rung) {
    return impacts
        .where(
            "segment = '%s' and driver = '%s' and scenario = '%s' and rung = '%s'"
                .formatted(segment, driver, scenario, rung))
        .first();
  }

  private static Map<String, Row> found(String segment, String outcome) {
    Map<String, Row> found = new HashMap<>();
    for (Row row :
        importance
            .where("segment = '%s' and outcome = '%s'".formatted(segment, outcome))
            .collectAsList()) {
      found.put(row.getAs("driver"), row);
    }
    return found;
  }

  /** The rows of everyone, by bucket; and as the in-memory estimator wants them. */
  private static BucketedMoments everyone(Dataset<Row> cells, int[] levels) {
    Moments[] buckets = new Moments[64];
    Arrays.setAll(buckets, bucket -> new Moments(columns.names()));
    for (Row part : cells.where("segment_set = 0").collectAsList()) {
      DriverSums.fromArray(columns, levels, Doubles.unpack(part.<byte[]>getAs(5)))
          .addTo(buckets[part.getInt(4)], new double[DriverSums.ratings(levels)]);
    }
    return new BucketedMoments(List.of(buckets));
  }

  private static Dataset<Row> scorecard() {
    var schema =
        new StructType()
            .add("segment_set", "string")
            .add("segment", "string")
            .add("month", "date")
            .add("closing_customers_count", "bigint");
    return SparkTest.session()
        .createDataFrame(
            List.of(
                RowFactory.create("all", "all", Date.valueOf("2025-06-01"), (long) CUSTOMERS),
                RowFactory.create("all", "all", Date.valueOf("2025-05-01"), 1L),
                RowFactory.create("region", "south", Date.valueOf("2025-06-01"), 4000L),
                RowFactory.create(
                    "region × tier", "south · gold", Date.valueOf("2025-06-01"), GOLDEN_SOUTH)),
            schema);
  }
}
