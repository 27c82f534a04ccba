package linkage.marts;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import linkage.config.MetricSettings;
import linkage.config.RatingBands;
import linkage.config.ScoreBand;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.contract.Contract;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What customers are expected to take along, by band of the score they gave last.
 *
 * <p><b>Grain:</b> one row per (segment_set, segment, metric, score_band, horizon_days), for the
 * horizons with a complete window.
 *
 * <p><b>Formula:</b> the loss per customer is {@link linkage.stats.LossAtRisk}, from {@link
 * RiskBands}; times the customers of {@link LatestAnswers} in the band. The revenue is what they
 * would bring if all of them stayed. Beside it stands what fixed multipliers say: {@value
 * #OF_THE_LOW} of the revenue of who answered low and {@value #OF_THE_MIDDLE} of the middle's.
 *
 * <p><b>Nulls and edges:</b> where a segment's losses or retained lie in too few buckets, what
 * became of such answers is taken from the same band of all customers; where these are too few as
 * well, it is null.
 *
 * <p><b>Cost:</b> one narrow pass over a row per customer, and joins of small tables.
 */
public final class RevenueAtRisk {
  static final String MART = "revenue_at_risk";

  private static final double OF_THE_LOW = 0.5;
  private static final double OF_THE_MIDDLE = 0.3;
  private static final String CUSTOMERS = "customers_count";

  private static final String ALL = SegmentSet.ALL.name();
  private static final String PARENT = "band_of_all";

  /** What became of such answers, which a parent may have to tell. */
  private static final Set<String> FIGURES =
      Set.of(
          "retention_rate",
          "retention_lower",
          "retention_upper",
          "revenue_if_retained_amount",
          "revenue_if_lost_amount");

  private static final StructType COUNTS =
      new StructType()
          .add("segment_set", DataTypes.StringType, false)
          .add("segment", DataTypes.StringType, false)
          .add("metric", DataTypes.StringType, false)
          .add("score_band", DataTypes.StringType, false)
          .add("counted", DataTypes.LongType, false);

  private RevenueAtRisk() {}

  /**
   * Builds the mart.
   *
   * @param statistics of all segments
   * @param latest as {@link LatestAnswers} makes it
   */
  public static Dataset<Row> build(
      Dataset<Row> statistics, Dataset<Row> latest, Settings settings) {
    var counting =
        new Counting(
            settings.segmentSets(),
            settings.metrics(),
            latest.schema().fieldIndex(LatestAnswers.SEGMENTS),
            latest.schema().fieldIndex(LatestAnswers.CODES));
    List<String> place = List.of("segment_set", "segment", "metric", "score_band");
    Dataset<Row> customers =
        latest
            .mapPartitions((MapPartitionsFunction<Row, Row>) counting::of, Encoders.row(COUNTS))
            .groupBy(place.get(0), place.subList(1, place.size()).toArray(String[]::new))
            .agg(sum("counted").as("counted"));
    boolean hasMoney = settings.source("transactions").isPresent();
    Dataset<Row> bands = SegmentStatistics.rows(statistics, RiskBands.TABLE);
    List<String> band = List.of("metric", "score_band", "horizon_days");
    Dataset<Row> ofAll =
        bands
            .where(col("segment_set").equalTo(ALL).and(col("status").equalTo("ok")))
            .select(col("metric"), col("score_band"), col("horizon_days"), struct("*").as(PARENT));
    // One row per segment, metric and band on the right, and one per metric and band.
    Dataset<Row> joined =
        bands
            .join(customers, CollectionConverters.asScala(place).toSeq(), "left")
            .join(broadcast(ofAll), CollectionConverters.asScala(band).toSeq(), "left");
    return joined.map(
        (MapFunction<Row, Row>) row -> finished(row, hasMoney),
        Encoders.row(Contract.mart(MART).sparkType()));
  }

  /** What the industry takes of a band's revenue for lost. */
  static double fixedMultiplier(MetricSettings metric, ScoreBand band) {
    RatingBands bands = RatingBands.of(metric.question());
    return band.best() <= bands.lowUpTo()
        ? OF_THE_LOW
        : band.worst() >= bands.highFrom() ? 0 : OF_THE_MIDDLE;
  }

  private static Row finished(Row own, boolean hasMoney) {
    var contract = Contract.mart(MART);
    var row = new MartRow(contract);
    boolean isOk = own.getAs("status").equals("ok");
    Row parent = own.getAs(PARENT);
    Row band = isOk || parent == null ? own : parent;
    boolean isTaken = band != own;
    boolean isKnown = isOk || isTaken;
    for (String column : contract.names()) {
      boolean isRead = isKnown || !FIGURES.contains(column);
      row.set(column, isRead ? (FIGURES.contains(column) ? band : own).getAs(column) : null);
    }
    Long counted = own.getAs("counted");
    long customers = counted == null ? 0 : counted;
    row.set(CUSTOMERS, customers)
        .set("status", isTaken ? "from_parent" : own.getAs("status"))
        .set("taken_from", isTaken ? ALL : null);
    if (!isKnown) {
      return row.set("sentence", RiskSentences.ofBand(contract, row.toRow())).toRow();
    }
    if (hasMoney) {
      BigDecimal each = band.getAs("revenue_if_retained_amount");
      BigDecimal revenue = each == null ? null : each.multiply(BigDecimal.valueOf(customers));
      BigDecimal multiplier = BigDecimal.valueOf(band.<Double>getAs("fixed_multiplier"));
      row.set("revenue_amount", revenue)
          .set(
              "fixed_multiplier_loss_amount",
              revenue == null
                  ? null
                  : revenue.multiply(multiplier).setScale(2, RoundingMode.HALF_UP));
      for (String end : List.of("", "_lower", "_upper")) {
        Double loss = band.getAs(RiskBands.LOSS + end);
        row.set("expected_loss" + end + "_amount", loss == null ? null : cents(loss * customers));
      }
    } else {
      row.set("revenue_if_retained_amount", null).set("revenue_if_lost_amount", null);
    }
    return row.set("sentence", RiskSentences.ofBand(contract, row.toRow())).toRow();
  }

  static BigDecimal cents(double amount) {
    return Double.isFinite(amount)
        ? BigDecimal.valueOf(amount).setScale(2, RoundingMode.HALF_UP)
        : null;
  }

  /** Counts one partition's customers by where they stand. */
  private record Counting(
      List<SegmentSet> segmentSets, List<MetricSettings> metrics, int segments, int codes)
      implements Serializable {

    private record Place(String segmentSet, String segment, String metric, String band) {}

    Iterator<Row> of(Iterator<Row> customers) {
      Map<Place, Long> counts = new HashMap<>();
      while (customers.hasNext()) {
        Row row = customers.next();
        List<String> names = row.getList(segments);
        List<Integer> answers = row.getList(codes);
        for (int metric = 0; metric < answers.size(); metric++) {
          if (answers.get(metric) > 0) {
            String band = band(metrics.get(metric), answers.get(metric) - 1).name();
            for (int set = 0; set < names.size(); set++) {
              var place =
                  new Place(
                      segmentSets.get(set).name(), names.get(set), metrics.get(metric).id(), band);
              counts.merge(place, 1L, Long::sum);
            }
          }
        }
      }
      List<Row> rows = new ArrayList<>(counts.size());
      counts.forEach(
          (place, count) ->
              rows.add(
                  RowFactory.create(
                      place.segmentSet(), place.segment(), place.metric(), place.band(), count)));
      return rows.iterator();
    }
  }

  /** The band that a level lies in. */
  static ScoreBand band(MetricSettings metric, int level) {
    return metric.bands().stream()
        .filter(band -> band.worst() <= level && level <= band.best())
        .findFirst()
        .orElseThrow();
  }
}
