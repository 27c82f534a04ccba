package linkage.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import linkage.FenceException;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingTest {
  private static final SparkSession spark = SparkTest.session();

  private static final LocalDate DAY = LocalDate.of(2026, 1, 31);

  @TempDir Path warehouse;

  @Test
  void takesBackANewTableOfARunThatDidNotCommit() {
    open().append("customers", rows(1, 2));

    Staging next = open();

    assertThat(next.has("customers")).isFalse();
    next.append("customers", rows(3));
    next.commit("r2", DAY);
    assertThat(values(open(), "customers")).containsExactly(3);
  }

  @Test
  void takesBackWhatWasAddedOrReplacedButNotTheCommittedRows() {
    Staging first = open();
    first.append("customers", rows(1, 2));
    first.append("transactions", rows(7));
    first.commit("r1", DAY);
    Staging dead = open();
    dead.append("customers", rows(3));
    dead.append("customers", rows(4));
    dead.append("quarantine", rows(9));
    dead.replace("transactions", rows(8));

    Staging next = open();

    assertThat(values(next, "customers")).containsExactly(1, 2);
    assertThat(values(next, "transactions")).containsExactly(7);
    assertThat(next.has("quarantine")).isFalse();
  }

  @Test
  void keepsWhatIsAppendedAfterRowsWereTakenBack() {
    Staging first = open();
    first.append("customers", rows(1));
    first.commit("r1", DAY);
    open().append("customers", rows(2));
    Staging third = open();
    third.append("customers", rows(3));
    third.commit("r3", DAY);

    assertThat(values(open(), "customers")).containsExactly(1, 3);
    assertThat(values(open(), "customers")).containsExactly(1, 3);
  }

  @Test
  void refusesToCommitWhatAnotherRunWroteTo() {
    Staging first = open();
    first.append("customers", rows(1));
    first.commit("r1");
    Staging mine = open();
    mine.append("customers", rows(2));
    // Another run takes my rows back, since they aren't committed, and commits its own.
    Staging other = open();
    other.append("customers", rows(3));
    other.commit("r3");

    assertThatThrownBy(() -> mine.commit("r2"))
        .isInstanceOf(FenceException.class)
        .hasMessage(
            "Cannot commit the rows of run r2: another run wrote to %s since this one began. Nothing"
                    .formatted(warehouse.resolve("staging"))
                + " was committed and the published marts are unchanged. Run again.");
    assertThat(values(open(), "customers")).containsExactly(1, 3);
    assertThat(open().committedRun()).contains("r3");
  }

  @Test
  void isNewUntilSomethingWasReadWhoeverWasForgottenBefore() {
    Staging request = open();
    request.append(Forgotten.TABLE, rows(1));
    request.commit("r1");
    Staging first = open();
    assertThat(first.isNew()).isTrue();
    first.append("files", rows(2));
    first.commit("r2", DAY);

    assertThat(open().isNew()).isFalse();
  }

  @Test
  void bringsManyFilesTogetherAndCommitsThem() {
    Staging mine = scattered();

    assertThat(mine.compact("r1")).isEqualTo(1);

    assertThat(open().read("customers").inputFiles()).hasSize(1);
    assertThat(values(open(), "customers")).hasSize(Staging.SMALL_FILES + 1);
    assertThat(mine.compact("r1")).isZero();
  }

  @Test
  void leavesWhatAnotherRunCommitsAloneWhenItBringsFilesTogether() {
    Staging mine = scattered();
    Staging other = open();
    other.append("customers", rows(-1));
    other.commit("r2", DAY);

    assertThatThrownBy(() -> mine.compact("r1")).isInstanceOf(FenceException.class);

    assertThat(open().committedRun()).contains("r2");
    assertThat(values(open(), "customers")).hasSize(Staging.SMALL_FILES + 2).contains(-1);
  }

  /** Else it would take rows into its own commit that the other may yet take back. */
  @Test
  void leavesWhatAnotherRunAppendsAloneWhenItBringsFilesTogether() {
    Staging mine = scattered();
    Staging other = open();
    other.append("customers", rows(-1));

    assertThatThrownBy(() -> mine.compact("r1")).isInstanceOf(FenceException.class);
    assertThatThrownBy(() -> mine.purge("r1")).isInstanceOf(FenceException.class);

    other.commit("r2", DAY);
    assertThat(values(open(), "customers")).hasSize(Staging.SMALL_FILES + 2).contains(-1);
  }

  /** A table with a file more than it may have. */
  private Staging scattered() {
    Staging staging = open();
    int files = Staging.SMALL_FILES + 1;
    staging.append(
        "customers",
        spark.range(0, files, 1, files).select(functions.col("id").cast("int").as("value")));
    staging.commit("r1", DAY);
    return staging;
  }

  private Staging open() {
    return Staging.open(spark, warehouse.toString());
  }

  private static Dataset<Row> rows(Integer... values) {
    return spark.createDataset(List.of(values), Encoders.INT()).toDF("value").coalesce(1);
  }

  private static int[] values(Staging staging, String table) {
    List<Row> rows = staging.read(table).orderBy("value").collectAsList();
    return IntStream.range(0, rows.size()).map(i -> rows.get(i).getInt(0)).toArray();
  }
}
