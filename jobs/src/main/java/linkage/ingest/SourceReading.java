package linkage.ingest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_from_arrays;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.try_element_at;

import java.sql.Date;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.staging.History;
import linkage.staging.Staging;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Reads the files of one source in one go: new ones, what is replayed of known ones, and what stood
 * behind either as a duplicate are compared with each other as with what is staged.
 */
final class SourceReading {
  private final Staging staging;
  private final SourceSettings source;
  private final Contract contract;
  private final Settings settings;
  private final List<Ingest.NewFile> files;
  private final Optional<LocalDate> learnedOn;

  /**
   * @param learnedOn the day from which the rows count as known; none in a warehouse's first run
   */
  SourceReading(
      Staging staging,
      SourceSettings source,
      Settings settings,
      List<Ingest.NewFile> files,
      Optional<LocalDate> learnedOn) {
    this.staging = staging;
    this.source = source;
    this.contract = Contract.source(source.name());
    this.settings = settings;
    this.files = files;
    this.learnedOn = learnedOn;
  }

  /** What is known of the files if there is nothing to read of any of them. */
  Ingest.Batch nothing() {
    return batch(Accounts.none(source), Optional.empty());
  }

  /**
   * Marks rows and accounts for the records of the files.
   *
   * @param validated validated rows of the files, without forgotten customers
   * @param isRowByRow whether the mapping makes at most one row of each record
   * @param texts gives file, number and text of each record of some files
   */
  Ingest.Batch of(
      Dataset<Row> validated,
      boolean isRowByRow,
      Function<List<Ingest.NewFile>, Dataset<Row>> texts) {
    var again = new ReadAgain(staging, contract, files, isRowByRow);
    Dataset<Row> chosen = again.rows(validated);
    Optional<Dataset<Row>> staged = staged();
    // The new rows are looked at twice when they are compared with staged ones, but read once.
    Dataset<Row> held =
        staged.isPresent() ? chosen.persist(StorageLevel.MEMORY_AND_DISK()) : chosen;
    Dataset<Row> marked =
        RowVersions.mark(
            held,
            files.stream().mapToLong(file -> file.inspection().records()).sum(),
            staged,
            staged.flatMap(rows -> shortenedTo()),
            contract,
            source.order(),
            learnedOn,
            settings.timeZone());
    Column isVersion = not(col("is_bad")).and(not(col("is_duplicate")));
    Dataset<Row> rows =
        again
            .withoutCounted(marked)
            .where(not(col(ReadAgain.IS_REPEAT)).or(isVersion))
            .persist(StorageLevel.MEMORY_AND_DISK());

    Accounts mapped = accounts(rows, isRowByRow);
    held.unpersist();
    if (source.mappingMayFilter() || mapped.lost(files) == 0) {
      return batch(mapped, Optional.of(rows));
    }
    Dataset<Row> complete =
        rows.unionByName(
                unmapped(rows, again, texts), true /* columns that were never parsed are null */)
            .persist(StorageLevel.MEMORY_AND_DISK());
    Accounts all = mapped.with(complete.where(array_contains(col("reasons"), Mapping.LEFT_OUT)));
    rows.unpersist();
    return batch(all, Optional.of(complete));
  }

  private Accounts accounts(Dataset<Row> rows, boolean isRowByRow) {
    Map<String, FileTotals> versions = new HashMap<>();
    if (files.stream().anyMatch(Ingest.NewFile::isKnown)) {
      versions.putAll(FileTotals.byFile(rows.where(col(ReadAgain.IS_REPEAT)), isRowByRow));
    }
    return new Accounts(
        source,
        isRowByRow,
        FileTotals.byFile(rows.where(not(col(ReadAgain.IS_REPEAT))), isRowByRow),
        versions,
        Map.of());
  }

  /** The records that the mapping returned no row for, as bad rows. */
  private Dataset<Row> unmapped(
      Dataset<Row> rows, ReadAgain again, Function<List<Ingest.NewFile>, Dataset<Row>> texts) {
    List<Ingest.NewFile> readable =
        files.stream()
            .filter(Ingest.NewFile::isRead)
            .filter(file -> !file.isKnown() || file.isReplayed())
            .toList();
    Stream<String> names = readable.stream().map(file -> file.inspection().file().name());
    Column nameOfFile =
        map_from_arrays(
            lit(readable.stream().map(Ingest.NewFile::id).toArray(String[]::new)),
            lit(names.toArray(String[]::new)));
    return again
        .records(texts.apply(readable))
        .where(not(col(ReadAgain.IS_REPEAT)))
        .join(
            rows.select("file_id", "record_number"),
            new String[] {"file_id", "record_number"},
            "left_anti")
        .withColumn("file_name", try_element_at(nameOfFile, col("file_id")))
        .withColumn("is_bad", lit(true))
        .withColumn("is_duplicate", lit(false))
        .withColumn("reasons", array(lit(Mapping.LEFT_OUT)))
        .withColumn("details", array(lit("")));
  }

  private Ingest.Batch batch(Accounts accounts, Optional<Dataset<Row>> rows) {
    List<Ingest.NewFile> replayed = files.stream().filter(Ingest.NewFile::isReplayed).toList();
    Stream<Ingest.NewFile> corrected =
        files.stream()
            .filter(file -> file.isKnown() && !file.isReplayed())
            .filter(file -> !file.isRead() || accounts.versions().containsKey(file.id()));
    Object[] ids = replayed.stream().map(Ingest.NewFile::id).toArray();
    return new Ingest.Batch(
        source,
        files.stream().filter(file -> !file.isKnown()).map(accounts::of).toList(),
        replayed.stream().map(accounts::changeOf).toList(),
        corrected.map(accounts::changeOf).toList(),
        accounts.reasons(),
        newestDay(accounts.totals()),
        rows,
        replayed.isEmpty() ? Optional.empty() : Optional.of(Quarantine.records(staging, ids)));
  }

  /** The newest event day, staged or among new rows, if there is a gate that asks for it. */
  private Optional<LocalDate> newestDay(Map<String, FileTotals> totals) {
    if (source.gates().maxAgeDays().isEmpty()) {
      return Optional.empty();
    }
    Stream<LocalDate> ofNight =
        totals.values().stream().map(FileTotals::newestDay).filter(Objects::nonNull);
    Stream<LocalDate> ofStaging =
        staged().stream()
            .map(rows -> rows.agg(max("event_day")).first().getDate(0))
            .filter(Objects::nonNull)
            .map(Date::toLocalDate);
    return Stream.concat(ofNight, ofStaging).max(LocalDate::compareTo);
  }

  /** The day that the source's versions go back to, if older ones were deleted. */
  private Optional<LocalDate> shortenedTo() {
    return History.isKeptForGood(source.name()) ? Optional.empty() : staging.reachesBackTo();
  }

  private Optional<Dataset<Row>> staged() {
    return staging.has(source.name())
        ? Optional.of(staging.readOrEmpty(source.name(), RowSchemas.staged(source.name())))
        : Optional.empty();
  }
}
