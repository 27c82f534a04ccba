package linkage.job;

import static org.apache.spark.sql.functions.col;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import linkage.ConfigException;
import linkage.FenceException;
import linkage.config.Settings;
import linkage.publish.Generations;
import linkage.publish.Pointer;
import linkage.publish.RunLock;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Sends readers back to marts that were published before. Staging and official verdicts stay as
 * they are, and the next night publishes as usual.
 */
public final class Rollback {
  private static final Clock CLOCK = Clock.systemUTC();

  private Rollback() {}

  /**
   * Moves the pointer to an earlier generation, and records it in the ledger.
   *
   * @param to the run to go back to; if none is given, the newest kept one before the current one
   * @return where the pointer is now
   * @throws ConfigException naming the generations that are kept, if the run isn't one of them
   * @throws FenceException if another run holds the lock, or moved the pointer meanwhile
   */
  public static Pointer run(SparkSession spark, Settings settings, Optional<String> to) {
    var generations =
        new Generations(settings.warehouse(), spark.sparkContext().hadoopConfiguration());
    Optional<Pointer> before = generations.current();
    if (before.isEmpty()) {
      throw new ConfigException(
          "Cannot roll back: nothing has been published under %s yet. Nothing was changed."
              .formatted(generations.root()));
    }
    Instant now = CLOCK.instant();
    var ledger = new Ledger(spark, settings.warehouse());
    Begun begun = new RunRecord(settings, before.get().asOf(), now, "-rollback").begun();
    try (RunLock lock =
        RunLock.take(
            settings.warehouse(), begun.runId(), now, spark.sparkContext().hadoopConfiguration())) {
      var leftovers = new Leftovers(spark, settings.warehouse(), generations, ledger);
      leftovers.checkState();
      leftovers.openStaging();
      Row target = target(kept(ledger, generations), generations.current().orElseThrow(), to);
      var work = new Work(spark, settings.warehouse(), begun.runId());
      work.begin(begun);
      Pointer pointer =
          generations.move(
              new Pointer(target.getString(0), target.getDate(1).toLocalDate(), now, begun.runId()),
              generations.current());
      ledger.record(record(begun, pointer));
      work.delete();
      return pointer;
    }
  }

  /** The record of a rollback, as the ledger keeps it. */
  static Row record(Begun begun, Pointer pointer) {
    return begun.ended(
        pointer.asOf(),
        "rolled_back",
        0,
        "The marts come from run %s again.".formatted(pointer.runId()),
        pointer.publishedAt(),
        List.of(0L, 0L, 0L, 0L));
  }

  /** Run and as-of day of each published generation that is still there, newest first. */
  private static List<Row> kept(Ledger ledger, Generations generations) {
    return ledger
        .runs()
        .where(col("status").isin("published", "forgotten"))
        .orderBy(col("started_at").desc())
        .select("run_id", "as_of")
        .collectAsList()
        .stream()
        .filter(row -> generations.has(row.getString(0)))
        .toList();
  }

  private static Row target(List<Row> kept, Pointer current, Optional<String> to) {
    return kept.stream()
        .filter(
            row ->
                to.map(row.getString(0)::equals)
                    .orElse(row.getString(0).compareTo(current.runId()) < 0))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "Cannot roll back to %s: there are no published marts of it. Kept are%n%s%nNothing was changed."
                        .formatted(
                            to.map("run "::concat).orElse("a run before " + current.runId()),
                            kept.stream()
                                .map(row -> line(row, current))
                                .collect(Collectors.joining(System.lineSeparator())))));
  }

  private static String line(Row row, Pointer current) {
    boolean isCurrent = row.getString(0).equals(current.runId());
    return "- %s, as of %s%s"
        .formatted(row.getString(0), row.getDate(1), isCurrent ? " (current)" : "");
  }
}
