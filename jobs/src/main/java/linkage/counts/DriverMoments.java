package linkage.counts;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import linkage.config.Settings;
import linkage.sql.Doubles;
import linkage.sql.InParts;
import linkage.stats.drivers.DriverSums;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What the statistics of drivers read of {@code linked}.
 *
 * <p><b>Grain:</b> one row per (segment_set, segment, horizon_days, pattern, bucket) and part of
 * the input that holds such observations; {@code cells} is the array of {@link DriverSums}, whose
 * parts whoever reads them adds up. The observations are primary, eligible, mature ones of the
 * analysis window that rated any driver; the pattern says which metrics they answered, whether they
 * rated all drivers, and whether their margin is known, since what is missing can't be read around.
 *
 * <p>The groups, whose levels can be taken out of everything, are the months of each finest segment
 * that {@link DriverBasis} tells apart: a coarser segment's figures compare like with like.
 *
 * <p><b>Cost:</b> one scan, no shuffle. {@code (8 + 5 · drivers + 7 + metrics)²/2} doubles per cell
 * at most, for 9 drivers and 3 metrics 16 kB and 1 kB per month and finest segment, and less for
 * cells of few rows. A task holds at most some 130 MB of them before it hands them on.
 */
public final class DriverMoments {
  /** A task hands on its cells when they hold about this many doubles. */
  private static final int MOST_DOUBLES_HELD = 16_000_000;

  private static final StructType SCHEMA =
      new StructType()
          .add("segment_set", DataTypes.IntegerType, false)
          .add("segment", DataTypes.StringType, false)
          .add("horizon_days", DataTypes.IntegerType, false)
          .add("pattern", DataTypes.LongType, false)
          .add("bucket", DataTypes.IntegerType, false)
          .add("cells", DataTypes.BinaryType, false);

  private DriverMoments() {}

  /** The columns of the result. */
  public static StructType schema() {
    return SCHEMA;
  }

  /**
   * Adds up all observations.
   *
   * @param linked the observations, with the weights that {@code linkage.calibration} adds
   * @param basis the caps of each horizon's amounts, and the finest segments that are told apart
   */
  public static Dataset<Row> build(
      Dataset<Row> linked, Settings settings, DriverBasis basis, LocalDate asOf) {
    Dataset<Row> read = DriverRows.of(linked, settings);
    var observations = new DriverRows(read.schema(), settings, basis.caps(), asOf);
    var finest = new HashMap<String, Integer>();
    basis.finest().forEach(name -> finest.put(name, finest.size()));
    return read.mapPartitions(
        (MapPartitionsFunction<Row, Row>)
            rows -> {
              double[] values = new double[observations.columns().size()];
              return InParts.of(rows, own -> part(own, observations, finest, values));
            },
        Encoders.row(SCHEMA));
  }

  private record Place(int segmentSet, String segment, int horizon, long pattern, int bucket) {}

  /** The cells of as many observations as a task may hold the cells of. */
  private static Iterator<Row> part(
      Iterator<Row> rows, DriverRows observations, Map<String, Integer> finest, double[] values) {
    Map<Place, DriverSums> cells = new HashMap<>();
    long held = 0;
    while (rows.hasNext() && held < MOST_DOUBLES_HELD) {
      Row row = rows.next();
      if (observations.isRead(row)) {
        held += add(row, observations, finest, values, cells);
      }
    }
    List<Row> parts = new ArrayList<>(cells.size());
    cells.forEach(
        (place, sums) ->
            parts.add(
                RowFactory.create(
                    place.segmentSet(),
                    place.segment(),
                    observations.horizonDays(place.horizon()),
                    place.pattern(),
                    place.bucket(),
                    Doubles.pack(sums.toArray()))));
    return parts.iterator();
  }

  private static long add(
      Row row,
      DriverRows observations,
      Map<String, Integer> finest,
      double[] values,
      Map<Place, DriverSums> cells) {
    double weight = observations.weight(row);
    if (weight == 0) {
      return 0;
    }
    int bucket = observations.bucket(row);
    int others = DriverBasis.MOST_FINEST;
    int group =
        observations.monthsAgo(row) * (others + 1)
            + finest.getOrDefault(observations.finest(row), others);
    long held = 0;
    for (int horizon = 0; horizon < observations.horizonsCount(); horizon++) {
      if (!observations.isMature(row, horizon)) {
        continue;
      }
      long pattern = observations.pattern(row, horizon);
      observations.read(row, horizon, values);
      for (int set = 0; set < observations.segmentSetsCount(); set++) {
        var place = new Place(set, observations.segment(row, set), horizon, pattern, bucket);
        held +=
            cells
                .computeIfAbsent(
                    place, absent -> new DriverSums(observations.columns(), observations.levels()))
                .add(values, group, weight);
      }
    }
    return held;
  }
}
