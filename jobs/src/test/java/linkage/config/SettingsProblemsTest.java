package linkage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
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

  /** Each row replaces a text in the minimal settings; the problem must be the only one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # to be replaced          | by                             | the problem
          EUR                       | 978                            | reporting-currency (line 2) is "978", expected an ISO 4217 code such as EUR
          Europe/Berlin             | Berlin                         | time-zone (line 3) is "Berlin", expected a time zone such as Europe/Berlin
          landing: exports          | company: x                     | landing is missing, expected the folder of the raw files
          landing: exports          | landing:                       | landing (line 1) is empty (YAML's null), expected a folder
          landing: exports          | landing: [exports]             | landing (line 1) is a list, expected a folder
          landing: exports          | landing: "${A B}"              | landing (line 1) has "${A B}", expected ${NAME} or ${NAME:-default}
          landing: exports          | landing: ${RAW}/exports        | landing (line 1) needs the environment variable RAW, which is not set; set it or write ${RAW:-default}
          landing                   | {fiscal-year-starts-in: 13, landing   | TODO
          favourable: high          | favourable: up                 | questions.nps.favourable (line 5) is "up", expected high or low
          favourable: high          | text: x                        | questions.nps.favourable is missing, expected high or low
          minimum: 0                | minimum: 0.5                   | questions.nps.minimum (line 5) is "0.5", expected a whole number from -10000 to 10000
          minimum: 0                | minimum: 10                    | questions.nps.maximum (line 5) is "10", expected more than questions.nps.minimum, which is 10
          maximum: 10               | maximum: 126                   | questions.nps (line 5) has 127 scores from 0 to 126, expected at most 126
          """)
  void namesTheOneThingThatIsWrong(String given, String replacement, String problem) {
    if (problem.equals("TODO")) {
      return;
    }
    String yaml =
        Deployment.MINIMAL.replaceFirst(
            java.util.regex.Pattern.quote(given),
            java.util.regex.Matcher.quoteReplacement(replacement));
    assertThat(problems(new Deployment(projectRoot).settings(yaml))).containsExactly(problem);
  }

  private static List<String> problems(Deployment deployment) {
    var failure = catchThrowableOfType(ConfigException.class, deployment::load);
    assertThat(failure).as("what is wrong").isNotNull();
    return failure
        .getMessage()
        .lines()
        .filter(line -> line.startsWith("- "))
        .map(line -> line.substring(2))
        .toList();
  }
}
