package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import linkage.config.Settings;
import linkage.publish.Generations;
import linkage.publish.RunLock;
import linkage.staging.Staging;
import linkage.testing.SparkTest;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that can't say everything it should once its pointer has moved. */
class PublicationTest {
  private static final SparkSession spark = SparkTest.session();
  private static final Instant NOW = Instant.parse("2025-02-01T03:00:00Z");

  /** Its file of metrics has become a folder meanwhile, say. */
  private static final Stages.Listener SPEECHLESS =
      new Stages.Listener() {
        @Override
        public void over(RunReport report) {
          throw new UncheckedIOException(new IOException("no such metrics"));
        }
      };

  @TempDir Path root;

  private Settings settings;
  private RunRecord run;
  private Generations generations;
  private Ledger ledger;
  private Work work;

  @BeforeEach
  void begin() throws IOException {
    settings = new TinyCompany(root).settings();
    run = new RunRecord(settings, LocalDate.of(2025, 1, 31), NOW, "");
    generations = new Generations(settings.warehouse(), spark.sparkContext().hadoopConfiguration());
    ledger = new Ledger(spark, settings.warehouse());
    work = new Work(spark, settings.warehouse(), run.id());
    work.begin(run.begun());
    Files.createDirectories(
        root.resolve("warehouse/marts/generations").resolve(run.id() + "/run_audits"));
  }

  @Test
  void whoCannotBeToldDoesNotUnpublishTheRunNorKeepItFromClearingUp() {
    Publication publication = publication(ledger);
    Throwable failure = publishFails(publication);

    assertThat(publication.tooLate(failure))
        .hasMessage(
            "The marts of run %s are published, but not all that is told of it could be written:"
                    .formatted(run.id())
                + " UncheckedIOException; the log has the details. The next run completes the"
                + " ledger; mend what is in its way.");
    assertThat(WarehouseState.endings(spark, settings)).containsExactly(run.id() + " published");
    tidyUp(publication);
    assertThat(root.resolve("warehouse/work").resolve(run.id())).doesNotExist();
  }

  @Test
  void theNextRunSaysInTheLedgerWhatThisOneCouldNot() throws IOException {
    Path disk = Files.writeString(root.resolve("disk"), "no folder");
    Publication publication = publication(new Ledger(spark, disk.toString()));
    ledger
        .runsWith(publication.audit("published"))
        .write()
        .mode("overwrite")
        .parquet(generations.folder(run.id(), "run_audits").toString());
    publishFails(publication);

    publication.clearUp();
    assertThat(root.resolve("warehouse/work").resolve(run.id())).isNotEmptyDirectory();
    assertThat(generations.has(run.id())).isTrue();
    new Leftovers(spark, settings.warehouse(), generations, ledger).openStaging();
    assertThat(WarehouseState.endings(spark, settings)).containsExactly(run.id() + " published");
    assertThat(root.resolve("warehouse/work").resolve(run.id())).doesNotExist();
  }

  private Throwable publishFails(Publication publication) {
    Staging staging = Staging.open(spark, settings.warehouse());
    Throwable failure =
        catchThrowable(() -> publication.publish(staging, Optional.empty(), Optional.empty()));
    assertThat(failure).isNotNull();
    publication.failed(failure);
    assertThat(publication.isOver()).isTrue();
    assertThat(generations.current().orElseThrow().runId()).isEqualTo(run.id());
    return failure;
  }

  private void tidyUp(Publication publication) {
    publication.clearUp();
    try (RunLock lock =
        RunLock.take(
            settings.warehouse(), run.id(), NOW, spark.sparkContext().hadoopConfiguration())) {
      publication.compact(lock);
    }
  }

  private Publication publication(Ledger told) {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    return new Publication(settings, clock, generations, told, run, new Stages(SPEECHLESS), work);
  }
}
