package linkage.cli;

import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import linkage.config.Settings;
import linkage.job.Night;
import linkage.job.Stages;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** One night. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs one night: reads what is new in landing, links, computes, and publishes the marts.",
      "A night without new files still runs and publishes. A run that fails before it has published"
          + " leaves the published marts as they are.",
      "An earlier day's night publishes, too: readers are sent back to that day; backfill, instead,"
          + " keeps such marts beside the published ones."
    },
    footer = {"", "Example:  ./linkage run --conf conf/demo --as-of 2026-06-30"})
final class RunCommand implements Callable<Integer> {
  @Mixin private DeploymentOptions deployment;
  @Mixin private RunOptions options;
  @Mixin private BusinessDay businessDay;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Settings settings = deployment.load();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    settings.warnings().forEach(warning -> err.println("Note: " + warning));
    LocalDate day = businessDay.of(settings);
    try (var watchers = options.watchers(settings)) {
      var stages = new Stages(watchers);
      Night.Result result =
          options.withSpark(stages, spark -> Night.run(spark, settings, day, stages));
      Answer.print(out, settings, Answer.generations(settings), result, deployment.wordsToRead());
      out.printf("%nWarnings, if any, are in %s%n", LogFile.path());
    }
    return 0;
  }
}
