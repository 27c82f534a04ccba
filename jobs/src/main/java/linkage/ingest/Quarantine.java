package linkage.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;

import java.time.LocalDate;
import linkage.staging.CurrentRows;
import linkage.staging.Staging;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Where refused rows are kept, each with its address, its text and every reason.
 *
 * <p>Nothing is deleted when a record is replayed: it is listed among those taken back, in the
 * commit that brings what it counts as now, so that every record counts once, however often it is
 * replayed.
 */
public final class Quarantine {
  /** Staging's table of refused rows. */
  public static final String TABLE = "quarantine";

  /** Staging's table of refusals that were taken back. */
  static final String REPLAYS = "replays";

  private static final StructType SCHEMA =
      new StructType()
          .add("source", DataTypes.StringType)
          .add("file", DataTypes.StringType)
          .add("file_id", DataTypes.StringType)
          .add("record_number", DataTypes.LongType)
          .add("record_key", DataTypes.StringType)
          .add("reasons", DataTypes.createArrayType(DataTypes.StringType))
          .add("details", DataTypes.createArrayType(DataTypes.StringType))
          .add("raw_text", DataTypes.StringType)
          .add("records_count", DataTypes.LongType)
          .add("event_day", DataTypes.DateType)
          .add("currency", DataTypes.StringType)
          .add("amount", DataTypes.createDecimalType(18, 2))
          .add("run_id", DataTypes.StringType)
          .add("known_from", DataTypes.DateType);

  private static final StructType REPLAYS_SCHEMA =
      new StructType()
          .add("file_id", DataTypes.StringType)
          .add("record_number", DataTypes.LongType)
          .add("run_id", DataTypes.StringType)
          .add("known_from", DataTypes.DateType);

  private Quarantine() {}

  /**
   * The table's columns. {@code record_number} is null and {@code records_count} above one where a
   * file failed as a whole; {@code event_day}, {@code currency} and {@code amount} are null where
   * they couldn't be read; {@code known_from} is null for what the first run read.
   */
  public static StructType schema() {
    return SCHEMA;
  }

  /** What is put aside now: all refusals but those that a replay took back. */
  public static Dataset<Row> current(Staging staging) {
    return without(refused(staging), replays(staging));
  }

  /** What was put aside as known on a day. */
  public static Dataset<Row> current(Staging staging, LocalDate asOf) {
    Column isKnown = CurrentRows.isKnownOrFirst(asOf);
    return without(refused(staging).where(isKnown), replays(staging).where(isKnown));
  }

  /** File and number of the records of some files that are put aside now. */
  static Dataset<Row> records(Staging staging, Object[] fileIds) {
    return current(staging)
        .where(col("file_id").isin(fileIds))
        .select("file_id", "record_number")
        .distinct();
  }

  private static Dataset<Row> refused(Staging staging) {
    return staging.readOrEmpty(TABLE, SCHEMA);
  }

  /** {@code record_number} is null where a file that had failed as a whole was read again. */
  private static Dataset<Row> replays(Staging staging) {
    return staging.readOrEmpty(REPLAYS, REPLAYS_SCHEMA);
  }

  private static Dataset<Row> without(Dataset<Row> refused, Dataset<Row> replays) {
    Dataset<Row> last =
        replays
            .groupBy(col("file_id").as("of_file"), col("record_number").as("of_record"))
            .agg(max("run_id").as("replayed_by"));
    Column isReplayed =
        col("file_id")
            .equalTo(col("of_file"))
            .and(col("record_number").eqNullSafe(col("of_record")))
            // What the replay itself put aside stays.
            .and(col("run_id").lt(col("replayed_by")));
    return refused.join(last, isReplayed, "left_anti");
  }
}
