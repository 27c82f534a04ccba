package linkage.demo;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import linkage.config.Favourable;
import linkage.config.FileFormat;
import linkage.config.Overrides;
import linkage.config.QuestionSettings;
import linkage.config.RawFileSettings;
import linkage.config.Settings;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs each mapping of {@code conf/demo} over the files that the generator writes. */
class DemoMappingsTest {
  private static final Map<String, List<String>> COLUMNS =
      Map.of(
          "customers",
          List.of(
              "customer_id",
              "acquired_on",
              "acquisition_source",
              "email",
              "region",
              "tier",
              "_record"),
          "attrition",
          List.of(
              "customer_id",
              "occurred_on",
              "event",
              "noticed_on",
              "reason",
              "is_deleted",
              "_record"),
          "survey_responses",
          List.of(
              "response_id",
              "customer_id",
              "survey_id",
              "responded_at",
              "answers",
              "channel",
              "verbatim",
              "_record"),
          "survey_invitations",
          List.of(
              "invitation_id", "customer_id", "survey_id", "invited_at", "response_id", "_record"),
          "transactions",
          List.of(
              "transaction_id",
              "customer_id",
              "occurred_on",
              "kind",
              "amount",
              "currency",
              "margin",
              "version_number",
              "_record"),
          "fx_rates",
          List.of("currency", "valid_on", "rate", "_record"),
          "ledger_totals",
          List.of("month", "currency", "amount", "_record"));

  private static final String RESPONSES =
      "id string, customer string, survey string, completed_at string, channel string,"
          + " answers string, comment string";

  @TempDir static Path landing;

  private static SparkSession spark;
  private static NaiveReading company;
  private static Settings settings;

  @BeforeAll
  static void writeASmallCompany() {
    spark = TestSession.spark();
    DemoCompany.write(spark, landing, 1_000, DemoCompany.DEFAULT_SEED);
    company = new NaiveReading(landing);
    settings = Settings.load(Path.of("conf", "demo"), Overrides.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "customers",
        "attrition",
        "survey_responses",
        "survey_invitations",
        "transactions",
        "fx_rates",
        "ledger_totals"
      })
  void mapsEveryRowToTheCanonicalColumns(String source) {
    Dataset<Row> raw = raw(source);
    Dataset<Row> mapped = mapped(source, raw);

    assertThat(List.of(mapped.columns())).isEqualTo(COLUMNS.get(source));
    assertThat(mapped.count()).isEqualTo(raw.count()).isPositive();
    Dataset<Row> keyed = mapped.where(col(mapped.columns()[0]).isNotNull());
    assertThat(keyed.count()).isGreaterThan(raw.count() * 97 / 100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "customers",
        "attrition",
        "survey_responses",
        "survey_invitations",
        "fx_rates",
        "ledger_totals"
      })
  void findsTheDateOfEveryFileByItsName(String source) {
    Pattern date = settings.source(source).orElseThrow().fileDate().orElseThrow();

    assertThat(company.files(glob(source))).isNotEmpty();
    assertThat(company.files(glob(source)))
        .allMatch(file -> date.matcher(file.getFileName().toString()).find());
  }

  @Test
  void deploymentDeclaresEveryQuestionOfTheSurveyWithItsScale() {
    assertThat(settings.warnings())
        .singleElement()
        .asString()
        .startsWith("There is no key-variable: whoever knows customer numbers can recompute");
    assertThat(settings.questions()).hasSize(Question.values().length);
    for (Question question : Question.values()) {
      QuestionSettings declared = settings.question(question.id());
      assertThat(declared.minimum()).isEqualTo(question.minimum());
      assertThat(declared.maximum()).isEqualTo(question.maximum());
      assertThat(declared.favourable())
          .isEqualTo(question == Question.CES ? Favourable.LOW : Favourable.HIGH);
    }
  }

  @Test
  void keepsTheScoresOfAResponseAsText() {
    Dataset<Row> answers =
        mapped("survey_responses", raw("survey_responses"))
            .selectExpr(
                "response_id",
                "inline(from_json(answers, 'array<struct<question: string, score: string>>'))")
            .where("question = 'ces'");

    assertThat(answers.where("score rlike '^[1-7]$'").count()).isGreaterThan(2_000);
    assertThat(answers.where("score is null").count()).isPositive();
  }

  @Test
  void readsAcquisitionAndMonthInTheContractsWords() {
    assertThat(
            mapped("customers", raw("customers"))
                .where("acquisition_source not in ('earned', 'bought')")
                .count())
        .isLessThan(20);
    assertThat(
            mapped("ledger_totals", raw("ledger_totals"))
                .where("month rlike '^01[.][0-9]{2}[.]20[0-9]{2}$'")
                .count())
        .isEqualTo(120);
  }

  private static String glob(String source) {
    return settings.source(source).orElseThrow().raw().globs().get(0);
  }

  /** All files of a source, all columns as text, with a stand-in for where each row came from. */
  private static Dataset<Row> raw(String source) {
    String[] files =
        company.files(glob(source)).stream().map(Path::toString).toArray(String[]::new);
    RawFileSettings declared = settings.source(source).orElseThrow().raw();
    Dataset<Row> rows =
        declared.format() == FileFormat.JSONL
            ? spark.read().option("primitivesAsString", "true").schema(RESPONSES).json(files)
            : spark
                .read()
                .option("header", "true")
                .option("multiLine", "true")
                .option("escape", "\"")
                .option("sep", declared.delimiter())
                .csv(files);
    String[] names =
        Arrays.stream(rows.columns())
            .map(name -> name.replace("\uFEFF", ""))
            .toArray(String[]::new);

    return rows.toDF(names).withColumn("_record", struct(lit(source).as("source")));
  }

  private static Dataset<Row> mapped(String source, Dataset<Row> raw) {
    raw.createOrReplaceTempView("raw");
    return spark.sql(settings.mappingSql(source));
  }
}
