package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import linkage.ConfigException;
import linkage.publish.Generations;
import linkage.staging.Staging;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A warehouse whose staged rows lost the file that says which of them were committed. */
class LeftoversTest {
  private static final SparkSession spark = SparkTest.session();
  private static final LocalDate DAY = LocalDate.of(2025, 1, 31);
  private static final Instant NOW = Instant.parse("2025-02-01T03:00:00Z");

  @TempDir Path warehouse;

  private static final List<Long> NO_FILES = List.of(0L, 0L, 0L, 0L);

  private Generations generations;
  private Ledger ledger;

  @BeforeEach
  void loseTheCommit() throws IOException {
    generations = new Generations(warehouse.toString(), spark.sparkContext().hadoopConfiguration());
    ledger = new Ledger(spark, warehouse.toString());
    Staging staging = Staging.open(spark, warehouse.toString());
    staging.append("customers", spark.range(3).toDF().coalesce(1));
    staging.commit("r1", DAY);
    Files.delete(warehouse.resolve("staging/_committed.json"));
  }

  @Test
  void nothingIsDeletedWhereMartsWerePublished() throws IOException {
    Files.createDirectories(warehouse.resolve("marts/generations/r1/run_audits"));
    generations.publish("r1", DAY, NOW, Optional.empty());

    refuses();
  }

  @Test
  void nothingIsDeletedWhereTheLedgerSaysThatARunPublished() {
    ended("backfilled");

    refuses();
  }

  @Test
  void whatARunStagedThatNeverCommittedGoes() {
    ended("failed");

    assertThat(open().has("customers")).isFalse();
    assertThat(warehouse.resolve("staging/customers")).doesNotExist();
  }

  /** Who moves staging away, as advised, has a first night again, which may die like any other. */
  @Test
  void aFirstNightThatDiesInNewStagingIsTakenBackWithoutHelp() throws IOException {
    ended("published");
    Files.move(warehouse.resolve("staging"), warehouse.resolve("moved"));
    Staging night = open();
    assertThat(night.isNew()).isTrue();
    night.append("customers", spark.range(3).toDF().coalesce(1));

    Staging next = open();

    assertThat(next.isNew()).isTrue();
    assertThat(next.has("customers")).isFalse();
  }

  /** Other generations still hold who was forgotten; the ledger must not say that it is done. */
  @Test
  void whatARunThatForgotLeftToDoIsDoneBeforeTheLedgerSaysThatItIs() throws IOException {
    var forgetting = new Begun("r2" + Forget.FORGETTING, DAY, NOW, "1", "hash");
    Row record =
        forgetting.ended(DAY, "forgotten", 0, "1 customer(s) were forgotten.", NOW, NO_FILES);
    ledger
        .runsWith(record)
        .write()
        .parquet(generations.folder(forgetting.runId(), "run_audits").toString());
    Files.createDirectories(warehouse.resolve("marts/generations/r1/run_audits"));
    generations.publish("r1", DAY, NOW, Optional.empty());
    generations.publish(forgetting.runId(), DAY, NOW, generations.current());
    new Work(spark, warehouse.toString(), forgetting.runId()).begin(forgetting);
    Files.move(warehouse.resolve("staging"), warehouse.resolve("moved"));

    open();

    assertThat(warehouse.resolve("marts/generations"))
        .isDirectoryContaining(folder -> folder.endsWith(forgetting.runId()))
        .isDirectoryNotContaining(folder -> folder.endsWith("r1"));
    Row told = ledger.runs().first();
    assertThat(told.<String>getAs("status")).isEqualTo("forgotten");
    assertThat(told.<String>getAs("run_id")).isEqualTo(forgetting.runId());
  }

  private void refuses() {
    assertThatThrownBy(this::open)
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot open the staged tables: %s is missing, though run r1 left rows and marts behind."
                    .formatted(warehouse.resolve("staging/_committed.json"))
                + " Nothing was read or changed. Restore the file, from a backup of the same moment"
                + " as the tables beside it; or, if every landing file is still there, move the"
                + " folder staging away and run again.");
    assertThat(warehouse.resolve("staging/customers/_delta_log/00000000000000000000.json"))
        .exists();
  }

  private Staging open() {
    return new Leftovers(spark, warehouse.toString(), generations, ledger).openStaging();
  }

  private void ended(String status) {
    ledger.record(
        new Begun("r1", DAY, NOW, "1", "hash").ended(DAY, status, 0, null, NOW, NO_FILES));
  }
}
