package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.counts.DriverBasis;
import linkage.counts.DriverMoments;
import linkage.counts.RatedObservations;
import linkage.sql.Doubles;
import linkage.stats.drivers.DriverSums;
import linkage.stats.drivers.LeastSquares;
import linkage.stats.drivers.Moments;
import linkage.stats.drivers.Winsor;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A company of two horizons with a scenario of its own and one enormous customer. Over the longer
 * horizon everything is worth twice as much as over the shorter one.
 */
class DriverScenariosTest {
  private static final LocalDate AS_OF = RatedObservations.AS_OF;
  private static final int CUSTOMERS = 5_000;

  private static Settings settings;
  private static List<Row> observations;
  private static Winsor caps;
  private static Dataset<Row> cells;
  private static Dataset<Row> impacts;

  @BeforeAll
  static void weighTheDriversOfBothHorizons(@TempDir Path folder) throws IOException {
    settings = settings(folder);
    observations = withAGiant(RatedObservations.of(3000, new Random(17)));
    Dataset<Row> linked =
        SparkTest.session()
            .createDataFrame(observations.stream().map(DriverScenariosTest::both).toList(), both());
    DriverBasis basis = DriverBasis.of(linked, settings);
    caps = basis.caps().revenue().get(0);
    cells = DriverMoments.build(linked, settings, basis, AS_OF);
    impacts =
        DriverRevenueImpacts.build(
                DriverStatistics.build(cells, basis, settings, AS_OF),
                Optional.empty(),
                RatedObservations.latest(SparkTest.session(), observations),
                scorecard(),
                basis.caps().revenue(),
                settings,
                AS_OF)
            .where("driver = 'reliability' and rung = 'adjusted'")
            .cache();
  }

  /** By definition: the model's coefficients times how far each column moves in the rows. */
  @Test
  void theBestSegmentAndTheOwnScenarioAreWhatTheLevelsThatMoveAreWorth() {
    double best = Math.max(mean("north"), mean("south"));
    String worse = mean("north") < mean("south") ? "north" : "south";

    assertThat(best).isBetween(6.0, 8.0).isNotEqualTo(Math.rint(best));
    assertThat(impact(worse, "to_best_segment", 180).<Double>getAs("revenue_change_per_customer"))
        .isEqualTo(worth(worse, level -> Math.max(level, best)), within(1e-7));
    Row own = impact(worse, "calmer", 180);
    assertThat(own.<Double>getAs("revenue_change_per_customer"))
        .isEqualTo(0.1 * worth(worse, level -> level <= 6 ? 7 : level), within(1e-7));
    assertThat(own.<Double>getAs("moved_share"))
        .isEqualTo(0.1 * mean(worse, level -> level <= 6 ? 1 : 0), within(1e-9));
    assertThat(own.<String>getAs("sentence")).contains(" from 0 to 6 into 7 for 10.0 % of ");
  }

  /** What it would be worth in revenue that levels of the first driver become others. */
  private static double worth(String region, IntToDoubleFunction becomes) {
    var plan = DriverPlan.of(settings, AS_OF);
    var columns = plan.columns();
    var moments = new Moments(columns.names());
    double[] ratings = new double[DriverSums.ratings(plan.levels())];
    for (Row part :
        cells.where("segment = '%s' and horizon_days = 180".formatted(region)).collectAsList()) {
      DriverSums.fromArray(columns, plan.levels(), Doubles.unpack(part.<byte[]>getAs(5)))
          .addTo(moments, ratings);
    }
    int[] held = RatedObservations.others(columns);
    var fit =
        LeastSquares.of(
            moments.absorbed(),
            columns.revenueNext(),
            ImpactRows.joined(
                columns.controls(), held, new int[] {columns.missing(0)}, columns.scale(0)));
    return fit.coefficientOf(columns.rating(0))
            * mean(region, level -> becomes.applyAsDouble(level) - level)
        + fit.coefficientOf(columns.low(0))
            * mean(region, level -> low(becomes.applyAsDouble(level)) - low(level))
        + fit.coefficientOf(columns.high(0))
            * mean(region, level -> high(becomes.applyAsDouble(level)) - high(level))
        + fit.coefficientOf(columns.spending(0))
            * mean(region, (level, past) -> past * (becomes.applyAsDouble(level) - level));
  }

  /** 0 to 6 are low; between 6 and 7 a rating is so less and less. */
  private static double low(double level) {
    return Math.max(0, Math.min(1, 7 - level));
  }

  /** 9 and 10 are high. */
  private static double high(double level) {
    return Math.max(0, Math.min(1, level - 8));
  }

  @Test
  void aYearIsWhatTheHorizonOfAYearShows() {
    Row half = impact("all", "lows_to_middle", 180);
    Row year = impact("all", "lows_to_middle", 365);

    assertThat(half.<Object>getAs("revenue_change_per_year_amount")).isNull();
    assertThat(year.<BigDecimal>getAs("revenue_change_per_year_amount").doubleValue())
        .isEqualTo(CUSTOMERS * year.<Double>getAs("revenue_change_per_customer"), within(0.005001));
    assertThat(year.<BigDecimal>getAs("revenue_change_per_year_lower_amount"))
        .isEqualTo(year.<BigDecimal>getAs("revenue_change_lower_amount"));
    // Caps are read to the end of a bin, and those of twice the amounts to another one.
    assertThat(year.<Double>getAs("revenue_change_per_customer"))
        .isEqualTo(2 * half.<Double>getAs("revenue_change_per_customer"), within(2.0));
  }

  @Test
  void oneGiantMovesTheUncappedFigureAlone() {
    Row row = impact("all", "lows_to_middle", 180);
    double capped =
        row.<Double>getAs("revenue_change_per_customer_upper")
            - row.<Double>getAs("revenue_change_per_customer_lower");
    double uncapped =
        row.<Double>getAs("uncapped_change_per_customer_upper")
            - row.<Double>getAs("uncapped_change_per_customer_lower");

    assertThat(row.<BigDecimal>getAs("upper_cap_amount").doubleValue()).isBetween(300.0, 1000.0);
    assertThat(uncapped).isGreaterThan(20 * capped);
    // The giant rated low, so without caps low ratings seem to be worth a fortune.
    assertThat(row.<Double>getAs("uncapped_change_per_customer")).isLessThan(-100);
    assertThat(row.<Double>getAs("revenue_change_per_customer")).isBetween(0.0, 20.0);
  }

  private static Row impact(String segment, String scenario, int days) {
    return impacts
        .where(
            "segment = '%s' and scenario = '%s' and horizon_days = %d"
                .formatted(segment, scenario, days))
        .first();
  }

  private static double mean(String region) {
    double all = mean(region, level -> 1);
    return mean(region, level -> level) / all;
  }

  private static double mean(String region, IntToDoubleFunction ofLevel) {
    return mean(region, (level, past) -> ofLevel.applyAsDouble(level));
  }

  private interface OfRater {
    double of(int level, double past);
  }

  /** The weighted mean over a region's observations, of which those not rated count as 0. */
  private static double mean(String region, OfRater of) {
    double sum = 0;
    double weight = 0;
    for (Row row : observations) {
      if (row.getString(5).equals(region) && isRead(row)) {
        int level = row.getByte(RatedObservations.FIRST_DRIVER) - 1;
        double past = Math.max(caps.lower(), Math.min(caps.upper(), row.getLong(24) / 100.0));
        weight += row.getDouble(7);
        sum += level < 0 ? 0 : row.getDouble(7) * of.of(level, past);
      }
    }
    return sum / weight;
  }

  private static boolean isRead(Row row) {
    boolean isRated = false;
    for (int driver = 0; driver < RatedObservations.DRIVERS; driver++) {
      isRated |= row.getByte(RatedObservations.FIRST_DRIVER + driver) > 0;
    }
    return isRated
        && row.getBoolean(2)
        && row.getBoolean(3)
        && row.getString(4).equals("eligible")
        && row.getBoolean(20);
  }

  /** The first analysed customer who rated the first driver low, and stayed, brings millions. */
  private static List<Row> withAGiant(List<Row> rows) {
    List<Row> changed = new ArrayList<>(rows);
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      int code = row.getByte(RatedObservations.FIRST_DRIVER);
      if (isRead(row) && code > 0 && code <= 7 && row.getBoolean(21)) {
        Object[] values = values(row);
        values[23] = 500_000_000L;
        changed.set(i, RowFactory.create(values));
        return changed;
      }
    }
    throw new AssertionError("nobody rated low and stayed");
  }

  private static Object[] values(Row row) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    return values;
  }

  /** The columns of the horizon of 180 days, and of 365 days with twice the amounts. */
  private static StructType both() {
    var schema = RatedObservations.LINKED;
    for (var field : RatedObservations.LINKED.fields()) {
      if (field.name().endsWith("_180")) {
        schema = schema.add(field.name().replace("_180", "_365"), field.dataType());
      }
    }
    return schema;
  }

  private static Row both(Row row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      values.add(row.get(i));
    }
    for (int i = 0; i < row.size(); i++) {
      String name = RatedObservations.LINKED.fields()[i].name();
      if (name.endsWith("_180")) {
        boolean isAmount = name.contains("cents") && !row.isNullAt(i);
        values.add(isAmount ? (Object) (2 * row.getLong(i)) : row.get(i));
      }
    }
    return RowFactory.create(values.toArray());
  }

  private static Settings settings(Path folder) throws IOException {
    for (Path file : Files.list(Path.of("conf", "demo")).toList()) {
      String text = Files.readString(file);
      Files.writeString(folder.resolve(file.getFileName()), adapted(text));
    }
    return Settings.load(folder, Overrides.NONE);
  }

  private static String adapted(String text) {
    return text.replace("horizons-days: [180]", "horizons-days: [180, 365]")
        .replace(
            "\ndrivers: [",
            "\ndriver-scenarios:\n"
                + "  calmer: {drivers: [reliability], from: 0, to: 6, become: 7, share: 0.1}\n"
                + "drivers: [");
  }

  private static Dataset<Row> scorecard() {
    return SparkTest.session()
        .createDataFrame(
            List.of(RowFactory.create("all", "all", Date.valueOf("2025-06-01"), (long) CUSTOMERS)),
            StructType.fromDDL(
                "segment_set string, segment string, month date, closing_customers_count bigint"));
  }
}
