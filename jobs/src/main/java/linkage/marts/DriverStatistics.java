package linkage.marts;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import java.time.LocalDate;
import java.util.Iterator;
import java.util.List;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.counts.DriverBasis;
import linkage.counts.DriverMoments;
import linkage.sql.Doubles;
import linkage.sql.Groups;
import linkage.stats.drivers.SegmentDrivers;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * All statistics of a segment's drivers, computed where its cells are.
 *
 * <p><b>Grain:</b> one row per (segment set, segment, horizon), holding the rows of {@code
 * driver_importance} and {@code driver_revenue_impacts} as arrays, which lack only what takes other
 * segments.
 *
 * <p><b>Cost:</b> one shuffle of the cells by segment and horizon; a task holds one segment's cells
 * at a time.
 */
public final class DriverStatistics {
  /** Buckets of customers, as in {@code linked}. */
  private static final int BUCKETS = 64;

  private DriverStatistics() {}

  /** Computes all segments' statistics from the cells of {@link DriverMoments}. */
  public static Dataset<Row> build(
      Dataset<Row> cells, DriverBasis basis, Settings settings, LocalDate asOf) {
    var plan = DriverPlan.of(settings, asOf).withMargins(basis.caps().hasMargins());
    List<Integer> horizons = settings.horizonsDays();
    return Groups.by(cells, "segment_set", "segment", "horizon_days")
        .flatMapGroups(
            (FlatMapGroupsFunction<Row, Row, Row>)
                (key, parts) -> List.of(row(plan, basis, horizons, key, parts)).iterator(),
            Encoders.row(schema()));
  }

  /** The statistics of a deployment without drivers. */
  public static Dataset<Row> none(SparkSession spark) {
    return spark.createDataFrame(List.of(), schema());
  }

  /**
   * How many bytes the moments of segments hold, all horizons together.
   *
   * @param segments how many there are
   * @param total of all of them
   * @param largest of the segment that holds most
   */
  public record Bytes(long segments, long total, long largest) {}

  /** Adds them up. */
  public static Bytes bytes(Dataset<Row> statistics) {
    Row sums =
        statistics
            .groupBy("segment_name")
            .agg(sum("bytes_count").as("bytes"))
            .agg(count(lit(1)), coalesce(sum("bytes"), lit(0L)), coalesce(max("bytes"), lit(0L)))
            .first();
    return new Bytes(sums.getLong(0), sums.getLong(1), sums.getLong(2));
  }

  private static StructType schema() {
    return new StructType()
        .add("segment_name", DataTypes.StringType, false)
        .add("bytes_count", DataTypes.LongType, false)
        .add(ImportanceRows.MART, DataTypes.createArrayType(columns(ImportanceRows.MART)))
        .add(ImpactRows.MART, DataTypes.createArrayType(columns(ImpactRows.MART)));
  }

  static Dataset<Row> rows(Dataset<Row> statistics, String table) {
    return statistics.select(explode(col(table)).as("mart_row")).select("mart_row.*");
  }

  /** A mart's columns while they are still being filled. */
  static StructType columns(String mart) {
    var columns = new StructType();
    for (var field : Contract.mart(mart).sparkType().fields()) {
      columns = columns.add(field.name(), field.dataType(), true);
    }
    return columns;
  }

  private static Row row(
      DriverPlan plan, DriverBasis basis, List<Integer> horizons, Row key, Iterator<Row> parts) {
    var segment = new SegmentDrivers(plan.columns(), plan.levels(), BUCKETS);
    long bytes = 0;
    while (parts.hasNext()) {
      Row part = parts.next();
      byte[] cells = part.getAs(5);
      bytes += cells.length;
      segment.add(part.getLong(3), part.getInt(4), Doubles.unpack(cells));
    }
    int segmentSet = key.getInt(0);
    int horizon = key.getInt(2);
    var place = new DriverPlan.Place(plan.segmentSets().get(segmentSet).name(), key.getString(1));
    List<Row> importance = new ImportanceRows(plan, segment, place, horizon).rows();
    List<Row> impacts = List.of();
    if (plan.hasMoney()) {
      int index = horizons.indexOf(horizon);
      double[] bestLevels = basis.bestLevels()[segmentSet][index];
      var margins = new MarginChanges(plan, segment, basis, index, segmentSet, place.segment());
      impacts = new ImpactRows(plan, segment, place, horizon, bestLevels, margins).rows();
    }
    return RowFactory.create(
        place.name(), bytes, importance.toArray(Row[]::new), impacts.toArray(Row[]::new));
  }
}
