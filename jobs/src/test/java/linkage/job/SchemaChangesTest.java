package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import linkage.ConfigException;
import linkage.contract.Contract;
import linkage.contract.Field;
import linkage.ingest.Ingest;
import linkage.ingest.IngestedFile;
import linkage.staging.Staging;
import linkage.storage.DeltaTables;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.MapType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns come, go and change their types, in files, contracts and staged tables. */
class SchemaChangesTest {
  private static final SparkSession spark = SparkTest.session();
  private static final LocalDate FIRST = LocalDate.of(2025, 1, 31);
  private static final LocalDate NEXT = LocalDate.of(2025, 2, 28);

  /** A transaction as the first delivery has it. */
  private static final List<String> UNCHANGED = List.of("t3,c3,2025-01-05,purchase,10.00,EUR,5");

  @TempDir Path root;

  @Test
  void aNightGoesOnWhenColumnsComeAndGoAndStopsClearlyWhenATypeChanges() throws IOException {
    var company = new TinyCompany(root);
    night(company, FIRST);
    // Monday's snapshot has lost a column, and nobody mends it before Tuesday's.
    company.deliver(
        "customers_2025-02-03.csv", "customer_id,acquired_on", List.of("c61,2025-01-01"));
    company.deliver(
        "customers_2025-02-04.csv", "customer_id,acquired_on,REGION", List.of("c61,2025-01-01,x"));
    assertThatThrownBy(() -> night(company, NEXT))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "customers_2025-02-03.csv has no column region, which customers_2025-01-01.csv had");
    company.remove("customers_2025-02-03.csv");
    company.remove("customers_2025-02-04.csv");
    // As if the contract had gained `margin` since, and lost `loyalty`.
    restage(company, rows -> rows.drop("margin").withColumn("loyalty", functions.lit("gold")));
    asOfVersion2(company);
    company.map(
        "transactions",
        "transaction_id, customer_id, occurred_on, kind, amount, currency,"
            + " revision as version_number, margin");
    company.deliver(
        "transactions_2025-02-28.csv",
        TinyCompany.TRANSACTIONS + ",margin,shelf",
        List.of(
            "t1,c1,2025-01-05,purchase,10.00,EUR,5,,a1", // as it is known, without a margin
            "t2,c2,2025-01-05,purchase,10.00,EUR,5,2.50,a1",
            "t61,c1,2025-02-05,purchase,10.00,EUR,1,3.00,a2"));

    Night.Result result = night(company, NEXT);

    assertThat(result.accounts())
        .singleElement()
        .extracting(IngestedFile::accepted, IngestedFile::duplicate)
        .containsExactly(2L, 1L);
    Dataset<Row> staged = look(company).read("transactions");
    assertThat(staged.where("margin is not null").count()).isEqualTo(2);
    assertThat(staged.where("loyalty = 'gold'").count()).isEqualTo(60);

    restage(company, rows -> rows.withColumn("amount", functions.col("amount").cast("double")));
    assertThatThrownBy(() -> night(company, NEXT))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "Cannot go on with the staged table transactions: amount is DOUBLE, expected"
                + " DECIMAL(18,2) by schemas/sources/transactions.yaml 1.0.0. The published marts"
                + " are unchanged.");
  }

  @Test
  void aMappedColumnThatAFileLacksStopsTheNightUnlessItIsOptional() {
    var company = new TinyCompany(root);
    company.deliver(
        "customers_2025-01-01.csv", "customer_id,acquired_on", List.of("c1,2024-01-01"));

    assertThatThrownBy(() -> night(company, FIRST))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "- customers.sql can't be planned for schemas/sources/customers.yaml 1.0.0 with the"
                + " columns of customers_2025-01-01.csv: [UNRESOLVED_COLUMN")
        .hasMessageContaining("`region`")
        .hasMessageContaining(
            "; if the SQL is right and a column is missing, deliver the file again with it or take"
                + " the file away; or, if the source has dropped it for good, add it to"
                + " sources.customers.optional-columns");
    assertThat(company.folder("warehouse/staging")).doesNotExist();

    company.declare("customers", "optional-columns: [Region]");
    Dataset<Row> customers = customers(company);
    assertThat(customers.select("customer_id", "region").collectAsList())
        .containsExactly(RowFactory.create("c1", null));
  }

  @Test
  void aColumnThatAFileHasLostStopsTheNightThoughOthersStillHaveIt() {
    var company = new TinyCompany(root);
    company.deliver(
        "customers_2024-12-01.csv", "customer_id,acquired_on", List.of("c1,2024-01-01"));
    company.deliver("customers_2025-02-02.csv", "customer_id,acquired_on", List.of());
    assertThat(customers(company).where("region is null").count())
        .as("files from before the column came, and one without rows")
        .isEqualTo(1);

    company.deliver(
        "customers_2025-02-03.csv", "customer_id,acquired_on,fax", List.of("c1,2024-01-01,7"));
    company.deliver(
        "customers_2025-02-04.csv", "customer_id,acquired_on,region", List.of("c1,2024-01-01,x"));
    assertThatThrownBy(() -> customers(company))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            """
            Cannot start: 1 problem(s) with the sources of tiny.
            - customers_2025-02-03.csv has no column region, which customers_2025-01-01.csv had and\
             customers.sql needs for schemas/sources/customers.yaml 1.0.0; deliver the file again with\
             it or take the file away; or, if the source has dropped it for good, add it to\
             sources.customers.optional-columns
            Nothing was read or changed. Correct the files, the mapping SQL or the settings, then run\
             again.\
            """);

    company.declare("customers", "optional-columns: [region]");
    assertThat(customers(company).where("region is null").count()).isEqualTo(2);
  }

  /** The mapped rows of all files of customers, of which none has been read yet. */
  @Test
  void whetherAFileHasLostAColumnIsJudgedAlikeByANightAndByWhoLooksAtAllFiles() {
    var shop = new SmallShop(root);
    shop.customers("2025-01-01", "k,north");
    shop.customers("2025-01-03", "l,north");
    shop.night("2025-01-05");
    // A late file has a column that those behind it lack, which were read without it.
    shop.customersOfTiers("2025-01-02", "m,south,gold");
    shop.mapCustomers("customer_id, acquired_on, region, tier");
    shop.validate();
    shop.night("2025-01-06");
    shop.validate();

    shop.customers("2025-01-04", "k,south");
    shop.customersOfTiers("2025-01-05", "k,south,tin");
    for (Runnable look : List.<Runnable>of(shop::validate, () -> shop.night("2025-01-07"))) {
      assertThatThrownBy(look::run)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("Cannot start: 1 problem(s)")
          .hasMessageContaining(
              "- customers_2025-01-04.csv has no column tier, which customers_2025-01-02.csv had");
    }
  }

  private static Dataset<Row> customers(TinyCompany company) {
    var settings = company.settings();
    var source = settings.source("customers").orElseThrow();
    var ingest = new Ingest(spark, settings, look(company), FIRST);
    return ingest.plan(ingest.discoverAll(source)).get(source);
  }

  @Test
  void staysOutOfAWarehouseThatANewerLinkageHasWritten() throws IOException {
    var company = new TinyCompany(root);
    Path pointer = company.folder("warehouse/staging/_committed.json");
    Files.createDirectories(pointer.getParent());
    Files.writeString(
        pointer, "{\"state_version\": 4, \"run_id\": \"r\", \"versions\": {\"files\": 0}}");

    for (Runnable open :
        List.<Runnable>of(
            () -> Staging.open(spark, company.settings().warehouse()),
            () -> look(company).has("files"),
            () -> night(company, FIRST),
            () -> Forget.run(spark, company.settings(), List.of("c1")))) {
      assertThatThrownBy(open::run)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("their state version is 4, and this Linkage knows versions up to 3")
          .hasMessageContaining("Run the Linkage that wrote them, or a newer one.");
    }
    assertThat(company.folder("warehouse/ledger")).doesNotExist();
  }

  @Test
  void writesNothingToALedgerThatANewerLinkageHasWrittenAndTellsWhoWatches() throws IOException {
    var company = new TinyCompany(root);
    Path state = company.folder("warehouse/ledger/_state.json");
    Files.createDirectories(state.getParent());
    Files.writeString(state, "{\"state_version\":2}");
    List<String> told = new ArrayList<>();
    var watched =
        new Stages.Listener() {
          @Override
          public void over(RunReport report) {
            told.add(report.status() + ", exit code " + report.exitCode());
          }
        };

    assertThatThrownBy(() -> Night.run(spark, company.settings(), FIRST, new Stages(watched)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            ("Cannot open the ledger under %s: its state version is 2, and this Linkage knows"
                    + " versions up to 1. Nothing was read or changed. Run the Linkage that wrote"
                    + " it, or a newer one.")
                .formatted(state.getParent()));
    assertThat(told).containsExactly("failed, exit code 2");
    assertThat(state.getParent()).isDirectoryNotContaining("glob:**/runs");
    assertThat(company.folder("warehouse/staging")).doesNotExist();
  }

  @Test
  void aColumnOfTheLedgerThatChangedItsTypeStopsTheNightBeforeItDoesAnything() {
    var company = new TinyCompany(root);
    var runs = new org.apache.hadoop.fs.Path(company.folder("warehouse/ledger/runs").toString());
    DeltaTables.append(spark, runs, spark.range(1).selectExpr("id as run_id").coalesce(1));

    assertThatThrownBy(() -> night(company, FIRST))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "Cannot go on with the ledger's table runs: run_id is BIGINT, expected STRING by"
                + " schemas/marts/run_audits.yaml "
                + Contract.mart("run_audits").version()
                + ". Nothing was changed. Take the type back")
        .hasMessageContaining("move %s and ".formatted(runs));
    assertThat(DeltaTables.latestVersion(spark, runs)).hasValue(0);
    assertThat(company.folder("warehouse/staging")).doesNotExist();
  }

  /** What CHANGELOG.md says of tables of 0.1.0. */
  @Test
  void tablesOf010AreReadAsTheyAreAndTheirRowsStagedOnceMoreIfTheyComeAgain() throws IOException {
    var company = new TinyCompany(root);
    company.deliver(
        "transactions_2025-01-30.csv",
        TinyCompany.TRANSACTIONS,
        List.of("t99,c1,2025-01-05,purchase,abc,EUR,1"));
    night(company, FIRST);
    asOf010(company);
    assertThat(look(company).read("transactions").columns()).doesNotContain("file_edition");
    assertThat(look(company).read("files").columns()).doesNotContain("known_from");
    long transactions = look(company).read("transactions").count();

    company.deliverFebruary();
    company.deliver("transactions_2025-02-01.csv", TinyCompany.TRANSACTIONS, UNCHANGED);
    Night.Result result = night(company, NEXT);

    assertThat(result.accounts())
        .filteredOn(file -> file.source().equals("transactions"))
        .extracting(IngestedFile::file, IngestedFile::accepted, IngestedFile::duplicate)
        .containsExactlyInAnyOrder(
            tuple("transactions_2025-02-01.csv", 1L, 0L),
            tuple("transactions_2025-02-28.csv", 3L, 0L));
    assertThat(look(company).read("transactions").count()).isEqualTo(transactions + 4);
    // 59 × 10.00, of which t1 has only an older revision since, and t2 now 20.00; t3 counts once.
    Row january = mart(company, "reconciliation").where("month = '2025-01-01'").first();
    assertThat(january.<BigDecimal>getAs("attributed_amount")).isEqualByComparingTo("610.00");
    assertThat(january.<BigDecimal>getAs("ledger_amount")).isEqualByComparingTo("600.00");
    assertThat(mart(company, "data_quality").where("reason <> 'all'").count()).isEqualTo(2);
    for (String state : List.of("staging/_committed.json", "ledger/_state.json")) {
      assertThat(company.folder("warehouse/" + state)).content().contains("\"state_version\":");
    }

    company.deliver("transactions_2025-02-02.csv", TinyCompany.TRANSACTIONS, UNCHANGED);
    assertThat(duplicatesOfNewTransactions(company)).isEqualTo(1);
  }

  /** Those of the next night, of which nothing is staged here. */
  private static long duplicatesOfNewTransactions(TinyCompany company) {
    var settings = company.settings();
    var source = settings.source("transactions").orElseThrow();
    var ingest = new Ingest(spark, settings, look(company), NEXT);
    var found = ingest.discover();
    Ingest.Batch batch = ingest.read(source, found.get(source), ingest.plan(found).get(source));
    batch.release();
    assertThat(batch.files()).hasSize(1);
    return IngestedFile.total(batch.files(), IngestedFile::duplicate);
  }

  private static Dataset<Row> mart(TinyCompany company, String mart) {
    return spark.read().parquet(company.folder("warehouse/marts/current/" + mart).toString());
  }

  /**
   * Leaves the warehouse as 0.1.0 did: without editions of files, without the days since when files
   * and refusals are known, with a hash that a null changes, and without state versions.
   */
  private static void asOf010(TinyCompany company) throws IOException {
    Staging staging = Staging.open(spark, company.settings().warehouse());
    for (String source : Contract.sources()) {
      staging.replace(
          source,
          staging
              .read(source)
              .withColumn("content_hash", hashOf010(Contract.source(source)))
              .drop("file_edition")
              .coalesce(1));
    }
    staging.replace(
        "files",
        staging
            .read("files")
            .drop("file_edition", "file_date", "known_from", "columns")
            .coalesce(1));
    staging.replace("quarantine", staging.read("quarantine").drop("known_from").coalesce(1));
    staging.commit("older", FIRST);
    Files.delete(company.folder("warehouse/ledger/_state.json"));
    rewriteCommit(company, commit -> commit.retain("run_id", "versions"));
  }

  private static Column hashOf010(Contract contract) {
    List<Column> content = new ArrayList<>();
    for (Field field : contract.fields()) {
      if (!List.of("version_at", "version_number").contains(field.name())) {
        Column column = functions.col(field.name());
        content.add(field.type() instanceof MapType ? functions.map_entries(column) : column);
        content.add(column.isNull());
      }
    }
    if (contract.name().equals("customers")) {
      content.add(functions.map_entries(functions.col("attributes")));
    }
    return functions.xxhash64(content.toArray(Column[]::new));
  }

  /** Leaves staging as version 2 was, which didn't write down the columns of files. */
  private static void asOfVersion2(TinyCompany company) throws IOException {
    Staging staging = Staging.open(spark, company.settings().warehouse());
    staging.replace("files", staging.read("files").drop("columns").coalesce(1));
    staging.commit("older", FIRST);
    rewriteCommit(company, commit -> commit.put("state_version", 2));
  }

  private static void rewriteCommit(TinyCompany company, Consumer<ObjectNode> change)
      throws IOException {
    Path file = company.folder("warehouse/staging/_committed.json");
    var commit = (ObjectNode) new ObjectMapper().readTree(Files.readString(file));
    change.accept(commit);
    Files.writeString(file, commit.toString());
  }

  private static Night.Result night(TinyCompany company, LocalDate asOf) {
    return Night.run(spark, company.settings(), asOf, new Stages(Stages.SILENT));
  }

  private static Staging look(TinyCompany company) {
    return Staging.look(spark, company.settings().warehouse());
  }

  /** Puts other rows in the place of the staged transactions, as an older Linkage left them. */
  private static void restage(TinyCompany company, UnaryOperator<Dataset<Row>> change) {
    Staging staging = Staging.open(spark, company.settings().warehouse());
    staging.replace("transactions", change.apply(staging.read("transactions")).coalesce(1));
    staging.commit("older", FIRST);
  }
}
