package linkage.staging;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.sql.Date;
import java.time.LocalDate;
import linkage.config.RowOrder;
import linkage.contract.Contract;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/** Which staged row versions nobody can ask for any more. */
public final class History {
  /** The column that {@link #marked} adds. */
  public static final String IS_SUPERSEDED = "is_superseded";

  private History() {}

  /**
   * Whether all versions of a source's rows stay: customers' segments of any day come from them.
   */
  public static boolean isKeptForGood(String source) {
    return source.equals("customers");
  }

  /**
   * Staged rows with {@link #IS_SUPERSEDED}: whether another version of the key is the newer one on
   * every day from {@code since} on.
   *
   * <p>Without such rows {@link CurrentRows#newest} is the same on all those days, and on each of
   * them the newest event and the newest dated row are of the same day: a version whose own days
   * are later than those of the one in its place isn't superseded.
   *
   * <p><b>Nulls and edges:</b> a row that says that its key is deleted takes the place of earlier
   * ones, too, and stays itself. A late row that belongs before the one that is current is
   * superseded as soon as it comes.
   *
   * <p><b>Cost:</b> one shuffle by key.
   */
  public static Dataset<Row> marked(
      Dataset<Row> staged, Contract contract, RowOrder declared, LocalDate since) {
    Column[] newestFirst =
        CurrentRows.order(declared).stream()
            .map(name -> col(name).desc_nulls_last())
            .toArray(Column[]::new);
    WindowSpec newer =
        Window.partitionBy(CurrentRows.key(contract))
            .orderBy(newestFirst)
            .rowsBetween(Window.unboundedPreceding(), -1);
    return staged
        .withColumn("in_place", first(inPlace(since), true).over(newer))
        .withColumn(IS_SUPERSEDED, isSupersededBy(col("in_place")))
        .drop("in_place");
  }

  /** The days of a version that may stand in the place of older ones from a day on, else null. */
  public static Column inPlace(LocalDate since) {
    Column day = lit(Date.valueOf(since));
    Column isSettled = col("known_from").leq(day).and(col("event_day").leq(day));
    return when(isSettled, struct("event_day", "file_date"));
  }

  /** Whether an older version is superseded by the newest {@link #inPlace}; by null it isn't. */
  public static Column isSupersededBy(Column inPlace) {
    Column fileDate = inPlace.getField("file_date");
    return coalesce(
        col("event_day")
            .leq(inPlace.getField("event_day"))
            .and(col("file_date").isNull().or(col("file_date").leq(fileDate))),
        lit(false));
  }
}
