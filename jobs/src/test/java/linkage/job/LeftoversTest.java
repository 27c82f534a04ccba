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
    Files.createDirectories(warehouse.resolve("marts/generations/r1"));
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
        new Begun("r1", DAY, NOW, "1", "hash")
            .ended(DAY, status, 0, null, NOW, List.of(0L, 0L, 0L, 0L)));
  }
}
