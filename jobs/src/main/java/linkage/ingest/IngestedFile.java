package linkage.ingest;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What became of one file's records.
 *
 * <p><b>Conservation:</b> {@code read - filtered + multiplied = accepted + duplicate +
 * quarantined}, where {@code read} is counted independently of the parser.
 *
 * @param fileId names the file by its source, name and content
 * @param edition counts the contents that came under the name, from 1
 * @param fileDate the date in its name, or null
 * @param failure why the file failed as a whole, or null
 * @param read records in the file
 * @param filtered records that the mapping left out, where it may, and those of forgotten customers
 * @param multiplied rows that the mapping made beyond one per record
 * @param accepted rows that became versions in staging
 * @param duplicate rows that repeat the version before them
 * @param quarantined rows refused, each with its reasons; of a failed file, its records
 * @param amounts sums of the control amount, or null for a source without one
 * @param columns its columns that the mapping may use, in lower case; others aren't kept, nor any
 *     of a file of which no row was good, since a file without a header has a customer's record in
 *     its place
 */
public record IngestedFile(
    String source,
    String file,
    String fileId,
    int edition,
    LocalDate fileDate,
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
    Amounts amounts,
    List<String> columns) {

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

    /** The same, with what counted as duplicate before and is accepted now. */
    Amounts accepting(BigDecimal late) {
      return late == null
          ? this
          : new Amounts(
              read == null ? BigDecimal.ZERO : read,
              accepted == null ? late : accepted.add(late),
              (duplicate == null ? BigDecimal.ZERO : duplicate).subtract(late),
              quarantined);
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
          .add("run_id", DataTypes.StringType)
          .add("file_edition", DataTypes.IntegerType)
          .add("file_date", DataTypes.DateType)
          .add("known_from", DataTypes.DateType)
          .add("columns", DataTypes.createArrayType(DataTypes.StringType));

  /**
   * The columns of staging's table of files: one row per file, and another with the difference
   * whenever rows of it are replayed, or rows that came late turned duplicates of it into versions,
   * or it is found unchanged at another time. {@code known_from} is null for what the first run
   * read, and {@code columns} for what was read before they were written down.
   */
  public static StructType schema() {
    return SCHEMA;
  }

  /** Whether every record is accounted for. */
  public boolean isConserved() {
    return read - filtered + multiplied == accepted + duplicate + quarantined;
  }

  /**
   * Makes sure that every record is accounted for.
   *
   * @throws IllegalStateException with what it counts as, if one isn't
   */
  void checkConserved() {
    if (!isConserved()) {
      throw new IllegalStateException(
          "Cannot account for every record of %s: %s".formatted(file, this));
    }
  }

  Row toRow(String runId, Date knownFrom) {
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
        runId,
        edition,
        fileDate == null ? null : Date.valueOf(fileDate),
        knownFrom,
        columns.toArray(String[]::new));
  }

  /** Sums one count over files. */
  public static long total(
      List<IngestedFile> files, java.util.function.ToLongFunction<IngestedFile> count) {
    return files.stream().mapToLong(count).sum();
  }
}
