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
import linkage.testing.FaultyFileSystem.Fault;
import linkage.testing.SparkTest;

/**
 * The long versions of {@link CrashTest}; {@code docs/reliability.md} says how to run them and what
 * they found.
 *
 * <p>Arguments: {@code changes FOLDER FIRST STEP} fails at every STEP-th change of a tiny night,
 * {@code full FOLDER} fills up the disk of FOLDER, which should be small, {@code kills FOLDER N
 * CUSTOMERS} kills N nights of a larger company.
 */
final class CrashStudy {
  private static final long SEED = 20_260_630;
  private static final int KILLS_PER_NIGHT = 4;

  private CrashStudy() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Path.of(arguments[1]).toAbsolutePath();
    int wrong =
        switch (arguments[0]) {
          case "changes" ->
              changes(folder, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
          case "full" -> full(folder);
          case "kills" ->
              kills(folder, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    System.out.printf("%d wrong%n", wrong);
    System.exit(wrong == 0 ? 0 : 1);
  }

  private static int changes(Path folder, int first, int step) {
    try (var nights = DisturbedNights.onFaultyFiles(folder)) {
      List<String> changes = nights.undisturbed();
      System.out.printf("%d changes%n", changes.size());
      int wrong = 0;
      for (int change = first; change <= changes.size(); change += step) {
        Fault fault = Fault.values()[change / step % Fault.values().length];
        wrong += told(changes.get(change - 1), change, nights.disturbed(change, fault));
      }
      return wrong + reader(nights.polls(), nights.seenBroken());
    }
  }

  private static int full(Path folder) throws IOException {
    try (var nights = DisturbedNights.onDisk(folder)) {
      nights.undisturbed();
      int wrong = 0;
      Path ballast = folder.resolve("ballast");
      for (int free = 0; free <= 640; free += 64) {
        int kilobytes = free;
        List<String> found =
            nights.disturbed(() -> fill(ballast, kilobytes), () -> ballast.toFile().delete());
        wrong += told("%d kB free".formatted(free), free, found);
      }
      return wrong + reader(nights.polls(), nights.seenBroken());
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

  private static int told(String what, int number, List<String> wrong) {
    System.out.printf("%d (%s): %s%n", number, what, wrong.isEmpty() ? "as it should be" : wrong);
    return wrong.size();
  }

  private static int reader(long polls, List<String> broken) {
    System.out.printf("the reader looked %,d times and saw %s%n", polls, broken);
    return broken.size();
  }

  /** Kills nights at random moments; every few, one may come to its end. */
  private static int kills(Path folder, int kills, int customers)
      throws IOException, InterruptedException {
    DemoCompany.write(SparkTest.session(), folder.resolve("landing"), customers, SEED);
    Settings expectedAt = settings(folder, "undisturbed");
    long start = System.nanoTime();
    if (night(folder, "undisturbed", Long.MAX_VALUE) != 0) {
      throw new IllegalStateException("The undisturbed night failed.");
    }
    long milliseconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    System.out.printf("undisturbed: %.1f s%n", milliseconds / 1000.0);
    Map<String, List<String>> expected = WarehouseState.of(SparkTest.session(), expectedAt);
    var random = new Random(SEED);
    int wrong = 0;
    for (int killed = 0, round = 0; killed < kills; round++) {
      String warehouse = "warehouse" + round;
      List<Long> moments = new ArrayList<>();
      for (int i = 0; i < KILLS_PER_NIGHT && killed < kills; i++, killed++) {
        long moment = 1 + (long) (random.nextDouble() * milliseconds);
        moments.add(moment);
        night(folder, warehouse, moment);
      }
      int exitCode = night(folder, warehouse, Long.MAX_VALUE);
      Settings settings = settings(folder, warehouse);
      List<String> differences = new ArrayList<>();
      if (exitCode != 0) {
        differences.add("exit code " + exitCode);
      } else {
        Map<String, List<String>> found = WarehouseState.of(SparkTest.session(), settings);
        expected.keySet().stream()
            .filter(name -> !expected.get(name).equals(found.get(name)))
            .forEach(differences::add);
        System.out.println(WarehouseState.endings(SparkTest.session(), settings));
      }
      wrong += told("killed after ms " + moments, round, differences);
    }
    return wrong;
  }

  /** Runs a night in a process of its own; gives back its exit code. */
  private static int night(Path folder, String warehouse, long killAfterMilliseconds)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@conf/java.options");
    command.addAll(
        List.of(
            "-Xmx2g",
            "-Duser.timezone=UTC",
            "-Dlinkage.home=" + Path.of("").toAbsolutePath(),
            "-cp",
            System.getProperty("java.class.path"),
            "linkage.cli.Main",
            "run",
            "--conf",
            "conf/demo",
            "--landing",
            folder.resolve("landing").toString(),
            "--warehouse",
            folder.resolve(warehouse).toString(),
            "--as-of",
            DemoCompany.AS_OF.toString()));
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
