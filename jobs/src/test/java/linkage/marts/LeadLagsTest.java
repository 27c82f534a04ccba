package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import linkage.config.Favourable;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.stats.History;
import linkage.stats.LeadLag;
import linkage.stats.LeadLagSums;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class LeadLagsTest {
  private static final Settings SETTINGS = Settings.load(Path.of("conf", "demo"), Overrides.NONE);

  /** By definition: what the statistics say of the months themselves, from plain arrays. */
  @Test
  void readsTheMonthsAroundAnAnswer() {
    var random = new Random(1);
    var expected = new LeadLagSums(64);
    List<Row> rows = new ArrayList<>();
    for (int customer = 0; customer < 400; customer++) {
      rows.add(observation(random, customer % 64, expected));
    }

    List<Row> built =
        LeadLags.build(
                SparkTest.session().createDataFrame(rows, schema()).repartition(3),
                SETTINGS,
                LocalDate.parse("2026-01-31"))
            .where("segment_set = 'all' and metric = 'nps'")
            .orderBy("lag_months")
            .collectAsList();

    LeadLag result = LeadLag.of(expected);
    assertThat(built).hasSize(24);
    for (int lag = 0; lag < 24; lag++) {
      LeadLag.Lag own = result.lags().get(lag);
      Row row = built.get(lag);
      assertThat(row.<Integer>getAs("lag_months")).isEqualTo(own.month());
      assertThat(row.<Long>getAs("observations_count")).isEqualTo((long) own.observations());
      assertThat(row.<String>getAs("verdict")).isEqualTo(result.judgement().label());
      assertIs(row, "revenue_correlation", own.revenue().value());
      assertIs(
          row, "revenue_correlation_beyond_past_lower", own.revenueBeyondPast().interval().lower());
      assertIs(row, "loss_correlation", own.losses().value());
      assertIs(
          row, "loss_correlation_beyond_past_upper", own.lossesBeyondPast().interval().upper());
      assertIs(row, "revenue_p_value", own.revenueP());
      assertIs(row, "loss_p_value", own.lossesP());
    }
    assertThat(built.get(0).<String>getAs("sentence"))
        .isEqualTo(LeadLagSentences.of("all", "NPS", result));
    assertThat(built.get(0).<Double>getAs("loss_correlation")).isNull();
    assertThat(built.get(16).<Double>getAs("loss_p_value")).isNotNull();
  }

  @Test
  void whereNobodyWasSeenThroughAMonthThereIsNothingToSay() {
    Long[] months = LongStream.range(0, 25).boxed().toArray(Long[]::new);
    Row acquiredThisMonth =
        RowFactory.create(3, "North", "gold", (byte) 5, (byte) 5, (byte) 5, 29, null, 29, months);

    assertThat(
            LeadLags.build(
                    SparkTest.session().createDataFrame(List.of(acquiredThisMonth), schema()),
                    SETTINGS,
                    LocalDate.parse("2026-01-31"))
                .collectAsList())
        .isEmpty();
  }

  /** Effort is scored from 1, the good end: who was spared it spends more and leaves less. */
  @Test
  void speaksOfBetterScoresWhereLowOnesAreGood() {
    var effort =
        SETTINGS.metrics().stream()
            .filter(metric -> metric.id().equals("ces"))
            .findFirst()
            .orElseThrow()
            .question();
    assertThat(effort.favourable()).isEqualTo(Favourable.LOW);
    var random = new Random(2);
    List<Row> rows = new ArrayList<>();
    for (int customer = 0; customer < 2_000; customer++) {
      int score = 1 + random.nextInt(7);
      List<Long> months = new ArrayList<>();
      for (int month = -12; month <= 12; month++) {
        months.add(1_000L + random.nextInt(2_000) + (month > 0 ? 300 * (7 - score) : 0));
      }
      boolean isLost = random.nextInt(10) < score;
      rows.add(
          RowFactory.create(
              customer % 64,
              "North",
              "gold",
              (byte) 0,
              (byte) 0,
              (byte) (effort.levelOf(score) + 1),
              800,
              isLost ? (Integer) (1 + random.nextInt(700)) : null,
              400,
              months.toArray(Long[]::new)));
    }

    Row row =
        LeadLags.build(
                SparkTest.session().createDataFrame(rows, schema()),
                SETTINGS,
                LocalDate.parse("2026-01-31"))
            .where("segment_set = 'all' and metric = 'ces' and lag_months = 12")
            .first();

    assertThat(row.<Double>getAs("revenue_correlation_beyond_past")).isPositive();
    assertThat(row.<Double>getAs("loss_correlation_beyond_past")).isNegative();
    assertThat(row.<String>getAs("sentence"))
        .contains("leads: ", "better scores go ahead of more revenue", ", and fewer losses");
  }

  /** The column's value; null where the statistic can't be told. */
  private static void assertIs(Row row, String column, double expected) {
    Double actual = row.getAs(column);
    if (Double.isNaN(expected)) {
      assertThat(actual).as(column).isNull();
    } else {
      assertThat(actual).as(column).isCloseTo(expected, within(1e-9));
    }
  }

  private static StructType schema() {
    return StructType.fromDDL(
        "bucket int, region string, tier string, nps tinyint, csat tinyint, ces tinyint,"
            + " tenure_days int, loss_days int, follow_up_days int,"
            + " monthly_revenue_cents array<bigint>");
  }

  /** A customer by months, as a linked row and as the sums it should feed. */
  private static Row observation(Random random, int bucket, LeadLagSums expected) {
    int level = random.nextInt(11);
    int tenureMonths = 6 + random.nextInt(20);
    int seenMonths = random.nextInt(13);
    int lostIn = 1 + random.nextInt(20);
    long prior = random.nextInt(90_000);
    long[] past = random.longs(12, 0, 9_000).toArray();
    long[] next = random.longs(12, 0, 4_000L + 500 * level).toArray();
    boolean isEligible = random.nextInt(10) > 0;
    List<Long> months = new ArrayList<>(List.of(prior));
    for (int ago = 11; ago >= 0; ago--) {
      months.add(past[ago]);
    }
    for (long cents : next) {
      months.add(cents);
    }
    Row row =
        RowFactory.create(
            bucket,
            "North",
            "gold",
            (byte) (level + 1),
            (byte) 0,
            (byte) 1,
            30 * tenureMonths + random.nextInt(30),
            // A loss in a month may fall on any of its days, and after what is known.
            lostIn > 14 ? null : (Integer) (30 * lostIn - random.nextInt(30)),
            30 * seenMonths + random.nextInt(30),
            isEligible ? months.toArray(Long[]::new) : null);
    lostIn = lostIn > 14 ? Integer.MAX_VALUE : lostIn;
    double[] recent = {log(past, 3, 12), log(past, 1, 3), log(past, 0, 1)};
    for (int month = 0; month < 12 && isEligible; month++) {
      double history = History.signedLog(prior / 100.0);
      if (month < tenureMonths) {
        expected.add(bucket, -month - 1, 1, level, history, recent, log(past, month, month + 1), 0);
      }
      if (month < seenMonths) {
        // The month of the loss still has revenue; those after it have none.
        double revenue = month + 1 > lostIn ? 0 : log(next, month, month + 1);
        int lost = month + 1 >= lostIn ? 1 : 0;
        expected.add(bucket, month + 1, 1, level, history, recent, revenue, lost);
      }
    }
    return row;
  }

  private static double log(long[] cents, int from, int to) {
    double sum = 0;
    for (int month = from; month < to; month++) {
      sum += cents[month];
    }
    return History.signedLog(sum / 100);
  }
}
