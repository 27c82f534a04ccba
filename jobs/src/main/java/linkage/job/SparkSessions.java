package linkage.job;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** How Linkage runs Spark: embedded in this process unless a master is named. */
public final class SparkSessions {
  /** Enough to use the cores of one machine; on a cluster, its own settings take precedence. */
  private static final String SHUFFLE_PARTITIONS =
      String.valueOf(4 * Runtime.getRuntime().availableProcessors());

  private SparkSessions() {}

  /**
   * A session for a night.
   *
   * @param master a Spark master URL; {@code local[*]} runs in this process
   * @param lineage the file that lineage is appended to, if it is wanted
   * @throws linkage.ConfigException if the library that writes lineage isn't there
   */
  public static SparkSession start(String master, Optional<Path> lineage) {
    SparkSession.Builder builder =
        configure(SparkSession.builder().appName("linkage").master(master));
    lineage.ifPresent(file -> Lineage.into(file, builder));
    return builder.getOrCreate();
  }

  /** The settings that every session of Linkage has, tests' sessions too. */
  public static SparkSession.Builder configure(SparkSession.Builder builder) {
    return builder
        // The host's own name may not resolve, so everything embedded talks over the loopback.
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config(
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .config("spark.sql.shuffle.partitions", SHUFFLE_PARTITIONS)
        // Delta's log of a small table needs no fifty tasks to be read.
        .config("spark.databricks.delta.snapshotPartitions", "2")
        .config("spark.sql.adaptive.coalescePartitions.parallelismFirst", "false")
        // Rows are held for minutes, so compressing them costs more than it saves.
        .config("spark.sql.inMemoryColumnarStorage.compressed", "false")
        // Statistics in Delta's log would show identifiers, and no query here skips files by them.
        .config("spark.databricks.delta.stats.collect", "false")
        // Almost every key has one version, so looking for the newest before the shuffle, too,
        // sorts
        // the rows twice for nothing.
        .config("spark.sql.optimizer.windowGroupLimitThreshold", "-1")
        // Loading ICU's tables to lower the case of a few words takes longer than lowering them.
        .config("spark.sql.icu.caseMappings.enabled", "false")
        .config("spark.cleaner.referenceTracking.cleanCheckpoints", "true");
  }
}
