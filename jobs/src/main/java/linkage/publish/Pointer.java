package linkage.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;

/**
 * What {@code marts/_current.json} says: the generation that readers should read.
 *
 * @param runId the run that wrote the generation; its folder is {@code generations/<runId>}
 * @param asOf the business day the marts speak of
 * @param publishedAt when the pointer was moved
 * @param movedBy the run that moved the pointer: the one that wrote the generation, or a rollback
 */
public record Pointer(String runId, LocalDate asOf, Instant publishedAt, String movedBy) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The pointer to a run's own generation. */
  public Pointer(String runId, LocalDate asOf, Instant publishedAt) {
    this(runId, asOf, publishedAt, runId);
  }

  /** The pointer as one JSON object. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(
          Map.of(
              "run_id",
              runId,
              "generation",
              "generations/" + runId,
              "as_of",
              asOf.toString(),
              "published_at",
              publishedAt.toString(),
              "moved_by",
              movedBy));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Pointer parse(String json) {
    try {
      var tree = JSON.readTree(json);
      String runId = tree.required("run_id").asText();
      return new Pointer(
          runId,
          LocalDate.parse(tree.required("as_of").asText()),
          Instant.parse(tree.required("published_at").asText()),
          tree.path("moved_by").asText(runId));
    } catch (JsonProcessingException | RuntimeException e) {
      throw new IllegalStateException("Cannot read the pointer of the marts: " + json, e);
    }
  }
}
