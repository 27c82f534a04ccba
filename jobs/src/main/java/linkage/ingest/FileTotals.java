package linkage.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What became of one file's rows, summed up. Amounts are null where no row has one. */
final class FileTotals {
  /** Those of a file without rows. */
  static final FileTotals NONE = new FileTotals();

  private long mapped;
  private long accepted;
  private long duplicate;
  private long bad;
  private long records;
  private BigDecimal acceptedAmount;
  private BigDecimal duplicateAmount;
  private BigDecimal badAmount;
  private long leftOut;
  private LocalDate newestDay;
  private final Map<String, Long> reasons = new TreeMap<>();

  private FileTotals() {}

  /**
   * Sums up the marked rows of a source by file. The driver sees one row per file and set of
   * reasons.
   *
   * @param rows as {@link RowVersions} marks them
   * @param isRowByRow whether no record has more than one row, so that counting rows counts records
   */
  static Map<String, FileTotals> byFile(Dataset<Row> rows, boolean isRowByRow) {
    Map<String, FileTotals> byFile = new HashMap<>();
    rows.groupBy("file_id", "is_duplicate", "reasons")
        .agg(count(lit(1)), sum("control_amount").cast("decimal(18,2)"), max("event_day"))
        .collectAsList()
        .forEach(
            row -> byFile.computeIfAbsent(row.getString(0), none -> new FileTotals()).add(row));
    if (isRowByRow) {
      byFile.values().forEach(file -> file.records = file.mapped);
    } else {
      rows.groupBy("file_id")
          .agg(countDistinct(col("record_number")))
          .collectAsList()
          .forEach(row -> byFile.get(row.getString(0)).records = row.getLong(1));
    }
    return byFile;
  }

  private void add(Row group) {
    long rows = group.getLong(3);
    BigDecimal amount = group.getDecimal(4);
    mapped += rows;
    if (group.getList(2).contains(ForgottenRows.LEFT_OUT)) {
      leftOut += rows;
    } else if (!group.getList(2).isEmpty()) {
      bad += rows;
      badAmount = plus(badAmount, amount);
      group.<String>getList(2).forEach(reason -> reasons.merge(reason, rows, Long::sum));
    } else if (group.getBoolean(1)) {
      duplicate += rows;
      duplicateAmount = plus(duplicateAmount, amount);
    } else {
      accepted += rows;
      acceptedAmount = plus(acceptedAmount, amount);
      LocalDate day = group.isNullAt(5) ? null : group.getDate(5).toLocalDate();
      newestDay = newestDay == null || day != null && day.isAfter(newestDay) ? day : newestDay;
    }
  }

  private static BigDecimal plus(BigDecimal sum, BigDecimal amount) {
    return sum == null ? amount : amount == null ? sum : sum.add(amount);
  }

  /** Rows that the mapping made. */
  long mapped() {
    return mapped;
  }

  /** Records that the mapping made at least one row of. */
  long records() {
    return records;
  }

  long accepted() {
    return accepted;
  }

  long duplicate() {
    return duplicate;
  }

  /** Rows of forgotten customers, which nothing is kept of. */
  long leftOut() {
    return leftOut;
  }

  long bad() {
    return bad;
  }

  IngestedFile.Amounts amounts() {
    BigDecimal read = plus(plus(acceptedAmount, duplicateAmount), badAmount);
    return new IngestedFile.Amounts(read, acceptedAmount, duplicateAmount, badAmount);
  }

  /** The newest event day of an accepted row, or null. */
  LocalDate newestDay() {
    return newestDay;
  }

  /** How many bad rows have each reason. */
  Map<String, Long> reasons() {
    return reasons;
  }
}
