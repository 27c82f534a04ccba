package linkage.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import linkage.job.SparkSessions;
import linkage.job.Stages;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** How the commands that need Spark run it. */
class SparkOptions {
  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "The Spark master (spark://HOST:7077); the default is that of spark-submit, and without"
              + " one local[*], which runs inside this process, on all of its cores.")
  String master;

  @Option(
      names = "--lineage",
      paramLabel = "FILE",
      description =
          "Appends OpenLineage events to this file, a line of JSON each; needs the library"
              + " openlineage-spark on the class path.")
  Path lineage;

  /** Does something with a session, and ends the session whatever happens if it started it. */
  <T> T withSpark(Stages stages, Function<SparkSession, T> work) {
    if (SparkSession.getDefaultSession().isDefined()) {
      return work.apply(SparkSession.getDefaultSession().get());
    }
    SparkSession spark =
        stages.run(
            "Starting Spark",
            () -> SparkSessions.start(Optional.ofNullable(master), Optional.ofNullable(lineage)),
            started -> started.sparkContext().master());
    try {
      return work.apply(spark);
    } finally {
      spark.stop();
    }
  }
}
