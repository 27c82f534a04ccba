package linkage.marts;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import linkage.config.MetricSettings;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.sql.Doubles;
import linkage.sql.Groups;
import linkage.sql.InParts;
import linkage.sql.SegmentNames;
import linkage.stats.Estimate;
import linkage.stats.History;
import linkage.stats.LeadLag;
import linkage.stats.LeadLagSums;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Whether a score goes ahead of revenue and losses, or behind.
 *
 * <p><b>Grain:</b> one row per (segment_set, segment, metric, lag_months), lags -12 to -1 and 1 to
 * 12 months of {@value #DAYS_PER_MONTH} days each.
 *
 * <p><b>Formula:</b> {@link LeadLag}, from the column {@code monthly_revenue_cents} of linked and
 * the days of loss and follow-up.
 *
 * <p><b>Nulls and edges:</b> primary, eligible observations of the analysis window count. A month
 * before the anchor is seen if the customer was acquired before it began, a month after it if it
 * was complete when it ended. After the month of the loss revenue is 0, whatever is booked. Empty
 * for deployments that infer losses from inactivity: a month without a purchase is no loss there.
 *
 * <p><b>Cost:</b> one scan; one shuffle of the sums by segment and metric, of 7 kB per segment,
 * metric and bucket. A task holds at most some 110 MB of sums.
 */
public final class LeadLags {
  static final String MART = "lead_lag";

  /** The length of a month of this mart. */
  static final int DAYS_PER_MONTH = 30;

  /** A task hands on its sums when it holds this many buckets of them, some 110 MB. */
  private static final int MOST_BUCKETS_HELD = 10_000;

  private static final int BUCKETS = 64;

  private static final String MONTHS = "monthly_revenue_cents";

  private static final StructType SUMS =
      new StructType()
          .add("segment_set", DataTypes.IntegerType, false)
          .add("segment", DataTypes.StringType, false)
          .add("metric", DataTypes.IntegerType, false)
          .add("bucket", DataTypes.IntegerType, false)
          .add("cells", DataTypes.BinaryType, false);

  private LeadLags() {}

  /**
   * Builds the mart.
   *
   * @param linked the observations
   */
  public static Dataset<Row> build(Dataset<Row> linked, Settings settings, LocalDate asOf) {
    Dataset<Row> seen =
        linked
            .where(col(MONTHS).isNotNull())
            .select(needed(settings).stream().map(functions::col).toArray(Column[]::new));
    var columns = new Columns(seen.schema(), settings.segmentSets(), settings.metrics());
    var plan = new Plan(settings.segmentSets(), settings.metrics(), asOf);
    Dataset<Row> sums =
        seen.mapPartitions(
            (MapPartitionsFunction<Row, Row>) rows -> InParts.of(rows, own -> part(own, columns)),
            Encoders.row(SUMS));
    return Groups.by(sums, "segment_set", "segment", "metric")
        .flatMapGroups(
            (FlatMapGroupsFunction<Row, Row, Row>) (key, parts) -> plan.rows(key, parts).iterator(),
            Encoders.row(Contract.mart(MART).sparkType()));
  }

  private static Set<String> needed(Settings settings) {
    Set<String> columns =
        new LinkedHashSet<>(
            List.of("bucket", "tenure_days", "loss_days", "follow_up_days", MONTHS));
    columns.addAll(settings.attributes());
    settings.metrics().forEach(metric -> columns.add(metric.question().id()));
    return columns;
  }

  private record Plan(List<SegmentSet> segmentSets, List<MetricSettings> metrics, LocalDate asOf)
      implements Serializable {

    /** The lags of one metric in one segment. */
    List<Row> rows(Row key, Iterator<Row> parts) {
      var sums = new LeadLagSums(BUCKETS);
      while (parts.hasNext()) {
        Row part = parts.next();
        sums.add(part.<Integer>getAs("bucket"), Doubles.unpack(part.getAs("cells")));
      }
      LeadLag result = LeadLag.of(sums);
      String segment = key.getString(1);
      MetricSettings metric = metrics.get(key.getInt(2));
      String sentence = LeadLagSentences.of(segment, metric.label(), result);
      List<Row> rows = new ArrayList<>();
      for (LeadLag.Lag lag : result.lags()) {
        MartRow row =
            new MartRow(Contract.mart(MART))
                .set("as_of", Date.valueOf(asOf))
                .set("segment_set", segmentSets.get(key.getInt(0)).name())
                .set("segment", segment)
                .set("metric", metric.id())
                .set("lag_months", lag.month())
                .set("metric_label", metric.label())
                .set("observations_count", Math.round(lag.observations()))
                .set("revenue_p_value", lag.revenueP())
                .set("loss_p_value", lag.lossesP())
                .set("verdict", result.judgement().label())
                .set("sentence", sentence);
        set(row, "revenue_correlation", lag.revenue());
        set(row, "revenue_correlation_beyond_past", lag.revenueBeyondPast());
        set(row, "loss_correlation", lag.losses());
        set(row, "loss_correlation_beyond_past", lag.lossesBeyondPast());
        rows.add(row.toRow());
      }
      return rows;
    }

    private static void set(MartRow row, String column, Estimate estimate) {
      row.set(column, estimate.value())
          .set(column + "_lower", column + "_upper", estimate.interval());
    }
  }

  private record Place(int segmentSet, String segment, int metric) {}

  /** The sums of as many observations as a task may hold the sums of. */
  private static Iterator<Row> part(Iterator<Row> observations, Columns columns) {
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
              rows.add(
                  RowFactory.create(
                      place.segmentSet(),
                      place.segment(),
                      place.metric(),
                      bucket,
                      Doubles.pack(cells)));
            }
          }
        });
    return rows.iterator();
  }

  /** Knows where each column of an observation stands, and reads its months. */
  private static final class Columns implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final double CENTS = 100;

    private final int bucket;
    private final int tenure;
    private final int lossDays;
    private final int followUpDays;
    private final int months;
    private final int[] answers;
    private final SegmentNames segments;

    Columns(StructType schema, List<SegmentSet> sets, List<MetricSettings> metrics) {
      this.bucket = schema.fieldIndex("bucket");
      this.tenure = schema.fieldIndex("tenure_days");
      this.lossDays = schema.fieldIndex("loss_days");
      this.followUpDays = schema.fieldIndex("follow_up_days");
      this.months = schema.fieldIndex(MONTHS);
      this.answers =
          metrics.stream().mapToInt(metric -> schema.fieldIndex(metric.question().id())).toArray();
      this.segments = new SegmentNames(schema, sets.stream().map(SegmentSet::attributes).toList());
    }

    /** Adds an observation, and tells how many buckets of sums it opened. */
    int add(Row row, Map<Place, LeadLagSums> sums) {
      int at = row.getInt(bucket);
      Months seen = months(row);
      if (seen.before().length + seen.after().length == 0) {
        return 0;
      }
      int opened = 0;
      for (int set = 0; set < segments.sets(); set++) {
        String segment = segments.of(row, set);
        for (int metric = 0; metric < answers.length; metric++) {
          int code = row.getByte(answers[metric]);
          if (code > 0) {
            LeadLagSums own =
                sums.computeIfAbsent(
                    new Place(set, segment, metric), place -> new LeadLagSums(BUCKETS));
            opened += own.holds(at) ? 0 : 1;
            own.add(
                at,
                code - 1,
                seen.history(),
                seen.recent(),
                seen.before(),
                seen.after(),
                seen.lostBy());
          }
        }
      }
      return opened;
    }

    /** What every score of an observation is set beside; see {@link LeadLagSums#add}. */
    private record Months(
        double history, double[] recent, double[] before, double[] after, int lostBy) {}

    private Months months(Row row) {
      List<Long> cents = row.getList(months);
      List<Long> past = cents.subList(1, 1 + LeadLagSums.MONTHS);
      List<Long> next = cents.subList(1 + LeadLagSums.MONTHS, cents.size());
      double[] recent = {log(sum(past, 0, 9)), log(sum(past, 9, 11)), log(sum(past, 11, 12))};
      // A loss on the last of its thirty days is one of that month.
      int lostBy =
          row.isNullAt(lossDays)
              ? Integer.MAX_VALUE
              : -Math.floorDiv(-row.getInt(lossDays), DAYS_PER_MONTH);
      double[] before = new double[months(row.getInt(tenure))];
      for (int month = 0; month < before.length; month++) {
        before[month] = log(past.get(LeadLagSums.MONTHS - 1 - month));
      }
      double[] after = new double[months(row.getInt(followUpDays))];
      for (int month = 0; month < after.length; month++) {
        // The month of the loss still has revenue; those after it have none.
        after[month] = month + 1 > lostBy ? 0 : log(next.get(month));
      }
      return new Months(log(cents.get(0)), recent, before, after, lostBy);
    }

    /** How many months are over after so many days. */
    private static int months(int days) {
      return Math.max(0, Math.min(LeadLagSums.MONTHS, days / DAYS_PER_MONTH));
    }

    private static long sum(List<Long> cents, int from, int to) {
      return cents.subList(from, to).stream().mapToLong(Long::longValue).sum();
    }

    private static double log(long cents) {
      return History.signedLog(cents / CENTS);
    }
  }
}
