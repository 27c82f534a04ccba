package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import linkage.marts.MoneyCoverage.Figure;
import linkage.marts.PlantedCompany.World;
import linkage.stats.drivers.LowRatings.Observation;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Five levels of which some are given by nobody: what then can be told, and what can't. */
class ImpactRowsTest {
  private static final String DRIVER = "greeting";
  private static final List<String> JOINT = List.of(ImpactRows.ALL_DRIVERS, DRIVER, "speed");

  @Test
  void aRiseToWhereNobodyIsHasNoFigureAndSaysSo() {
    Map<Figure, Row> rows = rows(level -> Math.min(2, level));

    for (String rung : List.of(ImpactRows.RAW, ImpactRows.ADJUSTED)) {
      Row more = row(rows, DriverScenarios.PLUS_ONE_POINT, rung);
      assertThat(text(more, "status")).as(rung).isEqualTo("insufficient");
      assertThat(text(more, "margin_status")).as(rung).isEqualTo("insufficient");
      for (String figure :
          List.of(
              "moved_share",
              "retention_change_points",
              "revenue_change_per_customer",
              "placebo_verdict",
              "margin_change_per_customer",
              "high_raters_count")) {
        assertThat(more.isNullAt(MoneyCoverage.column(figure))).as(figure).isTrue();
      }
      assertTold(row(rows, DriverScenarios.TO_BEST_SEGMENT, rung));
      assertTold(row(rows, DriverScenarios.LOWS_TO_MIDDLE, rung));
    }
  }

  /** The flags say all that the rating says, and nobody shows what the fifth level is worth. */
  @Test
  void aLevelPerZoneIsToldByTheFlags() {
    Map<Figure, Row> rows = rows(level -> Math.max(1, Math.min(3, level)));

    for (String rung : List.of(ImpactRows.RAW, ImpactRows.ADJUSTED)) {
      assertTold(row(rows, DriverScenarios.TO_BEST_SEGMENT, rung));
      assertThat(text(row(rows, DriverScenarios.PLUS_ONE_POINT, rung), "status"))
          .isEqualTo("insufficient");
    }
  }

  @Test
  void everyLevelThatIsGivenCanBeTold() {
    Map<Figure, Row> rows = rows(level -> level);

    for (String rung : List.of(ImpactRows.RAW, ImpactRows.ADJUSTED)) {
      assertTold(row(rows, DriverScenarios.TO_BEST_SEGMENT, rung));
      assertTold(row(rows, DriverScenarios.PLUS_ONE_POINT, rung));
    }
  }

  /** Low and high are all who rated: the low ratings have none beside them to be compared with. */
  @Test
  void lowRatingsWithoutMiddleOnesHaveNoFigureNorHasTheJointScenario() {
    Map<Figure, Row> rows = rows(level -> level == 2 ? 3 : level);

    for (String rung : List.of(ImpactRows.RAW, ImpactRows.ADJUSTED)) {
      assertUntold(row(rows, DriverScenarios.LOWS_TO_MIDDLE, rung));
      for (String driver : JOINT) {
        assertUntold(rows.get(new Figure(DriverScenarios.ALL_LOWS_TO_MIDDLE, driver, rung)));
      }
    }
  }

  /** It is the segment's own to have no low ratings: a parent's figure would be of the parent's. */
  @Test
  void whereNobodyRatesLowNobodyMoves() {
    Map<Figure, Row> rows = rows(level -> Math.max(2, level));

    for (String rung : List.of(ImpactRows.RAW, ImpactRows.ADJUSTED)) {
      Row lows = row(rows, DriverScenarios.LOWS_TO_MIDDLE, rung);
      assertThat(text(lows, "status")).isEqualTo("ok");
      assertThat(number(lows, "moved_share")).isZero();
      assertThat(lows.isNullAt(MoneyCoverage.column("revenue_change_per_customer"))).isTrue();
      for (String driver : JOINT) {
        Row joint = rows.get(new Figure(DriverScenarios.ALL_LOWS_TO_MIDDLE, driver, rung));
        assertThat(text(joint, "status")).isEqualTo("ok");
        assertThat(text(joint, "margin_status")).isEqualTo("ok");
        assertThat(number(joint, "revenue_change_per_customer") == 0)
            .as(driver)
            .isEqualTo(driver.equals(DRIVER));
      }
    }
  }

  private static void assertUntold(Row row) {
    assertThat(text(row, "status")).isEqualTo("insufficient");
    assertThat(text(row, "margin_status")).isEqualTo("insufficient");
    for (String figure :
        List.of(
            "degrees_of_freedom",
            "moved_share",
            "revenue_change_per_customer",
            "uncapped_change_per_customer",
            "placebo_verdict",
            "robustness_value",
            "margin_change_per_customer")) {
      assertThat(row.isNullAt(MoneyCoverage.column(figure))).as(figure).isTrue();
    }
  }

  private static void assertTold(Row row) {
    assertThat(text(row, "status")).isEqualTo("ok");
    assertThat(text(row, "margin_status")).isEqualTo("ok");
    for (String figure :
        List.of(
            "revenue_change_per_customer_lower",
            "retention_change_points_upper",
            "placebo_change_per_customer_lower",
            "margin_change_per_customer_upper")) {
      assertThat(row.isNullAt(MoneyCoverage.column(figure))).as(figure).isFalse();
    }
    boolean isRaw = text(row, "rung").equals(ImpactRows.RAW);
    assertThat(row.isNullAt(MoneyCoverage.column("robustness_value"))).isEqualTo(isRaw);
    assertThat(row.isNullAt(MoneyCoverage.column("benchmark"))).isEqualTo(isRaw);
  }

  private static Row row(Map<Figure, Row> rows, String scenario, String rung) {
    return rows.get(new Figure(scenario, DRIVER, rung));
  }

  private static double number(Row row, String column) {
    return row.getDouble(MoneyCoverage.column(column));
  }

  private static String text(Row row, String column) {
    return row.getString(MoneyCoverage.column(column));
  }

  /** The rows of a company whose customers give other ratings of the first driver. */
  private static Map<Figure, Row> rows(IntUnaryOperator given) {
    var company = new PlantedCompany(World.STEPPED);
    var columns = company.plan().columns();
    List<Observation> observations = company.draw(600, new SplittableRandom(5));
    for (Observation one : observations) {
      double[] values = one.values();
      if (values[columns.missing(0)] == 0) {
        int level = given.applyAsInt((int) values[columns.rating(0)]);
        values[columns.rating(0)] = level;
        values[columns.high(0)] = level >= 3 ? 1 : 0;
        values[columns.low(0)] = level <= 1 ? 1 : 0;
        values[columns.spending(0)] = (level - 2) * values[columns.pastRevenue()];
      }
    }
    Set<Figure> wanted = new HashSet<>();
    for (String rung : List.of(ImpactRows.RAW, ImpactRows.ADJUSTED)) {
      wanted.add(new Figure(DriverScenarios.TO_BEST_SEGMENT, DRIVER, rung));
      wanted.add(new Figure(DriverScenarios.PLUS_ONE_POINT, DRIVER, rung));
      wanted.add(new Figure(DriverScenarios.LOWS_TO_MIDDLE, DRIVER, rung));
      for (String driver : JOINT) {
        wanted.add(new Figure(DriverScenarios.ALL_LOWS_TO_MIDDLE, driver, rung));
      }
    }
    return MoneyCoverage.rows(company.plan(), observations, wanted);
  }
}
