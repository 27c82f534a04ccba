package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.DriverSums;
import linkage.stats.drivers.SegmentDrivers;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Of the figures of one driver, those are null that would tell of few people. */
class ImportanceRowsTest {
  private static final DriverPlan PLAN =
      DriverPlan.of(
          Settings.load(Path.of("conf", "demo"), Overrides.NONE), LocalDate.of(2025, 6, 30));
  private static final DriverColumns COLUMNS = PLAN.columns();
  private static final Contract CONTRACT = Contract.mart(ImportanceRows.MART);
  private static final int BUCKETS = 64;
  private static final List<String> OF_FLAGS =
      List.of("penalty", "reward", "penalty_minus_reward", "asymmetry_p_value", "asymmetry_kind");

  @Test
  void penaltyAndRewardAreNotThoseOfFewRaters() {
    for (int lows : new int[] {3, 5}) {
      Map<String, Row> found = rows(lows, 900);
      for (String column : OF_FLAGS) {
        assertThat(value(found.get("reliability"), column) == null).as(column).isEqualTo(lows == 3);
        assertThat(value(found.get("speed"), column)).as(column).isNotNull();
      }
      assertThat(value(found.get("reliability"), "importance_share")).isNotNull();
    }
  }

  @Test
  void completeCasesAreNotCountedWhereTheyAreFew() {
    assertThat(value(rows(300, 3).get("speed"), "complete_case_observations_count")).isNull();
    assertThat(value(rows(300, 5).get("speed"), "complete_case_observations_count")).isEqualTo(5L);
  }

  private static Object value(Row row, String column) {
    return row.get(CONTRACT.names().indexOf(column));
  }

  /**
   * The rows of retention, by driver.
   *
   * @param lows how many rate the first driver low
   * @param complete how many rate all of them; the others leave the last one out
   */
  private static Map<String, Row> rows(int lows, int complete) {
    var random = new Random(5);
    int[] levels = PLAN.levels();
    var segment = new SegmentDrivers(COLUMNS, levels, BUCKETS);
    for (int i = 0; i < 1500; i++) {
      double[] row = new double[COLUMNS.size()];
      for (int control : COLUMNS.controls()) {
        row[control] = random.nextGaussian();
      }
      int last = levels.length - 1;
      for (int driver = 0; driver < levels.length; driver++) {
        boolean isMissing = driver == last && i >= complete;
        int level = driver == 0 ? i < lows ? 4 : 7 + i % 4 : random.nextInt(11);
        row[COLUMNS.rating(driver)] = isMissing ? 0 : level;
        row[COLUMNS.missing(driver)] = isMissing ? 1 : 0;
        row[COLUMNS.low(driver)] = !isMissing && level <= 6 ? 1 : 0;
        row[COLUMNS.high(driver)] = !isMissing && level >= 9 ? 1 : 0;
      }
      row[COLUMNS.retained()] = random.nextInt(5) > 0 ? 1 : 0;
      row[COLUMNS.repeatPurchase()] = random.nextInt(3) > 0 ? 1 : 0;
      row[COLUMNS.revenueNext()] = 100 + random.nextGaussian();
      var sums = new DriverSums(COLUMNS, levels);
      sums.add(row, 0, 0.5 + random.nextDouble());
      segment.add(i < complete ? 1L << DriverColumns.COMPLETE : 0, i % BUCKETS, sums.toArray());
    }
    Map<String, Row> found = new HashMap<>();
    for (Row row :
        new ImportanceRows(PLAN, segment, new DriverPlan.Place("all", "all"), 180).rows()) {
      if (value(row, "outcome").equals("retained")) {
        found.put((String) value(row, "driver"), row);
      }
    }
    return found;
  }
}
