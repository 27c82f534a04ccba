package linkage.stats.drivers;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One segment in Java and in R: LMG of twelve drivers with its errors; run by hand for {@code
 * docs/benchmark.md}, which says how.
 *
 * <p>It writes the ratings to the file it is given, for {@code importance_bootstrap.R} to read.
 */
final class RelativeImportanceBenchmark {

  private static final int CUSTOMERS = 5_000;
  private static final int DRIVERS = 12;
  private static final int BUCKETS = 64;
  private static final int RUNS = 100;

  /** Time of this thread alone: other work on the machine doesn't lengthen it. */
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private RelativeImportanceBenchmark() {}

  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    double[][] rows = draw(new Random(1));
    write(rows, Path.of(args[0]));
    List<DriverImportance> importance = null;
    double adding = 0;
    double judging = 0;
    for (int run = -RUNS; run < RUNS; run++) {
      long started = THREADS.getCurrentThreadCpuTime();
      BucketedMoments buckets = moments(rows);
      long added = THREADS.getCurrentThreadCpuTime();
      importance = importance(buckets);
      if (run >= 0) {
        adding += (added - started) / 1e9 / RUNS;
        judging += (THREADS.getCurrentThreadCpuTime() - added) / 1e9 / RUNS;
      }
    }
    System.out.printf("%d customers, %d drivers, %d replicates%n", CUSTOMERS, DRIVERS, BUCKETS);
    print("LMG", importance, own -> own.share().value());
    print("its error", importance, own -> own.share().standardError());
    System.out.printf("seconds    %.5f to add up, %.5f to judge%n", adding, judging);
  }

  private static List<DriverImportance> importance(BucketedMoments buckets) {
    Driver[] drivers = IntStream.range(0, DRIVERS).mapToObj(Driver::new).toArray(Driver[]::new);
    return DriverImportance.of(
            buckets.replicates(Moments::centred),
            new int[] {DRIVERS},
            new int[] {BUCKETS - 1},
            drivers)
        .get(0);
  }

  private static BucketedMoments moments(double[][] rows) {
    List<String> names =
        IntStream.rangeClosed(0, DRIVERS).mapToObj(column -> "column " + column).toList();
    List<Moments> buckets =
        IntStream.range(0, BUCKETS).mapToObj(bucket -> new Moments(names)).toList();
    for (int i = 0; i < rows.length; i++) {
      buckets.get(i % BUCKETS).add(rows[i], 0, 1);
    }
    return new BucketedMoments(buckets);
  }

  /** Ratings of 0 to 10 with a halo, and an outcome that depends the more on the later ones. */
  private static double[][] draw(Random random) {
    double[][] rows = new double[CUSTOMERS][DRIVERS + 1];
    for (double[] row : rows) {
      double halo = random.nextGaussian();
      double effect = 0;
      for (int driver = 0; driver < DRIVERS; driver++) {
        double level = Math.rint(6 + 1.5 * halo + 2 * random.nextGaussian());
        row[driver] = Math.max(0, Math.min(10, level));
        effect += row[driver] * driver / 40.0;
      }
      row[DRIVERS] = effect + 2 * random.nextGaussian();
    }
    return rows;
  }

  private static void print(
      String name, List<DriverImportance> figures, ToDoubleFunction<DriverImportance> figure) {
    System.out.printf(
        "%-10s %s%n",
        name,
        figures.stream()
            .map(own -> "%.4f".formatted(figure.applyAsDouble(own)))
            .collect(Collectors.joining(" ")));
  }

  private static void write(double[][] rows, Path file) throws IOException {
    try (var out = new PrintWriter(Files.newBufferedWriter(file))) {
      out.println(
          "outcome,"
              + IntStream.range(0, DRIVERS)
                  .mapToObj(driver -> "driver" + driver)
                  .collect(Collectors.joining(",")));
      for (double[] row : rows) {
        out.println(
            row[DRIVERS]
                + ","
                + Arrays.stream(row, 0, DRIVERS)
                    .mapToObj(level -> String.valueOf((int) level))
                    .collect(Collectors.joining(",")));
      }
    }
  }
}
