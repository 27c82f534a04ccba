package linkage.counts;

import java.io.Serializable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import linkage.config.MetricSettings;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.sql.InParts;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Counts {@code linked} into cells.
 *
 * <p><b>Grain:</b> one row per (table, segment set, segment, period, pattern, metric, level,
 * bucket, bin) and part of the input that holds such observations: the measures of a cell's parts
 * add up, and whoever reads cells adds them. These tables share the shape:
 *
 * <ul>
 *   <li>{@link #OUTCOMES}: primary, eligible, mature observations of the analysis window; the
 *       period is the horizon in days. {@code metric} = {@link #POPULATION} counts each observation
 *       once, whatever it answered. {@link #EARLIER} and {@link #LATER} are parts of this table set
 *       apart: those of the earlier and the later of two times. Whoever wants all reads the three.
 *   <li>{@link #ANSWERS}: every answered day of every known customer, mature or not, eligible or
 *       not; the period is the month as an epoch day, the pattern is 0.
 *   <li>{@link #LOSSES}: primary, eligible observations of the analysis window, mature or not; the
 *       period is the last day of the one of the {@link LossPeriods} in which the observation was
 *       lost ({@code lost_count}) or, if it wasn't, of the last that its follow-up completes (the
 *       rest of {@code observations_count}).
 *   <li>{@link #REVENUE}: as {@link #OUTCOMES}, by the bin of the revenue of the window; the period
 *       is the horizon in days.
 *   <li>{@link #RETENTION_RISK} and {@link #REPEAT_RISK}: as {@link #OUTCOMES}, by the stratum of
 *       the baseline risk of that outcome, which is the bin; the pattern is 0, the period is the
 *       horizon in days. {@code risk_log_odds_millionths} is the sum of the baseline's log odds, in
 *       whole millionths, so that it adds up exactly. Empty without a fitted baseline.
 *   <li>{@link #COMBINED_RETENTION} and {@link #COMBINED_REPEAT}: as {@link #OUTCOMES}, by the bin
 *       of all metrics read as one score, which stands in place of the level; the metric is 0. Only
 *       observations that answered every metric of that score.
 * </ul>
 *
 * <p>Weights are those of {@code linkage.calibration}, summed in whole millionths, each rounded by
 * itself, so that cells add exactly: {@code weight_millionths}, its part that was lost and that
 * bought again, and the sum of squares. All tables but those of risk have the first and the last,
 * {@link #LOSSES} the second, too, and {@link #OUTCOMES} all of them. {@link #ANSWERS} weighs
 * answers in the analysis window only, since only they have been held against all customers.
 *
 * <p>{@code lost_revenue_cents} is the part of {@code revenue_cents} that the lost brought in, in
 * cells of metrics of {@link #OUTCOMES}; {@code weighted_revenue_cents} sums each revenue times its
 * weight, rounded by itself, in the same cells.
 *
 * <p>No table crosses all keys: loss periods come without horizons and revenue, revenue bins
 * without strata, and risk strata without patterns. Each observation adds to at most one cell per
 * metric of {@link #LOSSES}, and one per metric and horizon of each of the others.
 *
 * <p><b>Cost:</b> one scan of {@code linked}, no shuffle: each task sums its own rows into a small
 * table, and cells meet only where they are read. It is a typed pass because one row feeds (segment
 * sets × horizons × metrics) cells, and exploding rows first costs as many rows more.
 */
public final class Counts {
  /** The table that outcomes are read from. */
  public static final byte OUTCOMES = 0;

  /** The table that the scores themselves are read from. */
  public static final byte ANSWERS = 1;

  /** The table that the times of losses are read from. */
  public static final byte LOSSES = 2;

  /** The table that the order of revenues is read from. */
  public static final byte REVENUE = 3;

  /** The table that tells what a score adds to the baseline risk of a loss. */
  public static final byte RETENTION_RISK = 4;

  /** The table that tells what a score adds to the baseline chance of buying again. */
  public static final byte REPEAT_RISK = 5;

  /** The table that tells whether all metrics together predict retention better than the best. */
  public static final byte COMBINED_RETENTION = 6;

  /** The same for buying again. */
  public static final byte COMBINED_REPEAT = 7;

  /** The table of the months that an earlier winner was chosen in. */
  public static final byte EARLIER = 8;

  /** The table of the months that an earlier winner is judged by. */
  public static final byte LATER = 9;

  /** What log odds and weights are multiplied by to be summed as whole numbers. */
  public static final double MILLIONTHS = 1e6;

  /** The parts of {@link #OUTCOMES}: of neither time, of the earlier, of the later. */
  private static final byte[] TIMES = {OUTCOMES, EARLIER, LATER};

  /** Stands in place of a metric where an observation is counted once. */
  public static final int POPULATION = -1;

  /** A task hands on its cells when it holds this many, so that its memory is bounded. */
  private static final int MOST_CELLS_HELD = 200_000;

  private static final List<String> MEASURES =
      List.of(
          "observations_count",
          "lost_count",
          "repeated_count",
          "revenue_cents",
          "customers_count",
          "customers_at_score_count",
          "backfilled_count",
          "risk_log_odds_millionths",
          "weight_millionths",
          "lost_weight_millionths",
          "repeated_weight_millionths",
          "squared_weight_millionths",
          "trimmed_count",
          "lost_revenue_cents",
          "weighted_revenue_cents");

  private static final StructType SCHEMA = schema();

  private Counts() {}

  /** The columns of the result. */
  public static StructType schema() {
    var schema =
        new StructType()
            .add("table", DataTypes.ByteType, false)
            .add("segment_set", DataTypes.IntegerType, false)
            .add("segment", DataTypes.StringType, false)
            .add("period", DataTypes.IntegerType, false)
            .add("pattern", DataTypes.LongType, false)
            .add("metric", DataTypes.IntegerType, false)
            .add("level", DataTypes.IntegerType, false)
            .add("bucket", DataTypes.IntegerType, false)
            .add("bin", DataTypes.IntegerType, false);
    for (String measure : MEASURES) {
      schema = schema.add(measure, DataTypes.LongType, false);
    }
    return schema;
  }

  /**
   * Counts all observations.
   *
   * @param linked the observations, as {@code linkage.link} makes them, with the risks and weights
   *     that {@code linkage.calibration} adds
   */
  public static Dataset<Row> build(Dataset<Row> linked, Settings settings) {
    var plan =
        new Plan(
            settings.segmentSets(),
            settings.metrics(),
            settings.horizonsDays(),
            LossPeriods.of(settings));
    // Rows that come straight from another typed pass don't know their own columns.
    StructType columns = linked.schema();
    return linked.mapPartitions(
        (MapPartitionsFunction<Row, Row>)
            rows -> {
              var observation = new Observation(columns, plan);
              return InParts.of(rows, own -> part(own, observation));
            },
        Encoders.row(SCHEMA));
  }

  private record Plan(
      List<SegmentSet> segmentSets,
      List<MetricSettings> metrics,
      List<Integer> horizonsDays,
      LossPeriods lossPeriods)
      implements Serializable {}

  /** The cells of as many observations as a task may hold the cells of. */
  private static Iterator<Row> part(Iterator<Row> observations, Observation observation) {
    var table = new CellTable(MEASURES.size());
    while (observations.hasNext() && table.size() < MOST_CELLS_HELD) {
      observation.count(observations.next(), table);
    }
    List<Row> cells = new ArrayList<>(table.size());
    table.drain(
        (group, metric, level, bucket, sums) -> cells.add(row(group, metric, level, bucket, sums)));
    return cells.iterator();
  }

  private static Row row(CellGroup group, int metric, int level, int bucket, long[] sums) {
    Object[] values = new Object[SCHEMA.length()];
    values[0] = group.table();
    values[1] = group.segmentSet();
    values[2] = group.segment();
    values[3] = group.period();
    values[4] = group.pattern();
    values[5] = metric;
    values[6] = level;
    values[7] = bucket;
    values[8] = group.bin();
    for (int measure = 0; measure < sums.length; measure++) {
      values[Cell.KEYS + measure] = sums[measure];
    }
    return RowFactory.create(values);
  }

  /** Where the baseline risk of an outcome stands, by horizon, and the table that it leads to. */
  private record Risk(byte table, int[] strata, int[] logOdds) {}

  /** Knows where each column of an observation stands, and which cells it feeds. */
  private static final class Observation {
    private final Plan plan;
    private final int bucket;
    private final int month;
    private final int isPrimary;
    private final int inWindow;
    private final int eligibility;
    private final int backfilled;
    private final int[][] attributes;
    private final int[] answers;
    private final int[] mature;
    private final int[] retained;
    private final int[] repeated;
    private final int[] revenue;
    private final int[] firstInPopulation;
    private final int[] firstInSegment;
    private final int[] firstAtScore;
    private final Risk[] risks;
    private final int[] time;
    private final int[][] combinedRetention;
    private final int[][] combinedRepeat;
    private final int lossDays;
    private final int followUpDays;
    private final int weight;
    private final int isTrimmed;

    Observation(StructType schema, Plan plan) {
      this.plan = plan;
      this.bucket = schema.fieldIndex("bucket");
      this.month = schema.fieldIndex("month");
      this.isPrimary = schema.fieldIndex("is_primary");
      this.inWindow = schema.fieldIndex("in_window");
      this.eligibility = schema.fieldIndex("eligibility");
      this.backfilled = schema.fieldIndex("segment_backfilled");
      this.attributes =
          plan.segmentSets().stream()
              .map(set -> set.attributes().stream().mapToInt(schema::fieldIndex).toArray())
              .toArray(int[][]::new);
      this.answers =
          plan.metrics().stream()
              .mapToInt(metric -> schema.fieldIndex(metric.question().id()))
              .toArray();
      this.mature = perHorizon(schema, "mature");
      this.retained = perHorizon(schema, "retained");
      this.repeated = perHorizon(schema, "repeat_purchase");
      this.revenue = perHorizon(schema, "revenue_next_cents");
      this.firstInPopulation = perHorizon(schema, "first_in_population");
      this.firstInSegment = perHorizon(schema, "first_in_segment");
      this.firstAtScore = perHorizon(schema, "first_at_score");
      this.risks =
          new Risk[] {
            risk(schema, RETENTION_RISK, "retained"), risk(schema, REPEAT_RISK, "repeat_purchase")
          };
      this.time = perHorizon(schema, "time");
      this.combinedRetention = perHorizonAndSet(schema, "combined_bin_retained");
      this.combinedRepeat = perHorizonAndSet(schema, "combined_bin_repeat_purchase");
      this.lossDays = schema.fieldIndex("loss_days");
      this.followUpDays = schema.fieldIndex("follow_up_days");
      this.weight = schema.fieldIndex("weight");
      this.isTrimmed = schema.fieldIndex("is_weight_trimmed");
    }

    private Risk risk(StructType schema, byte table, String outcome) {
      return new Risk(
          table,
          perHorizon(schema, "risk_stratum_" + outcome),
          perHorizon(schema, "risk_log_odds_" + outcome));
    }

    private int[] perHorizon(StructType schema, String column) {
      return plan.horizonsDays().stream()
          .mapToInt(days -> schema.fieldIndex(column + "_" + days))
          .toArray();
    }

    private int[][] perHorizonAndSet(StructType schema, String column) {
      return plan.horizonsDays().stream()
          .map(
              days ->
                  IntStream.range(0, plan.segmentSets().size())
                      .map(set -> schema.fieldIndex(column + "_" + days + "_" + set))
                      .toArray())
          .toArray(int[][]::new);
    }

    void count(Row row, CellTable table) {
      long pattern = 0;
      for (int metric = 0; metric < answers.length; metric++) {
        if (row.getByte(answers[metric]) > 0) {
          pattern |= 1L << metric;
        }
      }
      if (pattern == 0) {
        return;
      }
      boolean isAnalysed =
          row.getBoolean(isPrimary)
              && row.getBoolean(inWindow)
              && row.getString(eligibility).equals("eligible");
      for (int set = 0; set < attributes.length; set++) {
        String segment = segment(row, set);
        countAnswers(row, table, set, segment);
        if (isAnalysed) {
          countOutcomes(row, table, set, segment, pattern);
          countLosses(row, table, set, segment, pattern);
        }
      }
    }

    private void countAnswers(Row row, CellTable table, int set, String segment) {
      int day = epochDay(row.get(month));
      CellTable.Group cells = table.group(new CellGroup(ANSWERS, set, segment, day, 0));
      long weightMillionths = row.getBoolean(inWindow) ? weightMillionths(row) : 0;
      long squaredMillionths = row.getBoolean(inWindow) ? squaredWeightMillionths(row) : 0;
      for (int metric = 0; metric < answers.length; metric++) {
        byte code = row.getByte(answers[metric]);
        if (code > 0) {
          cells.add(
              metric,
              code - 1,
              row.getInt(bucket),
              1,
              0,
              0,
              0,
              0,
              0,
              0,
              0,
              weightMillionths,
              0,
              0,
              squaredMillionths);
        }
      }
    }

    private void countOutcomes(Row row, CellTable table, int set, String segment, long pattern) {
      List<Integer> horizons = plan.horizonsDays();
      for (int h = 0; h < horizons.size(); h++) {
        if (!row.getBoolean(mature[h])) {
          continue;
        }
        long lost = row.getBoolean(retained[h]) ? 0 : 1;
        long again = row.getBoolean(repeated[h]) ? 1 : 0;
        long cents = row.getLong(revenue[h]);
        long wasBackfilled = row.getBoolean(backfilled) ? 1 : 0;
        long newInSegment = row.getLong(firstInSegment[h]);
        long newAtScore = row.getLong(firstAtScore[h]);
        int at = row.getInt(bucket);
        long weightMillionths = weightMillionths(row);
        long lostMillionths = lost * weightMillionths;
        long againMillionths = again * weightMillionths;
        long squaredMillionths = squaredWeightMillionths(row);
        long weightedCents = Math.round(cents * row.getDouble(weight));
        long trimmed = row.getBoolean(isTrimmed) ? 1 : 0;

        CellTable.Group cells =
            table.group(
                new CellGroup(
                    TIMES[1 + row.getInt(time[h])], set, segment, horizons.get(h), pattern));
        CellTable.Group revenues =
            table.group(
                new CellGroup(
                    REVENUE, set, segment, horizons.get(h), pattern, RevenueBins.of(cents)));
        cells.add(
            POPULATION,
            0,
            at,
            1,
            lost,
            again,
            cents,
            row.getLong(firstInPopulation[h]) >>> set & 1,
            0,
            wasBackfilled,
            0,
            weightMillionths,
            lostMillionths,
            againMillionths,
            squaredMillionths,
            trimmed);
        for (int metric = 0; metric < answers.length; metric++) {
          byte code = row.getByte(answers[metric]);
          if (code > 0) {
            int bit = set * answers.length + metric;
            cells.add(
                metric,
                code - 1,
                at,
                1,
                lost,
                again,
                cents,
                newInSegment >>> bit & 1,
                newAtScore >>> bit & 1,
                wasBackfilled,
                0,
                weightMillionths,
                lostMillionths,
                againMillionths,
                squaredMillionths,
                trimmed,
                lost * cents,
                weightedCents);
            revenues.add(
                metric,
                code - 1,
                at,
                1,
                0,
                0,
                cents,
                0,
                0,
                0,
                0,
                weightMillionths,
                0,
                0,
                squaredMillionths);
          }
        }
        var combined = new CellGroup(COMBINED_RETENTION, set, segment, horizons.get(h), pattern);
        countCombined(row, table, combined, combinedRetention[h][set], lost, again);
        combined = new CellGroup(COMBINED_REPEAT, set, segment, horizons.get(h), pattern);
        countCombined(row, table, combined, combinedRepeat[h][set], lost, again);
        for (Risk risk : risks) {
          if (!row.isNullAt(risk.strata()[h])) {
            var group =
                new CellGroup(
                    risk.table(), set, segment, horizons.get(h), 0, row.getInt(risk.strata()[h]));
            long logOdds = Math.round(MILLIONTHS * row.getDouble(risk.logOdds()[h]));
            countRisk(row, table.group(group), lost, again, logOdds);
          }
        }
      }
    }

    private void countCombined(
        Row row, CellTable table, CellGroup group, int column, long lost, long again) {
      if (!row.isNullAt(column)) {
        table.group(group).add(0, row.getInt(column), row.getInt(bucket), 1, lost, again);
      }
    }

    private void countRisk(
        Row row, CellTable.Group cells, long lost, long again, long logOddsMillionths) {
      for (int metric = 0; metric < answers.length; metric++) {
        byte code = row.getByte(answers[metric]);
        if (code > 0) {
          cells.add(
              metric, code - 1, row.getInt(bucket), 1, lost, again, 0, 0, 0, 0, logOddsMillionths);
        }
      }
    }

    private void countLosses(Row row, CellTable table, int set, String segment, long pattern) {
      LossPeriods periods = plan.lossPeriods();
      int followUp = row.getInt(followUpDays);
      int completed = periods.completedBy(followUp);
      int lostIn =
          row.isNullAt(lossDays) || row.getInt(lossDays) > followUp
              ? Integer.MAX_VALUE
              : periods.holding(row.getInt(lossDays));
      boolean isLost = lostIn <= completed;
      int end = periods.end(isLost ? lostIn : completed);
      CellTable.Group cells = table.group(new CellGroup(LOSSES, set, segment, end, pattern));
      long weightMillionths = weightMillionths(row);
      for (int metric = 0; metric < answers.length; metric++) {
        byte code = row.getByte(answers[metric]);
        if (code > 0) {
          cells.add(
              metric,
              code - 1,
              row.getInt(bucket),
              1,
              isLost ? 1 : 0,
              0,
              0,
              0,
              0,
              0,
              0,
              weightMillionths,
              isLost ? weightMillionths : 0,
              0,
              squaredWeightMillionths(row));
        }
      }
    }

    private long weightMillionths(Row row) {
      return Math.round(MILLIONTHS * row.getDouble(weight));
    }

    private long squaredWeightMillionths(Row row) {
      return Math.round(MILLIONTHS * row.getDouble(weight) * row.getDouble(weight));
    }

    /** The segment's name in a set: its attribute values, joined. */
    private String segment(Row row, int set) {
      int[] columns = attributes[set];
      if (columns.length == 0) {
        return "all";
      }
      if (columns.length == 1) {
        return row.getString(columns[0]);
      }
      var name = new StringBuilder(row.getString(columns[0]));
      for (int i = 1; i < columns.length; i++) {
        name.append(" · ").append(row.getString(columns[i]));
      }
      return name.toString();
    }

    private static int epochDay(Object date) {
      LocalDate day =
          date instanceof LocalDate local ? local : ((java.sql.Date) date).toLocalDate();
      return Math.toIntExact(day.toEpochDay());
    }
  }
}
