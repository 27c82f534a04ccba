package linkage.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import linkage.FenceException;
import linkage.storage.AtomicFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * One run at a time per warehouse: a file that names its holder.
 *
 * <p>The lock is a courtesy that saves a second run from working in vain. What protects staging and
 * the marts is that neither is changed by a run that finds them changed since it began. The lock of
 * a process that is dead on this host is taken over.
 */
public final class RunLock implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Path file;
  private final Configuration hadoop;

  private RunLock(Path file, Configuration hadoop) {
    this.file = file;
    this.hadoop = hadoop;
  }

  /**
   * Takes the lock of a warehouse.
   *
   * @throws FenceException naming the holder, if a live run holds it
   */
  public static RunLock take(String warehouse, String runId, Instant now, Configuration hadoop) {
    var lock = new RunLock(new Path(warehouse, "_lock.json"), hadoop);
    if (lock.create(runId, now)) {
      return lock;
    }
    JsonNode holder = lock.holder();
    if (isDead(holder)) {
      lock.close();
      if (lock.create(runId, now)) {
        return lock;
      }
      holder = lock.holder();
    }
    throw new FenceException(
        ("Cannot start: run %s (process %s on %s, since %s) holds the lock %s. Nothing was read or"
                + " changed. Wait for it to end; if that machine is gone, remove the file.")
            .formatted(
                holder.path("run_id").asText("unknown"),
                holder.path("pid").asText("unknown"),
                holder.path("host").asText("unknown"),
                holder.path("since").asText("unknown"),
                lock.file.toUri().getPath()));
  }

  @Override
  public void close() {
    try {
      file.getFileSystem(hadoop).delete(file, false);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove the lock " + file + ": " + e.getMessage(), e);
    }
  }

  private boolean create(String runId, Instant now) {
    try {
      ProcessHandle self = ProcessHandle.current();
      return AtomicFile.create(
          file,
          JSON.writeValueAsString(
              Map.of(
                  "run_id", runId,
                  "pid", self.pid(),
                  "process_started_at", startOf(self),
                  "host", hostName(),
                  "since", now.toString())),
          hadoop);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the lock says; a lock that was just released, or whose text was lost, says nothing. */
  private JsonNode holder() {
    try {
      return JSON.readTree(AtomicFile.read(file, hadoop).filter(t -> !t.isBlank()).orElse("{}"));
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    }
  }

  /** Whether the holder ran on this host and is no more; of another host, nobody can tell. */
  private static boolean isDead(JsonNode holder) {
    if (!hostName().equals(holder.path("host").asText())) {
      return false;
    }
    // After a restart, of a container above all, another process may go by the same number.
    return ProcessHandle.of(holder.path("pid").asLong(-1))
        .filter(ProcessHandle::isAlive)
        .filter(process -> startOf(process).equals(holder.path("process_started_at").asText()))
        .isEmpty();
  }

  private static String startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("");
  }

  /** The environment's name for this host; asking the resolver fails where it doesn't know it. */
  private static String hostName() {
    String name = System.getenv("HOSTNAME");
    return name == null || name.isBlank() ? "localhost" : name;
  }
}
