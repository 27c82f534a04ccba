package linkage.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linkage.config.Settings;
import linkage.testing.FaultyFileSystem;
import linkage.testing.FaultyFileSystem.Fault;
import linkage.testing.SparkTest;
import org.apache.spark.sql.SparkSession;

/**
 * A tiny company's second night, disturbed at one of its changes to the warehouse and run again,
 * over and over from the same start; a reader looks on all the while.
 */
final class DisturbedNights implements AutoCloseable {
  private static final LocalDate FIRST = LocalDate.parse("2025-01-31");
  private static final LocalDate SECOND = LocalDate.parse("2025-02-28");

  private final SparkSession spark = SparkTest.session();
  private final Path start;
  private final Path warehouse;
  private final Settings settings;
  private final PollingReader reader;
  private Map<String, List<String>> expected;

  /** Nights whose warehouse can be told to fail. */
  static DisturbedNights onFaultyFiles(Path root) {
    FaultyFileSystem.register(SparkTest.session().sparkContext().hadoopConfiguration());
    FaultyFileSystem.heal();
    return new DisturbedNights(root, FaultyFileSystem.SCHEME + ":");
  }

  /** Nights whose warehouse is a folder of the local disk. */
  static DisturbedNights onDisk(Path root) {
    return new DisturbedNights(root, "");
  }

  private DisturbedNights(Path root, String scheme) {
    this.start = root.resolve("start");
    this.warehouse = root.resolve("warehouse");
    var company = new TinyCompany(root);
    this.settings = company.settings(scheme + warehouse);
    night(FIRST);
    company.deliverFebruary();
    copy(warehouse, start);
    this.reader = new PollingReader(warehouse);
  }

  /**
   * Runs the second night as it should be; gives back what it changed of faulty files, in order.
   */
  List<String> undisturbed() {
    FaultyFileSystem.heal();
    night(SECOND);
    List<String> changes = FaultyFileSystem.changes();
    expected = WarehouseState.of(spark, settings);
    return changes;
  }

  /**
   * Runs the second night with a fault, then again without.
   *
   * @return what isn't as it should be
   */
  List<String> disturbed(int change, Fault fault) {
    List<String> wrong =
        disturbed(() -> FaultyFileSystem.failAt(change, fault), FaultyFileSystem::heal);
    return wrong.stream().map("%s at change %d: ".formatted(fault, change)::concat).toList();
  }

  /**
   * Runs the second night while something is in its way, then again without.
   *
   * @return what isn't as it should be
   */
  List<String> disturbed(Runnable disturb, Runnable heal) {
    reset();
    disturb.run();
    String outcome = "it went through";
    try {
      night(SECOND);
    } catch (Throwable e) {
      outcome = "it failed with " + e;
    }
    heal.run();
    // A process that failed is gone, where this one lives on; its lock would be taken over.
    warehouse.resolve("_lock.json").toFile().delete();
    List<String> wrong = new ArrayList<>();
    try {
      night(SECOND);
      wrong.addAll(WarehouseState.differences(spark, settings, expected));
      wrong.addAll(WarehouseState.remains(spark, settings));
    } catch (Throwable e) {
      var trace = new java.io.StringWriter();
      e.printStackTrace(new java.io.PrintWriter(trace));
      wrong.add("the next night failed with " + trace);
    }
    return wrong.stream().map("%s; then ".formatted(outcome)::concat).toList();
  }

  /** How often the reader looked. */
  long polls() {
    return reader.polls();
  }

  /** Sets of marts that the reader should never have seen. */
  List<String> seenBroken() {
    return reader.broken();
  }

  @Override
  public void close() {
    reader.close();
    FaultyFileSystem.heal();
  }

  private void night(LocalDate asOf) {
    Night.run(spark, settings, asOf, new Stages(Stages.SILENT));
  }

  private void reset() {
    reader.pause();
    delete(warehouse);
    copy(start, warehouse);
    reader.go();
  }

  static void copy(Path from, Path to) {
    try (var paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path target = to.resolve(from.relativize(path).toString());
        if (!Files.isDirectory(target)) {
          Files.copy(
              path,
              target,
              java.nio.file.LinkOption.NOFOLLOW_LINKS,
              StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException e)
                throws IOException {
              Files.delete(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
