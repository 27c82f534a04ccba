package linkage.stats.drivers;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How long exact importance takes; run by hand, beside {@code importance_speed.R}.
 *
 * <p>Prints the seconds of adding rows to {@link Moments}, of one {@link Lmg} with twenty drivers,
 * with and without missing flags, and of all segments with their jackknife, on as many threads as
 * there are processors; beside them the processor seconds of all threads.
 */
final class ImportanceBenchmark {

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int SEGMENTS = 100;
  private static final int DRIVERS = 12;
  private static final int OUTCOMES = 6;
  private static final int BUCKETS = 64;

  private ImportanceBenchmark() {}

  public static void main(String[] args) {
    var wide = new RandomSurvey(17, 4, new Random(3)).moments(1, 1).get(0);
    double[] row = new Random(4).doubles(wide.columns().size()).toArray();
    for (int round = 0; round < 2; round++) {
      print(
          "1 million rows of %d columns".formatted(row.length),
          () -> {
            for (int i = 0; i < 1_000_000; i++) {
              row[i % row.length] += 1;
              wide.add(row, i % 24, 1);
            }
          });
    }
    System.out.printf("doubles of a bucket with 24 groups: %d%n", wide.toArray().length);

    var survey = new RandomSurvey(20, 1, new Random(1));
    var products = survey.moments(1, 10_000).get(0).absorbed();
    Driver[] ratings =
        Arrays.stream(survey.drivers())
            .map(driver -> new Driver(driver.rating()))
            .toArray(Driver[]::new);
    for (int round = 0; round < 3; round++) {
      print("20 drivers, 1 outcome", () -> Lmg.of(products, survey.outcomes(), ratings));
      print(
          "20 drivers with flags, 1 outcome",
          () -> Lmg.of(products, survey.outcomes(), survey.drivers(), survey.controls()));
    }

    var segment = new RandomSurvey(DRIVERS, OUTCOMES, new Random(2));
    var buckets = new BucketedMoments(segment.moments(BUCKETS, 5000));
    int[] degreesOfFreedom = new int[OUTCOMES];
    Arrays.fill(degreesOfFreedom, BUCKETS - 1);
    Driver[] plain =
        Arrays.stream(segment.drivers())
            .map(driver -> new Driver(driver.rating()))
            .toArray(Driver[]::new);
    print(
        "1 segment, 12 drivers, 6 outcomes, jackknife",
        () -> importance(segment, buckets, degreesOfFreedom, plain));
    print(
        "100 segments, 12 drivers, 6 outcomes, jackknife",
        () ->
            IntStream.range(0, SEGMENTS)
                .parallel()
                .forEach(i -> importance(segment, buckets, degreesOfFreedom, plain)));
    print(
        "the same with missing flags",
        () ->
            IntStream.range(0, SEGMENTS)
                .parallel()
                .forEach(i -> importance(segment, buckets, degreesOfFreedom, segment.drivers())));
  }

  private static void importance(
      RandomSurvey survey, BucketedMoments buckets, int[] degreesOfFreedom, Driver[] drivers) {
    DriverImportance.of(
        buckets.replicates(Moments::absorbed),
        survey.outcomes(),
        degreesOfFreedom,
        drivers,
        survey.controls());
  }

  private static void print(String what, Runnable work) {
    long start = System.nanoTime();
    long before = PROCESS.getProcessCpuTime();
    work.run();
    System.out.printf(
        "%-50s %8.3f s, processor %8.3f s%n",
        what, (System.nanoTime() - start) / 1e9, (PROCESS.getProcessCpuTime() - before) / 1e9);
  }
}
