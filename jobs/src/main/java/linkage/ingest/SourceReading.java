package linkage.ingest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_from_arrays;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.try_element_at;

import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.sql.SharedKeys;
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
  /** In a first load of so many records, only those are brought together whose key others share. */
  static final long MANY = 1_000_000;

  private final Staging staging;
  private final SourceSettings source;
  private final Contract contract;
  private final Settings settings;
  private final List<Ingest.NewFile> files;
  private final Optional<LocalDate> learnedOn;
  private final long many;
  private final List<Dataset<Row>> held = new ArrayList<>();

  /**
   * @param learnedOn the day from which the rows count as known; none in a warehouse's first run
   * @param many usually {@link #MANY}
   */
  SourceReading(
      Staging staging,
      SourceSettings source,
      Settings settings,
      List<Ingest.NewFile> files,
      Optional<LocalDate> learnedOn,
      long many) {
    this.staging = staging;
    this.source = source;
    this.contract = Contract.source(source.name());
    this.settings = settings;
    this.files = files;
    this.learnedOn = learnedOn;
    this.many = many;
  }

  /** The texts of records, as file_id, record_number and raw_text. */
  interface Texts {
    /** Those of all records of some files. */
    Dataset<Row> all(List<Ingest.NewFile> files);

    /**
     * Those of some records that were read without; nothing if rows came with their texts.
     *
     * @param addresses file_id and number
     */
    Optional<Dataset<Row>> later(List<Ingest.NewFile> files, Dataset<Row> addresses);
  }

  /** What is known of the files if there is nothing to read of any of them. */
  Ingest.Batch nothing() {
    return batch(Accounts.none(source), Optional.empty(), Optional.empty());
  }

  /**
   * Marks rows and accounts for the records of the files.
   *
   * @param validated validated rows of the files, without forgotten customers
   * @param isRowByRow whether the mapping makes at most one row of each record
   * @param texts gives the texts of records
   */
  Ingest.Batch of(Dataset<Row> validated, boolean isRowByRow, Texts texts) {
    var again = new ReadAgain(staging, contract, files, isRowByRow);
    Dataset<Row> chosen = again.rows(validated);
    Optional<Dataset<Row>> staged = staged();
    boolean isLarge = staged.isEmpty() && records() >= many && isSpread(chosen);
    // These are looked at more than once, but read once.
    Dataset<Row> read = staged.isPresent() || isLarge ? hold(chosen) : chosen;
    Optional<SharedKeys> shared =
        isLarge ? SharedKeys.of(read, key(), this::hold) : Optional.empty();
    Dataset<Row> marked =
        shared
            .map(keys -> keys.decided(read, this::markedAlone, own -> hold(marked(own, staged))))
            .orElseGet(() -> marked(read, staged));
    Column isVersion = not(col("is_bad")).and(not(col("is_duplicate")));
    Dataset<Row> chosenVersions =
        again.withoutCounted(marked).where(not(col(ReadAgain.IS_REPEAT)).or(isVersion));
    Dataset<Row> rows = shared.isPresent() ? chosenVersions : hold(chosenVersions);

    Accounts mapped = accounts(rows, isRowByRow);
    if (source.mappingMayFilter() || mapped.lost(files) == 0) {
      if (shared.isEmpty()) {
        letGoBut(rows);
      }
      return batch(mapped, Optional.of(rows), Optional.of(refused(rows, mapped, texts)));
    }
    Dataset<Row> complete =
        hold(
            rows.unionByName(
                unmapped(rows, again, texts), true /* columns that were never parsed are null */));
    Accounts all = mapped.with(complete.where(array_contains(col("reasons"), Mapping.LEFT_OUT)));
    letGoBut(complete);
    return batch(all, Optional.of(complete), Optional.of(refused(complete, all, texts)));
  }

  /**
   * The bad rows, with the texts of their records as long as their files are known not to change.
   */
  private Dataset<Row> refused(Dataset<Row> rows, Accounts accounts, Texts texts) {
    Dataset<Row> bad = rows.where(col("is_bad"));
    Map<String, Map<String, Long>> reasons = accounts.reasons();
    List<Ingest.NewFile> refusing =
        files.stream()
            .filter(Ingest.NewFile::isRead)
            .filter(file -> !reasons.getOrDefault(file.id(), Map.of()).isEmpty())
            .toList();
    if (refusing.isEmpty()) {
      return bad;
    }
    Dataset<Row> untold = bad.where(col("raw_text").isNull());
    Optional<Dataset<Row>> later =
        texts.later(
            refusing, untold.select(col("file_id"), col("record_number").as("number")).distinct());
    if (later.isEmpty()) {
      return bad;
    }
    Dataset<Row> told =
        hold(
            bad.where(col("raw_text").isNotNull())
                .unionByName(
                    untold
                        .drop("raw_text")
                        .join(later.get(), new String[] {"file_id", "record_number"}, "left")));
    Row counts = told.agg(count(lit(1)), count(col("raw_text"))).first();
    long expected = bad.count();
    if (counts.getLong(0) != expected || counts.getLong(1) != expected) {
      throw new IllegalStateException(
          "Of %,d refused rows of %s, %,d have come back with the text of their record, %,d in all. Nothing was staged."
              .formatted(expected, source.name(), counts.getLong(1), counts.getLong(0)));
    }
    return told;
  }

  /** Rows compared with others of their key, of tonight and staged. */
  private Dataset<Row> marked(Dataset<Row> rows, Optional<Dataset<Row>> staged) {
    return RowVersions.mark(
        rows,
        records(),
        staged,
        staged.flatMap(versions -> shortenedTo()),
        contract,
        source.order(),
        learnedOn,
        settings.timeZone());
  }

  private Dataset<Row> markedAlone(Dataset<Row> rows) {
    return RowVersions.markAlone(rows, contract, learnedOn, settings.timeZone());
  }

  private Column[] key() {
    return contract.key().stream().map(name -> col(name)).toArray(Column[]::new);
  }

  private long records() {
    return files.stream().mapToLong(file -> file.inspection().records()).sum();
  }

  /**
   * Whether no processor has more than its share to do where the rows lie, without a shuffle; taken
   * for granted of tables, whose files are read in parts unless they are written as one.
   */
  private boolean isSpread(Dataset<Row> rows) {
    if (!source.raw().format().isText()) {
      return true;
    }
    // A file of text is read in one task.
    LongSummaryStatistics bytes =
        files.stream()
            .filter(Ingest.NewFile::isRead)
            .mapToLong(file -> file.inspection().file().bytes())
            .summaryStatistics();
    int processors = rows.sparkSession().sparkContext().defaultParallelism();
    return bytes.getMax() * processors <= bytes.getSum();
  }

  private Dataset<Row> hold(Dataset<Row> rows) {
    Dataset<Row> kept = rows.persist(StorageLevel.MEMORY_AND_DISK());
    held.add(kept);
    return kept;
  }

  private void letGoBut(Dataset<Row> kept) {
    held.stream().filter(rows -> rows != kept).forEach(Dataset::unpersist);
    held.removeIf(rows -> rows != kept);
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
  private Dataset<Row> unmapped(Dataset<Row> rows, ReadAgain again, Texts texts) {
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
        .records(texts.all(readable))
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

  private Ingest.Batch batch(
      Accounts accounts, Optional<Dataset<Row>> rows, Optional<Dataset<Row>> refused) {
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
        refused,
        List.copyOf(held),
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
