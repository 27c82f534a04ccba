package linkage.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import linkage.FenceException;
import linkage.storage.AtomicFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The published marts: immutable generations, and one pointer that names the current one.
 *
 * <p>A reader resolves the pointer once and reads that generation's files, so it never sees a
 * missing, torn or mixed set. Generations are kept for a number of runs and at least some hours, so
 * that a slow reader isn't cut off.
 */
public final class Generations {
  private final Path root;
  private final Configuration hadoop;

  /** The marts under {@code <warehouse>/marts}. */
  public Generations(String warehouse, Configuration hadoop) {
    this.root = new Path(warehouse, "marts");
    this.hadoop = hadoop;
  }

  /** The published generation, or nothing before the first night. */
  public Optional<Pointer> current() {
    return AtomicFile.read(pointerFile(), hadoop).map(Pointer::parse);
  }

  /** The folder that the pointer and the generations live in, for messages. */
  public String root() {
    return root.toString();
  }

  /** Whether they lie on a local disk. */
  public boolean isLocal() {
    return "file".equals(files().getScheme());
  }

  /** The folder of one run's generation; one folder per mart below it. */
  public Path folder(String runId) {
    return new Path(root, "generations/" + runId);
  }

  /** The folder of one mart in one run's generation. */
  public Path folder(String runId, String mart) {
    return new Path(folder(runId), mart);
  }

  /**
   * Moves the pointer to the run's generation.
   *
   * @param before the pointer as it was when the run began
   * @throws FenceException if the pointer moved since: another run published, and this one's marts
   *     would be a step back
   */
  public Pointer publish(String runId, LocalDate asOf, Instant now, Optional<Pointer> before) {
    Optional<Pointer> found = current();
    if (!found.map(Pointer::runId).equals(before.map(Pointer::runId))) {
      throw new FenceException(
          ("Cannot publish run %s: the marts now come from run %s, expected %s as when this run"
                  + " began. The published marts are unchanged. Run again.")
              .formatted(
                  runId,
                  found.map(Pointer::runId).orElse("none"),
                  before.map(Pointer::runId).orElse("none")));
    }
    var pointer = new Pointer(runId, asOf, now);
    AtomicFile.replace(pointerFile(), pointer.toJson(), hadoop);
    moveSymlink(runId);
    return pointer;
  }

  /** Removes the generation of a run that didn't publish. */
  public void discard(String runId) {
    try {
      files().delete(folder(runId), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Removes old generations: those that are neither current, nor among the newest {@code
   * keepNewest}, nor younger than {@code keepFor}.
   */
  public void removeOld(int keepNewest, Duration keepFor, Instant now) {
    try {
      FileSystem files = files();
      var folder = new Path(root, "generations");
      if (!files.exists(folder)) {
        return;
      }
      String currentRun = current().map(Pointer::runId).orElse("");
      List<FileStatus> newestFirst =
          Arrays.stream(files.listStatus(folder))
              .sorted(Comparator.comparing((FileStatus f) -> f.getPath().getName()).reversed())
              .toList();
      for (FileStatus old : newestFirst.stream().skip(keepNewest).toList()) {
        boolean isCurrent = old.getPath().getName().equals(currentRun);
        boolean isYoung =
            Instant.ofEpochMilli(old.getModificationTime()).isAfter(now.minus(keepFor));
        if (!isCurrent && !isYoung) {
          files.delete(old.getPath(), true);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file system that they lie on. */
  FileSystem files() {
    try {
      return root.getFileSystem(hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path pointerFile() {
    return new Path(root, "_current.json");
  }

  /** The symlink is a convenience for people on a local disk; programs read the pointer. */
  private void moveSymlink(String runId) {
    try {
      if (!isLocal()) {
        return;
      }
      var local = java.nio.file.Path.of(root.toUri().getPath());
      var temporary = local.resolve(".current." + UUID.randomUUID());
      Files.createSymbolicLink(temporary, java.nio.file.Path.of("generations", runId));
      Files.move(temporary, local.resolve("current"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | UnsupportedOperationException e) {
      // A file system without symlinks loses only the convenience.
      return;
    }
  }
}
