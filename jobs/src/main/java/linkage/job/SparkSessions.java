package linkage.job;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** How Linkage runs Spark: embedded in this process, unless a master is named. */
public final class SparkSessions {
  /** What the marts depend on, and what keeps identifiers out of logs: the same everywhere. */
  private static final Map<String, String> REQUIRED =
      Map.of(
          "spark.sql.session.timeZone", "UTC",
          "spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension",
          "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog",
          "spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS",
          // Statistics in Delta's log would show identifiers, and no query here skips files by
          // them.
          "spark.databricks.delta.stats.collect", "false");

  /** What makes a night quick, unless whoever submits it says otherwise. */
  private static final Map<String, String> PREFERRED =
      Map.of(
          "spark.ui.showConsoleProgress", "false",
          // A night compiles several hundred pieces of code; with room for the default of a hundred
          // every further night in the process compiles them all again.
          "spark.sql.codegen.cache.maxEntries", "2000",
          // Delta's log of a small table needs no fifty tasks to be read.
          "spark.databricks.delta.snapshotPartitions", "2",
          "spark.sql.adaptive.coalescePartitions.parallelismFirst", "false",
          // Rows are held for minutes, so compressing them costs more than it saves.
          "spark.sql.inMemoryColumnarStorage.compressed", "false",
          // Almost every key has one version, so looking for the newest before the shuffle, too,
          // sorts the rows twice for nothing.
          "spark.sql.optimizer.windowGroupLimitThreshold", "-1",
          // Loading ICU's tables to lower the case of a few words takes longer than lowering them.
          "spark.sql.icu.caseMappings.enabled", "false",
          "spark.cleaner.referenceTracking.cleanCheckpoints", "true");

  /** What suits one process on one machine, unless whoever starts it says otherwise. */
  private static final Map<String, String> EMBEDDED =
      Map.of(
          // The host's own name may not resolve, so everything embedded talks over the loopback.
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1",
          "spark.ui.enabled", "false",
          // Spark writes a plan out for each query and each step of it, and nobody reads it.
          "spark.sql.ui.explainMode", "simple",
          // Listing some files takes less time than a job that lists them.
          "spark.sql.sources.parallelPartitionDiscovery.threshold", "10000",
          // In so many parts that one core doesn't read the last of them while others wait.
          "spark.sql.files.maxPartitionBytes", "32m",
          // Enough to use the cores of one machine.
          "spark.sql.shuffle.partitions",
              String.valueOf(4 * Runtime.getRuntime().availableProcessors()));

  private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";

  /**
   * Days go by the zone of the JVM. The code that Spark makes for a wide row is one method, beyond
   * the size up to which the JVM compiles by itself; interpreted, it takes ten times as long.
   */
  private static final String EXECUTOR_JVM = "-Duser.timezone=UTC -XX:-DontCompileHugeMethods";

  private static final String HADOOP = "spark.hadoop.";

  private SparkSessions() {}

  /**
   * A session for a night.
   *
   * @param master a Spark master URL; if absent that of {@code spark-submit}, and without one
   *     {@code local[*]}, which runs in this process
   * @param lineage the file that lineage is appended to, if it is wanted
   * @throws linkage.ConfigException if the library that writes lineage isn't there
   */
  public static SparkSession start(Optional<String> master, Optional<Path> lineage) {
    // Days pass through java.sql.Date, which goes by the zone of the JVM.
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    var given = new SparkConf();
    String url = master.orElse(given.get("spark.master", "local[*]"));
    var builder = SparkSession.builder().appName("linkage").master(url);
    settings(url, given).forEach(builder::config);
    lineage.ifPresent(file -> Lineage.into(file, builder));
    return builder.getOrCreate();
  }

  /**
   * What a session needs on top of what it is given.
   *
   * @param master a Spark master URL
   * @param given the settings of {@code spark-submit}, or of system properties
   */
  public static Map<String, String> settings(String master, SparkConf given) {
    Map<String, String> settings = new LinkedHashMap<>(PREFERRED);
    if (master.startsWith("local")) {
      settings.putAll(EMBEDDED);
    }
    settings.keySet().removeIf(given::contains);
    settings.putAll(REQUIRED);
    settings.put(EXECUTOR_OPTIONS, (given.get(EXECUTOR_OPTIONS, "") + " " + EXECUTOR_JVM).strip());
    return settings;
  }

  /**
   * Hadoop's configuration as a session of this process has it, without starting one: the files on
   * the class path, and what {@code spark-submit} was given.
   */
  public static Configuration hadoop() {
    var hadoop = new Configuration();
    for (var given : new SparkConf().getAllWithPrefix(HADOOP)) {
      hadoop.set(given._1(), given._2());
    }
    return hadoop;
  }
}
