package linkage.counts;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.testing.SparkTest;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class CountsTest {
  private static final Settings SETTINGS = Settings.load(Path.of("conf", "demo"), Overrides.NONE);
  private static final StructType LINKED =
      StructType.fromDDL(
          "bucket int, month date, is_primary boolean, in_window boolean, eligibility string,"
              + " segment_backfilled boolean, region string, tier string, nps tinyint,"
              + " csat tinyint, ces tinyint, mature_180 boolean, retained_180 boolean,"
              + " repeat_purchase_180 boolean, revenue_next_cents_180 bigint,"
              + " first_in_population_180 bigint, first_in_segment_180 bigint,"
              + " first_at_score_180 bigint, loss_days int, follow_up_days int,"
              + " risk_stratum_retained_180 int, risk_log_odds_retained_180 double,"
              + " risk_stratum_repeat_purchase_180 int, risk_log_odds_repeat_purchase_180 double,"
              + " weight double, is_weight_trimmed boolean, time_180 int,"
              + " combined_bin_retained_180_0 int, combined_bin_retained_180_1 int,"
              + " combined_bin_retained_180_2 int, combined_bin_repeat_purchase_180_0 int,"
              + " combined_bin_repeat_purchase_180_1 int,"
              + " combined_bin_repeat_purchase_180_2 int");

  @Property(tries = 3)
  void anySplitOfTheInputInAnyOrderGivesTheSameCells(@ForAll long seed) {
    List<Row> observations = observations(new Random(seed), 400);
    Map<String, List<Long>> expected = naive(observations);

    for (int parts : new int[] {1, 3, 7}) {
      List<Row> shuffled = new ArrayList<>(observations);
      Collections.shuffle(shuffled, new Random(seed + parts));
      assertThat(cells(Counts.build(dataset(shuffled).repartition(parts), SETTINGS)))
          .as("%d parts", parts)
          .isEqualTo(expected);
    }
    assertThat(cells(Counts.build(dataset(observations).repartition(2), SETTINGS, 500)))
        .as("500 cells at a time")
        .isEqualTo(expected);
  }

  @Test
  void shufflesNothing() {
    String plan =
        Counts.build(dataset(observations(new Random(1), 10)), SETTINGS)
            .queryExecution()
            .executedPlan()
            .toString();

    assertThat(plan).containsOnlyOnce("MapPartitions").doesNotContain("Exchange");
  }

  private static Dataset<Row> dataset(List<Row> rows) {
    return SparkTest.session().createDataFrame(rows, LINKED);
  }

  private static Map<String, List<Long>> cells(Dataset<Row> counted) {
    Map<String, List<Long>> cells = new TreeMap<>();
    for (Row row : counted.collectAsList()) {
      int[] read = new int[1];
      PackedCells.read(
          row,
          cell -> {
            CellGroup group = cell.group();
            List<Object> key =
                List.of(
                    group.table(),
                    group.segmentSet(),
                    group.segment(),
                    group.period(),
                    group.pattern(),
                    cell.metric(),
                    cell.level(),
                    cell.bucket(),
                    cell.bin());
            add(cells, key.stream().map(part -> part + "|").collect(joining()), cell.sums());
            read[0]++;
          });
      assertThat(row.<Integer>getAs("cells_count")).isEqualTo(read[0]);
    }
    return cells;
  }

  /** The definition, cell by cell: each observation is asked which cells it belongs to. */
  private static Map<String, List<Long>> naive(List<Row> observations) {
    Map<String, List<Long>> cells = new TreeMap<>();
    for (Row row : observations) {
      long pattern = 0;
      for (int metric = 0; metric < 3; metric++) {
        pattern += row.getByte(8 + metric) == 0 ? 0 : Math.round(Math.pow(2, metric));
      }
      boolean isCounted =
          row.getBoolean(2) && row.getBoolean(3) && "eligible".equals(row.getString(4));
      boolean isAnalysed = isCounted && row.getBoolean(11);
      long[] time = naivePeriod(row.isNullAt(18) ? null : row.getInt(18), row.getInt(19));
      List<String> segments =
          List.of("all", row.getString(6), row.getString(6) + " · " + row.getString(7));
      long[] outcome = {1, row.getBoolean(12) ? 0 : 1, row.getBoolean(13) ? 1 : 0, row.getLong(14)};
      long backfilled = row.getBoolean(5) ? 1 : 0;
      long weight = Math.round(row.getDouble(24) * 1e6);
      long square = Math.round(row.getDouble(24) * 1e6 * row.getDouble(24));
      long[] weighted = {
        weight, row.getBoolean(12) ? 0 : weight, row.getBoolean(13) ? weight : 0, square
      };
      // All outcomes are in one of three tables, by the time of the observation.
      String outcomes = List.of("OUTCOMES|", "EARLIER|", "LATER|").get(1 + row.getInt(26));
      for (int set = 0; set < 3; set++) {
        String place = set + "|" + segments.get(set) + "|";
        String binned = "|" + row.getInt(0) + "|";
        String bucket = binned + "0|";
        if (isAnalysed && pattern != 0) {
          long isNew = row.getLong(15) / (1L << set) % 2;
          add(
              cells,
              "POPULATION|" + place + "180|0|0|0" + bucket,
              outcome[0],
              outcome[1],
              outcome[2],
              isNew,
              weighted[0],
              weighted[1],
              weighted[3],
              row.getBoolean(25) ? 1 : 0);
        }
        for (int outcomeOfScore = 0; outcomeOfScore < 2; outcomeOfScore++) {
          int column = 27 + 3 * outcomeOfScore + set;
          if (isAnalysed && pattern != 0 && !row.isNullAt(column)) {
            add(
                cells,
                List.of("COMBINED_RETENTION|", "COMBINED_REPEAT|").get(outcomeOfScore)
                    + place
                    + "180|"
                    + pattern
                    + "|0|"
                    + row.getInt(column)
                    + bucket,
                1,
                outcome[1],
                outcome[2]);
          }
        }
        for (int metric = 0; metric < 3; metric++) {
          int level = row.getByte(8 + metric) - 1;
          if (level < 0) {
            continue;
          }
          long day = row.getDate(1).toLocalDate().toEpochDay();
          add(
              cells,
              "ANSWERS|" + place + day + "|0|" + metric + "|" + level + bucket,
              1,
              row.getBoolean(3) ? weight : 0,
              row.getBoolean(3) ? square : 0);
          if (isCounted) {
            add(
                cells,
                "LOSSES|" + place + time[0] + "|" + pattern + "|" + metric + "|" + level + bucket,
                1,
                time[1],
                weight,
                time[1] * weight,
                square);
          }
          if (isAnalysed) {
            String horizon = "REVENUE|" + place + "180|" + pattern;
            add(
                cells,
                horizon + "|" + metric + "|" + level + binned + naiveBin(outcome[3]) + "|",
                1,
                weight,
                square);
            for (int risk = 0; risk < 2; risk++) {
              if (!row.isNullAt(20 + 2 * risk)) {
                add(
                    cells,
                    List.of("RETENTION_RISK|", "REPEAT_RISK|").get(risk)
                        + place
                        + "180|0|"
                        + metric
                        + "|"
                        + level
                        + binned
                        + row.getInt(20 + 2 * risk)
                        + "|",
                    1,
                    outcome[1],
                    outcome[2],
                    Math.round(row.getDouble(21 + 2 * risk) * 1e6));
              }
            }
            long flag = 1L << (set * 3 + metric);
            add(
                cells,
                outcomes + place + "180|" + pattern + "|" + metric + "|" + level + bucket,
                outcome[0],
                outcome[1],
                outcome[2],
                outcome[3],
                row.getLong(16) / flag % 2,
                row.getLong(17) / flag % 2,
                backfilled,
                weighted[0],
                weighted[1],
                weighted[2],
                weighted[3],
                outcome[1] * outcome[3],
                Math.round(outcome[3] * row.getDouble(24)));
          }
        }
      }
    }
    return cells;
  }

  /** The last day of the period, tried one by one, and 1 if the observation is lost in it. */
  private static long[] naivePeriod(Integer lossDays, int followUpDays) {
    long completed = 0;
    for (int end = 30; end <= 180; end += 30) {
      boolean isComplete = end <= followUpDays;
      if (isComplete && lossDays != null && lossDays > end - 30 && lossDays <= end) {
        return new long[] {end, 1};
      }
      completed = isComplete ? end : completed;
    }
    return new long[] {completed, 0};
  }

  /** The bin, counted one by one: how many whole amounts 10^(i/128) the revenue has reached. */
  private static long naiveBin(long cents) {
    long reached = 0;
    long last = 0;
    for (int i = 0; i <= 800; i++) {
      long boundary = (long) Math.ceil(Math.pow(10, i / 128.0));
      reached += boundary > last && boundary <= Math.abs(cents) ? 1 : 0;
      last = boundary;
    }
    return cents < 0 ? -reached : reached;
  }

  private static void add(Map<String, List<Long>> cells, String key, long... measures) {
    List<Long> sums = cells.computeIfAbsent(key, none -> new ArrayList<>());
    while (sums.size() < measures.length) {
      sums.add(0L);
    }
    for (int i = 0; i < measures.length; i++) {
      sums.set(i, sums.get(i) + measures[i]);
    }
  }

  private static Integer bin(Random random) {
    return random.nextInt(4) == 0 ? null : (Integer) random.nextInt(256);
  }

  private static List<Row> observations(Random random, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean hasRetentionRisk = random.nextInt(5) > 0;
      boolean hasRepeatRisk = random.nextInt(5) > 0;
      rows.add(
          RowFactory.create(
              random.nextInt(3),
              Date.valueOf(LocalDate.of(2025, 1 + random.nextInt(2), 1)),
              random.nextInt(4) > 0,
              random.nextInt(4) > 0,
              random.nextInt(4) > 0 ? "eligible" : "lost_before",
              random.nextBoolean(),
              random.nextBoolean() ? "north" : "south",
              random.nextBoolean() ? "gold" : "unknown",
              (byte) random.nextInt(12),
              (byte) random.nextInt(6),
              (byte) random.nextInt(8),
              random.nextInt(4) > 0,
              random.nextBoolean(),
              random.nextBoolean(),
              random.nextInt(4) == 0 ? 0L : (long) random.nextInt(200_000) - 50_000,
              (long) random.nextInt(8),
              (long) random.nextInt(512),
              (long) random.nextInt(512),
              random.nextBoolean() ? null : 1 + random.nextInt(260),
              random.nextInt(230),
              hasRetentionRisk ? random.nextInt(10) : null,
              hasRetentionRisk ? 3 * random.nextGaussian() : null,
              hasRepeatRisk ? random.nextInt(10) : null,
              hasRepeatRisk ? 3 * random.nextGaussian() : null,
              5 * random.nextDouble(),
              random.nextInt(9) == 0,
              random.nextInt(3) - 1,
              bin(random),
              bin(random),
              bin(random),
              bin(random),
              bin(random),
              bin(random)));
    }
    return rows;
  }
}
