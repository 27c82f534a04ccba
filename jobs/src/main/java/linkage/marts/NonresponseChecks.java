package linkage.marts;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.Serializable;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.counts.CountTable;
import linkage.counts.Counts;
import linkage.counts.PackedCells;
import linkage.sql.Groups;
import linkage.stats.ChurnCheck;
import linkage.stats.Estimate;
import linkage.stats.ResponseWeight;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Whether those who answered churn like all customers, before and after weighting.
 *
 * <p><b>Grain:</b> one row per (segment_set, segment, horizon_days) with customers at a month end,
 * or respondents, whose window is complete.
 *
 * <p><b>Formula:</b> {@link ChurnCheck}, once of the respondents as they are and once of those they
 * stand for.
 *
 * <p><b>Nulls and edges:</b> a segment that nobody answered in, or that no customer was in at a
 * month end, has no difference, and the verdict {@code cannot_tell}.
 *
 * <p><b>Cost:</b> one shuffle of the cells of the population and one of the frame, by segment and
 * horizon.
 */
public final class NonresponseChecks {
  static final String MART = "nonresponse_checks";

  private NonresponseChecks() {}

  /**
   * Builds the mart.
   *
   * @param cells the tables of {@link Counts}
   * @param frame all customers at month ends, as customers_count, lost_count, invited_count,
   *     answered_count and distinct_customers_count by (segment_set, segment, horizon_days, bucket)
   * @param weighting how respondents were weighted; absent if they weren't
   */
  public static Dataset<Row> build(
      Dataset<Row> cells,
      Dataset<Row> frame,
      Optional<Weighting> weighting,
      Settings settings,
      LocalDate asOf) {
    var plan = new Plan(settings.segmentSets(), weighting.orElse(Weighting.UNWEIGHTED), asOf);
    Dataset<Row> respondents =
        Counts.of(cells, CountTable.POPULATION)
            .flatMap(
                (FlatMapFunction<Row, Row>) NonresponseChecks::respondents, Encoders.row(sums()));
    Column none = lit(0.0);
    Dataset<Row> customers =
        frame.select(
            col("segment_set"),
            col("segment"),
            col("horizon_days"),
            col("bucket"),
            col("customers_count").cast("double"),
            col("lost_count").cast("double"),
            col("invited_count").cast("double"),
            col("answered_count").cast("double"),
            col("distinct_customers_count").cast("double"),
            none,
            none,
            none,
            none,
            none,
            none,
            none);
    return Groups.by(respondents.union(customers), "segment_set", "segment", "horizon_days")
        .flatMapGroups(
            (FlatMapGroupsFunction<Row, Row, Row>)
                (key, group) -> plan.rows(key, new Sums(group)).iterator(),
            Encoders.row(Contract.mart(MART).sparkType()));
  }

  /** What is summed per bucket, in the order of the columns after it. */
  private enum Sum {
    CUSTOMERS,
    CUSTOMERS_LOST,
    INVITED,
    ANSWERED,
    DISTINCT_CUSTOMERS,
    RESPONDENTS,
    RESPONDENTS_LOST,
    DISTINCT_RESPONDENTS,
    WEIGHT,
    LOST_WEIGHT,
    SQUARED_WEIGHT,
    TRIMMED
  }

  private static StructType sums() {
    var sums =
        new StructType()
            .add("segment_set", DataTypes.IntegerType)
            .add("segment", DataTypes.StringType)
            .add("horizon_days", DataTypes.IntegerType)
            .add("bucket", DataTypes.IntegerType);
    for (Sum sum : Sum.values()) {
      sums = sums.add(sum.name(), DataTypes.DoubleType);
    }
    return sums;
  }

  /** The respondents of a row of cells, bucket by bucket. */
  private static Iterator<Row> respondents(Row packed) {
    List<Row> rows = new ArrayList<>();
    PackedCells.read(
        packed,
        cell ->
            rows.add(
                RowFactory.create(
                    cell.group().segmentSet(),
                    cell.group().segment(),
                    cell.period(),
                    cell.bucket(),
                    0.0,
                    0.0,
                    0.0,
                    0.0,
                    0.0,
                    (double) cell.observations(),
                    (double) cell.lost(),
                    (double) cell.customers(),
                    cell.weight(),
                    cell.lostWeight(),
                    cell.squaredWeight(),
                    (double) cell.trimmed())));
    return rows.iterator();
  }

  /** One segment's sums by bucket. */
  private static final class Sums {
    private static final int BUCKET = 3;

    private final double[][] sums = new double[Sum.values().length][SegmentPlan.BUCKETS];

    Sums(Iterator<Row> rows) {
      while (rows.hasNext()) {
        Row row = rows.next();
        for (int sum = 0; sum < sums.length; sum++) {
          sums[sum][row.getInt(BUCKET)] += row.getDouble(BUCKET + 1 + sum);
        }
      }
    }

    double[] of(Sum sum) {
      return sums[sum.ordinal()];
    }

    double total(Sum sum) {
      return Arrays.stream(of(sum)).sum();
    }

    long count(Sum sum) {
      return Math.round(total(sum));
    }

    ResponseWeight weights() {
      return new ResponseWeight(
          total(Sum.RESPONDENTS), total(Sum.WEIGHT), total(Sum.SQUARED_WEIGHT), Double.NaN);
    }

    /**
     * Weights by bucket, scaled so that all of them add up to the effective number of respondents:
     * an interval that falls back on the number of trials mustn't take more for evidence.
     */
    double[] weights(Sum sum) {
      double total = total(Sum.WEIGHT);
      double scale = total > 0 ? weights().effective() / total : 0;
      return Arrays.stream(of(sum)).map(weight -> scale * weight).toArray();
    }
  }

  private record Plan(List<SegmentSet> segmentSets, Weighting weighting, LocalDate asOf)
      implements Serializable {

    List<Row> rows(Row key, Sums sums) {
      return sums.total(Sum.CUSTOMERS) + sums.total(Sum.RESPONDENTS) > 0
          ? List.of(row(key, sums))
          : List.of();
    }

    private Row row(Row key, Sums sums) {
      double[] customers = sums.of(Sum.CUSTOMERS);
      double[] lost = sums.of(Sum.CUSTOMERS_LOST);
      ChurnCheck unweighted =
          ChurnCheck.of(lost, customers, sums.of(Sum.RESPONDENTS_LOST), sums.of(Sum.RESPONDENTS));
      ChurnCheck weighted =
          ChurnCheck.of(lost, customers, sums.weights(Sum.LOST_WEIGHT), sums.weights(Sum.WEIGHT));
      ResponseWeight weights = sums.weights();
      int horizonDays = key.getInt(2);
      var row =
          new MartRow(Contract.mart(MART))
              .set("as_of", Date.valueOf(asOf))
              .set("segment_set", segmentSets.get(key.getInt(0)).name())
              .set("segment", key.getString(1))
              .set("horizon_days", horizonDays)
              .set("verdict", weighted.judgement().label())
              .set("unweighted_verdict", unweighted.judgement().label())
              .set("frame_count", sums.count(Sum.CUSTOMERS))
              .set("frame_lost_count", sums.count(Sum.CUSTOMERS_LOST))
              .set("frame_customers_count", sums.count(Sum.DISTINCT_CUSTOMERS))
              .set("observations_count", sums.count(Sum.RESPONDENTS))
              .set("lost_count", sums.count(Sum.RESPONDENTS_LOST))
              .set("customers_count", sums.count(Sum.DISTINCT_RESPONDENTS))
              .set("tolerance", weighted.tolerance())
              .set("weighting", weighting.method())
              .set("margins", weighting.margins().toArray(String[]::new))
              .set("left_out_margins", weighting.leftOut().toArray(String[]::new))
              .set("effective_count", WeightedCells.effective(weights))
              .set("design_effect", weights.respondents() / weights.effective())
              .set("largest_weight", weighting.largest())
              .set("trimmed_share", sums.total(Sum.TRIMMED) / weights.respondents())
              .set("unreachable_share", weighting.unreachableShare())
              .set("invited_count", sums.count(Sum.INVITED))
              .set("response_rate", sums.total(Sum.ANSWERED) / sums.total(Sum.INVITED))
              .set(
                  "sentence",
                  NonresponseSentences.of(
                      new NonresponseSentences.Churn(
                          key.getString(1), horizonDays, unweighted, weighted, weighting)));
      set(row, "frame_churn", "_rate", weighted.frame());
      set(row, "unweighted_churn", "_rate", unweighted.respondents());
      set(row, "weighted_churn", "_rate", weighted.respondents());
      set(row, "unweighted_difference", "", unweighted.difference());
      set(row, "weighted_difference", "", weighted.difference());
      return row.toRow();
    }

    private static void set(MartRow row, String column, String suffix, Estimate estimate) {
      row.set(column + suffix, estimate.value())
          .set(column + "_lower", column + "_upper", estimate.interval());
    }
  }
}
