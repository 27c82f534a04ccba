package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import linkage.ConfigException;
import linkage.config.CustomerKeys;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.contract.Field;
import linkage.ingest.IngestedFile;
import linkage.ingest.LandingSearch;
import linkage.publish.Generations;
import linkage.publish.MartReader;
import linkage.publish.Pointer;
import linkage.staging.Staging;
import linkage.testing.Decoded;
import linkage.testing.SparkTest;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A company's nights before and after it forgets its seventh customer, beside those of a company
 * that never had them. They run once, and each test looks at some.
 */
class ForgetTest {
  private static final int PERSON = 7;
  private static final int ANOTHER = 11;
  private static final String MARK = PersonalCompany.mark(PERSON);

  /** What differs since it tells of files and runs, not of customers. */
  private static final Set<String> ABOUT_RUNS =
      Set.of("run_audits", "data_quality", "verdict_history");

  @TempDir static Path root;

  private static final SparkSession spark = SparkTest.session();
  private static final CustomerKeys KEYS = CustomerKeys.of(Optional.empty(), name -> null);
  private static final String KEY = KEYS.of(PersonalCompany.id(PERSON));

  private static PersonalCompany company;
  private static PersonalCompany neverHadThem;
  private static String log;
  private static List<Path> ofAnybody;
  private static List<Path> before;
  private static List<Path> keyBefore;
  private static Throwable interruption;
  private static List<Path> stagedAfterInterruption;
  private static List<Path> after;
  private static List<Path> keyAfter;
  private static List<IngestedFile> delivered;
  private static List<Path> afterTheNextNight;
  private static List<Path> keyAfterTheNextNight;
  private static Map<String, LandingSearch.Found> landed;
  private static final Map<String, List<String>> found = new HashMap<>();
  private static final Map<String, List<String>> expected = new HashMap<>();
  private static Forget.Result another;
  private static List<Path> afterAnother;
  private static Forget.Result nobody;
  private static List<Path> messages;
  private static Pointer back;
  private static List<String> endings;
  private static Pointer published;
  private static List<String> audited;
  private static Throwable tooEarly;

  @BeforeAll
  static void runNights() throws IOException, SQLException {
    company = new PersonalCompany(root.resolve("one"), 0);
    Path warehouse = company.folder("warehouse");
    log = logOf(() -> night(company, "2025-01-31"));
    ofAnybody = Decoded.filesHolding(warehouse, PersonalCompany.ANYBODY);
    before = Decoded.filesHolding(warehouse, MARK);
    keyBefore = Decoded.filesHolding(warehouse, KEY);

    Path atRisk = atRisk();
    byte[] good = Files.readAllBytes(atRisk);
    Files.deleteIfExists(atRisk.resolveSibling("." + atRisk.getFileName() + ".crc"));
    Files.writeString(atRisk, "torn");
    interruption = catchThrowable(() -> forget(PERSON));
    stagedAfterInterruption = Decoded.filesHolding(warehouse.resolve("staging"), MARK);
    Files.write(atRisk, good);
    forget(PERSON);
    after = Decoded.filesHolding(warehouse, MARK);
    keyAfter = Decoded.filesHolding(warehouse, KEY);

    deliverAgain(company);
    mentionInLedger(ANOTHER);
    Night.Result next = night(company, "2025-02-28");
    delivered = next.accounts();
    afterTheNextNight = Decoded.filesHolding(warehouse, MARK);
    landed = Forget.landed(spark, company.settings(), List.of(PersonalCompany.id(PERSON)));

    neverHadThem = new PersonalCompany(root.resolve("other"), PERSON);
    deliverAgain(neverHadThem);
    night(neverHadThem, "2025-02-28");
    for (String mart : Contract.marts()) {
      if (!ABOUT_RUNS.contains(mart)) {
        found.put(mart, rows(company, mart));
        expected.put(mart, rows(neverHadThem, mart));
      }
    }
    keyAfterTheNextNight = Decoded.filesHolding(warehouse.resolve("marts"), KEY);

    messages = Decoded.filesHolding(warehouse, PersonalCompany.mark(ANOTHER) + " in a message");
    back = Rollback.run(spark, company.settings(), Optional.empty());
    Rollback.run(spark, company.settings(), Optional.of(next.runId()));
    loseColumn("survey_responses", "respondent_id");
    another = forget(ANOTHER);
    afterAnother = Decoded.filesHolding(warehouse, PersonalCompany.mark(ANOTHER));
    endings = WarehouseState.endings(spark, company.settings());
    published = generations(company).current().orElseThrow();
    audited = rows(company, "run_audits");
    nobody = forget(99);
    tooEarly = catchThrowable(() -> night(company, "2025-01-31"));
  }

  /** A message that quotes somebody, as that of a gate may. */
  private static void mentionInLedger(int customer) {
    Settings settings = company.settings();
    var begun = new RunRecord(settings, LocalDate.EPOCH, Instant.EPOCH, "-talkative").begun();
    new Ledger(spark, settings.warehouse())
        .record(
            begun.ended(
                LocalDate.EPOCH,
                "failed",
                1,
                PersonalCompany.mark(customer) + " in a message^" + PersonalCompany.id(customer),
                Instant.EPOCH,
                List.of(0L, 0L, 0L, 0L)));
  }

  /** As a table is that was staged before its contract had the column. */
  private static void loseColumn(String source, String column) {
    Staging staging = Staging.open(spark, company.settings().warehouse());
    staging.replace(source, staging.read(source).drop(column));
    staging.commit("earlier");
  }

  @Test
  void thePlantedTextsCoverEveryColumnThatIsPersonal() {
    for (String source : Contract.sources()) {
      List<String> personal =
          Contract.source(source).fields().stream()
              .filter(Field::isPersonal)
              .map(Field::name)
              .toList();
      assertThat(personal.isEmpty() ? List.of() : PersonalCompany.columns(source))
          .as(source)
          .containsAll(personal);
    }
  }

  /**
   * Staging has to know whose rows they are; nothing else does: no mart, pointer, ledger or log.
   */
  @Test
  void nothingPersonalLeavesStaging() {
    assertThat(ofAnybody).isNotEmpty().allMatch(file -> file.toString().contains("/staging/"));
    assertThat(keyBefore).isNotEmpty().allMatch(file -> file.toString().contains("/marts/"));
    assertThat(log).contains("Starting job").doesNotContain(PersonalCompany.ANYBODY);
  }

  /** Else their absence afterwards would prove nothing. */
  @Test
  void everyTableOfTheirsIsFoundBefore() {
    for (String table :
        List.of(
            "customers",
            "survey_responses",
            "survey_invitations",
            "transactions",
            "attrition",
            "quarantine")) {
      assertThat(before).as(table).anyMatch(file -> file.toString().contains("/staging/" + table));
    }
    assertThat(before).noneMatch(file -> file.toString().contains("_delta_log"));
  }

  @Test
  void anInterruptedForgettingIsCompletedByTheNext() {
    assertThat(interruption).isNotNull();
    assertThat(stagedAfterInterruption).isEmpty();
    assertThat(company.folder("warehouse/_lock.json")).doesNotExist();
  }

  @Test
  void nothingOfThemIsLeftInAnyFile() {
    assertThat(after).isEmpty();
    assertThat(keyAfter).isEmpty();
  }

  @Test
  void aLaterDeliveryDoesNotBringThemBack() {
    assertThat(afterTheNextNight).isEmpty();
    assertThat(keyAfterTheNextNight).isEmpty();
    // Of theirs, the purchase that is new is money and stays; the response that is new doesn't.
    assertThat(delivered)
        .filteredOn(file -> file.file().equals("transactions_2.csv"))
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.accepted()).isEqualTo(1);
              assertThat(file.duplicate()).isEqualTo(30);
              assertThat(file.quarantined()).isEqualTo(1);
              assertThat(file.isConserved()).isTrue();
            });
    assertThat(delivered)
        .filteredOn(file -> file.file().equals("survey_responses_2.csv"))
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.read()).isEqualTo(31);
              assertThat(file.filtered()).isEqualTo(2);
              assertThat(file.quarantined()).isZero();
              assertThat(file.isConserved()).isTrue();
            });
  }

  /** Their money included, which is nobody's there. */
  @Test
  void theNextMartsAreThoseOfACompanyThatNeverHadThem() {
    expected.forEach((mart, rows) -> assertThat(found.get(mart)).as(mart).isEqualTo(rows));
    assertThat(found.get("customers_at_risk")).hasSize(22);
    assertThat(found.get("reconciliation")).isNotEmpty();
  }

  @Test
  void theFilesThatStillHoldThemAreNamed() {
    landed.forEach(
        (source, looked) -> {
          assertThat(looked.unsearched()).isEmpty();
          assertThat(looked.holding()).as(source).hasSize(2);
        });
    assertThat(landed.get("transactions").holding())
        .containsExactly("transactions_1.csv", "transactions_2.csv");
  }

  /** The ledger's own mart is written anew, too. */
  @Test
  void aMessageThatMentionsThemIsTakenBackWhereverItStands() {
    assertThat(messages).anyMatch(file -> file.toString().contains("/ledger/runs/"));
    assertThat(messages).anyMatch(file -> file.toString().contains("/run_audits/"));
    assertThat(afterAnother).isEmpty();
    assertThat(audited)
        .anyMatch(run -> run.contains("-talkative|") && run.contains("(taken back)"));
  }

  /** Its marts can be gone back to, and no run is published that nobody has heard of. */
  @Test
  void aForgettingIsARunOnRecord() {
    assertThat(back.runId()).endsWith("-forget");
    assertThat(back.asOf()).isEqualTo("2025-01-31");
    assertThat(endings.stream().filter(ending -> ending.contains("-forget ")))
        .extracting(ending -> ending.replaceAll(".* ", ""))
        .containsExactly("died", "forgotten", "forgotten");
    assertThat(endings).contains(published.runId() + " forgotten");
    assertThat(audited)
        .anyMatch(run -> run.contains(published.runId()) && run.contains("1 customer(s)"));
  }

  @Test
  void aNightOfADayThatIsNoLongerKnownIsRefused() {
    assertThat(tooEarly)
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "Cannot speak of 2025-01-31: what was known before 2025-02-01 isn't kept any more");
  }

  @Test
  void whatWasFoundOfSomebodyIsCounted() {
    assertThat(another.rows())
        .containsExactly(
            Map.entry("customers", 1L),
            Map.entry("survey_responses", 1L),
            Map.entry("survey_invitations", 1L),
            Map.entry("transactions", 1L),
            Map.entry("attrition", 2L),
            Map.entry("ledger", 1L));
    assertThat(afterAnother).isEmpty();
    // Nobody of that number: nothing to remove, and kept away all the same.
    assertThat(nobody.rows()).isEmpty();
  }

  private static void deliverAgain(PersonalCompany to) {
    to.deliver("2");
    to.append("transactions", "2", to.line("transactions", PERSON, "-new"));
    to.append("transactions", "2", to.cut(PERSON));
    to.append("survey_responses", "2", to.line("survey_responses", PERSON, "-new"));
  }

  private static Forget.Result forget(int customer) {
    return Forget.run(spark, company.settings(), List.of(PersonalCompany.id(customer)));
  }

  private static Night.Result night(PersonalCompany of, String asOf) {
    return Night.run(spark, of.settings(), LocalDate.parse(asOf), new Stages(Stages.SILENT));
  }

  private static Path atRisk() throws IOException {
    try (Stream<Path> files = Files.walk(company.folder("warehouse/marts/generations"))) {
      return files
          .filter(file -> file.getParent().endsWith("customers_at_risk"))
          .filter(file -> file.toString().endsWith(".parquet"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** A mart's rows in the order of its key, numbers as far as sums in another order agree. */
  private static List<String> rows(PersonalCompany of, String mart) throws SQLException {
    Generations generations = generations(of);
    String query =
        "select * from %s order by %s"
            .formatted(mart, String.join(", ", Contract.mart(mart).key()));
    List<String> rows = new ArrayList<>();
    try (var connection = MartReader.open(generations, Contract.marts());
        var statement = connection.createStatement();
        var found = statement.executeQuery(query)) {
      while (found.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
          Object value = found.getObject(i);
          row.add(
              value instanceof Double number
                  ? String.format(java.util.Locale.ROOT, "%.8g", number)
                  : String.valueOf(value));
        }
        rows.add(String.join("|", row));
      }
    }
    return rows;
  }

  private static Generations generations(PersonalCompany of) {
    return new Generations(of.settings().warehouse(), spark.sparkContext().hadoopConfiguration());
  }

  /** Everything that is logged meanwhile, in more detail than a run ever does. */
  private static String logOf(Runnable work) {
    var written = new StringWriter();
    var appender =
        WriterAppender.createAppender(
            PatternLayout.createDefaultLayout(), null, written, "captured", false, true);
    appender.start();
    var root = ((LoggerContext) LogManager.getContext(false)).getConfiguration().getRootLogger();
    Map<String, Appender> others = Map.copyOf(root.getAppenders());
    Level before = root.getLevel();
    others.keySet().forEach(root::removeAppender);
    root.addAppender(appender, Level.INFO, null);
    Configurator.setRootLevel(Level.INFO);
    try {
      work.run();
    } finally {
      root.removeAppender("captured");
      others.values().forEach(other -> root.addAppender(other, null, null));
      Configurator.setRootLevel(before);
      appender.stop();
    }
    return written.toString();
  }
}
