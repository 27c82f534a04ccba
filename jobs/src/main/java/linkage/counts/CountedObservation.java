package linkage.counts;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import linkage.config.SegmentSet;
import linkage.sql.SegmentNames;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Knows where each column of an observation stands, and which cells it feeds. */
final class CountedObservation {
  /** By the time of an observation: neither, the earlier, the later. */
  private static final CountTable[] TIMES = {
    CountTable.OUTCOMES, CountTable.EARLIER, CountTable.LATER
  };

  private final CountPlan plan;
  private final int bucket;
  private final int month;
  private final int isPrimary;
  private final int inWindow;
  private final int eligibility;
  private final int backfilled;
  private final SegmentNames segments;
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

  /** Where the baseline risk of an outcome stands, by horizon, and the table that it leads to. */
  private record Risk(CountTable table, int[] strata, int[] logOdds) {}

  CountedObservation(StructType schema, CountPlan plan) {
    this.plan = plan;
    this.bucket = schema.fieldIndex("bucket");
    this.month = schema.fieldIndex("month");
    this.isPrimary = schema.fieldIndex("is_primary");
    this.inWindow = schema.fieldIndex("in_window");
    this.eligibility = schema.fieldIndex("eligibility");
    this.backfilled = schema.fieldIndex("segment_backfilled");
    this.segments =
        new SegmentNames(schema, plan.segmentSets().stream().map(SegmentSet::attributes).toList());
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
          risk(schema, CountTable.RETENTION_RISK, "retained"),
          risk(schema, CountTable.REPEAT_RISK, "repeat_purchase")
        };
    this.time = perHorizon(schema, "time");
    this.combinedRetention = perHorizonAndSet(schema, "combined_bin_retained");
    this.combinedRepeat = perHorizonAndSet(schema, "combined_bin_repeat_purchase");
    this.lossDays = schema.fieldIndex("loss_days");
    this.followUpDays = schema.fieldIndex("follow_up_days");
    this.weight = schema.fieldIndex("weight");
    this.isTrimmed = schema.fieldIndex("is_weight_trimmed");
  }

  private Risk risk(StructType schema, CountTable table, String outcome) {
    return new Risk(
        table,
        perHorizon(schema, "risk_stratum_" + outcome),
        perHorizon(schema, "risk_log_odds_" + outcome));
  }

  private int[] perHorizon(StructType schema, String column) {
    return plan.horizonsDays().stream()
        .mapToInt(days -> schema.fieldIndex(CountPlan.ofHorizon(column, days)))
        .toArray();
  }

  private int[][] perHorizonAndSet(StructType schema, String column) {
    return plan.horizonsDays().stream()
        .map(
            days ->
                IntStream.range(0, plan.segmentSets().size())
                    .map(set -> schema.fieldIndex(CountPlan.ofSet(column, days, set)))
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
    for (int set = 0; set < segments.sets(); set++) {
      String segment = segments.of(row, set);
      countAnswers(row, table, set, segment);
      if (isAnalysed) {
        countOutcomes(row, table, set, segment, pattern);
        countLosses(row, table, set, segment, pattern);
      }
    }
  }

  private void countAnswers(Row row, CellTable table, int set, String segment) {
    int day = epochDay(row.get(month));
    CellTable.Group cells = table.group(new CellGroup(CountTable.ANSWERS, set, segment, day, 0));
    long weightMillionths = row.getBoolean(inWindow) ? weightMillionths(row) : 0;
    long squaredMillionths = row.getBoolean(inWindow) ? squaredWeightMillionths(row) : 0;
    int at = row.getInt(bucket);
    for (int metric = 0; metric < answers.length; metric++) {
      byte code = row.getByte(answers[metric]);
      if (code > 0) {
        cells.add(metric, code - 1, at, 0, 1, weightMillionths, squaredMillionths);
      }
    }
  }

  private void countOutcomes(Row row, CellTable table, int set, String segment, long pattern) {
    List<Integer> horizons = plan.horizonsDays();
    for (int h = 0; h < horizons.size(); h++) {
      if (!row.getBoolean(mature[h])) {
        continue;
      }
      int days = horizons.get(h);
      long lost = row.getBoolean(retained[h]) ? 0 : 1;
      long again = row.getBoolean(repeated[h]) ? 1 : 0;
      long cents = row.getLong(revenue[h]);
      long wasBackfilled = row.getBoolean(backfilled) ? 1 : 0;
      long newInSegment = row.getLong(firstInSegment[h]);
      long newAtScore = row.getLong(firstAtScore[h]);
      int at = row.getInt(bucket);
      int bin = RevenueBins.of(cents);
      long weightMillionths = weightMillionths(row);
      long lostMillionths = lost * weightMillionths;
      long againMillionths = again * weightMillionths;
      long squaredMillionths = squaredWeightMillionths(row);
      long weightedCents = Math.round(cents * row.getDouble(weight));

      CellTable.Group cells =
          table.group(new CellGroup(TIMES[1 + row.getInt(time[h])], set, segment, days, pattern));
      CellTable.Group revenues =
          table.group(new CellGroup(CountTable.REVENUE, set, segment, days, pattern));
      table
          .group(new CellGroup(CountTable.POPULATION, set, segment, days, 0))
          .add(
              0,
              0,
              at,
              0,
              1,
              lost,
              again,
              row.getLong(firstInPopulation[h]) >>> set & 1,
              weightMillionths,
              lostMillionths,
              squaredMillionths,
              row.getBoolean(isTrimmed) ? 1 : 0);
      for (int metric = 0; metric < answers.length; metric++) {
        byte code = row.getByte(answers[metric]);
        if (code > 0) {
          int bit = set * answers.length + metric;
          cells.add(
              metric,
              code - 1,
              at,
              0,
              1,
              lost,
              again,
              cents,
              newInSegment >>> bit & 1,
              newAtScore >>> bit & 1,
              wasBackfilled,
              weightMillionths,
              lostMillionths,
              againMillionths,
              squaredMillionths,
              lost * cents,
              weightedCents);
          revenues.add(metric, code - 1, at, bin, 1, weightMillionths, squaredMillionths);
        }
      }
      var combined = new CellGroup(CountTable.COMBINED_RETENTION, set, segment, days, pattern);
      countCombined(row, table, combined, combinedRetention[h][set], lost, again);
      combined = new CellGroup(CountTable.COMBINED_REPEAT, set, segment, days, pattern);
      countCombined(row, table, combined, combinedRepeat[h][set], lost, again);
      for (Risk risk : risks) {
        if (!row.isNullAt(risk.strata()[h])) {
          CellTable.Group strata = table.group(new CellGroup(risk.table(), set, segment, days, 0));
          long logOdds = Math.round(Counts.MILLIONTHS * row.getDouble(risk.logOdds()[h]));
          countRisk(row, strata, row.getInt(risk.strata()[h]), lost, again, logOdds);
        }
      }
    }
  }

  private void countCombined(
      Row row, CellTable table, CellGroup group, int column, long lost, long again) {
    if (!row.isNullAt(column)) {
      table.group(group).add(0, row.getInt(column), row.getInt(bucket), 0, 1, lost, again);
    }
  }

  private void countRisk(
      Row row, CellTable.Group strata, int stratum, long lost, long again, long logOdds) {
    int at = row.getInt(bucket);
    for (int metric = 0; metric < answers.length; metric++) {
      byte code = row.getByte(answers[metric]);
      if (code > 0) {
        strata.add(metric, code - 1, at, stratum, 1, lost, again, logOdds);
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
    long lost = lostIn <= completed ? 1 : 0;
    int end = periods.end(lost == 1 ? lostIn : completed);
    CellTable.Group cells =
        table.group(new CellGroup(CountTable.LOSSES, set, segment, end, pattern));
    long weightMillionths = weightMillionths(row);
    long squaredMillionths = squaredWeightMillionths(row);
    int at = row.getInt(bucket);
    for (int metric = 0; metric < answers.length; metric++) {
      byte code = row.getByte(answers[metric]);
      if (code > 0) {
        cells.add(
            metric,
            code - 1,
            at,
            0,
            1,
            lost,
            weightMillionths,
            lost * weightMillionths,
            squaredMillionths);
      }
    }
  }

  private long weightMillionths(Row row) {
    return Math.round(Counts.MILLIONTHS * row.getDouble(weight));
  }

  private long squaredWeightMillionths(Row row) {
    return Math.round(Counts.MILLIONTHS * row.getDouble(weight) * row.getDouble(weight));
  }

  private static int epochDay(Object date) {
    LocalDate day = date instanceof LocalDate local ? local : ((java.sql.Date) date).toLocalDate();
    return Math.toIntExact(day.toEpochDay());
  }
}
