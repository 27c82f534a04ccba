package linkage.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import linkage.ConfigException;
import linkage.cli.bench.Company;
import linkage.cli.bench.Duck;
import linkage.cli.bench.Handwritten;
import linkage.cli.bench.Meter;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.job.Night;
import linkage.job.Stages;
import linkage.publish.MartReader;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What nights cost on a company of a given size, beside DuckDB on the same files. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the raw files of a company, runs a first load and a further day on them, and prints what"
          + " each stage cost.",
      "In the same run DuckDB links and counts the same files by hand-written SQL; the ratio is"
          + " printed, and both must count the same.",
      "What an earlier benchmark left is replaced."
    },
    footer = {"", "Example:  LINKAGE_HEAP=8g ./linkage bench --size M"})
final class BenchCommand implements Callable<Integer> {
  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;

  /** What link and counts are called among the stages. */
  private static final Set<String> LINK_AND_COUNT = Set.of("Linking", "Weighting", "Counting");

  /** Comes before: versions, which the SQL by hand lacks, and conversion, which it does itself. */
  private static final Set<String> AND_FIND =
      Set.of("Finding what is current", "Linking", "Weighting", "Counting");

  /** How many customers a size has. */
  enum Size {
    S(100_000),
    M(1_000_000),
    M2(2_000_000);

    private final long customers;

    Size(long customers) {
      this.customers = customers;
    }

    static Size of(String name) {
      return switch (name.toUpperCase(Locale.ROOT)) {
        case "S" -> S;
        case "M" -> M;
        case "2M" -> M2;
        default ->
            throw new ConfigException(
                "Cannot run a benchmark of size %s, expected S, M or 2M. Nothing was changed."
                    .formatted(name));
      };
    }
  }

  @Mixin private SparkOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "S",
      description = "S: 100,000 customers, M: 1,000,000, 2M: 2,000,000 (${DEFAULT-VALUE}).")
  private String size;

  @Option(
      names = "--customers",
      paramLabel = "N",
      description = "Any other number of customers, in place of a size.")
  private Long customers;

  @Option(
      names = "--warehouse",
      paramLabel = "FOLDER",
      description = "Where everything goes; the default is warehouse/bench in Linkage's folder.")
  private Path warehouse;

  @Override
  public Integer call() {
    long count = customers == null ? Size.of(size).customers : customers;
    if (count < 1) {
      throw new ConfigException(
          "Cannot run a benchmark of %,d customers, expected one or more. Nothing was changed."
              .formatted(count));
    }
    Path home = Path.of(System.getProperty("linkage.home", ".")).toAbsolutePath().normalize();
    Path folder =
        Optional.ofNullable(warehouse)
            .map(given -> given.toAbsolutePath().normalize())
            .orElse(home.resolve("warehouse/bench"));
    var company = new Company(count, folder.resolve("landing"));
    Settings settings =
        Settings.load(
            home.resolve("conf/bench"),
            new Overrides(
                Optional.of(company.landing().toString()), Optional.of(folder.toString())));
    PrintWriter out = spec.commandLine().getOut();
    Leftovers.checkMadeUp(folder);
    Leftovers.delete(folder);
    options.withSpark(
        new Stages(Stages.SILENT),
        spark -> {
          run(spark, settings, company, out);
          return true;
        });
    return 0;
  }

  private static void run(SparkSession spark, Settings settings, Company company, PrintWriter out) {
    int threads = spark.sparkContext().defaultParallelism();
    out.printf(
        Locale.ROOT,
        "%,d customers, %,d responses of 13 questions, %,d transactions; %d threads, %.1f GB of heap%n%n",
        company.customers(),
        company.responses(),
        company.transactions(),
        threads,
        Runtime.getRuntime().maxMemory() / GIGA);
    try (var duck = new Duck(threads, company.landing().resolveSibling("duckdb"))) {
      company.write(duck);
      night(spark, settings, company, duck, Company.FIRST_LOAD, "First load", out);
      company.writeNextDay(duck);
      night(spark, settings, company, duck, Company.NEXT_DAY, "One more day", out);
    }
  }

  private static void night(
      SparkSession spark,
      Settings settings,
      Company company,
      Duck duck,
      LocalDate asOf,
      String title,
      PrintWriter out) {
    List<Meter.Stage> stages = measured(spark, settings, asOf, title, out);
    compare(stages, Handwritten.run(duck, company.landing(), asOf), out);
    check(settings, Handwritten.totals(duck), out);
  }

  private static List<Meter.Stage> measured(
      SparkSession spark, Settings settings, LocalDate asOf, String title, PrintWriter out) {
    List<Meter.Stage> stages;
    long start = System.nanoTime();
    try (var meter = new Meter()) {
      spark.sparkContext().addSparkListener(meter);
      Night.run(spark, settings, asOf, new Stages(meter));
      spark.sparkContext().removeSparkListener(meter);
      stages = meter.stages();
    }
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    out.printf(Locale.ROOT, "%s: %.1f s%n%n", title, time.toMillis() / 1000.0);
    var table =
        new TextTable(
            "wall s",
            "CPU s",
            "M rows",
            "MB read",
            "MB written",
            "MB shuffled",
            "GB on heap",
            "GB in all",
            "stage");
    for (Meter.Stage stage : stages) {
      table.row(
          List.of(
              number("%.1f", stage.wall()),
              number("%.1f", stage.cpu()),
              number("%.2f", stage.rows() / MEGA),
              number("%.0f", stage.bytesRead() / MEGA),
              number("%.0f", stage.bytesWritten() / MEGA),
              number("%.0f", stage.bytesShuffled() / MEGA),
              number("%.1f", stage.heapBytes() / GIGA),
              number("%.1f", stage.processBytes() / GIGA),
              stage.name()));
    }
    out.println(table);
    out.flush();
    return stages;
  }

  private static void compare(List<Meter.Stage> night, Handwritten.Result byHand, PrintWriter out) {
    double ours = seconds(night, LINK_AND_COUNT);
    double more = seconds(night, AND_FIND);
    out.printf(
        Locale.ROOT,
        "Link and counts: Linkage %.1f s, DuckDB by hand %.1f s (link %.1f, counts %.1f; %,d cells): %.1f times;%n"
            + "with finding what is current, of which the SQL by hand does only a part: %.1f s, %.1f times%n%n",
        ours,
        byHand.seconds(),
        byHand.linkSeconds(),
        byHand.countSeconds(),
        byHand.cells(),
        ours / byHand.seconds(),
        more,
        more / byHand.seconds());
  }

  /** What stages took together; all of them must be there, and no other beside them. */
  private static double seconds(List<Meter.Stage> night, Set<String> names) {
    List<Meter.Stage> found =
        night.stream().filter(stage -> names.containsAll(stage.names())).toList();
    Set<String> missing = new TreeSet<>(names);
    found.forEach(stage -> stage.names().forEach(missing::remove));
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "Stages %s weren't measured by themselves: %s".formatted(missing, night));
    }
    return found.stream().mapToDouble(Meter.Stage::wall).sum();
  }

  /**
   * Both must count the same, in every segment, or the comparison is worth nothing. Left out is
   * what the mart doesn't tell, since too few people are behind it.
   */
  private static void check(Settings settings, Map<String, Long> byHand, PrintWriter out) {
    Map<String, Long> ours = new TreeMap<>();
    int hidden = 0;
    try (Connection marts =
            MartReader.open(Answer.generations(settings), List.of("retention_by_score"));
        var statement = marts.createStatement();
        var rows =
            statement.executeQuery(
                "select segment, metric, score, observations_count, lost_count,"
                    + " (100 * revenue_amount)::bigint from retention_by_score")) {
      while (rows.next()) {
        String name = "%s %s %d ".formatted(rows.getString(1), rows.getString(2), rows.getInt(3));
        List<String> measures = List.of("observations", "lost", "revenue_cents");
        for (int i = 0; i < measures.size(); i++) {
          long value = rows.getLong(4 + i);
          if (rows.wasNull()) {
            byHand.remove(name + measures.get(i));
            hidden++;
          } else {
            ours.put(name + measures.get(i), value);
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot read the marts just published", e);
    }
    ours.values().removeIf(value -> value == 0);
    byHand.values().removeIf(value -> value == 0);
    if (!ours.equals(byHand)) {
      throw new IllegalStateException(
          "Linkage and DuckDB counted differently: %s against %s".formatted(ours, byHand));
    }
    out.printf(
        "Both counted the same: %,d totals by segment, metric and score agree, %,d aren't told.%n%n",
        ours.size(), hidden);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
