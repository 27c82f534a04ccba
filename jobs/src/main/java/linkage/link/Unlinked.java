package linkage.link;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The responses that could not be linked, since their customer is unknown.
 *
 * <p>They are found by themselves rather than as what linking left over, so that the two can be
 * checked against each other: every response is either linked or unlinked.
 *
 * <p><b>Cost:</b> one shuffle of the customers' and the responses' keys.
 */
public final class Unlinked {
  private Unlinked() {}

  /** The responses whose customer isn't among the customers. */
  public static Dataset<Row> responses(Dataset<Row> responses, Dataset<Row> customers) {
    return responses
        .select("response_id", "customer_id")
        .join(
            customers.select(col("customer_id")),
            CollectionConverters.asScala(List.of("customer_id")).toSeq(),
            "left_anti");
  }
}
