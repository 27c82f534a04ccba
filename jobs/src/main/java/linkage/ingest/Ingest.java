package linkage.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import linkage.ConfigException;
import linkage.GateException;
import linkage.config.JdbcSettings;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.landing.FileInspection;
import linkage.landing.LandingFile;
import linkage.staging.Forgotten;
import linkage.staging.Staging;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One night's ingest: finds what is new, reads it, and stages what is valid. A file is read once,
 * and once more only where rows that are new stand before its duplicates, to replay rows of it, or
 * for the texts of those that a table has refused of it.
 *
 * <p>Nothing is written before every gate has been passed: {@link #discover}, then {@link #read}
 * for each source, then {@link GateKeeper#check}, then {@link #staged}.
 */
public final class Ingest {
  /** Files that a message names. */
  private static final int MOST_NAMES = 3;

  private final SparkSession spark;
  private final Settings settings;
  private final Staging staging;
  private final Arrivals arrivals;
  private final Forgotten forgotten;
  private final LocalDate asOf;

  /** The day from which what is read counts as known; none in a warehouse's first run. */
  private final Optional<LocalDate> learnedOn;

  /** See {@link SourceReading#MANY}. */
  private final long many;

  public Ingest(SparkSession spark, Settings settings, Staging staging, LocalDate asOf) {
    this(spark, settings, staging, asOf, SourceReading.MANY);
  }

  Ingest(SparkSession spark, Settings settings, Staging staging, LocalDate asOf, long many) {
    this.spark = spark;
    this.settings = settings;
    this.staging = staging;
    this.arrivals = new Arrivals(spark, settings, staging);
    this.forgotten = Forgotten.of(staging, settings, System::getenv);
    this.asOf = asOf;
    this.many = many;
    this.learnedOn = staging.isNew() ? Optional.empty() : Optional.of(asOf);
  }

  /**
   * A file that a night looks into: a new one, or a known one of which rows are read once more, or
   * which turned out to be the same at another time.
   *
   * @param id names the file by its source, name, content and edition
   * @param edition counts the contents that came under the name, from 1
   * @param before what is known of it if it was read before
   * @param lost the columns that it lacks and that an earlier file had, each with the first such
   */
  public record NewFile(
      String id,
      int edition,
      FileInspection inspection,
      Optional<ReadBefore> before,
      Map<String, String> lost) {
    /** Whether the file was read before. */
    public boolean isKnown() {
      return before.isPresent();
    }

    /** Whether rows of it can be and are to be read. */
    boolean isRead() {
      return !inspection.isFailed() && before.map(ReadBefore::isRead).orElse(true);
    }

    NewFile lacking(Map<String, String> columns) {
      return new NewFile(id, edition, inspection, before, columns);
    }

    /** What of it was put aside and is replayed. */
    Optional<Refusals> replayed() {
      return before.flatMap(ReadBefore::replayed);
    }

    boolean isReplayed() {
      return replayed().isPresent();
    }
  }

  /**
   * What a night is to read.
   *
   * @param files by source, in the sources' order; a source without any has an empty list
   * @param left which files' rows can't be replayed, and why
   */
  public record Found(Map<SourceSettings, List<NewFile>> files, List<String> left) {}

  /**
   * What was read of a source, validated and held until it is staged.
   *
   * @param files the accounts of new files
   * @param replayed what changes for files of which rows that had been put aside are read again
   * @param corrections what changes for other files that were read before
   * @param newestDay the newest event day known of the source, if a gate asks for it
   * @param rows all rows, good and bad, or nothing if there was nothing to read; those of tables
   *     may come without texts
   * @param refused the bad ones with the texts of their records, likewise
   * @param held what is to be let go of when the batch is
   * @param takenBack file and number of the records that are replayed
   */
  public record Batch(
      SourceSettings source,
      List<IngestedFile> files,
      List<IngestedFile> replayed,
      List<IngestedFile> corrections,
      Map<String, Map<String, Long>> reasons,
      Optional<LocalDate> newestDay,
      Optional<Dataset<Row>> rows,
      Optional<Dataset<Row>> refused,
      List<Dataset<Row>> held,
      Optional<Dataset<Row>> takenBack) {

    /** What the gates ask of the batch. */
    public GateKeeper.Delivery delivery() {
      return new GateKeeper.Delivery(source, files, reasons, newestDay);
    }

    /** The rows that are to be staged: neither bad nor duplicates. */
    public Optional<Dataset<Row>> accepted() {
      return rows.map(
          all -> all.where(col("is_bad").equalTo(false).and(col("is_duplicate").equalTo(false))));
    }

    /** The accounts of new files, and the changes to those of others. */
    List<IngestedFile> accounts() {
      return Stream.of(files, replayed, corrections).flatMap(List::stream).toList();
    }

    /** Whether any row, or any file as a whole, was refused. */
    boolean hasRefusals() {
      return reasons.values().stream().anyMatch(ofFile -> !ofFile.isEmpty())
          || files.stream().anyMatch(file -> file.failure() != null && file.quarantined() > 0);
    }

    /** Lets go of what was held. */
    public void release() {
      held.forEach(Dataset::unpersist);
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

  /**
   * Finds the new files of all sources, and those that hold rows which are put aside; otherwise as
   * {@link #discover}.
   */
  public Found discoverAndReplay() {
    return arrivals.discoverAndReplay();
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
   * @throws ConfigException with everything that is wrong with the mappings, and each column that a
   *     mapping needs and a file has lost
   */
  public Map<SourceSettings, Dataset<Row>> plan(Map<SourceSettings, List<NewFile>> found) {
    Map<SourceSettings, Dataset<Row>> mapped = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    found.forEach(
        (source, files) -> {
          List<NewFile> readable = files.stream().filter(NewFile::isRead).toList();
          if (!readable.isEmpty()) {
            Map<String, Dataset<Row>> views = views(source, arrivals.raw(source.raw(), readable));
            List<String> ofSource = new ArrayList<>();
            mapped.put(
                source, Mapping.plan(spark, source, settings, views, names(readable), ofSource));
            problems.addAll(ofSource.isEmpty() ? lost(source, views, readable) : ofSource);
          }
        });
    if (!problems.isEmpty()) {
      throw problems(settings, problems, "Correct the files, the mapping SQL or the settings");
    }
    return mapped;
  }

  /** What files have lost that the mapping can't be planned without. */
  private List<String> lost(
      SourceSettings source, Map<String, Dataset<Row>> views, List<NewFile> files) {
    Map<String, Boolean> isNeeded = new HashMap<>();
    List<String> problems = new ArrayList<>();
    for (NewFile file : files) {
      file.lost()
          .forEach(
              (column, holder) -> {
                if (isNeeded.computeIfAbsent(column, name -> !isMapped(source, views, name))) {
                  problems.add(Mapping.lost(source, file, column, holder));
                }
              });
    }
    return problems;
  }

  private boolean isMapped(
      SourceSettings source, Map<String, Dataset<Row>> views, String withoutColumn) {
    Map<String, Dataset<Row>> without = new LinkedHashMap<>(views);
    without.put(Mapping.RAW, views.get(Mapping.RAW).drop(withoutColumn));
    List<String> problems = new ArrayList<>();
    Mapping.plan(spark, source, settings, without, "", problems);
    return problems.isEmpty();
  }

  private static String names(List<NewFile> files) {
    List<String> names = files.stream().map(file -> file.inspection().file().name()).toList();
    return names.size() <= MOST_NAMES
        ? String.join(", ", names)
        : "%s and %,d more file(s)"
            .formatted(String.join(", ", names.subList(0, MOST_NAMES)), names.size() - MOST_NAMES);
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
            Optional.empty(),
            Map.of());
    Column record =
        struct(
            lit(file.id()).as("file_id"),
            monotonically_increasing_id().plus(1L).as("number"),
            to_json(struct(col("*"))).as("text"),
            lit(null).cast("string").as("problem"));
    List<String> problems = new ArrayList<>();
    Map<String, Dataset<Row>> views = views(source, rows.withColumn(Mapping.RECORD, record));
    Dataset<Row> mapped = Mapping.plan(spark, source, settings, views, "the database", problems);
    if (!problems.isEmpty()) {
      throw problems(settings, problems, "Correct the mapping SQL or the settings");
    }
    return new Live(file, mapped);
  }

  /** What a mapping may read from: the raw files, and lookups. */
  private Map<String, Dataset<Row>> views(SourceSettings source, Dataset<Row> raw) {
    Map<String, Dataset<Row>> views = new LinkedHashMap<>();
    views.put(Mapping.RAW, withOptionalColumns(source, raw));
    source.lookups().forEach(lookup -> views.put(lookup.name(), arrivals.lookup(source, lookup)));
    return views;
  }

  private static Dataset<Row> withOptionalColumns(SourceSettings source, Dataset<Row> raw) {
    Set<String> held = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    held.addAll(List.of(raw.columns()));
    Dataset<Row> rows = raw;
    for (String column : source.optionalColumns()) {
      if (held.add(column)) {
        rows = rows.withColumn(column, lit(null).cast("string"));
      }
    }
    return rows;
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
   * Reads the files of one source and accounts for their records; stages nothing.
   *
   * <p><b>Cost:</b> one pass over the files, and one more over tables of which rows are refused;
   * one shuffle by key; in a source's first load of {@value SourceReading#MANY} records or more,
   * only of those whose key others share. What the rows are made of is held (in memory, then on
   * disk) until {@link Batch#release}.
   *
   * @throws linkage.GateException naming the files that changed while they were read
   */
  public Batch read(SourceSettings source, List<NewFile> files, Dataset<Row> mapped) {
    try {
      var reading = new SourceReading(staging, source, settings, files, learnedOn, many);
      Batch batch =
          mapped == null
              ? reading.nothing()
              : reading.of(
                  ForgottenRows.without(
                      validated(
                          source, files, areTextsReadLater(source) ? withoutTexts(mapped) : mapped),
                      source,
                      forgotten),
                  Mapping.isRowByRow(mapped),
                  texts(source));
      arrivals.checkUnchanged(source, files);
      batch.accounts().forEach(IngestedFile::checkConserved);
      return batch;
    } catch (GateException e) {
      throw e;
    } catch (Exception e) {
      // A file that changes while it is read may break its reader first.
      arrivals.checkUnchanged(source, files);
      throw e;
    }
  }

  /**
   * Whether the texts of refused records are read once it is known which they are. A table's rows
   * have none, and to write each out takes a quarter of reading; but who was forgotten is looked
   * for in texts.
   */
  private boolean areTextsReadLater(SourceSettings source) {
    return forgotten.isEmpty() && !source.raw().format().isText();
  }

  /**
   * The same rows without texts: where the mapping hands {@code _record} on, Spark then makes none.
   */
  static Dataset<Row> withoutTexts(Dataset<Row> mapped) {
    // Field by field, since an update of the struct would read all of it.
    return mapped.withColumn(
        Mapping.RECORD,
        struct(
            col("_record.file_id").as("file_id"),
            col("_record.number").as("number"),
            lit(null).cast("string").as("text"),
            col("_record.problem").as("problem")));
  }

  private SourceReading.Texts texts(SourceSettings source) {
    return new SourceReading.Texts() {
      @Override
      public Dataset<Row> all(List<NewFile> files) {
        Dataset<Row> records = arrivals.raw(source.raw(), files).select(Mapping.RECORD + ".*");
        return ForgottenRows.withoutTexts(addressed(records), source, forgotten);
      }

      @Override
      public Optional<Dataset<Row>> later(List<NewFile> files, Dataset<Row> addresses) {
        return areTextsReadLater(source)
            ? Optional.of(addressed(arrivals.texts(source.raw(), files, addresses)))
            : Optional.empty();
      }

      private Dataset<Row> addressed(Dataset<Row> records) {
        return records.select(
            col("file_id"), col("number").as("record_number"), col("text").as("raw_text"));
      }
    };
  }

  /** What is to be appended to staging; see {@link Appends}. */
  public List<Append> staged(List<Batch> batches, String runId) {
    return new Appends(spark, staging, runId, learnedOn).of(batches);
  }

  /** Rows on their way to one of staging's tables. */
  public record Append(Staging staging, String table, Dataset<Row> rows) {
    /** Writes the rows; gives back the table's name. */
    public String write() {
      staging.append(table, rows);
      return table;
    }
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
