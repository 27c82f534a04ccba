package linkage.stats;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One segment in Java and in R: the AUCs of eight metrics with errors that allow for several
 * answers of a customer; run by hand for {@code docs/benchmark.md}, which says how.
 *
 * <p>It writes the answers to the file it is given, for {@code auc_speed.R} to read.
 */
final class AucBenchmark {

  private static final int CUSTOMERS = 5_000;
  private static final int ANSWERS_EACH = 4;
  private static final int METRICS = 8;
  private static final int LEVELS = 11;
  private static final int BUCKETS = 64;
  private static final int RUNS = 200;

  private AucBenchmark() {}

  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    Answer[] answers = draw(new SplittableRandom(1));
    write(answers, Path.of(args[0]));
    for (int run = 0; run < RUNS; run++) {
      Comparison.of(count(answers));
    }

    double counting = 0;
    double comparing = 0;
    Comparison comparison = null;
    for (int run = 0; run < RUNS; run++) {
      long started = System.nanoTime();
      List<MetricCounts> counts = count(answers);
      long counted = System.nanoTime();
      comparison = Comparison.of(counts);
      counting += (counted - started) / 1e9 / RUNS;
      comparing += (System.nanoTime() - counted) / 1e9 / RUNS;
    }
    System.out.printf(
        "%d answers of %d customers, %d metrics%n", answers.length, CUSTOMERS, METRICS);
    print("AUC", comparison.aucs().stream().map(Estimate::value).toList());
    print("its error", comparison.aucs().stream().map(Estimate::standardError).toList());
    System.out.printf("seconds    %.5f to count, %.5f to compare%n", counting, comparing);
  }

  private static void print(String name, List<Double> figures) {
    System.out.printf(
        "%-10s %s%n",
        name, figures.stream().map("%.4f"::formatted).collect(Collectors.joining(" ")));
  }

  /** What one customer said once. */
  private record Answer(int customer, boolean isLost, int[] levels) {}

  private static Answer[] draw(SplittableRandom random) {
    Answer[] answers = new Answer[CUSTOMERS * ANSWERS_EACH];
    for (int customer = 0; customer < CUSTOMERS; customer++) {
      double mood = random.nextDouble();
      boolean isLost = random.nextDouble() < 0.3 * (1 - mood);
      for (int each = 0; each < ANSWERS_EACH; each++) {
        int[] levels = new int[METRICS];
        for (int metric = 0; metric < METRICS; metric++) {
          double share = 0.3 + 0.05 * metric;
          levels[metric] = (int) (LEVELS * (share * mood + (1 - share) * random.nextDouble()));
        }
        answers[customer * ANSWERS_EACH + each] = new Answer(customer, isLost, levels);
      }
    }
    return answers;
  }

  private static List<MetricCounts> count(Answer[] answers) {
    double[][][] retained = new double[METRICS][BUCKETS][LEVELS];
    double[][][] lost = new double[METRICS][BUCKETS][LEVELS];
    for (Answer answer : answers) {
      double[][][] counts = answer.isLost ? lost : retained;
      for (int metric = 0; metric < METRICS; metric++) {
        counts[metric][answer.customer % BUCKETS][answer.levels[metric]]++;
      }
    }
    return IntStream.range(0, METRICS)
        .mapToObj(metric -> new MetricCounts(retained[metric], lost[metric], retained[metric]))
        .toList();
  }

  private static void write(Answer[] answers, Path file) throws IOException {
    try (var out = new PrintWriter(Files.newBufferedWriter(file))) {
      out.println(
          IntStream.range(0, METRICS)
              .mapToObj(metric -> "metric" + metric)
              .collect(Collectors.joining(",", "customer,lost,", "")));
      for (Answer answer : answers) {
        out.println(
            Arrays.stream(answer.levels)
                .mapToObj(String::valueOf)
                .collect(
                    Collectors.joining(
                        ",", answer.customer + "," + (answer.isLost ? 1 : 0) + ",", "")));
      }
    }
  }
}
