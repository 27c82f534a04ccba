package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import linkage.TerminatedException;
import linkage.config.Settings;
import linkage.testing.SparkTest;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is asked to end, in the middle of a night. */
class TerminationTest {
  private static final String SIGTERM = "143";

  @TempDir private Path folder;

  @Test
  void endsCleanlyAndSaysSoInTheLedger() throws IOException, InterruptedException {
    var company = new TinyCompany(folder);
    Path log = folder.resolve("stages.jsonl");
    Process night = night(log);

    // Rows are staged by then, and nothing is published yet.
    while (!stages(log).contains("\"Linking\"")) {
      assertThat(night.isAlive()).as("the night goes on").isTrue();
      TimeUnit.MILLISECONDS.sleep(50);
    }
    night.destroy();

    assertThat(String.valueOf(night.waitFor())).isEqualTo(SIGTERM);
    var warehouse = company.settings().warehouse();
    assertThat(new linkage.publish.Generations(warehouse, new Configuration(false)).current())
        .isEmpty();
    assertThat(company.folder("warehouse/work"))
        .satisfiesAnyOf(
            gone -> assertThat(gone).doesNotExist(), empty -> assertThat(empty).isEmptyDirectory());
    assertThat(company.folder("warehouse/_lock.json")).doesNotExist();
    List<Row> runs = new Ledger(SparkTest.session(), warehouse).runs().collectAsList();
    assertThat(runs)
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.<String>getAs("status")).isEqualTo("terminated");
              assertThat(run.<Integer>getAs("exit_code")).isEqualTo(Integer.valueOf(SIGTERM));
              assertThat(run.<String>getAs("message"))
                  .contains("asked to end")
                  .contains("unchanged");
            });
    assertThat(stages(log)).contains("\"status\":\"terminated\"");
    assertThat(folder.resolve("output")).content().doesNotContain("not your doing");
  }

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

  private Process night(Path log) throws IOException {
    Path home = Path.of(System.getProperty("linkage.home", "")).toAbsolutePath();
    var command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + home.resolve("conf/java.options"),
            "-Xmx1g",
            "-Duser.timezone=UTC",
            "-Dlinkage.home=" + folder,
            "-cp",
            System.getProperty("java.class.path"),
            "linkage.cli.Main",
            "run",
            "--conf",
            folder.resolve("conf/tiny").toString(),
            "--as-of",
            "2025-01-31",
            "--stage-log",
            log.toString());
    command.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    File output = folder.resolve("output").toFile();
    return command.redirectErrorStream(true).redirectOutput(output).start();
  }

  private static String stages(Path log) throws IOException {
    return Files.exists(log) ? Files.readString(log) : "";
  }
}
