package linkage.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import linkage.GateException;
import linkage.landing.HostileFiles.HostileFile;
import linkage.landing.RawFiles.IdentifiedFile;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawFilesTest {
  private static SparkSession spark;

  @TempDir Path landing;

  @BeforeAll
  static void startSpark() {
    spark = SparkTest.session();
  }

  @Test
  void readsTheUnionOfTheFilesOwnHeaders() throws IOException {
    write("a.csv", "id,note,Day\n1,x,d1\n2,\"y\nz\",d2\n");
    write("b.csv", "day,amount,id\nd3,\"1,50\",3\nd4,4\n");

    Dataset<Row> rows = read(FileShape.csv(), "*.csv");

    assertThat(rows.columns()).containsExactly("id", "note", "Day", "amount", "_record");
    assertThat(rows.schema().apply("_record").dataType()).isEqualTo(RawFiles.RECORD);
    assertThat(rows.orderBy("_record.file_id", "_record.number").collectAsList())
        .extracting(Row::toString)
        .containsExactly(
            "[1,x,d1,null,[a.csv,1,1,x,d1,null]]",
            "[2,y\nz,d2,null,[a.csv,2,2,\"y\nz\",d2,null]]",
            "[3,null,d3,1,50,[b.csv,1,d3,\"1,50\",3,null]]",
            "[null,null,null,null,[b.csv,2,d4,4,has too few fields: 2, the header has 3]]");
  }

  @Test
  void readsTheUnionOfJsonKeys() throws IOException {
    write(
        "a.jsonl",
        "{\"id\":1,\"answers\":{\"nps\":9,\"nps\":8}}\n{\"odd name.with `marks`\":true}\n");
    write("b.jsonl", "");

    Dataset<Row> rows = read(FileShape.jsonl(), "*.jsonl");

    assertThat(rows.columns()).containsExactly("id", "answers", "odd name.with `marks`", "_record");
    assertThat(rows.orderBy("_record.number").select("id", "answers").collectAsList())
        .extracting(Row::toString)
        .containsExactly("[1,{\"nps\":9,\"nps\":8}]", "[null,null]");
  }

  @Test
  void keepsEveryRecordOfEveryHostileFile() {
    Map<FileShape, List<HostileFile>> byShape =
        HostileFiles.all().stream().collect(Collectors.groupingBy(HostileFile::shape));
    byShape.forEach(
        (shape, hostiles) -> {
          hostiles.forEach(hostile -> hostile.writeTo(landing));
          List<LandingFile> files =
              list("*").stream()
                  .filter(
                      file ->
                          hostiles.stream().anyMatch(hostile -> hostile.name().equals(file.name())))
                  .toList();
          List<FileInspection> inspections = RawFiles.inspect(spark, shape, files);
          assertThat(inspections).extracting(FileInspection::file).isEqualTo(files);
          // Thousands of columns are slow to plan, and are tested alone.
          List<IdentifiedFile> sound =
              inspections.stream()
                  .filter(inspection -> !inspection.isFailed())
                  .filter(inspection -> inspection.columns().size() < 100)
                  .map(inspection -> new IdentifiedFile(inspection.file().name(), inspection))
                  .toList();

          Map<String, Long> read =
              RawFiles.read(spark, shape, sound)
                  .groupBy("_record.file_id")
                  .count()
                  .collectAsList()
                  .stream()
                  .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));

          for (IdentifiedFile file : sound) {
            assertThat(read.getOrDefault(file.fileId(), 0L))
                .as(file.fileId())
                .isEqualTo(file.inspection().records());
          }
        });
  }

  @Test
  void readsHundredsOfColumns() throws IOException {
    StringBuilder text = new StringBuilder("c0");
    for (int i = 1; i < 300; i++) {
      text.append(",c").append(i);
    }
    write("wide.csv", text + "\n" + ",".repeat(299) + "\n");

    assertThat(read(FileShape.csv(), "*").collectAsList()).hasSize(1);
  }

  @Test
  void stopsEarlyWithoutReadingOn() throws IOException {
    write("a.csv", "a\n" + "1\n".repeat(100_000));

    assertThat(read(FileShape.csv(), "*").limit(3).collectAsList()).hasSize(3);
  }

  @Test
  void readsNothingFromNothing() {
    assertThat(RawFiles.inspect(spark, FileShape.csv(), List.of())).isEmpty();
    for (FileShape shape : List.of(FileShape.csv(), FileShape.delta())) {
      Dataset<Row> rows = RawFiles.read(spark, shape, List.of());
      assertThat(rows.columns()).containsExactly("_record");
      assertThat(rows.count()).isZero();
    }
  }

  @Test
  void refusesToReadAFailedFile() throws IOException {
    write("a.csv", "");

    assertThatThrownBy(() -> read(FileShape.csv(), "*"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a.csv failed: is empty: it has no header");
  }

  @Test
  void readsParquetWithItsTypes() throws IOException {
    table("select id, cast(id as decimal(18,2)) as amount, date'2026-01-31' as day from range(5)")
        .coalesce(1)
        .write()
        .parquet(path("one"));
    table(
            "select id + 5 as id, cast(null as decimal(18,2)) as amount, date'2026-02-01' as day"
                + " from range(7)")
        .repartition(3)
        .write()
        .parquet(path("two"));
    Path single = parts("one").get(0);
    Files.copy(single, landing.resolve("single 1.parquet"));
    Files.copy(single, landing.resolve("single%2.parquet"));

    Dataset<Row> rows = read(FileShape.parquet(), "*");

    assertThat(rows.schema().simpleString())
        .startsWith("struct<id:bigint,amount:decimal(18,2),day:date,_record:struct<");
    assertThat(rows.groupBy("_record.file_id").count().orderBy("file_id").collectAsList())
        .extracting(Row::toString)
        .containsExactly("[one,5]", "[single 1.parquet,5]", "[single%2.parquet,5]", "[two,7]");
    assertThat(
            rows.where("_record.file_id = 'two'")
                .orderBy("_record.number")
                .select("_record.number")
                .collectAsList())
        .extracting(row -> row.getLong(0))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(
            rows.where("_record.file_id = 'one' and id = 3").select("_record").first().getStruct(0))
        .hasToString("[one,4,{\"id\":3,\"amount\":3.00,\"day\":\"2026-01-31\"},null]");
  }

  @Test
  void readsPartitionedParquet() {
    table("select id, cast(id % 2 as string) as part from range(4)")
        .write()
        .partitionBy("part")
        .parquet(path("orders"));

    Dataset<Row> rows = read(FileShape.parquet(), "orders");

    assertThat(rows.columns()).containsExactly("id", "part", "_record");
    assertThat(rows.select("_record.number").distinct().count()).isEqualTo(4);
  }

  @Test
  void failsFilesThatAreNoTables() throws IOException {
    write("text.parquet", "id\n1\n");
    Files.createDirectories(landing.resolve("broken/_delta_log"));
    table("select 1 as id, 2 as ID2").coalesce(1).write().parquet(path("cut"));
    byte[] whole = Files.readAllBytes(parts("cut").get(0));
    Files.write(landing.resolve("cut.parquet"), Arrays.copyOf(whole, whole.length - 9));

    assertThat(RawFiles.inspect(spark, FileShape.parquet(), list("*.parquet")))
        .extracting(FileInspection::failure)
        .allMatch(failure -> failure.startsWith("isn't Parquet: "));
    assertThat(RawFiles.inspect(spark, FileShape.delta(), list("broken")))
        .extracting(FileInspection::failure)
        .containsExactly("isn't a Delta table");
    assertThat(RawFiles.inspect(spark, FileShape.csv(), list("cut")))
        .extracting(FileInspection::failure)
        .allMatch(failure -> failure.startsWith("can't be read: "));
  }

  @Test
  void refusesColumnsOfDifferentTypes() {
    table("select 1L as id, '5' as amount").write().parquet(path("b"));
    table("select 1L as id, cast(5 as decimal(18,2)) as amount").write().parquet(path("a"));

    assertThatThrownBy(() -> read(FileShape.parquet(), "*"))
        .isInstanceOf(GateException.class)
        .hasMessage(
            "Cannot read b: column amount is STRING, expected DECIMAL(18,2) as in the files before"
                + " it. Nothing of this source was read. Deliver the file with the same types, or"
                + " as a source of its own.");
  }

  @Test
  void readsTheInspectedVersionOfADeltaTable() {
    table("select id, cast(id as string) as name from range(10)")
        .repartition(2)
        .write()
        .format("delta")
        .option("delta.enableDeletionVectors", "true")
        .save(path("people"));
    DeltaTable people = DeltaTable.forPath(spark, path("people"));
    people.delete("id in (2, 3)");
    List<IdentifiedFile> files = inspected(FileShape.delta(), "people");
    String before = files.get(0).inspection().sha256();
    List<String> numbers = numbers(RawFiles.read(spark, FileShape.delta(), files));

    table("select 99L as id, 'x' as name")
        .write()
        .format("delta")
        .mode("append")
        .save(path("people"));

    assertThat(files.get(0).inspection().records()).isEqualTo(8);
    assertThat(numbers).hasSize(8).doesNotHaveDuplicates();
    assertThat(numbers(RawFiles.read(spark, FileShape.delta(), files))).isEqualTo(numbers);
    FileInspection after = inspected(FileShape.delta(), "people").get(0).inspection();
    assertThat(after.records()).isEqualTo(9);
    assertThat(after.sha256()).isNotEqualTo(before);
  }

  private static List<String> numbers(Dataset<Row> rows) {
    return rows.selectExpr("concat(id, ' ', _record.number)").collectAsList().stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }

  private Dataset<Row> read(FileShape shape, String glob) {
    return RawFiles.read(spark, shape, inspected(shape, glob));
  }

  private List<IdentifiedFile> inspected(FileShape shape, String glob) {
    List<IdentifiedFile> files = new ArrayList<>();
    for (FileInspection inspection : RawFiles.inspect(spark, shape, list(glob))) {
      files.add(new IdentifiedFile(inspection.file().name(), inspection));
    }
    return files;
  }

  private List<LandingFile> list(String glob) {
    return LandingFiles.list(
        spark.sparkContext().hadoopConfiguration(), landing.toString(), List.of(glob));
  }

  private Dataset<Row> table(String sql) {
    return spark.sql(sql);
  }

  private String path(String name) {
    return landing.resolve(name).toString();
  }

  private List<Path> parts(String directory) throws IOException {
    try (var files = Files.list(landing.resolve(directory))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(landing.resolve(name), text, StandardCharsets.UTF_8);
  }
}
