package linkage.ingest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.explode_outer;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import linkage.ConfigException;
import linkage.GateException;
import linkage.config.LookupSettings;
import linkage.config.RawFiles;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.landing.FileInspection;
import linkage.landing.FileShape;
import linkage.landing.LandingFile;
import linkage.landing.LandingFiles;
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
  private final LocalDate asOf;

  public Ingest(SparkSession spark, Settings settings, Staging staging, LocalDate asOf) {
    this.spark = spark;
    this.settings = settings;
    this.staging = staging;
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
    return discover(settings.sources(), knownFiles());
  }

  /** Finds all files of one source, known ones too. */
  public Map<SourceSettings, List<NewFile>> discoverAll(SourceSettings source) {
    return discover(List.of(source), List.of());
  }

  /** Finds all files, known ones too. */
  public Map<SourceSettings, List<NewFile>> discoverAll() {
    return discover(settings.sources(), List.of());
  }

  private Map<SourceSettings, List<NewFile>> discover(
      List<SourceSettings> sources, List<Row> knownFiles) {
    Map<SourceSettings, List<NewFile>> found = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (SourceSettings source : sources) {
      List<LandingFile> files = list(source.raw());
      boolean isKnown = staging.has(source.name());
      if (files.isEmpty() && !isKnown) {
        problems.add(
            "source %s: no file matches %s under %s"
                .formatted(source.name(), source.raw().globs(), settings.landing()));
      }
      for (LookupSettings lookup : source.lookups()) {
        if (list(lookup.raw()).isEmpty()) {
          problems.add(
              "source %s: no file matches %s of lookup %s under %s"
                  .formatted(
                      source.name(), lookup.raw().globs(), lookup.name(), settings.landing()));
        }
      }
      found.put(source, problems.isEmpty() ? newFiles(source, files, knownFiles) : List.of());
    }
    if (!problems.isEmpty()) {
      throw configProblems(problems, "Deliver the files, or correct `files` or `landing`");
    }
    return found;
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
            Map<String, Dataset<Row>> views = new LinkedHashMap<>();
            views.put(Mapping.RAW, raw(source.raw(), readable));
            source.lookups().forEach(lookup -> views.put(lookup.name(), lookup(source, lookup)));
            mapped.put(source, Mapping.plan(spark, source, settings, views, problems));
          }
        });
    if (!problems.isEmpty()) {
      throw configProblems(problems, "Correct the mapping SQL or the settings");
    }
    return mapped;
  }

  /**
   * Validated rows of a source, to look at: contract columns, reasons, and where they came from.
   */
  public Dataset<Row> validated(SourceSettings source, List<NewFile> files, Dataset<Row> mapped) {
    var validator = new RowValidator(mapped.schema(), source, settings, facts(source, files));
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

    Map<String, Row> totals = new HashMap<>();
    for (Row total : totalsByFile(rows).collectAsList()) {
      totals.put(total.getString(0), total);
    }
    Map<String, Map<String, Long>> reasons = reasonsByFile(rows, totals);
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
    Dataset<Row> rows =
        batch
            .rows()
            .orElseThrow()
            .where(col("is_bad").equalTo(false).and(col("is_duplicate").equalTo(false)));
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

  private static Dataset<Row> totalsByFile(Dataset<Row> rows) {
    Column isAccepted = col("is_bad").equalTo(false).and(col("is_duplicate").equalTo(false));
    Column amount = col("control_amount");
    return rows.groupBy("file_id")
        .agg(
            count(lit(1)).as("mapped"),
            countDistinct(col("record_number")).as("records"),
            sum(isAccepted.cast("long")).as("accepted"),
            sum(col("is_duplicate").cast("long")).as("duplicate"),
            sum(col("is_bad").cast("long")).as("bad"),
            sum(amount).cast("decimal(18,2)").as("read_amount"),
            sum(when(isAccepted, amount)).cast("decimal(18,2)").as("accepted_amount"),
            sum(when(col("is_duplicate"), amount)).cast("decimal(18,2)").as("duplicate_amount"),
            sum(when(col("is_bad"), amount)).cast("decimal(18,2)").as("bad_amount"),
            max(when(isAccepted, col("event_day"))).as("newest_day"));
  }

  private static Map<String, Map<String, Long>> reasonsByFile(
      Dataset<Row> rows, Map<String, Row> totals) {
    Map<String, Map<String, Long>> reasons = new HashMap<>();
    boolean anyBad = totals.values().stream().anyMatch(total -> total.getLong(5) > 0);
    if (anyBad) {
      rows.where(col("is_bad"))
          .select(col("file_id"), explode_outer(col("reasons")).as("reason"))
          .groupBy("file_id", "reason")
          .count()
          .collectAsList()
          .forEach(
              row ->
                  reasons
                      .computeIfAbsent(row.getString(0), none -> new HashMap<>())
                      .put(row.getString(1), row.getLong(2)));
    }
    return reasons;
  }

  /** How many records of readable files the mapping returned no row for. */
  private static long lost(List<NewFile> files, Map<String, Row> totals) {
    return files.stream()
        .filter(file -> !file.inspection().isFailed())
        .mapToLong(
            file -> {
              Row total = totals.get(file.id());
              return file.inspection().records() - (total == null ? 0 : total.getLong(2));
            })
        .sum();
  }

  /** The records that the mapping returned no row for, as bad rows. */
  private Dataset<Row> unmapped(SourceSettings source, List<NewFile> files, Dataset<Row> rows) {
    List<NewFile> readable = files.stream().filter(file -> !file.inspection().isFailed()).toList();
    Map<String, FileFacts> facts = facts(source, files);
    Column names = null;
    for (Map.Entry<String, FileFacts> file : facts.entrySet()) {
      Column isFile = col("file_id").equalTo(file.getKey());
      names =
          names == null
              ? when(isFile, file.getValue().name())
              : names.when(isFile, file.getValue().name());
    }
    return raw(source.raw(), readable)
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
      SourceSettings source, NewFile file, Row total, Map<String, Long> leftOut) {
    FileInspection inspection = file.inspection();
    LandingFile landed = inspection.file();
    long read = inspection.records();
    boolean isFailed = inspection.isFailed();
    long records = total == null ? 0 : total.getLong(2);
    long mapped = total == null ? 0 : total.getLong(1);
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
        total == null ? 0 : total.getLong(3),
        total == null ? 0 : total.getLong(4),
        isFailed ? read : (total == null ? 0 : total.getLong(5)) + unmapped,
        total == null
            ? IngestedFile.Amounts.NONE
            : new IngestedFile.Amounts(
                amount(total, 6), amount(total, 7), amount(total, 8), amount(total, 9)));
  }

  private static BigDecimal amount(Row total, int column) {
    return total.getDecimal(column);
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
      Optional<Dataset<Row>> staged, Map<String, Row> totals) {
    List<LocalDate> days = new ArrayList<>();
    if (totals != null) {
      for (Row total : totals.values()) {
        Date day = total.getDate(10);
        if (day != null) {
          days.add(day.toLocalDate());
        }
      }
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

  private List<Row> knownFiles() {
    // One small row per file ever read.
    return staging.has(IngestedFile.TABLE)
        ? staging
            .read(IngestedFile.TABLE)
            .select("source", "file", "sha256", "bytes", "modified_at")
            .collectAsList()
        : List.of();
  }

  /** Files that aren't known by name, size and time, nor, once inspected, by content. */
  private List<NewFile> newFiles(
      SourceSettings source, List<LandingFile> files, List<Row> knownFiles) {
    Set<List<Object>> untouched = new HashSet<>();
    Set<List<Object>> contents = new HashSet<>();
    for (Row known : knownFiles) {
      if (known.getString(0).equals(source.name())) {
        untouched.add(List.of(known.getString(1), known.getLong(3), known.getTimestamp(4)));
        contents.add(List.of(known.getString(1), String.valueOf(known.getString(2))));
      }
    }
    List<LandingFile> toInspect =
        files.stream()
            .filter(
                file ->
                    !untouched.contains(
                        List.of(file.name(), file.bytes(), Timestamp.from(file.modifiedAt()))))
            .toList();
    List<NewFile> found = new ArrayList<>();
    for (FileInspection inspection : inspect(source.raw(), toInspect)) {
      String name = inspection.file().name();
      if (!contents.contains(List.of(name, String.valueOf(inspection.sha256())))) {
        found.add(new NewFile(fileId(source.name(), name, inspection.sha256()), inspection));
      }
    }
    return found;
  }

  private static String fileId(String source, String name, String sha256) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((source + "|" + name + "|" + sha256).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, FileFacts> facts(SourceSettings source, List<NewFile> files) {
    Map<String, FileFacts> facts = new HashMap<>();
    for (NewFile file : files) {
      LandingFile landed = file.inspection().file();
      facts.put(
          file.id(),
          new FileFacts(
              landed.name(),
              FileDates.of(source, landed.name()),
              landed.modifiedAt().atZone(settings.timeZone()).toLocalDate()));
    }
    return facts;
  }

  private Dataset<Row> lookup(SourceSettings source, LookupSettings lookup) {
    List<NewFile> files = new ArrayList<>();
    for (FileInspection inspection : inspect(lookup.raw(), list(lookup.raw()))) {
      if (inspection.isFailed()) {
        throw new GateException(
            ("Cannot read lookup %s of source %s: file %s %s. Nothing was staged and the published"
                    + " marts are unchanged. Mend the file, then run again.")
                .formatted(
                    lookup.name(), source.name(), inspection.file().name(), inspection.failure()));
      }
      files.add(new NewFile(inspection.file().name(), inspection));
    }
    return raw(lookup.raw(), files).drop(Mapping.RECORD);
  }

  private List<LandingFile> list(RawFiles raw) {
    return LandingFiles.list(
        spark.sparkContext().hadoopConfiguration(), settings.landing(), raw.globs());
  }

  private List<FileInspection> inspect(RawFiles raw, List<LandingFile> files) {
    return files.isEmpty() ? List.of() : linkage.landing.RawFiles.inspect(spark, shape(raw), files);
  }

  private Dataset<Row> raw(RawFiles raw, List<NewFile> files) {
    return linkage.landing.RawFiles.read(
        spark,
        shape(raw),
        files.stream()
            .map(file -> new linkage.landing.RawFiles.IdentifiedFile(file.id(), file.inspection()))
            .toList());
  }

  private static FileShape shape(RawFiles raw) {
    return switch (raw.format()) {
      case CSV ->
          FileShape.csv()
              .withDelimiter(raw.delimiter())
              .withQuote(raw.quote())
              .withCharset(raw.encoding().name());
      case JSONL -> FileShape.jsonl().withCharset(raw.encoding().name());
      case PARQUET -> FileShape.parquet();
      case DELTA -> FileShape.delta();
    };
  }

  private ConfigException configProblems(List<String> problems, String whatToDo) {
    return new ConfigException(
        "Cannot start: %d problem(s) with the sources of %s.%n%s%nNothing was read or changed. %s, then run again."
            .formatted(
                problems.size(),
                settings.name(),
                String.join(System.lineSeparator(), problems.stream().map(p -> "- " + p).toList()),
                whatToDo));
  }
}
