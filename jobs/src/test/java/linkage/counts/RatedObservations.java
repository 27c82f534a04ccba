package linkage.counts;

import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import linkage.stats.drivers.DriverColumns;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Random linked rows of the demo's questions, with missing answers: the first driver counts for
 * retention and revenue, the second goes with revenue only through what the customer spends, and
 * the others are noise. No margin is known.
 */
public final class RatedObservations {
  public static final LocalDate AS_OF = LocalDate.of(2025, 6, 30);
  public static final int DRIVERS = 9;

  /** Position of the first driver in a row. */
  public static final int FIRST_DRIVER = 11;

  public static final StructType LINKED =
      StructType.fromDDL(
          "bucket int, month date, is_primary boolean, in_window boolean, eligibility string,"
              + " region string, tier string, weight double, nps tinyint, csat tinyint,"
              + " ces tinyint, reliability tinyint, resolution tinyint, speed tinyint,"
              + " clarity tinyint, greeting tinyint, waiting tinyint, billing tinyint, app tinyint,"
              + " appreciation tinyint, mature_180 boolean, retained_180 boolean,"
              + " repeat_purchase_180 boolean, revenue_next_cents_180 bigint,"
              + " past_revenue_cents_180 bigint, prior_revenue_cents_180 bigint,"
              + " past_purchases_count_180 bigint, tenure_days int, recency_days int,"
              + " past_margin_cents_180 bigint, margin_next_cents_180 bigint");

  private RatedObservations() {}

  /** That many rows; every fifth or so isn't analysed, for one reason or another. */
  public static List<Row> of(int count, Random random) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double value = random.nextGaussian();
      double mood = random.nextGaussian();
      Object[] row = new Object[LINKED.length()];
      row[0] = random.nextInt(64);
      row[1] = Date.valueOf(LocalDate.of(2024, 6 + random.nextInt(6), 1));
      row[2] = random.nextInt(15) > 0;
      row[3] = random.nextInt(15) > 0;
      row[4] = random.nextInt(15) > 0 ? "eligible" : "not_active_at_landmark";
      row[5] = random.nextInt(3) > 0 ? "north" : "south";
      row[6] = random.nextInt(40) == 0 ? "gold" : "basic";
      row[7] = 0.5 + random.nextDouble();
      for (int metric = 0; metric < 3; metric++) {
        int levels = new int[] {11, 5, 7}[metric];
        row[8 + metric] = random.nextInt(12) == 0 ? 0 : code(mood + random.nextGaussian(), levels);
      }
      for (int driver = 0; driver < DRIVERS; driver++) {
        double opinion = 0.4 * mood + random.nextGaussian() + (driver == 1 ? 0.7 * value : 0);
        row[FIRST_DRIVER + driver] = random.nextInt(8) == 0 ? 0 : code(opinion, 11);
      }
      for (int answer = 8; answer < FIRST_DRIVER + DRIVERS; answer++) {
        row[answer] = ((Number) row[answer]).byteValue();
      }
      int first = (Byte) row[FIRST_DRIVER] - 1;
      boolean isLow = first >= 0 && first <= 6;
      boolean isRetained = random.nextDouble() < (isLow ? 0.62 : 0.8);
      double spending = Math.exp(0.5 * value);
      row[20] = random.nextInt(12) > 0;
      row[21] = isRetained;
      row[22] = isRetained && random.nextInt(3) > 0;
      row[23] = cents(spending * (isRetained ? 1 : 0.3) * (isLow ? 0.85 : 1), random);
      row[24] = cents(spending, random);
      row[25] = cents(spending, random);
      row[26] = (long) random.nextInt(6);
      row[27] = 30 + random.nextInt(2000);
      row[28] = random.nextInt(10) == 0 ? null : random.nextInt(300);
      rows.add(RowFactory.create(row));
    }
    return rows;
  }

  /** Whether a row is analysed. */
  public static boolean isRead(Row row) {
    boolean isAnalysed =
        row.getBoolean(2)
            && row.getBoolean(3)
            && row.getString(4).equals("eligible")
            && row.getBoolean(20);
    boolean isRated = false;
    for (int driver = 0; driver < DRIVERS; driver++) {
      isRated |= row.getByte(FIRST_DRIVER + driver) > 0;
    }
    return isAnalysed && isRated;
  }

  /** The same rows with margins that a test makes of them; null ones aren't known. */
  public static List<Row> withMargins(List<Row> rows, Function<Row, Long[]> pastAndNext) {
    return rows.stream()
        .map(
            row -> {
              Object[] values = new Object[row.size()];
              Arrays.setAll(values, row::get);
              System.arraycopy(pastAndNext.apply(row), 0, values, values.length - 2, 2);
              return RowFactory.create(values);
            })
        .toList();
  }

  /**
   * As many customers as there are rows, each of whose latest answer is one of them; with the three
   * segments of the demo's sets.
   */
  public static Dataset<Row> latest(SparkSession spark, List<Row> rows) {
    var schema = new StructType().add("_segments", DataTypes.createArrayType(DataTypes.StringType));
    for (int driver = 0; driver < DRIVERS; driver++) {
      schema = schema.add(LINKED.fields()[FIRST_DRIVER + driver]);
    }
    List<Row> latest = new ArrayList<>();
    for (Row row : rows) {
      Object[] values = new Object[1 + DRIVERS];
      String region = row.getString(5);
      values[0] = new String[] {"all", region, region + " · " + row.getString(6)};
      for (int driver = 0; driver < DRIVERS; driver++) {
        values[1 + driver] = row.get(FIRST_DRIVER + driver);
      }
      latest.add(RowFactory.create(values));
    }
    return spark.createDataFrame(latest, schema);
  }

  /** The columns of what the other drivers were rated, which is held equal beside the first. */
  public static int[] others(DriverColumns columns) {
    return IntStream.range(1, DRIVERS)
        .flatMap(other -> IntStream.of(columns.rating(other), columns.missing(other)))
        .toArray();
  }

  /** How many rows rate the first driver with one of these codes. */
  public static long rated(List<Row> rows, int from, int to) {
    return rows.stream()
        .mapToInt(row -> row.getByte(FIRST_DRIVER))
        .filter(code -> from <= code && code <= to)
        .count();
  }

  private static int code(double opinion, int levels) {
    double share = 0.65 + 0.2 * opinion;
    return 1 + (int) Math.max(0, Math.min(levels - 1, Math.round(share * (levels - 1))));
  }

  private static long cents(double spending, Random random) {
    return Math.round(10_000 * spending * Math.exp(0.2 * random.nextGaussian()));
  }
}
