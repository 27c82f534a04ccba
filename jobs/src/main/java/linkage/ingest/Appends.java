package linkage.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import linkage.contract.Contract;
import linkage.staging.Staging;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** What a night appends to staging. */
final class Appends {
  private static final long ROWS_PER_FILE = 1_000_000;

  private final SparkSession spark;
  private final Staging staging;
  private final String runId;
  private final Date knownFrom;

  /**
   * @param learnedOn the day from which all of it counts as known; none in a warehouse's first run
   */
  Appends(SparkSession spark, Staging staging, String runId, Optional<LocalDate> learnedOn) {
    this.spark = spark;
    this.staging = staging;
    this.runId = runId;
    this.knownFrom = learnedOn.map(Date::valueOf).orElse(null);
  }

  /** Each append is independent of the others, and visible once staging commits. */
  List<Ingest.Append> of(List<Ingest.Batch> batches) {
    List<Ingest.Append> appends = new ArrayList<>();
    for (Ingest.Batch batch : batches) {
      long accepted = IngestedFile.total(batch.accounts(), IngestedFile::accepted);
      if (accepted > 0) {
        appends.add(append(batch.source().name(), accepted(batch, accepted)));
      }
    }
    batches.stream()
        .filter(Ingest.Batch::hasRefusals)
        .map(this::refused)
        .reduce(Dataset::union)
        .ifPresent(rows -> appends.add(append(Quarantine.TABLE, rows.coalesce(1))));
    batches.stream()
        .flatMap(batch -> batch.takenBack().stream())
        .reduce(Dataset::union)
        .map(records -> records.withColumn("run_id", lit(runId)).withColumn("known_from", known()))
        .ifPresent(rows -> appends.add(append(Quarantine.REPLAYS, rows.coalesce(1))));
    List<Row> files =
        batches.stream()
            .flatMap(batch -> batch.accounts().stream())
            .map(file -> file.toRow(runId, knownFrom))
            .toList();
    if (!files.isEmpty()) {
      Dataset<Row> rows = spark.createDataFrame(files, IngestedFile.schema());
      appends.add(append(IngestedFile.TABLE, rows.coalesce(1)));
    }
    return appends;
  }

  private Ingest.Append append(String table, Dataset<Row> rows) {
    return new Ingest.Append(staging, table, rows);
  }

  private static Dataset<Row> accepted(Ingest.Batch batch, long rows) {
    Column[] columns =
        Arrays.stream(RowSchemas.staged(batch.source().name()).fieldNames())
            .map(name -> col(name))
            .toArray(Column[]::new);
    return batch
        .accepted()
        .orElseThrow()
        .select(columns)
        // Few files, or staging fills with small ones.
        .coalesce(Math.toIntExact(1 + rows / ROWS_PER_FILE));
  }

  private Dataset<Row> refused(Ingest.Batch batch) {
    List<Row> failed =
        batch.files().stream()
            .filter(file -> file.failure() != null)
            .map(
                file ->
                    RowFactory.create(
                        file.source(),
                        file.file(),
                        file.fileId(),
                        null,
                        null,
                        new String[] {"the file " + file.failure()},
                        new String[] {""},
                        null,
                        file.quarantined(),
                        null,
                        null,
                        null,
                        runId,
                        knownFrom))
            .toList();
    Dataset<Row> wholeFiles = spark.createDataFrame(failed, Quarantine.schema());
    if (batch.refused().isEmpty()) {
      return wholeFiles;
    }
    boolean hasCurrency = Contract.source(batch.source().name()).has("currency");
    Dataset<Row> rows =
        batch
            .refused()
            .get()
            .where(not(ForgottenRows.areLeftOut()))
            .select(
                lit(batch.source().name()).as("source"),
                col("file_name").as("file"),
                col("file_id"),
                col("record_number"),
                col("record_key"),
                col("reasons"),
                col("details"),
                col("raw_text"),
                lit(1L).as("records_count"),
                col("event_day"),
                (hasCurrency ? col("currency") : lit(null).cast("string")).as("currency"),
                col("control_amount").as("amount"),
                lit(runId).as("run_id"),
                known().as("known_from"));
    return failed.isEmpty() ? rows : rows.union(wholeFiles);
  }

  private Column known() {
    return lit(knownFrom).cast("date");
  }
}
