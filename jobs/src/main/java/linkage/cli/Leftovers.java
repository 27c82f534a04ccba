package linkage.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import linkage.ConfigException;
import linkage.FenceException;
import linkage.job.SparkSessions;
import linkage.publish.RunLock;

/** What an earlier run of a made-up company left behind. */
final class Leftovers {
  /** Says that what is in its folder was made up, and may be deleted. */
  private static final String MARK = "_made_up.txt";

  private Leftovers() {}

  /**
   * Makes sure that a folder holds nothing but what was made up.
   *
   * @throws ConfigException if it may hold anything else; nothing is changed
   */
  static void checkMadeUp(Path warehouse) {
    if (!Files.exists(warehouse) || Files.exists(warehouse.resolve(MARK))) {
      return;
    }
    try (Stream<Path> files = Files.list(warehouse)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      if (!names.isEmpty()) {
        throw new ConfigException(
            ("Cannot make a company up in %s: it holds %s, and no %s, which says that all of it may"
                    + " be deleted. Nothing was changed. Name an empty folder, or one that demo or"
                    + " bench made.")
                .formatted(warehouse, String.join(", ", names), MARK));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Deletes what Linkage keeps in a warehouse, and the raw files in it, and nothing else; marks the
   * folder as one of a made-up company.
   *
   * @throws FenceException if a run goes on there; nothing is changed
   */
  static void delete(Path warehouse) {
    RunLock lock =
        RunLock.take(
            warehouse.toString(), "making a company up", Instant.now(), SparkSessions.hadoop());
    try (lock) {
      Files.writeString(
          warehouse.resolve(MARK),
          "The company in this folder is made up. ./linkage demo and bench replace all of it.\n");
      for (String part : List.of("landing", "staging", "marts", "ledger", "work", "duckdb")) {
        deleteAll(warehouse.resolve(part));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot clear " + warehouse + ": " + e.getMessage(), e);
    }
  }

  private static void deleteAll(Path part) throws IOException {
    if (!Files.exists(part)) {
      return;
    }
    try (Stream<Path> files = Files.walk(part)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
