package linkage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import linkage.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsProblemsTest {
  @TempDir Path projectRoot;

  @Test
  void reportsEverythingAtOnce() {
    var deployment =
        new Deployment(projectRoot)
            .settings(
                """
                landing: ${RAW}
                reporting-currency: EURO
                horizon-days: [180]
                landmark-days: soon
                metrics:
                  nps: {question: npss}
                questions:
                  nps: {minimum: 0, maximum: 10, favourable: high}
                sources:
                  customers: {files: [c.csv], format: csv}
                  transaction: {files: [t.csv], format: csv}
                demo: true
                """)
            .delete("survey_responses.sql")
            .delete("attrition.sql")
            .delete("customers.sql");

    assertThatThrownBy(deployment::load)
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            """
            Cannot start: 9 bad setting(s) in conf/shop/linkage.yaml.
            - landing (line 1) needs the environment variable RAW, which is not set; set it or write \
            ${RAW:-default}
            - horizon-days (line 3) is not a known setting; did you mean horizons-days?
            - reporting-currency (line 2) is "EURO", expected an ISO 4217 code such as EUR
            - time-zone is missing, expected a time zone such as Europe/Berlin
            - landmark-days (line 4) is "soon", expected a whole number from 0 to 365
            - metrics.nps.question (line 6) names "npss", which is not among the questions; did you \
            mean nps?
            - sources.transaction is not a known source; did you mean transactions?
            - sources.customers has no mapping: there is no file customers.sql
            - transactions.sql belongs to no source: sources.transactions is not declared; did you \
            mean transaction.sql?
            Nothing was read or written. Correct them, then run ./linkage validate --conf conf/shop; \
            conf/README.md explains every key.""");
  }

  /** Each row replaces a text of the minimal settings, in which nothing else is wrong. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = REPLACEMENTS)
  void namesTheOneThingThatIsWrong(String given, String by, String problem) {
    String found = given.replace("¶", "\n");
    assertThat(Deployment.MINIMAL).contains(found);
    String yaml = Deployment.MINIMAL.replace(found, by.replace("¶", "\n"));

    assertThat(problems(deployment().settings(yaml))).containsExactly(problem);
  }

  private static final String REPLACEMENTS =
      """
      EUR              | 978                  | reporting-currency (line 2) is "978", expected an ISO 4217 code such as EUR
      Europe/Berlin    | Berlin               | time-zone (line 3) is "Berlin", expected a time zone such as Europe/Berlin
      landing: exports | company: x           | landing is missing, expected the folder of the raw files
      landing: exports | landing:             | landing (line 1) is empty (YAML's null), expected a folder
      landing: exports | landing: [exports]   | landing (line 1) is a list, expected a folder
      landing: exports | landing: "${A B}"    | landing (line 1) has "${A B}", expected ${NAME} or ${NAME:-default}
      landing: exports | landing: ${RAW}/in   | landing (line 1) needs the environment variable RAW, which is not set; set it or write ${RAW:-default}
      favourable: high | favourable: up       | questions.nps.favourable (line 5) is "up", expected high or low
      favourable: high | text: x              | questions.nps.favourable is missing, expected high or low
      favourable: high | favorable: high, favourable: low | questions.nps.favorable (line 5) is not a known setting; did you mean favourable?
      minimum: 0       | minimum: 0.5         | questions.nps.minimum (line 5) is "0.5", expected a whole number from -10000 to 10000
      minimum: 0       | minimum: 10          | questions.nps.maximum (line 5) is "10", expected more than questions.nps.minimum, which is 10
      maximum: 10      | maximum: 126         | questions.nps (line 5) has 127 scores from 0 to 126, expected at most 126
      maximum: 10      | maximum: 10, maximum: 7 | questions.nps.maximum is given twice, in line 5 and in line 5
      questions:       | questions:¶  CSAT: {minimum: 1, maximum: 5, favourable: high} | questions.CSAT (line 5) is not a name that can be a column, expected lower case letters, digits and _, a letter first
      questions:       | questions:¶  channel: {minimum: 1, maximum: 5, favourable: high} | questions.channel (line 5) has the name of a column of survey_responses, expected another name
      {question: nps}  | {label: x}           | metrics.nps.question is missing, expected the name of a question
      {question: nps}  | nps                  | metrics.nps (line 7) is "nps", expected a group of keys
      {question: nps}  | {question: npx}      | metrics.nps.question (line 7) names "npx", which is not among the questions; did you mean nps?
      {question: nps}  | {question: csat}     | metrics.nps.question (line 7) names "csat", which is not among the questions; known here: nps
      {question: nps}  | {question: nps, headline: top} | metrics.nps.headline (line 7) is "top", expected nps, mean, top-box or top2-box
      {question: nps}  | {question: nps}¶  b: {question: nps} | metrics.b.question (line 8) is "nps", the question of metric nps already, expected one metric per question
      minimum: 0, maximum: 10, favourable: high}¶metrics:¶  nps: {question: nps | minimum: 1, maximum: 10, favourable: high}¶metrics:¶  nps: {question: nps, headline: nps | metrics.nps.headline (line 7) is "nps", expected a question from 0 to 10; nps runs from 1 to 10
      metrics:¶  nps: {question: nps} | metrics: {} | metrics (line 6) is empty, expected at least one, because there is a source survey_responses
      metrics:¶  nps: {question: nps} | company: x  | metrics is missing, expected at least one, because there is a source survey_responses
      files: ["customers.csv"] | delivery: changes | sources.customers.files is missing, expected a list of file patterns such as ["crm/orders_*.csv"]
      ["customers.csv"] | customers.csv        | sources.customers.files (line 9) is "customers.csv", expected a list, each entry a file pattern below the landing folder, without ..
      ["customers.csv"] | [../customers.csv]   | sources.customers.files, entry 1 (line 9), is "../customers.csv", expected a file pattern below the landing folder, without ..
      ["customers.csv"] | [c.csv, /c.csv]      | sources.customers.files, entry 2 (line 9), is "/c.csv", expected a file pattern below the landing folder, without ..
      ["customers.csv"] | []                   | sources.customers.files (line 9) is an empty list, expected at least one entry, a file pattern below the landing folder, without ..
      customers.csv"], format: csv | c.xlsx"], format: excel | sources.customers.format (line 9) is "excel", expected csv, jsonl, parquet or delta
      customers.csv"], format: csv | c"], format: parquet, delimiter: ";" | sources.customers.delimiter (line 9) has no meaning for format parquet; remove it
      customers.csv"], format: csv | c"], format: delta, encoding: UTF-8 | sources.customers.encoding (line 9) has no meaning for format delta; remove it
      customers.csv"], format: csv | c"], format: jsonl, quote: "'" | sources.customers.quote (line 9) has no meaning for format jsonl; remove it
      """;

  /** Each row adds a key to the source customers of the minimal settings. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = SOURCE_KEYS)
  void namesTheOneThingThatIsWrongWithASource(String key, String problem) {
    String yaml =
        Deployment.MINIMAL.replace("\"customers.csv\"], ", "\"customers.csv\"], " + key + ", ");

    assertThat(problems(deployment().settings(yaml)))
        .containsExactly("sources.customers." + problem);
  }

  private static final String SOURCE_KEYS =
      """
      delim: ";"                     | delim (line 9) is not a known setting; known here: files, format, jdbc, delimiter, quote, encoding, delivery, order, file-date, date-patterns, timestamp-patterns, decimal-mark, thousands-mark, null-tokens, optional-columns, reporting-lag-days, mapping-may-filter, lookups, gates
      delimiter: ";;"                | delimiter (line 9) is ";;", expected exactly one character that is no letter or digit, or whitespace
      delimiter: ""                  | delimiter (line 9) is "", expected exactly one character that is no letter or digit, or whitespace
      delimiter: whitespace, quote: "'" | quote (line 9) is "'", but nothing is quoted when sources.customers.delimiter is whitespace; remove it
      quote: none                    | quote (line 9) is "none", expected exactly one character that is no letter or digit, or "" for none
      quote: ","                     | quote (line 9) is ",", expected another character than sources.customers.delimiter
      encoding: utf                  | encoding (line 9) is "utf", expected the name of a character set such as UTF-8
      delivery: full                 | delivery (line 9) is "full", expected snapshot or changes
      order: arrival                 | order (line 9) is "arrival", expected version, file-date or record
      order: file-date               | order (line 9) is "file-date", but sources.customers.file-date is missing, expected a regular expression with one group
      file-date: "c_\\\\d{8}"        | file-date (line 9) is "c_\\d{8}", expected a regular expression with exactly one group, around the date
      file-date: "c_(\\\\d{8}"       | file-date (line 9) is "c_(\\d{8}", expected a regular expression with exactly one group, around the date
      date-patterns: [DD.MM.YYYY]    | date-patterns, entry 1 (line 9), is "DD.MM.YYYY", expected a java.time pattern such as dd/MM/yyyy or yyyy-MM-dd HH:mm
      date-patterns: [yyyy-mm-dd]    | date-patterns, entry 1 (line 9), is "yyyy-mm-dd", expected a java.time pattern such as dd/MM/yyyy or yyyy-MM-dd HH:mm
      timestamp-patterns: ["yyyy-MM-dd hh:mm"] | timestamp-patterns, entry 1 (line 9), is "yyyy-MM-dd hh:mm", expected a java.time pattern such as dd/MM/yyyy or yyyy-MM-dd HH:mm
      decimal-mark: ""               | decimal-mark (line 9) is "", expected one character such as ","
      thousands-mark: "."            | thousands-mark (line 9) is ".", expected another character than sources.customers.decimal-mark
      thousands-mark: "00"           | thousands-mark (line 9) is "00", expected one character such as ",", or "" for none
      null-tokens: [NULL]            | null-tokens, entry 1 (line 9), is empty (YAML's null), expected a text in quotes
      reporting-lag-days: -1         | reporting-lag-days (line 9) is "-1", expected a whole number from 0 to 365
      mapping-may-filter: "yes"      | mapping-may-filter (line 9) is "yes", expected true or false
      lookups: {raw: {files: [a], format: csv}} | lookups.raw (line 9) is not a name for a view, expected lower case letters, digits and _, and not raw
      lookups: {a: {format: csv}}    | lookups.a.files is missing, expected a list of file patterns such as ["crm/orders_*.csv"]
      lookups: {a: {files: [a], format: csv, order: record}} | lookups.a.order (line 9) is not a known setting; known here: files, format, delimiter, quote, encoding
      gates: {max-bad-share: 5}      | gates.max-bad-share (line 9) is "5", expected a number from 0 to 1
      gates: {minimum-rows: all}     | gates.minimum-rows (line 9) is "all", expected a whole number from 0 to 2147483647
      gates: {max-age-days: -1}      | gates.max-age-days (line 9) is "-1", expected a whole number from 0 to 3650
      gates: {max-age: 3}            | gates.max-age (line 9) is not a known setting; known here: max-bad-share, minimum-rows, max-age-days
      """;

  /** Each row adds a last line to the minimal settings, in which nothing else is wrong. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = LAST_LINES)
  void namesTheOneThingThatIsWrongWithTheWhole(String line, String problem) {
    String yaml = Deployment.MINIMAL + line + "\n";

    assertThat(problems(deployment().settings(yaml))).containsExactly(problem);
  }

  private static final String LAST_LINES =
      """
      fiscal_year_starts_in: 4        | fiscal_year_starts_in (line 14) is not a known setting; did you mean fiscal-year-starts-in?
      fiscal-year-starts-in: 13       | fiscal-year-starts-in (line 14) is "13", expected a whole number from 1 to 12
      time-zone: UTC                  | time-zone is given twice, in line 3 and in line 14
      warehouse: *x                   | warehouse (line 14) refers to an anchor (*x), expected the value itself
      horizons-days: []               | horizons-days (line 14) is an empty list, expected at least one entry, a whole number of days from 1 to 1095
      horizons-days: [180, 1096]      | horizons-days, entry 2 (line 14), is "1096", expected a whole number of days from 1 to 1095
      horizons-days: [180, 180]       | horizons-days (line 14) is [180, 180], expected each horizon once
      landmark-days: -1               | landmark-days (line 14) is "-1", expected a whole number from 0 to 365
      analysis-window-months: 0       | analysis-window-months (line 14) is "0", expected a whole number from 1 to 120
      max-pair-age-days: 1y           | max-pair-age-days (line 14) is "1y", expected a whole number from 0 to 365
      inactivity-days: 90             | inactivity-days (line 14) is only for a deployment without the source attrition; remove one of them
      keep-generations: 0             | keep-generations (line 14) is "0", expected a whole number from 1 to 1000
      keep-generations-hours: -1      | keep-generations-hours (line 14) is "-1", expected a whole number from 0 to 8760
      keep-staging-days: 0            | keep-staging-days (line 14) is "0", expected a whole number from 1 to 36500
      keep-quarantine-days: ever      | keep-quarantine-days (line 14) is "ever", expected a whole number from 1 to 36500
      key-variable: "my key"          | key-variable (line 14) is not the name of an environment variable such as LINKAGE_KEY; the secret itself never stands in a file
      key-variable: MY_KEY            | key-variable (line 14) names the environment variable MY_KEY, which is not set or empty
      smallest-group: 0               | smallest-group (line 14) is "0", expected a whole number from 1 to 1000
      warehouse: s3a://me:pw@bucket/a | warehouse (line 14) has a password in it, expected a place without: places are shown and logged. Hand credentials to the file system by its own settings
      segment-sets: [region]          | segment-sets, entry 1 (line 14), is "region", expected a list of customer attributes such as [region, tier]
      segment-sets: [[]]              | segment-sets, entry 1 (line 14), is an empty list, expected a list of customer attributes such as [region, tier]; the set all is always there
      segment-sets: [[a, b], [b, a]]  | segment-sets, entry 2 (line 14), repeats the set b × a, expected each set once
      segment-sets: [[a, a]]          | segment-sets, entry 1 (line 14), has "a", which is there already; expected each attribute once
      segment-sets: [[Region]]        | segment-sets, entry 1 (line 14), has "Region", expected lower case letters, digits and _, a letter first
      segment-sets: [[email]]         | segment-sets, entry 1 (line 14), has "email", which has a meaning of its own; expected another name, selected in customers.sql
      drivers: [greeting]             | drivers (line 14) names "greeting", which is not among the questions; known here: nps
      drivers: [nps, nps]             | drivers (line 14) names nps twice, expected it once
      --- x                           | line 14 starts a second YAML document, expected only one
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          attrition | inactivity-days is missing, expected a whole number of days without a purchase, because there is no source attrition to tell who is lost
          customers | sources.customers is missing; a deployment needs to know its customers
          """)
  void namesTheSourceThatIsMissing(String source, String problem) {
    String yaml = Deployment.MINIMAL.replaceAll(" *" + source + ": .*\n", "");

    assertThat(problems(deployment().settings(yaml).delete(source + ".sql")))
        .containsExactly(problem);
  }

  @Test
  void infersLossesOnlyFromPurchasesAndWithinEveryHorizon() {
    String yaml =
        Deployment.MINIMAL.replaceAll(" *(attrition|transactions): .*\n", "")
            + "inactivity-days: 200\nhorizons-days: [90, 180, 365]\n";

    assertThat(
            problems(
                deployment().settings(yaml).delete("attrition.sql").delete("transactions.sql")))
        .containsExactly(
            "horizons-days (line 13) has [90, 180], expected horizons of at least inactivity-days,"
                + " which is 200: earlier, nobody can be known to be lost",
            "inactivity-days (line 12) infers losses from purchases, but sources.transactions is"
                + " missing");
  }

  @Test
  void limitsMetricsAndTheirCombinationsWithSegmentSets() {
    String questions =
        IntStream.rangeClosed(1, 17)
            .mapToObj("  q%d: {minimum: 1, maximum: 5, favourable: high}\n"::formatted)
            .collect(Collectors.joining());
    String metrics =
        IntStream.rangeClosed(1, 17)
            .mapToObj(i -> "  m%d: {question: q%d}\n".formatted(i, i))
            .collect(Collectors.joining());
    String yaml =
        Deployment.MINIMAL
                .replaceAll("(?m)^  nps: .*\n", "")
                .replace("questions:\n", "questions:\n" + questions)
                .replace("metrics:\n", "metrics:\n" + metrics)
            + "segment-sets: [[a], [b], [c]]\n";

    assertThat(problems(deployment().settings(yaml)))
        .containsExactly(
            "metrics (line 22) has 17 entries, expected at most 16 metrics",
            "segment-sets (line 46) makes 4 sets (with all), times 17 metrics = 68, expected at most"
                + " 64; leave out a set or a metric");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `a: 1¶ b: 2`      | line 2, column 3 is not YAML: mapping values are not allowed here
          `a: [1¶b: 2`      | line 2, column 2 is not YAML: expected ',' or ']', but got :
          `a: "b`           | line 1, column 6 is not YAML: found unexpected end of stream
          `a:¶¶\tb: 1`      | line 3, column 1 is not YAML: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)
          `# nothing`       | the file is empty, expected settings
          `- a`             | line 1 is not a setting, expected lines such as key: value
          """)
  void saysWhereTheFileIsNotYaml(String yaml, String problem) {
    assertThat(problems(deployment().settings(yaml.replace("¶", "\n")))).containsExactly(problem);
  }

  @Test
  void wantsOneQueryPerSource() {
    var deployment =
        deployment()
            .settings(Deployment.MINIMAL)
            .write("customers.sql", "-- To do.\n/* select 1 */\n")
            .delete("attrition.sql")
            .write("attritoin.sql", "select 1");

    assertThat(problems(deployment))
        .containsExactly(
            "customers.sql is empty, expected a query: select ... from raw",
            "sources.attrition has no mapping: there is no file attrition.sql",
            "attritoin.sql belongs to no source: sources.attritoin is not declared; did you mean"
                + " attrition.sql?");
  }

  @Test
  void looksForTheFolderAndItsFile() throws IOException {
    var deployment = deployment();
    assertThat(problems(deployment)).containsExactly("there is no file linkage.yaml in conf/shop");

    deployment.settings(Deployment.MINIMAL);
    assertThat(problemsOf(Path.of("conf/shpo")))
        .containsExactly("there is no folder conf/shpo; folders beside it: shop");
    assertThat(problemsOf(Path.of("conf/shop/linkage.yaml")))
        .containsExactly(
            "conf/shop/linkage.yaml is a file, expected the folder that holds linkage.yaml");

    Files.write(
        projectRoot.resolve("conf/shop/linkage.yaml"),
        "company: Käse".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(problems(deployment)).containsExactly("linkage.yaml is not UTF-8 text");
  }

  @Test
  void wantsASecretWhereDataAreReal() {
    String missing =
        "key-variable is missing, expected the name of an environment variable that holds a secret,"
            + " which customers are named in the marts with; demo: true does without, for data that"
            + " are made up or public";
    for (String demo : new String[] {"", "demo: false"}) {
      assertThat(problems(deployment().settings(Deployment.MINIMAL.replace("demo: true", demo))))
          .containsExactly(missing);
    }
  }

  @Test
  void refusesASecretThatCanBeGuessed() {
    var deployment = deployment().settings(Deployment.MINIMAL + "key-variable: SHOP_KEY\n");

    assertThat(problems(deployment.variable("SHOP_KEY", "0123456789abcdef0123456789abcde")))
        .containsExactly(
            "key-variable (line 14) names the environment variable SHOP_KEY, which holds 31"
                + " characters, expected at least 32: openssl rand -hex 32 makes a secret");
  }

  /** Whoever mistakes the setting for the place of the secret doesn't see it repeated. */
  @Test
  void doesNotRepeatASecretThatStandsInTheFile() {
    String secret = "9f86d081884c7d659a2feaa0c55ad015";
    var deployment = deployment().settings(Deployment.MINIMAL + "key-variable: " + secret + "\n");

    assertThatThrownBy(deployment::load)
        .hasMessageContaining("the secret itself never stands in a file")
        .hasMessageNotContaining(secret);
  }

  private Deployment deployment() {
    return new Deployment(projectRoot);
  }

  private List<String> problemsOf(Path folder) {
    var failure =
        catchThrowableOfType(
            ConfigException.class,
            () -> Settings.load(folder, projectRoot, Overrides.NONE, Map.of()));
    return bullets(failure);
  }

  private static List<String> problems(Deployment deployment) {
    return bullets(catchThrowableOfType(ConfigException.class, deployment::load));
  }

  private static List<String> bullets(ConfigException failure) {
    assertThat(failure).as("the failure that was expected").isNotNull();
    return failure
        .getMessage()
        .lines()
        .filter(line -> line.startsWith("- "))
        .map(line -> line.substring(2))
        .toList();
  }
}
