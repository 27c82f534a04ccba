package linkage.storage;

import io.delta.kernel.DataWriteContext;
import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.commit.CommitFailedException;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.CheckpointAlreadyExistsException;
import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.exceptions.MaxCommitRetryLimitReachedException;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.types.DataTypeJsonSerDe;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import linkage.FenceException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Delta tables of our own: plain ones, without deletion vectors, column mapping or partitions.
 *
 * <p>Spark reads and writes their Parquet files, Delta's kernel reads and writes their log. Through
 * Spark, each query that touches a table first runs a job over its log, and each append several; a
 * night has many of both, and the logs are short.
 */
public final class DeltaTables {
  private static final String LOG = "_delta_log";

  /** A file of the log that belongs to one version: its commit, its checkpoint or its checksum. */
  private static final Pattern LOGGED = Pattern.compile("\\d{20}\\..+");

  /** A file of the log without which its version can't be. */
  private static final Pattern VERSION = Pattern.compile("\\d{20}\\.(json|checkpoint\\..*parquet)");

  private static final int VERSION_DIGITS = 20;

  /** Below this many bytes, opening a file takes longer than reading it. */
  private static final long SMALL_BYTES = 32L << 20;

  private static final String ENGINE = "Linkage";

  private DeltaTables() {}

  /** The newest version in the table's log, read from its file names; none without a table. */
  public static OptionalLong latestVersion(SparkSession spark, Path table) {
    try {
      return logged(fileSystem(spark, table), table, VERSION)
          .mapToLong(DeltaTables::versionOf)
          .max();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A version's rows.
   *
   * <p><b>Cost:</b> reads the table's log here and now, in the driver; of a table with more than 32
   * files, Spark looks these up in a job.
   */
  public static Dataset<Row> read(SparkSession spark, Path table, long version) {
    Engine engine = engine(spark);
    Snapshot snapshot =
        TableManager.loadSnapshot(qualified(spark, table)).atVersion(version).build(engine);
    StructType schema = schema(snapshot);
    String[] files = files(engine, snapshot);
    return files.length == 0
        ? spark.createDataFrame(List.of(), schema)
        : spark.read().schema(schema).parquet(files);
  }

  /** The columns of the newest version; none without a table. */
  public static Optional<StructType> columns(SparkSession spark, Path table) {
    return latestVersion(spark, table).isEmpty()
        ? Optional.empty()
        : Optional.of(schema(newest(engine(spark), spark, table)));
  }

  /** What is to be said of each column that has another type than in a shape. */
  public static List<String> conflicts(StructType columns, StructType shape) {
    List<String> conflicts = new ArrayList<>();
    for (StructField field : shape.fields()) {
      if (columns.getFieldIndex(field.name()).isDefined()) {
        DataType type = columns.apply(field.name()).dataType();
        if (!type.catalogString().equals(field.dataType().catalogString())) {
          conflicts.add(
              "%s is %s, expected %s".formatted(field.name(), type.sql(), field.dataType().sql()));
        }
      }
    }
    return conflicts;
  }

  /**
   * Rows in a shape: columns that they lack are null, columns that the shape lacks stand behind.
   *
   * @throws IllegalArgumentException naming each column that has another type
   */
  public static Dataset<Row> widened(Dataset<Row> rows, StructType shape) {
    List<String> conflicts = conflicts(rows.schema(), shape);
    if (!conflicts.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", conflicts));
    }
    List<String> held = Arrays.asList(rows.schema().fieldNames());
    List<Column> columns = new ArrayList<>();
    for (StructField field : shape.fields()) {
      columns.add(
          held.contains(field.name())
              ? rows.col(field.name())
              : functions.lit(null).cast(field.dataType()).as(field.name()));
    }
    held.stream()
        .filter(name -> !Arrays.asList(shape.fieldNames()).contains(name))
        .forEach(name -> columns.add(rows.col(name)));
    return columns.size() == held.size() ? rows : rows.select(columns.toArray(Column[]::new));
  }

  /**
   * Appends rows as a new version, which makes the table if there is none. If they have columns
   * that the table lacks, a version before it adds those, null in all that is there.
   *
   * @return how many versions that made
   * @throws FenceException if another writer was faster; the table is then as that writer left it
   */
  public static long append(SparkSession spark, Path table, Dataset<Row> rows) {
    Engine engine = engine(spark);
    boolean isWidened = widen(engine, spark, table, rows.schema());
    Path folder = write(table, rows);
    String path = qualified(spark, table);
    Transaction transaction =
        latestVersion(spark, table).isPresent()
            ? TableManager.loadSnapshot(path)
                .build(engine)
                .buildUpdateTableTransaction(ENGINE, Operation.WRITE)
                .build(engine)
            : TableManager.buildCreateTableTransaction(path, nullable(rows.schema()), ENGINE)
                .build(engine);
    commit(engine, table, transaction, List.of(), written(spark, folder));
    return isWidened ? 2 : 1;
  }

  /**
   * Puts rows in the place of all that the table holds, as one new version. The files of earlier
   * versions stay until {@link #purge}, so the rows may come from the table itself.
   *
   * @throws FenceException if another writer was faster; the table is then as that writer left it
   */
  public static void replace(SparkSession spark, Path table, Dataset<Row> rows) {
    Engine engine = engine(spark);
    // What was read before the rows were written is what they replace, and nothing that came since.
    var before = (SnapshotImpl) newest(engine, spark, table);
    Path folder = write(table, rows);
    Transaction transaction =
        before
            .buildReplaceTableTransaction(nullable(rows.schema()), ENGINE)
            .withMaxRetries(0)
            .build(engine);
    commit(engine, table, transaction, List.of(), written(spark, folder));
  }

  /** How many files the table has that take longer to open than to read. */
  public static int smallFiles(SparkSession spark, Path table) {
    Engine engine = engine(spark);
    return small(engine, newest(engine, spark, table)).size();
  }

  /**
   * Brings the rows of all small files together in few, as one new version; the rows and the large
   * files stay as they are.
   *
   * <p>What an earlier compaction left is purged first, so that readers of the version before this
   * one have until the next to finish. The same holds for its caller as for {@link #purge}.
   *
   * @throws FenceException if another writer was faster; the table is then as that writer left it
   */
  public static void compact(SparkSession spark, Path table) {
    Engine engine = engine(spark);
    purge(spark, table);
    // The purge has put a checkpoint in the place of the log that was read before.
    Snapshot newest = newest(engine, spark, table);
    List<io.delta.kernel.data.Row> small = small(engine, newest);
    long bytes = 0;
    List<String> paths = new ArrayList<>();
    List<io.delta.kernel.data.Row> removed = new ArrayList<>();
    for (io.delta.kernel.data.Row file : small) {
      var status = InternalScanFileUtils.getAddFileStatus(file);
      bytes += status.getSize();
      paths.add(status.getPath());
      var added = new AddFile(file.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL));
      removed.add(
          SingleAction.createRemoveFileSingleAction(
              added.toRemoveFileRow(false, Optional.empty())));
    }
    Dataset<Row> rows =
        spark
            .read()
            .schema(schema(newest))
            .parquet(paths.toArray(String[]::new))
            .coalesce(Math.toIntExact(1 + bytes / (4 * SMALL_BYTES)));
    Path folder = write(table, rows);
    Transaction transaction =
        newest.buildUpdateTableTransaction(ENGINE, Operation.WRITE).withMaxRetries(0).build(engine);
    commit(engine, table, transaction, removed, written(spark, folder));
  }

  /** Whether the table has files of data that its newest version doesn't need. */
  public static boolean hasNeedless(SparkSession spark, Path table) {
    Engine engine = engine(spark);
    try {
      return !unneeded(fileSystem(spark, table), table, live(engine, newest(engine, spark, table)))
          .isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Deletes every file that the newest version doesn't need: data of earlier versions and of
   * appends that failed, and the log before it, after a checkpoint that stands in for it. Older
   * versions can't be read any more.
   *
   * <p>Readers of the newest version aren't disturbed, and a purge that is killed is completed by
   * the next. Only the table's one writer may call it, since what another is about to append would
   * be deleted.
   *
   * @throws IllegalStateException if a file of the newest version is missing; nothing is deleted
   */
  public static void purge(SparkSession spark, Path table) {
    Engine engine = engine(spark);
    Snapshot newest = newest(engine, spark, table);
    try {
      FileSystem files = fileSystem(spark, table);
      List<Path> unneeded = unneeded(files, table, live(engine, newest));
      checkpoint(engine, newest);
      for (String name : logged(files, table, LOGGED).toList()) {
        if (versionOf(name) < newest.getVersion()) {
          files.delete(new Path(new Path(table, LOG), name), false);
        }
      }
      for (Path path : unneeded) {
        files.delete(path, true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot purge " + table + ": " + e.getMessage(), e);
    }
  }

  private static Set<String> live(Engine engine, Snapshot snapshot) {
    Set<String> live = new HashSet<>();
    for (String file : files(engine, snapshot)) {
      live.add(new Path(file).toUri().getPath());
    }
    return live;
  }

  private static void checkpoint(Engine engine, Snapshot snapshot) throws IOException {
    try {
      snapshot.writeCheckpoint(engine);
    } catch (CheckpointAlreadyExistsException e) {
      // It stands where an append or a purge before has put it, which is all that is needed.
    }
  }

  /** The folders without a live file, and in the others the files that aren't live. */
  private static List<Path> unneeded(FileSystem files, Path table, Set<String> live)
      throws IOException {
    List<Path> unneeded = new ArrayList<>();
    Set<String> missing = new HashSet<>(live);
    for (FileStatus child : files.listStatus(table)) {
      if (child.getPath().getName().equals(LOG)) {
        continue;
      }
      List<Path> dead = new ArrayList<>();
      boolean isNeeded = false;
      for (var found = files.listFiles(child.getPath(), true); found.hasNext(); ) {
        Path file = found.next().getPath();
        if (live.contains(file.toUri().getPath())) {
          isNeeded = true;
          missing.remove(file.toUri().getPath());
        } else {
          dead.add(file);
        }
      }
      unneeded.addAll(isNeeded ? dead : List.of(child.getPath()));
    }
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "Cannot purge %s: its newest version has %d file(s) that aren't there, such as %s. Nothing was deleted."
              .formatted(table, missing.size(), missing.iterator().next()));
    }
    return unneeded;
  }

  private static void commit(
      Engine engine,
      Path table,
      Transaction transaction,
      List<io.delta.kernel.data.Row> removed,
      List<DataFileStatus> added) {
    io.delta.kernel.data.Row state = transaction.getTransactionState(engine);
    DataWriteContext context = Transaction.getWriteContext(engine, state, Map.of());
    CloseableIterator<io.delta.kernel.data.Row> actions =
        Utils.toCloseableIterator(removed.iterator())
            .combine(
                Transaction.generateAppendActions(
                    engine, state, Utils.toCloseableIterator(added.iterator()), context));
    TransactionCommitResult result;
    try {
      result = transaction.commit(engine, CloseableIterable.inMemoryIterable(actions));
    } catch (ConcurrentWriteException e) {
      throw fenced(table, e);
    } catch (MaxCommitRetryLimitReachedException e) {
      // The kernel gives up on a store that can't be written in the same words.
      boolean isConflict = !(e.getCause() instanceof CommitFailedException why) || why.isConflict();
      if (isConflict) {
        throw fenced(table, e);
      }
      throw new UncheckedIOException(
          "Cannot write to the table %s: %s".formatted(table, e.getCause().getMessage()),
          new IOException(e));
    }
    for (PostCommitHook hook : result.getPostCommitHooks()) {
      try {
        hook.threadSafeInvoke(engine);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static FenceException fenced(Path table, Exception conflict) {
    return new FenceException(
        "Cannot write to the table %s: another run wrote to it meanwhile, and it is as that run left it. Wait for that run to end, and run again."
            .formatted(table),
        conflict);
  }

  /** Writes rows into a folder of their own, which no version knows yet. */
  private static Path write(Path table, Dataset<Row> rows) {
    var folder = new Path(table, UUID.randomUUID().toString());
    rows.write()
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .parquet(folder.toString());
    return folder;
  }

  /** The names of the log's files that match; none without a log. */
  private static Stream<String> logged(FileSystem files, Path table, Pattern pattern)
      throws IOException {
    var log = new Path(table, LOG);
    return files.exists(log)
        ? Arrays.stream(files.listStatus(log))
            .map(status -> status.getPath().getName())
            .filter(name -> pattern.matcher(name).matches())
        : Stream.empty();
  }

  private static long versionOf(String logged) {
    return Long.parseLong(logged.substring(0, VERSION_DIGITS));
  }

  private static List<DataFileStatus> written(SparkSession spark, Path folder) {
    try {
      List<DataFileStatus> written = new ArrayList<>();
      for (FileStatus file : fileSystem(spark, folder).listStatus(folder)) {
        written.add(
            new DataFileStatus(
                file.getPath().toString(),
                file.getLen(),
                file.getModificationTime(),
                // Statistics would show identifiers in the log, and no query skips files by them.
                Optional.empty()));
      }
      return written;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String[] files(Engine engine, Snapshot snapshot) {
    List<String> files = new ArrayList<>();
    forEachFile(
        engine, snapshot, row -> files.add(InternalScanFileUtils.getAddFileStatus(row).getPath()));
    files.sort(null);
    return files.toArray(String[]::new);
  }

  private static List<io.delta.kernel.data.Row> small(Engine engine, Snapshot snapshot) {
    List<io.delta.kernel.data.Row> small = new ArrayList<>();
    forEachFile(
        engine,
        snapshot,
        file -> {
          if (InternalScanFileUtils.getAddFileStatus(file).getSize() < SMALL_BYTES) {
            small.add(file);
          }
        });
    return small;
  }

  private static void forEachFile(
      Engine engine, Snapshot snapshot, Consumer<io.delta.kernel.data.Row> action) {
    try (var batches = snapshot.getScanBuilder().build().getScanFiles(engine)) {
      while (batches.hasNext()) {
        FilteredColumnarBatch batch = batches.next();
        try (var rows = batch.getRows()) {
          rows.forEachRemaining(action);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean widen(Engine engine, SparkSession spark, Path table, StructType shape) {
    OptionalLong version = latestVersion(spark, table);
    if (version.isEmpty()) {
      return false;
    }
    List<String> held = newest(engine, spark, table).getSchema().fieldNames();
    boolean lacksColumns = !held.containsAll(Arrays.asList(shape.fieldNames()));
    if (lacksColumns) {
      replace(spark, table, widened(read(spark, table, version.getAsLong()), shape));
    }
    return lacksColumns;
  }

  private static Snapshot newest(Engine engine, SparkSession spark, Path table) {
    return TableManager.loadSnapshot(qualified(spark, table)).build(engine);
  }

  private static StructType schema(Snapshot snapshot) {
    return (StructType) StructType.fromJson(snapshot.getSchema().toJson());
  }

  private static io.delta.kernel.types.StructType nullable(StructType schema) {
    return DataTypeJsonSerDe.deserializeStructType(schema.asNullable().json());
  }

  private static Engine engine(SparkSession spark) {
    return DefaultEngine.create(spark.sparkContext().hadoopConfiguration());
  }

  private static FileSystem fileSystem(SparkSession spark, Path path) throws IOException {
    return path.getFileSystem(spark.sparkContext().hadoopConfiguration());
  }

  private static String qualified(SparkSession spark, Path table) {
    try {
      return fileSystem(spark, table).makeQualified(table).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
