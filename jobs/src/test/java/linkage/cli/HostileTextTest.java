package linkage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import linkage.testing.SparkTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What customers and files say reaches a reader as text, and does nothing else. */
class HostileTextTest {
  private static final List<String> REGIONS =
      List.of(
          "\u001b[2J\u001b]0;gone\u0007 north",
          "\u009b31m red",
          "=cmd|' /C calc'!A0",
          "\u202egnp.exe",
          "-2+3",
          "@SUM(A1)",
          "a\"b,c;d",
          "x\ny\r\nz",
          "'; drop view best_metrics; --",
          "+1+1",
          "a\u2066b\u200b\u2028c",
          "Düsseldorf",
          "100%s%n");

  private static final String YAML =
      """
      company: "Shop \\e[31m\\u202e"
      landing: %s
      warehouse: %s
      reporting-currency: EUR
      time-zone: UTC
      demo: true
      smallest-group: 1
      inactivity-days: 180
      segment-sets: [[region]]
      questions:
        nps: {minimum: 0, maximum: 10, favourable: high, text: "How\\e[5m '; drop view x; -- ?"}
      metrics:
        nps: {question: nps, label: "=N\\u202e\\e[7mPS", headline: nps}
      sources:
        customers: {files: ["customers.csv"], format: csv}
        survey_responses: {files: ["responses.csv"], format: csv}
        transactions: {files: ["orders.csv"], format: csv}
      """;

  @TempDir static Path root;

  private static Path conf;
  private static String night;

  @BeforeAll
  static void runANight() throws IOException {
    SparkTest.session();
    conf = Files.createDirectories(root.resolve("conf/shop"));
    Path landing = Files.createDirectories(root.resolve("landing"));
    Files.writeString(conf.resolve("linkage.yaml"), YAML.formatted(landing, root.resolve("dw")));
    Files.writeString(
        conf.resolve("customers.sql"),
        "select id as customer_id, acquired_on, region, _record from raw");
    Files.writeString(
        conf.resolve("survey_responses.sql"),
        "select id as response_id, id as customer_id, 's' as survey_id, responded_at, nps, verbatim,"
            + " _record from raw");
    Files.writeString(
        conf.resolve("transactions.sql"),
        "select id as transaction_id, id as customer_id, day as occurred_on, kind, amount,"
            + " 'EUR' as currency, _record from raw");
    List<String> customers = new ArrayList<>(List.of("id,acquired_on,region"));
    List<String> responses = new ArrayList<>(List.of("id,responded_at,nps,verbatim"));
    List<String> orders = new ArrayList<>(List.of("id,day,kind,amount"));
    for (int i = 0; i < REGIONS.size(); i++) {
      String text = "\"" + REGIONS.get(i).replace("\"", "\"\"") + "\"";
      customers.add("c%d,2024-01-01,%s".formatted(i, text));
      responses.add("c%d,2024-05-01 10:00:00,%d,%s".formatted(i, i % 11, text));
      orders.add("c%d,2024-04-01,purchase,10.00".formatted(i));
      if (i < 4) {
        orders.add("x%d,2024-04-01,%s,10.00".formatted(i, text));
      }
    }
    // Windows are complete as far as purchases are known.
    orders.add("last,2025-06-01,purchase,10.00");
    Files.writeString(landing.resolve("customers.csv"), String.join("\n", customers) + "\n");
    Files.writeString(landing.resolve("responses.csv"), String.join("\n", responses) + "\n");
    Files.writeString(landing.resolve("orders.csv"), String.join("\n", orders) + "\n");
    night = linkage("run", "--as-of", "2025-06-30");
  }

  @Test
  void whatARunAndItsStatusSayIsPlain() {
    assertPlain(night);
    assertThat(night)
        .contains("Shop")
        .contains("The marts (Parquet)")
        .contains("./linkage sql --conf %s \"select".formatted(conf));
    assertPlain(linkage("status"));
  }

  @Test
  void aPreviewShowsTheTextAndObeysNoneOfIt() {
    for (String source : List.of("customers", "survey_responses", "transactions")) {
      String shown = linkage("preview", "--source", source);
      assertPlain(shown);
      assertThat(shown).contains("=cmd|' /C calc'!A0").contains("gnp.exe");
    }
    assertThat(linkage("preview", "--source", "transactions"))
        .contains("refused: kind is not one of");
  }

  @Test
  void aTableShowsEachTextOnItsOwnRow() {
    String shown = linkage("sql", "select segment, metric_label from retention_curves");
    assertPlain(shown);
    String segments = linkage("sql", query());
    assertPlain(segments);
    assertThat(segments)
        .contains("'; drop view best_metrics; --", "100%s%n", "Düsseldorf")
        .contains("(%d rows)".formatted(REGIONS.size()));
    // A header may be hostile, too.
    assertPlain(linkage("sql", "select 1 as \"\u001b[2J\u202e\""));
  }

  @Test
  void csvReadsBackAsTextAndNeverAsAFormula() {
    String csv = linkage("sql", "--format", "csv", query());
    assertThat(csv.codePoints().filter(HostileTextTest::steers).filter(c -> c != '\t')).isEmpty();
    List<String> found = new ArrayList<>();
    for (CsvRecord record : CsvReader.builder().ofCsvRecord(csv)) {
      assertThat(record.getFieldCount()).isEqualTo(2);
      found.add(record.getField(0));
    }
    List<String> expected =
        REGIONS.stream().sorted().map(HostileTextTest::inCsv).collect(Collectors.toList());
    expected.add(0, "segment");
    assertThat(found).containsExactlyElementsOf(expected);
    assertThat(found).noneMatch(text -> text.matches("(?s)\\s*[=+@-].*"));
    // A negative number is no formula.
    assertThat(linkage("sql", "--format", "csv", "select -1.5 as x, '-1' as y, ' =1' as z"))
        .isEqualTo("x,y,z\r\n-1.5,'-1,' =1\r\n");
  }

  @Test
  void jsonReadsBackExactly() throws IOException {
    String json = linkage("sql", "--format", "json", query());
    assertPlain(json);
    List<String> found = new ArrayList<>();
    for (String line : json.lines().toList()) {
      JsonNode row = new ObjectMapper().readTree(line);
      found.add(row.get("segment").asText());
    }
    assertThat(found).containsExactlyElementsOf(REGIONS.stream().sorted().toList());
  }

  @Test
  void anErrorMessageQuotesTheQueryAndObeysNoneOfIt() {
    assertPlain(linkage("sql", "select \u001b[2J\u202e from nowhere"));
  }

  private static String query() {
    return "select segment, count(*) from best_metrics where segment_set = 'region' and outcome ="
        + " 'retained' group by 1 order by 1";
  }

  /** As Excel is to see it: text, and what would control gone. */
  private static String inCsv(String text) {
    String plain = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\n\\r\\t]]", " ");
    return plain.matches("(?s)\\s*[=+@-].*") ? "'" + plain : plain;
  }

  private static void assertPlain(String text) {
    assertThat(text).isNotBlank();
    List<String> steering =
        text.codePoints()
            .filter(HostileTextTest::steers)
            .mapToObj(c -> "U+%04X".formatted(c))
            .toList();
    assertThat(steering).as(text).isEmpty();
  }

  private static boolean steers(int c) {
    return c != '\n'
        && c != '\r'
        && IntStream.of(
                Character.CONTROL,
                Character.FORMAT,
                Character.LINE_SEPARATOR,
                Character.PARAGRAPH_SEPARATOR)
            .anyMatch(type -> type == Character.getType(c));
  }

  private static String linkage(String command, String... arguments) {
    var text = new StringWriter();
    List<String> all = new ArrayList<>(List.of(command, "--conf", conf.toString()));
    all.addAll(List.of(arguments));
    Main.run(new PrintWriter(text, true), all.toArray(String[]::new));
    return text.toString();
  }
}
