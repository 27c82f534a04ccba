package linkage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EverySqlFileTest {
  private static final Path JOBS = Path.of(System.getProperty("linkage.home", "")).resolve("jobs");
  private static final Path SQL = JOBS.resolve("src/main/sql");

  @ParameterizedTest
  @MethodSource("names")
  void beginsWithItsGrain(String name) {
    assertThat(SqlModel.text(name)).startsWith("-- Grain: one row per ");
  }

  @ParameterizedTest
  @MethodSource("names")
  void readsNoClockAndDrawsNoLots(String name) {
    assertThat(SqlModel.text(name).toLowerCase(java.util.Locale.ROOT))
        .doesNotContainPattern(
            "\\b(current_date|current_timestamp|now|curdate|unix_timestamp|rand|randn|uuid"
                + "|monotonically_increasing_id)\\b");
  }

  @ParameterizedTest
  @MethodSource("names")
  void isUsed(String name) throws IOException {
    assertThat(javaFiles()).anyMatch(text -> text.contains("\"" + name + "\""));
  }

  @Test
  void areThere() throws IOException {
    assertThat(names()).contains("marts/reconciliation", "marts/verdict_history");
  }

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.walk(SQL)) {
      return files
          .filter(file -> file.toString().endsWith(".sql"))
          .map(file -> SQL.relativize(file).toString().replace(".sql", "").replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  private static List<String> javaFiles() throws IOException {
    try (Stream<Path> files = Files.walk(JOBS.resolve("src/main/java"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(EverySqlFileTest::text)
          .toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
