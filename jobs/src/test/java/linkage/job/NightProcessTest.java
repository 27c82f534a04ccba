package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import linkage.testing.Decoded;
import linkage.testing.Postgres;
import linkage.testing.SparkTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shop whose customers and orders lie in a database that wants a password. A process of its own,
 * as a scheduler starts it, runs two nights; in the second it is asked to end.
 */
class NightProcessTest {
  private static final String PASSWORD = "open-sesame-4711";
  private static final int ASKED_TO_END = 143;

  @TempDir private static Path folder;

  private static Process nights;
  private static String metricsOfFirst;
  private static Map<String, ByteBuffer> martsOfFirst;
  private static boolean hasEndedInTime;

  @BeforeAll
  static void runNights() throws IOException, InterruptedException {
    Postgres.run(
        "drop table if exists shoppers, orders",
        "drop role if exists nightly",
        "create role nightly login password '%s' in role crm".formatted(PASSWORD),
        "create table shoppers as select 'k' || i as id, date '2024-01-01' as since,"
            + " case i % 2 when 0 then 'north' else 'south' end as region"
            + " from generate_series(1, 60) i",
        "create table orders as select i as id, 'k' || i as shopper, date '2025-01-05' as day,"
            + " 10.00 as amount, timestamptz '2025-01-05 12:00+00' as changed_at"
            + " from generate_series(1, 60) i",
        "grant select on shoppers, orders to nightly");
    writeDeployment();
    nights = start();
    await("\"status\":\"published\"", 1);
    martsOfFirst = contents("warehouse/marts");
    // What is left of the second night then takes some seconds before it publishes.
    await("\"Computing statistics\"", 2);
    metricsOfFirst = text("nights.prom");
    nights.destroy();
    hasEndedInTime = nights.waitFor(10, TimeUnit.SECONDS);
    nights.destroyForcibly();
  }

  @Test
  void pullsWithAPasswordThatStandsNowhereAfterwards() throws IOException {
    assertThat(metricsOfFirst).contains("linkage_run_published 1");
    assertThat(martsOfFirst).containsKey("_current.json");
    assertThat(text("nights.out")).contains("Pulling customers").contains("Pulling transactions");
    assertThat(text("nights.log")).contains("INFO");
    // What is searched for would be found.
    assertThat(Decoded.filesHolding(folder.resolve("landing/jdbc"), "k7")).hasSize(2);
    assertThat(Decoded.filesHolding(folder.resolve("warehouse/marts"), "north")).isNotEmpty();

    assertThat(Decoded.filesHolding(folder, PASSWORD)).isEmpty();
  }

  @Test
  void endsWithinTenSecondsAndTouchesNoMart() throws IOException {
    assertThat(hasEndedInTime).as("ended within ten seconds").isTrue();
    assertThat(nights.exitValue()).as(text("nights.out")).isEqualTo(ASKED_TO_END);
    assertThat(contents("warehouse/marts")).isEqualTo(martsOfFirst);
    assertThat(contents("warehouse/work")).isEmpty();
    assertThat(folder.resolve("warehouse/_lock.json")).doesNotExist();
    assertThat(text("nights.jsonl")).contains("\"status\":\"terminated\"");
    assertThat(text("nights.out")).doesNotContain("not your doing");
    assertThat(
            new Ledger(SparkTest.session(), folder.resolve("warehouse").toString())
                .runs()
                .orderBy("as_of")
                .collectAsList())
        .extracting(
            run -> run.<String>getAs("status"),
            run -> run.<Integer>getAs("exit_code"),
            run -> run.<String>getAs("message"))
        .satisfiesExactly(
            published -> assertThat(published.toList()).startsWith("published", 0),
            terminated ->
                assertThat(terminated.toList())
                    .startsWith("terminated", ASKED_TO_END)
                    .last()
                    .asString()
                    .contains("asked to end")
                    .contains("unchanged"));
  }

  /** Waits until the stage log says something so many times. */
  private static void await(String text, int times) throws IOException, InterruptedException {
    while (text("nights.jsonl").split(Pattern.quote(text), -1).length <= times) {
      assertThat(nights.isAlive()).as(text("nights.out")).isTrue();
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static Process start() throws IOException {
    Path home = Path.of(System.getProperty("linkage.home")).toAbsolutePath();
    var command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + home.resolve("conf/java.options"),
            "-Xmx1g",
            "-XX:+UseParallelGC",
            // Such a process is over before the optimising compiler has paid for itself.
            "-XX:TieredStopAtLevel=1",
            "-Duser.timezone=UTC",
            "-Dlinkage.home=" + folder,
            "-Dlinkage.log=" + folder.resolve("nights.log"),
            "-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"),
            "-cp",
            System.getProperty("java.class.path"),
            "linkage.cli.Main",
            "backfill",
            "--conf",
            folder.resolve("conf/shop").toString(),
            "--from",
            "2025-01-30",
            "--to",
            "2025-01-31",
            "--stage-log",
            folder.resolve("nights.jsonl").toString(),
            "--metrics",
            folder.resolve("nights.prom").toString());
    command.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    command.environment().put("SHOP_USER", "nightly");
    command.environment().put("SHOP_PASSWORD", PASSWORD);
    return command
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("nights.out").toFile())
        .start();
  }

  private static void writeDeployment() throws IOException {
    var files = new DeploymentFiles(folder);
    files.write(
        "conf/shop/linkage.yaml",
        """
        landing: landing
        warehouse: warehouse
        demo: true
        reporting-currency: EUR
        time-zone: UTC
        inactivity-days: 30
        horizons-days: [30]
        segment-sets: [[region]]
        questions:
          nps: {minimum: 0, maximum: 10, favourable: high}
        metrics:
          nps: {question: nps, label: NPS}
        sources:
          customers: {jdbc: {%1$s, table: shoppers}}
          transactions: {jdbc: {%1$s, table: orders, watermark: changed_at}}
          survey_responses: {files: ["responses.csv"], format: csv}
        """
            .formatted(
                "url: '%s', user-variable: SHOP_USER, password-variable: SHOP_PASSWORD"
                    .formatted(Postgres.url())));
    files.write(
        "conf/shop/customers.sql",
        "select id as customer_id, since as acquired_on, region, _record from raw");
    files.write(
        "conf/shop/transactions.sql",
        "select id as transaction_id, shopper as customer_id, day as occurred_on,"
            + " 'purchase' as kind, amount, 'EUR' as currency, _record from raw");
    files.write(
        "conf/shop/survey_responses.sql",
        "select id as response_id, shopper as customer_id, 's' as survey_id, at as responded_at,"
            + " nps, _record from raw");
    files.deliver(
        "responses.csv",
        "id,shopper,at,nps",
        IntStream.rangeClosed(1, 60)
            .mapToObj(i -> "r%d,k%d,2024-11-10 09:00:00,%d".formatted(i, i, i % 11))
            .toList(),
        DeploymentFiles.ARRIVAL);
    // As deployed, but says more: what a person does who looks into a night.
    Path logging = Path.of(System.getProperty("linkage.home"), "conf", "log4j2.properties");
    files.write("log4j2.properties", Files.readString(logging).replace("= warn", "= info"));
  }

  private static String text(String file) throws IOException {
    Path path = folder.resolve(file);
    return Files.exists(path) ? Files.readString(path) : "";
  }

  /** The bytes of every file below a folder, by its path. */
  private static Map<String, ByteBuffer> contents(String name) throws IOException {
    Path root = folder.resolve(name);
    Map<String, ByteBuffer> contents = new TreeMap<>();
    if (!Files.exists(root)) {
      return contents;
    }
    List<Path> found;
    try (Stream<Path> files = Files.walk(root)) {
      found = files.filter(Files::isRegularFile).toList();
    }
    for (Path file : found) {
      contents.put(root.relativize(file).toString(), ByteBuffer.wrap(Files.readAllBytes(file)));
    }
    return contents;
  }
}
