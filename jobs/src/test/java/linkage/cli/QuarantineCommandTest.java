package linkage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import linkage.ingest.Quarantine;
import linkage.job.Night;
import linkage.publish.Pointer;
import linkage.staging.Staging;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two rows of one file, the first with two reasons and a text that could break a table. */
class QuarantineCommandTest {
  private static final String HOSTILE = "t1,\"a\nb\",=1+1";

  @TempDir static Path folder;

  @BeforeAll
  static void putRowsAside() {
    var spark = SparkTest.session();
    Staging staging = Staging.open(spark, folder.resolve("warehouse").toString());
    List<Row> rows =
        List.of(
            refused(1L, HOSTILE, "amount is not a number", "kind is missing"),
            refused(2L, "t2,x", "amount is not a number"));
    staging.append(Quarantine.TABLE, spark.createDataFrame(rows, Quarantine.schema()).coalesce(1));
    staging.commit("r1");
  }

  @Test
  void listsRowsByFileAndReason() {
    Answered answered = linkage("list");
    assertThat(answered.exitCode()).as(answered.text()).isZero();
    assertThat(answered.text().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .contains(
            "transactions orders.csv 2 amount is not a number",
            "transactions orders.csv 1 kind is missing");
  }

  @Test
  void listsOnlyRowsOfTheReasonAskedFor() {
    assertThat(linkage("list", "--reason", "kind").text())
        .contains("orders.csv  1     amount is not a number")
        .contains("orders.csv  1     kind is missing");
    assertThat(linkage("list", "--source", "customers").text()).doesNotContain("orders.csv");
  }

  @Test
  void exportsRowsWithEveryReasonAndTheirTextAsItWas() throws IOException {
    Path csv = folder.resolve("rows.csv");
    Path json = folder.resolve("rows.jsonl");
    assertThat(linkage("export", csv.toString()).exitCode()).isZero();
    assertThat(linkage("export", json.toString()).text()).contains("2 row(s) written to " + json);

    assertThat(Files.readString(csv))
        .startsWith("source,file,file_id,record_number,record_key,reasons,details,")
        .contains(
            "transactions,orders.csv,f1,1,,\"amount is not a number; kind is missing\",\"x; x\","
                + "2025-01-05,EUR,1.50,1,r1,\"t1,\"\"a\nb\"\",=1+1\"\r\n");
    assertThat(Files.readAllLines(json))
        .hasSize(2)
        .first()
        .asString()
        .contains("\"reasons\":[\"amount is not a number\",\"kind is missing\"]")
        .contains("\"raw_text\":\"t1,\\\"a\\nb\\\",=1+1\"");
  }

  @Test
  void neverWritesOverAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("mine.csv"), "mine");
    Answered answered = linkage("export", file.toString());
    assertThat(answered.exitCode()).isEqualTo(2);
    assertThat(answered.text())
        .contains("expected a file that isn't there yet, ending in .csv or .jsonl.");
    assertThat(file).hasContent("mine");
  }

  @Test
  void theNameOfAFileThatWasNotReplayedSteersNoTerminal() {
    var text = new StringWriter();
    var out = new PrintWriter(text, true);
    var pointer = new Pointer("r2", LocalDate.of(2025, 1, 31), Instant.EPOCH);

    QuarantineCommand.print(
        out,
        new Night.Result(
            "r2",
            pointer,
            List.of(),
            List.of(),
            List.of("transactions: file \u001b[2J\u202eorders.csv isn't in landing"),
            0));

    assertThat(text.toString())
        .contains("Not replayed: transactions: file  [2J orders.csv isn't in landing")
        .doesNotContain("\u001b", "\u202e");
  }

  private static Row refused(long number, String text, String... reasons) {
    String[] details = new String[reasons.length];
    Arrays.fill(details, "x");
    return RowFactory.create(
        "transactions",
        "orders.csv",
        "f1",
        number,
        null,
        reasons,
        details,
        text,
        1L,
        Date.valueOf("2025-01-05"),
        "EUR",
        new BigDecimal("1.50"),
        "r1",
        null);
  }

  private record Answered(int exitCode, String text) {}

  private static Answered linkage(String... arguments) {
    List<String> all = new ArrayList<>(List.of("quarantine"));
    all.addAll(List.of(arguments));
    all.addAll(
        List.of("--conf", "conf/demo", "--warehouse", folder.resolve("warehouse").toString()));
    var text = new StringWriter();
    int exitCode = Main.run(new PrintWriter(text), all.toArray(String[]::new));
    return new Answered(exitCode, text.toString());
  }
}
