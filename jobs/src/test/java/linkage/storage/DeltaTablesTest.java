package linkage.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import linkage.FenceException;
import linkage.LinkageException;
import linkage.testing.FaultyFileSystem;
import linkage.testing.FaultyFileSystem.Fault;
import linkage.testing.SparkTest;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaTablesTest {
  private static final SparkSession spark = SparkTest.session();

  @TempDir Path root;
  private Path folder;
  private org.apache.hadoop.fs.Path table;

  @BeforeEach
  void nameTable() {
    folder = root.resolve("a table");
    table = new org.apache.hadoop.fs.Path(folder.toUri());
  }

  @Test
  void replacesEverythingByRowsOfTheTableItself() {
    DeltaTables.append(spark, table, rows(1, 2));
    DeltaTables.append(spark, table, rows(3));

    DeltaTables.replace(spark, table, newest().where("value <> 2").coalesce(1));

    assertThat(values(newest())).containsExactly(1, 3);
    assertThat(values(DeltaTables.read(spark, table, 1))).containsExactly(1, 2, 3);
    assertThat(values(spark.read().format("delta").load(folder.toString()))).containsExactly(1, 3);
  }

  @Test
  void replacesByRowsOfAnotherShape() {
    DeltaTables.append(spark, table, rows(1, 2));

    DeltaTables.replace(spark, table, newest().selectExpr("cast(value as string) as name"));

    assertThat(newest().schema().toDDL()).isEqualTo("name STRING");
    assertThat(newest().as(Encoders.STRING()).collectAsList()).containsExactlyInAnyOrder("1", "2");
  }

  @Test
  void replacesByNothing() {
    DeltaTables.append(spark, table, rows(1));
    DeltaTables.replace(spark, table, rows(1).where("value > 1"));

    assertThat(values(newest())).isEmpty();
  }

  @Test
  void refusesToReplaceWhatAnotherWriterHasAddedTo() throws IOException {
    DeltaTables.append(spark, table, rows(1));
    DeltaTables.append(spark, table, rows(2));
    // The other writer's commit comes to light only while the rows of the replacement are made.
    String commit = folder.resolve("_delta_log/00000000000000000001.json").toString();
    String hidden = root.resolve("hidden.json").toString();
    move(commit, hidden);
    Files.delete(folder.resolve("_delta_log/00000000000000000001.crc"));
    Dataset<Row> whileReplacing =
        rows(9).map((MapFunction<Row, Row>) row -> moving(hidden, commit, row), rows().encoder());

    assertThatThrownBy(() -> DeltaTables.replace(spark, table, whileReplacing))
        .isInstanceOf(FenceException.class)
        .hasMessageStartingWith(
            "Cannot write to the table %s: another run wrote to it meanwhile, and it is as that run"
                    .formatted(table)
                + " left it.");
    assertThat(values(newest())).containsExactly(1, 2);
  }

  /** Who is told of another run would wait for one that isn't there. */
  @Test
  void doesNotTakeALogThatCannotBeWrittenForAnotherWriter() {
    DeltaTables.append(spark, table, rows(1, 2));
    FaultyFileSystem.register(spark.sparkContext().hadoopConfiguration());
    var faulty = new org.apache.hadoop.fs.Path(FaultyFileSystem.SCHEME + ":" + folder);
    FaultyFileSystem.failAt(1, Pattern.compile("create .*_delta_log/.*1[.]json"), Fault.DISK_FULL);

    try {
      assertThatThrownBy(() -> DeltaTables.replace(spark, faulty, rows(3)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageStartingWith("Cannot write to the table " + faulty)
          .matches(LinkageException::isDiskFull);
    } finally {
      FaultyFileSystem.heal();
    }
    assertThat(values(newest())).containsExactly(1, 2);
  }

  @Test
  void purgesAllButTheNewestVersion() throws IOException {
    for (int value = 0; value < 13; value++) {
      DeltaTables.append(spark, table, rows(value));
    }
    DeltaTables.replace(spark, table, newest().where("value > 10").coalesce(1));
    DeltaTables.append(spark, table, rows(13));
    failedAppend();

    DeltaTables.purge(spark, table);
    DeltaTables.purge(spark, table);

    assertThat(values(newest())).containsExactly(11, 12, 13);
    assertThat(files("")).filteredOn(file -> file.endsWith(".parquet")).hasSize(2);
    assertThat(files("_delta_log"))
        .filteredOn(file -> !file.endsWith(".crc"))
        .containsExactly(
            "00000000000000000014.checkpoint.parquet",
            "00000000000000000014.json",
            "_last_checkpoint");
    assertThat(DeltaTables.latestVersion(spark, table)).hasValue(14);
  }

  @Test
  void appendsReplacesAndRestoresAfterAPurge() {
    DeltaTables.append(spark, table, rows(1));
    DeltaTables.append(spark, table, rows(2));
    DeltaTables.purge(spark, table);
    DeltaTables.append(spark, table, rows(3));
    assertThat(values(newest())).containsExactly(1, 2, 3);

    DeltaTables.replace(spark, table, rows(4));
    DeltaTable.forPath(spark, folder.toString()).restoreToVersion(1);

    assertThat(values(newest())).containsExactly(1, 2);
    assertThat(values(spark.read().format("delta").load(folder.toString()))).containsExactly(1, 2);
  }

  @Test
  void finishesAPurgeThatWasKilledAnywhere() throws IOException {
    for (int value = 0; value < 4; value++) {
      DeltaTables.append(spark, table, rows(value));
    }
    DeltaTables.replace(spark, table, newest().where("value > 1").coalesce(1));
    DeltaTables.append(spark, table, rows(4));
    // A purge that was killed has written its checkpoint, its pointer perhaps not, and deleted any
    // part of the rest.
    DeltaTables.purge(spark, table);
    DeltaTables.append(spark, table, rows(5));
    DeltaTables.append(spark, table, rows(6));
    String pointer = Files.readString(folder.resolve("_delta_log/_last_checkpoint"));
    DeltaTables.purge(spark, table);
    Files.writeString(folder.resolve("_delta_log/_last_checkpoint"), pointer);
    Files.deleteIfExists(folder.resolve("_delta_log/._last_checkpoint.crc"));

    assertThat(values(newest())).containsExactly(2, 3, 4, 5, 6);
    assertThat(values(spark.read().format("delta").load(folder.toString())))
        .containsExactly(2, 3, 4, 5, 6);
    DeltaTables.purge(spark, table);
    DeltaTables.append(spark, table, rows(7));
    assertThat(values(newest())).containsExactly(2, 3, 4, 5, 6, 7);
  }

  @Test
  void compactsManySmallFilesIntoOne() throws IOException {
    for (int value = 0; value < 5; value++) {
      DeltaTables.append(spark, table, rows(value, value));
    }

    assertThat(DeltaTables.smallFiles(spark, table)).isEqualTo(5);
    DeltaTables.compact(spark, table);

    assertThat(newest().inputFiles()).hasSize(1);
    assertThat(values(newest())).containsExactly(0, 0, 1, 1, 2, 2, 3, 3, 4, 4);
    assertThat(values(DeltaTables.read(spark, table, 4))).hasSize(10);
    assertThat(values(spark.read().format("delta").load(folder.toString()))).hasSize(10);
    DeltaTable.forPath(spark, folder.toString()).restoreToVersion(4);
    assertThat(newest().inputFiles()).hasSize(5);
  }

  @Test
  void deletesNothingWhereALiveFileIsMissing() throws IOException {
    DeltaTables.append(spark, table, rows(1));
    DeltaTables.append(spark, table, rows(2));
    failedAppend();
    Files.delete(
        folder.resolve(
            files("").stream()
                .filter(file -> file.endsWith(".parquet"))
                .findFirst()
                .orElseThrow()));
    List<String> before = files("");

    assertThatThrownBy(() -> DeltaTables.purge(spark, table))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1 file(s) that aren't there");
    assertThat(files("")).isEqualTo(before);
  }

  @Test
  void writesNoValueIntoTheLog() throws IOException {
    DeltaTables.append(spark, table, texts("sentinel-1"));
    DeltaTables.replace(spark, table, texts("sentinel-2"));
    DeltaTables.purge(spark, table);

    for (String file : files("_delta_log")) {
      String bytes =
          Files.readString(folder.resolve("_delta_log").resolve(file), StandardCharsets.ISO_8859_1);
      assertThat(bytes).as(file).doesNotContain("sentinel");
    }
  }

  private static Row moving(String from, String to, Row row) throws IOException {
    move(from, to);
    return row;
  }

  private static void move(String from, String to) throws IOException {
    Files.move(Path.of(from), Path.of(to));
  }

  private void failedAppend() throws IOException {
    Path orphan = Files.createDirectories(folder.resolve("orphan"));
    Files.writeString(orphan.resolve("part-0.snappy.parquet"), "never committed");
    Files.createDirectories(folder.resolve("begun/_temporary/0"));
  }

  private Dataset<Row> newest() {
    return DeltaTables.read(spark, table, DeltaTables.latestVersion(spark, table).orElseThrow());
  }

  private List<String> files(String under) throws IOException {
    List<String> found = new ArrayList<>();
    Path start = folder.resolve(under);
    try (var paths = Files.walk(start)) {
      paths
          .filter(Files::isRegularFile)
          .map(path -> start.relativize(path).toString())
          .filter(path -> !under.isEmpty() || !path.startsWith("_delta_log"))
          .sorted()
          .forEach(found::add);
    }
    return found;
  }

  private static Dataset<Row> rows(Integer... values) {
    return spark.createDataset(List.of(values), Encoders.INT()).toDF("value").coalesce(1);
  }

  private static Dataset<Row> texts(String... values) {
    return spark.createDataset(Arrays.asList(values), Encoders.STRING()).toDF("name").coalesce(1);
  }

  private static List<Integer> values(Dataset<Row> rows) {
    return rows.as(Encoders.INT()).collectAsList().stream().sorted().toList();
  }
}
