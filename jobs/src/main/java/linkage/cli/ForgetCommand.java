package linkage.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import linkage.config.Settings;
import linkage.ingest.LandingSearch;
import linkage.job.Forget;
import linkage.job.Stages;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The right to be forgotten. */
@Command(
    name = "forget",
    mixinStandardHelpOptions = true,
    description = {
      "Removes customers from everything that Linkage keeps, and keeps them away: files that still"
          + " hold them, or come later, don't bring them back.",
      "Their transactions stay without their names, so that the money still ties to the ledger.",
      "If it is interrupted, run it again."
    },
    footer = {"", "Example:  ./linkage forget --conf conf/demo --customer C0000042"})
final class ForgetCommand implements Callable<Integer> {
  @Mixin private DeploymentOptions deployment;
  @Mixin private SparkOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--customer",
      required = true,
      paramLabel = "ID",
      description = "The customer's number; may be given several times.")
  private List<String> customers;

  @Override
  public Integer call() {
    Settings settings = deployment.load();
    PrintWriter out = spec.commandLine().getOut();
    try (var progress = new Progress()) {
      var stages = new Stages(progress);
      options.withSpark(
          stages,
          spark -> {
            Forget.Result result =
                stages.run(
                    "Forgetting", () -> Forget.run(spark, settings, customers), done -> "for good");
            print(out, result);
            print(
                out,
                stages.run(
                    "Looking through landing",
                    () -> Forget.landed(spark, settings, customers),
                    files -> ""));
            return true;
          });
    }
    return 0;
  }

  private static void print(PrintWriter out, Forget.Result result) {
    var table = new TextTable("table", "rows");
    result.rows().forEach((name, rows) -> table.row(List.of(name, rows.toString())));
    out.printf(
        "%nForgotten, and kept away from now on. Found of them and removed (of transactions: their"
            + " names):%n%n");
    out.print(table);
    out.printf(
        "%nMarts deleted because they may have held them: %d. Counts and sums in the published ones"
            + " still include them until the next night.%n",
        result.generations());
    if (!result.pulls().isEmpty()) {
      var pulls = new TextTable("file");
      result.pulls().forEach(file -> pulls.row(List.of(file)));
      out.printf(
          "%nCopies from databases that held them, or came after such a one, deleted; the next night"
              + " pulls again what is then there:%n%n");
      out.print(pulls);
    }
  }

  static void print(PrintWriter out, Map<String, LandingSearch.Found> landing) {
    var holding = new TextTable("source", "file");
    var unsearched = new TextTable("source", "file", "reason");
    landing.forEach(
        (source, found) -> {
          found.holding().forEach(file -> holding.row(List.of(source, file)));
          found
              .unsearched()
              .forEach((file, reason) -> unsearched.row(List.of(source, file, reason)));
        });
    if (landing.values().stream().allMatch(found -> found.holding().isEmpty())) {
      out.printf("%nNo file in landing that could be searched holds them.%n");
    } else {
      out.printf("%nFiles in landing that still hold them; they are yours to change:%n%n");
      out.print(holding);
    }
    if (!landing.values().stream().allMatch(found -> found.unsearched().isEmpty())) {
      out.printf("%nFiles in landing that can't be read, and so may hold them; look yourself:%n%n");
      out.print(unsearched);
    }
    out.printf(
        "%nLooked for were their numbers, in the files that the sources and lookups of the settings"
            + " name.%n");
  }
}
