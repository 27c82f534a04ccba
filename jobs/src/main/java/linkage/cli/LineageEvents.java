package linkage.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import linkage.ConfigException;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.contract.Field;
import linkage.job.RunReport;
import linkage.job.SparkSessions;
import linkage.job.Stages;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * An event of a whole run in the OpenLineage standard, appended to a file as a line of JSON: of
 * which staged tables all marts were made, with the marts' columns.
 *
 * <p>It completes what Spark's listener tells of single queries, which doesn't see marts that are
 * made of rows held in memory. The dataset of a mart keeps its name from run to run; its version is
 * the run. A run that published nothing names its inputs only. Names of tables and columns, never
 * values.
 *
 * <p><b>References:</b> OpenLineage 2-0-2, and its naming of datasets: a file system's namespace is
 * {@code file}, or scheme and authority; a place without a scheme lies on Hadoop's default one.
 */
final class LineageEvents implements Stages.Listener {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String PRODUCER = "urn:linkage";
  private static final String SPECIFICATION = "https://openlineage.io/spec/";
  private static final String NAMESPACE = "linkage";

  private final Path file;
  private final Settings settings;

  /**
   * Appends to a file, and makes it and its folder if need be.
   *
   * @throws ConfigException if it can't be written
   */
  LineageEvents(Path file, Settings settings) {
    this.file = file;
    this.settings = settings;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      append("");
    } catch (IOException e) {
      throw new ConfigException(
          "Cannot write lineage to %s: %s. Nothing was read or changed. Correct --lineage."
              .formatted(file, e.getMessage()),
          e);
    }
  }

  @Override
  public void over(RunReport report) {
    List<Map<String, Object>> inputs = new ArrayList<>();
    for (SourceSettings source : settings.sources()) {
      inputs.add(dataset("staging/" + source.name(), Map.of()));
    }
    List<Map<String, Object>> outputs = new ArrayList<>();
    if (report.isPublished()) {
      for (String mart : Contract.marts()) {
        outputs.add(dataset("marts/" + mart, facets(Contract.mart(mart), report.runId())));
      }
    }
    Map<String, Object> event =
        Map.of(
            "eventType",
            report.exitCode() == 0 ? "COMPLETE" : "FAIL",
            "eventTime",
            report.finishedAt().toString(),
            "producer",
            PRODUCER,
            "schemaURL",
            SPECIFICATION + "2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run",
            run(report),
            "job",
            Map.of("namespace", NAMESPACE, "name", report.deployment()),
            "inputs",
            inputs,
            "outputs",
            outputs);
    try {
      append(JSON.writeValueAsString(event) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void append(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static Map<String, Object> run(RunReport report) {
    Map<String, Object> day =
        facet(
            "1-0-1/NominalTimeRunFacet", Map.of("nominalStartTime", report.asOf() + "T00:00:00Z"));
    return Map.of(
        "runId",
        UUID.nameUUIDFromBytes(report.runId().getBytes(StandardCharsets.UTF_8)).toString(),
        "facets",
        Map.of("nominalTime", day));
  }

  private Map<String, Object> dataset(String name, Map<String, Object> facets) {
    Configuration hadoop = SparkSessions.hadoop();
    URI warehouse =
        new org.apache.hadoop.fs.Path(settings.warehouse())
            .makeQualified(FileSystem.getDefaultUri(hadoop), new org.apache.hadoop.fs.Path("/"))
            .toUri();
    boolean isLocal = warehouse.getScheme().equals("file");
    return Map.of(
        "namespace",
        isLocal ? "file" : warehouse.getScheme() + "://" + warehouse.getAuthority(),
        "name",
        warehouse.getPath() + "/" + name,
        "facets",
        facets);
  }

  private static Map<String, Object> facets(Contract mart, String runId) {
    List<Map<String, Object>> fields = new ArrayList<>();
    for (Field field : mart.fields()) {
      fields.add(
          Map.of(
              "name", field.name(),
              "type", field.type().simpleString(),
              "description", field.description()));
    }
    return Map.of(
        "schema", facet("1-1-1/SchemaDatasetFacet", Map.of("fields", fields)),
        "version", facet("1-0-1/DatasetVersionDatasetFacet", Map.of("datasetVersion", runId)));
  }

  private static Map<String, Object> facet(String kind, Map<String, Object> content) {
    String name = kind.substring(kind.indexOf('/') + 1);
    Map<String, Object> facet = new LinkedHashMap<>(content);
    facet.put("_producer", PRODUCER);
    facet.put("_schemaURL", "%sfacets/%s.json#/$defs/%s".formatted(SPECIFICATION, kind, name));
    return facet;
  }
}
