package linkage.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.landing.FileShape;
import linkage.landing.HostileFiles;
import linkage.landing.HostileFiles.HostileFile;
import linkage.staging.Staging;
import linkage.testing.SparkTest;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every record of every hostile file is accounted for, and so is every amount. */
class ConservationTest {
  private static final SparkSession spark = SparkTest.session();
  private static final LocalDate DAY = LocalDate.of(2026, 5, 1);
  private static final Instant ARRIVAL = Instant.parse("2026-04-30T12:00:00Z");

  @TempDir Path root;

  @Test
  void noHostileFileLosesARecord() throws IOException {
    Map<FileShape, List<HostileFile>> byShape = new LinkedHashMap<>();
    for (HostileFile hostile : declarable()) {
      byShape.computeIfAbsent(hostile.shape(), none -> new ArrayList<>()).add(hostile);
    }
    int accounted = 0;
    int number = 0;
    for (Map.Entry<FileShape, List<HostileFile>> shape : byShape.entrySet()) {
      Map<String, HostileFile> expected = new LinkedHashMap<>();
      shape.getValue().forEach(hostile -> expected.put(hostile.name(), hostile));
      List<IngestedFile> files = read(root.resolve("shape" + number++), shape.getKey(), expected);

      for (IngestedFile file : files) {
        String name = file.file().substring(file.file().lastIndexOf('/') + 1);
        check(file, expected.get(name));
        checkAmounts(file);
        accounted++;
      }
    }
    assertThat(accounted).isEqualTo(declarable().size()).isGreaterThan(100);
  }

  /** The files of every shape that a deployment can declare: all but those without a quote. */
  private static List<HostileFile> declarable() {
    return HostileFiles.all().stream()
        .filter(
            hostile ->
                hostile.shape().format() != FileShape.Format.CSV
                    || !hostile.shape().quote().isEmpty())
        .toList();
  }

  private static void check(IngestedFile file, HostileFile hostile) {
    assertThat(file.isConserved()).as(hostile.about()).isTrue();
    assertThat(file.accepted() + file.duplicate() + file.quarantined())
        .as(hostile.about())
        .isEqualTo(file.read());
    if (hostile.failure() == null) {
      assertThat(file.failure()).as(hostile.about()).isNull();
      assertThat(file.read()).as(hostile.about()).isEqualTo(hostile.records());
      assertThat(file.quarantined())
          .as(hostile.about())
          .isGreaterThanOrEqualTo(hostile.problems().size());
    } else {
      assertThat(file.failure()).as(hostile.about()).contains(hostile.failure());
      assertThat(file.accepted()).as(hostile.about()).isZero();
    }
  }

  /** Amounts, too: of all parts together, and by the definition in the mapping. */
  private static void checkAmounts(IngestedFile file) {
    BigDecimal parts =
        orZero(file.amounts().accepted())
            .add(orZero(file.amounts().duplicate()))
            .add(orZero(file.amounts().quarantined()));
    assertThat(orZero(file.amounts().read())).as(file.file()).isEqualByComparingTo(parts);

    BigDecimal written = BigDecimal.ZERO;
    for (long record = 1; file.failure() == null && record <= file.read(); record++) {
      BigDecimal amount = new BigDecimal(record % 5 == 0 ? "-1.25" : "10.01");
      written = written.add(record % 2 == 0 ? amount.negate() : amount);
    }
    assertThat(parts).as(file.file()).isEqualByComparingTo(written);
  }

  private static BigDecimal orZero(BigDecimal amount) {
    return amount == null ? BigDecimal.ZERO : amount;
  }

  private static List<IngestedFile> read(
      Path home, FileShape shape, Map<String, HostileFile> hostiles) throws IOException {
    Path landing = Files.createDirectories(home.resolve("landing/hostile"));
    for (HostileFile hostile : hostiles.values()) {
      Files.setLastModifiedTime(hostile.writeTo(landing), FileTime.from(ARRIVAL));
    }
    write(home.resolve("landing/customers.csv"), "customer_id,acquired_on\nc,2025-01-01\n");
    write(
        home.resolve("conf/hostile/customers.sql"),
        "select customer_id, acquired_on, _record from raw");
    // Nothing is known of the columns, so every value is made of the record's number: each third
    // row repeats a key, and each fifth has an amount that is refused.
    write(
        home.resolve("conf/hostile/transactions.sql"),
        """
        select
            concat('t', cast(_record.number / 3 as int)) as transaction_id,
            'c' as customer_id,
            '2026-01-31' as occurred_on,
            if(_record.number % 2 = 0, 'refund', 'purchase') as kind,
            if(_record.number % 5 = 0, '-1.25', '10.01') as amount,
            'EUR' as currency,
            _record
        from raw
        """);
    write(home.resolve("conf/hostile/linkage.yaml"), settings(shape));
    Settings settings = Settings.load(Path.of("conf/hostile"), home, Overrides.NONE, Map.of());
    var staging = Staging.open(spark, settings.warehouse());
    var ingest = new Ingest(spark, settings, staging, DAY);

    Map<SourceSettings, List<Ingest.NewFile>> found = ingest.discover();
    var mapped = ingest.plan(found);
    SourceSettings source = settings.source("transactions").orElseThrow();
    Ingest.Batch batch = ingest.read(source, found.get(source), mapped.get(source));
    GateKeeper.check(List.of(batch.delivery()), DAY);
    batch.release();
    return batch.files();
  }

  private static String settings(FileShape shape) {
    boolean isCsv = shape.format() == FileShape.Format.CSV;
    var keys = new StringBuilder("format: " + (isCsv ? "csv" : "jsonl"));
    if (isCsv) {
      keys.append(", delimiter: \"%s\"".formatted(shape.delimiter().replace("\t", "\\t")));
      keys.append(", quote: '%s'".formatted(shape.quote().replace("'", "''")));
    }
    keys.append(", encoding: %s".formatted(shape.charset()));
    return """
        landing: landing
        warehouse: warehouse
        demo: true
        reporting-currency: EUR
        time-zone: UTC
        inactivity-days: 30
        horizons-days: [30]
        sources:
          customers: {files: ["customers.csv"], format: csv}
          transactions: {files: ["hostile/*"], %s, gates: {max-bad-share: 1}}
        """
        .formatted(keys);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(ARRIVAL));
  }
}
