package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linkage.ConfigException;
import linkage.GateException;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.publish.Generations;
import linkage.publish.MartReader;
import linkage.publish.Pointer;
import linkage.testing.SparkTest;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One tiny company over two months of nights: they run once, and each test looks at some. */
class NightTest {
  @TempDir static Path root;

  private static TinyCompany company;
  private static List<List<String>> columns;
  private static final Map<String, Night.Result> results = new HashMap<>();
  private static final Map<String, Map<String, List<String>>> marts = new HashMap<>();
  private static GateException badRows;
  private static GateException noRate;
  private static boolean isUntouchedByBadRows;
  private static boolean isUntouchedByMissingRate;
  private static final List<Throwable> underAnotherSecret = new ArrayList<>();
  private static boolean isUntouchedUnderAnotherSecret;
  private static boolean isPinnedBeforePublishing;

  @BeforeAll
  static void runNights() throws SQLException {
    company = new TinyCompany(root);
    Settings withoutSecret = company.settings();
    company.keepSecret("LINKAGE_TEST_KEY");
    publish("first", "2025-01-31");
    columns = new ArrayList<>();
    for (String mart : published()) {
      query("select column_name, column_type from (describe %s)".formatted(mart))
          .forEach(column -> columns.add(List.of(mart, column)));
    }
    publish("again", "2025-01-31");

    company.deliver(
        "customers_2025-02-28.csv",
        "customer_id,acquired_on,region",
        List.of("c61,2025-01-01,north"));
    company.deliver(
        "attrition_2025-02-28.csv", "customer_id,occurred_on", List.of("c3,2025-01-25"));
    company.replaceTransaction("t3", "t3,c3,2025-01-05,purchase,12.50,EUR,7");
    company.deliver(
        "transactions_2025-02-28.csv",
        TinyCompany.TRANSACTIONS,
        List.of(
            "t1,c1,2025-01-05,purchase,99.00,EUR,4", // late, and older than what is known
            "t2,c2,2025-01-05,purchase,20.00,EUR,6"));
    publish("february", "2025-02-28");

    company.deliver(
        "transactions_2025-03-10.csv",
        TinyCompany.TRANSACTIONS,
        List.of(
            "t61,c1,2025-03-01,purchase,10.01,GBP,1",
            "t62,c2,2025-03-02,purchase,abc,EUR,1",
            "t63,c3,2025-03-03,swap,-1.00,EUR,1",
            "t64,c4,2025-03-04,purchase,0.01,USD,1"));
    Optional<Pointer> before = generations().current();
    Map<String, Long> staged = company.stagedFiles();
    badRows = catchThrowableOfType(GateException.class, () -> night("2025-03-10"));
    isUntouchedByBadRows =
        generations().current().equals(before) && company.stagedFiles().equals(staged);

    company.deliver(
        "transactions_2025-03-10.csv",
        TinyCompany.TRANSACTIONS,
        List.of(
            "t61,c1,2025-03-01,purchase,10.01,GBP,1",
            "t64,c4,2025-03-04,purchase,0.01,USD,1",
            "t65,nobody,2025-03-05,purchase,7.00,EUR,1",
            "t66,,2025-03-05,refund,2.00,EUR,1"));
    noRate = catchThrowableOfType(GateException.class, () -> night("2025-03-10"));
    isUntouchedByMissingRate = generations().current().equals(before);

    company.deliver("rates_2.csv", "currency,valid_on,rate", List.of("GBP,2025-02-01,1.25"));
    publish("mended", "2025-03-31");
    publish("earlier", "2025-02-10");
    tryAnotherSecret(withoutSecret);
  }

  private static void tryAnotherSecret(Settings another) {
    Optional<Pointer> before = generations().current();
    Map<String, Long> staged = company.stagedFiles();
    SparkSession spark = SparkTest.session();
    List<String> endings = WarehouseState.endings(spark, another);
    LocalDate day = LocalDate.of(2025, 3, 31);
    var stages = new Stages(Stages.SILENT);
    underAnotherSecret.add(catchThrowable(() -> Night.run(spark, another, day, stages)));
    underAnotherSecret.add(catchThrowable(() -> Night.backfill(spark, another, day, stages)));
    underAnotherSecret.add(catchThrowable(() -> Forget.run(spark, another, List.of("c7"))));
    isUntouchedUnderAnotherSecret =
        generations().current().equals(before)
            && company.stagedFiles().equals(staged)
            && WarehouseState.endings(spark, another).equals(endings)
            && !company.folder("warehouse/ledger/forgotten").toFile().exists();
  }

  @Test
  void duckDbReadsEveryMartWithTheColumnsAndTypesOfItsContract() {
    List<List<String>> promised = new ArrayList<>();
    for (String mart : published()) {
      for (var field : Contract.mart(mart).fields()) {
        promised.add(List.of(mart, field.name() + "|" + duckType(field.type().sql())));
      }
    }
    assertThat(columns).containsExactlyElementsOf(promised);
  }

  @Test
  void theSameFilesAgainChangeNothing() {
    assertThat(results.get("first").accounts()).hasSize(8);
    assertThat(results.get("again").accounts()).isEmpty();
    assertThat(audit("again", "read_count")).containsExactly("0");
    assertThat(mart("again", "best_metrics")).isEqualTo(mart("first", "best_metrics")).isNotEmpty();
    assertThat(mart("again", "reconciliation")).isEqualTo(mart("first", "reconciliation"));
  }

  @Test
  void aChangedFileUnderTheSameNameIsRead() {
    assertThat(results.get("february").accounts())
        .filteredOn(file -> file.file().equals("transactions_2025-01-31.csv"))
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.read()).isEqualTo(60);
              assertThat(file.accepted()).isEqualTo(1);
              assertThat(file.duplicate()).isEqualTo(59);
              assertThat(file.isConserved()).isTrue();
            });
  }

  @Test
  void theHighestRevisionWinsWheneverItArrives() {
    // 57 × 10.00, t1 still 10.00 although 99.00 came later, t2 now 20.00 and t3 now 12.50.
    assertThat(mart("february", "reconciliation"))
        .containsExactly("2025-01-01|EUR|600.00|612.50|0.00|0.00|0.00|-12.50|false");
  }

  @Test
  void aResponseLinksOnceItsCustomerArrives() {
    assertThat(audit("first", "unlinked_responses_count, responses_count")).containsExactly("1|73");
    assertThat(audit("february", "unlinked_responses_count, responses_count"))
        .containsExactly("0|73");
    assertThat(audit("first", "counts['linked_responses']")).containsExactly("72");
    assertThat(audit("february", "counts['linked_responses']")).containsExactly("73");
  }

  @Test
  void tooManyBadRowsStopTheNightAndChangeNothing() {
    assertThat(badRows)
        .hasMessage(
            """
            Cannot go on: the data failed 1 gate(s).
            - transactions: 2 of 4 row(s) are bad (50.0 %), expected at most 25.0 %
                file transactions_2025-03-10.csv: amount is not a number in 1 row(s)
                file transactions_2025-03-10.csv: amount is not at least 0 in 1 row(s)
                file transactions_2025-03-10.csv: kind is not one of purchase, renewal, refund,\
             credit in 1 row(s)
            Nothing was staged and the published marts are unchanged. Mend the files, or set the\
             gates of the source in linkage.yaml, then run again.\
            """);
    assertThat(isUntouchedByBadRows).isTrue();
  }

  @Test
  void aMissingRateStopsTheNightRatherThanBeingGuessed() {
    assertThat(noRate)
        .hasMessage(
            """
            Cannot convert amounts to EUR: no rate in fx_rates on or before the day of
            - 1 transaction(s) in GBP, from 2025-03-01 to 2025-03-01
            Nothing was staged and the published marts are unchanged. Deliver the rates, then run again.\
            """);
    assertThat(isUntouchedByMissingRate).isTrue();
  }

  @Test
  void theLedgerKeepsStoppedRunsToo() {
    assertThat(mart("mended", "run_audits"))
        .containsExactly(
            "2025-01-31|published|0|true",
            "2025-01-31|published|0|true",
            "2025-02-28|published|0|true",
            "2025-03-10|stopped_by_gate|3|false",
            "2025-03-10|stopped_by_gate|3|false",
            "2025-03-31|published|0|true");
  }

  @Test
  void theNightAfterMendingPublishesAndConvertsEachAmountHalfUp() {
    assertThat(results.get("mended").pointer().asOf()).isEqualTo("2025-03-31");
    assertThat(mart("mended", "reconciliation"))
        .containsExactly(
            "2025-01-01|EUR|600.00|612.50|0.00|0.00|0.00|-12.50|false",
            "2025-03-01|EUR|null|0.00|-2.00|7.00|0.00|null|null",
            "2025-03-01|GBP|null|10.01|0.00|0.00|0.00|null|null",
            "2025-03-01|USD|null|0.01|0.00|0.00|0.00|null|null");
  }

  @Test
  void anEarlierDaySeesOnlyWhatWasKnownThen() {
    assertThat(mart("earlier", "reconciliation"))
        .containsExactly("2025-01-01|EUR|600.00|600.00|0.00|0.00|0.00|0.00|true");
    assertThat(audit("earlier", "unlinked_responses_count")).containsExactly("1");
    assertThat(mart("earlier", "verdict_history")).isEqualTo(mart("first", "verdict_history"));
  }

  @Test
  void aClosedMonthGetsItsOfficialVerdictOnce() {
    assertThat(mart("first", "verdict_status")).containsExactly("official");
    assertThat(mart("again", "verdict_status")).containsExactly("provisional");
    assertThat(mart("february", "verdict_status")).containsExactly("official");
    assertThat(mart("earlier", "verdict_status")).containsExactly("provisional");

    assertThat(mart("again", "verdict_history")).isEqualTo(mart("first", "verdict_history"));
    assertThat(mart("mended", "verdict_history"))
        .containsAll(mart("first", "verdict_history"))
        .containsAll(mart("february", "verdict_history"));
  }

  /** No invitation of theirs says which response it led to, so nobody can learn who answers. */
  @Test
  void respondentsAreRakedWhereInvitationsDontTellWhoAnswered() {
    assertThat(mart("first", "nonresponse_checks"))
        .isNotEmpty()
        .allMatch(
            row ->
                row.contains(
                    "|raking_only|[region, years_of_tenure, past_revenue, calendar_quarter]|"))
        .anyMatch(row -> row.startsWith("all|cannot_tell|") && row.endsWith("|60|0.0"));
  }

  /** Whoever is to be forgotten would be looked for under other keys than the published ones. */
  @Test
  void nothingIsDoneUnderAnotherSecretThanThatOfTheFirstNight() throws IOException {
    Path secret = company.folder("warehouse/ledger/_secret.json");
    assertThat(Files.readString(secret))
        .contains(results.get("first").runId())
        .doesNotContain(System.getenv("LINKAGE_TEST_KEY"));
    assertThat(underAnotherSecret)
        .hasSize(3)
        .allSatisfy(
            refused ->
                assertThat(refused)
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(
                        "Cannot go on: the customer keys of this warehouse were made with another"
                            + " secret than the one that everybody knows, which demo: true stands"
                            + " for. Nothing was read or changed. Set the secret that was used"
                            + " before. If it must be another one from now on, which can't be once"
                            + " anybody has been forgotten, move %s away and run a night before"
                                .formatted(secret)
                            + " anything else."));
    assertThat(isUntouchedUnderAnotherSecret).isTrue();
    assertThat(isPinnedBeforePublishing).as("a night that then fails has made no keys").isFalse();
  }

  @Test
  void verdictHistorySaysWhatChanged() {
    String first = results.get("first").pointer().runId();
    String february = results.get("february").pointer().runId();
    assertThat(mart("first", "verdict_history"))
        .contains("all|all|retained|2025-01-01|insufficient|2025-01-01|first|2025-01-31|" + first);
    assertThat(mart("february", "verdict_history"))
        // The feeds of February repeat what is known, but their dates complete January's windows.
        .contains("all|all|retained|2025-02-01|clear|2025-02-01|data|2025-02-28|" + february)
        .contains(
            "region|north|retained|2025-02-01|no_signal|2025-02-01|data|2025-02-28|" + february)
        .contains(
            "region|north|repeat_purchase|2025-02-01|insufficient|2025-01-01|unchanged|2025-02-28|"
                + february);
  }

  private static Night.Result night(String asOf) {
    boolean isFirst = results.isEmpty();
    var listener =
        new Stages.Listener() {
          @Override
          public void started(String stage) {
            if (isFirst && stage.equals("Publishing")) {
              isPinnedBeforePublishing =
                  company.folder("warehouse/ledger/_secret.json").toFile().exists();
            }
          }
        };
    return Night.run(
        SparkTest.session(), company.settings(), LocalDate.parse(asOf), new Stages(listener));
  }

  private static void publish(String name, String asOf) throws SQLException {
    results.put(name, night(asOf));
    Map<String, List<String>> seen = new HashMap<>();
    seen.put(
        "best_metrics", query("select * exclude verdict_status from best_metrics order by all"));
    seen.put("verdict_status", query("select distinct verdict_status from best_metrics"));
    seen.put(
        "reconciliation",
        query(
            "select month, currency, ledger_amount, attributed_amount, unattributed_amount,"
                + " excluded_amount, quarantined_amount, difference_amount, is_reconciled"
                + " from reconciliation order by all"));
    seen.put(
        "nonresponse_checks",
        query(
            "select segment, verdict, weighting, margins, frame_count, observations_count,"
                + " invited_count, response_rate from nonresponse_checks order by all"));
    seen.put(
        "verdict_history",
        query(
            "select segment_set, segment, outcome, month, verdict, since_month, change, fixed_on,"
                + " run_id from verdict_history order by all"));
    seen.put(
        "run_audits",
        query("select as_of, status, exit_code, message is null from run_audits order by run_id"));
    for (String columns :
        List.of(
            "read_count",
            "unlinked_responses_count",
            "unlinked_responses_count, responses_count",
            "counts['linked_responses']")) {
      seen.put(
          "audit " + columns,
          query("select %s from run_audits order by run_id desc limit 1".formatted(columns)));
    }
    marts.put(name, seen);
  }

  private static List<String> mart(String night, String mart) {
    return marts.get(night).get(mart);
  }

  private static List<String> audit(String night, String columns) {
    return marts.get(night).get("audit " + columns);
  }

  private static Generations generations() {
    return new Generations(
        company.settings().warehouse(), SparkTest.session().sparkContext().hadoopConfiguration());
  }

  /** The marts that nights write. */
  private static List<String> published() {
    return Contract.marts().stream()
        .filter(
            mart -> company.folder("warehouse/marts/current").resolve(mart).toFile().isDirectory())
        .toList();
  }

  private static List<String> query(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (var connection = MartReader.open(generations(), published());
        var statement = connection.createStatement();
        var found = statement.executeQuery(sql)) {
      int width = found.getMetaData().getColumnCount();
      while (found.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= width; i++) {
          row.add(String.valueOf(found.getObject(i)));
        }
        rows.add(String.join("|", row));
      }
    }
    return rows;
  }

  /** The type that DuckDB has for a Spark type; an instant carries its zone. */
  private static String duckType(String spark) {
    if (spark.startsWith("ARRAY<")) {
      return duckType(spark.substring(6, spark.length() - 1)) + "[]";
    }
    if (spark.startsWith("MAP<STRING, ")) {
      return "MAP(VARCHAR, %s)".formatted(duckType(spark.substring(12, spark.length() - 1)));
    }
    return switch (spark) {
      case "STRING" -> "VARCHAR";
      case "INT" -> "INTEGER";
      case "TIMESTAMP" -> "TIMESTAMP WITH TIME ZONE";
      default -> spark;
    };
  }
}
