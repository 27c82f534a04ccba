package linkage.ingest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import linkage.ConfigException;
import linkage.GateException;
import linkage.config.FileFormat;
import linkage.config.LookupSettings;
import linkage.config.RawFileSettings;
import linkage.config.RowOrder;
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
    return discover(settings.sources(), knownFiles(), (any, file) -> true);
  }

  /** Finds the new files of all sources that aren't dated after a day; otherwise the same. */
  Map<SourceSettings, List<Ingest.NewFile>> discoverUntil(LocalDate day) {
    return discover(
        settings.sources(),
        knownFiles(),
        (source, file) -> {
          LocalDate date = FileDates.of(source, file.name());
          return date == null || !date.isAfter(day);
        });
  }

  /**
   * Finds those of a source's files that have one of the names and are, in content, as they were
   * when they were last read.
   */
  List<Ingest.NewFile> named(SourceSettings source, Set<String> names) {
    Map<List<String>, Known> known = knownFiles();
    List<LandingFile> files =
        list(source.raw()).stream().filter(file -> names.contains(file.name())).toList();
    List<Ingest.NewFile> found = new ArrayList<>();
    for (FileInspection inspection : inspect(source.raw(), files)) {
      Known before = known.get(List.of(source.name(), inspection.file().name()));
      if (before != null && Objects.equals(before.sha256(), inspection.sha256())) {
        found.add(new Ingest.NewFile(before.id(), before.edition(), inspection, false));
      }
    }
    return found;
  }

  /** Finds all files of one source, known ones too. */
  Map<SourceSettings, List<Ingest.NewFile>> discoverAll(SourceSettings source) {
    return discover(List.of(source), Map.of(), (any, file) -> true);
  }

  /** Finds all files, known ones too. */
  Map<SourceSettings, List<Ingest.NewFile>> discoverAll() {
    return discover(settings.sources(), Map.of(), (any, file) -> true);
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
      List<SourceSettings> sources,
      Map<List<String>, Known> knownFiles,
      BiPredicate<SourceSettings, LandingFile> isWanted) {
    Map<SourceSettings, List<Ingest.NewFile>> found = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (SourceSettings source : sources) {
      List<LandingFile> files =
          list(source.raw()).stream().filter(file -> isWanted.test(source, file)).toList();
      // Of a database there is no file before its first pull.
      boolean mayBeEmpty = staging.has(source.name()) || source.jdbc().isPresent();
      if (files.isEmpty() && !mayBeEmpty) {
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
      throw Ingest.problems(
          settings, problems, "Deliver the files, or correct `files` or `landing`");
    }
    return found;
  }

  /** The rows of all files of a lookup. */
  Dataset<Row> lookup(SourceSettings source, LookupSettings lookup) {
    List<Ingest.NewFile> files = new ArrayList<>();
    for (FileInspection inspection : inspect(lookup.raw(), list(lookup.raw()))) {
      if (inspection.isFailed()) {
        throw new GateException(
            ("Cannot read lookup %s of source %s: file %s %s. Nothing was staged and the published"
                    + " marts are unchanged. Mend the file, then run again.")
                .formatted(
                    lookup.name(), source.name(), inspection.file().name(), inspection.failure()));
      }
      files.add(new Ingest.NewFile(inspection.file().name(), 1, inspection, false));
    }
    return raw(lookup.raw(), files).drop(Mapping.RECORD);
  }

  /**
   * The newest edition of a file that was read before.
   *
   * @param duplicates how many of its rows weren't kept, since they repeated the version before
   */
  private record Known(
      String id, String sha256, long bytes, Timestamp modifiedAt, int edition, long duplicates) {
    Known plus(Known other) {
      Known newer = other.edition > edition ? other : this;
      return id.equals(other.id)
          ? new Known(
              id, sha256, bytes, modifiedAt, edition, duplicates + other.duplicates /* corrected */)
          : newer;
    }
  }

  /** The newest edition of each file, by source and name. */
  private Map<List<String>, Known> knownFiles() {
    if (!staging.has(IngestedFile.TABLE)) {
      return Map.of();
    }
    Map<List<String>, Known> known = new HashMap<>();
    // One small row per file ever read.
    for (Row file :
        staging
            .readOrEmpty(IngestedFile.TABLE, IngestedFile.schema())
            .select(
                "source",
                "file",
                "file_id",
                "sha256",
                "bytes",
                "modified_at",
                "file_edition",
                "duplicate_count")
            .collectAsList()) {
      known.merge(
          List.of(file.getString(0), file.getString(1)),
          new Known(
              file.getString(2),
              file.getString(3),
              file.getLong(4),
              file.getTimestamp(5),
              file.isNullAt(6) ? 1 : file.getInt(6),
              file.getLong(7)),
          Known::plus);
    }
    return known;
  }

  /**
   * Files whose newest edition isn't known by size and time, nor, once inspected, by content; and
   * what has to be read once more because of them.
   */
  private List<Ingest.NewFile> newFiles(
      SourceSettings source, List<LandingFile> files, Map<List<String>, Known> knownFiles) {
    Map<String, Known> known = new HashMap<>();
    List<LandingFile> toInspect = new ArrayList<>();
    List<LandingFile> untouched = new ArrayList<>();
    for (LandingFile file : files) {
      Known before = knownFiles.get(List.of(source.name(), file.name()));
      if (before != null) {
        known.put(file.name(), before);
      }
      boolean isUntouched =
          before != null
              && before.bytes() == file.bytes()
              && before.modifiedAt().equals(Timestamp.from(file.modifiedAt()));
      (isUntouched ? untouched : toInspect).add(file);
    }
    List<Ingest.NewFile> found = new ArrayList<>();
    for (FileInspection inspection : inspect(source.raw(), toInspect)) {
      String name = inspection.file().name();
      Known before = known.get(name);
      if (before == null || !Objects.equals(before.sha256(), inspection.sha256())) {
        int edition = before == null ? 1 : before.edition() + 1;
        String id = fileId(source.name(), name, inspection.sha256(), edition);
        found.add(new Ingest.NewFile(id, edition, inspection, false));
      }
    }
    if (!found.isEmpty()) {
      found.addAll(repeats(source, found, untouched, known));
    }
    return found;
  }

  /**
   * Known files that stand behind a new one in the source's order and of which some rows weren't
   * kept as duplicates: with a late file between, they may be versions after all.
   */
  private List<Ingest.NewFile> repeats(
      SourceSettings source,
      List<Ingest.NewFile> found,
      List<LandingFile> untouched,
      Map<String, Known> known) {
    if (source.order() == RowOrder.VERSION) {
      // Rows know their own place, and each version of a row is kept.
      return List.of();
    }
    Comparator<String> position =
        source.order() == RowOrder.FILE_DATE
            ? Comparator.comparing((String name) -> FileDates.of(source, name))
                .thenComparing(Comparator.naturalOrder())
            : Comparator.naturalOrder();
    String earliest =
        found.stream().map(file -> file.inspection().file().name()).min(position).orElseThrow();
    List<LandingFile> behind =
        untouched.stream()
            .filter(file -> known.get(file.name()).duplicates() > 0)
            .filter(file -> position.compare(file.name(), earliest) > 0)
            .toList();
    return inspect(source.raw(), behind).stream()
        .filter(inspection -> !inspection.isFailed())
        .map(
            inspection -> {
              Known before = known.get(inspection.file().name());
              return new Ingest.NewFile(before.id(), before.edition(), inspection, true);
            })
        .toList();
  }

  private static String fileId(String source, String name, String sha256, int edition) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  String.join("|", source, name, sha256, String.valueOf(edition))
                      .getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
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
    return RawFiles.read(
        spark,
        shape(raw),
        files.stream()
            .map(file -> new RawFiles.IdentifiedFile(file.id(), file.inspection()))
            .toList());
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
