package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.testing.SparkTest;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that Linkage itself copied from a database, of which some hold somebody to forget. */
class ForgetPullsTest {
  private static final SparkSession spark = SparkTest.session();

  @TempDir Path root;

  @Test
  void deletesTheCopiesThatHoldThemAndWhatAPullThatDiedLeft() throws IOException {
    write(
        "conf/shop/linkage.yaml",
        """
        landing: landing
        warehouse: warehouse
        demo: true
        reporting-currency: EUR
        time-zone: UTC
        sources:
          customers: {jdbc: {url: "jdbc:postgresql://nowhere/shop", table: buyers}}
          attrition:
            jdbc: {url: "jdbc:postgresql://nowhere/shop", table: leavers, watermark: day}
            lookups: {reasons: {files: ["calls.jsonl"], format: jsonl}}
          survey_invitations:
            files: ["invitations_*.csv"]
            format: csv
            lookups: {people: {files: ["people.jsonl"], format: jsonl}}
        """);
    write(
        "conf/shop/customers.sql",
        "select id as customer_id, day as acquired_on, _record from raw");
    write(
        "conf/shop/attrition.sql",
        "select id as customer_id, day as occurred_on, 'lost' as event, _record from raw"
            + " where day <> 'never'");
    write(
        "conf/shop/survey_invitations.sql",
        "select invitation as invitation_id, number as customer_id, 's' as survey_id,"
            + " day as invited_at, _record from raw join people using (email)");
    write("landing/invitations_1.csv", "invitation,email,day\ni1,a@example.com,2024-01-01\n");
    write("landing/invitations_2.csv", "invitation,email,day\ni2,b@example.com,2024-01-01\n");
    write("landing/invitations_3.csv", "invitation,email,day\ni3,\0\0\n");
    write(
        "landing/people.jsonl",
        "{\"email\":\"a@example.com\",\"number\":\"c1\"}\n"
            + "{\"email\":\"b@example.com\",\"number\":\"DE\\u003a4711\"}\n");
    // What a lookup holds is no reason to pull the source again.
    write("landing/calls.jsonl", "{\"number\":\"DE:4711\",\"reason\":\"price\"}\n");
    for (String source : List.of("customers", "attrition")) {
      pull(source, "2025-01-30_000001_aa.parquet", "c1,2024-01-01", "c2,2024-01-01");
      pull(source, "2025-01-31_000002_bb.parquet", "c1,2024-01-01", "DE:4711,2024-01-01");
      // A copy holds them, too, whose row is refused, or is left out by the mapping.
      String day = source.equals("customers") ? "soon" : "never";
      pull(source, "2025-02-01_000003_cc.parquet", "DE:4711," + day);
      pull(source, "2025-02-02_000004_dd.parquet", "c2,2024-01-01");
    }
    // Since the column has changed its type, this copy can't be read together with the others.
    pull(
        "customers", "2025-02-02_000005_de.parquet", List.of("2,2024-01-01"), "cast(id as bigint)");
    write("landing/jdbc/customers/2025-02-03_000005_ee.parquet", "half a file");
    write("landing/jdbc/customers/_pulling/part-0.parquet", "half a file");
    Settings settings = Settings.load(Path.of("conf/shop"), root, Overrides.NONE, Map.of());

    Forget.Result result = Forget.run(spark, settings, List.of("DE:4711"));

    assertThat(result.pulls())
        .containsExactly(
            "jdbc/attrition/2025-01-31_000002_bb.parquet",
            "jdbc/attrition/2025-02-01_000003_cc.parquet",
            "jdbc/attrition/2025-02-02_000004_dd.parquet",
            "jdbc/customers/2025-01-31_000002_bb.parquet",
            "jdbc/customers/2025-02-01_000003_cc.parquet",
            "jdbc/customers/2025-02-03_000005_ee.parquet",
            "jdbc/customers/_pulling");
    assertThat(root.resolve("landing/jdbc/customers").toFile().list())
        .containsExactlyInAnyOrder(
            "2025-01-30_000001_aa.parquet",
            "2025-02-02_000004_dd.parquet",
            "2025-02-02_000005_de.parquet");
    // What a deleted pull by watermark brought is only pulled again where none lies behind it.
    assertThat(root.resolve("landing/jdbc/attrition").toFile().list())
        .containsExactly("2025-01-30_000001_aa.parquet");

    var landed = Forget.landed(spark, settings, List.of("DE:4711"));
    assertThat(landed.get("customers").holding()).isEmpty();
    assertThat(landed.get("attrition").holding()).containsExactly("calls.jsonl");
    // The lookup says who got the second invitation, and the third file can't be read.
    assertThat(landed.get("survey_invitations").holding())
        .containsExactly("invitations_2.csv", "people.jsonl");
    assertThat(landed.get("survey_invitations").unsearched()).containsOnlyKeys("invitations_3.csv");
    assertThat(Forget.landed(spark, settings, List.of("c1")).get("attrition").holding())
        .containsExactly("jdbc/attrition/2025-01-30_000001_aa.parquet");
  }

  private void pull(String source, String name, String... rows) throws IOException {
    pull(source, name, List.of(rows), "id");
  }

  private void pull(String source, String name, List<String> rows, String id) throws IOException {
    Path made = root.resolve("made");
    spark
        .createDataset(rows, org.apache.spark.sql.Encoders.STRING())
        .selectExpr("split(value, ',')[0] as id", "split(value, ',')[1] as day")
        .selectExpr(id + " as id", "day")
        .coalesce(1)
        .write()
        .mode("overwrite")
        .parquet(made.toString());
    Path folder = Files.createDirectories(root.resolve("landing/jdbc/" + source));
    try (Stream<Path> files = Files.list(made)) {
      Path part =
          files.filter(file -> file.toString().endsWith(".parquet")).findAny().orElseThrow();
      Files.move(part, folder.resolve(name));
    }
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
