package linkage.ingest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

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
import linkage.ConfigException;
import linkage.config.JdbcSettings;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.landing.FileInspection;
import linkage.landing.LandingFile;
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
  private final LocalDate asOf;

  public Ingest(SparkSession spark, Settings settings, Staging staging, LocalDate asOf) {
    this.spark = spark;
    this.settings = settings;
    this.staging = staging;
    this.arrivals = new Arrivals(spark, settings, staging);
    this.asOf = asOf;
  }

  /**
   * A file to be read tonight.
   *
   * @param id names the file by its source, name and content
   */
  public record NewFile(String id, FileInspection inspection) {}

  /**
   * What a source's new files hold, validated and held until it is staged.
   *
   * @param rows all rows, good and bad, or nothing if there was nothing to read
   */
  public record Batch(
      SourceSettings source,
      List<IngestedFile> files,
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
            new FileInspection(
                landed, null, 0, List.of(rows.columns()), null, List.of(), null, null));
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
   */
  public Batch read(SourceSettings source, List<NewFile> files, Dataset<Row> mapped) {
    Optional<Dataset<Row>> staged =
        staging.has(source.name()) ? Optional.of(staging.read(source.name())) : Optional.empty();
    if (mapped == null) {
      List<IngestedFile> failed =
          files.stream().map(file -> account(source, file, null, Map.of())).toList();
      return new Batch(source, failed, Map.of(), newestDay(staged, null), Optional.empty());
    }

    Dataset<Row> validated = validated(source, files, mapped);
    // The new rows are looked at twice when they are compared with staged ones, but read once.
    Dataset<Row> held =
        staged.isPresent() ? validated.persist(StorageLevel.MEMORY_AND_DISK()) : validated;
    Dataset<Row> rows =
        RowVersions.mark(
                held,
                staged,
                Contract.source(source.name()),
                source.order(),
                asOf,
                settings.timeZone())
            .persist(StorageLevel.MEMORY_AND_DISK());

    Map<String, FileTotals> totals = FileTotals.byFile(rows, Mapping.isRowByRow(mapped));
    Map<String, Map<String, Long>> reasons = new HashMap<>();
    totals.forEach((file, total) -> reasons.put(file, new HashMap<>(total.reasons())));
    Dataset<Row> complete = rows;
    Map<String, Long> leftOut = new HashMap<>();
    if (!source.mappingMayFilter() && lost(files, totals) > 0) {
      Dataset<Row> unmapped = unmapped(source, files, rows);
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
        files.stream().map(file -> account(source, file, totals.get(file.id()), leftOut)).toList();
    checkConservation(accounts);
    return new Batch(source, accounts, reasons, newestDay(staged, totals), Optional.of(complete));
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
      batch.files().forEach(file -> files.add(file.toRow(runId)));
      if (IngestedFile.total(batch.files(), IngestedFile::accepted) > 0) {
        appends.add(new Append(staging, batch.source().name(), accepted(batch)));
      }
      if (IngestedFile.total(batch.files(), IngestedFile::quarantined) > 0) {
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
        .coalesce(files(IngestedFile.total(batch.files(), IngestedFile::accepted)));
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
                runId));
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
            .where(col("is_bad"))
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
                lit(runId).as("run_id"));
    return failed.isEmpty() ? rows : rows.union(wholeFiles);
  }

  /** How many records of readable files the mapping returned no row for. */
  private static long lost(List<NewFile> files, Map<String, FileTotals> totals) {
    return files.stream()
        .filter(file -> !file.inspection().isFailed())
        .mapToLong(
            file -> {
              FileTotals total = totals.get(file.id());
              return file.inspection().records() - (total == null ? 0 : total.records());
            })
        .sum();
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
    return arrivals
        .raw(source.raw(), readable)
        .select(
            col("_record.file_id").as("file_id"),
            col("_record.number").as("record_number"),
            col("_record.text").as("raw_text"))
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
      SourceSettings source, NewFile file, FileTotals total, Map<String, Long> leftOut) {
    FileInspection inspection = file.inspection();
    LandingFile landed = inspection.file();
    long read = inspection.records();
    boolean isFailed = inspection.isFailed();
    long records = total == null ? 0 : total.records();
    long mapped = total == null ? 0 : total.mapped();
    long unmapped = leftOut.getOrDefault(file.id(), 0L);
    return new IngestedFile(
        source.name(),
        landed.name(),
        file.id(),
        inspection.sha256(),
        landed.bytes(),
        Timestamp.from(landed.modifiedAt()),
        inspection.failure(),
        read,
        isFailed || !source.mappingMayFilter() ? 0 : read - records,
        mapped - records,
        total == null ? 0 : total.accepted(),
        total == null ? 0 : total.duplicate(),
        isFailed ? read : (total == null ? 0 : total.bad()) + unmapped,
        total == null ? IngestedFile.Amounts.NONE : total.amounts());
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
