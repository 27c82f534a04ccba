package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SparkSessionsTest {
  private static final String OPTIONS = "-Duser.timezone=UTC -XX:-DontCompileHugeMethods";
  private static final SparkConf NOTHING = new SparkConf(false);

  @Test
  void embeddedEverythingTalksOverTheLoopback() {
    assertThat(SparkSessions.settings("local[*]", NOTHING))
        .containsEntry("spark.driver.host", "127.0.0.1")
        .containsEntry("spark.driver.bindAddress", "127.0.0.1")
        .containsEntry("spark.ui.enabled", "false");
  }

  @Test
  void aClusterKeepsItsOwnAddressesAndSizes() {
    assertThat(SparkSessions.settings("spark://host:7077", NOTHING))
        .doesNotContainKeys(
            "spark.driver.host",
            "spark.driver.bindAddress",
            "spark.ui.enabled",
            "spark.sql.files.maxPartitionBytes",
            "spark.sql.shuffle.partitions");
  }

  @Test
  void whatIsGivenWinsOverWhatIsPreferred() {
    SparkConf given =
        new SparkConf(false)
            .set("spark.driver.host", "10.0.0.1")
            .set("spark.sql.inMemoryColumnarStorage.compressed", "true");
    assertThat(SparkSessions.settings("local[2]", given))
        .doesNotContainKeys("spark.driver.host", "spark.sql.inMemoryColumnarStorage.compressed")
        .containsEntry("spark.driver.bindAddress", "127.0.0.1");
  }

  @Test
  void whatTheMartsDependOnWinsOverWhatIsGiven() {
    SparkConf given =
        new SparkConf(false)
            .set("spark.sql.session.timeZone", "Asia/Tokyo")
            .set("spark.databricks.delta.stats.collect", "true");
    assertThat(SparkSessions.settings("yarn", given))
        .containsEntry("spark.sql.session.timeZone", "UTC")
        .containsEntry("spark.databricks.delta.stats.collect", "false");
  }

  @Test
  void executorsKeepTheirOwnOptionsBesideOurs() {
    SparkConf given = new SparkConf(false).set("spark.executor.extraJavaOptions", "-Xss4m");
    assertThat(SparkSessions.settings("yarn", given))
        .containsEntry("spark.executor.extraJavaOptions", "-Xss4m " + OPTIONS);
    assertThat(SparkSessions.settings("yarn", NOTHING))
        .containsEntry("spark.executor.extraJavaOptions", OPTIONS);
  }

  @Test
  void whatSparkWasGivenForHadoopHoldsWithoutASession() {
    System.setProperty("spark.hadoop.fs.other.impl", "some.Store");
    try {
      assertThat(SparkSessions.hadoop().get("fs.other.impl")).isEqualTo("some.Store");
    } finally {
      System.clearProperty("spark.hadoop.fs.other.impl");
    }
  }
}
