package linkage.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.time.Duration;
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
 * the marts is that neither is changed by a run that finds them changed since it began.
 *
 * <p>The lock of a process that is dead on this host is taken over, by one run only: nobody removes
 * a dead run's lock but who holds the lock's own lock beside it, {@code _lock.json.takeover}, and
 * has read the dead run's name again since. That one, too, is taken over if its process is dead. So
 * whoever comes too late finds the lock of a live run, and leaves it. This is as certain as that
 * only one of several runs can create a file, which holds on a local disk and on HDFS; an object
 * store may let two of them through that come within the time of one request ({@link
 * AtomicFile#create}).
 */
public final class RunLock implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The kernel's name of this host: the same under cron, systemd and a shell. */
  private static final java.nio.file.Path HOST = java.nio.file.Path.of("/proc/sys/kernel/hostname");

  /** A clock that is set moves the start of every process, which is reckoned from the boot. */
  private static final Duration SAME_START = Duration.ofSeconds(10);

  private final Path file;
  private final String runId;
  private final String host;
  private final Configuration hadoop;

  private RunLock(Path file, String runId, String host, Configuration hadoop) {
    this.file = file;
    this.runId = runId;
    this.host = host;
    this.hadoop = hadoop;
  }

  /**
   * Takes the lock of a warehouse.
   *
   * @throws FenceException naming the holder, if a live run holds it
   */
  public static RunLock take(String warehouse, String runId, Instant now, Configuration hadoop) {
    return take(warehouse, runId, now, hostName(), hadoop);
  }

  /** The same on a host of a name; an empty one is no name, and that of no host. */
  static RunLock take(
      String warehouse, String runId, Instant now, String host, Configuration hadoop) {
    var lock = new RunLock(new Path(warehouse, "_lock.json"), runId, host, hadoop);
    lock.take(now);
    return lock;
  }

  private void take(Instant now) {
    if (create(now)) {
      return;
    }
    JsonNode holder = holder();
    if (isDead(holder)) {
      remove(holder, now);
      if (create(now)) {
        return;
      }
      holder = holder();
    }
    throw new FenceException(
        ("Cannot start: run %s (process %s on %s, since %s) holds the lock %s. Nothing was read or"
                + " changed. Wait for it to end; if that machine is gone, remove the file.")
            .formatted(
                holder.path("run_id").asText("unknown"),
                holder.path("pid").asText("unknown"),
                holder.path("host").asText("unknown"),
                holder.path("since").asText("unknown"),
                file.toUri().getPath()));
  }

  /** Removes the lock of a dead run, unless another run has done so, and may hold it by now. */
  private void remove(JsonNode dead, Instant now) {
    var takeover = new RunLock(file.suffix(".takeover"), runId, host, hadoop);
    takeover.take(now);
    try (takeover) {
      if (holder().equals(dead)) {
        delete();
      }
    }
  }

  /**
   * Makes sure that the lock is still this run's.
   *
   * @throws FenceException if another run has taken it, or somebody has removed it
   */
  public void checkHeld() {
    if (!isHeld()) {
      throw new FenceException(
          ("Cannot go on with run %s: the lock %s is now that of run %s. Wait for that one to end,"
                  + " and run again.")
              .formatted(runId, file.toUri().getPath(), holder().path("run_id").asText("nobody")));
    }
  }

  /** Gives the lock back; one that another run has taken meanwhile is left to it. */
  @Override
  public void close() {
    if (isHeld()) {
      delete();
    }
  }

  private boolean isHeld() {
    return runId.equals(holder().path("run_id").asText());
  }

  private void delete() {
    try {
      file.getFileSystem(hadoop).delete(file, false);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove the lock " + file + ": " + e.getMessage(), e);
    }
  }

  private boolean create(Instant now) {
    try {
      ProcessHandle self = ProcessHandle.current();
      return AtomicFile.create(
          file,
          JSON.writeValueAsString(
              Map.of(
                  "run_id", runId,
                  "pid", self.pid(),
                  "process_started_at", startOf(self),
                  "host", host,
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
  private boolean isDead(JsonNode holder) {
    if (host.isEmpty() || !host.equals(holder.path("host").asText())) {
      return false;
    }
    // After a restart, of a container above all, another process may go by the same number.
    return ProcessHandle.of(holder.path("pid").asLong(-1))
        .filter(ProcessHandle::isAlive)
        .filter(process -> isSameStart(startOf(process), holder.path("process_started_at")))
        .isEmpty();
  }

  /** Whether they may be the same; a start that isn't known may be any. */
  private static boolean isSameStart(String one, JsonNode other) {
    String another = other.asText();
    return one.isEmpty()
        || another.isEmpty()
        || Duration.between(Instant.parse(one), Instant.parse(another)).abs().compareTo(SAME_START)
            <= 0;
  }

  private static String startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("");
  }

  /** This host's name, or nothing if nobody knows it or it is every host's. */
  private static String hostName() {
    try {
      String name =
          Files.isReadable(HOST)
              ? Files.readString(HOST).strip()
              : InetAddress.getLocalHost().getHostName();
      return name.startsWith("localhost") ? "" : name;
    } catch (IOException e) {
      return "";
    }
  }
}
