package linkage.job;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import linkage.config.Settings;
import linkage.ingest.Quarantine;
import linkage.testing.FaultyFileSystem;
import linkage.testing.FaultyFileSystem.Fault;
import linkage.testing.SparkTest;
import org.apache.spark.sql.SparkSession;

/**
 * A tiny company's second night, or what it has to tidy up after one, disturbed and run again, over
 * and over from the same start; a reader looks on all the while.
 */
final class DisturbedNights implements AutoCloseable {
  private static final LocalDate FIRST = LocalDate.parse("2025-01-31");
  private static final LocalDate SECOND = LocalDate.parse("2025-02-28");

  /** What is run over and over. */
  private interface Run {
    /**
     * Runs it.
     *
     * @param disturb to be called at the moment from which on it is disturbed
     */
    void run(Runnable disturb);
  }

  /** Something that gets in a night's way, and out of it once the night has ended. */
  record Disturbance(Runnable begin, Runnable end) {
    /** The n-th change fails. */
    static Disturbance at(int number, Fault fault) {
      return new Disturbance(() -> FaultyFileSystem.failAt(number, fault), FaultyFileSystem::heal);
    }

    /** The n-th change fails of those in which a pattern is found. */
    static Disturbance at(int number, String among, Fault fault) {
      return new Disturbance(
          () -> FaultyFileSystem.failAt(number, Pattern.compile(among), fault),
          FaultyFileSystem::heal);
    }
  }

  /**
   * What a disturbed night came to.
   *
   * @param failed the first change that failed, if one was told to and the night came to it
   * @param failure why the night failed, unless it went through
   */
  record Ended(Optional<String> failed, Optional<Throwable> failure) {
    /** Whether anything was disturbed at all. */
    boolean wasDisturbed() {
      return failed.isPresent() || failure.isPresent();
    }

    @Override
    public String toString() {
      return "%s: %s"
          .formatted(
              failed.orElse("no change was made to fail"),
              failure.map(why -> "it failed with " + why).orElse("it went through"));
    }
  }

  /**
   * What was seen of disturbed nights, and of the one after them.
   *
   * @param wrong what isn't as it should be
   */
  record Seen(List<Ended> ended, List<String> wrong) {}

  private final SparkSession spark = SparkTest.session();
  private final TinyCompany company;
  private final Path root;
  private final Path warehouse;
  private final Settings settings;
  private final PollingReader reader;
  private final Path start;
  private final Run run;

  /** The staged tables that have a commit of their own, the last. */
  private final Set<String> committedLast;

  /** What staging may hold when a night has died: what it did before, or what it comes to. */
  private List<Map<String, List<String>>> staged;

  private Map<String, List<String>> expected;

  /** Nights whose warehouse can be told to fail, from their beginning on. */
  static DisturbedNights onFaultyFiles(Path root) {
    return onFaultyFiles(root, Optional.empty());
  }

  /** Nights whose warehouse can be told to fail, from a stage on. */
  static DisturbedNights onFaultyFiles(Path root, String stage) {
    return onFaultyFiles(root, Optional.of(stage));
  }

  private static DisturbedNights onFaultyFiles(Path root, Optional<String> stage) {
    FaultyFileSystem.register(SparkTest.session().sparkContext().hadoopConfiguration());
    FaultyFileSystem.heal();
    return new DisturbedNights(root, FaultyFileSystem.SCHEME + ":", stage);
  }

  /** Nights whose warehouse is a folder of the local disk, from their beginning on. */
  static DisturbedNights onDisk(Path root) {
    return new DisturbedNights(root, "", Optional.empty());
  }

  private DisturbedNights(Path root, String scheme, Optional<String> stage) {
    this.root = root;
    this.company = new TinyCompany(root);
    this.warehouse = root.resolve("warehouse");
    this.settings = company.settings(scheme + warehouse);
    this.start = root.resolve("start");
    this.run = disturb -> secondNight(stage, disturb);
    this.committedLast = Set.of();
    Night.run(spark, settings, FIRST, new Stages(Stages.SILENT));
    company.deliverFebruary();
    copy(warehouse, start);
    this.reader = new PollingReader(warehouse);
  }

  /** What follows these nights, in the same warehouse. */
  private DisturbedNights(DisturbedNights nights, Settings settings) {
    this.root = nights.root;
    this.company = nights.company;
    this.warehouse = nights.warehouse;
    this.settings = settings;
    this.reader = nights.reader;
    this.start = root.resolve("untidy");
    this.run = new NightWithoutNews(spark, settings)::run;
    this.committedLast = Set.of(WarehouseState.STAGED + Quarantine.TABLE);
    UntidyWarehouse.make(spark, settings);
    copy(warehouse, start);
  }

  /**
   * Of the next nights only what they tidy up once they have published, which takes seconds: files
   * to be brought together, history and texts that needn't be kept, marts of an old generation, and
   * what an earlier compaction left. They start with the warehouse as these nights left it.
   */
  DisturbedNights tidyingUp() {
    company.keepLittle();
    return new DisturbedNights(this, company.settings(settings.warehouse()));
  }

  /** Runs as it should be; gives back what was changed of faulty files, in order. */
  List<String> undisturbed() {
    Map<String, List<String>> before = WarehouseState.staged(spark, settings);
    FaultyFileSystem.heal();
    run.run(FaultyFileSystem::heal);
    List<String> changes = FaultyFileSystem.changes();
    expected = WarehouseState.of(spark, settings);
    Map<String, List<String>> after = WarehouseState.staged(spark, settings);
    Map<String, List<String>> between = new TreeMap<>(after);
    committedLast.forEach(table -> between.put(table, before.get(table)));
    staged = List.of(before, between, after);
    return changes;
  }

  /** Runs once with each disturbance, one after another, and then without. */
  Seen disturbed(Disturbance... inARow) {
    return disturbed(run, inARow);
  }

  /**
   * The same, but that a night without news comes at the end, which takes seconds: what is looked
   * at are the marts that the last of the disturbed nights has published.
   */
  Seen disturbedAndPublished(Disturbance... inARow) {
    return disturbed(new NightWithoutNews(spark, settings)::run, inARow);
  }

  private Seen disturbed(Run next, Disturbance... inARow) {
    reset();
    List<Ended> ended = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    long pollsBefore = reader.polls();
    for (Disturbance disturbance : inARow) {
      ended.add(endOf(disturbance));
      // A process that failed is gone, where this one lives on; its lock would be taken over.
      warehouse.resolve("_lock.json").toFile().delete();
      Map<String, List<String>> found = WarehouseState.staged(spark, settings);
      if (!staged.contains(found)) {
        wrong.add("staging is torn: " + WarehouseState.differences(found, staged.get(0)));
      }
    }
    try {
      next.run(() -> {});
      wrong.addAll(WarehouseState.differences(WarehouseState.of(spark, settings), expected));
      wrong.addAll(WarehouseState.remains(spark, settings));
    } catch (Throwable e) {
      var trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      wrong.add("the next night failed with " + trace);
    }
    reader.broken().forEach(set -> wrong.add("a reader saw what it should never see: " + set));
    if (reader.polls() == pollsBefore) {
      wrong.add("the reader never looked");
    }
    return new Seen(ended, wrong);
  }

  private Ended endOf(Disturbance disturbance) {
    Optional<Throwable> failure = Optional.empty();
    try {
      run.run(disturbance.begin());
    } catch (Throwable e) {
      failure = Optional.of(e);
    }
    Optional<String> failed = FaultyFileSystem.failed();
    disturbance.end().run();
    return new Ended(failed, failure);
  }

  /** How each run that the ledger knows ended, oldest first. */
  List<String> endings() {
    return WarehouseState.endings(spark, settings).stream()
        .map(ending -> ending.split(" ")[1])
        .toList();
  }

  /** How often the reader looked. */
  long polls() {
    return reader.polls();
  }

  @Override
  public void close() {
    reader.close();
    FaultyFileSystem.heal();
  }

  private void secondNight(Optional<String> stage, Runnable disturb) {
    if (stage.isEmpty()) {
      disturb.run();
    }
    var listener =
        new Stages.Listener() {
          @Override
          public void started(String started) {
            if (stage.filter(started::equals).isPresent()) {
              disturb.run();
            }
          }
        };
    Night.run(spark, settings, SECOND, new Stages(listener));
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
          Files.copy(path, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
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
