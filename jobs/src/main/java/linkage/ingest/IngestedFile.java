package linkage.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import linkage.staging.Staging;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What became of one file's records.
 *
 * <p><b>Conservation:</b> {@code read - filtered + multiplied = accepted + duplicate +
 * quarantined}, where {@code read} is counted independently of the parser.
 *
 * @param fileId names the file by its source, name and content
 * @param failure why the file failed as a whole, or null
 * @param read records in the file
 * @param filtered records that the mapping left out, where it may
 * @param multiplied rows that the mapping made beyond one per record
 * @param accepted rows that became versions in staging
 * @param duplicate rows that repeat the version before them
 * @param quarantined rows refused, each with its reasons; of a failed file, its records
 * @param amounts sums of the control amount, or null for a source without one
 */
public record IngestedFile(
    String source,
    String file,
    String fileId,
    String sha256,
    long bytes,
    Timestamp modifiedAt,
    String failure,
    long read,
    long filtered,
    long multiplied,
    long accepted,
    long duplicate,
    long quarantined,
    Amounts amounts) {

  /** Control totals of a file's rows, each summed by itself. */
  public record Amounts(
      BigDecimal read, BigDecimal accepted, BigDecimal duplicate, BigDecimal quarantined) {
    static final Amounts NONE = new Amounts(null, null, null, null);

    /** The same, less what counted as quarantined before. */
    Amounts without(BigDecimal refused) {
      return refused == null
          ? this
          : new Amounts(
              (read == null ? BigDecimal.ZERO : read).subtract(refused),
              accepted,
              duplicate,
              (quarantined == null ? BigDecimal.ZERO : quarantined).subtract(refused));
    }
  }

  /** Staging's table of files. */
  public static final String TABLE = "files";

  private static final StructType SCHEMA =
      new StructType()
          .add("source", DataTypes.StringType)
          .add("file", DataTypes.StringType)
          .add("file_id", DataTypes.StringType)
          .add("sha256", DataTypes.StringType)
          .add("bytes", DataTypes.LongType)
          .add("modified_at", DataTypes.TimestampType)
          .add("status", DataTypes.StringType)
          .add("failure", DataTypes.StringType)
          .add("read_count", DataTypes.LongType)
          .add("filtered_count", DataTypes.LongType)
          .add("multiplied_count", DataTypes.LongType)
          .add("accepted_count", DataTypes.LongType)
          .add("duplicate_count", DataTypes.LongType)
          .add("quarantined_count", DataTypes.LongType)
          .add("read_amount", DataTypes.createDecimalType(18, 2))
          .add("accepted_amount", DataTypes.createDecimalType(18, 2))
          .add("duplicate_amount", DataTypes.createDecimalType(18, 2))
          .add("quarantined_amount", DataTypes.createDecimalType(18, 2))
          .add("run_id", DataTypes.StringType);

  /** The columns of staging's table of files: a row per file read, and per replay of its rows. */
  public static StructType schema() {
    return SCHEMA;
  }

  /** One account per file: the one it had when it was read, with all changes by replays since. */
  public static Dataset<Row> current(Staging staging) {
    Dataset<Row> accounts = staging.readOrEmpty(TABLE, SCHEMA);
    if (!staging.has(Replay.TABLE)) {
      return accounts;
    }
    List<String> identity = List.of("source", "file", "file_id", "sha256");
    Column first = struct(col("run_id"), col("bytes"), col("modified_at"));
    Column last = struct(col("run_id"), col("status"), col("failure"));
    Column[] sums =
        Arrays.stream(SCHEMA.fields())
            .filter(field -> field.name().endsWith("_count") || field.name().endsWith("_amount"))
            .map(field -> sum(field.name()).cast(field.dataType()).as(field.name()))
            .toArray(Column[]::new);
    return accounts
        .groupBy(identity.stream().map(functions::col).toArray(Column[]::new))
        .agg(
            min(first).as("first"),
            Stream.concat(Stream.of(max(last).as("last")), Arrays.stream(sums))
                .toArray(Column[]::new))
        .select(
            Arrays.stream(SCHEMA.fieldNames())
                .map(
                    name ->
                        switch (name) {
                          case "run_id", "bytes", "modified_at" -> col("first." + name);
                          case "status", "failure" -> col("last." + name);
                          default -> col(name);
                        })
                .toArray(Column[]::new));
  }

  /** Whether every record is accounted for. */
  public boolean isConserved() {
    return read - filtered + multiplied == accepted + duplicate + quarantined;
  }

  Row toRow(String runId) {
    return RowFactory.create(
        source,
        file,
        fileId,
        sha256,
        bytes,
        modifiedAt,
        failure == null ? "ingested" : "failed",
        failure,
        read,
        filtered,
        multiplied,
        accepted,
        duplicate,
        quarantined,
        amounts.read(),
        amounts.accepted(),
        amounts.duplicate(),
        amounts.quarantined(),
        runId);
  }

  /** Sums one count over files. */
  public static long total(
      List<IngestedFile> files, java.util.function.ToLongFunction<IngestedFile> count) {
    return files.stream().mapToLong(count).sum();
  }
}
