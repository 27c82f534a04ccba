package linkage.marts;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.arrays_zip;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import linkage.config.QuestionSettings;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.sql.Groups;
import linkage.stats.BenjaminiHochberg;
import linkage.stats.Estimate;
import linkage.stats.Interval;
import linkage.stats.drivers.Cents;
import linkage.stats.drivers.Placebo;
import linkage.stats.drivers.Winsor;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What a change of each driver would be worth in money, per segment, and how far that can be
 * trusted.
 *
 * <p><b>Grain:</b> one row per (segment_set, segment, horizon_days, driver, scenario, rung).
 *
 * <p><b>Formula:</b> the figures per customer come from {@link DriverStatistics}, and of the rung
 * doubly_robust from {@link DoublyRobustImpacts}; here they are multiplied by the customers of the
 * segment at the end of the last month, beside the share of them who are still there and rated,
 * their p are adjusted over the segments and drivers of a set ({@link BenjaminiHochberg}), and a
 * segment that has too little takes the figures per customer of the nearest parent that has enough.
 * Parts of the joint scenario are rounded so that they sum to its total ({@link Cents}).
 *
 * <p><b>Nulls and edges:</b> amounts per year are there for a horizon of a year alone: half a year
 * times two isn't a year.
 *
 * <p><b>Cost:</b> one count of the latest answers and a join with the customers, both by segment,
 * and one shuffle of the rows by horizon and scenario; a task holds those of all segments.
 */
public final class DriverRevenueImpacts {
  private static final int YEAR = 365;
  private static final String CUSTOMERS = "closing_customers_count";
  private static final String RATERS = "raters_counts";

  /** What a segment keeps of its own when the rest is taken from a parent. */
  private static final List<String> OWN =
      List.of(
          "as_of",
          "segment_set",
          "segment",
          "horizon_days",
          "driver",
          "scenario",
          "rung",
          "driver_text",
          "currency",
          "left_out_drivers",
          "observations_count",
          "effective_observations",
          "model_columns_count",
          "needed_observations_count",
          "raters_count",
          "rated_share");

  private DriverRevenueImpacts() {}

  /**
   * Builds the mart.
   *
   * @param statistics of all segments
   * @param doublyRobust the rows of that rung, if there are any
   * @param latest what customers who are still there said last, as {@link LatestAnswers} makes it
   * @param scorecard the mart {@code customer_scorecard}, whose last month tells how many customers
   *     there are
   * @param caps of each horizon's revenue
   */
  public static Dataset<Row> build(
      Dataset<Row> statistics,
      Optional<Dataset<Row>> doublyRobust,
      Dataset<Row> latest,
      Dataset<Row> scorecard,
      List<Winsor> caps,
      Settings settings,
      LocalDate asOf) {
    var contract = Contract.mart(ImpactRows.MART);
    if (settings.drivers().isEmpty() || settings.source("transactions").isEmpty()) {
      return statistics.sparkSession().createDataFrame(List.of(), contract.sparkType());
    }
    Map<Integer, Winsor> capsByHorizon = new LinkedHashMap<>();
    for (int horizon = 0; horizon < caps.size(); horizon++) {
      capsByHorizon.put(settings.horizonsDays().get(horizon), caps.get(horizon));
    }
    var finish = new Finish(DriverPlan.of(settings, asOf), new HashMap<>(capsByHorizon));
    LocalDate lastMonth = asOf.plusDays(1).withDayOfMonth(1).minusMonths(1);
    Seq<String> bySegment = CollectionConverters.asScala(List.of("segment_set", "segment")).toSeq();
    Dataset<Row> customers =
        scorecard
            .where(col("month").equalTo(lit(Date.valueOf(lastMonth))))
            .select("segment_set", "segment", CUSTOMERS)
            .join(raters(latest, settings), bySegment, "left");
    Dataset<Row> byRegression = DriverStatistics.rows(statistics, ImpactRows.MART);
    // One row per segment on the right.
    Dataset<Row> rows =
        doublyRobust
            .map(byRegression::union)
            .orElse(byRegression)
            .join(broadcast(customers), bySegment, "left");
    return Groups.by(rows, "horizon_days", "scenario")
        .flatMapGroups(
            (FlatMapGroupsFunction<Row, Row, Row>) (key, own) -> finish.of(own),
            Encoders.row(contract.sparkType()));
  }

  /**
   * By segment, how many customers who are still there rated each driver in their last answer, and
   * last how many rated any. Ratings are read into one column first: a driver may have any name.
   */
  static Dataset<Row> raters(Dataset<Row> latest, Settings settings) {
    Column[] sets =
        settings.segmentSets().stream().map(set -> lit(set.name())).toArray(Column[]::new);
    Column[] ratings =
        settings.drivers().stream().map(driver -> col(driver.id())).toArray(Column[]::new);
    Stream<Column> each =
        IntStream.range(0, ratings.length).mapToObj(driver -> col("ratings").getItem(driver));
    Column[] rated =
        Stream.concat(each, Stream.of(array_max(col("ratings"))))
            .map(rating -> count(when(rating.gt(0), 1)))
            .toArray(Column[]::new);
    return latest
        .select(
            array(sets).as("sets"),
            col(LatestAnswers.SEGMENTS).as("own"),
            array(ratings).as("ratings"))
        .withColumn("place", explode(arrays_zip(col("sets"), col("own"))))
        .groupBy(col("place.sets").as("segment_set"), col("place.own").as("segment"))
        .agg(array(rated).as(RATERS));
  }

  /** Finishes the rows of one scenario and horizon. */
  private record Finish(DriverPlan plan, HashMap<Integer, Winsor> caps) implements Serializable {

    Iterator<Row> of(Iterator<Row> rows) {
      List<Row> all = new ArrayList<>();
      rows.forEachRemaining(all::add);
      var together = new AllSegments(all, plan, "p_value");
      Map<List<String>, List<MartRow>> segments = new LinkedHashMap<>();
      Map<MartRow, Long> customers = new HashMap<>();
      for (Row row : all) {
        if (together.onRung(row, ImpactRows.ADJUSTED).isEmpty()) {
          // Of a segment whose observations all weigh nothing there are no regressions either.
          continue;
        }
        MartRow finished = finished(row, together);
        List<String> segment = List.of(row.getAs("segment_set"), row.getAs("segment"));
        segments.computeIfAbsent(segment, absent -> new ArrayList<>()).add(finished);
        customers.put(finished, row.getAs(CUSTOMERS));
      }
      var contract = Contract.mart(ImpactRows.MART);
      List<Row> rowsOut = new ArrayList<>();
      for (List<MartRow> segment : segments.values()) {
        for (String change : List.of("revenue_change", "margin_change")) {
          segment.stream()
              .collect(Collectors.groupingBy(row -> row.value("rung")))
              .values()
              .forEach(ofRung -> addAmounts(change, ofRung, customers));
        }
        for (MartRow row : segment) {
          rowsOut.add(
              row.set("sentence", DriverSentences.ofImpact(contract, row.toRow(), plan)).toRow());
        }
      }
      return rowsOut.iterator();
    }

    private static boolean isDoublyRobust(Row row) {
      return row.getAs("rung").equals(DoublyRobustImpacts.RUNG);
    }

    private MartRow finished(Row own, AllSegments segments) {
      // Each set has a best segment of its own, so there is nothing to take from a parent.
      boolean mayTake = !own.getAs("scenario").equals(DriverScenarios.TO_BEST_SEGMENT);
      AllSegments.Figures figures = mayTake ? segments.ownOrOfParent(own) : AllSegments.own(own);
      var contract = Contract.mart(ImpactRows.MART);
      MartRow row = figures.over(own, contract, OWN);
      Optional<Row> source = segments.onRung(figures.source(), ImpactRows.ADJUSTED);
      if (isDoublyRobust(own) && !own.getAs("status").equals(AllSegments.NO_ESTIMAND)) {
        segments.onRung(own, ImpactRows.ADJUSTED).ifPresent(adjusted -> addSample(row, adjusted));
        source.ifPresent(adjusted -> addRegression(row, adjusted));
      }
      Winsor capped = caps.get(own.<Integer>getAs("horizon_days"));
      Long population = own.getAs(CUSTOMERS);
      return row.set("q_value", segments.q(figures.source()))
          .set("population_customers_count", population)
          .set("population_covered_share", covered(row, own, source))
          .set("lower_cap_amount", cents(capped.lower()))
          .set("upper_cap_amount", cents(capped.upper()))
          .set("evidence", DriverSentences.evidence(contract, row.toRow(), plan));
    }

    /**
     * Raters who are still there and, if trimmed, have somebody to be compared with, of all.
     *
     * @param source the regression of whom the figures are of, and so what was trimmed
     */
    private Double covered(MartRow row, Row own, Optional<Row> source) {
      Long population = own.getAs(CUSTOMERS);
      int raters = own.fieldIndex(RATERS);
      if (population == null || population == 0) {
        return null;
      }
      // Where all who answered are gone, nobody is there who rated.
      long stillThere = own.isNullAt(raters) ? 0 : own.<Long>getList(raters).get(driver(row));
      double share = Math.min(1, stillThere / (double) population);
      Double overlap = (Double) row.value("overlap_share");
      Double rated = source.map(adjusted -> adjusted.<Double>getAs("rated_share")).orElse(null);
      if (overlap == null || overlap == 0 || rated == null || rated == 0) {
        return share;
      }
      double trimmed = (Double) row.value("moved_share") / overlap * (1 - overlap);
      return share * Math.max(0, 1 - trimmed / rated);
    }

    /** The place of a row's driver, and after the last of all together. */
    private int driver(MartRow row) {
      int driver =
          plan.drivers().stream().map(QuestionSettings::id).toList().indexOf(row.value("driver"));
      return driver < 0 ? plan.drivers().size() : driver;
    }

    /** What the doubly robust figure shares with the adjusted one of the same segment. */
    private static void addSample(MartRow row, Row adjusted) {
      for (String column :
          List.of("observations_count", "effective_observations", "raters_count", "rated_share")) {
        row.set(column, adjusted.getAs(column));
      }
    }

    /** The doubly robust figure is judged by the placebo of the adjusted one beside it. */
    private static void addRegression(MartRow row, Row adjusted) {
      if (row.value("revenue_change_per_customer") == null) {
        return;
      }
      for (String column :
          List.of(
              "low_raters_count",
              "middle_raters_count",
              "low_raters_loss_rate",
              "placebo_change_per_customer",
              "placebo_change_per_customer_lower",
              "placebo_change_per_customer_upper")) {
        row.set(column, adjusted.getAs(column));
      }
      row.set(
          "placebo_verdict",
          ImportanceRows.label(
              Placebo.of(
                  estimate(row, "revenue_change_per_customer"),
                  estimate(row, "placebo_change_per_customer"))));
    }

    private static Estimate estimate(MartRow row, String column) {
      return new Estimate(
          number(row.value(column)),
          Double.NaN,
          0,
          new Interval(number(row.value(column + "_lower")), number(row.value(column + "_upper"))));
    }

    private static double number(Object value) {
      return value == null ? Double.NaN : (Double) value;
    }

    /** Amounts of the rows of one segment and rung; the joint scenario's parts sum to its total. */
    private static void addAmounts(
        String change, List<MartRow> rows, Map<MartRow, Long> customers) {
      List<MartRow> counted =
          rows.stream()
              .filter(row -> customers.get(row) != null)
              .filter(row -> row.value(change + "_per_customer") != null)
              .toList();
      for (MartRow row : counted) {
        set(row, change, "", cents(total(row, change, customers, "")));
        for (String end : List.of("_lower", "_upper")) {
          double bound = total(row, change, customers, end);
          set(row, change, end, Double.isNaN(bound) ? null : cents(bound));
        }
      }
      List<MartRow> joint =
          counted.stream()
              .filter(row -> row.value("scenario").equals(DriverScenarios.ALL_LOWS_TO_MIDDLE))
              .toList();
      List<MartRow> parts =
          joint.stream()
              .filter(row -> !row.value("driver").equals(ImpactRows.ALL_DRIVERS))
              .toList();
      if (parts.isEmpty()) {
        return;
      }
      long[] split =
          Cents.split(
              parts.stream().mapToDouble(row -> total(row, change, customers, "")).toArray());
      for (int part = 0; part < split.length; part++) {
        set(parts.get(part), change, "", BigDecimal.valueOf(split[part], 2));
      }
      BigDecimal sum = BigDecimal.valueOf(Arrays.stream(split).sum(), 2);
      joint.stream()
          .filter(row -> !parts.contains(row))
          .forEach(total -> set(total, change, "", sum));
    }

    private static void set(MartRow row, String change, String end, BigDecimal amount) {
      row.set(change + end + "_amount", amount);
      if (row.value("horizon_days").equals(YEAR)) {
        row.set(change + "_per_year" + end + "_amount", amount);
      }
    }

    private static double total(
        MartRow row, String change, Map<MartRow, Long> customers, String end) {
      Object perCustomer = row.value(change + "_per_customer" + end);
      return perCustomer == null ? Double.NaN : (Double) perCustomer * customers.get(row);
    }

    private static BigDecimal cents(double amount) {
      return Double.isFinite(amount)
          ? BigDecimal.valueOf(amount).setScale(2, RoundingMode.HALF_UP)
          : null;
    }
  }
}
