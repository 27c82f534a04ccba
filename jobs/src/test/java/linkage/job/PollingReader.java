package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import linkage.publish.Generations;
import linkage.publish.Pointer;
import org.apache.hadoop.conf.Configuration;

/**
 * Resolves the pointer again and again, and looks at the marts it leads to: once there are any they
 * must be there, all of them, and never change.
 */
final class PollingReader implements AutoCloseable {
  private static final long EVERY_MILLISECONDS = 10;

  private final Generations generations;
  private final ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor();
  private final Map<String, Map<String, Long>> seen = new HashMap<>();
  private final List<String> broken = new ArrayList<>();
  private boolean isPaused;
  private long polls;
  private List<String> marts = List.of();

  PollingReader(Path warehouse) {
    this.generations = new Generations(warehouse.toString(), new Configuration());
    poller.scheduleWithFixedDelay(this::poll, 0, EVERY_MILLISECONDS, TimeUnit.MILLISECONDS);
  }

  synchronized void pause() {
    isPaused = true;
  }

  synchronized void go() {
    isPaused = false;
  }

  synchronized long polls() {
    return polls;
  }

  /** The sets that it should never have seen, and hasn't told of yet. */
  synchronized List<String> broken() {
    List<String> untold = List.copyOf(broken);
    broken.clear();
    return untold;
  }

  /** Ends; throws if there is anything broken that nobody asked for. */
  @Override
  public void close() {
    poller.shutdownNow();
    assertThat(broken()).as("sets that the reader should never have seen").isEmpty();
  }

  private synchronized void poll() {
    if (isPaused) {
      return;
    }
    try {
      Pointer pointer = generations.current().orElseThrow();
      Map<String, Long> files =
          files(Path.of(generations.folder(pointer.runId()).toUri().getPath()));
      List<String> found =
          files.keySet().stream().map(file -> file.split("/")[0]).distinct().toList();
      if (marts.isEmpty()) {
        marts = found;
      }
      Map<String, Long> before = seen.putIfAbsent(pointer.runId(), files);
      if (!found.equals(marts) || before != null && !before.equals(files)) {
        broken.add("%s: %s, expected %s of %s".formatted(pointer, files, before, marts));
      }
      polls++;
    } catch (RuntimeException | IOException e) {
      broken.add(e.toString());
    }
  }

  /** The Parquet files of a generation, with their sizes. */
  private static Map<String, Long> files(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      return paths
          .filter(path -> path.toString().endsWith(".parquet"))
          .collect(
              Collectors.toMap(
                  path -> folder.relativize(path).toString(),
                  path -> path.toFile().length(),
                  (a, b) -> a,
                  TreeMap::new));
    }
  }
}
