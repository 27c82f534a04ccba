package linkage.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import linkage.ConfigException;
import linkage.LinkageException;
import linkage.job.RunReport;
import linkage.job.Stages;

/**
 * A line of JSON per stage and one per run, appended to a file, for programs that collect logs.
 *
 * <p>Each line has {@code time} (UTC, when it was written), {@code process} (its number; runs that
 * append to one file are told apart by it until {@code run_id} is known) and {@code event}: {@code
 * stage} with stage, seconds and note, {@code stage_failed} with stage, seconds and error, or
 * {@code run} with what {@link RunReport} holds.
 */
final class StageLog implements Stages.Listener, AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Writer file;
  private final Clock clock;

  /**
   * Appends to a file, and makes it and its folder if need be.
   *
   * @throws ConfigException if it can't be written
   */
  StageLog(Path path, Clock clock) {
    this.clock = clock;
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      this.file =
          Files.newBufferedWriter(
              path, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new ConfigException(
          "Cannot write the stage log to %s: %s. Nothing was read or changed. Correct --stage-log."
              .formatted(path, e.getMessage()),
          e);
    }
  }

  @Override
  public void ended(String stage, Duration time, String note) {
    write("stage", Map.of("stage", stage, "seconds", seconds(time), "note", note));
  }

  @Override
  public void failed(String stage, Duration time, Throwable failure) {
    write(
        "stage_failed",
        Map.of("stage", stage, "seconds", seconds(time), "error", LinkageException.told(failure)));
  }

  @Override
  public void over(RunReport report) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("deployment", report.deployment());
    values.put("run_id", report.runId());
    values.put("as_of", report.asOf().toString());
    values.put("status", report.status());
    values.put("exit_code", report.exitCode());
    values.put("message", report.message());
    values.put("seconds", seconds(Duration.between(report.startedAt(), report.finishedAt())));
    values.put("records", report.records());
    values.put("counts", report.counts());
    values.put("amounts", report.amounts());
    write("run", values);
  }

  @Override
  public synchronized void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A line is written at once: a reader sees whole lines, also of a run that is killed. */
  private synchronized void write(String event, Map<String, ?> values) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", clock.instant().toString());
    line.put("process", ProcessHandle.current().pid());
    line.put("event", event);
    line.putAll(values);
    try {
      file.write(JSON.writeValueAsString(line) + "\n");
      file.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }
}
