package linkage.job;

import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Optional;
import linkage.config.Settings;
import linkage.publish.Generations;
import linkage.publish.Pointer;
import linkage.publish.RunLock;
import linkage.staging.Staging;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * A night in which nothing has come, without what takes long: its marts are those of the night
 * before. What dead runs left is cleared, marts are published, and what can be is tidied up.
 */
record NightWithoutNews(SparkSession spark, Settings settings) {
  /** When the history of January and the texts of February may be older than is to be kept. */
  private static final LocalDate AS_OF = LocalDate.parse("2025-04-10");

  private static final Clock CLOCK = Clock.systemUTC();

  /**
   * Runs it.
   *
   * @param published called once it has published, before it tidies up
   */
  void run(Runnable published) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    var ledger = new Ledger(spark, settings.warehouse());
    var generations = new Generations(settings.warehouse(), hadoop);
    var run = new RunRecord(settings, AS_OF, CLOCK.instant(), "");
    var work = new Work(spark, settings.warehouse(), run.id());
    var publication =
        new Publication(settings, CLOCK, generations, ledger, run, new Stages(Stages.SILENT), work);
    RunLock lock = RunLock.take(settings.warehouse(), run.id(), CLOCK.instant(), hadoop);
    try {
      Staging staging =
          new Leftovers(spark, settings.warehouse(), generations, ledger).openStaging();
      work.begin(run.begun());
      Optional<Pointer> before = generations.current();
      DisturbedNights.copy(
          local(generations, before.orElseThrow().runId()), local(generations, run.id()));
      publication.publish(staging, Optional.empty(), before);
      published.run();
      publication.clearUp();
      publication.compact(lock);
    } finally {
      publication.release(lock);
    }
  }

  private static Path local(Generations generations, String runId) {
    return Path.of(generations.folder(runId).toUri().getPath());
  }
}
