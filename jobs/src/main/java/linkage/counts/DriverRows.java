package linkage.counts;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import linkage.calibration.HistoryColumns;
import linkage.config.MetricSettings;
import linkage.config.QuestionSettings;
import linkage.config.RatingBands;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.sql.SegmentNames;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.Winsor;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Reads an observation as a row of {@link DriverColumns}, for one horizon at a time.
 *
 * <p>The segment sets are those that drivers are judged in: all of them, or with more than {@value
 * Settings#MAX_DRIVERS_PER_SEGMENT} drivers {@code all} alone.
 */
public final class DriverRows implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double CENTS = 100;
  private static final int MONTHS_PER_YEAR = 12;
  private static final String MATURE = "mature_";
  private static final String RETAINED = "retained_";
  private static final String REPEATED = "repeat_purchase_";
  private static final String REVENUE = "revenue_next_cents_";
  private static final String PAST_MARGIN = "past_margin_cents_";
  private static final String MARGIN = "margin_next_cents_";
  private static final List<String> PER_HORIZON =
      List.of(MATURE, RETAINED, REPEATED, REVENUE, PAST_MARGIN, MARGIN);

  private final DriverColumns columns;
  private final ArrayList<Integer> horizonsDays;
  private final int[] levels;
  private final int[] lowUpTo;
  private final int[] highFrom;
  private final double[] middle;
  private final double[] lowest;
  private final double[] highest;
  private final double[] lowestMargin;
  private final double[] highestMargin;
  private final int latestMonth;

  private final int bucket;
  private final int month;
  private final int weight;
  private final int[] drivers;
  private final int[] metrics;
  private final SegmentNames segments;
  private final SegmentNames finest;
  private final int[] mature;
  private final int[] retained;
  private final int[] repeated;
  private final int[] revenue;
  private final int[] pastMargin;
  private final int[] margin;
  private final ArrayList<HistoryColumns> histories = new ArrayList<>();

  /** The observations that are analysed, and of those what is read: a pass decodes nothing else. */
  static Dataset<Row> of(Dataset<Row> linked, Settings settings) {
    Set<String> columns = new LinkedHashSet<>(List.of("bucket", "month", "weight"));
    settings.drivers().forEach(driver -> columns.add(driver.id()));
    settings.metrics().forEach(metric -> columns.add(metric.question().id()));
    settings.driverSegmentSets().forEach(set -> columns.addAll(set.attributes()));
    for (int days : settings.horizonsDays()) {
      columns.addAll(HistoryColumns.names(days));
      PER_HORIZON.forEach(name -> columns.add(name + days));
    }
    return linked
        .where(col("is_primary").and(col("in_window")).and(col("eligibility").equalTo("eligible")))
        .select(columns.stream().map(name -> col(name)).toArray(Column[]::new));
  }

  /**
   * Finds the columns, for who only looks at what the observations hold.
   *
   * @param linked the columns of the observations, with the weight that calibration adds
   */
  DriverRows(StructType linked, Settings settings) {
    this(linked, settings, DriverCaps.NONE, LocalDate.EPOCH);
  }

  /**
   * Finds the columns.
   *
   * @param linked the columns of the observations, with the weight that calibration adds
   * @param caps of each horizon's amounts
   * @param asOf no anchor lies in a later month
   */
  public DriverRows(StructType linked, Settings settings, DriverCaps caps, LocalDate asOf) {
    this.columns =
        new DriverColumns(
            settings.drivers().stream().map(QuestionSettings::id).toList(),
            settings.metrics().stream().map(MetricSettings::id).toList(),
            caps.hasMargins());
    this.horizonsDays = new ArrayList<>(settings.horizonsDays());
    this.levels = settings.drivers().stream().mapToInt(QuestionSettings::levels).toArray();
    var bands = settings.drivers().stream().map(RatingBands::of).toList();
    this.lowUpTo = bands.stream().mapToInt(RatingBands::lowUpTo).toArray();
    this.highFrom = bands.stream().mapToInt(RatingBands::highFrom).toArray();
    this.middle = bands.stream().mapToDouble(RatingBands::middle).toArray();
    this.lowest = caps.revenue().stream().mapToDouble(Winsor::lower).toArray();
    this.highest = caps.revenue().stream().mapToDouble(Winsor::upper).toArray();
    this.lowestMargin = caps.margin().stream().mapToDouble(Winsor::lower).toArray();
    this.highestMargin = caps.margin().stream().mapToDouble(Winsor::upper).toArray();
    this.latestMonth = monthNumber(asOf);

    this.bucket = linked.fieldIndex("bucket");
    this.month = linked.fieldIndex("month");
    this.weight = linked.fieldIndex("weight");
    this.drivers =
        settings.drivers().stream().mapToInt(driver -> linked.fieldIndex(driver.id())).toArray();
    this.metrics =
        settings.metrics().stream()
            .mapToInt(metric -> linked.fieldIndex(metric.question().id()))
            .toArray();
    List<List<String>> attributes =
        settings.driverSegmentSets().stream().map(SegmentSet::attributes).toList();
    this.segments = new SegmentNames(linked, attributes);
    this.finest =
        new SegmentNames(
            linked, List.of(attributes.stream().flatMap(List::stream).distinct().toList()));
    this.mature = perHorizon(linked, MATURE);
    this.retained = perHorizon(linked, RETAINED);
    this.repeated = perHorizon(linked, REPEATED);
    this.revenue = perHorizon(linked, REVENUE);
    this.pastMargin = perHorizon(linked, PAST_MARGIN);
    this.margin = perHorizon(linked, MARGIN);
    horizonsDays.forEach(days -> histories.add(new HistoryColumns(linked, days)));
  }

  private int[] perHorizon(StructType linked, String column) {
    return horizonsDays.stream().mapToInt(days -> linked.fieldIndex(column + days)).toArray();
  }

  int horizonsCount() {
    return mature.length;
  }

  int horizonDays(int horizon) {
    return horizonsDays.get(horizon);
  }

  int segmentSetsCount() {
    return segments.sets();
  }

  DriverColumns columns() {
    return columns;
  }

  int[] levels() {
    return levels;
  }

  /** Whether any driver was rated. */
  boolean isRead(Row row) {
    for (int driver : drivers) {
      if (row.getByte(driver) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether the horizon's window is complete. */
  boolean isMature(Row row, int horizon) {
    return row.getBoolean(mature[horizon]);
  }

  /**
   * The metrics that were answered, as bits, {@link DriverColumns#COMPLETE}, and where there are
   * columns of margin {@link DriverColumns#WITH_MARGIN}.
   */
  long pattern(Row row, int horizon) {
    long pattern = 1L << DriverColumns.COMPLETE;
    for (int driver : drivers) {
      if (row.getByte(driver) == 0) {
        pattern = 0;
      }
    }
    for (int metric = 0; metric < metrics.length; metric++) {
      if (row.getByte(metrics[metric]) > 0) {
        pattern |= 1L << metric;
      }
    }
    if (columns.hasMargins() && hasMargin(row, horizon)) {
      pattern |= 1L << DriverColumns.WITH_MARGIN;
    }
    return pattern;
  }

  /** Whether all transactions before and after came with a margin. */
  boolean hasMargin(Row row, int horizon) {
    return !row.isNullAt(pastMargin[horizon]) && !row.isNullAt(margin[horizon]);
  }

  /** Contribution margin over a mature horizon, where it is known. */
  long marginCents(Row row, int horizon) {
    return row.getLong(margin[horizon]);
  }

  int driversCount() {
    return drivers.length;
  }

  /** The level of a driver's rating; -1 if it wasn't rated. */
  int level(Row row, int driver) {
    return row.getByte(drivers[driver]) - 1;
  }

  boolean isLow(int driver, int level) {
    return level >= 0 && level <= lowUpTo[driver];
  }

  boolean isHigh(int driver, int level) {
    return level >= highFrom[driver];
  }

  /** Revenue over a mature horizon. */
  long revenueCents(Row row, int horizon) {
    return row.getLong(revenue[horizon]);
  }

  int bucket(Row row) {
    return row.getInt(bucket);
  }

  double weight(Row row) {
    return row.getDouble(weight);
  }

  /** How many months the anchor's month lies before that of the as-of day. */
  int monthsAgo(Row row) {
    Object date = row.get(month);
    LocalDate day = date instanceof LocalDate local ? local : ((java.sql.Date) date).toLocalDate();
    return latestMonth - monthNumber(day);
  }

  /** Fills the values of a mature horizon. */
  void read(Row row, int horizon, double[] values) {
    double[] history = histories.get(horizon).read(row);
    System.arraycopy(history, 0, values, 0, history.length);
    values[columns.pastRevenue()] = capped(histories.get(horizon).pastRevenue(row), horizon);
    values[columns.priorRevenue()] = capped(histories.get(horizon).priorRevenue(row), horizon);
    if (columns.hasMargins()) {
      readMargin(row, horizon, values);
    }
    for (int driver = 0; driver < drivers.length; driver++) {
      int level = level(row, driver);
      values[columns.rating(driver)] = Math.max(0, level);
      values[columns.missing(driver)] = level < 0 ? 1 : 0;
      values[columns.low(driver)] = isLow(driver, level) ? 1 : 0;
      values[columns.high(driver)] = isHigh(driver, level) ? 1 : 0;
      values[columns.spending(driver)] =
          level < 0 ? 0 : (level - middle[driver]) * values[columns.pastRevenue()];
    }

    boolean isRetained = row.getBoolean(retained[horizon]);
    double spent = revenueCents(row, horizon) / CENTS;
    double capped = capped(spent, horizon);
    values[columns.retained()] = isRetained ? 1 : 0;
    values[columns.repeatPurchase()] = row.getBoolean(repeated[horizon]) ? 1 : 0;
    values[columns.revenueNext()] = capped;
    values[columns.money().fromRetained()] = isRetained ? capped : 0;
    values[columns.money().fromLost()] = isRetained ? 0 : capped;
    values[columns.uncappedMoney().fromRetained()] = isRetained ? spent : 0;
    values[columns.uncappedMoney().fromLost()] = isRetained ? 0 : spent;
    for (int metric = 0; metric < metrics.length; metric++) {
      values[columns.metric(metric)] = Math.max(0, row.getByte(metrics[metric]) - 1);
    }
  }

  private void readMargin(Row row, int horizon, double[] values) {
    double past = 0;
    double next = 0;
    if (hasMargin(row, horizon)) {
      past = cappedMargin(row.getLong(pastMargin[horizon]) / CENTS, horizon);
      next = cappedMargin(marginCents(row, horizon) / CENTS, horizon);
    }
    boolean isRetained = row.getBoolean(retained[horizon]);
    values[columns.pastMargin()] = past;
    values[columns.margin().fromRetained()] = isRetained ? next : 0;
    values[columns.margin().fromLost()] = isRetained ? 0 : next;
  }

  /** The segment's name in a set: its attribute values, joined. */
  String segment(Row row, int set) {
    return segments.of(row, set);
  }

  /** The finest segment: the values of all attributes of all sets, joined. */
  String finest(Row row) {
    return finest.of(row, 0);
  }

  private double capped(double amount, int horizon) {
    return Math.max(lowest[horizon], Math.min(highest[horizon], amount));
  }

  private double cappedMargin(double amount, int horizon) {
    return Math.max(lowestMargin[horizon], Math.min(highestMargin[horizon], amount));
  }

  private static int monthNumber(LocalDate day) {
    return MONTHS_PER_YEAR * day.getYear() + day.getMonthValue();
  }
}
