package linkage.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import linkage.ConfigException;
import linkage.LinkageException;
import linkage.config.JdbcSettings;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.ingest.GateKeeper;
import linkage.ingest.Ingest;
import linkage.ingest.IngestedFile;
import linkage.staging.Staging;
import linkage.testing.Postgres;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.jdbc.JDBCRelation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real PostgreSQL, pulled into landing as nights go by. */
class PullsTest {
  private static final SparkSession spark = SparkTest.session();
  private static final LocalDate FIRST = LocalDate.of(2026, 6, 1);
  private static final LocalDate SECOND = LocalDate.of(2026, 6, 2);
  private static final LocalDate THIRD = LocalDate.of(2026, 6, 3);
  private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");
  private static final String BY_CHANGE = "table: people, watermark: changed_at";

  @TempDir Path root;

  @BeforeEach
  void makeTable() {
    Postgres.run(
        "drop table if exists people",
        "create table people (id int, since date, region text, changed_at timestamptz)",
        "grant select on people to crm");
  }

  @Test
  void keepsTypesAndValuesToTheLastDigit() {
    Postgres.run(
        "drop table if exists kinds",
        "create table kinds (i int, l bigint, money numeric(18,2), n numeric, d double precision,"
            + " b boolean, day date, local_at timestamp, at timestamptz, t text, u uuid)",
        "insert into kinds values (-1, 9007199254740993, 9999999999999999.99, 0.1, 0.1, true,"
            + " '2026-02-28', '2026-03-29 02:30:00.123456', '2026-03-29 02:30:00.123456+05:30',"
            + " E'Zoë ''; drop 😀\\n\\t', '3f2504e0-4f89-11d3-9a0c-0305e82c3301')",
        "insert into kinds default values");

    pull("table: kinds", FIRST);

    Dataset<Row> landed = landed();
    assertThat(landed.schema().toDDL())
        .isEqualTo(
            "i INT,l BIGINT,money DECIMAL(18,2),n DECIMAL(38,18),d DOUBLE,b BOOLEAN,day DATE,"
                + "local_at TIMESTAMP_NTZ,at TIMESTAMP,t STRING,u STRING");
    Row row = landed.where("i is not null").first();
    assertThat(row.getInt(0)).isEqualTo(-1);
    assertThat(row.getLong(1)).isEqualTo(9007199254740993L);
    assertThat(row.getDecimal(2)).isEqualTo(new BigDecimal("9999999999999999.99"));
    assertThat(row.getDecimal(3)).isEqualByComparingTo("0.1");
    assertThat(row.getDouble(4)).isEqualTo(0.1);
    assertThat(row.getBoolean(5)).isTrue();
    assertThat(row.getDate(6)).isEqualTo(Date.valueOf("2026-02-28"));
    assertThat(row.<LocalDateTime>getAs(7))
        .isEqualTo(LocalDateTime.parse("2026-03-29T02:30:00.123456"));
    assertThat(row.getTimestamp(8))
        .isEqualTo(Timestamp.from(Instant.parse("2026-03-28T21:00:00.123456Z")));
    assertThat(row.getString(9)).isEqualTo("Zoë '; drop 😀\n\t");
    assertThat(row.getString(10)).isEqualTo("3f2504e0-4f89-11d3-9a0c-0305e82c3301");
    Row empty = landed.where("i is null").first();
    for (int i = 0; i < empty.size(); i++) {
      assertThat(empty.isNullAt(i)).as(empty.schema().fields()[i].name()).isTrue();
    }
  }

  @Test
  void pullsWhatHasTheLargestWatermarkAgainSoThatTiesAreNotLost() {
    Postgres.run(
        "insert into people values (1, null, 'a', '2026-06-01 10:00:00.000001+00'),"
            + " (2, null, 'a', '2026-06-01 12:00:00.000002+00')");
    String atOnce = BY_CHANGE + ", overlap-minutes: 0";
    assertThat(pull(atOnce, FIRST).rows()).isEqualTo(2);
    Postgres.run("insert into people values (3, null, 'b', '2026-06-01 14:00:00.000002+02')");

    assertThat(pull(atOnce, SECOND).file()).isPresent();
    assertThat(ids(newest())).containsExactly(2, 3);

    // The same two again are no news, in whichever order.
    Pulls.Pulled third = pull(atOnce, SECOND);
    assertThat(third.rows()).isEqualTo(2);
    assertThat(third.file()).isEmpty();
    assertThat(files()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"table: people", BY_CHANGE})
  void saysOfEachDayThatNothingIsNew(String jdbc) {
    Postgres.run("insert into people values (1, '2026-01-01', 'a', '2026-06-01 10:00:00+00')");
    Settings settings = settings(jdbc, "UTC");
    assertThat(night(settings, FIRST)).containsExactly(1L, 1L, 0L, 0L);

    // A snapshot without rows would fail its gate.
    assertThat(night(settings, SECOND)).containsExactly(0L, 0L, 0L, 0L);

    assertThat(pull(jdbc, SECOND).file()).isEmpty();
    assertThat(files()).hasSize(2).last().asString().endsWith("_unchanged.parquet");
    assertThat(
            Staging.look(spark, settings.warehouse())
                .read(IngestedFile.TABLE)
                .selectExpr("max(file_date)")
                .first()
                .getDate(0))
        .isEqualTo(Date.valueOf(SECOND));
    // What is new is told from the newest rows, not from none.
    assertThat(pull(jdbc, THIRD).isNews()).isFalse();
    Postgres.run("insert into people values (2, null, 'b', '2026-06-01 10:00:00+00')");
    assertThat(pull(jdbc, THIRD).rows()).isEqualTo(2);
  }

  @Test
  void reachesBackForRowsThatWereCommittedLate() {
    Postgres.run("insert into people values (1, null, 'a', '2026-06-01 12:00:00+00')");
    pull(BY_CHANGE, FIRST);
    Postgres.run(
        "insert into people values (2, null, 'a', '2026-06-01 11:00:00+00'),"
            + " (3, null, 'a', '2026-06-01 10:59:59+00'), (4, null, 'a', null)");

    pull(BY_CHANGE, SECOND);

    // Number 3 is older than the hour that a pull reaches back; what has no watermark always comes.
    assertThat(ids(newest())).containsExactly(1, 2, 4);
  }

  @Test
  void takesADayAndATimeWithoutZoneForWatermarks() {
    Postgres.run(
        "drop table if exists days",
        "create table days (id int, day date, at timestamp)",
        "insert into days values (1, '2026-06-01', '2026-06-01 00:00'),"
            + " (2, '2026-06-02', '2026-06-02 00:00'), (3, '2026-06-03', '2026-06-03 00:00')");
    for (String column : List.of("day", "at")) {
      String jdbc = "query: 'select id, day, at from days -- all', watermark: " + column;
      assertThat(pull(jdbc + ", overlap-minutes: 1440", FIRST).rows()).isEqualTo(3);
      Postgres.run("insert into days values (4, '2026-06-03', '2026-06-03 00:00')");
      assertThat(pull(jdbc + ", overlap-minutes: 1440", SECOND).rows()).isEqualTo(3);
      assertThat(ids(newest())).containsExactly(2, 3, 4);
      Postgres.run("delete from days where id = 4");
      files().forEach(PullsTest::delete);
    }
  }

  /** It would be asked for alone from then on, and every later change be missed. */
  @Test
  void takesNoWatermarkThatIsYetToComeForWhatWasLanded() {
    Postgres.run(
        "drop table if exists leavers",
        "create table leavers (id int, day date)",
        "insert into leavers values (1, '2026-06-01'), (9, '9999-12-31')");
    String jdbc = "table: leavers, overlap-minutes: 0, watermark: day";
    Pulls.Pulled first = pull(jdbc, FIRST);
    assertThat(first.rows()).isEqualTo(2);
    assertThat(first.early()).isOne();
    Postgres.run("insert into leavers values (2, '2026-06-02')");

    assertThat(pull(jdbc, SECOND).isNews()).isTrue();
    assertThat(ids(newest())).containsExactly(1, 2, 9);
    pull(jdbc, SECOND);
    assertThat(ids(newest())).containsExactly(2, 9);
    Pulls.Pulled none = pull(jdbc, THIRD);
    assertThat(none.isNews()).isFalse();
    assertThat(none.early()).isOne();
    Postgres.run("insert into leavers values (3, '2026-06-03')");
    pull(jdbc, THIRD);
    assertThat(ids(newest())).containsExactly(2, 3, 9);
  }

  /** What was yet to come when it was landed says nothing of the days between. */
  @Test
  void staysBehindAWatermarkThatHasComeTrueSince() {
    Postgres.run(
        "insert into people values (1, null, 'a', '2026-06-01 12:00+00'),"
            + " (2, null, 'a', '2026-06-20 12:00+00'), (9, null, 'a', 'infinity')");
    Settings settings = settings(BY_CHANGE, "UTC");
    assertThat(pull(settings, FIRST, Instant.parse("2026-06-02T00:00:00Z"), Map.of()).early())
        .isEqualTo(2);
    Postgres.run("insert into people values (3, null, 'a', '2026-06-10 12:00+00')");

    Pulls.Pulled later = pull(settings, SECOND, Instant.parse("2026-06-25T00:00:00Z"), Map.of());
    assertThat(later.early()).isOne();
    assertThat(ids(newest())).containsExactly(1, 2, 3, 9);
  }

  @ParameterizedTest
  @CsvSource({
    "day, UTC, 1",
    "local_at, UTC, 1",
    "at, UTC, 0",
    "day, Europe/Berlin, 0",
    "local_at, Europe/Berlin, 0"
  })
  void readsAWatermarkWithoutZoneInThatOfTheDeployment(String watermark, String zone, long early) {
    String query =
        "query: 'select date ''2026-06-02'' as day, timestamp ''2026-06-02 01:00'' as local_at,"
            + " timestamptz ''2026-06-02 01:00+02'' as at', watermark: ";
    Instant now = Instant.parse("2026-06-01T23:30:00Z");
    assertThat(pull(settings(query + watermark, zone), FIRST, now, Map.of()).early())
        .isEqualTo(early);
  }

  @Test
  void seesDeletedRowsOnlyWhenAllArePulled() {
    Postgres.run(
        "insert into people values (1, null, 'a', '2026-06-01 10:00:00+00'),"
            + " (2, null, null, '2026-06-01 12:00:00+00')");
    pull("table: people", FIRST);
    // Rewritten rows lie elsewhere in the table, but are the same rows.
    Postgres.run("update people set id = id where id = 1");
    assertThat(pull("table: people", SECOND).isNews()).isFalse();

    Postgres.run("delete from people where id = 1");
    assertThat(pull(BY_CHANGE, SECOND).rows()).isEqualTo(1);
    pull("table: people", THIRD);
    assertThat(ids(newest())).containsExactly(2);

    Postgres.run("delete from people");
    assertThat(pull(BY_CHANGE, THIRD).file()).isEmpty();
    Pulls.Pulled none = pull("table: people", THIRD);
    assertThat(none.rows()).isZero();
    assertThat(ids(newest())).isEmpty();
  }

  @Test
  void tellsAMovedValueFromTheSameRows() {
    Postgres.run("insert into people values (1, '2026-01-01', 'a', null)");
    pull("query: 'select id, region as x, null::text as y from people'", FIRST);
    pull("query: 'select id, null::text as x, region as y from people'", SECOND);
    assertThat(files()).hasSize(2);
  }

  @Test
  void repeatsAPullWhoseFileIsGone() {
    Postgres.run(
        "insert into people values (0, null, 'a', '2026-05-01 10:00:00+00'),"
            + " (1, null, 'a', '2026-06-01 10:00:00+00')");
    pull(BY_CHANGE, FIRST);
    Postgres.run("insert into people values (2, null, 'a', '2026-06-02 10:00:00+00')");
    pull(BY_CHANGE, SECOND);
    delete(newest());

    pull(BY_CHANGE, SECOND);
    assertThat(ids(newest())).containsExactly(1, 2);
    files().forEach(PullsTest::delete);
    pull(BY_CHANGE, SECOND);
    assertThat(ids(newest())).containsExactly(0, 1, 2);
  }

  @Test
  void pullsNothingForADayThatIsOver() {
    Postgres.run("insert into people values (1, null, 'a', '2026-06-01 10:00:00+00')");
    pull("table: people", SECOND);
    Postgres.run("insert into people values (2, null, 'a', '2026-06-02 10:00:00+00')");

    assertThat(pull("table: people", FIRST).file()).isEmpty();
    assertThat(files()).hasSize(1);
  }

  @Test
  void leavesOutWhatADeadRunLeftBehind() throws IOException {
    Path dead = root.resolve("landing/jdbc/customers/_pulling/part-0.parquet");
    Files.createDirectories(dead.getParent());
    Files.writeString(dead, "half a file");
    Postgres.run("insert into people values (1, '2026-01-01', 'a', null)");

    pull("table: people", FIRST);
    assertThat(ids(newest())).containsExactly(1);
    assertThat(dead.getParent()).doesNotExist();
  }

  @Test
  void isReadAsAnyFileIsAndCountsWhatComesTwice() {
    Postgres.run(
        "insert into people values (1, '2026-01-01', 'a', '2026-06-01 10:00:00+00'),"
            + " (2, '2026-01-01', 'b', '2026-06-01 12:00:00+00'),"
            + " (3, null, 'b', '2026-06-01 12:00:00+00')");
    Settings settings = settings(BY_CHANGE, "UTC");

    assertThat(night(settings, FIRST)).containsExactly(3L, 2L, 0L, 1L);
    Postgres.run("update people set region = 'c', changed_at = '2026-06-02 10:00+00' where id = 1");
    // Numbers 2 and 3 come again, since they have the largest watermark of the first night.
    assertThat(night(settings, SECOND)).containsExactly(3L, 1L, 1L, 1L);
    List<Row> versions =
        Staging.look(spark, settings.warehouse())
            .read("customers")
            .where("customer_id = '1'")
            .orderBy("file_date")
            .selectExpr("attributes['region']", "file_date")
            .collectAsList();
    assertThat(versions)
        .extracting(row -> row.getString(0) + " " + row.getDate(1))
        .containsExactly("a 2026-06-01", "c 2026-06-02");
  }

  @Test
  void letsInWhoHasThePasswordAndNeverShowsIt() {
    Postgres.run("insert into people values (1, '2026-01-01', 'a', null)");
    String jdbc = "table: people, user-variable: CRM_USER, password-variable: CRM_PASSWORD";
    var right = Map.of("CRM_USER", "crm", "CRM_PASSWORD", Postgres.PASSWORD);
    assertThat(pull(jdbc, FIRST, right).rows()).isOne();

    var wrong = Map.of("CRM_USER", "crm", "CRM_PASSWORD", "hunter2");
    assertThatThrownBy(() -> pull(jdbc, SECOND, wrong))
        .isInstanceOf(ConfigException.class)
        .hasNoCause()
        .hasMessage(
            "Cannot pull source customers from %s: FATAL: password authentication failed for user"
                    .formatted(Postgres.url())
                + " \"***\". Nothing of it was landed and the published marts are unchanged. Correct"
                + " what the environment variables hold: CRM_USER and CRM_PASSWORD.");
    assertThatThrownBy(() -> pull(jdbc, SECOND, Map.of("CRM_USER", "")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot pull source customers: jdbc.user-variable names the environment variable CRM_USER,"
                + " which is not set or empty. Nothing of it was landed and the published marts are"
                + " unchanged. Set it, then run again.");
    assertThat(files()).hasSize(1);
  }

  /** A database quotes the value that it can't read, and the ledger and a mart are for others. */
  @Test
  void whatTheDatabaseSaysOfARowIsShownAndNotRecorded() {
    String jdbc = "query: \"select cast('jane@example.com' as integer) as id\"";

    assertThatThrownBy(() -> pull(jdbc, FIRST))
        .hasMessageContaining("invalid input syntax for type integer: \"jane@example.com\"")
        .extracting(LinkageException::told)
        .isEqualTo(
            "Cannot pull source customers from %s: SQL state 22P02, whose words only the terminal"
                    .formatted(Postgres.url())
                + " shows. Nothing of it was landed and the published marts are unchanged. Mend what"
                + " it says, then run again.");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = FAILURES)
  void saysWhatIsWrongAndWhatToDo(String jdbc, String found, String advice) {
    assertThatThrownBy(() -> pull(jdbc, FIRST))
        .isInstanceOf(LinkageException.class)
        .hasMessageContaining(found)
        .hasMessageContaining("the published marts are unchanged. ")
        .hasMessageEndingWith(advice);
    assertThat(files()).isEmpty();
  }

  /** A port that nobody listens at behind the operating system accepts, and never answers. */
  @Test
  void givesUpOnADatabaseThatSaysNothing() throws IOException {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url =
          "url: 'jdbc:postgresql://127.0.0.1:%d/crm?sslmode=disable&loginTimeout=1', table: people";
      assertThatThrownBy(() -> pull(url.formatted(silent.getLocalPort()), FIRST))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("Connection attempt timed out")
          .hasMessageContaining("and answers in time");
    }
    // Connected, it takes longer than it has to begin with its rows.
    String query = "url: '%s?socketTimeout=1', query: select pg_sleep(4)::text as slept";
    assertThatThrownBy(() -> pull(query.formatted(Postgres.url()), FIRST))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("An I/O error occurred")
        .hasMessageContaining("and answers in time");
    assertThat(files()).isEmpty();
  }

  @Test
  void waitsNeverForEverUnlessTheUrlSaysSo() {
    Settings settings = settings("table: people", "UTC");
    Dataset<Row> rows =
        new Pulls(spark, settings, name -> null).rows(settings.source("customers").orElseThrow());
    var leaf = (LogicalRelation) rows.queryExecution().analyzed().collectLeaves().head();
    assertThat(((JDBCRelation) leaf.relation()).jdbcOptions().asConnectionProperties())
        .containsEntry("loginTimeout", "30")
        .containsEntry("socketTimeout", "3600");
  }

  private static final String FAILURES =
      """
      table: peopel                           | relation "peopel" does not exist | Correct `jdbc.table` or `jdbc.query`, or let this user read it.
      query: select idd from people           | column "idd" does not exist | Correct `jdbc.table` or `jdbc.query`, or let this user read it.
      table: people, watermark: changed       | its watermark is changed, but what is read has only the columns id, since, region, changed_at. | Correct `watermark`, or select the column.
      table: people, watermark: id            | its watermark id is a int, expected a day or a point in time | Name another column, or remove `watermark` to pull all rows.
      url: 'jdbc:postgresql://localhost:1/x', table: people | refused | see to it that the database can be reached from here and answers in time; conf/README.md says how long it may take.
      url: 'jdbc:nosuch://localhost/x', table: people | No suitable driver | Put the driver of this database on the class path, as conf/README.md says, or correct `jdbc.url`.
      query: 'select 1/(id-id) as x from generate_series(1,1) id' | division by zero | Mend what it says, then run again.
      """;

  private Pulls.Pulled pull(String jdbc, LocalDate asOf) {
    return pull(settings(jdbc, "UTC"), asOf, NOW, Map.of());
  }

  private Pulls.Pulled pull(String jdbc, LocalDate asOf, Map<String, String> environment) {
    return pull(settings(jdbc, "UTC"), asOf, NOW, environment);
  }

  private static Pulls.Pulled pull(
      Settings settings, LocalDate asOf, Instant now, Map<String, String> environment) {
    return new Pulls(spark, settings, environment::get)
        .land(settings.source("customers").orElseThrow(), asOf, () -> now);
  }

  private Settings settings(String jdbc, String zone) {
    String url = jdbc.startsWith("url:") ? "" : "url: '%s', ".formatted(Postgres.url());
    try {
      Path conf = Files.createDirectories(root.resolve("conf/crm"));
      Files.createDirectories(root.resolve("landing"));
      Files.writeString(
          conf.resolve("linkage.yaml"),
          """
          landing: landing
          warehouse: warehouse
          demo: true
          reporting-currency: EUR
          time-zone: %s
          sources:
            customers: {jdbc: {%s%s}, gates: {max-bad-share: 1}}
          """
              .formatted(zone, url, jdbc));
      Files.writeString(
          conf.resolve("customers.sql"),
          "select id as customer_id, since as acquired_on, region, _record from raw");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return Settings.load(Path.of("conf/crm"), root, Overrides.NONE, Map.of());
  }

  /**
   * Pulls, reads and stages; gives back how many rows were read, accepted, duplicate and refused.
   */
  private List<Long> night(Settings settings, LocalDate asOf) {
    SourceSettings source = settings.source("customers").orElseThrow();
    pull(settings, asOf, NOW, Map.of());
    Staging staging = Staging.open(spark, settings.warehouse());
    var ingest = new Ingest(spark, settings, staging, asOf);
    var found = ingest.discover();
    Ingest.Batch batch = ingest.read(source, found.get(source), ingest.plan(found).get(source));
    GateKeeper.check(List.of(batch.delivery()), asOf);
    ingest.staged(List.of(batch), asOf.toString()).forEach(Ingest.Append::write);
    staging.commit(asOf.toString());
    batch.release();
    assertThat(batch.files()).hasSize(1).allMatch(IngestedFile::isConserved);
    IngestedFile file = batch.files().get(0);
    return List.of(file.read(), file.accepted(), file.duplicate(), file.quarantined());
  }

  private Dataset<Row> landed() {
    return spark.read().parquet(newest().toString());
  }

  private static List<Integer> ids(Path file) {
    return spark
        .read()
        .parquet(file.toString())
        .select("id")
        .as(Encoders.INT())
        .collectAsList()
        .stream()
        .sorted()
        .toList();
  }

  /** The newest file that isn't there only to say that nothing is new. */
  private Path newest() {
    return files().stream()
        .filter(file -> !file.toString().endsWith(JdbcSettings.UNCHANGED))
        .reduce((older, newer) -> newer)
        .orElseThrow();
  }

  private List<Path> files() {
    Path folder = root.resolve("landing/jdbc/customers");
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("2026.*[.]parquet"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
