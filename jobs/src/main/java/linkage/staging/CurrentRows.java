package linkage.staging;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_utc_timestamp;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.xxhash64;

import java.sql.Date;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import linkage.config.RowOrder;
import linkage.contract.Contract;
import linkage.sql.SharedKeys;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/** Staged row versions as they were known on a day. */
public final class CurrentRows {
  /** Bytes of staged files, from which on it is worth while to look for shared keys first. */
  private static final long LARGE = 32L << 20;

  private CurrentRows() {}

  /** The columns by which versions of a key are ordered, oldest first; a total order. */
  public static List<String> order(RowOrder declared) {
    List<String> order = new ArrayList<>();
    switch (declared) {
      case VERSION ->
          order.addAll(
              List.of("version_number", "version_at", "file_date", "file_name", "file_edition"));
      case FILE_DATE -> order.addAll(List.of("file_date", "file_name", "file_edition"));
      case RECORD -> order.addAll(List.of("file_name", "file_edition"));
    }
    order.addAll(List.of("record_number", "content_hash"));
    return order;
  }

  /**
   * What rows of one key have in common, to be partitioned by. The hash stands first since it is
   * quick to sort by, where texts such as T0000001 and T0000002 differ only at their ends.
   */
  public static Column[] key(Contract contract) {
    Column[] key = contract.key().stream().map(name -> col(name)).toArray(Column[]::new);
    return Stream.concat(Stream.of(xxhash64(key)), Stream.of(key)).toArray(Column[]::new);
  }

  /** The local day from which a version of a row holds, as far as the source tells. */
  public static Column versionDay(ZoneId zone) {
    return coalesce(
        to_date(from_utc_timestamp(col("version_at"), zone.getId())),
        col("file_date"),
        col("event_day"));
  }

  /**
   * Whether a file, or what of it was refused or taken back, was known on a day; what has no such
   * day, as all that a warehouse's first run read, was known always.
   */
  public static Column isKnownOrFirst(LocalDate asOf) {
    Column known = col("known_from");
    return known.isNull().or(known.leq(lit(Date.valueOf(asOf))));
  }

  /**
   * All versions known by a day of events up to that day.
   *
   * <p><b>Cost:</b> one scan.
   */
  public static Dataset<Row> visible(Dataset<Row> staged, LocalDate asOf) {
    Column day = lit(Date.valueOf(asOf));
    return staged.where(col("known_from").leq(day).and(col("event_day").leq(day)));
  }

  /**
   * The newest visible version of each key, unless it says that the row is deleted.
   *
   * <p><b>Cost:</b> one shuffle by key; of many rows, only of those whose key has several versions.
   * Which keys these are is then looked for here and now, and held until caches are cleared.
   */
  public static Dataset<Row> newest(
      Dataset<Row> staged, Contract contract, RowOrder declared, LocalDate asOf) {
    return newest(visible(staged, asOf), contract, declared, isLarge(staged));
  }

  static Dataset<Row> newest(
      Dataset<Row> visible, Contract contract, RowOrder declared, boolean isLarge) {
    Column[] newestFirst =
        order(declared).stream().map(name -> col(name).desc_nulls_last()).toArray(Column[]::new);
    Column recency = row_number().over(Window.partitionBy(key(contract)).orderBy(newestFirst));
    UnaryOperator<Dataset<Row>> newestOfKey =
        rows ->
            rows.withColumn("recency", recency).where(col("recency").equalTo(1)).drop("recency");
    Column[] key = contract.key().stream().map(name -> col(name)).toArray(Column[]::new);
    Optional<SharedKeys> shared =
        isLarge ? SharedKeys.of(visible, key, Dataset::persist) : Optional.empty();
    Dataset<Row> newest =
        shared
            .map(keys -> keys.decided(visible, UnaryOperator.identity(), newestOfKey))
            .orElseGet(() -> newestOfKey.apply(visible));
    return newest.where(coalesce(col("is_deleted"), lit(false)).equalTo(false));
  }

  /** Whether shuffling all of these rows takes longer than looking for keys of several versions. */
  private static boolean isLarge(Dataset<Row> staged) {
    var plan = ((org.apache.spark.sql.classic.Dataset<Row>) staged).queryExecution();
    return plan.optimizedPlan().stats().sizeInBytes().compare(scala.math.BigInt.apply(LARGE)) > 0;
  }
}
