package linkage.counts;

import static linkage.counts.CountTable.ANSWERS;
import static org.apache.spark.sql.functions.col;

import java.util.Iterator;
import linkage.config.Settings;
import linkage.sql.InParts;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Counts {@code linked} into cells.
 *
 * <p><b>Grain:</b> one row per (table, segment set, segment, period, pattern) and part of the input
 * that holds such observations; its cells, by metric, level, bucket and bin, are packed into {@code
 * cells}, which {@link PackedCells#read} reads. What is counted in each table says {@link
 * CountTable}. The measures of a cell's parts add up, and whoever reads cells adds them.
 *
 * <p><b>Cost:</b> one scan of {@code linked}, no shuffle: each task sums its own rows into a small
 * table, and cells meet only where they are read. It is a typed pass because one row feeds (segment
 * sets × horizons × metrics) cells, and exploding rows first costs as many rows more.
 */
public final class Counts {
  /** What log odds and weights are multiplied by to be summed as whole numbers. */
  public static final double MILLIONTHS = 1e6;

  /** A task hands on its cells when it holds this many, so that its memory is bounded. */
  private static final int MOST_CELLS_HELD = 1_000_000;

  private Counts() {}

  /** The columns of the result. */
  public static StructType schema() {
    return PackedCells.SCHEMA;
  }

  /**
   * Counts all observations.
   *
   * @param linked the observations, as {@code linkage.link} makes them, with the risks and weights
   *     that {@code linkage.calibration} adds
   */
  public static Dataset<Row> build(Dataset<Row> linked, Settings settings) {
    return build(linked, settings, MOST_CELLS_HELD);
  }

  static Dataset<Row> build(Dataset<Row> linked, Settings settings, int mostCellsHeld) {
    var plan =
        new CountPlan(
            settings.segmentSets(),
            settings.metrics(),
            settings.horizonsDays(),
            LossPeriods.of(settings));
    // A typed pass reads every column that it is given.
    Dataset<Row> observations =
        linked.select(plan.columns().stream().map(name -> col(name)).toArray(Column[]::new));
    StructType columns = observations.schema();
    return observations.mapPartitions(
        (MapPartitionsFunction<Row, Row>)
            rows -> {
              var observation = new CountedObservation(columns, plan);
              var table = new CellTable();
              return InParts.of(rows, own -> part(own, observation, table, mostCellsHeld));
            },
        Encoders.row(schema()));
  }

  /** The tables of a segment set's segments, without the answers of months. */
  public static Dataset<Row> ofSegments(Dataset<Row> cells) {
    return cells.where(col("table").notEqual(ANSWERS.name()));
  }

  /** One of the tables. */
  public static Dataset<Row> of(Dataset<Row> cells, CountTable table) {
    return cells.where(col("table").equalTo(table.name()));
  }

  /** The cells of as many observations as a task may hold the cells of. */
  private static Iterator<Row> part(
      Iterator<Row> observations,
      CountedObservation observation,
      CellTable table,
      int mostCellsHeld) {
    while (observations.hasNext() && table.size() < mostCellsHeld) {
      observation.count(observations.next(), table);
    }
    return table.drain().iterator();
  }
}
