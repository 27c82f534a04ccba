package linkage.staging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.tables.DeltaTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import linkage.FenceException;
import linkage.storage.AtomicFile;
import linkage.storage.DeltaTables;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The staged tables of one warehouse, all or nothing across tables.
 *
 * <p>Each table is an append-only Delta table. {@code _committed.json} names the version of each
 * table that the last committed run left behind. What lies beyond it was written by a run that
 * died: {@link #open} takes it back before anything is read, so such rows are never visible.
 */
public final class Staging {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A file for each of a month's nights. */
  public static final int SMALL_FILES = 31;

  private final SparkSession spark;
  private final boolean isWriter;
  private final Path root;
  private final Configuration hadoop;
  private final Map<String, Dataset<Row>> pinned = new ConcurrentHashMap<>();

  /** What this writer found committed, and the version that it left each table at. */
  private Optional<String> opened = Optional.empty();

  private final Map<String, Long> versions = new ConcurrentHashMap<>();

  private Staging(SparkSession spark, String warehouse, boolean isWriter) {
    this.spark = spark;
    this.isWriter = isWriter;
    this.root = new Path(warehouse, "staging");
    this.hadoop = spark.sparkContext().hadoopConfiguration();
  }

  /** Opens the staging of a warehouse to write to it, taking back what a dead run left. */
  public static Staging open(SparkSession spark, String warehouse) {
    var staging = new Staging(spark, warehouse, true);
    staging.takeBackUncommitted();
    staging.opened = AtomicFile.read(staging.commitFile(), staging.hadoop);
    staging.versions.putAll(staging.committedVersions());
    return staging;
  }

  /** Opens the staging of a warehouse to look at what is committed; changes nothing. */
  public static Staging look(SparkSession spark, String warehouse) {
    return new Staging(spark, warehouse, false);
  }

  /** Whether the table holds anything. */
  public boolean has(String table) {
    return isWriter ? latestVersion(table).isPresent() : committedVersions().containsKey(table);
  }

  /** The table as it stands: for the run that writes, its own rows included. */
  public Dataset<Row> read(String table) {
    long version = isWriter ? latestVersion(table).orElseThrow() : committedVersions().get(table);
    return pinned.computeIfAbsent(
        table + "@" + version, absent -> DeltaTables.read(spark, folder(table), version));
  }

  /** The table as it stands, or an empty one of the given shape if there is none. */
  public Dataset<Row> readOrEmpty(String table, StructType schema) {
    return has(table) ? read(table) : spark.createDataFrame(List.of(), schema);
  }

  /** Appends rows; they become visible to others at {@link #commit}. */
  public void append(String table, Dataset<Row> rows) {
    DeltaTables.append(spark, folder(table), rows);
    versions.merge(table, 0L, (version, first) -> version + 1);
  }

  /**
   * Makes everything appended so far visible, at once for all tables.
   *
   * @throws FenceException if another run wrote to staging since it was opened; nothing is
   *     committed
   */
  public void commit(String runId) {
    Map<String, Long> latest = new TreeMap<>();
    for (String table : tables()) {
      latestVersion(table).ifPresent(version -> latest.put(table, version));
    }
    if (!latest.equals(versions) || !AtomicFile.read(commitFile(), hadoop).equals(opened)) {
      throw new FenceException(
          ("Cannot commit the rows of run %s: another run wrote to %s since this one began. Nothing"
                  + " was committed and the published marts are unchanged. Run again.")
              .formatted(runId, root.toUri().getPath()));
    }
    write(runId, latest);
    opened = AtomicFile.read(commitFile(), hadoop);
  }

  /** The last run whose rows were made visible, if any ever were. */
  public Optional<String> committedRun() {
    return AtomicFile.read(commitFile(), hadoop)
        .map(
            json -> {
              try {
                return JSON.readTree(json).path("run_id").asText();
              } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  /**
   * Brings small files together in every table that has many, and commits the tables as they then
   * are. The rows stay the same; a run that dies meanwhile leaves the tables as they were.
   *
   * @return how many tables had too many
   */
  public long compact(String runId) {
    Map<String, Long> committed = new TreeMap<>(committedVersions());
    List<String> compacted =
        committed.keySet().stream()
            .filter(table -> DeltaTables.compact(spark, folder(table), SMALL_FILES))
            .toList();
    compacted.forEach(table -> committed.put(table, latestVersion(table).orElseThrow()));
    if (!compacted.isEmpty()) {
      write(runId, committed);
    }
    return compacted.size();
  }

  private void takeBackUncommitted() {
    Map<String, Long> committed = committedVersions();
    for (String table : tables()) {
      OptionalLong latest = latestVersion(table);
      Long last = committed.get(table);
      if (last == null) {
        delete(folder(table));
      } else if (latest.isPresent() && latest.getAsLong() > last) {
        DeltaTable.forPath(spark, folder(table).toString()).restoreToVersion(last);
        // A restore is itself a version, so the next opening must not take it back again.
        commitRestored(table);
      }
    }
  }

  private void commitRestored(String table) {
    Map<String, Long> restored = new TreeMap<>(committedVersions());
    restored.put(table, latestVersion(table).orElseThrow());
    write(committedRun().orElse(""), restored);
  }

  private void write(String runId, Map<String, Long> committed) {
    try {
      var state = Map.of("run_id", runId, "versions", committed);
      AtomicFile.replace(commitFile(), JSON.writeValueAsString(state), hadoop);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, Long> committedVersions() {
    Optional<String> json = AtomicFile.read(commitFile(), hadoop);
    if (json.isEmpty()) {
      return Map.of();
    }
    try {
      return JSON.convertValue(
          JSON.readTree(json.get()).required("versions"),
          new TypeReference<TreeMap<String, Long>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot read " + commitFile() + ": " + json.get(), e);
    }
  }

  private String[] tables() {
    try {
      FileSystem files = root.getFileSystem(hadoop);
      if (!files.exists(root)) {
        return new String[0];
      }
      return Arrays.stream(files.listStatus(root))
          .filter(status -> status.isDirectory())
          .map(status -> status.getPath().getName())
          .sorted()
          .toArray(String[]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private OptionalLong latestVersion(String table) {
    return DeltaTables.latestVersion(spark, folder(table));
  }

  private void delete(Path path) {
    try {
      path.getFileSystem(hadoop).delete(path, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path folder(String table) {
    return new Path(root, table);
  }

  private Path commitFile() {
    return new Path(root, "_committed.json");
  }
}
