package linkage.job;

import java.nio.file.Path;
import linkage.ConfigException;
import org.apache.spark.sql.SparkSession;

/**
 * Lineage in the OpenLineage standard: which Spark job read which tables and wrote which, with
 * their columns, as lines of JSON in a file. Names of tables and columns, never values.
 *
 * <p>The listener is a library of its own ({@code openlineage-spark}), larger than a tenth of all
 * others together, so it is only there if the user brings it.
 */
final class Lineage {
  private static final String LISTENER = "io.openlineage.spark.agent.OpenLineageSparkListener";

  private Lineage() {}

  /**
   * Lets a session that is still to be started write its lineage.
   *
   * @param file lines are appended to it
   * @throws ConfigException if the listener isn't on the class path
   */
  static void into(Path file, SparkSession.Builder builder) {
    try {
      Class.forName(LISTENER, false, Thread.currentThread().getContextClassLoader());
    } catch (ClassNotFoundException e) {
      throw new ConfigException(
          ("Cannot write lineage to %s: the library openlineage-spark isn't on the class path."
                  + " Nothing was read or changed. Name its jar in LINKAGE_CLASSPATH, as"
                  + " conf/README.md says, or leave out --lineage.")
              .formatted(file),
          e);
    }
    builder
        .config("spark.extraListeners", LISTENER)
        .config("spark.openlineage.namespace", "linkage")
        .config("spark.openlineage.transport.type", "file")
        .config("spark.openlineage.transport.location", file.toAbsolutePath().toString());
  }
}
