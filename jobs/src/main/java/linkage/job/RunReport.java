package linkage.job;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;

/**
 * How a run ended, for those who watch it.
 *
 * @param deployment the configuration's name
 * @param status as in the mart {@code run_audits}
 * @param exitCode the process's
 * @param message what went wrong; null if nothing did
 * @param records records by what became of them: read, accepted, duplicate, quarantined
 * @param counts what else was counted, by name
 * @param amounts control totals by line and currency
 * @param stageSeconds seconds by stage
 */
public record RunReport(
    String deployment,
    String runId,
    LocalDate asOf,
    Instant startedAt,
    Instant finishedAt,
    String status,
    int exitCode,
    String message,
    Map<String, Long> records,
    Map<String, Long> counts,
    Map<String, BigDecimal> amounts,
    Map<String, Double> stageSeconds) {

  /** Whether the marts are now this run's. */
  public boolean isPublished() {
    return status.equals("published");
  }
}
