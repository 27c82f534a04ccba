package linkage.calibration;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linkage.stats.SegmentCounts;
import linkage.stats.TimeSplit;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Counts of the training rows that decide what is fitted: which metrics are answered together,
 * which segments have enough of either class, and how losses lie in time.
 *
 * <p><b>Cost:</b> one scan and one shuffle of small counts; the driver program gets at most
 * (patterns × buckets + segments + months) rows per fit.
 */
final class Tallies {
  private static final int BY_PATTERN = 0;
  private static final int BY_SEGMENT = 1;
  private static final int BY_MONTH = 2;

  private static final StructType SCHEMA =
      new StructType()
          .add("kind", DataTypes.IntegerType, false)
          .add("fit", DataTypes.IntegerType, false)
          .add("segment_set", DataTypes.IntegerType, false)
          .add("segment", DataTypes.StringType, false)
          .add("pattern", DataTypes.LongType, false)
          .add("number", DataTypes.IntegerType, false)
          .add("positive", DataTypes.LongType, false)
          .add("negative", DataTypes.LongType, false);

  private final List<Row> counts;
  private final int buckets;

  private Tallies(List<Row> counts, int buckets) {
    this.counts = counts;
    this.buckets = buckets;
  }

  /** What is counted once: by pattern and bucket, by segment, or by month. */
  private record Key(int kind, int fit, int segmentSet, String segment, long pattern, int number) {}

  /** Counts. */
  static Tallies of(Dataset<Row> training, TrainingRows rows, int buckets) {
    List<Row> counts =
        training
            .mapPartitions(
                (MapPartitionsFunction<Row, Row>)
                    part -> {
                      Map<Key, long[]> own = new HashMap<>();
                      part.forEachRemaining(row -> count(row, rows, own));
                      List<Row> counted = new ArrayList<>();
                      own.forEach((key, n) -> counted.add(row(key, n)));
                      return counted.iterator();
                    },
                Encoders.row(SCHEMA))
            .groupBy(
                Arrays.stream(SCHEMA.fieldNames())
                    .limit(6)
                    .map(name -> col(name))
                    .toArray(org.apache.spark.sql.Column[]::new))
            .agg(sum("positive"), sum("negative"))
            .collectAsList();
    return new Tallies(counts, buckets);
  }

  private static void count(Row row, TrainingRows rows, Map<Key, long[]> counts) {
    long pattern = rows.answers().pattern(row);
    int month = rows.month(row);
    for (int fit = 0; fit < rows.fits(); fit++) {
      if (!rows.isKnown(row, fit) || pattern == 0) {
        continue;
      }
      int at = rows.isPositive(row, fit) ? 0 : 1;
      add(counts, new Key(BY_PATTERN, fit, 0, "", pattern, rows.bucket(row)), at);
      add(counts, new Key(BY_MONTH, fit, 0, "", 0, month), at);
      for (int set = 0; set < rows.answers().segmentSets(); set++) {
        String segment = rows.answers().segment(row, set);
        add(counts, new Key(BY_SEGMENT, fit, set, segment, 0, 0), at);
      }
    }
  }

  private static void add(Map<Key, long[]> counts, Key key, int at) {
    counts.computeIfAbsent(key, absent -> new long[2])[at]++;
  }

  private static Row row(Key key, long[] n) {
    return RowFactory.create(
        key.kind(),
        key.fit(),
        key.segmentSet(),
        key.segment(),
        key.pattern(),
        key.number(),
        n[0],
        n[1]);
  }

  /** The metrics of the common sample of everybody, metric m as the bit {@code 1L << m}. */
  long candidates(int fit, int metrics) {
    int[] levels = new int[metrics];
    Arrays.fill(levels, 1);
    var all = new SegmentCounts(levels, buckets);
    for (Row row : of(BY_PATTERN, fit)) {
      long pattern = row.getLong(4);
      for (int metric = 0; metric < metrics; metric++) {
        if ((pattern >>> metric & 1) == 1) {
          all.add(pattern, metric, 0, row.getInt(5), row.getLong(6), row.getLong(7), 0);
        }
      }
    }
    return all.commonSample().metrics().stream().mapToLong(metric -> 1L << metric).sum();
  }

  /**
   * The segments that have at least {@value RiskModel#MINIMUM} of either class, in a fixed order.
   */
  List<Combined.Place> places(int fit) {
    return of(BY_SEGMENT, fit).stream()
        .filter(row -> Math.min(row.getLong(6), row.getLong(7)) >= RiskModel.MINIMUM)
        .map(row -> new Combined.Place(row.getInt(2), row.getString(3)))
        .sorted(
            java.util.Comparator.comparing(Combined.Place::segmentSet)
                .thenComparing(Combined.Place::segment))
        .toList();
  }

  /**
   * Earlier and later months by the negatives of a fit.
   *
   * @return months as {@code 12 * year + month - 1}
   */
  Optional<TimeSplit> split(int fit, int embargoDays) {
    var negatives = new TreeMap<Integer, Long>();
    of(BY_MONTH, fit).forEach(row -> negatives.put(row.getInt(5), row.getLong(7)));
    if (negatives.isEmpty()) {
      return Optional.empty();
    }
    int first = negatives.firstKey();
    int months = negatives.lastKey() - first + 1;
    int[] firstDays = new int[months];
    int[] lastDays = new int[months];
    double[] losses = new double[months];
    for (int i = 0; i < months; i++) {
      YearMonth month = YearMonth.of(0, 1).plusMonths((long) first + i);
      firstDays[i] = Math.toIntExact(month.atDay(1).toEpochDay());
      lastDays[i] = Math.toIntExact(month.atEndOfMonth().toEpochDay());
      losses[i] = negatives.getOrDefault(first + i, 0L);
    }
    return TimeSplit.of(firstDays, lastDays, losses, embargoDays)
        .map(split -> new TimeSplit(first + split.lastThen(), first + split.firstNow()));
  }

  private List<Row> of(int kind, int fit) {
    return counts.stream().filter(row -> row.getInt(0) == kind && row.getInt(1) == fit).toList();
  }
}
