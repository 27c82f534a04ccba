package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Date;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
import linkage.stats.drivers.WholeFits;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * The drivers of four thousand observations, weighed once for all tests that look at the marts made
 * of them.
 *
 * @param everyone the moments of everyone, by bucket, as the in-memory estimators want them
 * @param rows the first driver's ratings by everyone
 * @param doublyRobust the rows of that rung, before they are in the mart
 * @param importance the mart {@code driver_importance}
 * @param impacts the mart {@code driver_revenue_impacts}
 */
record WeighedDrivers(
    DriverColumns columns,
    BucketedMoments everyone,
    WholeFits.Rows rows,
    DriverBasis basis,
    List<Row> observations,
    Dataset<Row> statistics,
    Dataset<Row> doublyRobust,
    Dataset<Row> importance,
    Dataset<Row> impacts) {
  static final LocalDate AS_OF = RatedObservations.AS_OF;
  static final int CUSTOMERS = 12_345;
  static final long GOLDEN_SOUTH = 300;

  private static final Settings SETTINGS = Settings.load(Path.of("conf", "demo"), Overrides.NONE);

  private static WeighedDrivers made;

  /** The same ones each time. */
  static synchronized WeighedDrivers once() {
    if (made == null) {
      made = weighed();
    }
    return made;
  }

  private static WeighedDrivers weighed() {
    var plan = DriverPlan.of(SETTINGS, AS_OF);
    var columns = plan.columns();
    List<Row> observations = RatedObservations.of(4000, new Random(11));
    Dataset<Row> linked =
        SparkTest.session().createDataFrame(observations, RatedObservations.LINKED);
    DriverBasis basis = DriverBasis.of(linked, SETTINGS);
    Dataset<Row> cells = DriverMoments.build(linked, SETTINGS, basis, AS_OF);
    Dataset<Row> statistics = DriverStatistics.build(cells, basis, SETTINGS, AS_OF).cache();
    List<DoublyRobust.Effect> effects =
        DoublyRobust.of(
            linked, basis, SETTINGS, DoublyRobustImpacts.heldEqual(SETTINGS, AS_OF), AS_OF);
    Dataset<Row> doublyRobust =
        DoublyRobustImpacts.build(SparkTest.session(), effects, basis, SETTINGS, AS_OF);
    return new WeighedDrivers(
        columns,
        everyone(cells, columns, plan.levels()),
        ComparedRows.of(cells, columns, LowRatings.REVENUE),
        basis,
        observations,
        statistics,
        doublyRobust,
        DriverImportances.build(statistics, SETTINGS, AS_OF).cache(),
        impacts(statistics, doublyRobust, observations, basis).cache());
  }

  /** The mart of money if the doubly robust rows were these. */
  Dataset<Row> impactsWith(Dataset<Row> otherDoublyRobust) {
    return impacts(statistics, otherDoublyRobust, observations, basis);
  }

  /** The mart of money if of those who answered only these were still there. */
  Dataset<Row> impactsWith(List<Row> stillThere) {
    return impacts(statistics, doublyRobust, stillThere, basis);
  }

  private static Dataset<Row> impacts(
      Dataset<Row> statistics, Dataset<Row> doublyRobust, List<Row> stillThere, DriverBasis basis) {
    return DriverRevenueImpacts.build(
        statistics,
        Optional.of(doublyRobust),
        RatedObservations.latest(SparkTest.session(), stillThere),
        scorecard(),
        basis.caps().revenue(),
        SETTINGS,
        AS_OF);
  }

  /** Checks that a mart has its contract's columns, key and values. */
  static void checkContract(String name, Dataset<Row> mart) {
    Contract contract = Contract.mart(name);
    contract.check(mart.schema());
    String[] others = contract.key().stream().skip(1).toArray(String[]::new);
    assertThat(mart.select(contract.key().get(0), others).distinct().count())
        .isEqualTo(mart.count());
    for (Row row : mart.collectAsList()) {
      for (var field : contract.fields()) {
        if (field.required()) {
          assertThat((Object) row.getAs(field.name())).as(field.name()).isNotNull();
        }
      }
    }
  }

  private static BucketedMoments everyone(Dataset<Row> cells, DriverColumns columns, int[] levels) {
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
