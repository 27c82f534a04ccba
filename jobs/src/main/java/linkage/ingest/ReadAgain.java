package linkage.ingest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import linkage.contract.Contract;
import linkage.staging.Staging;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Which rows of known files are read again, among those of new files, which all are.
 *
 * <p>A row that is staged counts already. One of a record that is put aside is read only to be
 * replayed. Every other one repeated the version before it when it was read first, or was left out
 * by the mapping: it is a <em>repeat</em>, which is news only where a row of tonight stands right
 * before it ({@link RowVersions}).
 */
final class ReadAgain {
  /** Whether a row is a repeat. */
  static final String IS_REPEAT = "is_repeat";

  /** As how many rows a record was refused; null for all others. */
  private static final String REFUSED_ROWS = "refused_rows";

  private static final List<String> RECORD = List.of("file_id", "record_number");

  private final Staging staging;
  private final Contract contract;
  private final List<Ingest.NewFile> files;
  private final boolean isRowByRow;

  /**
   * @param isRowByRow whether no record has more than one row
   */
  ReadAgain(Staging staging, Contract contract, List<Ingest.NewFile> files, boolean isRowByRow) {
    this.staging = staging;
    this.contract = contract;
    this.files = files;
    this.isRowByRow = isRowByRow;
  }

  /**
   * Leaves rows out that aren't to be read again; adds {@code is_repeat}.
   *
   * <p><b>Cost:</b> nothing without known files; else a scan of where the source's staged rows came
   * from and of quarantine, both joined by file and record.
   */
  Dataset<Row> rows(Dataset<Row> validated) {
    return chosen(validated, isRowByRow ? List.of() : contract.key());
  }

  /** The same for records as they lie in the files: those of which a row is staged are left out. */
  Dataset<Row> records(Dataset<Row> records) {
    return chosen(records, List.of());
  }

  private Dataset<Row> chosen(Dataset<Row> rows, List<String> key) {
    Object[] known = ids(Ingest.NewFile::isKnown);
    if (known.length == 0) {
      return rows.withColumn(IS_REPEAT, lit(false));
    }
    Column isKnown = col("file_id").isin(known);
    String[] address = Stream.concat(RECORD.stream(), key.stream()).toArray(String[]::new);
    String[] record = RECORD.toArray(String[]::new);
    Dataset<Row> refused =
        Quarantine.current(staging)
            .where(isKnown.and(col("record_number").isNotNull()))
            .groupBy(columns(record))
            .agg(count(lit(1)).as(REFUSED_ROWS));
    Dataset<Row> staged =
        staging
            .readOrEmpty(contract.name(), RowSchemas.staged(contract.name()))
            .where(isKnown)
            .select(columns(address));
    if (isRowByRow) {
      // Whatever a refused record's one row is now, it stands for what was refused.
      staged = staged.join(refused, record, "left_anti");
    }
    Column isRefused =
        col(REFUSED_ROWS)
            .isNotNull()
            .or(
                col("file_id")
                    .isin(ids(file -> file.replayed().filter(Refusals::isWhole).isPresent())));
    return rows.join(staged, address, "left_anti")
        .join(refused, record, "left")
        .where(not(isRefused).or(col("file_id").isin(ids(Ingest.NewFile::isReplayed))))
        .withColumn(IS_REPEAT, isKnown.and(not(isRefused)));
  }

  /**
   * Marked rows without those of replayed records that were duplicates already: as many as the
   * record has more rows than were refused of it. Only a mapping that makes several rows of a
   * record makes such.
   *
   * <p><b>Cost:</b> nothing without a replay; else one shuffle by record.
   */
  Dataset<Row> withoutCounted(Dataset<Row> marked) {
    if (isRowByRow || ids(Ingest.NewFile::isReplayed).length == 0) {
      return marked;
    }
    WindowSpec ofRecord = Window.partitionBy(columns(RECORD.toArray(String[]::new)));
    Column place =
        row_number().over(ofRecord.orderBy(col("is_duplicate").desc(), col("content_hash").asc()));
    Column more = count(lit(1)).over(ofRecord).minus(col(REFUSED_ROWS));
    return marked
        .withColumn("is_counted", col("is_duplicate").and(coalesce(place.leq(more), lit(false))))
        .where(not(col("is_counted")))
        .drop("is_counted");
  }

  private static Column[] columns(String... names) {
    return Stream.of(names).map(name -> col(name)).toArray(Column[]::new);
  }

  private Object[] ids(Predicate<Ingest.NewFile> condition) {
    return files.stream().filter(condition).map(Ingest.NewFile::id).toArray();
  }
}
