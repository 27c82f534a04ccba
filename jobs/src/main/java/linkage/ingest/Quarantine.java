package linkage.ingest;

import linkage.staging.Staging;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Where refused rows are kept, each with its address, its text and every reason. */
public final class Quarantine {
  /** Staging's table of refused rows. */
  public static final String TABLE = "quarantine";

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

  private Quarantine() {}

  /** What is put aside now: all refusals but those that a replay took back. */
  public static Dataset<Row> current(Staging staging) {
    return Replay.current(staging);
  }

  /**
   * The table's columns. {@code record_number} is null and {@code records_count} above one where a
   * file failed as a whole; {@code event_day}, {@code currency} and {@code amount} are null where
   * they couldn't be read; {@code known_from} is null for what the first run read.
   */
  public static StructType schema() {
    return SCHEMA;
  }
}
