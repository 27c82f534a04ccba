package linkage.ingest;

import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.sum;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import linkage.staging.Staging;
import org.apache.spark.sql.Row;

/**
 * What of one file is put aside now.
 *
 * @param rows how many rows; of a file that failed as a whole, its records
 * @param numbered how many records these rows were made of; 0 if the file failed as a whole
 * @param amount the control amount of those rows, or null
 */
record Refusals(
    String source, String file, String fileId, long rows, long numbered, BigDecimal amount) {

  /**
   * The refusals of each file, by its id.
   *
   * <p><b>Cost:</b> the driver sees one row per file.
   */
  static Map<String, Refusals> byFile(Staging staging) {
    Map<String, Refusals> byFile = new HashMap<>();
    for (Row file :
        Quarantine.current(staging)
            .groupBy("source", "file", "file_id")
            .agg(
                sum("records_count"),
                countDistinct("record_number"),
                sum("amount").cast("decimal(18,2)"))
            .collectAsList()) {
      byFile.put(
          file.getString(2),
          new Refusals(
              file.getString(0),
              file.getString(1),
              file.getString(2),
              file.getLong(3),
              file.getLong(4),
              file.getDecimal(5)));
    }
    return byFile;
  }

  /** Whether the file was refused as a whole, so that its refusal has no record's number. */
  boolean isWhole() {
    return numbered == 0;
  }

  /** How many records are read again, of a file that has so many. */
  long records(long all) {
    return isWhole() ? all : numbered;
  }

  /** How many of those weren't counted as read before, since the file broke off. */
  long newRecords(long all) {
    return isWhole() ? all - rows : 0;
  }
}
