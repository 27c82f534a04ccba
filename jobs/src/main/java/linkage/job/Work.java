package linkage.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * What a night makes on its way and nobody reads after it: a folder of Parquet files, and caches.
 */
final class Work {
  private final SparkSession spark;
  private final Path folder;

  /** The work of a run. */
  Work(SparkSession spark, String warehouse, String runId) {
    this.spark = spark;
    this.folder = new Path(warehouse, "work/" + runId);
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

  /** Small tables that are computed here and now, and held. */
  static Dataset<Row> held(Dataset<Row> rows) {
    Dataset<Row> held = cached(rows);
    held.count();
    return held;
  }

  /** Small tables that are held once somebody reads them. */
  static Dataset<Row> cached(Dataset<Row> rows) {
    return rows.persist(StorageLevel.MEMORY_AND_DISK());
  }

  /** Gives everything back. */
  void delete() {
    spark.catalog().clearCache();
    try {
      folder.getFileSystem(spark.sparkContext().hadoopConfiguration()).delete(folder, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
