package linkage.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.demo.DemoCompany;
import linkage.job.DisturbedNights.Disturbance;
import linkage.job.DisturbedNights.Ended;
import linkage.job.DisturbedNights.Seen;
import linkage.testing.FaultyFileSystem.Fault;
import linkage.testing.SparkTest;

/**
 * The long versions of {@link CrashTest}; {@code docs/reliability.md} says how to run them and what
 * they found.
 *
 * <p>Arguments: {@code changes FOLDER FIRST STEP} fails at every STEP-th change of a tiny night,
 * {@code publishing} at those from the stage on that publishes it, {@code tidying} at those that
 * follow in a warehouse with much to tidy up; {@code full FOLDER} fills up the disk of FOLDER,
 * which should be small; {@code kills FOLDER N CUSTOMERS} kills N nights of a larger company.
 */
final class CrashStudy {
  private static final long SEED = 20_260_630;
  private static final int KILLS_PER_NIGHT = 4;

  /** What only the nights that are killed find in landing. */
  private static final List<String> LATE_FILES =
      List.of(
          "billing/transactions_2026-06-30_part-000.csv",
          "crm/attrition_2026-06-30_part-000.csv",
          "crm/customers_2025-12-31_part-000.csv",
          "crm/customers_2026-06-30_part-000.csv",
          "surveys/invitations_2026-06-30_part-000.csv",
          "surveys/responses_2026-06-30_part-000.jsonl.gz");

  private CrashStudy() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Path.of(arguments[1]).toAbsolutePath();
    int wrong =
        switch (arguments[0]) {
          case "changes" -> changes(DisturbedNights.onFaultyFiles(folder), arguments);
          case "publishing" ->
              changes(DisturbedNights.onFaultyFiles(folder, "Publishing"), arguments);
          case "tidying" -> changes(untidy(folder), arguments);
          case "full" -> full(folder);
          case "kills" ->
              kills(folder, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    System.out.printf("%d wrong%n", wrong);
    System.exit(wrong == 0 ? 0 : 1);
  }

  private static DisturbedNights untidy(Path folder) {
    var nights = DisturbedNights.onFaultyFiles(folder);
    nights.undisturbed();
    return nights.tidyingUp();
  }

  /** Fails at changes by their number, one kind of fault after another. */
  private static int changes(DisturbedNights disturbed, String... arguments) {
    int first = Integer.parseInt(arguments[2]);
    int step = Integer.parseInt(arguments[3]);
    try (disturbed) {
      int changes = disturbed.undisturbed().size();
      System.out.printf("%d changes%n", changes);
      int wrong = 0;
      int undisturbed = 0;
      for (int change = first; change <= changes; change += step) {
        Fault fault = Fault.values()[change / step % Fault.values().length];
        Seen seen = disturbed.disturbed(Disturbance.at(change, fault));
        wrong += told("%d, %s".formatted(change, fault), seen);
        looked(disturbed.polls());
        undisturbed += seen.ended().get(0).wasDisturbed() ? 0 : 1;
      }
      System.out.printf("nothing failed in %d%n", undisturbed);
      return wrong;
    }
  }

  private static int full(Path folder) throws IOException {
    try (var nights = DisturbedNights.onDisk(folder)) {
      nights.undisturbed();
      int wrong = 0;
      Path ballast = folder.resolve("ballast");
      for (int free = 0; free <= 640; free += 64) {
        int kilobytes = free;
        Seen seen =
            nights.disturbed(
                new Disturbance(() -> fill(ballast, kilobytes), () -> ballast.toFile().delete()));
        wrong += told("%d kB free".formatted(free), seen);
      }
      looked(nights.polls());
      return wrong;
    }
  }

  private static void fill(Path ballast, int kilobytesLeft) {
    try (var out = Files.newOutputStream(ballast)) {
      long size = ballast.toFile().getUsableSpace() - 1024L * kilobytesLeft;
      var block = new byte[1024];
      for (long written = 0; written < size; written += block.length) {
        out.write(block);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int told(String what, Seen seen) {
    Ended ended = seen.ended().get(0);
    return told("%s (%s)".formatted(what, ended), ended.wasDisturbed(), seen.wrong());
  }

  private static int told(String what, boolean wasDisturbed, List<String> wrong) {
    String right = wasDisturbed ? "as it should be" : "nothing failed";
    System.out.printf("%s: %s%n", what, wrong.isEmpty() ? right : wrong);
    return wrong.size();
  }

  private static void looked(long polls) {
    System.out.printf("the reader looked %,d times%n", polls);
  }

  /**
   * Kills nights that follow a published one at random moments; every few, one may come to its end.
   */
  private static int kills(Path folder, int kills, int customers)
      throws IOException, InterruptedException {
    DemoCompany.write(SparkTest.session(), folder.resolve("landing"), customers, SEED);
    DisturbedNights.copy(folder.resolve("landing"), folder.resolve("landing_before"));
    for (String late : LATE_FILES) {
      Files.delete(folder.resolve("landing_before").resolve(late));
    }
    succeed(command(folder, "start", "landing_before", "2025-06-30"));
    Path warehouse = folder.resolve("warehouse");
    DisturbedNights.copy(folder.resolve("start"), warehouse);
    List<String> night = command(folder, "warehouse", "landing", DemoCompany.AS_OF.toString());
    long start = System.nanoTime();
    succeed(night);
    long milliseconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    System.out.printf("undisturbed: %.1f s%n", milliseconds / 1000.0);
    Settings settings = settings(folder, "warehouse");
    Map<String, List<String>> expected = WarehouseState.of(SparkTest.session(), settings);
    var random = new Random(SEED);
    int wrong = 0;
    try (var reader = new PollingReader(warehouse)) {
      for (int killed = 0, round = 1; killed < kills; round++) {
        reader.pause();
        DisturbedNights.delete(warehouse);
        DisturbedNights.copy(folder.resolve("start"), warehouse);
        reader.go();
        List<String> ends = new ArrayList<>();
        for (int i = 0; i < KILLS_PER_NIGHT && killed < kills; i++, killed++) {
          long moment = 1 + (long) (random.nextDouble() * milliseconds);
          int exitCode = exitCode(night, folder, moment);
          ends.add("%.1f s%s".formatted(moment / 1000.0, exitCode == 0 ? " (was over)" : ""));
        }
        List<String> found = new ArrayList<>();
        int exitCode = exitCode(night, folder, Long.MAX_VALUE);
        if (exitCode == 0) {
          found.addAll(
              WarehouseState.differences(
                  WarehouseState.of(SparkTest.session(), settings), expected));
          found.addAll(WarehouseState.remains(SparkTest.session(), settings));
          System.out.println(WarehouseState.endings(SparkTest.session(), settings));
        } else {
          found.add("exit code " + exitCode);
        }
        found.addAll(reader.broken());
        wrong += told("%d, killed after %s".formatted(round, ends), true, found);
      }
      looked(reader.polls());
      return wrong;
    }
  }

  private static void succeed(List<String> command) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("linkage");
    if (exitCode(command, folder, Long.MAX_VALUE) != 0) {
      throw new IllegalStateException(
          "An undisturbed night failed:%n%s"
              .formatted(Files.readString(folder.resolve("night.log"))));
    }
  }

  /** How a process of its own runs a night on one of the folder's warehouses. */
  private static List<String> command(Path folder, String warehouse, String landing, String asOf) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("@conf/java.options", "-Xmx2g", "-Duser.timezone=UTC"));
    words.add("-Dlinkage.home=" + Path.of("").toAbsolutePath());
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), "linkage.cli.Main"));
    words.addAll(List.of("run", "--conf", "conf/demo", "--as-of", asOf));
    words.addAll(List.of("--landing", folder.resolve(landing).toString()));
    words.addAll(List.of("--warehouse", folder.resolve(warehouse).toString()));
    return words;
  }

  /** Runs it, but no longer than that; gives back its exit code. */
  private static int exitCode(List<String> command, Path folder, long killAfterMilliseconds)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("night.log").toFile())
            .start();
    if (!process.waitFor(killAfterMilliseconds, TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
    }
    return process.waitFor();
  }

  private static Settings settings(Path folder, String warehouse) {
    return Settings.load(
        Path.of("conf/demo"),
        new Overrides(
            Optional.of(folder.resolve("landing").toString()),
            Optional.of(folder.resolve(warehouse).toString())));
  }
}
