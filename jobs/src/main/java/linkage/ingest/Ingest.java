package linkage.ingest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import linkage.ConfigException;
import linkage.GateException;
import linkage.config.JdbcSettings;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.landing.FileInspection;
import linkage.landing.LandingFile;
import linkage.staging.Forgotten;
import linkage.staging.Staging;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * One night's ingest: finds what is new, reads each new file once, and stages what is valid.
 *
 * <p>Nothing is written before every gate has been passed: {@link #discover}, then {@link #read}
 * for each source, then {@link GateKeeper#check}, then {@link #staged}.
 */
public final class Ingest {
  private static final long ROWS_PER_FILE = 1_000_000;

  private final SparkSession spark;
  private final Settings settings;
  private final Staging staging;
  private final Arrivals arrivals;
  private final Forgotten forgotten;
  private final LocalDate asOf;

  /** The day from which what is read counts as known; none in a warehouse's first run. */
  private final Optional<LocalDate> learnedOn;

  public Ingest(SparkSession spark, Settings settings, Staging staging, LocalDate asOf) {
    this.spark = spark;
    this.settings = settings;
    this.staging = staging;
    this.arrivals = new Arrivals(spark, settings, staging);
    this.forgotten = Forgotten.of(staging, settings, System::getenv);
    this.asOf = asOf;
    this.learnedOn = staging.isNew() ? Optional.empty() : Optional.of(learnedOn(staging, asOf));
  }

  /** A day before the latest that a run spoke of is over: nothing becomes known on it any more. */
  private static LocalDate learnedOn(Staging staging, LocalDate asOf) {
    return staging.knownThrough().filter(latest -> latest.isAfter(asOf)).orElse(asOf);
  }

  /**
   * A file to be read tonight.
   *
   * @param id names the file by its source, name, content and edition
   * @param edition counts the contents that came under the name, from 1
   * @param isRepeat whether it was read before and is read once more for its duplicates only
   */
  public record NewFile(String id, int edition, FileInspection inspection, boolean isRepeat) {}

  /**
   * Which of a file's records are read again, and what they counted as so far.
   *
   * @param records how many records are read again
   * @param newRecords how many of them weren't counted as read before, since the file broke off
   * @param refusals how many rows they were refused as
   * @param amount the control amount of those rows, or null
   */
  record Again(long records, long newRecords, long refusals, BigDecimal amount) {}

  /**
   * What a source's new files hold, validated and held until it is staged.
   *
   * @param corrections what changes for files that were read before
   * @param rows all rows, good and bad, or nothing if there was nothing to read
   */
  public record Batch(
      SourceSettings source,
      List<IngestedFile> files,
      List<IngestedFile> corrections,
      Map<String, Map<String, Long>> reasons,
      Optional<LocalDate> newestDay,
      Optional<Dataset<Row>> rows) {

    /** What the gates ask of the batch. */
    public GateKeeper.Delivery delivery() {
      return new GateKeeper.Delivery(source, files, reasons, newestDay);
    }

    /** The rows that are to be staged: neither bad nor duplicates. */
    public Optional<Dataset<Row>> accepted() {
      return rows.map(
          all -> all.where(col("is_bad").equalTo(false).and(col("is_duplicate").equalTo(false))));
    }

    /** Whether any row, or any file as a whole, was refused. */
    boolean hasRefusals() {
      return reasons.values().stream().anyMatch(ofFile -> !ofFile.isEmpty())
          || files.stream().anyMatch(file -> file.failure() != null && file.quarantined() > 0);
    }

    /** Lets go of the rows that were held. */
    public void release() {
      rows.ifPresent(Dataset::unpersist);
    }
  }

  /**
   * Finds the new files of all sources.
   *
   * @return new files by source, in the sources' order; a source without any has an empty list
   * @throws ConfigException naming each source that has neither files nor staged rows
   */
  public Map<SourceSettings, List<NewFile>> discover() {
    return arrivals.discover();
  }

  /** Finds the new files that aren't dated after a day; otherwise as {@link #discover}. */
  public Map<SourceSettings, List<NewFile>> discoverUntil(LocalDate day) {
    return arrivals.discoverUntil(day);
  }

  /** Finds those of a source's files, known ones too, that have one of the names. */
  List<NewFile> named(SourceSettings source, Set<String> names) {
    return arrivals.named(source, names);
  }

  /** Finds all files of one source, known ones too. */
  public Map<SourceSettings, List<NewFile>> discoverAll(SourceSettings source) {
    return arrivals.discoverAll(source);
  }

  /** Finds all files, known ones too. */
  public Map<SourceSettings, List<NewFile>> discoverAll() {
    return arrivals.discoverAll();
  }

  /**
   * Plans the mappings of all sources that have new files; nothing is read.
   *
   * @throws ConfigException with everything that is wrong with the mappings
   */
  public Map<SourceSettings, Dataset<Row>> plan(Map<SourceSettings, List<NewFile>> found) {
    Map<SourceSettings, Dataset<Row>> mapped = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    found.forEach(
        (source, files) -> {
          List<NewFile> readable =
              files.stream().filter(file -> !file.inspection().isFailed()).toList();
          if (!readable.isEmpty()) {
            mapped.put(source, mapped(source, arrivals.raw(source.raw(), readable), problems));
          }
        });
    if (!problems.isEmpty()) {
      throw problems(settings, problems, "Correct the mapping SQL or the settings");
    }
    return mapped;
  }

  /**
   * Rows that lie in a database, mapped as they would be once they are landed.
   *
   * @param file stands for the file that a pull would land
   */
  public record Live(NewFile file, Dataset<Row> mapped) {}

  /**
   * Plans the mapping of one source on rows that aren't in a file yet; nothing is read.
   *
   * @throws ConfigException with everything that is wrong with the mapping
   */
  public Live live(SourceSettings source, Dataset<Row> rows) {
    var landed =
        new LandingFile(
            "",
            "%s/%s_000000_0.parquet".formatted(JdbcSettings.folder(source.name()), asOf),
            0,
            asOf.atStartOfDay(settings.timeZone()).toInstant());
    var file =
        new NewFile(
            "live",
            1,
            new FileInspection(
                landed, null, 0, List.of(rows.columns()), null, List.of(), null, null),
            false);
    Column record =
        struct(
            lit(file.id()).as("file_id"),
            monotonically_increasing_id().plus(1L).as("number"),
            to_json(struct(col("*"))).as("text"),
            lit(null).cast("string").as("problem"));
    List<String> problems = new ArrayList<>();
    Dataset<Row> mapped = mapped(source, rows.withColumn(Mapping.RECORD, record), problems);
    if (!problems.isEmpty()) {
      throw problems(settings, problems, "Correct the mapping SQL or the settings");
    }
    return new Live(file, mapped);
  }

  private Dataset<Row> mapped(SourceSettings source, Dataset<Row> raw, List<String> problems) {
    Map<String, Dataset<Row>> views = new LinkedHashMap<>();
    views.put(Mapping.RAW, raw);
    source.lookups().forEach(lookup -> views.put(lookup.name(), arrivals.lookup(source, lookup)));
    return Mapping.plan(spark, source, settings, views, problems);
  }

  /**
   * Validated rows of a source, to look at: contract columns, reasons, and where they came from.
   */
  public Dataset<Row> validated(SourceSettings source, List<NewFile> files, Dataset<Row> mapped) {
    var validator =
        new RowValidator(mapped.schema(), source, settings, arrivals.facts(source, files));
    return mapped.map(validator, Encoders.row(validator.output()));
  }

  /**
   * Reads the new files of one source and accounts for their records; stages nothing.
   *
   * <p><b>Cost:</b> one pass over the files, one shuffle by key; the rows are held (in memory, then
   * on disk) until {@link Batch#release}.
   *
   * @throws linkage.GateException naming the files that changed while they were read
   */
  public Batch read(SourceSettings source, List<NewFile> files, Dataset<Row> mapped) {
    return read(source, files, mapped, rows -> rows, Map.of());
  }

  /**
   * Reads some records of files again; otherwise as {@link #read}. The accounts are the changes to
   * those that the files have.
   *
   * @param chosen keeps, of rows with {@code file_id} and {@code record_number}, those to be read
   * @param again what is read again, by file id
   */
  Batch read(
      SourceSettings source,
      List<NewFile> files,
      Dataset<Row> mapped,
      UnaryOperator<Dataset<Row>> chosen,
      Map<String, Again> again) {
    try {
      Batch batch = marked(source, files, mapped, chosen, again);
      arrivals.checkUnchanged(source, files);
      checkConservation(batch.files());
      return batch;
    } catch (GateException e) {
      throw e;
    } catch (Exception e) {
      // A file that changes while it is read may break its reader first.
      arrivals.checkUnchanged(source, files);
      throw e;
    }
  }

  private Batch marked(
      SourceSettings source,
      List<NewFile> files,
      Dataset<Row> mapped,
      UnaryOperator<Dataset<Row>> chosen,
      Map<String, Again> again) {
    Optional<Dataset<Row>> staged =
        staging.has(source.name())
            ? Optional.of(staging.readOrEmpty(source.name(), RowSchemas.staged(source.name())))
            : Optional.empty();
    if (mapped == null) {
      List<IngestedFile> failed =
          files.stream().map(file -> account(source, file, null, 0, null)).toList();
      return new Batch(
          source, failed, List.of(), Map.of(), newestDay(staged, null), Optional.empty());
    }

    Dataset<Row> validated =
        chosen.apply(ForgottenRows.without(validated(source, files, mapped), source, forgotten));
    // The new rows are looked at twice when they are compared with staged ones, but read once.
    Dataset<Row> held =
        staged.isPresent() ? validated.persist(StorageLevel.MEMORY_AND_DISK()) : validated;
    Dataset<Row> rows =
        RowVersions.mark(
                held,
                files.stream().mapToLong(file -> file.inspection().records()).sum(),
                staged,
                Contract.source(source.name()),
                source.order(),
                learnedOn,
                settings.timeZone())
            .where(isNews(files))
            .persist(StorageLevel.MEMORY_AND_DISK());

    Map<String, FileTotals> totals = FileTotals.byFile(rows, Mapping.isRowByRow(mapped));
    Map<String, Map<String, Long>> reasons = new HashMap<>();
    totals.forEach((file, total) -> reasons.put(file, new HashMap<>(total.reasons())));
    Dataset<Row> complete = rows;
    Map<String, Long> leftOut = new HashMap<>();
    List<NewFile> fresh = files.stream().filter(file -> !file.isRepeat()).toList();
    if (!source.mappingMayFilter() && lost(fresh, totals, again) > 0) {
      Dataset<Row> unmapped = chosen.apply(unmapped(source, fresh, rows));
      unmapped
          .groupBy("file_id")
          .count()
          .collectAsList()
          .forEach(row -> leftOut.put(row.getString(0), row.getLong(1)));
      leftOut.forEach(
          (file, count) ->
              reasons.computeIfAbsent(file, none -> new HashMap<>()).put(Mapping.LEFT_OUT, count));
      complete = rows.unionByName(unmapped, true /* columns that were never parsed are null */);
    }

    List<IngestedFile> accounts =
        fresh.stream()
            .map(
                file ->
                    account(
                        source,
                        file,
                        totals.get(file.id()),
                        leftOut.getOrDefault(file.id(), 0L),
                        again.get(file.id())))
            .toList();
    return new Batch(
        source,
        accounts,
        corrections(source, files, totals),
        reasons,
        newestDay(staged, totals),
        Optional.of(complete));
  }

  /** All rows, but of files that were read before only versions: the rest is accounted for. */
  private static Column isNews(List<NewFile> files) {
    Object[] repeats = files.stream().filter(NewFile::isRepeat).map(NewFile::id).toArray();
    return not(col("file_id").isin(repeats)).or(not(col("is_bad")).and(not(col("is_duplicate"))));
  }

  private static List<IngestedFile> corrections(
      SourceSettings source, List<NewFile> files, Map<String, FileTotals> totals) {
    return files.stream()
        .filter(file -> file.isRepeat() && totals.containsKey(file.id()))
        .map(
            file -> {
              FileTotals versions = totals.get(file.id());
              return account(source, file, versions, 0, null)
                  .correctedBy(versions.accepted(), versions.amounts().accepted());
            })
        .toList();
  }

  /**
   * What is to be appended to staging; each append is independent of the others, and visible once
   * staging commits.
   */
  public List<Append> staged(List<Batch> batches, String runId) {
    List<Append> appends = new ArrayList<>();
    Dataset<Row> refused = null;
    List<Row> files = new ArrayList<>();
    for (Batch batch : batches) {
      batch.files().forEach(file -> files.add(file.toRow(runId, learnedOn.orElse(null))));
      batch.corrections().forEach(file -> files.add(file.toRow(runId, learnedOn.orElse(null))));
      if (acceptedRows(batch) > 0) {
        appends.add(new Append(staging, batch.source().name(), accepted(batch)));
      }
      if (batch.hasRefusals()) {
        Dataset<Row> part = refused(batch, runId);
        refused = refused == null ? part : refused.union(part);
      }
    }
    if (refused != null) {
      appends.add(new Append(staging, Quarantine.TABLE, refused.coalesce(1)));
    }
    if (!files.isEmpty()) {
      Dataset<Row> rows = spark.createDataFrame(files, IngestedFile.schema()).coalesce(1);
      appends.add(new Append(staging, IngestedFile.TABLE, rows));
    }
    return appends;
  }

  /** Rows on their way to one of staging's tables. */
  public record Append(Staging staging, String table, Dataset<Row> rows) {
    /** Writes the rows; gives back the table's name. */
    public String write() {
      staging.append(table, rows);
      return table;
    }
  }

  private Dataset<Row> accepted(Batch batch) {
    Dataset<Row> rows = batch.accepted().orElseThrow();
    return rows.drop("is_bad", "is_duplicate", "reasons", "details", "raw_text", "record_key")
        // Few files, or staging fills with small ones.
        .coalesce(files(acceptedRows(batch)));
  }

  private static long acceptedRows(Batch batch) {
    return IngestedFile.total(batch.files(), IngestedFile::accepted)
        + IngestedFile.total(batch.corrections(), IngestedFile::accepted);
  }

  private static int files(long rows) {
    return Math.toIntExact(1 + rows / ROWS_PER_FILE);
  }

  private Dataset<Row> refused(Batch batch, String runId) {
    List<Row> failed = new ArrayList<>();
    for (IngestedFile file : batch.files()) {
      if (file.failure() != null) {
        failed.add(
            org.apache.spark.sql.RowFactory.create(
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
                learnedOn.map(Date::valueOf).orElse(null)));
      }
    }
    Dataset<Row> wholeFiles = spark.createDataFrame(failed, Quarantine.schema());
    if (batch.rows().isEmpty()) {
      return wholeFiles;
    }
    boolean hasCurrency = Contract.source(batch.source().name()).has("currency");
    Dataset<Row> rows =
        batch
            .rows()
            .get()
            .where(col("is_bad").and(ForgottenRows.areLeftOut().equalTo(false)))
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
                lit(learnedOn.map(Date::valueOf).orElse(null)).cast("date").as("known_from"));
    return failed.isEmpty() ? rows : rows.union(wholeFiles);
  }

  /** How many records of readable files the mapping returned no row for. */
  private static long lost(
      List<NewFile> files, Map<String, FileTotals> totals, Map<String, Again> again) {
    return files.stream()
        .filter(file -> !file.inspection().isFailed())
        .mapToLong(
            file -> {
              FileTotals total = totals.get(file.id());
              return records(file, again.get(file.id())) - (total == null ? 0 : total.records());
            })
        .sum();
  }

  private static long records(NewFile file, Again again) {
    return again == null ? file.inspection().records() : again.records();
  }

  /** The records that the mapping returned no row for, as bad rows. */
  private Dataset<Row> unmapped(SourceSettings source, List<NewFile> files, Dataset<Row> rows) {
    List<NewFile> readable = files.stream().filter(file -> !file.inspection().isFailed()).toList();
    Map<String, FileFacts> facts = arrivals.facts(source, files);
    Column names = null;
    for (Map.Entry<String, FileFacts> file : facts.entrySet()) {
      Column isFile = col("file_id").equalTo(file.getKey());
      names =
          names == null
              ? when(isFile, file.getValue().name())
              : names.when(isFile, file.getValue().name());
    }
    Dataset<Row> records =
        arrivals
            .raw(source.raw(), readable)
            .select(
                col("_record.file_id").as("file_id"),
                col("_record.number").as("record_number"),
                col("_record.text").as("raw_text"));
    return ForgottenRows.withoutTexts(records, source, forgotten)
        .join(
            rows.select("file_id", "record_number"),
            scala.jdk.javaapi.CollectionConverters.asScala(List.of("file_id", "record_number"))
                .toSeq(),
            "left_anti")
        .withColumn("file_name", names)
        .withColumn("is_bad", lit(true))
        .withColumn("is_duplicate", lit(false))
        .withColumn("reasons", array(lit(Mapping.LEFT_OUT)))
        .withColumn("details", array(lit("")));
  }

  private static IngestedFile account(
      SourceSettings source, NewFile file, FileTotals total, long leftOut, Again again) {
    FileInspection inspection = file.inspection();
    LandingFile landed = inspection.file();
    boolean isFailed = inspection.isFailed();
    long chosen = records(file, again);
    long records = total == null ? 0 : total.records();
    long mapped = total == null ? 0 : total.mapped();
    long refusedBefore = again == null ? 0 : again.refusals();
    long countedBefore = again == null ? 0 : chosen - again.newRecords();
    var amounts = total == null ? IngestedFile.Amounts.NONE : total.amounts();
    return new IngestedFile(
        source.name(),
        landed.name(),
        file.id(),
        file.edition(),
        FileDates.of(source, landed.name()),
        inspection.sha256(),
        landed.bytes(),
        Timestamp.from(landed.modifiedAt()),
        inspection.failure(),
        chosen - countedBefore,
        (isFailed || !source.mappingMayFilter() ? 0 : chosen - records)
            + (total == null ? 0 : total.leftOut()),
        mapped - records - (refusedBefore - countedBefore),
        total == null ? 0 : total.accepted(),
        total == null ? 0 : total.duplicate(),
        (isFailed ? chosen : (total == null ? 0 : total.bad()) + leftOut) - refusedBefore,
        again == null ? amounts : amounts.without(again.amount()));
  }

  private static void checkConservation(List<IngestedFile> files) {
    for (IngestedFile file : files) {
      if (!file.isConserved()) {
        throw new IllegalStateException(
            "Cannot account for every record of %s: %s".formatted(file.file(), file));
      }
    }
  }

  private static Optional<LocalDate> newestDay(
      Optional<Dataset<Row>> staged, Map<String, FileTotals> totals) {
    List<LocalDate> days = new ArrayList<>();
    if (totals != null) {
      totals.values().stream()
          .map(FileTotals::newestDay)
          .filter(Objects::nonNull)
          .forEach(days::add);
    }
    staged.ifPresent(
        rows -> {
          Date day = rows.agg(max("event_day")).first().getDate(0);
          if (day != null) {
            days.add(day.toLocalDate());
          }
        });
    return days.stream().max(LocalDate::compareTo);
  }

  static ConfigException problems(Settings settings, List<String> problems, String whatToDo) {
    return new ConfigException(
        "Cannot start: %d problem(s) with the sources of %s.%n%s%nNothing was read or changed. %s, then run again."
            .formatted(
                problems.size(),
                settings.name(),
                String.join(System.lineSeparator(), problems.stream().map(p -> "- " + p).toList()),
                whatToDo));
  }
}
