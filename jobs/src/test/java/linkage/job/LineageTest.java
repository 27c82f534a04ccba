package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linkage.ConfigException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the profile {@code lineage}, on the real listener; without it, what is said of that. */
class LineageTest {
  private static final String EMAIL = "ada@example.org";

  @TempDir Path folder;

  @Test
  void saysThatTheLibraryIsMissing() {
    assumeTrue(!hasListener(), "the profile lineage brings the library");
    Path file = folder.resolve("lineage.jsonl");
    assertThatThrownBy(() -> SparkSessions.start(Optional.of("local[1]"), Optional.of(file)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            ("Cannot write lineage to %s: the library openlineage-spark isn't on the class path."
                    + " Nothing was read or changed. Name its jar in LINKAGE_CLASSPATH, as"
                    + " conf/README.md says, or leave out --lineage.")
                .formatted(file));
  }

  @Test
  void tellsWhatWasReadAndWrittenButNoValue() throws IOException, InterruptedException {
    assumeTrue(hasListener(), "only the profile lineage brings the library");
    List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.add("@" + Path.of(System.getProperty("linkage.home"), "conf/java.options"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Program.class.getName(), folder.toString()));
    File log = folder.resolve("log").toFile();
    int exitCode =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start().waitFor();
    assertThat(exitCode).as(Files.readString(log.toPath())).isZero();

    Path file = folder.resolve("lineage.jsonl");
    assertThat(Files.readString(file)).contains("email").doesNotContain(EMAIL);
    List<JsonNode> completed = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode event = new ObjectMapper().readTree(line);
      if (event.get("eventType").asText().equals("COMPLETE") && !event.get("inputs").isEmpty()) {
        completed.add(event);
      }
    }
    assertThat(completed)
        .anySatisfy(
            event -> {
              assertThat(event.at("/inputs/0/name").asText()).endsWith("/people");
              assertThat(event.at("/outputs/0/name").asText()).endsWith("/chosen");
              assertThat(event.at("/outputs/0/facets/columnLineage/fields").has("email")).isTrue();
            });
  }

  /** A process of its own, since a listener must be there before its session. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      String folder = arguments[0];
      SparkSession spark =
          SparkSessions.start(
              Optional.of("local[1]"), Optional.of(Path.of(folder, "lineage.jsonl")));
      spark
          .range(3)
          .selectExpr("id", "'%s' as email".formatted(EMAIL))
          .write()
          .format("delta")
          .save(folder + "/people");
      Dataset<Row> people = spark.read().format("delta").load(folder + "/people");
      people
          .where("email = '%s'".formatted(EMAIL))
          .select("email")
          .write()
          .parquet(folder + "/chosen");
      spark.stop();
    }
  }

  private static boolean hasListener() {
    try {
      Class.forName("io.openlineage.spark.agent.OpenLineageSparkListener");
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
