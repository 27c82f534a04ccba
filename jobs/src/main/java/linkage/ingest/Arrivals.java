package linkage.ingest;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import linkage.ConfigException;
import linkage.GateException;
import linkage.config.FileFormat;
import linkage.config.LookupSettings;
import linkage.config.RawFileSettings;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.landing.FileInspection;
import linkage.landing.FileShape;
import linkage.landing.LandingFile;
import linkage.landing.LandingFiles;
import linkage.landing.RawFiles;
import linkage.staging.Staging;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Finds the files of a deployment's sources and lookups, and reads them as they are.
 *
 * <p>A file is known by its name, size and time, else by the SHA-256 of its content: the same file
 * again is no news, a changed file under an old name is its next edition. A file whose content was
 * changed without changing its size or time goes unnoticed until it is touched.
 */
final class Arrivals {
  private final SparkSession spark;
  private final Settings settings;
  private final Staging staging;

  Arrivals(SparkSession spark, Settings settings, Staging staging) {
    this.spark = spark;
    this.settings = settings;
    this.staging = staging;
  }

  /**
   * Finds the new files of all sources.
   *
   * @return new files by source, in the sources' order; a source without any has an empty list
   * @throws ConfigException naming each source that has neither files nor staged rows
   */
  Map<SourceSettings, List<Ingest.NewFile>> discover() {
    return discover(settings.sources(), newFiles(Optional.empty()));
  }

  /** Finds the new files of all sources that aren't dated after a day; otherwise the same. */
  Map<SourceSettings, List<Ingest.NewFile>> discoverUntil(LocalDate day) {
    return discover(settings.sources(), newFiles(Optional.of(day)));
  }

  /** Finds the new files of all sources, and those that hold rows which are put aside. */
  Ingest.Found discoverAndReplay() {
    Map<List<String>, KnownFile> known = KnownFile.all(staging);
    var scope =
        new Discovery.Scope(
            known, known, Optional.empty(), Refusals.byFile(staging), new ArrayList<>());
    return new Ingest.Found(discover(settings.sources(), scope), scope.left());
  }

  /** Finds all files of one source, known ones too. */
  Map<SourceSettings, List<Ingest.NewFile>> discoverAll(SourceSettings source) {
    return discover(List.of(source), allFiles());
  }

  /** Finds all files, known ones too. */
  Map<SourceSettings, List<Ingest.NewFile>> discoverAll() {
    return discover(settings.sources(), allFiles());
  }

  private Discovery.Scope newFiles(Optional<LocalDate> until) {
    Map<List<String>, KnownFile> known = KnownFile.all(staging);
    return new Discovery.Scope(known, known, until, Map.of(), List.of());
  }

  /** All are found anew, but judged as a night would judge them, which reads the new ones only. */
  private Discovery.Scope allFiles() {
    return new Discovery.Scope(
        Map.of(), KnownFile.all(staging), Optional.empty(), Map.of(), List.of());
  }

  /**
   * Makes sure that files are as they were when they were found.
   *
   * @throws GateException naming those that changed while they were read
   */
  void checkUnchanged(SourceSettings source, List<Ingest.NewFile> read) {
    // A Delta table is read at the version that was found, whatever comes after it.
    if (read.isEmpty() || source.raw().format() == FileFormat.DELTA) {
      return;
    }
    Map<String, LandingFile> now =
        list(source.raw()).stream().collect(Collectors.toMap(LandingFile::name, file -> file));
    List<String> changed =
        read.stream()
            .map(file -> file.inspection().file())
            .filter(file -> !file.equals(now.get(file.name())))
            .map(file -> change(file, now.get(file.name())))
            .toList();
    if (!changed.isEmpty()) {
      throw new GateException(
          ("Cannot go on: %d file(s) of %s changed while they were read.%n%s%nNothing was staged and"
                  + " the published marts are unchanged. Deliver files under a name that starts"
                  + " with a dot and rename them once they are complete, then run again.")
              .formatted(
                  changed.size(), source.name(), String.join(System.lineSeparator(), changed)));
    }
  }

  private static String change(LandingFile before, LandingFile now) {
    return now == null
        ? "- %s is gone".formatted(before.name())
        : "- %s had %,d bytes, of %s; now it has %,d, of %s"
            .formatted(
                before.name(), before.bytes(), before.modifiedAt(), now.bytes(), now.modifiedAt());
  }

  private Map<SourceSettings, List<Ingest.NewFile>> discover(
      List<SourceSettings> sources, Discovery.Scope scope) {
    Map<SourceSettings, List<Ingest.NewFile>> found = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (SourceSettings source : sources) {
      List<LandingFile> files = list(source.raw());
      // Of a database there is no file before its first pull.
      boolean mayBeEmpty = staging.has(source.name()) || source.jdbc().isPresent();
      if (!mayBeEmpty && files.stream().noneMatch(file -> scope.isWanted(source, file))) {
        problems.add("source %s: %s".formatted(source.name(), nothingToRead(source, files, scope)));
      }
      for (LookupSettings lookup : source.lookups()) {
        if (list(lookup.raw()).isEmpty()) {
          problems.add(
              "source %s: no file matches %s of lookup %s under %s"
                  .formatted(
                      source.name(), lookup.raw().globs(), lookup.name(), settings.landing()));
        }
      }
      found.put(
          source,
          problems.isEmpty()
              ? Discovery.of(source, files, scope, wanted -> inspect(source.raw(), wanted))
              : List.of());
    }
    if (!problems.isEmpty()) {
      throw Ingest.problems(
          settings,
          problems,
          "Deliver the files, correct `files` or `landing`, or begin with a later day");
    }
    return found;
  }

  private String nothingToRead(
      SourceSettings source, List<LandingFile> files, Discovery.Scope scope) {
    return files.stream()
        .map(LandingFile::name)
        .min(Comparator.comparing(name -> FileDates.of(source, name)))
        .map(
            first ->
                "all %,d file(s) are dated after %s, the first %s"
                    .formatted(files.size(), scope.until().orElseThrow(), first))
        .orElseGet(
            () ->
                "no file matches %s under %s".formatted(source.raw().globs(), settings.landing()));
  }

  /** All files of a source or a lookup as they lie in landing, each by its name. */
  List<Ingest.NewFile> all(RawFileSettings raw) {
    return inspect(raw, list(raw)).stream()
        .map(found -> new Ingest.NewFile(found.file().name(), 1, found, Optional.empty(), Map.of()))
        .toList();
  }

  /** The rows of all files of a lookup. */
  Dataset<Row> lookup(SourceSettings source, LookupSettings lookup) {
    List<Ingest.NewFile> files = all(lookup.raw());
    for (Ingest.NewFile file : files) {
      FileInspection inspection = file.inspection();
      if (inspection.isFailed()) {
        throw new GateException(
            ("Cannot read lookup %s of source %s: file %s %s. Nothing was staged and the published"
                    + " marts are unchanged. Mend the file, then run again.")
                .formatted(
                    lookup.name(), source.name(), inspection.file().name(), inspection.failure()));
      }
    }
    return raw(lookup.raw(), files).drop(Mapping.RECORD);
  }

  /** What is known of each file besides its content, by file id. */
  Map<String, FileFacts> facts(SourceSettings source, List<Ingest.NewFile> files) {
    Map<String, FileFacts> facts = new HashMap<>();
    for (Ingest.NewFile file : files) {
      LandingFile landed = file.inspection().file();
      facts.put(
          file.id(),
          new FileFacts(
              landed.name(),
              file.edition(),
              FileDates.of(source, landed.name()),
              landed.modifiedAt().atZone(settings.timeZone()).toLocalDate()));
    }
    return facts;
  }

  private List<LandingFile> list(RawFileSettings raw) {
    return LandingFiles.list(
        spark.sparkContext().hadoopConfiguration(), settings.landing(), raw.globs());
  }

  private List<FileInspection> inspect(RawFileSettings raw, List<LandingFile> files) {
    return files.isEmpty() ? List.of() : RawFiles.inspect(spark, shape(raw), files);
  }

  /** The records of files as rows. */
  Dataset<Row> raw(RawFileSettings raw, List<Ingest.NewFile> files) {
    return RawFiles.read(spark, shape(raw), identified(files));
  }

  /** The texts of some records of files: file_id, number and text. */
  Dataset<Row> texts(RawFileSettings raw, List<Ingest.NewFile> files, Dataset<Row> addresses) {
    return RawFiles.texts(spark, shape(raw), identified(files), addresses);
  }

  private static List<RawFiles.IdentifiedFile> identified(List<Ingest.NewFile> files) {
    return files.stream()
        .map(file -> new RawFiles.IdentifiedFile(file.id(), file.inspection()))
        .toList();
  }

  private static FileShape shape(RawFileSettings raw) {
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
}
