package linkage.storage;

import io.delta.kernel.DataWriteContext;
import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.types.DataTypeJsonSerDe;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Delta tables of our own: plain ones, without deletion vectors, column mapping or partitions.
 *
 * <p>Spark reads and writes their Parquet files, Delta's kernel reads and writes their log. Through
 * Spark, each query that touches a table first runs a job over its log, and each append several; a
 * night has many of both, and the logs are short.
 */
public final class DeltaTables {
  private static final Pattern COMMIT = Pattern.compile("\\d{20}\\.json");
  private static final int VERSION_DIGITS = 20;
  private static final String ENGINE = "Linkage";

  private DeltaTables() {}

  /** The newest version in the table's log, read from its file names; none without a table. */
  public static OptionalLong latestVersion(SparkSession spark, Path table) {
    try {
      var log = new Path(table, "_delta_log");
      FileSystem files = fileSystem(spark, table);
      if (!files.exists(log)) {
        return OptionalLong.empty();
      }
      return Arrays.stream(files.listStatus(log))
          .map(status -> status.getPath().getName())
          .filter(name -> COMMIT.matcher(name).matches())
          .mapToLong(name -> Long.parseLong(name.substring(0, VERSION_DIGITS)))
          .max();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A version's rows.
   *
   * <p><b>Cost:</b> reads the table's log here and now, in the driver; no job.
   */
  public static Dataset<Row> read(SparkSession spark, Path table, long version) {
    Engine engine = engine(spark);
    Snapshot snapshot =
        TableManager.loadSnapshot(qualified(spark, table)).atVersion(version).build(engine);
    var schema = (StructType) StructType.fromJson(snapshot.getSchema().toJson());
    String[] files = files(engine, snapshot);
    return files.length == 0
        ? spark.createDataFrame(List.of(), schema)
        : spark.read().schema(schema).parquet(files);
  }

  /**
   * Appends rows as a new version, which makes the table if there is none.
   *
   * @throws io.delta.kernel.exceptions.ConcurrentWriteException if another writer was faster
   */
  public static void append(SparkSession spark, Path table, Dataset<Row> rows) {
    Engine engine = engine(spark);
    var folder = new Path(table, UUID.randomUUID().toString());
    rows.write()
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .parquet(folder.toString());

    String path = qualified(spark, table);
    Transaction transaction =
        latestVersion(spark, table).isPresent()
            ? TableManager.loadSnapshot(path)
                .build(engine)
                .buildUpdateTableTransaction(ENGINE, Operation.WRITE)
                .build(engine)
            : TableManager.buildCreateTableTransaction(path, nullable(rows.schema()), ENGINE)
                .build(engine);
    io.delta.kernel.data.Row state = transaction.getTransactionState(engine);
    DataWriteContext context = Transaction.getWriteContext(engine, state, Map.of());
    CloseableIterator<io.delta.kernel.data.Row> actions =
        Transaction.generateAppendActions(
            engine, state, Utils.toCloseableIterator(written(spark, folder).iterator()), context);
    TransactionCommitResult result =
        transaction.commit(engine, CloseableIterable.inMemoryIterable(actions));
    for (PostCommitHook hook : result.getPostCommitHooks()) {
      try {
        hook.threadSafeInvoke(engine);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
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
    try (var batches = snapshot.getScanBuilder().build().getScanFiles(engine)) {
      while (batches.hasNext()) {
        FilteredColumnarBatch batch = batches.next();
        try (var rows = batch.getRows()) {
          rows.forEachRemaining(
              row -> files.add(InternalScanFileUtils.getAddFileStatus(row).getPath()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    files.sort(null);
    return files.toArray(String[]::new);
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
