package linkage.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import linkage.config.Overrides;
import linkage.config.RowOrder;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.staging.Staging;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a warehouse's first run reads of many records at once. */
class FirstLoadTest {
  private static final SparkSession spark = SparkTest.session();
  private static final LocalDate DAY = LocalDate.of(2026, 5, 1);
  private static final int FILES = 5;

  @TempDir Path root;

  /** What a mapping makes of a record. */
  private enum Mapped {
    /** One row. */
    ONE(""),
    /** Of some two, which share their key. */
    SEVERAL(" lateral view explode(if(note = '2', array(1, 2), array(1))) as twice"),
    /** Of some none, without having said that it filters. */
    SOME(" join (select '2' as left_out) on not note <=> left_out");

    private final String sql;

    Mapped(String sql) {
      this.sql = sql;
    }
  }

  /** All that a run makes of a source's files. */
  private record Read(List<IngestedFile> files, List<String> rows, int held) {}

  /**
   * Keys that occur once, that are repeated with the same and with other content, in one file and
   * in several; and bad rows, with a key and without, some of a key that a good row has.
   */
  @ParameterizedTest
  @CsvSource({
    "transactions,FILE_DATE,ONE",
    "transactions,VERSION,ONE",
    "transactions,RECORD,SEVERAL",
    "transactions,RECORD,SOME",
    "customers,FILE_DATE,ONE"
  })
  void rowsThatAreTheOnlyOnesOfTheirKeyAreMarkedAsIfAllWereCompared(
      String source, RowOrder order, Mapped mapped) throws IOException {
    write(source, order, mapped);
    Read compared = read(source, SourceReading.MANY);
    Read apart = read(source, 0);

    assertThat(compared.files()).hasSize(FILES);
    assertThat(compared.files()).anySatisfy(file -> assertThat(file.duplicate()).isPositive());
    assertThat(compared.files()).anySatisfy(file -> assertThat(file.quarantined()).isPositive());
    assertThat(apart.files()).isEqualTo(compared.files());
    assertThat(apart.rows()).isEqualTo(compared.rows());
    // What is held tells which way was gone: of the one, all that was marked; of the other, what
    // was read, the shared keys and what was marked of them, but where left out records are added.
    assertThat(List.of(compared.held(), apart.held()))
        .isEqualTo(mapped == Mapped.SOME ? List.of(1, 1) : List.of(1, 3));
  }

  /** One task would do all that comes after it. */
  @Test
  void aFileOfTextThatHoldsMostRowsIsSpreadByComparingAll() throws IOException {
    write("transactions", RowOrder.FILE_DATE, Mapped.ONE);
    Path largest = root.resolve("landing/all_2026-02-01.csv");
    Files.writeString(largest, "z,2026-01-11,1.50,1,1\n".repeat(2_000), StandardOpenOption.APPEND);

    assertThat(read("transactions", 0).held()).isEqualTo(1);
  }

  private Read read(String name, long many) {
    Settings settings = Settings.load(Path.of("conf/shop"), root, Overrides.NONE, Map.of());
    var ingest = new Ingest(spark, settings, Staging.open(spark, settings.warehouse()), DAY, many);
    Map<SourceSettings, List<Ingest.NewFile>> found = ingest.discover();
    var planned = ingest.plan(found);
    SourceSettings source = settings.source(name).orElseThrow();
    Ingest.Batch batch = ingest.read(source, found.get(source), planned.get(source));
    Dataset<Row> rows = batch.rows().orElseThrow();
    List<String> texts = rows.toJSON().collectAsList().stream().sorted().toList();
    batch.release();
    return new Read(batch.files(), texts, batch.held().size());
  }

  private void write(String source, RowOrder order, Mapped mapped) throws IOException {
    var random = new Random(3);
    for (int file = 1; file <= FILES; file++) {
      List<String> lines = new ArrayList<>(List.of("id,day,amount,version,note"));
      for (int line = 0; line < 60; line++) {
        String id = random.nextInt(12) == 0 ? "" : "t" + random.nextInt(250);
        String amount = random.nextInt(15) == 0 ? "much" : random.nextInt(3) + ".50";
        String day = random.nextInt(15) == 0 ? "soon" : "2026-01-%02d".formatted(10 + file % 2);
        lines.add(
            String.join(",", id, day, amount, "" + random.nextInt(3), "" + random.nextInt(5)));
      }
      write("landing/all_2026-02-0%d.csv".formatted(file), String.join("\n", lines) + "\n");
    }
    String version = order == RowOrder.VERSION ? ", version as version_number" : "";
    write("landing/one.csv", "id,day,amount,version,note\nx,2025-01-01,1,1,1\n");
    write(
        "conf/shop/customers.sql",
        "select id as customer_id, day as acquired_on, amount as tier%s, _record from raw%s"
            .formatted(
                source.equals("customers") ? version : "",
                source.equals("customers") ? mapped.sql : ""));
    write(
        "conf/shop/transactions.sql",
        """
        select id as transaction_id, 'c' as customer_id, day as occurred_on, 'purchase' as kind,
            amount, 'EUR' as currency%s, _record
        from raw%s
        """
            .formatted(
                source.equals("transactions") ? version : "",
                source.equals("transactions") ? mapped.sql : ""));
    String all =
        "{files: [all_*.csv], format: csv, file-date: 'all_(.*)[.]csv', order: %s, gates: {max-bad-share: 1}}"
            .formatted(order.key());
    String one = "{files: [one.csv], format: csv}";
    write(
        "conf/shop/linkage.yaml",
        """
        landing: landing
        warehouse: warehouse
        demo: true
        reporting-currency: EUR
        time-zone: UTC
        inactivity-days: 30
        horizons-days: [30]
        sources:
          customers: %s
          transactions: %s
        """
            .formatted(
                source.equals("customers") ? all : one, source.equals("transactions") ? all : one));
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-04-30T12:00:00Z")));
  }
}
