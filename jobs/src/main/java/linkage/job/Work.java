package linkage.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import linkage.storage.AtomicFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * What a night makes on its way and nobody reads after it: a folder of Parquet files, and caches.
 *
 * <p>The folder is there as long as its run has something left to do, so that one without a live
 * run is that of a dead one: {@link Leftovers}.
 */
final class Work {
  private static final String BEGUN = "_begun.json";

  private final SparkSession spark;
  private final Path folder;

  /** The work of a run. */
  Work(SparkSession spark, String warehouse, String runId) {
    this.spark = spark;
    this.folder = new Path(warehouse, "work/" + runId);
  }

  /** Makes the folder, and writes down whose it is. */
  void begin(Begun begun) {
    AtomicFile.replace(new Path(folder, BEGUN), begun.toJson(), hadoop());
  }

  /** The runs whose folders are there, oldest first; nothing of one that died while beginning. */
  static SortedMap<String, Optional<Begun>> found(SparkSession spark, String warehouse) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    var root = new Path(warehouse, "work");
    SortedMap<String, Optional<Begun>> found = new TreeMap<>();
    try {
      var files = root.getFileSystem(hadoop);
      if (files.exists(root)) {
        for (FileStatus run : files.listStatus(root)) {
          found.put(
              run.getPath().getName(),
              AtomicFile.read(new Path(run.getPath(), BEGUN), hadoop).map(Begun::parse));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /**
   * Rows in a file of tonight's work, so that all later passes read what one pass made. A cache is
   * only found by plans that hold the very plan it was made of, and takes the memory of its
   * readers.
   */
  Dataset<Row> written(String name, Dataset<Row> rows) {
    String file = new Path(folder, name).toString();
    rows.write().parquet(file);
    return spark.read().schema(rows.schema().asNullable()).parquet(file);
  }

  /**
   * A small table that was computed and is held.
   *
   * @param count of its rows, or of what they hold
   */
  record Held(Dataset<Row> rows, long count) {}

  /** A small table, computed here and now. */
  static Held held(Dataset<Row> rows) {
    Dataset<Row> held = cached(rows);
    return new Held(held, held.count());
  }

  /** Small tables that are held once somebody reads them. */
  static Dataset<Row> cached(Dataset<Row> rows) {
    return rows.persist(StorageLevel.MEMORY_AND_DISK());
  }

  /** Lets go of everything that is held. */
  void release() {
    spark.catalog().clearCache();
  }

  /** Deletes the folder: nothing is left to be done for its run. */
  void delete() {
    try {
      folder.getFileSystem(hadoop()).delete(folder, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
