package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;

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
    return MoneyCoverage.rows(
        company.plan(),
        observations,
        Set.of(
            new Figure(DriverScenarios.TO_BEST_SEGMENT, DRIVER, ImpactRows.RAW),
            new Figure(DriverScenarios.TO_BEST_SEGMENT, DRIVER, ImpactRows.ADJUSTED),
            new Figure(DriverScenarios.PLUS_ONE_POINT, DRIVER, ImpactRows.RAW),
            new Figure(DriverScenarios.PLUS_ONE_POINT, DRIVER, ImpactRows.ADJUSTED),
            new Figure(DriverScenarios.LOWS_TO_MIDDLE, DRIVER, ImpactRows.RAW),
            new Figure(DriverScenarios.LOWS_TO_MIDDLE, DRIVER, ImpactRows.ADJUSTED)));
  }
}
