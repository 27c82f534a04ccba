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
    Column day = lit(Date.valueOf(since));
    Column isSettled = col("known_from").leq(day).and(col("event_day").leq(day));
    Column[] newestFirst =
        CurrentRows.order(declared).stream()
            .map(name -> col(name).desc_nulls_last())
            .toArray(Column[]::new);
    WindowSpec newer =
        Window.partitionBy(CurrentRows.key(contract))
            .orderBy(newestFirst)
            .rowsBetween(Window.unboundedPreceding(), -1);
    Column inPlace = first(when(isSettled, struct("event_day", "file_date")), true).over(newer);
    Column isNoLater =
        col("event_day")
            .leq(col("in_place.event_day"))
            .and(col("file_date").isNull().or(col("file_date").leq(col("in_place.file_date"))));
    return staged
        .withColumn("in_place", inPlace)
        .withColumn(IS_SUPERSEDED, coalesce(isNoLater, lit(false)))
        .drop("in_place");
  }
}
