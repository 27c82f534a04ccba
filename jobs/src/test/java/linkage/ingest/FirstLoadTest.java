package linkage.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a warehouse's first run reads of many records at once. */
class FirstLoadTest {
  private static final SparkSession spark = SparkTest.session();
  private static final LocalDate DAY = LocalDate.of(2026, 5, 1);
  private static final int FILES = 5;

  @TempDir Path root;

  /** All that a run makes of one source's files. */
  private record Read(List<IngestedFile> files, List<String> rows) {}

  /**
   * Keys that occur once, that are repeated with the same and with other content, in one file and
   * in several; and bad rows, with a key and without, some of a key that a good row has.
   */
  @ParameterizedTest
  @CsvSource({"RECORD,true", "FILE_DATE,true", "VERSION,true", "RECORD,false"})
  void rowsThatAreTheOnlyOnesOfTheirKeyAreMarkedAsIfAllWereCompared(
      RowOrder order, boolean isRowByRow) throws IOException {
    write(order, isRowByRow);
    Read compared = read(SourceReading.MANY);
    Read apart = read(0);

    assertThat(compared.files()).hasSize(FILES);
    assertThat(compared.files()).anySatisfy(file -> assertThat(file.duplicate()).isPositive());
    assertThat(compared.files()).anySatisfy(file -> assertThat(file.quarantined()).isPositive());
    assertThat(apart.files()).isEqualTo(compared.files());
    assertThat(apart.rows()).isEqualTo(compared.rows());
  }

  private Read read(long many) {
    Settings settings = Settings.load(Path.of("conf/shop"), root, Overrides.NONE, Map.of());
    var ingest = new Ingest(spark, settings, Staging.open(spark, settings.warehouse()), DAY, many);
    Map<SourceSettings, List<Ingest.NewFile>> found = ingest.discover();
    var mapped = ingest.plan(found);
    SourceSettings source = settings.source("transactions").orElseThrow();
    Ingest.Batch batch = ingest.read(source, found.get(source), mapped.get(source));
    Dataset<Row> rows = batch.rows().orElseThrow();
    List<String> texts = rows.toJSON().collectAsList().stream().sorted().toList();
    batch.release();
    return new Read(batch.files(), texts);
  }

  private void write(RowOrder order, boolean isRowByRow) throws IOException {
    write("landing/customers.csv", "customer_id,acquired_on\nc,2025-01-01\n");
    var random = new Random(3);
    for (int file = 1; file <= FILES; file++) {
      List<String> lines = new ArrayList<>(List.of("id,day,amount,version"));
      for (int line = 0; line < 60; line++) {
        String id = random.nextInt(12) == 0 ? "" : "t" + random.nextInt(250);
        String amount = random.nextInt(15) == 0 ? "much" : random.nextInt(3) + ".50";
        lines.add("%s,2026-01-%02d,%s,%d".formatted(id, 10 + file, amount, random.nextInt(3)));
      }
      write("landing/sales_2026-02-0%d.csv".formatted(file), String.join("\n", lines) + "\n");
    }
    write("conf/shop/customers.sql", "select customer_id, acquired_on, _record from raw");
    write(
        "conf/shop/transactions.sql",
        """
        select id as transaction_id, 'c' as customer_id, day as occurred_on, 'purchase' as kind,
            amount, 'EUR' as currency%s, _record
        from raw%s
        """
            .formatted(
                order == RowOrder.VERSION ? ", version as version_number" : "",
                isRowByRow ? "" : " lateral view explode(array(1, 2)) as twice"));
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
          customers: {files: ["customers.csv"], format: csv}
          transactions:
            files: ["sales_*.csv"]
            file-date: "sales_(.*)[.]csv"
            format: csv
            order: %s
            gates: {max-bad-share: 1}
        """
            .formatted(order.key()));
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-04-30T12:00:00Z")));
  }
}
