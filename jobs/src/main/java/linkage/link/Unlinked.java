package linkage.link;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What could not be linked, since its customer is unknown or not given.
 *
 * <p><b>Grain:</b> exactly one row.
 *
 * <p><b>Value:</b> {@code unlinked_responses_count} and {@code unlinked_transactions_count} name a
 * customer that isn't among the customers; {@code unattributed_transactions_count} name none.
 *
 * <p><b>Cost:</b> one shuffle of at most one row per customer and input partition, and one of a row
 * per partition.
 */
public final class Unlinked {
  private Unlinked() {}

  /** Counts them. */
  public static Dataset<Row> count(LinkSources sources) {
    var isGiven = col("customer_id").isNotNull();
    var isUnknown = col("is_known").equalTo(0);
    return rows(sources.customers(), 1, 0, 0)
        .union(rows(sources.responses(), 0, 1, 0))
        .union(rows(sources.transactions(), 0, 0, 1))
        .groupBy(col("customer_id"))
        .agg(
            max(col("is_known")).as("is_known"),
            sum(col("responses")).as("responses"),
            sum(col("transactions")).as("transactions"))
        .where(isUnknown)
        .agg(
            total("responses", isGiven).as("unlinked_responses_count"),
            total("transactions", isGiven).as("unlinked_transactions_count"),
            total("transactions", col("customer_id").isNull())
                .as("unattributed_transactions_count"));
  }

  private static Dataset<Row> rows(
      Dataset<Row> source, int isKnown, int responses, int transactions) {
    return source.select(
        col("customer_id"),
        lit(isKnown).as("is_known"),
        lit((long) responses).as("responses"),
        lit((long) transactions).as("transactions"));
  }

  private static Column total(String column, Column condition) {
    return coalesce(sum(when(condition, col(column))), lit(0L));
  }
}
