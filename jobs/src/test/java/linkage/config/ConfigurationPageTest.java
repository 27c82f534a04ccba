package linkage.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds conf/README.md to what the loader does. */
class ConfigurationPageTest {
  private static final Pattern KEY_ROW = Pattern.compile("(?m)^\\| (?:\\*\\*)?`([a-z-]+)`");
  private static final Pattern EXAMPLE_FILE =
      Pattern.compile(
          "`conf/shop/([a-z_.]+)`[^\\n]*\\n+```(?:yaml|sql)\\n(.*?)```", Pattern.DOTALL);

  @TempDir Path projectRoot;

  @Test
  void documentsEveryKeyAndNoOther() throws IOException {
    assertThat(keys("linkage.yaml")).isEqualTo(KnownKeys.TOP);
    assertThat(keys("A question")).isEqualTo(KnownKeys.QUESTION);
    assertThat(keys("A metric")).isEqualTo(KnownKeys.METRIC);
    assertThat(keys("A source")).isEqualTo(KnownKeys.SOURCE);
    assertThat(keys("A database")).isEqualTo(KnownKeys.JDBC);
    assertThat(keys("A lookup")).isEqualTo(KnownKeys.LOOKUP);
    assertThat(keys("Gates")).isEqualTo(KnownKeys.GATES);
  }

  @Test
  void givesAnExampleThatLoads() throws IOException {
    Path folder = Files.createDirectories(projectRoot.resolve("conf/shop"));
    Matcher example = EXAMPLE_FILE.matcher(page());
    List<String> files = new ArrayList<>();
    while (example.find()) {
      Files.writeString(folder.resolve(example.group(1)), example.group(2));
      files.add(example.group(1));
    }

    assertThat(files)
        .containsExactly(
            "linkage.yaml", "customers.sql", "survey_responses.sql", "transactions.sql");
    var settings =
        Settings.load(
            Path.of("conf/shop"),
            projectRoot,
            Overrides.NONE,
            Map.of("SHOP_KEY", "0123456789abcdef0123456789abcdef"));
    assertThat(settings.warnings()).isEmpty();
    assertThat(settings.metrics()).extracting(MetricSettings::id).containsExactly("nps", "csat");
  }

  /** The defaults that the page promises, where a group needs to be given to see them. */
  @ParameterizedTest
  @CsvSource({"snapshot, 1", "changes, 0"})
  void promisesTheRowsThatADeliveryNeeds(String delivery, long rows) {
    Settings settings =
        new Deployment(projectRoot)
            .settings(
                Deployment.MINIMAL.replace(
                    "[\"customers.csv\"],", "[\"customers.csv\"], delivery: " + delivery + ","))
            .load();

    assertThat(settings.source("customers").orElseThrow().gates().minimumRows()).isEqualTo(rows);
  }

  private static List<String> keys(String heading) throws IOException {
    String section = page().split("\n### " + Pattern.quote(heading) + "\n")[1].split("\n##")[0];
    return KEY_ROW.matcher(section).results().map(row -> row.group(1)).toList();
  }

  private static String page() throws IOException {
    return Files.readString(
        Path.of(System.getProperty("linkage.home", "")).resolve("conf/README.md"));
  }
}
