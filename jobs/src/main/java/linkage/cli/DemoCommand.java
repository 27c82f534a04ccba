package linkage.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import linkage.ConfigException;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.demo.DemoCompany;
import linkage.demo.PlantedDriver;
import linkage.demo.PlantedTruth;
import linkage.job.Night;
import linkage.job.Stages;
import linkage.publish.Generations;
import linkage.publish.MartReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A small company with a known truth, from raw files to the answer. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the raw files of a company whose truth is known, runs a night on them, and prints what"
          + " was found beside what was planted.",
      "What an earlier demo left is replaced."
    },
    footer = {"", "Example:  ./linkage demo --customers 50000"})
final class DemoCommand implements Callable<Integer> {
  private static final List<String> MARTS = List.of("best_metrics", "driver_revenue_impacts");

  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--customers",
      paramLabel = "N",
      defaultValue = "" + DemoCompany.DEFAULT_CUSTOMERS,
      description = "How many customers the company has, 1,000 to 1,000,000 (${DEFAULT-VALUE}).")
  private int customers;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "" + DemoCompany.DEFAULT_SEED,
      description = "What the company is made from; the same seed makes the same files.")
  private long seed;

  @Option(
      names = "--warehouse",
      paramLabel = "FOLDER",
      description = "Where everything goes; the default is warehouse/demo in Linkage's folder.")
  private Path warehouse;

  @Override
  public Integer call() {
    if (customers < DemoCompany.MINIMUM_CUSTOMERS || customers > DemoCompany.MAXIMUM_CUSTOMERS) {
      throw new ConfigException(
          "Cannot make a company of %,d customers, expected %,d to %,d. Nothing was changed."
              .formatted(customers, DemoCompany.MINIMUM_CUSTOMERS, DemoCompany.MAXIMUM_CUSTOMERS));
    }
    Path home = Path.of(System.getProperty("linkage.home", ".")).toAbsolutePath().normalize();
    Settings settings = settings(home);
    Leftovers.checkMadeUp(Path.of(settings.warehouse()));
    PrintWriter out = spec.commandLine().getOut();
    try (var watchers = options.watchers(settings)) {
      var stages = new Stages(watchers);
      Night.Result result =
          options.withSpark(
              stages,
              spark -> {
                stages.run(
                    "Making the company",
                    () -> {
                      Path landing = Path.of(settings.landing());
                      Leftovers.delete(Path.of(settings.warehouse()));
                      DemoCompany.write(spark, landing, customers, seed);
                      return customers;
                    },
                    made -> "%,d customers, three years".formatted(made));
                return Night.run(spark, settings, DemoCompany.AS_OF, stages);
              });
      Generations generations = Answer.generations(settings);
      String words = "--conf conf/demo" + (warehouse == null ? "" : " --warehouse " + warehouse);
      Answer.print(out, settings, generations, result, words);
      try (Connection marts = MartReader.open(generations, MARTS)) {
        printTruth(out, settings, marts);
        printDrivers(out, settings, marts);
      } catch (SQLException e) {
        throw new IllegalStateException("Cannot read the marts just published", e);
      }
      out.printf("%nWarnings, if any, are in %s%n", LogFile.path());
    }
    return 0;
  }

  private Settings settings(Path home) {
    Optional<String> place =
        Optional.ofNullable(warehouse)
            .map(folder -> folder.toAbsolutePath().normalize().toString());
    return Settings.load(
        home.resolve("conf/demo"), new Overrides(place.map(folder -> folder + "/landing"), place));
  }

  private static void printTruth(PrintWriter out, Settings settings, Connection marts)
      throws SQLException {
    out.printf("%nFound beside planted (the company was made so that the truth is known)%n%n");
    var table = new TextTable("segment", "planted", "found", "agrees");
    int disagreeing = 0;
    for (Answer.Found found : Answer.verdicts(marts, settings)) {
      PlantedTruth truth = PlantedTruth.of(found.segmentSet(), found.segment()).orElse(null);
      if (truth == null || truth.kind() == PlantedTruth.Kind.MIXED) {
        continue;
      }
      boolean agrees = truth.agreesWith(found.verdict(), found.bestMetric(), found.bestSet());
      disagreeing += agrees ? 0 : 1;
      table.row(
          List.of(
              found.segment(),
              truth.planted(),
              "%s: %s".formatted(found.verdict().replace('_', ' '), Answer.best(settings, found)),
              agrees ? "yes" : "NO"));
    }
    out.print(table);
    if (disagreeing > 0) {
      out.printf(
          "%n%d segment(s) disagree with what was planted. With few customers the data can't always"
              + " tell: try --customers 50000.%n",
          disagreeing);
    }
  }

  /** What two drivers seem to be worth, and are: at the raw rung, customers' value misleads. */
  private static void printDrivers(PrintWriter out, Settings settings, Connection marts)
      throws SQLException {
    int days = settings.horizonsDays().get(0);
    out.printf(
        "%nWhat moving low ratings to the middle is worth (%s per customer and %d days); raw figures"
            + " mislead on these two, as was planted%n%n",
        settings.reportingCurrency().getCurrencyCode(), days);
    var table = new TextTable("driver", "planted", "raw", "adjusted", "doubly robust", "agrees");
    for (PlantedDriver planted : PlantedDriver.all()) {
      Map<String, Worth> worths = worths(marts, planted.driver(), days);
      Worth adjusted = worths.getOrDefault("adjusted", Worth.UNKNOWN);
      Worth doublyRobust = worths.getOrDefault("doubly_robust", Worth.UNKNOWN);
      boolean agrees = adjusted.agreesWith(planted) && doublyRobust.agreesWith(planted);
      table.row(
          List.of(
              settings.question(planted.driver()).text(),
              String.format(Locale.ROOT, "%.2f", planted.worthPerCustomer(adjusted.lowShare())),
              worths.getOrDefault("raw", Worth.UNKNOWN).words(),
              adjusted.words(),
              doublyRobust.words(),
              agrees ? "yes" : "NO"));
    }
    out.print(table);
  }

  /** What a driver is worth per customer at one rung, among all customers. */
  private record Worth(double value, double lower, double upper, double lowShare) {
    private static final Worth UNKNOWN = new Worth(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    boolean agreesWith(PlantedDriver planted) {
      return planted.agreesWith(lower, upper, lowShare);
    }

    String words() {
      return Double.isNaN(value)
          ? "can't tell"
          : String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", value, lower, upper);
    }
  }

  private static Map<String, Worth> worths(Connection marts, String driver, int days)
      throws SQLException {
    String sql =
        """
        select rung, revenue_change_per_customer, revenue_change_per_customer_lower,
          revenue_change_per_customer_upper, moved_share
        from driver_revenue_impacts
        where segment_set = 'all' and scenario = 'lows_to_middle' and status = 'ok'
          and driver = ? and horizon_days = ?
        """;
    try (var query = marts.prepareStatement(sql)) {
      query.setString(1, driver);
      query.setInt(2, days);
      Map<String, Worth> worths = new HashMap<>();
      ResultSet rows = query.executeQuery();
      while (rows.next()) {
        worths.put(
            rows.getString(1),
            new Worth(rows.getDouble(2), rows.getDouble(3), rows.getDouble(4), rows.getDouble(5)));
      }
      return worths;
    }
  }
}
