package linkage.testing;

import linkage.job.SparkSessions;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The one small Spark session that all tests of a JVM share, set up as a night's is. */
public final class SparkTest {
  private static final SparkSession SESSION = start();

  private SparkTest() {}

  /** The session. Nobody stops it: it ends with the JVM. */
  public static SparkSession session() {
    return SESSION;
  }

  private static SparkSession start() {
    var builder = SparkSession.builder().appName("tests").master("local[2]");
    SparkSessions.settings("local[2]", new SparkConf()).forEach(builder::config);
    return builder
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", "target/spark-warehouse")
        .getOrCreate();
  }
}
