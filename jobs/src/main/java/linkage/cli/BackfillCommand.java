package linkage.cli;

import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import linkage.ConfigException;
import linkage.config.Settings;
import linkage.job.Night;
import linkage.job.Stages;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One run per day of a range of past days. */
@Command(
    name = "backfill",
    mixinStandardHelpOptions = true,
    description = {
      "Runs one night for each day of a range, in order: nights that were missed, or days from"
          + " before Linkage came.",
      "A file that is dated (file-date) is read on its day. Days before the latest night's are over:"
          + " their marts say what was known then, and new files wait for the next night.",
      "Readers are never sent back: the marts of a day before the published one are kept beside it,"
          + " for ./linkage sql --run RUN. The verdicts of months that close in the range become"
          + " official."
    },
    footer = {
      "",
      "Example:  ./linkage backfill --conf conf/demo --from 2026-06-01 --to 2026-06-07"
    })
final class BackfillCommand implements Callable<Integer> {
  @Mixin private DeploymentOptions deployment;
  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  @Option(names = "--from", required = true, paramLabel = "DATE", description = "The first day.")
  private LocalDate from;

  @Option(names = "--to", required = true, paramLabel = "DATE", description = "The last day.")
  private LocalDate to;

  @Override
  public Integer call() {
    Settings settings = deployment.load();
    LocalDate today = LocalDate.now(settings.timeZone());
    if (to.isBefore(from) || to.isAfter(today)) {
      throw new ConfigException(
          "Cannot backfill from %s to %s: expected a first day, and a last one not before it and not after today, %s. Nothing was read or changed."
              .formatted(from, to, today));
    }
    PrintWriter err = spec.commandLine().getErr();
    settings.warnings().forEach(warning -> err.println("Note: " + warning));
    try (var watchers = options.watchers(settings)) {
      options.withSpark(
          new Stages(watchers),
          spark -> {
            from.datesUntil(to.plusDays(1)).forEach(day -> run(spark, settings, day, watchers));
            return true;
          });
    }
    return 0;
  }

  private void run(SparkSession spark, Settings settings, LocalDate day, Watchers watchers) {
    PrintWriter out = spec.commandLine().getOut();
    Night.Result result;
    try {
      result = Night.backfill(spark, settings, day, new Stages(watchers));
    } catch (Exception e) {
      out.printf("%s: stopped. The days before it are done; go on with --from %s%n", day, day);
      out.flush();
      throw e;
    }
    out.printf(
        "%s: run %s, %s%n",
        day,
        result.runId(),
        result.isPublished()
            ? "published"
            : "kept beside the marts of %s".formatted(result.pointer().asOf()));
    out.flush();
  }
}
