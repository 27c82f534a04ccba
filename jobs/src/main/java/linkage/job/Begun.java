package linkage.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import linkage.contract.Contract;
import linkage.marts.MartRow;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What is written down of a run before it does anything, so that the next one can say what became
 * of it if it dies.
 */
record Begun(
    String runId, LocalDate asOf, Instant startedAt, String codeVersion, String configurationHash) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The ledger's record of something that isn't a whole night.
   *
   * @param asOf the day that readers are told of, or would have been
   * @param finishedAt when it ended, or null if it never said so
   * @param files rows read, accepted, found twice and put aside
   */
  Row ended(
      LocalDate asOf,
      String status,
      int exitCode,
      String message,
      Instant finishedAt,
      List<Long> files) {
    return new MartRow(Contract.mart("run_audits"))
        .set("as_of", Date.valueOf(asOf))
        .set("run_id", runId)
        .set("started_at", Timestamp.from(startedAt))
        .set("finished_at", finishedAt == null ? null : Timestamp.from(finishedAt))
        .set("status", status)
        .set("exit_code", exitCode)
        .set("code_version", codeVersion)
        .set("configuration_hash", configurationHash)
        .set("message", message)
        .set("read_count", files.get(0))
        .set("accepted_count", files.get(1))
        .set("duplicate_count", files.get(2))
        .set("quarantined_count", files.get(3))
        .set("responses_count", 0L)
        .set("unlinked_responses_count", 0L)
        .set("observations_count", 0L)
        .set("customers_count", 0L)
        .set("counts", CollectionConverters.asScala(Map.<String, Long>of()))
        .set("amounts", CollectionConverters.asScala(Map.<String, BigDecimal>of()))
        .set("stage_seconds", CollectionConverters.asScala(Map.<String, Double>of()))
        .toRow();
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(
          Map.of(
              "run_id", runId,
              "as_of", asOf.toString(),
              "started_at", startedAt.toString(),
              "code_version", codeVersion,
              "configuration_hash", configurationHash));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Begun parse(String json) {
    try {
      var tree = JSON.readTree(json);
      return new Begun(
          tree.required("run_id").asText(),
          LocalDate.parse(tree.required("as_of").asText()),
          Instant.parse(tree.required("started_at").asText()),
          tree.required("code_version").asText(),
          tree.required("configuration_hash").asText());
    } catch (JsonProcessingException | RuntimeException e) {
      throw new IllegalStateException("Cannot read what began: " + json, e);
    }
  }
}
