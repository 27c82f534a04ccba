package linkage.counts;

import static org.apache.spark.sql.functions.sum;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import linkage.config.Settings;
import linkage.stats.drivers.Winsor;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What must be known of all observations before {@link DriverMoments} can be added up: the caps of
 * revenue and margin, of how many the margin is known, and the best segment's mean rating.
 *
 * <p><b>Formula:</b> the {@link Winsor} caps at {@value #CAPPED_SHARE} from either end of the
 * revenue of all counted observations, read to the boundary of the {@link RevenueBins} beyond it:
 * at most that share is capped; so for margin, of the observations where it is known. It is read at
 * all if that is {@value #LEAST_MARGIN_COVERAGE} of the weight in any segment. The best mean is the
 * highest weighted mean level among the segments of a set with at least {@value #FEWEST_RATINGS}
 * ratings.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} for a set that has fewer than two such segments: there is
 * nobody to learn from.
 *
 * <p><b>Cost:</b> one scan and a shuffle of its sums; the driver program gets one row per bin and
 * mean.
 *
 * @param caps of each horizon; the same in all segments
 * @param bestLevels as [segment set][horizon][driver]
 * @param segments all of them, in no order
 * @param marginCoverages the share of each segment's weight whose margin is known
 */
public record DriverBasis(
    DriverCaps caps,
    double[][][] bestLevels,
    List<Segment> segments,
    Map<Place, Double> marginCoverages)
    implements Serializable {
  /** So much of the observations, at most, is capped at either end. */
  public static final double CAPPED_SHARE = 0.005;

  /** A segment of fewer ratings is no example to others. */
  public static final int FEWEST_RATINGS = 100;

  /**
   * Observations whose margin isn't known are left out, and who buys often is left out more often.
   * So few of them can move a figure by a few hundredths, which is well within its interval.
   */
  public static final double LEAST_MARGIN_COVERAGE = 0.99;

  private static final int REVENUE = -1;
  private static final int MARGIN = -2;
  private static final int MARGIN_COVERAGE = -3;
  private static final double CENTS = 100;

  /** Bins of revenue, or ratings of a driver in a segment: how many, their weight and its sum. */
  private static final StructType SUMS =
      new StructType()
          .add("horizon", DataTypes.IntegerType, false)
          .add("driver", DataTypes.IntegerType, false)
          .add("segment_set", DataTypes.IntegerType, false)
          .add("segment", DataTypes.StringType, false)
          .add("bin", DataTypes.IntegerType, false)
          .add("observations_count", DataTypes.LongType, false)
          .add("weight", DataTypes.DoubleType, false)
          .add("levels", DataTypes.DoubleType, false);

  /** A segment of a horizon. */
  public record Place(int horizon, int segmentSet, String segment) implements Serializable {}

  /**
   * A segment.
   *
   * @param horizon index of the horizon
   * @param segmentSet index of the set
   * @param name its name in the set
   * @param ratings of the driver that was rated most often
   */
  public record Segment(int horizon, int segmentSet, String name, long ratings)
      implements Serializable {

    Place place() {
      return new Place(horizon, segmentSet, name);
    }
  }

  private record Cell(int horizon, int driver, int segmentSet, String segment, int bin) {}

  private static final class Sums {
    private long count;
    private double weight;
    private double levels;

    void add(long others, double otherWeight, double otherLevels) {
      count += others;
      weight += otherWeight;
      levels += otherLevels;
    }

    double mean() {
      return levels / weight;
    }
  }

  /**
   * Looks at all observations.
   *
   * @param linked the observations, with the weights that {@code linkage.calibration} adds
   */
  public static DriverBasis of(Dataset<Row> linked, Settings settings) {
    var observations = new DriverRows(linked.schema(), settings);
    List<Row> parts =
        linked
            .mapPartitions(
                (MapPartitionsFunction<Row, Row>) rows -> part(rows, observations),
                Encoders.row(SUMS))
            .groupBy("horizon", "driver", "segment_set", "segment", "bin")
            .agg(sum("observations_count"), sum("weight"), sum("levels"))
            .collectAsList();
    Map<Cell, Sums> sums = new HashMap<>();
    for (Row part : parts) {
      var cell =
          new Cell(
              part.getInt(0), part.getInt(1), part.getInt(2), part.getString(3), part.getInt(4));
      sums.computeIfAbsent(cell, absent -> new Sums())
          .add(part.getLong(5), part.getDouble(6), part.getDouble(7));
    }
    int horizons = settings.horizonsDays().size();
    Map<Place, Double> coverages = marginCoverages(sums);
    // A company that delivers none still knows those of windows without transactions: they are 0.
    boolean hasMargins =
        sums.keySet().stream().anyMatch(cell -> cell.driver() == MARGIN && cell.bin() != 0)
            && coverages.values().stream().anyMatch(share -> share >= LEAST_MARGIN_COVERAGE);
    var caps =
        new DriverCaps(
            caps(sums, horizons, REVENUE), hasMargins ? caps(sums, horizons, MARGIN) : List.of());
    double[][][] best =
        new double[settings.driverSegmentSets().size()][horizons][settings.drivers().size()];
    for (int set = 0; set < best.length; set++) {
      for (int horizon = 0; horizon < horizons; horizon++) {
        for (int driver = 0; driver < best[set][horizon].length; driver++) {
          best[set][horizon][driver] = best(sums, set, horizon, driver);
        }
      }
    }
    return new DriverBasis(caps, best, segments(sums), coverages);
  }

  /** The share of a segment's weight whose margin is known; 0 without observations. */
  public double marginCoverage(int horizon, int segmentSet, String segment) {
    return marginCoverages.getOrDefault(new Place(horizon, segmentSet, segment), 0.0);
  }

  private static Map<Place, Double> marginCoverages(Map<Cell, Sums> sums) {
    Map<Place, Double> coverages = new HashMap<>();
    sums.forEach(
        (cell, own) -> {
          if (cell.driver() == MARGIN_COVERAGE) {
            var place = new Place(cell.horizon(), cell.segmentSet(), cell.segment());
            coverages.put(place, own.mean());
          }
        });
    return coverages;
  }

  private static List<Segment> segments(Map<Cell, Sums> sums) {
    Map<Place, Long> ratings = new HashMap<>();
    sums.forEach(
        (cell, own) -> {
          if (cell.driver() >= 0) {
            var place = new Place(cell.horizon(), cell.segmentSet(), cell.segment());
            ratings.merge(place, own.count, Math::max);
          }
        });
    List<Segment> segments = new ArrayList<>();
    ratings.forEach(
        (place, count) ->
            segments.add(new Segment(place.horizon(), place.segmentSet(), place.segment(), count)));
    return segments;
  }

  private static Iterator<Row> part(Iterator<Row> rows, DriverRows observations) {
    Map<Cell, Sums> sums = new HashMap<>();
    while (rows.hasNext()) {
      Row row = rows.next();
      if (!observations.isRead(row)) {
        continue;
      }
      double weight = observations.weight(row);
      for (int horizon = 0; horizon < observations.horizonsCount(); horizon++) {
        if (!observations.isMature(row, horizon)) {
          continue;
        }
        int bin = RevenueBins.of(observations.revenueCents(row, horizon));
        add(sums, new Cell(horizon, REVENUE, 0, "", bin), weight, 0);
        boolean hasMargin = observations.hasMargin(row, horizon);
        if (hasMargin) {
          int marginBin = RevenueBins.of(observations.marginCents(row, horizon));
          add(sums, new Cell(horizon, MARGIN, 0, "", marginBin), weight, 0);
        }
        for (int set = 0; set < observations.segmentSetsCount(); set++) {
          String segment = observations.segment(row, set);
          add(sums, new Cell(horizon, MARGIN_COVERAGE, set, segment, 0), weight, hasMargin ? 1 : 0);
          for (int driver = 0; driver < observations.driversCount(); driver++) {
            int level = observations.level(row, driver);
            if (level >= 0) {
              add(sums, new Cell(horizon, driver, set, segment, 0), weight, level);
            }
          }
        }
      }
    }
    List<Row> parts = new ArrayList<>(sums.size());
    sums.forEach(
        (cell, own) ->
            parts.add(
                RowFactory.create(
                    cell.horizon(),
                    cell.driver(),
                    cell.segmentSet(),
                    cell.segment(),
                    cell.bin(),
                    own.count,
                    own.weight,
                    own.levels)));
    return parts.iterator();
  }

  private static void add(Map<Cell, Sums> sums, Cell cell, double weight, int level) {
    sums.computeIfAbsent(cell, absent -> new Sums()).add(1, weight, weight * level);
  }

  private static List<Winsor> caps(Map<Cell, Sums> sums, int horizons, int amount) {
    return IntStream.range(0, horizons).mapToObj(horizon -> capsOf(sums, horizon, amount)).toList();
  }

  private static Winsor capsOf(Map<Cell, Sums> sums, int horizon, int amount) {
    List<Map.Entry<Cell, Sums>> own =
        sums.entrySet().stream()
            .filter(entry -> entry.getKey().driver() == amount)
            .filter(entry -> entry.getKey().horizon() == horizon)
            .toList();
    return Winsor.of(
        own.stream().mapToDouble(bin -> RevenueBins.farEnd(bin.getKey().bin()) / CENTS).toArray(),
        own.stream().mapToDouble(bin -> bin.getValue().count).toArray(),
        CAPPED_SHARE);
  }

  private static double best(Map<Cell, Sums> sums, int set, int horizon, int driver) {
    double[] means =
        sums.entrySet().stream()
            .filter(entry -> entry.getKey().driver() == driver)
            .filter(entry -> entry.getKey().segmentSet() == set)
            .filter(entry -> entry.getKey().horizon() == horizon)
            .filter(entry -> entry.getValue().count >= FEWEST_RATINGS)
            .mapToDouble(entry -> entry.getValue().mean())
            .sorted()
            .toArray();
    return means.length < 2 ? Double.NaN : means[means.length - 1];
  }
}
