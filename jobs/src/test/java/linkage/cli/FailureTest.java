package linkage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linkage.job.SparkSessions;
import linkage.publish.Generations;
import linkage.publish.Pointer;
import linkage.publish.RunLock;
import linkage.testing.SparkTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a user gets wrong is answered with a message, an exit code, and no stack trace. */
class FailureTest {
  private static final String YAML =
      """
      company: Corner shop
      landing: %s
      warehouse: %s
      demo: true
      reporting-currency: EUR
      time-zone: Europe/Berlin
      inactivity-days: 180
      segment-sets:
        - [region]
      questions:
        nps: {minimum: 0, maximum: 10, favourable: high}
      metrics:
        nps: {question: nps, label: NPS, headline: nps}
      sources:
        customers:
          files: ["customers.csv"]
          format: csv
        survey_responses:
          files: ["responses.csv"]
          format: csv
          timestamp-patterns: ["yyyy-MM-dd HH:mm"]
        transactions:
          files: ["orders.csv"]
          format: csv
      """;

  private static final String CUSTOMERS =
      "select id as customer_id, since as acquired_on, region, _record from raw";
  private static final String RESPONSES =
      "select id as response_id, customer as customer_id, 'shop' as survey_id, at as responded_at,"
          + " nps, _record from raw";
  private static final String ORDERS =
      "select id as transaction_id, customer as customer_id, day as occurred_on, 'purchase' as kind,"
          + " amount, 'EUR' as currency, _record from raw";

  @TempDir private Path folder;
  private Path conf;

  @BeforeAll
  static void startSpark() {
    SparkTest.session();
  }

  @BeforeEach
  void writeDeployment() throws IOException {
    conf = Files.createDirectories(folder.resolve("conf/shop"));
    Path landing = Files.createDirectories(folder.resolve("landing"));
    write(conf.resolve("linkage.yaml"), YAML.formatted(landing, folder.resolve("warehouse")));
    write(conf.resolve("customers.sql"), CUSTOMERS);
    write(conf.resolve("survey_responses.sql"), RESPONSES);
    write(conf.resolve("transactions.sql"), ORDERS);
    write(landing.resolve("customers.csv"), "id,since,region\n1,2024-01-01,North\n");
    write(landing.resolve("responses.csv"), "id,customer,at,nps\nr1,1,2024-05-01 10:00,9\n");
    write(landing.resolve("orders.csv"), "id,customer,day,amount\nt1,1,2024-04-01,10.00\n");
  }

  @Test
  void validatesAGoodDeployment() {
    String landing = folder.resolve("landing").toString();
    Answered answered = linkage("validate", "--conf", conf.toString(), "--landing", landing);
    assertThat(answered.exitCode()).as(answered.text()).isZero();
    assertThat(answered.text())
        .contains(
            "A night could run: ./linkage run --conf %s --landing %s".formatted(conf, landing));
  }

  /** A device that is always full stands for the disk that lineage goes to. */
  @Test
  void saysThatMartsArePublishedWhereTheDiskIsFullOnlyThen() {
    assumeTrue(Files.exists(Path.of("/dev/full")), "only Linux has a device that is always full");
    Answered answered =
        linkage(
            "run", "--conf", conf.toString(), "--as-of", "2024-05-31", "--lineage", "/dev/full");
    assertThat(answered.exitCode()).as(answered.text()).isEqualTo(1);
    assertThat(answered.text())
        .contains(
            "are published, but not all that is told of it could be written: no space left on")
        .doesNotContain("Cannot go on");
    assertThat(linkage("status", "--conf", conf.toString()).text())
        .containsPattern(" 2024-05-31 +published +current ");
  }

  @Test
  void namesTheFolderThatIsNotThere() {
    refuses(2, "no-such-folder", "run", "--conf", folder.resolve("no-such-folder").toString());
  }

  @Test
  void showsLineAndColumnOfMalformedYaml() throws IOException {
    write(conf.resolve("linkage.yaml"), "company: Shop\nlanding: [unclosed\n");
    refuses(2, "line", "run", "--conf", conf.toString());
    assertThat(linkage("run", "--conf", conf.toString()).text()).contains("column");
  }

  @Test
  void suggestsTheNearestKnownKey() throws IOException {
    edit("linkage.yaml", "time-zone:", "time-zon:");
    refuses(2, "time-zone", "validate", "--conf", conf.toString());
    assertThat(linkage("validate", "--conf", conf.toString()).text()).contains("time-zon");
  }

  @Test
  void listsTheAttributesThatASegmentSetCanUse() throws IOException {
    edit("linkage.yaml", "- [region]", "- [regionn]");
    refuses(2, "segment-sets use the attribute regionn", "run", "--conf", conf.toString());
  }

  @Test
  void reportsAllProblemsOfAllMappingsAtOnce() throws IOException {
    write(conf.resolve("customers.sql"), "selec id from raw");
    edit("transactions.sql", "amount, ", "");
    edit("survey_responses.sql", "_record", "at as seen_at");
    Answered answered = linkage("run", "--conf", conf.toString());
    assertThat(answered.exitCode()).as(answered.text()).isEqualTo(2);
    assertThat(answered.text())
        .contains("customers.sql can't be planned")
        .contains("transactions.sql doesn't select amount")
        .contains("survey_responses.sql doesn't select _record")
        .contains("survey_responses.sql selects seen_at");
    assertNoTrace(answered);
  }

  @Test
  void namesEverySourceWithoutFiles() throws IOException {
    Files.delete(folder.resolve("landing/orders.csv"));
    Files.delete(folder.resolve("landing/customers.csv"));
    refuses(2, "source transactions: no file matches", "run", "--conf", conf.toString());
    assertThat(linkage("run", "--conf", conf.toString()).text()).contains("source customers");
  }

  @Test
  void stopsAtAFileThatIsNotText() throws IOException {
    Files.write(folder.resolve("landing/orders.csv"), new byte[] {'i', 'd', 0, 0, 1});
    refuses(3, "orders.csv", "run", "--conf", conf.toString());
  }

  @Test
  void stopsAtAnUnclosedQuoteWithFileReasonAndCount() throws IOException {
    write(
        folder.resolve("landing/orders.csv"),
        "id,customer,day,amount\nt1,1,2024-04-01,\"10.00\nt2,1,2024-04-02,11.00\n");
    refuses(3, "record(s) can't be trusted", "run", "--conf", conf.toString());
    assertThat(folder.resolve("warehouse/marts")).doesNotExist();
  }

  @Test
  void previewsOnlyDeclaredSources() {
    refuses(2, "declares only the sources", "preview", "--conf", conf.toString(), "--source", "x");
  }

  @Test
  void previewsRefusedRowsWithTheirReasons() throws IOException {
    write(
        folder.resolve("landing/orders.csv"),
        "id,customer,day,amount\nt1,1,2024-02-31,10.00\nt2,1,2024-04-02,11.00\n");
    Answered answered = linkage("preview", "--conf", conf.toString(), "--source", "transactions");
    assertThat(answered.exitCode()).as(answered.text()).isZero();
    assertThat(answered.text())
        .contains("refused: occurred_on is not a day (2024-02-31)")
        .contains("raw: t1,1,2024-02-31,10.00")
        .contains("11.00");
  }

  @Test
  void saysThatNothingIsPublishedYet() {
    refuses(2, "nothing has been published under", "sql", "--conf", conf.toString(), "select 1");
  }

  @Test
  void runsAndAnswersQueriesInThreeFormatsOfMartsThatArePublishedOrKept() throws IOException {
    Answered night = linkage("run", "--conf", conf.toString(), "--as-of", "2025-06-30");
    assertThat(night.exitCode()).as(night.text()).isZero();
    String query = "select currency, sum(warehouse_amount) total from reconciliation group by 1";
    String name = conf.toString();
    assertThat(linkage("sql", "--conf", name, query).text()).contains("EUR").contains("10.00");
    assertThat(linkage("sql", "--conf", name, "--format", "csv", query).text())
        .contains("currency,total\r\nEUR,10.00\r\n");
    assertThat(linkage("sql", "--conf", name, "--format", "json", query).text())
        .contains("{\"currency\":\"EUR\",\"total\":10.00}");
    refuses(2, "Cannot run the query", "sql", "--conf", name, "select nothing from nowhere");

    // Readers are sent to other marts, which are few.
    var generations =
        new Generations(folder.resolve("warehouse").toString(), SparkSessions.hadoop());
    Pointer own = generations.current().orElseThrow();
    String run = own.runId();
    Path marts = folder.resolve("warehouse/marts/generations");
    Path other = Files.createDirectories(marts.resolve("r1/run_audits"));
    for (String file : marts.resolve(run).resolve("run_audits").toFile().list()) {
      Files.copy(marts.resolve(run).resolve("run_audits").resolve(file), other.resolve(file));
    }
    generations.move(new Pointer("r1", own.asOf(), Instant.EPOCH), Optional.of(own));
    refuses(2, "Cannot run the query", "sql", "--conf", name, query);
    assertThat(linkage("sql", "--conf", name, "--run", run, query).text()).contains("10.00");
    refuses(
        2, "- r1 (current)\n- %s\n".formatted(run), "sql", "--conf", name, "--run", "r2", query);
    assertThat(linkage("status", "--conf", name).text())
        .containsPattern(run + " +2025-06-30 +published +kept ");
  }

  /** A scheduler tells it by the code, a person by the name. */
  @Test
  void endsWithFourWhereAnotherRunHoldsTheLockAndNamesIt() {
    Path warehouse = folder.resolve("warehouse");
    RunLock held = RunLock.take(warehouse.toString(), "r1", Instant.EPOCH, SparkSessions.hadoop());
    try (held) {
      refuses(
          4,
          "Cannot start: run r1 (process %d on ".formatted(ProcessHandle.current().pid()),
          "run",
          "--conf",
          conf.toString());
    }
    assertThat(warehouse).isEmptyDirectory();
  }

  /** A scheduler that was promised a log must not wait for it in vain. */
  @Test
  void tellsWatchersOfEveryNightAndOffersThemNothingElse() throws IOException {
    Files.delete(folder.resolve("landing/orders.csv"));
    String name = conf.toString();
    for (String command :
        new String[] {"backfill --from 2025-06-30 --to 2025-06-30", "quarantine replay", "run"}) {
      Path log = folder.resolve(command.replace(' ', '_') + ".jsonl");
      Path metrics = folder.resolve(command.replace(' ', '_') + ".prom");
      List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
      arguments.addAll(
          List.of("--conf", name, "--stage-log", log.toString(), "--metrics", metrics.toString()));
      refuses(2, "source transactions: no file matches", arguments.toArray(String[]::new));
      assertThat(log).content().contains("\"event\":\"stage_failed\"", "\"status\":\"failed\"");
      assertThat(metrics).content().contains("linkage_run_exit_code{deployment=\"shop\"} 2.0");
    }
    refuses(2, "Unknown option", "status", "--conf", name, "--stage-log", "log.jsonl");
    refuses(2, "Unknown option", "rollback", "--conf", name, "--metrics", "linkage.prom");
  }

  /** Real nights until then would stage rows that are known from that day on, and no mart has. */
  @Test
  void runsNoNightOfADayThatIsYetToCome() {
    String nextYear = LocalDate.now(ZoneId.of("Europe/Berlin")).plusYears(1).toString();
    for (String command : new String[] {"run", "quarantine replay"}) {
      List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
      arguments.addAll(List.of("--conf", conf.toString(), "--as-of", nextYear));
      refuses(
          2,
          "Cannot run a night of %s: expected a day not after today, ".formatted(nextYear),
          arguments.toArray(String[]::new));
    }
    assertThat(folder.resolve("warehouse")).doesNotExist();
  }

  @Test
  void makesNoCompanyUpWhereSomethingElseLies() {
    Path landing = folder.resolve("landing");
    for (String command : new String[] {"demo", "bench"}) {
      refuses(
          2,
          ("Cannot make a company up in %s: it holds conf, landing, and no _made_up.txt, which says"
                  + " that all of it may be deleted. Nothing was changed.")
              .formatted(folder),
          command,
          "--warehouse",
          folder.toString());
    }
    assertThat(landing.resolve("orders.csv")).exists();
    assertThat(folder).isDirectoryNotContaining("glob:**_made_up.txt");
  }

  /** Their own folder, too, may have become that of something else. */
  @Test
  void makesNoCompanyUpInItsOwnFolderWhereSomethingElseLies() throws IOException {
    String home = System.getProperty("linkage.home");
    System.setProperty("linkage.home", folder.toString());
    try {
      for (String command : new String[] {"demo", "bench"}) {
        Path own = Files.createDirectories(folder.resolve("warehouse").resolve(command));
        write(own.resolve("orders.csv"), "mine");
        Path settings = Files.createDirectories(folder.resolve("conf").resolve(command));
        for (String file : Path.of(home, "conf", command).toFile().list()) {
          Files.copy(Path.of(home, "conf", command, file), settings.resolve(file));
        }
        refuses(2, "Cannot make a company up in %s: it holds orders.csv,".formatted(own), command);
        assertThat(own.resolve("orders.csv")).hasContent("mine");
      }
    } finally {
      System.setProperty("linkage.home", home);
    }
  }

  @Test
  void explainsWrongUsage() {
    refuses(2, "Missing required option: '--conf=FOLDER'", "run");
    refuses(2, "Unknown option", "run", "--conf", conf.toString(), "--verbose");
    refuses(2, "--help", "nonsense");
  }

  private void refuses(int exitCode, String because, String... arguments) {
    Answered answered = linkage(arguments);
    assertThat(answered.exitCode()).as(answered.text()).isEqualTo(exitCode);
    assertThat(answered.text()).contains(because);
    assertNoTrace(answered);
  }

  private static void assertNoTrace(Answered answered) {
    assertThat(answered.text()).doesNotContain("\tat ").doesNotContain("Exception");
  }

  private void edit(String file, String text, String replacement) throws IOException {
    String before = Files.readString(conf.resolve(file));
    assertThat(before).contains(text);
    write(conf.resolve(file), before.replace(text, replacement));
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
  }

  private record Answered(int exitCode, String text) {}

  private static Answered linkage(String... arguments) {
    var text = new StringWriter();
    int exitCode = Main.run(new PrintWriter(text, true), arguments);
    return new Answered(exitCode, text.toString());
  }
}
