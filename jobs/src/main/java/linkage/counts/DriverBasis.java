package linkage.counts;

import static org.apache.spark.sql.functions.sum;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * revenue and margin, of how many the margin is known, the best segment's mean rating, which finest
 * segments are told apart, and how many rated each driver low or in the middle.
 *
 * <p><b>Formula:</b> the {@link Winsor} caps at {@value #CAPPED_SHARE} from either end of the
 * revenue of all counted observations, read to the boundary of the {@link RevenueBins} beyond it:
 * at most that share is capped; so for margin, of the observations where it is known. It is read at
 * all if that is {@value #LEAST_MARGIN_COVERAGE} of the weight in any segment. The best mean is the
 * highest weighted mean level among the segments of a set with at least {@value #FEWEST_RATINGS}
 * ratings. Finest segments are those by all attributes of all sets ({@link DriverRows#finest}); the
 * {@value #MOST_FINEST} of most observations are told apart, and the others count as one.
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
 * @param finest the finest segments that are told apart, the largest first
 */
public record DriverBasis(
    DriverCaps caps,
    double[][][] bestLevels,
    List<Segment> segments,
    Map<Place, Double> marginCoverages,
    List<String> finest)
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

  /** More finest segments than these would take more memory than they tell. */
  public static final int MOST_FINEST = 32;

  private static final int REVENUE = -1;
  private static final int MARGIN = -2;
  private static final int MARGIN_COVERAGE = -3;
  private static final int FINEST = -4;
  private static final double CENTS = 100;

  /** Bins of a driver's ratings: all, and those of an arm, whose levels are their weights. */
  private static final int ALL_RATINGS = 0;

  private static final int LOWS = 1;
  private static final int MIDDLES = 2;
  private static final int LOWS_WITH_MARGIN = 3;
  private static final int MIDDLES_WITH_MARGIN = 4;
  private static final int RATINGS = 5;

  /** Bins of revenue, or ratings of a driver in a segment: how many, and sums of their weights. */
  private static final StructType SUMS =
      new StructType()
          .add("horizon", DataTypes.IntegerType, false)
          .add("driver", DataTypes.IntegerType, false)
          .add("segment_set", DataTypes.IntegerType, false)
          .add("segment", DataTypes.StringType, false)
          .add("finest", DataTypes.StringType, false)
          .add("bin", DataTypes.IntegerType, false)
          .add("observations_count", DataTypes.LongType, false)
          .add("weight", DataTypes.DoubleType, false)
          .add("levels", DataTypes.DoubleType, false);

  /** A segment of a horizon. */
  public record Place(int horizon, int segmentSet, String segment) implements Serializable {
    private Cell cell(int driver, int bin) {
      return new Cell(horizon, driver, segmentSet, segment, bin);
    }
  }

  /**
   * A segment.
   *
   * @param horizon index of the horizon
   * @param segmentSet index of the set
   * @param name its name in the set
   * @param ratings of the driver that was rated most often
   * @param arms how many rated each driver low or in the middle
   * @param armsWithMargin the same of those whose margin is known
   * @param finest the positions of its finest segments among those that are told apart; -1 for all
   *     others
   */
  public record Segment(
      int horizon,
      int segmentSet,
      String name,
      long ratings,
      Arms arms,
      Arms armsWithMargin,
      Set<Integer> finest)
      implements Serializable {

    Place place() {
      return new Place(horizon, segmentSet, name);
    }
  }

  /**
   * How many there are to be compared.
   *
   * @param lows by driver, Kish's effective number of low ratings
   * @param middles the same of ratings that are neither low nor high
   */
  public record Arms(double[] lows, double[] middles) implements Serializable {
    /** The number of those that are fewer. */
    double scarcer(int driver) {
      return Math.min(lows[driver], middles[driver]);
    }
  }

  private record Cell(
      int horizon, int driver, int segmentSet, String segment, String finest, int bin) {
    Cell(int horizon, int driver, int segmentSet, String segment, int bin) {
      this(horizon, driver, segmentSet, segment, "", bin);
    }

    Place place() {
      return new Place(horizon, segmentSet, segment);
    }
  }

  private static final class Sums {
    private long count;
    private double weight;
    private double levels;

    /** Kish's effective number, of a sum whose levels are the weights. */
    double effective() {
      return weight * weight / levels;
    }

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
    Dataset<Row> read = DriverRows.of(linked, settings);
    var observations = new DriverRows(read.schema(), settings);
    List<Row> parts =
        read.mapPartitions(
                (MapPartitionsFunction<Row, Row>) rows -> part(rows, observations),
                Encoders.row(SUMS))
            .groupBy("horizon", "driver", "segment_set", "segment", "finest", "bin")
            .agg(sum("observations_count"), sum("weight"), sum("levels"))
            .collectAsList();
    Map<Cell, Sums> sums = new HashMap<>();
    for (Row part : parts) {
      var cell =
          new Cell(
              part.getInt(0),
              part.getInt(1),
              part.getInt(2),
              part.getString(3),
              part.getString(4),
              part.getInt(5));
      sums.computeIfAbsent(cell, absent -> new Sums())
          .add(part.getLong(6), part.getDouble(7), part.getDouble(8));
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
    List<String> finest = finest(sums);
    return new DriverBasis(
        caps, best, segments(sums, settings.drivers().size(), finest), coverages, finest);
  }

  /** The share of a segment's weight whose margin is known; 0 without observations. */
  public double marginCoverage(int horizon, int segmentSet, String segment) {
    return marginCoverages.getOrDefault(new Place(horizon, segmentSet, segment), 0.0);
  }

  /** Whether figures in margin are made of a segment: where it is known of nearly all. */
  public boolean readsMargin(int horizon, int segmentSet, String segment) {
    return caps.hasMargins()
        && marginCoverage(horizon, segmentSet, segment) >= LEAST_MARGIN_COVERAGE;
  }

  private static Map<Place, Double> marginCoverages(Map<Cell, Sums> sums) {
    Map<Place, Double> coverages = new HashMap<>();
    sums.forEach(
        (cell, own) -> {
          if (cell.driver() == MARGIN_COVERAGE) {
            coverages.put(cell.place(), own.mean());
          }
        });
    return coverages;
  }

  /** The largest finest segments, over all horizons together. */
  private static List<String> finest(Map<Cell, Sums> sums) {
    Map<String, Long> counts = new HashMap<>();
    sums.forEach(
        (cell, own) -> {
          if (cell.driver() == FINEST && cell.segmentSet() == 0) {
            counts.merge(cell.finest(), own.count, Long::sum);
          }
        });
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(MOST_FINEST)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static List<Segment> segments(Map<Cell, Sums> sums, int drivers, List<String> finest) {
    Map<Place, Segment> segments = new HashMap<>();
    sums.forEach(
        (cell, own) -> {
          if (cell.driver() == FINEST) {
            segments
                .computeIfAbsent(cell.place(), place -> segment(place, sums, drivers))
                .finest()
                .add(finest.indexOf(cell.finest()));
          }
        });
    return List.copyOf(segments.values());
  }

  private static Segment segment(Place place, Map<Cell, Sums> sums, int drivers) {
    long ratings = 0;
    for (int driver = 0; driver < drivers; driver++) {
      Sums all = sums.get(place.cell(driver, ALL_RATINGS));
      ratings = Math.max(ratings, all == null ? 0 : all.count);
    }
    return new Segment(
        place.horizon(),
        place.segmentSet(),
        place.segment(),
        ratings,
        new Arms(effective(place, sums, drivers, LOWS), effective(place, sums, drivers, MIDDLES)),
        new Arms(
            effective(place, sums, drivers, LOWS_WITH_MARGIN),
            effective(place, sums, drivers, MIDDLES_WITH_MARGIN)),
        new HashSet<>());
  }

  private static double[] effective(Place place, Map<Cell, Sums> sums, int drivers, int arm) {
    return IntStream.range(0, drivers)
        .mapToObj(driver -> sums.get(place.cell(driver, arm)))
        .mapToDouble(own -> own == null || own.weight == 0 ? 0 : own.effective())
        .toArray();
  }

  private static Iterator<Row> part(Iterator<Row> rows, DriverRows observations) {
    Map<Cell, Sums> amounts = new HashMap<>();
    Map<Place, SegmentSums> segments = new HashMap<>();
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
        add(amounts, new Cell(horizon, REVENUE, 0, "", bin), weight, 0);
        boolean hasMargin = observations.hasMargin(row, horizon);
        if (hasMargin) {
          int marginBin = RevenueBins.of(observations.marginCents(row, horizon));
          add(amounts, new Cell(horizon, MARGIN, 0, "", marginBin), weight, 0);
        }
        String finest = observations.finest(row);
        for (int set = 0; set < observations.segmentSetsCount(); set++) {
          var place = new Place(horizon, set, observations.segment(row, set));
          segments
              .computeIfAbsent(place, absent -> new SegmentSums(observations.driversCount()))
              .add(row, observations, weight, finest, hasMargin);
        }
      }
    }
    segments.forEach((place, own) -> own.addTo(amounts, place));
    return amounts.entrySet().stream().map(DriverBasis::row).iterator();
  }

  private static Row row(Map.Entry<Cell, Sums> entry) {
    Cell cell = entry.getKey();
    Sums own = entry.getValue();
    return RowFactory.create(
        cell.horizon(),
        cell.driver(),
        cell.segmentSet(),
        cell.segment(),
        cell.finest(),
        cell.bin(),
        own.count,
        own.weight,
        own.levels);
  }

  private static void add(Map<Cell, Sums> sums, Cell cell, double weight, double level) {
    sums.computeIfAbsent(cell, absent -> new Sums()).add(1, weight, weight * level);
  }

  /** A segment's sums, found once for all that an observation adds to. */
  private static final class SegmentSums {
    private final Sums margins = new Sums();
    private final Map<String, Sums> finest = new HashMap<>();

    /** By driver and bin of ratings. */
    private final Sums[][] ratings;

    SegmentSums(int drivers) {
      ratings = new Sums[drivers][RATINGS];
      for (Sums[] own : ratings) {
        Arrays.setAll(own, bin -> new Sums());
      }
    }

    void add(Row row, DriverRows observations, double weight, String ownFinest, boolean hasMargin) {
      finest.computeIfAbsent(ownFinest, absent -> new Sums()).add(1, weight, 0);
      margins.add(1, weight, hasMargin ? weight : 0);
      for (int driver = 0; driver < ratings.length; driver++) {
        int level = observations.level(row, driver);
        if (level < 0) {
          continue;
        }
        ratings[driver][ALL_RATINGS].add(1, weight, weight * level);
        boolean isLow = observations.isLow(driver, level);
        if (isLow || !observations.isHigh(driver, level)) {
          ratings[driver][isLow ? LOWS : MIDDLES].add(1, weight, weight * weight);
          if (hasMargin) {
            int known = isLow ? LOWS_WITH_MARGIN : MIDDLES_WITH_MARGIN;
            ratings[driver][known].add(1, weight, weight * weight);
          }
        }
      }
    }

    /** Puts all that anybody added to. */
    void addTo(Map<Cell, Sums> sums, Place place) {
      finest.forEach(
          (name, own) ->
              sums.put(
                  new Cell(place.horizon(), FINEST, place.segmentSet(), place.segment(), name, 0),
                  own));
      sums.put(place.cell(MARGIN_COVERAGE, 0), margins);
      for (int driver = 0; driver < ratings.length; driver++) {
        for (int bin = 0; bin < RATINGS; bin++) {
          if (ratings[driver][bin].count > 0) {
            sums.put(place.cell(driver, bin), ratings[driver][bin]);
          }
        }
      }
    }
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
            .filter(entry -> entry.getKey().bin() == ALL_RATINGS)
            .filter(entry -> entry.getKey().segmentSet() == set)
            .filter(entry -> entry.getKey().horizon() == horizon)
            .filter(entry -> entry.getValue().count >= FEWEST_RATINGS)
            .mapToDouble(entry -> entry.getValue().mean())
            .sorted()
            .toArray();
    return means.length < 2 ? Double.NaN : means[means.length - 1];
  }
}
