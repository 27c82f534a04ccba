package linkage.cli;

import java.nio.file.Path;
import linkage.config.Settings;
import picocli.CommandLine.Option;

/** How the commands that run nights do so, and who is told. */
final class RunOptions extends SparkOptions {
  @Option(
      names = "--stage-log",
      paramLabel = "FILE",
      description = "Appends a line of JSON per stage and run to this file.")
  Path stageLog;

  @Option(
      names = "--metrics",
      paramLabel = "FILE",
      description = "Writes the run's figures to this file, in Prometheus's text format.")
  Path metrics;

  /** Who watches runs of a deployment, as the options say. */
  Watchers watchers(Settings settings) {
    return new Watchers(
        stageLog, metrics, lineage == null ? null : new LineageEvents(lineage, settings));
  }
}
