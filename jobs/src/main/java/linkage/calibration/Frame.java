package linkage.calibration;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.last_day;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sequence;

import java.sql.Date;
import java.time.LocalDate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * All customers at the end of each month, in the shape of responses that answer nothing.
 *
 * <p>Linked like responses, they carry the same history, eligibility and outcomes by the same rules
 * as those who answered: what respondents are weighted to, and compared with.
 *
 * <p><b>Grain:</b> one row per (customer_id, month end), from the acquisition on. Whether a
 * customer is still active is for linking to say.
 *
 * <p><b>Cost:</b> customers × months rows. One shuffle, for the distinct customers.
 */
public final class Frame {
  private Frame() {}

  /**
   * The snapshots.
   *
   * @param customerVersions customer_id and acquired_on, one or more rows per customer
   * @param from the first day that is looked at
   * @param through the last day that is looked at
   * @return rows for {@code linkage.link}'s responses
   */
  public static Dataset<Row> responses(
      Dataset<Row> customerVersions, LocalDate from, LocalDate through) {
    // A customer has several versions, and all carry the one acquisition.
    Dataset<Row> customers = customerVersions.select("customer_id", "acquired_on").distinct();
    var months =
        sequence(
            lit(Date.valueOf(from.withDayOfMonth(1))),
            lit(Date.valueOf(through.withDayOfMonth(1))),
            expr("interval 1 month"));
    return customers
        .withColumn("month", explode(months))
        .withColumn("responded_on", last_day(col("month")))
        .where(
            col("responded_on")
                .geq(col("acquired_on"))
                .and(col("responded_on").leq(lit(Date.valueOf(through)))))
        .select(
            concat_ws("@", col("customer_id"), col("responded_on")).as("response_id"),
            col("customer_id"),
            col("responded_on").cast("timestamp").as("responded_at"),
            col("responded_on"),
            expr("cast(map() as map<string, int>)").as("answers"));
  }
}
