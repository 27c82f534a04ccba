package linkage.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import linkage.FenceException;
import linkage.storage.AtomicFile;
import org.apache.hadoop.conf.Configuration;
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
  /** What the names of runs end with that fill in past days. */
  public static final String BACKFILLED = "-backfill";

  /** A mart that every generation has; without it, a generation is being removed. */
  private static final String FIRST_REMOVED = "run_audits";

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

  /** Whether a run's generation is there, and no part of it has been removed. */
  public boolean has(String runId) {
    try {
      return files().exists(folder(runId, FIRST_REMOVED));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The runs whose marts are kept, newest first: the published one, and any other whose generation
   * is whole and that is over. What a run is still writing, or left when it died, isn't among them.
   */
  public List<String> kept() {
    try {
      String published = current().map(Pointer::runId).orElse("");
      List<String> kept = new ArrayList<>();
      for (String run : names()) {
        // A run that has something left to do has a folder there.
        boolean isOver = !files().exists(new Path(root.getParent(), "work/" + run));
        if (has(run) && (isOver || run.equals(published))) {
          kept.add(run);
        }
      }
      kept.sort(Comparator.reverseOrder());
      return kept;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the marts: " + e.getMessage(), e);
    }
  }

  /** What the folders of generations are called, of runs and of anything else. */
  private List<String> names() throws IOException {
    var folder = new Path(root, "generations");
    return files().exists(folder)
        ? Arrays.stream(files().listStatus(folder))
            .map(generation -> generation.getPath().getName())
            .toList()
        : List.of();
  }

  /**
   * Moves the pointer to the run's generation.
   *
   * @param before the pointer as it was when the run began
   * @throws FenceException if the pointer moved since: another run published, and this one's marts
   *     would be a step back; or if the generation is gone: another run took this one for dead
   */
  public Pointer publish(String runId, LocalDate asOf, Instant now, Optional<Pointer> before) {
    return move(new Pointer(runId, asOf, now), before);
  }

  /** Moves the pointer to any generation that is there; otherwise as {@link #publish}. */
  public Pointer move(Pointer pointer, Optional<Pointer> before) {
    checkUnmoved(pointer.movedBy(), before);
    if (!has(pointer.runId())) {
      throw new FenceException(
          ("Cannot publish run %s: its marts, %s, are gone, since another run took it for dead. The"
                  + " published marts are unchanged. Run again.")
              .formatted(pointer.runId(), folder(pointer.runId())));
    }
    AtomicFile.replace(pointerFile(), pointer.toJson(), hadoop);
    moveSymlink(pointer.runId());
    return pointer;
  }

  /**
   * Makes sure that the pointer is where it was.
   *
   * @param runId the run that asks
   * @param before the pointer as it was when the run began
   * @throws FenceException if it moved since
   */
  public void checkUnmoved(String runId, Optional<Pointer> before) {
    Optional<Pointer> found = current();
    if (!found.equals(before)) {
      throw new FenceException(
          ("Cannot publish run %s: the marts now come from run %s, expected %s as when this run"
                  + " began. The published marts are unchanged. Run again.")
              .formatted(
                  runId,
                  found.map(Pointer::runId).orElse("none"),
                  before.map(Pointer::runId).orElse("none")));
    }
  }

  /** Removes the generation of a run that didn't publish; one that readers are sent to stays. */
  public void discard(String runId) {
    if (current().map(Pointer::runId).filter(runId::equals).isPresent()) {
      return;
    }
    try {
      remove(runId);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes all generations but the one that readers are sent to; gives back how many. */
  public int removeOthers() {
    try {
      String published = current().orElseThrow().runId();
      int removed = 0;
      for (String run : names()) {
        if (!run.equals(published)) {
          remove(run);
          removed++;
        }
      }
      return removed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A run that dies in the midst of it leaves none that {@link #has} takes for whole. */
  private void remove(String runId) throws IOException {
    files().delete(folder(runId, FIRST_REMOVED), true);
    files().delete(folder(runId), true);
  }

  /**
   * Removes old generations: those that are neither current, nor were it until just now, nor are
   * among the newest {@code keepNewest} of their kind, nor younger than {@code keepFor}. Backfilled
   * days are a kind of their own, so that a long backfill doesn't push out the nights that could be
   * gone back to.
   *
   * <p>How old a generation is, its run's name says: a store has no times of folders. What isn't
   * called as a run stays.
   *
   * @param before the pointer until just now: readers may still be in its generation, however old
   *     that is
   */
  public void removeOld(int keepNewest, Duration keepFor, Instant now, Optional<Pointer> before) {
    try {
      Set<String> inUse =
          Stream.concat(current().stream(), before.stream())
              .map(Pointer::runId)
              .collect(Collectors.toSet());
      Map<Boolean, List<String>> newestFirst =
          names().stream()
              .filter(name -> RunName.start(name).isPresent())
              .sorted(Comparator.reverseOrder())
              .collect(Collectors.partitioningBy(run -> run.endsWith(BACKFILLED)));
      for (List<String> kind : newestFirst.values()) {
        for (String old : kind.stream().skip(keepNewest).toList()) {
          boolean isYoung = RunName.start(old).orElseThrow().isAfter(now.minus(keepFor));
          if (!isYoung && !inUse.contains(old)) {
            remove(old);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove old generations: " + e.getMessage(), e);
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
