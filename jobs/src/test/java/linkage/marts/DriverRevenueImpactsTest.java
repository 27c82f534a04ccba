package linkage.marts;

import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import linkage.counts.RatedObservations;
import linkage.stats.drivers.BucketedMoments;
import linkage.stats.drivers.Contrast;
import linkage.stats.drivers.CrossFit;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.LeastSquares;
import linkage.stats.drivers.LowRatings;
import linkage.stats.drivers.Moments;
import linkage.stats.drivers.Scenario;
import linkage.stats.drivers.ScenarioEffect;
import linkage.stats.drivers.Sensitivity;
import linkage.stats.drivers.WholeFits;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The mart's figures are those of {@code stats.drivers}, called directly on the same rows. */
class DriverRevenueImpactsTest {
  private static WeighedDrivers weighed;
  private static DriverColumns columns;
  private static BucketedMoments everyone;
  private static WholeFits.Rows rows;
  private static List<Row> observations;
  private static Dataset<Row> impacts;

  @BeforeAll
  static void weigh() {
    weighed = WeighedDrivers.once();
    columns = weighed.columns();
    everyone = weighed.everyone();
    rows = weighed.rows();
    observations = weighed.observations();
    impacts = weighed.impacts();
  }

  @Test
  void keepsItsContract() {
    WeighedDrivers.checkContract("driver_revenue_impacts", impacts);
  }

  @Test
  void theRawAndAdjustedWorthAreThoseOfTheRows() {
    for (boolean isRaw : new boolean[] {true, false}) {
      int[] own = {columns.missing(0), columns.high(0), columns.low(0)};
      int[] held = RatedObservations.others(columns);
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
    int[] held = RatedObservations.others(columns);
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
    var caps = weighed.basis().caps().revenue().get(0);
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

    assertThat(row.<Long>getAs("population_customers_count")).isEqualTo(WeighedDrivers.CUSTOMERS);
    assertThat(row.<BigDecimal>getAs("revenue_change_amount").doubleValue())
        .isEqualTo(
            WeighedDrivers.CUSTOMERS * row.<Double>getAs("revenue_change_per_customer"),
            within(0.005001));
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
        .isEqualTo((double) raters / WeighedDrivers.CUSTOMERS, within(1e-12));
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
        weighed
            .impactsWith(stillThere)
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
        weighed
            .impactsWith(weighed.doublyRobust().withColumn("overlap_share", lit(0.5)))
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
        .isEqualTo(raters / (double) WeighedDrivers.GOLDEN_SOUTH * (1 - trimmed), within(1e-12));
  }

  @Test
  void howManyWereComparedIsCountedWhateverTheyWeigh() {
    List<Row> read = observations.stream().filter(RatedObservations::isRead).toList();
    Row row = impact("all", "reliability", "lows_to_middle", "adjusted");

    assertThat(row.<Long>getAs("observations_count")).isEqualTo(read.size());
    assertThat(row.<Long>getAs("raters_count")).isEqualTo(RatedObservations.rated(read, 1, 11));
    assertThat(row.<Long>getAs("low_raters_count")).isEqualTo(RatedObservations.rated(read, 1, 7));
    assertThat(row.<Long>getAs("middle_raters_count"))
        .isEqualTo(RatedObservations.rated(read, 8, 9));
    Row robust = impact("all", "reliability", "lows_to_middle", "doubly_robust");
    assertThat(robust.<Long>getAs("low_raters_count"))
        .isEqualTo(RatedObservations.rated(read, 1, 7));
    assertThat(robust.<Long>getAs("raters_count")).isEqualTo(RatedObservations.rated(read, 1, 11));
    assertThat((Object) row.getAs("high_raters_count")).isNull();
    Row more = impact("all", "reliability", "plus_one_point", "raw");
    assertThat(more.<Long>getAs("low_raters_count")).isEqualTo(RatedObservations.rated(read, 1, 7));
    assertThat(more.<Long>getAs("high_raters_count"))
        .isEqualTo(RatedObservations.rated(read, 10, 11));
    assertThat((Object) more.getAs("low_raters_loss_rate")).isNull();
    Row total = impact("all", "all_drivers", "all_lows_to_middle", "raw");
    assertThat(total.<Long>getAs("raters_count")).isEqualTo(read.size());
    assertThat((Object) total.getAs("low_raters_count")).isNull();
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
        .isEqualTo((double) raters / WeighedDrivers.CUSTOMERS, within(1e-12));
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

  private static Row impact(String segment, String driver, String scenario, String rung) {
    return impacts
        .where(
            "segment = '%s' and driver = '%s' and scenario = '%s' and rung = '%s'"
                .formatted(segment, driver, scenario, rung))
        .first();
  }
}
