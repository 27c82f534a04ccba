package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import linkage.TerminatedException;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.testing.SparkTest;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is asked to end; {@link NightProcessTest} asks a whole process. */
class TerminationTest {
  @TempDir private Path folder;

  /** As between two days of a backfill: a lock that such a night took would stay behind. */
  @Test
  void takesNoLockOnceTheProcessIsEnding() throws ReflectiveOperationException {
    SparkSession spark = SparkTest.session();
    Settings settings = new TinyCompany(folder).settings();
    Field field = ShutdownHookManager.class.getDeclaredField("shutdownInProgress");
    field.setAccessible(true);
    var isEnding = (AtomicBoolean) field.get(ShutdownHookManager.get());
    isEnding.set(true);
    try {
      assertThatThrownBy(
              () ->
                  Night.backfill(
                      spark, settings, LocalDate.of(2025, 1, 31), new Stages(Stages.SILENT)))
          .isInstanceOf(TerminatedException.class)
          .hasMessageStartingWith("Ended before the run began");
    } finally {
      isEnding.set(false);
    }
    assertThat(folder.resolve("warehouse")).doesNotExist();
  }

  /** What connects, or waits for an answer, is no job that could be cancelled. */
  @Test
  void leavesADatabaseThatNeverAnswers() throws IOException {
    Stages[] stages = new Stages[1];
    stages[0] =
        new Stages(
            new Stages.Listener() {
              @Override
              public void started(String stage) {
                assertThat(stage).isEqualTo("Pulling customers");
                stages[0].refuse();
              }
            });
    // What is connected to a port without being let in hears nothing.
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Settings settings = pulledFrom(silent.getLocalPort());
      LocalDate day = LocalDate.of(2025, 1, 31);

      assertThatThrownBy(() -> Night.run(SparkTest.session(), settings, day, stages[0]))
          .isInstanceOf(TerminatedException.class)
          .hasMessageStartingWith("Ended while waiting for another machine");
      assertThat(new Ledger(SparkTest.session(), settings.warehouse()).runs().collectAsList())
          .extracting(run -> run.<String>getAs("status"))
          .containsExactly("terminated");
    }
    assertThat(folder.resolve("warehouse/_lock.json")).doesNotExist();
  }

  private Settings pulledFrom(int port) {
    var files = new DeploymentFiles(folder);
    files.write(
        "conf/shop/linkage.yaml",
        """
        landing: landing
        warehouse: warehouse
        demo: true
        reporting-currency: EUR
        time-zone: UTC
        sources:
          customers:
            jdbc:
              url: "jdbc:postgresql://127.0.0.1:%d/shop?sslmode=disable&loginTimeout=20"
              table: buyers
        """
            .formatted(port));
    files.write(
        "conf/shop/customers.sql",
        "select id as customer_id, since as acquired_on, _record from raw");
    return Settings.load(Path.of("conf/shop"), folder, Overrides.NONE, Map.of());
  }
}
