package linkage.staging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.delta.tables.DeltaTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import linkage.ConfigException;
import linkage.FenceException;
import linkage.contract.Contract;
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
  /**
   * What the staged tables look like. Version 2 counts the editions of a file, says since when each
   * file is known, and hashes content so that a new column doesn't change it. Tables of version 1
   * are read as they are, the columns they lack as null. Version 3 may say from which day on it is
   * known what was known. Older tables are written as version 3 from the next commit on.
   */
  static final int CURRENT_STATE = 3;

  private static final String STATE_VERSION = "state_version";
  private static final String RUN = "run_id";
  private static final String AS_OF = "as_of";
  private static final String REACHES = "reaches_back_to";
  private static final String VERSIONS = "versions";
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

  /** The first day that will still be known of once this writer commits. */
  private Optional<LocalDate> reach = Optional.empty();

  private Staging(SparkSession spark, String warehouse, boolean isWriter) {
    this.spark = spark;
    this.isWriter = isWriter;
    this.root = new Path(warehouse, "staging");
    this.hadoop = spark.sparkContext().hadoopConfiguration();
  }

  /**
   * Opens the staging of a warehouse to write to it, taking back what a dead run left: all of it,
   * where nothing says what was committed, so a caller asks {@link #isWithoutCommit} first.
   */
  public static Staging open(SparkSession spark, String warehouse) {
    var staging = new Staging(spark, warehouse, true);
    staging.reach = staging.reachesBackTo();
    staging.takeBackUncommitted();
    staging.opened = AtomicFile.read(staging.commitFile(), staging.hadoop);
    staging.versions.putAll(staging.committedVersions());
    return staging;
  }

  /** Opens the staging of a warehouse to look at what is committed; changes nothing. */
  public static Staging look(SparkSession spark, String warehouse) {
    return new Staging(spark, warehouse, false);
  }

  SparkSession spark() {
    return spark;
  }

  /**
   * Makes sure that the tables can be read.
   *
   * @throws ConfigException if a newer Linkage has written them
   */
  public void checkState() {
    committed();
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

  /**
   * The table as it stands, in a shape; columns that it doesn't have yet are null. Empty if there
   * is no such table.
   *
   * @throws ConfigException if a column has another type than the shape
   */
  public Dataset<Row> readOrEmpty(String table, StructType schema) {
    if (!has(table)) {
      return spark.createDataFrame(List.of(), schema);
    }
    try {
      return DeltaTables.widened(read(table), schema);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          ("Cannot go on with the staged table %s: %s by %s. The published marts are unchanged."
                  + " Take the type back and declare the new one as a column of its own; or, if"
                  + " every landing file is still there, move %s away and run again.")
              .formatted(table, e.getMessage(), declaredBy(table), root.toUri().getPath()),
          e);
    }
  }

  private static String declaredBy(String table) {
    return Contract.sources().contains(table)
        ? "schemas/sources/%s.yaml %s".formatted(table, Contract.source(table).version())
        : "this version of Linkage";
  }

  /** Appends rows; they become visible to others at {@link #commit}. */
  public void append(String table, Dataset<Row> rows) {
    commitNothingYet();
    long made = DeltaTables.append(spark, folder(table), rows);
    versions.merge(table, made - 1, (version, first) -> version + made);
  }

  /** Tells rows of a first run that dies from rows whose commit was lost. */
  private synchronized void commitNothingYet() {
    if (opened.isEmpty()) {
      write("", null, Map.of());
      opened = AtomicFile.read(commitFile(), hadoop);
    }
  }

  /** Puts rows in the place of all that a table holds; others see it at {@link #commit}. */
  public void replace(String table, Dataset<Row> rows) {
    DeltaTables.replace(spark, folder(table), rows);
    versions.merge(table, 0L, (version, first) -> version + 1);
  }

  /**
   * Deletes what tables held before what is committed, for good: their history and its log.
   *
   * @throws FenceException if another run wrote to staging since this one committed; nothing is
   *     deleted
   */
  public void purge(String runId) {
    checkAlone(runId);
    for (String table : tables()) {
      DeltaTables.purge(spark, folder(table));
    }
  }

  /**
   * Deletes the files that no table needs any more: of a compaction, a replacement or a run that
   * died.
   *
   * @throws FenceException as for {@link #purge}
   */
  public void purgeNeedless(String runId) {
    checkAlone(runId);
    for (String table : tables()) {
      if (DeltaTables.hasNeedless(spark, folder(table))) {
        DeltaTables.purge(spark, folder(table));
      }
    }
  }

  /**
   * Makes everything appended so far visible, at once for all tables.
   *
   * @param asOf the business day that the run speaks of
   * @throws FenceException if another run wrote to staging since it was opened; nothing is
   *     committed
   */
  public void commit(String runId, LocalDate asOf) {
    LocalDate before = knownThrough().orElse(asOf);
    commitUnlessFenced(runId, asOf.isAfter(before) ? asOf : before);
  }

  /** The same for a run that brings nothing new, and so speaks of no day. */
  public void commit(String runId) {
    commitUnlessFenced(runId, knownThrough().orElse(null));
  }

  private void commitUnlessFenced(String runId, LocalDate knownThrough) {
    checkAlone(runId);
    write(runId, knownThrough, versions);
    opened = AtomicFile.read(commitFile(), hadoop);
  }

  /** Makes sure that tables and commit are as this writer left them. */
  private void checkAlone(String runId) {
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
  }

  /** Whether nothing has been read yet. */
  public boolean isNew() {
    return Set.of(Forgotten.TABLE).containsAll(committedVersions().keySet());
  }

  /** Whether tables are there and nothing says which of their rows were committed. */
  public boolean isWithoutCommit() {
    return committed().isEmpty() && tables().length > 0;
  }

  /** The file that says which rows were committed, for messages. */
  public String commitPath() {
    return commitFile().toUri().getPath();
  }

  /** The last run whose rows were made visible, if any ever were. */
  public Optional<String> committedRun() {
    return committed().map(state -> state.path(RUN).asText());
  }

  /**
   * The latest business day that a committed run spoke of. Nothing becomes known on a day before it
   * any more.
   */
  public Optional<LocalDate> knownThrough() {
    return committed().map(state -> state.path(AS_OF).asText(null)).map(LocalDate::parse);
  }

  /**
   * Makes sure that it is still known what was known on a day.
   *
   * @throws ConfigException if superseded rows of that time have been deleted
   */
  public void checkReaches(LocalDate day) {
    if (reachesBefore(day.plusDays(1))) {
      return;
    }
    throw new ConfigException(
        ("Cannot speak of %s: what was known before %s isn't kept any more, as keep-staging-days"
                + " says. The published marts are unchanged. Choose %s or a later day.")
            .formatted(day, reachesBackTo().orElseThrow(), reachesBackTo().orElseThrow()));
  }

  /** Whether it is known what was known on any day before. */
  public boolean reachesBefore(LocalDate day) {
    return reachesBackTo().filter(first -> !first.isBefore(day)).isEmpty();
  }

  /** From the next commit on, what was known before a day is known no more. */
  public void reachOnly(LocalDate first) {
    reach = Optional.of(first);
  }

  /** The day before which it isn't known any more what was known, if any is. */
  public Optional<LocalDate> reachesBackTo() {
    return committed().map(state -> state.path(REACHES).asText(null)).map(LocalDate::parse);
  }

  /**
   * Brings small files together in every table that has many, and commits the tables as they then
   * are. The rows stay the same; a run that dies meanwhile leaves the tables as they were.
   *
   * @return how many tables had too many
   * @throws FenceException if another run writes to staging; what it wrote stays as it is
   */
  public long compact(String runId) {
    List<String> scattered =
        Arrays.stream(tables())
            .filter(table -> DeltaTables.smallFiles(spark, folder(table)) > SMALL_FILES)
            .toList();
    for (String table : scattered) {
      checkAlone(runId);
      DeltaTables.compact(spark, folder(table));
      versions.merge(table, 1L, Long::sum);
    }
    if (!scattered.isEmpty()) {
      commit(runId);
    }
    return scattered.size();
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
        Map<String, Long> restored = new TreeMap<>(committedVersions());
        restored.put(table, latestVersion(table).orElseThrow());
        write(committedRun().orElse(""), knownThrough().orElse(null), restored);
      }
    }
  }

  private void write(String runId, LocalDate knownThrough, Map<String, Long> committed) {
    ObjectNode state = JSON.createObjectNode().put(STATE_VERSION, CURRENT_STATE).put(RUN, runId);
    if (knownThrough != null) {
      state.put(AS_OF, knownThrough.toString());
    }
    reach.ifPresent(first -> state.put(REACHES, first.toString()));
    state.set(VERSIONS, JSON.valueToTree(new TreeMap<>(committed)));
    AtomicFile.replace(commitFile(), state.toString(), hadoop);
  }

  private Map<String, Long> committedVersions() {
    return committed()
        .map(
            state ->
                JSON.convertValue(
                    state.required(VERSIONS), new TypeReference<Map<String, Long>>() {}))
        .orElse(Map.of());
  }

  /**
   * What the last commit says; nothing without one.
   *
   * @throws ConfigException if a newer Linkage has written it
   */
  private Optional<JsonNode> committed() {
    Optional<String> json = AtomicFile.read(commitFile(), hadoop);
    if (json.isEmpty()) {
      return Optional.empty();
    }
    JsonNode state;
    try {
      state = JSON.readTree(json.get());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot read " + commitFile() + ": " + json.get(), e);
    }
    int version = state.path(STATE_VERSION).asInt(1 /* before versions were written down */);
    if (version > CURRENT_STATE) {
      throw new ConfigException(
          ("Cannot open the staged tables under %s: their state version is %d, and this Linkage"
                  + " knows versions up to %d. Nothing was read or changed. Run the Linkage that"
                  + " wrote them, or a newer one.")
              .formatted(root.toUri().getPath(), version, CURRENT_STATE));
    }
    return Optional.of(state);
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
