package linkage.demo;

import linkage.testing.SparkTest;
import org.apache.spark.sql.SparkSession;

/** The one small Spark session of these tests. */
final class TestSession {
  private TestSession() {}

  static SparkSession spark() {
    return SparkTest.session();
  }
}
