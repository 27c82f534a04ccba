package linkage.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What an earlier run of a made-up company left behind. */
final class Leftovers {
  private Leftovers() {}

  /** Deletes what Linkage keeps in a warehouse, and the raw files in it, and nothing else. */
  static void delete(Path warehouse) {
    for (String part : List.of("landing", "staging", "marts", "ledger", "work", "duckdb")) {
      try (Stream<Path> files =
          Files.exists(warehouse.resolve(part))
              ? Files.walk(warehouse.resolve(part))
              : Stream.empty()) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
