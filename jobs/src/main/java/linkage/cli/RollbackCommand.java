package linkage.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import linkage.config.Settings;
import linkage.job.Rollback;
import linkage.job.Stages;
import linkage.publish.Pointer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Back to earlier marts. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    description = {
      "Sends readers back to marts that were published before and are still kept: those of the run"
          + " before, but for runs that an earlier rollback left.",
      "Staging and official verdicts stay as they are; the next night publishes as usual."
    },
    footer = {"", "Example:  ./linkage rollback --conf conf/demo"})
final class RollbackCommand implements Callable<Integer> {
  @Mixin private DeploymentOptions deployment;
  @Mixin private SparkOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--to",
      paramLabel = "RUN",
      description = "The run to go back to, whichever it is; ./linkage status lists them.")
  private String to;

  @Override
  public Integer call() {
    Settings settings = deployment.loadToRead();
    Pointer pointer =
        options.withSpark(
            new Stages(Stages.SILENT),
            spark -> Rollback.run(spark, settings, Optional.ofNullable(to)));
    spec.commandLine()
        .getOut()
        .printf(
            "%s: the marts come from run %s again, as of %s%n",
            settings.name(), pointer.runId(), pointer.asOf());
    return 0;
  }
}
