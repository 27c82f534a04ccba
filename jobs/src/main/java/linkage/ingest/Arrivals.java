package linkage.ingest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import linkage.ConfigException;
import linkage.GateException;
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
 * again is no news, a changed file under an old name is.
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
    return discover(settings.sources(), knownFiles());
  }

  /** Finds all files of one source, known ones too. */
  Map<SourceSettings, List<Ingest.NewFile>> discoverAll(SourceSettings source) {
    return discover(List.of(source), List.of());
  }

  /** Finds all files, known ones too. */
  Map<SourceSettings, List<Ingest.NewFile>> discoverAll() {
    return discover(settings.sources(), List.of());
  }

  private Map<SourceSettings, List<Ingest.NewFile>> discover(
      List<SourceSettings> sources, List<Row> knownFiles) {
    Map<SourceSettings, List<Ingest.NewFile>> found = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (SourceSettings source : sources) {
      List<LandingFile> files = list(source.raw());
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
      files.add(new Ingest.NewFile(inspection.file().name(), inspection));
    }
    return raw(lookup.raw(), files).drop(Mapping.RECORD);
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
  private List<Ingest.NewFile> newFiles(
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
    List<Ingest.NewFile> found = new ArrayList<>();
    for (FileInspection inspection : inspect(source.raw(), toInspect)) {
      String name = inspection.file().name();
      if (!contents.contains(List.of(name, String.valueOf(inspection.sha256())))) {
        found.add(new Ingest.NewFile(fileId(source.name(), name, inspection.sha256()), inspection));
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

  /** What is known of each file besides its content, by file id. */
  Map<String, FileFacts> facts(SourceSettings source, List<Ingest.NewFile> files) {
    Map<String, FileFacts> facts = new HashMap<>();
    for (Ingest.NewFile file : files) {
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
