package linkage.calibration;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import linkage.config.MetricSettings;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.sql.Groups;
import linkage.stats.Estimate;
import linkage.stats.History;
import linkage.stats.LeadLag;
import linkage.stats.LeadLagSums;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * {@link LeadLag} of every metric in every segment.
 *
 * <p><b>Grain:</b> one row per (segment_set, segment, metric, lag_month), lag months -12 to -1 and
 * 1 to 12 of {@value #DAYS_PER_MONTH} days each.
 *
 * <p>The months are differences between horizons: linked with the {@link #HORIZONS} of 30 to 360
 * days, an observation carries the revenue of each month before the anchor and after the landmark,
 * and whether the customer was lost by its end. So linking needs no other form for it.
 *
 * <p><b>Nulls and edges:</b> primary, eligible observations of the analysis window count. A month
 * before the anchor is seen if the customer was acquired before it began, a month after it if it
 * was complete when it ended. After the month of the loss revenue is 0, whatever is booked. Not for
 * deployments that infer losses from inactivity: a month without a purchase is no loss there.
 *
 * <p><b>Cost:</b> one scan; one shuffle of the rows by bucket, and one of the sums by segment, of 7
 * kB per segment, metric and bucket. A task holds at most some 70 MB of sums.
 */
public final class LeadLags {
  /** The length of a month of this table. */
  public static final int DAYS_PER_MONTH = 30;

  /** The horizons that observations must be linked with. */
  public static final List<Integer> HORIZONS =
      IntStream.rangeClosed(1, LeadLagSums.MONTHS)
          .mapToObj(month -> month * DAYS_PER_MONTH)
          .toList();

  /** A task hands on its sums when it holds this many buckets of them, some 70 MB. */
  private static final int MOST_BUCKETS_HELD = 10_000;

  private static final int BUCKETS = 64;

  private static final StructType SUMS =
      new StructType()
          .add("segment_set", DataTypes.IntegerType, false)
          .add("segment", DataTypes.StringType, false)
          .add("metric", DataTypes.IntegerType, false)
          .add("bucket", DataTypes.IntegerType, false)
          .add("cells", DataTypes.BinaryType, false);

  private static final List<String> FIGURES =
      List.of("revenue", "revenue_beyond_past", "loss", "loss_beyond_past");

  private LeadLags() {}

  /** The columns of the result. */
  public static StructType schema() {
    var schema =
        new StructType()
            .add("segment_set", DataTypes.StringType, false)
            .add("segment", DataTypes.StringType, false)
            .add("metric", DataTypes.StringType, false)
            .add("lag_month", DataTypes.IntegerType, false)
            .add("observations_count", DataTypes.LongType, false)
            .add("verdict", DataTypes.StringType, false);
    for (String figure : FIGURES) {
      schema =
          schema
              .add(figure + "_association", DataTypes.DoubleType, true)
              .add(figure + "_association_lower", DataTypes.DoubleType, true)
              .add(figure + "_association_upper", DataTypes.DoubleType, true);
    }
    return schema
        .add("revenue_p_value", DataTypes.DoubleType, true)
        .add("loss_p_value", DataTypes.DoubleType, true);
  }

  /**
   * Computes.
   *
   * @param linked the observations, linked with {@link #HORIZONS}
   */
  public static Dataset<Row> build(Dataset<Row> linked, Settings settings) {
    var columns = new Columns(linked.schema(), settings.segmentSets(), settings.metrics());
    List<String> sets = settings.segmentSets().stream().map(SegmentSet::name).toList();
    List<String> metrics = settings.metrics().stream().map(MetricSettings::id).toList();
    Dataset<Row> sums =
        linked
            .where(
                col("is_primary").and(col("in_window")).and(col("eligibility").equalTo("eligible")))
            .mapPartitions(
                (MapPartitionsFunction<Row, Row>) rows -> new Sums(rows, columns),
                Encoders.row(SUMS));
    return Groups.by(sums, "segment_set", "segment", "metric")
        .flatMapGroups(
            (FlatMapGroupsFunction<Row, Row, Row>)
                (key, parts) -> rows(parts, sets, metrics).iterator(),
            Encoders.row(schema()));
  }

  private static List<Row> rows(Iterator<Row> parts, List<String> sets, List<String> metrics) {
    var sums = new LeadLagSums(BUCKETS);
    Row first = null;
    while (parts.hasNext()) {
      first = parts.next();
      var cells = ByteBuffer.wrap(first.<byte[]>getAs(4)).asDoubleBuffer();
      double[] numbers = new double[cells.remaining()];
      cells.get(numbers);
      sums.add(first.getInt(3), numbers);
    }
    LeadLag result = LeadLag.of(sums);
    List<Row> rows = new ArrayList<>();
    for (LeadLag.Lag lag : result.lags()) {
      List<Object> values = new ArrayList<>();
      values.add(sets.get(first.getInt(0)));
      values.add(first.getString(1));
      values.add(metrics.get(first.getInt(2)));
      values.add(lag.month());
      values.add(Math.round(lag.observations()));
      values.add(result.judgement().label());
      for (Estimate estimate :
          List.of(lag.revenue(), lag.revenueBeyondPast(), lag.losses(), lag.lossesBeyondPast())) {
        values.add(known(estimate.value()));
        values.add(known(estimate.interval().lower()));
        values.add(known(estimate.interval().upper()));
      }
      values.add(known(lag.revenueP()));
      values.add(known(lag.lossesP()));
      rows.add(RowFactory.create(values.toArray()));
    }
    return rows;
  }

  private static Double known(double value) {
    return Double.isNaN(value) ? null : (Double) value;
  }

  private record Place(int segmentSet, String segment, int metric) {}

  /** Walks one partition's observations and yields its sums. */
  private static final class Sums implements Iterator<Row> {
    private final Iterator<Row> observations;
    private final Columns columns;
    private Iterator<Row> ready = List.<Row>of().iterator();

    Sums(Iterator<Row> observations, Columns columns) {
      this.observations = observations;
      this.columns = columns;
    }

    @Override
    public boolean hasNext() {
      while (!ready.hasNext() && observations.hasNext()) {
        ready = part();
      }
      return ready.hasNext();
    }

    @Override
    public Row next() {
      return ready.next();
    }

    private Iterator<Row> part() {
      Map<Place, LeadLagSums> sums = new HashMap<>();
      int held = 0;
      while (observations.hasNext() && held < MOST_BUCKETS_HELD) {
        held += columns.add(observations.next(), sums);
      }
      List<Row> rows = new ArrayList<>();
      sums.forEach(
          (place, own) -> {
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
              double[] cells = own.cells(bucket);
              if (cells != null) {
                var bytes = ByteBuffer.allocate(cells.length * Double.BYTES);
                bytes.asDoubleBuffer().put(cells);
                rows.add(
                    RowFactory.create(
                        place.segmentSet(),
                        place.segment(),
                        place.metric(),
                        bucket,
                        bytes.array()));
              }
            }
          });
      return rows.iterator();
    }
  }

  /** Knows where each column of an observation stands, and reads its months. */
  private static final class Columns implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final double CENTS = 100;

    private final int bucket;
    private final int tenure;
    private final int history;
    private final int[] answers;
    private final int[][] attributes;
    private final int[] past = new int[LeadLagSums.MONTHS];
    private final int[] next = new int[LeadLagSums.MONTHS];
    private final int[] mature = new int[LeadLagSums.MONTHS];
    private final int[] retained = new int[LeadLagSums.MONTHS];

    Columns(StructType schema, List<SegmentSet> sets, List<MetricSettings> metrics) {
      this.bucket = schema.fieldIndex("bucket");
      this.tenure = schema.fieldIndex("tenure_days");
      this.history =
          schema.fieldIndex("prior_revenue_cents_" + HORIZONS.get(LeadLagSums.MONTHS - 1));
      this.answers =
          metrics.stream().mapToInt(metric -> schema.fieldIndex(metric.question().id())).toArray();
      this.attributes =
          sets.stream()
              .map(set -> set.attributes().stream().mapToInt(schema::fieldIndex).toArray())
              .toArray(int[][]::new);
      for (int month = 0; month < LeadLagSums.MONTHS; month++) {
        int horizon = HORIZONS.get(month);
        past[month] = schema.fieldIndex("past_revenue_cents_" + horizon);
        next[month] = schema.fieldIndex("revenue_next_cents_" + horizon);
        mature[month] = schema.fieldIndex("mature_" + horizon);
        retained[month] = schema.fieldIndex("retained_" + horizon);
      }
    }

    /** Adds an observation, and tells how many buckets of sums it opened. */
    int add(Row row, Map<Place, LeadLagSums> sums) {
      int opened = 0;
      for (int set = 0; set < attributes.length; set++) {
        String segment = segment(row, attributes[set]);
        for (int metric = 0; metric < answers.length; metric++) {
          int code = row.getByte(answers[metric]);
          if (code > 0) {
            LeadLagSums own =
                sums.computeIfAbsent(
                    new Place(set, segment, metric), place -> new LeadLagSums(BUCKETS));
            opened += own.cells(row.getInt(bucket)) == null ? 1 : 0;
            add(row, code - 1, own);
          }
        }
      }
      return opened;
    }

    private void add(Row row, int level, LeadLagSums sums) {
      int at = row.getInt(bucket);
      double before = log(row.getLong(history));
      double[] recent = {
        log(sum(row, past, 12) - sum(row, past, 3)),
        log(sum(row, past, 3) - sum(row, past, 1)),
        log(sum(row, past, 1))
      };
      for (int month = 1; month <= LeadLagSums.MONTHS; month++) {
        if (row.getInt(tenure) >= month * DAYS_PER_MONTH) {
          double revenue = log(sum(row, past, month) - sum(row, past, month - 1));
          sums.add(at, -month, 1, level, before, recent, revenue, 0);
        }
        if (row.getBoolean(mature[month - 1])) {
          boolean wasLost = month > 1 && !row.getBoolean(retained[month - 2]);
          double revenue = wasLost ? 0 : log(sum(row, next, month) - sum(row, next, month - 1));
          double lost = row.getBoolean(retained[month - 1]) ? 0 : 1;
          sums.add(at, month, 1, level, before, recent, revenue, lost);
        }
      }
    }

    /** The sum over that many months; 0 over none. */
    private static long sum(Row row, int[] columns, int months) {
      return months == 0 ? 0 : row.getLong(columns[months - 1]);
    }

    private static double log(long cents) {
      return History.signedLog(cents / CENTS);
    }

    private static String segment(Row row, int[] attributes) {
      if (attributes.length == 0) {
        return "all";
      }
      var name = new StringBuilder(row.getString(attributes[0]));
      for (int i = 1; i < attributes.length; i++) {
        name.append(" · ").append(row.getString(attributes[i]));
      }
      return name.toString();
    }
  }
}
