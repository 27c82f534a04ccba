package linkage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Month;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  private static final String EVERY_KEY =
      """
      company: Alder Broadband
      landing: exports
      warehouse: /dw/alder
      reporting-currency: GBP
      time-zone: Europe/London
      fiscal-year-starts-in: 4
      horizons-days: [365, 180]
      landmark-days: 7
      analysis-window-months: 36
      max-pair-age-days: 30
      inactivity-days: 90
      keep-generations: 3
      keep-generations-hours: 48
      keep-staging-days: 400
      keep-quarantine-days: 90
      key-variable: ALDER_KEY
      smallest-group: 11
      segment-sets:
        - [region]
        - [region, tier]
      questions:
        nps: {minimum: 0, maximum: 10, favourable: high, text: "How likely?"}
        ces: {minimum: 1, maximum: 7, favourable: low}
        speed: {minimum: 1, maximum: 5, favourable: high}
        warmth: {minimum: 1, maximum: 5, favourable: high}
      metrics:
        effort: {question: ces, label: Effort, headline: top2-box}
        nps: {question: nps, headline: nps}
      drivers: [speed, warmth]
      downstream-drivers: {speed: [warmth]}
      driver-scenarios:
        quicker: {drivers: [speed, warmth], from: 1, to: 2, become: 4, share: 0.5}
      sources:
        transactions:
          files: ["orders_*.parquet"]
          format: parquet
        customers:
          files: ["crm/a_*.csv", "crm/b_*.csv"]
          format: csv
          delimiter: "\\t"
          quote: "'"
          encoding: ISO-8859-1
          delivery: snapshot
          order: version
          file-date: "_(\\\\d{8})"
          date-patterns: ["dd.MM.yyyy", "d MMM yy"]
          timestamp-patterns: ["dd.MM.yyyy HH:mm"]
          decimal-mark: ","
          thousands-mark: "."
          null-tokens: ["-"]
          optional-columns: [fax, " Second Name"]
          reporting-lag-days: 3
          mapping-may-filter: true
          lookups:
            orders: {files: [o.jsonl.gz], format: jsonl, encoding: UTF-16}
            stores: {files: [s.csv], format: csv, delimiter: "|", quote: "'"}
          gates: {max-bad-share: 0.05, minimum-rows: 100, max-age-days: 40}
      """;

  @TempDir Path projectRoot;

  @Test
  void quotesNothingWhenToldOrWhenBlanksSeparate() {
    String yaml =
        """
        landing: exports
        reporting-currency: USD
        time-zone: UTC
        demo: true
        inactivity-days: 90
        sources:
          customers: {files: [c.txt], format: csv, delimiter: whitespace}
          transactions: {files: [t.csv], format: csv, quote: ""}
        """;
    Settings settings =
        new Deployment(projectRoot)
            .settings(yaml)
            .delete("survey_responses.sql")
            .delete("attrition.sql")
            .load();

    RawFileSettings customers = settings.source("customers").orElseThrow().raw();
    assertThat(customers.delimiter()).isEqualTo("whitespace");
    assertThat(customers.quote()).isEmpty();
    RawFileSettings transactions = settings.source("transactions").orElseThrow().raw();
    assertThat(transactions.delimiter()).isEqualTo(",");
    assertThat(transactions.quote()).isEmpty();
  }

  @Test
  void fillsInDefaults() {
    Settings settings = new Deployment(projectRoot).settings(Deployment.MINIMAL).load();

    var nps = new QuestionSettings("nps", 0, 10, Favourable.HIGH, "nps");
    assertThat(settings)
        .usingRecursiveComparison()
        .ignoringFields("sources", "configurationHash")
        .isEqualTo(
            new Settings(
                "shop",
                "shop",
                projectRoot.resolve("exports").toString(),
                projectRoot.resolve("warehouse/shop").toString(),
                Currency.getInstance("EUR"),
                ZoneId.of("Europe/Berlin"),
                Month.JANUARY,
                List.of(180),
                1,
                24,
                0,
                OptionalInt.empty(),
                7,
                24,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                5,
                List.of(SegmentSet.ALL),
                List.of(nps),
                List.of(new MetricSettings("nps", nps, "nps", Headline.MEAN)),
                List.of(),
                DriverSettings.DEFAULT,
                List.of(),
                "",
                List.of(
                    "There is no key-variable: whoever knows customer numbers can recompute the"
                        + " keys that stand for them in the marts.")));
    assertThat(settings.sources())
        .extracting(SourceSettings::name)
        .containsExactly("customers", "survey_responses", "transactions", "attrition");
    assertThat(settings.source("customers"))
        .contains(
            new SourceSettings(
                "customers",
                new RawFileSettings(
                    List.of("customers.csv"), FileFormat.CSV, ",", "\"", StandardCharsets.UTF_8),
                Optional.empty(),
                Delivery.CHANGES,
                RowOrder.RECORD,
                Optional.empty(),
                List.of("yyyy-MM-dd"),
                List.of("yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssXXX"),
                ".",
                "",
                List.of("", "NULL", "N/A"),
                List.of(),
                0,
                false,
                List.of(),
                new Gates(0.5, 0, OptionalInt.empty()),
                "select *, _record from raw"));
  }

  @Test
  void readsEveryKey() {
    Settings settings =
        new Deployment(projectRoot)
            .settings(EVERY_KEY)
            .delete("survey_responses.sql")
            .delete("attrition.sql")
            .variable("ALDER_KEY", "0123456789abcdef0123456789abcdef")
            .load();

    var effort = new QuestionSettings("ces", 1, 7, Favourable.LOW, "ces");
    var nps = new QuestionSettings("nps", 0, 10, Favourable.HIGH, "How likely?");
    var speed = new QuestionSettings("speed", 1, 5, Favourable.HIGH, "speed");
    var warmth = new QuestionSettings("warmth", 1, 5, Favourable.HIGH, "warmth");
    assertThat(settings)
        .usingRecursiveComparison()
        .ignoringFields("sources", "configurationHash", "warnings")
        .isEqualTo(
            new Settings(
                "shop",
                "Alder Broadband",
                projectRoot.resolve("exports").toString(),
                "/dw/alder",
                Currency.getInstance("GBP"),
                ZoneId.of("Europe/London"),
                Month.APRIL,
                List.of(365, 180),
                7,
                36,
                30,
                OptionalInt.of(90),
                3,
                48,
                OptionalInt.of(400),
                OptionalInt.of(90),
                Optional.of("ALDER_KEY"),
                11,
                List.of(
                    SegmentSet.ALL,
                    new SegmentSet("region", List.of("region")),
                    new SegmentSet("region × tier", List.of("region", "tier"))),
                List.of(nps, effort, speed, warmth),
                List.of(
                    new MetricSettings("effort", effort, "Effort", Headline.TOP2_BOX),
                    new MetricSettings("nps", nps, "nps", Headline.NPS)),
                List.of(speed, warmth),
                new DriverSettings(
                    List.of(
                        new DriverScenario("quicker", List.of("speed", "warmth"), 1, 2, 4, 0.5)),
                    Map.of("speed", List.of("warmth"))),
                List.of(),
                "",
                List.of()));
    assertThat(settings.source("customers"))
        .usingRecursiveComparison()
        .withEqualsForType((left, right) -> left.pattern().equals(right.pattern()), Pattern.class)
        .isEqualTo(
            Optional.of(
                new SourceSettings(
                    "customers",
                    new RawFileSettings(
                        List.of("crm/a_*.csv", "crm/b_*.csv"),
                        FileFormat.CSV,
                        "\t",
                        "'",
                        StandardCharsets.ISO_8859_1),
                    Optional.empty(),
                    Delivery.SNAPSHOT,
                    RowOrder.VERSION,
                    Optional.of(Pattern.compile("_(\\d{8})")),
                    List.of("dd.MM.yyyy", "d MMM yy"),
                    List.of("dd.MM.yyyy HH:mm"),
                    ",",
                    ".",
                    List.of("-"),
                    List.of("fax", "second name"),
                    3,
                    true,
                    List.of(
                        new LookupSettings(
                            "orders",
                            new RawFileSettings(
                                List.of("o.jsonl.gz"),
                                FileFormat.JSONL,
                                ",",
                                "\"",
                                StandardCharsets.UTF_16)),
                        new LookupSettings(
                            "stores",
                            new RawFileSettings(
                                List.of("s.csv"),
                                FileFormat.CSV,
                                "|",
                                "'",
                                StandardCharsets.UTF_8))),
                    new Gates(0.05, 100, OptionalInt.of(40)),
                    "select *, _record from raw")));
  }

  @Test
  void answersWhatOtherPackagesAsk() {
    Settings settings =
        new Deployment(projectRoot)
            .settings(EVERY_KEY)
            .delete("survey_responses.sql")
            .delete("attrition.sql")
            .variable("ALDER_KEY", "0123456789abcdef0123456789abcdef")
            .load();

    assertThat(settings.attributes()).containsExactly("region", "tier");
    assertThat(settings.levels("ces")).isEqualTo(7);
    assertThat(settings.metrics().get(0).levels()).isEqualTo(7);
    assertThat(settings.source("attrition")).isEmpty();
    assertThat(settings.mappingSql("customers")).isEqualTo("select *, _record from raw");
    assertThatThrownBy(() -> settings.mappingSql("attrition"))
        .hasMessage("Cannot find source attrition: declared are [customers, transactions].");
    assertThatThrownBy(() -> settings.question("csat"))
        .hasMessage("Cannot find question csat: declared are [nps, ces, speed, warmth].");
  }

  @Test
  void startsClocksAtTheAnchorUnderTheInactivityRule() {
    var deployment = new Deployment(projectRoot).settings(Deployment.MINIMAL);
    assertThat(deployment.load().effectiveLandmarkDays()).isEqualTo(1);

    deployment
        .settings(Deployment.MINIMAL.replaceAll(" *attrition: .*\n", "") + "inactivity-days: 180\n")
        .delete("attrition.sql");
    assertThat(deployment.load().effectiveLandmarkDays()).isZero();
  }

  @Test
  void needsOnlyCustomers() {
    Settings settings =
        new Deployment(projectRoot)
            .settings(
                """
                landing: exports
                reporting-currency: EUR
                time-zone: UTC
                demo: true
                sources:
                  customers: {files: [c.csv], format: csv, delivery: snapshot}
                """)
            .delete("survey_responses.sql")
            .delete("transactions.sql")
            .delete("attrition.sql")
            .load();

    assertThat(settings.metrics()).isEmpty();
    assertThat(settings.source("customers").orElseThrow().gates().minimumRows()).isEqualTo(1);
    assertThat(settings.warnings())
        .startsWith(
            "There is no source survey_responses: no metric or driver can be judged, and the marts"
                + " about scores will be empty.",
            "There is no source transactions: repeat purchases, revenue, money per driver, the"
                + " customer bridge's amounts and the reconciliation will be empty.");
  }

  /** Each new file of the north would have all files of the south read again. */
  @Test
  void warnsWhereFilesOfSeveralFeedsAreOrderedByNameAlone() {
    String globs = "files: [\"north/*.csv\", \"south/*.csv\"], format: csv";
    String undated = Deployment.MINIMAL.replaceFirst("files: \\[[^]]*], format: csv", globs);
    assertThat(undated).contains(globs);
    String dated = undated.replace(globs, globs + ", file-date: \"([0-9-]{10})\"");

    assertThat(new Deployment(projectRoot).settings(undated).load().warnings())
        .anyMatch(
            warning -> warning.contains(" come by several patterns and are ordered by name "));
    assertThat(new Deployment(projectRoot).settings(dated).load().warnings())
        .noneMatch(warning -> warning.contains("patterns"));
  }

  @Test
  void ordersRowsByFileDateWhereOneIsDeclared() {
    Settings settings =
        new Deployment(projectRoot)
            .settings(
                Deployment.MINIMAL.replace(
                    "[\"orders.csv\"]", "[\"orders.csv\"], file-date: \"_(\\\\d+)\""))
            .load();

    assertThat(settings.source("transactions").orElseThrow().order()).isEqualTo(RowOrder.FILE_DATE);
  }

  @Test
  void prefersPlacesFromTheCommandLine() {
    Settings settings =
        new Deployment(projectRoot)
            .settings(Deployment.MINIMAL.replace("exports", "${NOT_SET}"))
            .overriddenBy(new Overrides(Optional.of("/raw"), Optional.of("s3a://dw/shop")))
            .load();

    assertThat(settings.landing()).isEqualTo("/raw");
    assertThat(settings.warehouse()).isEqualTo("s3a://dw/shop");
  }

  @Test
  void putsInEnvironmentVariables() {
    Settings settings =
        new Deployment(projectRoot)
            .settings(
                Deployment.MINIMAL.replace("exports", "${ROOT}/${PART:-raw}")
                    + "company: ${COMPANY:-Alder}\nhorizons-days: [\"${H}\"]\n"
                    + "warehouse: ${EMPTY:-dw}\n")
            .variable("ROOT", "/data")
            .variable("H", "90")
            .variable("EMPTY", "")
            .load();

    assertThat(settings.landing()).isEqualTo("/data/raw");
    assertThat(settings.company()).isEqualTo("Alder");
    assertThat(settings.horizonsDays()).containsExactly(90);
    assertThat(settings.warehouse()).isEqualTo(projectRoot.resolve("dw").toString());
  }

  @Test
  void readsFilesOfWindowsEditors() {
    Settings settings =
        new Deployment(projectRoot)
            .settings("\uFEFF" + Deployment.MINIMAL.replace("\n", "\r\n"))
            .write("customers.sql", "\uFEFFselect *\r\nfrom raw")
            .load();

    assertThat(settings.mappingSql("customers")).isEqualTo("select *\nfrom raw");
  }

  @Test
  void hashesContentRatherThanLayoutAndPlaces() {
    var deployment = new Deployment(projectRoot).settings(Deployment.MINIMAL);
    String hash = deployment.load().configurationHash();

    String otherLayout =
        "# A comment.\n"
            + Deployment.MINIMAL
                .replace("EUR", "\"EUR\"")
                .replace("{minimum: 0, maximum: 10, ", "{maximum: 10,   minimum: 0, ")
                .replace("landing: exports\n", "")
            + "landing: elsewhere\nwarehouse: /dw\n";
    assertThat(hash).matches("[0-9a-f]{64}");
    assertThat(deployment.settings(otherLayout).load().configurationHash()).isEqualTo(hash);
  }

  @Test
  void hashesEveryChangeOfContent() {
    var deployment = new Deployment(projectRoot).settings(Deployment.MINIMAL);
    String hash = deployment.load().configurationHash();

    deployment
        .settings(Deployment.MINIMAL.replace("EUR", "${CURRENCY}"))
        .variable("CURRENCY", "EUR");
    assertThat(deployment.load().configurationHash()).isEqualTo(hash);
    deployment.variable("CURRENCY", "CHF");
    assertThat(deployment.load().configurationHash()).isNotEqualTo(hash);
    deployment.settings(Deployment.MINIMAL).write("customers.sql", "select 1 from raw");
    assertThat(deployment.load().configurationHash()).isNotEqualTo(hash);
  }

  @Test
  void holdsTheNameOfTheSecretAndNotTheSecret() {
    String secret = "0123456789abcdef0123456789abcdef";
    Settings settings =
        new Deployment(projectRoot)
            .settings(Deployment.MINIMAL.replace("demo: true", "key-variable: SHOP_KEY"))
            .variable("SHOP_KEY", secret)
            .load();

    assertThat(settings.keyVariable()).contains("SHOP_KEY");
    assertThat(settings.warnings()).isEmpty();
    assertThat(settings.toString()).contains("SHOP_KEY").doesNotContain(secret);
  }
}
