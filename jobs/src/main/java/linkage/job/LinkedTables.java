package linkage.job;

import static org.apache.spark.sql.functions.col;

import java.util.Optional;
import linkage.link.Everybody;
import linkage.link.LinkRules;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What linking makes of a night's sources.
 *
 * @param observations of those who answered
 * @param frame cells of all customers; none where there are no surveys, and so nobody to hold
 *     against them
 * @param invitations of those who were asked; none where they aren't delivered
 */
record LinkedTables(
    Dataset<Row> observations, Optional<Dataset<Row>> frame, Optional<Dataset<Row>> invitations) {

  /** Those who answered, alone. */
  static LinkedTables ofRespondents(Dataset<Row> observations) {
    return new LinkedTables(observations, Optional.empty(), Optional.empty());
  }

  /**
   * All three, as {@link Everybody} holds them.
   *
   * @param delivered the invitations that were linked
   */
  static LinkedTables ofEverybody(
      Dataset<Row> everybody, LinkRules rules, Optional<Dataset<Row>> delivered) {
    return new LinkedTables(
        Everybody.observations(everybody, rules),
        Optional.of(Everybody.frame(everybody)),
        delivered.map(raw -> Everybody.invitations(everybody)));
  }

  /** All customers by margin and category. */
  Optional<Dataset<Row>> margins() {
    return frame.map(cells -> cells.where(col("margin").isNotNull()));
  }

  /** All customers by segment, horizon and bucket. */
  Optional<Dataset<Row>> places() {
    return frame.map(cells -> cells.where(col("margin").isNull()));
  }
}
