package linkage.link;

import static org.apache.spark.sql.functions.col;

import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The current rows that are linked: as known on the as-of day, one row per key, without deleted
 * ones. Columns beyond those named here are ignored.
 *
 * @param customers versions of customers, one row per (customer_id STRING, effective_from DATE):
 *     cluster_id STRING, acquired_on DATE, attributes ARRAY&lt;STRING&gt; in the order of the rules
 * @param responses one row per response_id STRING: customer_id STRING, responded_at TIMESTAMP,
 *     responded_on DATE (the local business day), answers MAP&lt;STRING, INT&gt;
 * @param transactions one row per transaction: customer_id STRING (null = unattributed),
 *     occurred_on DATE, kind STRING, amount_cents BIGINT (signed, in the reporting currency),
 *     margin_cents BIGINT? (the same of the margin)
 * @param attrition one row per (customer_id STRING, occurred_on DATE, event STRING, {@code lost} or
 *     {@code regained}): noticed_on DATE?; absent where none is delivered, and never read under the
 *     inactivity rule
 * @param invitations one row per invitation: customer_id STRING, invited_on DATE (the local
 *     business day), response_id STRING (null = not answered); absent where none are delivered, and
 *     read only by {@link Everybody}
 */
public record LinkSources(
    Dataset<Row> customers,
    Dataset<Row> responses,
    Dataset<Row> transactions,
    Optional<Dataset<Row>> attrition,
    Optional<Dataset<Row>> invitations) {

  /**
   * The same without transactions of nobody, or of an id that no customer has, such as that of all
   * who pay in cash: linking holds what comes under one id, and would hold these for nothing.
   *
   * <p>Needs the column {@code line} of {@code sql/current/converted_transactions.sql}.
   */
  public LinkSources attributed() {
    return new LinkSources(
        customers,
        responses,
        transactions.where(col("line").equalTo("attributed")),
        attrition,
        invitations);
  }
}
