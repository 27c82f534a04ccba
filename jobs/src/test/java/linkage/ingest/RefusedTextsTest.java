package linkage.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import linkage.config.CustomerKeys;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.staging.Forgotten;
import linkage.staging.Staging;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table's rows have no text; those that are refused are given theirs afterwards. */
class RefusedTextsTest {
  private static final SparkSession spark = SparkTest.session();
  private static final LocalDate DAY = LocalDate.of(2026, 5, 1);

  private static final String MAPPING =
      """
      select id as transaction_id, 'c' as customer_id, day as occurred_on, 'purchase' as kind,
          amount, 'EUR' as currency, _record
      from raw
      """;

  @TempDir Path root;

  private Dataset<Row> mapped;

  /** How many rows a batch has texts of before those of refused ones are read. */
  private long textsOfAll;

  @Test
  void everyRefusedRowHasTheTextOfItsRecord() throws IOException {
    assertThat(refused(MAPPING))
        .containsExactly(
            "sales_one 2 {\"id\":\"t2\",\"day\":\"2026-01-02\",\"amount\":\"much\"}",
            "sales_one 4 {\"day\":\"2026-01-04\",\"amount\":\"2.50\"}",
            "sales_two 1 {\"id\":\"t5\",\"day\":\"2026-01-05\",\"amount\":\"x \\\"y\\\"\",\"note\":\"new\"}");
  }

  @Test
  void soItHasInAFirstLoadOfManyRows() throws IOException {
    List<String> few = refused(MAPPING);
    assertThat(few).hasSize(3);

    assertThat(read(0)).isEqualTo(few);
  }

  /** Of several files of one schema only those are read again that refused something. */
  @Test
  void soItHasInOneOfSeveralFiles() throws IOException {
    prepare(MAPPING, "");
    for (int number = 1; number <= 4; number++) {
      String name = "sales_%d.parquet".formatted(number);
      String amount = number == 3 ? "none" : "4";
      spark
          .sql("select 't%d0' as id, '2026-01-07' as day, '%s' as amount".formatted(number, amount))
          .coalesce(1)
          .write()
          .parquet(root.resolve("made_" + number).toString());
      Files.copy(part(root.resolve("made_" + number)), root.resolve("landing/" + name));
    }

    assertThat(read(SourceReading.MANY))
        .containsExactly(
            "sales_3.parquet 1 {\"id\":\"t30\",\"day\":\"2026-01-07\",\"amount\":\"none\"}");
  }

  /** Who was forgotten is looked for in texts, so that they must be there from the start. */
  @Test
  void nothingIsKeptThatNamesSomebodyWhoWasForgotten() throws IOException {
    prepare(
        MAPPING.replace("'c' as customer_id", "id as customer_id"),
        "key-variable: LINKAGE_TEST_KEY");
    table(
        "sales_one",
        "select cast(null as string) as id, * from values ('2026-01-02', 'customer-0007'),"
            + " ('2026-01-03', 'customer-0008') as t(day, amount)");
    Settings settings = settings();
    Forgotten.list(
        Staging.open(spark, settings.warehouse()),
        settings,
        List.of("customer-0007"),
        CustomerKeys.of(settings.keyVariable(), System::getenv),
        Instant.EPOCH);

    assertThat(read(SourceReading.MANY))
        .hasSize(2)
        .noneMatch(row -> row.contains("customer-0007"))
        .anyMatch(row -> row.contains("customer-0008"));
  }

  @Test
  void soHasEachRowOfARecordOfSeveral() throws IOException {
    String twice = MAPPING.strip() + " lateral view explode(array(1, 2)) as twice";

    assertThat(refused(twice))
        .hasSize(6)
        .filteredOn(row -> row.contains("much"))
        .hasSize(2)
        .containsOnly("sales_one 2 {\"id\":\"t2\",\"day\":\"2026-01-02\",\"amount\":\"much\"}");
  }

  @Test
  void soHasARecordThatTheMappingLeftOut() throws IOException {
    assertThat(refused(MAPPING.strip() + " join (select 't1' as left_out) on not id <=> left_out"))
        .hasSize(4)
        .contains("sales_one 1 {\"id\":\"t1\",\"day\":\"2026-01-01\",\"amount\":\"1.50\"}");
  }

  @Test
  void noTextIsMadeOfOthers() throws IOException {
    refused(MAPPING);
    assertThat(textsOfAll).isZero();

    String withLookup =
        MAPPING.strip() + " left join (select 't1' as known) on upper(known) = upper(id)";
    for (String mapping : List.of(MAPPING, withLookup)) {
      prepare(mapping, "");
      read(SourceReading.MANY);
      assertThat(plan(mapped)).contains("StructsToJson");
      assertThat(plan(Ingest.withoutTexts(mapped)))
          .contains("_record")
          .doesNotContain("StructsToJson");
    }
  }

  private static String plan(Dataset<Row> rows) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) rows)
        .queryExecution()
        .optimizedPlan()
        .toString();
  }

  /** File, number and text of each refused row of two tables, in this order. */
  private List<String> refused(String mapping) throws IOException {
    prepare(mapping, "");
    table(
        "sales_one",
        "select * from values ('t1', '2026-01-01', '1.50'), ('t2', '2026-01-02', 'much'),"
            + " ('t3', '2026-01-03', '1'), (null, '2026-01-04', '2.50') as t(id, day, amount)");
    table(
        "sales_two",
        "select * from values ('t5', '2026-01-05', 'x \"y\"', 'new'),"
            + " ('t6', '2026-01-06', '3', null) as t(id, day, amount, note)");
    return read(SourceReading.MANY);
  }

  private void prepare(String mapping, String key) throws IOException {
    write("landing/customers.csv", "customer_id,acquired_on\nc,2025-01-01\n");
    write("conf/shop/customers.sql", "select customer_id, acquired_on, _record from raw");
    write("conf/shop/transactions.sql", mapping);
    write(
        "conf/shop/linkage.yaml",
        """
        landing: landing
        warehouse: warehouse
        %s
        reporting-currency: EUR
        time-zone: UTC
        inactivity-days: 30
        horizons-days: [30]
        sources:
          customers: {files: ["customers.csv"], format: csv}
          transactions: {files: ["sales_*"], format: parquet, gates: {max-bad-share: 1}}
        """
            .formatted(key.isEmpty() ? "demo: true" : key));
  }

  private Settings settings() {
    return Settings.load(Path.of("conf/shop"), root, Overrides.NONE, System.getenv());
  }

  private List<String> read(long many) {
    Settings settings = settings();
    var ingest = new Ingest(spark, settings, Staging.open(spark, settings.warehouse()), DAY, many);
    Map<SourceSettings, List<Ingest.NewFile>> found = ingest.discover();
    SourceSettings source = settings.source("transactions").orElseThrow();
    mapped = ingest.plan(found).get(source);
    Ingest.Batch batch = ingest.read(source, found.get(source), mapped);
    textsOfAll = batch.rows().orElseThrow().where("raw_text is not null").count();
    List<String> refused =
        batch
            .refused()
            .orElseThrow()
            .selectExpr("concat_ws(' ', file_name, record_number, raw_text)")
            .as(Encoders.STRING())
            .collectAsList()
            .stream()
            .sorted()
            .toList();
    batch.release();
    return refused;
  }

  private static Path part(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  private void table(String name, String sql) {
    spark.sql(sql).coalesce(1).write().parquet(root.resolve("landing/" + name).toString());
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
