package linkage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linkage.ConfigException;
import linkage.GateException;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.job.RunReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs are told of a run. */
class WatchersTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Instant NIGHT = Instant.parse("2026-01-31T02:00:00Z");

  @TempDir private Path folder;

  @Test
  void theStageLogHasALineOfJsonPerStageAndRunAndGoesOnWhereItStood() throws IOException {
    Path file = folder.resolve("logs/stages.jsonl");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"event\":\"earlier\"}\n");

    try (var log = new StageLog(file, Clock.fixed(NIGHT, ZoneOffset.UTC))) {
      log.started("Linking");
      log.ended("Linking", Duration.ofMillis(1234), "2 \"responses\"\nand more");
      log.failed("Counting", Duration.ofMillis(5), new GateException("too many bad rows"));
      log.failed("Counting", Duration.ofMillis(5), new IllegalStateException("row of Ms Doe"));
      log.over(report("failed", 1, NIGHT.plusSeconds(90)));
    }

    var lines = Files.readAllLines(file);
    assertThat(lines).hasSize(5).first().isEqualTo("{\"event\":\"earlier\"}");
    JsonNode stage = JSON.readTree(lines.get(1));
    assertThat(stage.path("time").asText()).isEqualTo("2026-01-31T02:00:00Z");
    assertThat(stage.path("process").asLong()).isEqualTo(ProcessHandle.current().pid());
    assertThat(stage.path("event").asText()).isEqualTo("stage");
    assertThat(stage.path("stage").asText()).isEqualTo("Linking");
    assertThat(stage.path("seconds").asDouble()).isEqualTo(1.234);
    assertThat(stage.path("note").asText()).isEqualTo("2 \"responses\"\nand more");
    JsonNode failed = JSON.readTree(lines.get(2));
    assertThat(failed.path("event").asText()).isEqualTo("stage_failed");
    assertThat(failed.path("error").asText()).isEqualTo("too many bad rows");
    // What nobody foresaw may quote a row.
    assertThat(JSON.readTree(lines.get(3)).path("error").asText())
        .isEqualTo("IllegalStateException; the log has the details");
    JsonNode run = JSON.readTree(lines.get(4));
    assertThat(run.path("event").asText()).isEqualTo("run");
    assertThat(run.path("status").asText()).isEqualTo("failed");
    assertThat(run.path("seconds").asDouble()).isEqualTo(90);
    assertThat(run.path("records").path("read").asLong()).isEqualTo(7);
    assertThat(run.path("amounts").path("attributed_EUR").decimalValue())
        .isEqualByComparingTo("12.34");
  }

  @Test
  void theMetricsAreThoseOfTheLastRunAndSayWhenMartsWereLastPublished() throws IOException {
    Path file = folder.resolve("metrics/linkage.prom");
    var metrics = new MetricsFile(file);

    metrics.over(report("published", 0, NIGHT.plusSeconds(90)));
    assertThat(Files.readString(file))
        .contains("# TYPE linkage_run_published gauge")
        .contains("linkage_run_published{deployment=\"shop\"} 1.0")
        .contains("linkage_run_seconds{deployment=\"shop\"} 90.0")
        .contains("linkage_stage_seconds{deployment=\"shop\",stage=\"Linking\"} 1.5")
        .contains("linkage_records{deployment=\"shop\",outcome=\"read\"} 7.0")
        .contains("linkage_count{deployment=\"shop\",name=\"customers\"} 3.0");
    double published = lastPublished(file);
    assertThat(published).isEqualTo(NIGHT.plusSeconds(90).getEpochSecond());

    metrics.over(report("stopped_by_gate", 3, NIGHT.plusSeconds(86_400)));
    assertThat(Files.readString(file))
        .contains("linkage_run_published{deployment=\"shop\"} 0.0")
        .contains("linkage_run_exit_code{deployment=\"shop\"} 3.0");
    assertThat(lastPublished(file)).isEqualTo(published);

    metrics.over(report("published", 0, NIGHT.plusSeconds(172_800)));
    assertThat(lastPublished(file)).isEqualTo(NIGHT.plusSeconds(172_800).getEpochSecond());
  }

  @Test
  void martsThatWereNeverPublishedHaveNoTime() throws IOException {
    Path file = folder.resolve("linkage.prom");

    new MetricsFile(file).over(report("failed", 1, NIGHT.plusSeconds(1)));

    assertThat(Files.readString(file)).doesNotContain("last_published");
  }

  @Test
  void theLineageOfARunNamesEveryMartWithItsColumnsAndEveryTableItWasMadeOf() throws Exception {
    Path file = folder.resolve("logs/lineage.jsonl");
    Settings demo =
        Settings.load(
            Path.of(System.getProperty("linkage.home"), "conf/demo"),
            new Overrides(Optional.empty(), Optional.of("s3a://shop/warehouse")));
    var lineage = new LineageEvents(file, demo);

    lineage.over(report("published", 0, NIGHT.plusSeconds(90)));
    lineage.over(report("failed", 1, NIGHT.plusSeconds(90)));

    var lines = Files.readAllLines(file);
    JsonNode event = JSON.readTree(lines.get(0));
    assertThat(event.path("eventType").asText()).isEqualTo("COMPLETE");
    assertThat(event.path("eventTime").asText()).isEqualTo("2026-01-31T02:01:30Z");
    assertThat(event.at("/job/name").asText()).isEqualTo("shop");
    assertThat(names(event.path("inputs")))
        .hasSize(7)
        .contains("s3a://shop /warehouse/staging/survey_responses");
    assertThat(names(event.path("outputs")))
        .containsExactlyElementsOf(
            Contract.marts().stream().map("s3a://shop /warehouse/marts/"::concat).toList());
    JsonNode best = event.path("outputs").get(Contract.marts().indexOf("best_metrics"));
    assertThat(best.at("/facets/version/datasetVersion").asText())
        .isEqualTo("20260131T020000.000Z-1");
    assertThat(best.at("/facets/schema/fields").findValuesAsText("name"))
        .isEqualTo(Contract.mart("best_metrics").names());
    JsonNode failed = JSON.readTree(lines.get(1));
    assertThat(failed.path("eventType").asText()).isEqualTo("FAIL");
    assertThat(failed.path("outputs")).isEmpty();
    assertThat(failed.at("/run/runId")).isEqualTo(event.at("/run/runId"));
    checkByLibrary(lines);
  }

  /** The standard's own reader, which the profile {@code lineage} brings. */
  private static void checkByLibrary(List<String> lines) throws ReflectiveOperationException {
    Class<?> library;
    try {
      library = Class.forName("io.openlineage.client.OpenLineageClientUtils");
    } catch (ClassNotFoundException e) {
      return;
    }
    for (String line : lines) {
      Object read = library.getMethod("runEventFromJson", String.class).invoke(null, line);
      assertThat(read).hasNoNullFieldsOrProperties();
    }
  }

  private static List<String> names(JsonNode datasets) {
    List<String> names = new ArrayList<>();
    for (JsonNode dataset : datasets) {
      names.add(dataset.path("namespace").asText() + " " + dataset.path("name").asText());
    }
    return names;
  }

  /** Found out after the marts were published, it would be too late. */
  @Test
  void whereNothingCanBeWrittenNoRunBegins() throws IOException {
    Path file = Files.writeString(folder.resolve("disk"), "no folder");
    for (Path path : new Path[] {file.resolve("linkage.prom"), folder}) {
      assertThatThrownBy(() -> new MetricsFile(path))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("Cannot write the metrics to %s: ".formatted(path))
          .hasMessageEndingWith(". Nothing was read or changed. Correct --metrics.");
      assertThatThrownBy(() -> new StageLog(path, Clock.systemUTC()))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("Cannot write the stage log to %s: ".formatted(path));
      assertThatThrownBy(() -> new LineageEvents(path, null))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("Cannot write lineage to %s: ".formatted(path))
          .hasMessageEndingWith(". Nothing was read or changed. Correct --lineage.");
    }
    assertThat(folder).isDirectoryNotContaining("glob:**.metrics");
  }

  private static double lastPublished(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("linkage_last_published_timestamp_seconds{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf('}') + 2)))
        .findFirst()
        .orElseThrow();
  }

  private static RunReport report(String status, int exitCode, Instant finishedAt) {
    return new RunReport(
        "shop",
        "20260131T020000.000Z-1",
        LocalDate.of(2026, 1, 30),
        NIGHT,
        finishedAt,
        status,
        exitCode,
        exitCode == 0 ? null : "what went wrong",
        Map.of("read", 7L, "accepted", 6L, "duplicate", 1L, "quarantined", 0L),
        Map.of("customers", 3L),
        Map.of("attributed_EUR", new BigDecimal("12.34")),
        Map.of("Linking", 1.5));
  }
}
