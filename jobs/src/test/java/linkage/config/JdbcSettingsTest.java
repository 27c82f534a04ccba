package linkage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linkage.ConfigException;
import linkage.config.JdbcSettings.Watermark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcSettingsTest {
  private static final String URL = "url: 'jdbc:postgresql://crm.example/crm?ssl=true'";

  @TempDir Path projectRoot;

  @Test
  void readsEveryKeyAndLandsParquetByItsDay() {
    SourceSettings source =
        source(
            URL
                + ", query: 'select 1;', user-variable: CRM_USER, password-variable: CRM_PASSWORD,"
                + " watermark: changed_at, overlap-minutes: 5");

    assertThat(source.jdbc())
        .contains(
            new JdbcSettings(
                "jdbc:postgresql://crm.example/crm?ssl=true",
                "(select 1\n)",
                Optional.of("CRM_USER"),
                Optional.of("CRM_PASSWORD"),
                Optional.of(new Watermark("changed_at", 5))));
    assertThat(source.raw().globs()).containsExactly("jdbc/customers/*.parquet");
    assertThat(source.raw().format()).isEqualTo(FileFormat.PARQUET);
    assertThat(source.order()).isEqualTo(RowOrder.FILE_DATE);
    assertThat(source.delivery()).isEqualTo(Delivery.CHANGES);
  }

  @Test
  void pullsAllRowsUnlessThereIsAWatermark() {
    SourceSettings source = source(URL + ", table: crm.customers");

    assertThat(source.jdbc().orElseThrow().watermark()).isEmpty();
    assertThat(source.jdbc().orElseThrow().relation()).isEqualTo("crm.customers");
    assertThat(source.delivery()).isEqualTo(Delivery.SNAPSHOT);
    assertThat(source(URL + ", table: t, watermark: at").jdbc().orElseThrow().watermark())
        .contains(new Watermark("at", 60));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://ada:hunter2@crm.example/crm",
        "jdbc:postgresql://crm.example/crm?ssl=true&user=ada&password=hunter2",
        "jdbc:postgresql://crm.example/crm?PASSWORD=hunter2",
        "jdbc:sqlserver://crm.example;databaseName=crm;pwd=hunter2",
        "jdbc:oracle:thin:ada/hunter2@//crm.example:1521/crm",
        "jdbc:postgresql://crm.example/crm?password=${DB_PASSWORD}",
      })
  void refusesSecretsInTheUrlWithoutRepeatingThem(String url) {
    assertThat(problems("url: '%s', table: t".formatted(url)))
        .containsExactly(
            "sources.customers.jdbc.url (line 9) holds a user, a password or a key; remove it, and"
                + " name the environment variables that hold user and password in"
                + " sources.customers.jdbc.user-variable and"
                + " sources.customers.jdbc.password-variable");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:oracle:thin:@//crm.example:1521/crm",
        "jdbc:postgresql://crm.example:5432,other.example:5432/crm?loginTimeout=5&ssl=true",
        "jdbc:sqlserver://crm.example;databaseName=crm;encrypt=true",
        "jdbc:mysql://crm.example/crm?useUnicode=true",
      })
  void letsOtherUrlsPass(String url) {
    assertThat(source("url: '%s', table: t".formatted(url)).jdbc().orElseThrow().url())
        .isEqualTo(url);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = PROBLEMS)
  void namesTheOneThingThatIsWrong(String jdbc, String problem) {
    assertThat(problems(jdbc.replace("URL", URL)))
        .containsExactly("sources.customers.jdbc" + problem);
  }

  private static final String PROBLEMS =
      """
      table: t                                       | .url is missing, expected a URL such as jdbc:postgresql://host/database
      url: postgresql, table: t                      | .url (line 9) doesn't begin with jdbc:, expected a URL such as jdbc:postgresql://host/database
      URL                                            | ` (line 9) has neither table nor query, expected one of table and query`
      URL, table: t, query: q                        | ` (line 9) has both table and query, expected one of table and query`
      URL, table: t; drop                            | .table (line 9) is "t; drop", expected the name of a table such as crm.customers; other names go into a query
      URL, table: t, password-variable: hunter2      | .password-variable (line 9) is no such name, expected the name of an environment variable in capitals, such as CRM_PASSWORD
      URL, table: t, overlap-minutes: 5              | .overlap-minutes (line 9) has no meaning without sources.customers.jdbc.watermark; remove it
      URL, table: t, watermark: at, overlap-minutes: -1 | .overlap-minutes (line 9) is "-1", expected a whole number from 0 to 10080
      """;

  @Test
  void refusesTheKeysOfFiles() {
    assertThat(problems(URL + ", table: t}, format: csv, gates: {"))
        .containsExactly(
            "sources.customers.format (line 9) has no meaning beside sources.customers.jdbc, where"
                + " each pull is landed as a Parquet file; remove it");
  }

  private SourceSettings source(String jdbc) {
    return deployment(jdbc).load().source("customers").orElseThrow();
  }

  private List<String> problems(String jdbc) {
    String message =
        catchThrowableOfType(ConfigException.class, () -> deployment(jdbc).load()).getMessage();
    assertThat(message).doesNotContain("hunter2");
    return message
        .lines()
        .filter(line -> line.startsWith("- "))
        .map(line -> line.substring(2))
        .toList();
  }

  private Deployment deployment(String jdbc) {
    return new Deployment(projectRoot)
        .settings(
            """
            landing: exports
            demo: true
            reporting-currency: EUR
            time-zone: UTC
            # Lines are counted
            # in the messages,
            # so here are some.
            sources:
              customers: {jdbc: {%s}}
            """
                .formatted(jdbc))
        .variable("DB_PASSWORD", "hunter2")
        .delete("survey_responses.sql")
        .delete("transactions.sql")
        .delete("attrition.sql");
  }
}
