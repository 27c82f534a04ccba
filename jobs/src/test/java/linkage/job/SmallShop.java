package linkage.job;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.ingest.Ingest;
import linkage.ingest.IngestedFile;
import linkage.ingest.Quarantine;
import linkage.staging.Staging;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Row;

/** A shop with dated files of customers and transactions, whose nights end with ingest. */
final class SmallShop {
  private static final String SETTINGS =
      """
      landing: landing
      warehouse: warehouse
      demo: true
      reporting-currency: EUR
      time-zone: UTC
      inactivity-days: 30
      horizons-days: [30]
      segment-sets: [[region]]
      sources:
        customers:
          files: ["customers_*.csv"]
          format: csv
          file-date: "_([0-9-]{10}).*[.]csv"
          gates: {max-bad-share: 1}
        transactions:
          files: ["transactions_*.csv"]
          format: csv
          file-date: "_([0-9-]{10}).*[.]csv"
      """;

  private final DeploymentFiles files;
  private int runs;

  SmallShop(Path root) {
    this.files = new DeploymentFiles(root);
    files.write("conf/shop/linkage.yaml", SETTINGS);
    mapCustomers("customer_id, acquired_on, region");
    files.write(
        "conf/shop/transactions.sql",
        "select transaction_id, customer_id, occurred_on, kind, amount, currency, _record from raw");
    transactions("2025-01-01", "t1,10", "t9,5");
  }

  /** Maps customers by selecting columns. */
  void mapCustomers(String columns) {
    mapCustomersBy("select %s, _record from raw".formatted(columns));
  }

  void mapCustomersBy(String sql) {
    files.write("conf/shop/customers.sql", sql);
  }

  /** Delivers customers, each as {@code id,region}, in a file of a day. */
  void customers(String day, String... rows) {
    files.deliver(
        "customers_%s.csv".formatted(day),
        "customer_id,region,acquired_on",
        List.of(rows).stream().map(row -> row + ",2024-01-01").toList(),
        DeploymentFiles.ARRIVAL);
  }

  /** The same with a column more, each as {@code id,region,tier}. */
  void customersOfTiers(String day, String... rows) {
    files.deliver(
        "customers_%s.csv".formatted(day),
        "customer_id,region,tier,acquired_on",
        List.of(rows).stream().map(row -> row + ",2024-01-01").toList(),
        DeploymentFiles.ARRIVAL);
  }

  /** Delivers transactions, each as {@code id,amount}, in a file of a day. */
  void transactions(String day, String... rows) {
    files.deliver(
        "transactions_%s.csv".formatted(day),
        "transaction_id,amount,customer_id,occurred_on,kind,currency",
        List.of(rows).stream().map(row -> row + ",k,2025-01-01,purchase,EUR").toList(),
        DeploymentFiles.ARRIVAL);
  }

  /** Copies a file over itself: the same content at another time. */
  void touch(String day) {
    files.arrive("customers_%s.csv".formatted(day), DeploymentFiles.ARRIVAL.plusSeconds(3600));
  }

  private Settings settings() {
    return Settings.load(Path.of("conf/shop"), files.root(), Overrides.NONE, Map.of());
  }

  private Staging look() {
    return Staging.look(SparkTest.session(), settings().warehouse());
  }

  /** Looks at all files, those that were read before, too, without reading any. */
  void validate() {
    var ingest = new Ingest(SparkTest.session(), settings(), look(), LocalDate.of(2025, 12, 31));
    ingest.plan(ingest.discoverAll());
  }

  void night(String asOf) {
    ingest(asOf, Night.Purpose.TONIGHT);
  }

  void backfill(String asOf) {
    ingest(asOf, Night.Purpose.PAST_DAY);
  }

  void replay(String asOf) {
    ingest(asOf, Night.Purpose.REPLAY);
  }

  /** What a night does before it computes. */
  private void ingest(String day, Night.Purpose purpose) {
    var run = new RunRecord(settings(), LocalDate.parse(day), Instant.ofEpochSecond(++runs), "");
    Staging staging = Staging.open(SparkTest.session(), settings().warehouse());
    new NightIngest(SparkTest.session(), settings(), staging, run, new Stages(Stages.SILENT))
        .run(purpose);
    staging.commit(run.id(), run.asOf());
  }

  /** Deletes what needn't be kept if staging is to go back so many days. */
  void shorten(int days) {
    Staging staging = Staging.open(SparkTest.session(), settings().warehouse());
    new Retention(staging, settings().sources(), OptionalInt.of(days), OptionalInt.empty())
        .apply(staging.committedRun().orElseThrow());
  }

  /** The regions of customers as they are now known, as {@code id=region}. */
  List<String> current() {
    return new Views(SparkTest.session(), settings(), look(), LocalDate.of(2025, 12, 31))
            .current("customers")
            .selectExpr("concat(customer_id, '=', attributes['region'])")
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .sorted()
            .toList();
  }

  /** Where each staged row of customers came from, as {@code day#record id}. */
  List<String> staged() {
    return staged("customers");
  }

  List<String> staged(String source) {
    String id = Contract.source(source).key().get(0);
    return look()
        .read(source)
        .selectExpr("concat(file_date, '#', record_number, ' ', %s)".formatted(id))
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }

  /**
   * What a file's records count as: read, filtered, multiplied, accepted, duplicate, quarantined.
   */
  List<Long> account(String day) {
    return account("customers", day);
  }

  List<Long> account(String source, String day) {
    Row sums =
        look()
            .read(IngestedFile.TABLE)
            .where("file_date = '%s' and source = '%s'".formatted(day, source))
            .selectExpr(
                "sum(read_count)",
                "sum(filtered_count)",
                "sum(multiplied_count)",
                "sum(accepted_count)",
                "sum(duplicate_count)",
                "sum(quarantined_count)")
            .first();
    List<Long> account = new ArrayList<>();
    for (int i = 0; i < sums.size(); i++) {
      account.add(sums.getLong(i));
    }
    return account;
  }

  /** How many rows are put aside now. */
  long refused() {
    return Quarantine.current(look()).count();
  }

  /** How many rows were put aside as known on a day. */
  long refusedAsOf(String day) {
    return Quarantine.current(look(), LocalDate.parse(day)).count();
  }

  /** At how many times a file is known. */
  long timesSeen(String day) {
    return look()
        .read(IngestedFile.TABLE)
        .where("file_date = '%s' and source = 'customers'".formatted(day))
        .select("modified_at")
        .distinct()
        .count();
  }
}
