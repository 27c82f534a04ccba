package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.concurrent.atomic.AtomicBoolean;
import linkage.TerminatedException;
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
}
