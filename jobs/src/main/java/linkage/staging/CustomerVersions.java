package linkage.staging;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.try_element_at;

import java.time.LocalDate;
import java.util.List;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.sql.SegmentNames;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Customers with the history of their attributes.
 *
 * <p><b>Grain:</b> one row per (customer_id, effective_from): cluster_id (the account when first
 * seen, else the customer), acquired_on (as now known), effective_until (exclusive; null = until
 * now), attributes in the order of {@link Settings#attributes}, and the segment of each segment
 * set.
 *
 * <p><b>Nulls and edges:</b> of several versions of one day the newest counts. A customer whose
 * newest version is deleted isn't there. An absent attribute is {@code unknown}.
 *
 * <p><b>Cost:</b> one shuffle by customer.
 */
public final class CustomerVersions {
  private CustomerVersions() {}

  /** The versions known by a day. */
  public static Dataset<Row> build(
      Dataset<Row> staged, SourceSettings source, Settings settings, LocalDate asOf) {
    var contract = Contract.source("customers");
    Column[] oldestFirst =
        CurrentRows.order(source.order()).stream()
            .map(name -> col(name).asc_nulls_first())
            .toArray(Column[]::new);
    Column[] newestFirst =
        CurrentRows.order(source.order()).stream()
            .map(name -> col(name).desc_nulls_last())
            .toArray(Column[]::new);
    WindowSpec all =
        Window.partitionBy("customer_id")
            .orderBy(oldestFirst)
            .rowsBetween(Window.unboundedPreceding(), Window.unboundedFollowing());
    WindowSpec ofDay = Window.partitionBy("customer_id", "effective_from").orderBy(newestFirst);
    WindowSpec inTime = Window.partitionBy("customer_id").orderBy("effective_from");

    return CurrentRows.visible(staged, asOf)
        .withColumn("effective_from", CurrentRows.versionDay(settings.timeZone()))
        .withColumn(
            "cluster_id", coalesce(first(col("account_id"), true).over(all), col("customer_id")))
        .withColumn("is_gone", last(coalesce(col("is_deleted"), lit(false))).over(all))
        .withColumn("acquired_now", last(col("acquired_on")).over(all))
        .withColumn("recency", row_number().over(ofDay))
        .where(col("recency").equalTo(1).and(col("is_gone").equalTo(false)))
        .select(
            col("customer_id"),
            col("cluster_id"),
            col("acquired_now").as("acquired_on"),
            col("acquisition_source"),
            col("effective_from"),
            lead(col("effective_from"), 1).over(inTime).as("effective_until"),
            array(
                    settings.attributes().stream()
                        .map(name -> attribute(contract, name))
                        .toArray(Column[]::new))
                .cast("array<string>")
                .as("attributes"),
            segments(contract, settings.segmentSets()).as("segments"));
  }

  /** An attribute's value: a column of the contract, or one of the deployment's own. */
  private static Column attribute(Contract contract, String name) {
    return contract.has(name)
        ? col(name).cast("string")
        : try_element_at(col("attributes"), lit(name));
  }

  private static Column segments(Contract contract, List<SegmentSet> sets) {
    return array(
        sets.stream()
            .map(set -> struct(lit(set.name()).as("segment_set"), segment(contract, set)))
            .toArray(Column[]::new));
  }

  private static Column segment(Contract contract, SegmentSet set) {
    Column name =
        set.attributes().isEmpty()
            ? lit(SegmentNames.ALL)
            : concat_ws(
                SegmentNames.SEPARATOR,
                set.attributes().stream()
                    .map(attribute -> coalesce(attribute(contract, attribute), lit("unknown")))
                    .toArray(Column[]::new));
    return name.as("segment");
  }
}
