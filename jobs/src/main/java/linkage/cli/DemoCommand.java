package linkage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import linkage.ConfigException;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.demo.DemoCompany;
import linkage.demo.PlantedTruth;
import linkage.job.Night;
import linkage.job.Stages;
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
    PrintWriter out = spec.commandLine().getOut();
    try (var progress = new Progress()) {
      var stages = new Stages(progress);
      Night.Result result =
          options.withSpark(
              stages,
              spark -> {
                stages.run(
                    "Making the company",
                    () -> {
                      Path landing = Path.of(settings.landing());
                      deleteOld(Path.of(settings.warehouse()));
                      DemoCompany.write(spark, landing, customers, seed);
                      return customers;
                    },
                    made -> "%,d customers, three years".formatted(made));
                return Night.run(spark, settings, DemoCompany.AS_OF, stages);
              });
      Answer.print(out, settings, result);
      printTruth(out, settings);
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

  private static void printTruth(PrintWriter out, Settings settings) {
    out.printf("%nFound beside planted (the company was made so that the truth is known)%n%n");
    var table = new TextTable("segment", "planted", "found", "agrees");
    int disagreeing = 0;
    try (Connection marts = Answer.open(settings)) {
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
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot read the marts just published", e);
    }
    out.print(table);
    if (disagreeing > 0) {
      out.printf(
          "%n%d segment(s) disagree with what was planted. With few customers the data can't always"
              + " tell: try --customers 50000.%n",
          disagreeing);
    }
  }

  /** Only what a demo made is removed: a folder with anything else in it is left alone. */
  private static void deleteOld(Path warehouse) {
    for (String part : List.of("landing", "staging", "marts", "ledger", "work")) {
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
