package linkage.marts;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.when;

import java.io.Serializable;
import java.sql.Date;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import linkage.sql.Together;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Each customer month by month, summed up where it is made.
 *
 * <p><b>Grain:</b> one row per list of a customer's segments (one of each set), month, and part of
 * the input; the sums of the parts add up. The columns are the lines of the bridge in {@code
 * sql/marts/customer_scorecard.sql}.
 *
 * <p><b>Nulls and edges:</b> a customer's months run from that of the acquisition to the last; the
 * segment of a month is the one on its first day or on the day of the acquisition, and the first
 * known version reaches back. On one day lost comes before regained. What happened before the
 * acquisition still says who is active. A customer acquired and lost in one month is new and lost.
 *
 * <p>It is a typed pass because who is active follows from all that went before: as SQL, that is a
 * row per customer and month, most of them of months in which nothing happened, and windows over
 * them.
 *
 * <p><b>Cost:</b> one shuffle, by customer, of a narrow row per version, transaction and event; the
 * memory of one customer's months, and of one sum per segments and month.
 */
final class CustomerMonths {
  private static final int VERSION = 0;
  private static final int TRANSACTION = 1;
  private static final int ATTRITION = 2;

  private static final int REGAINED = 1;

  /** Where the events have {@link Together#HASH}. */
  private static final int HASH = 7;

  /** The sums of a month. */
  enum Line {
    OPENING_COUNT,
    KEPT_COUNT,
    NEW_COUNT,
    NEW_EARNED_COUNT,
    NEW_BOUGHT_COUNT,
    LOST_COUNT,
    REGAINED_COUNT,
    CLOSING_COUNT,
    OPENING_CENTS,
    NEW_EARNED_CENTS,
    NEW_BOUGHT_CENTS,
    NEW_UNKNOWN_CENTS,
    LOST_CENTS,
    REGAINED_CENTS,
    EXPANSION_CENTS,
    CONTRACTION_CENTS,
    CLOSING_CENTS
  }

  private CustomerMonths() {}

  /**
   * Sums up.
   *
   * @param versions as {@link linkage.staging.CustomerVersions} makes them
   * @param transactions as {@code sql/current/converted_transactions.sql} makes them
   * @param attrition the current events
   * @param first the first month to speak of
   * @param last the last month to speak of
   * @param inactivityDays after how many days without a purchase a customer counts as lost; 0 =
   *     what attrition says
   */
  static Dataset<Row> build(
      Dataset<Row> versions,
      Dataset<Row> transactions,
      Dataset<Row> attrition,
      LocalDate first,
      LocalDate last,
      int inactivityDays) {
    var segments = versions.schema().apply("segments").dataType();
    var schema = new StructType().add("segments", segments).add("month", DataTypes.DateType);
    for (Line line : Line.values()) {
      schema = schema.add(line.name().toLowerCase(Locale.ROOT), DataTypes.LongType);
    }
    var calendar = new Calendar(YearMonth.from(first), YearMonth.from(last), inactivityDays);
    MapPartitionsFunction<Row, Row> sums = rows -> new Part(calendar).sums(rows);
    // Where only attrition tells who is lost, a purchase before the months to speak of tells
    // nothing.
    Column isRead =
        inactivityDays > 0
            ? lit(true)
            : col("occurred_on").geq(lit(Date.valueOf(calendar.month(0).atDay(1))));
    Column noSegments = lit(null).cast(segments);
    Column none = lit(null).cast("string");
    Dataset<Row> events =
        versions
            .select(
                event(
                    VERSION,
                    unix_date(col("effective_from")),
                    unix_date(col("acquired_on")).cast("bigint"),
                    coalesce(unix_date(col("effective_until")), lit(Integer.MAX_VALUE)),
                    col("acquisition_source"),
                    col("segments")))
            .union(
                transactions
                    .where(col("line").equalTo("attributed").and(isRead))
                    .select(
                        event(
                            TRANSACTION,
                            unix_date(col("occurred_on")),
                            coalesce(col("amount_cents"), lit(0L)),
                            when(col("kind").equalTo("purchase"), 1).otherwise(0),
                            none,
                            noSegments)))
            .union(
                attrition.select(
                    event(
                        ATTRITION,
                        unix_date(col("occurred_on")),
                        lit(0L),
                        when(col("event").equalTo("regained"), REGAINED).otherwise(0),
                        none,
                        noSegments)));
    return Together.sorted(events.repartition(col("customer_id")), "customer_id")
        .mapPartitions(sums, Encoders.row(schema));
  }

  private static Column[] event(
      int kind, Column day, Column amount, Column mark, Column source, Column segments) {
    return new Column[] {
      col("customer_id"),
      lit(kind).as("kind"),
      day.as("day"),
      amount.as("amount"),
      mark.as("mark"),
      source.as("source"),
      segments.as("segments")
    };
  }

  /** The months to speak of, and one before them to open the first with, as numbers from 0. */
  private record Calendar(YearMonth first, YearMonth last, int inactivityDays)
      implements Serializable {
    int size() {
      return Math.toIntExact(ChronoUnit.MONTHS.between(first, last)) + 2;
    }

    YearMonth month(int index) {
      return first.plusMonths(index - 1L);
    }

    /** The month of a day; 0 for everything before the second. */
    int index(int day) {
      YearMonth month = YearMonth.from(LocalDate.ofEpochDay(day));
      return Math.toIntExact(Math.max(0, ChronoUnit.MONTHS.between(first, month) + 1));
    }
  }

  /** One version of a customer, with the sums of its segments by month. */
  private record Version(int from, int until, int acquired, String source, long[][] sums) {}

  /** One task's sums, and the customer it is at. */
  private static final class Part {
    private final Calendar calendar;
    private final int[] firstDays;
    private final int[] lastDays;
    private final Map<List<Row>, long[][]> sums = new HashMap<>();

    private final List<Version> versions = new ArrayList<>();
    private final long[] cents;
    private final int[] purchased;
    private final int[] happened;
    private final int[] happenedOn;

    Part(Calendar calendar) {
      this.calendar = calendar;
      int months = calendar.size();
      this.firstDays = new int[months];
      this.lastDays = new int[months];
      for (int month = 0; month < months; month++) {
        firstDays[month] = Math.toIntExact(calendar.month(month).atDay(1).toEpochDay());
        lastDays[month] = Math.toIntExact(calendar.month(month).atEndOfMonth().toEpochDay());
      }
      this.cents = new long[months];
      this.purchased = new int[months];
      this.happened = new int[months];
      this.happenedOn = new int[months];
    }

    Iterator<Row> sums(Iterator<Row> events) {
      clear();
      var customers =
          new Together<Row>(events, event -> event.getLong(HASH), event -> event.getString(0));
      while (customers.next(this::add)) {
        close();
      }
      List<Row> rows = new ArrayList<>();
      sums.forEach(
          (segments, months) -> {
            for (int month = 1; month < months.length; month++) {
              if (months[month] != null) {
                rows.add(row(segments, month, months[month]));
              }
            }
          });
      return rows.iterator();
    }

    private Row row(List<Row> segments, int month, long[] lines) {
      Object[] values = new Object[2 + lines.length];
      values[0] = segments.toArray(Row[]::new);
      values[1] = Date.valueOf(calendar.month(month).atDay(1));
      for (int line = 0; line < lines.length; line++) {
        values[2 + line] = lines[line];
      }
      return RowFactory.create(values);
    }

    private void clear() {
      versions.clear();
      Arrays.fill(cents, 0);
      Arrays.fill(purchased, Integer.MIN_VALUE);
      Arrays.fill(happened, -1);
      Arrays.fill(happenedOn, Integer.MIN_VALUE);
    }

    private void add(Row event) {
      int day = event.getInt(2);
      int mark = event.getInt(4);
      if (event.getInt(1) == VERSION) {
        long[][] ofSegments =
            sums.computeIfAbsent(event.getList(6), absent -> new long[cents.length][]);
        int acquired = Math.toIntExact(event.getLong(3));
        versions.add(new Version(day, mark, acquired, event.getString(5), ofSegments));
        return;
      }
      int month = calendar.index(day);
      if (month >= cents.length) {
        return;
      }
      if (event.getInt(1) == ATTRITION) {
        // The latest counts, and on one day what is regained.
        if (day > happenedOn[month] || day == happenedOn[month] && mark > happened[month]) {
          happened[month] = mark;
          happenedOn[month] = day;
        }
        return;
      }
      cents[month] += day >= firstDays[0] ? event.getLong(3) : 0;
      if (mark == 1) {
        purchased[month] = Math.max(purchased[month], day);
      }
    }

    /** Sums up the customer that has been read, and makes ready for the next. */
    private void close() {
      versions.sort(Comparator.comparingInt(Version::from));
      if (!versions.isEmpty()) {
        Version newest = versions.get(versions.size() - 1);
        if (newest.acquired() <= lastDays[lastDays.length - 1]) {
          countMonths(newest.acquired(), newest.source());
        }
      }
      clear();
    }

    private void countMonths(int acquired, String source) {
      int start = calendar.index(acquired);
      int lastPurchase = Integer.MIN_VALUE;
      int lastEvent = -1;
      boolean isOpening = false;
      for (int month = 0; month < cents.length; month++) {
        lastPurchase = Math.max(lastPurchase, purchased[month]);
        lastEvent = happened[month] < 0 ? lastEvent : happened[month];
        if (month < start) {
          continue;
        }
        boolean isClosing =
            calendar.inactivityDays() > 0
                ? lastDays[month] - Math.max(acquired, lastPurchase) < calendar.inactivityDays()
                : lastEvent < 0 || lastEvent == REGAINED;
        if (month > 0) {
          Version version = version(Math.max(firstDays[month], acquired));
          if (version != null) {
            boolean isNew = acquired >= firstDays[month];
            count(
                lines(version, month),
                isOpening,
                isNew,
                isClosing,
                source,
                cents[month],
                cents[month - 1]);
          }
        }
        isOpening = isClosing;
      }
    }

    private static long[] lines(Version version, int month) {
      if (version.sums()[month] == null) {
        version.sums()[month] = new long[Line.values().length];
      }
      return version.sums()[month];
    }

    private Version version(int day) {
      for (int i = versions.size() - 1; i >= 0; i--) {
        Version version = versions.get(i);
        if ((day >= version.from() || i == 0) && day < version.until()) {
          return version;
        }
      }
      return null;
    }

    private static void count(
        long[] lines,
        boolean isOpening,
        boolean isNew,
        boolean isClosing,
        String source,
        long cents,
        long before) {
      boolean isRegained = !isOpening && !isNew && isClosing;
      if (isOpening) {
        add(lines, Line.OPENING_COUNT, 1);
        add(lines, Line.OPENING_CENTS, before);
      }
      if (isNew) {
        add(lines, Line.NEW_COUNT, 1);
        if ("earned".equals(source)) {
          add(lines, Line.NEW_EARNED_COUNT, 1);
          add(lines, Line.NEW_EARNED_CENTS, cents);
        } else if ("bought".equals(source)) {
          add(lines, Line.NEW_BOUGHT_COUNT, 1);
          add(lines, Line.NEW_BOUGHT_CENTS, cents);
        } else if (source == null) {
          add(lines, Line.NEW_UNKNOWN_CENTS, cents);
        }
      }
      if ((isOpening || isNew) && !isClosing) {
        add(lines, Line.LOST_COUNT, 1);
      }
      if (isOpening && !isClosing) {
        add(lines, Line.LOST_CENTS, before - cents);
      }
      if (isRegained) {
        add(lines, Line.REGAINED_COUNT, 1);
        add(lines, Line.REGAINED_CENTS, cents);
      }
      if (isClosing) {
        add(lines, Line.CLOSING_COUNT, 1);
      }
      if (isOpening && isClosing) {
        add(lines, Line.KEPT_COUNT, 1);
        add(lines, Line.EXPANSION_CENTS, Math.max(cents - before, 0));
        add(lines, Line.CONTRACTION_CENTS, Math.max(before - cents, 0));
      }
      if (isOpening || isNew || isRegained) {
        add(lines, Line.CLOSING_CENTS, cents);
      }
    }

    private static void add(long[] lines, Line line, long value) {
      lines[line.ordinal()] = Math.addExact(lines[line.ordinal()], value);
    }
  }
}
