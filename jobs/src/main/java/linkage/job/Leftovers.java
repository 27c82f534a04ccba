package linkage.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import linkage.ConfigException;
import linkage.contract.Contract;
import linkage.ingest.IngestedFile;
import linkage.publish.Generations;
import linkage.publish.Pointer;
import linkage.staging.Staging;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What runs that died left behind: each is given the record that it never wrote, and what nobody
 * will read is removed.
 *
 * <p>A run that the pointer names has published, whatever else it didn't come to; its generation
 * holds its own record. Any other has not, and its marts go. Whoever holds the lock may call this;
 * dying in the midst of it, too, leaves nothing that the next run can't finish.
 */
final class Leftovers {
  /** How runs end whose marts are kept. */
  private static final List<String> KEEPING = List.of("published", "backfilled", "forgotten");

  private final SparkSession spark;
  private final String warehouse;
  private final Generations generations;
  private final Ledger ledger;

  Leftovers(SparkSession spark, String warehouse, Generations generations, Ledger ledger) {
    this.spark = spark;
    this.warehouse = warehouse;
    this.generations = generations;
    this.ledger = ledger;
  }

  /**
   * Makes sure that this Linkage may write to the warehouse; nothing is changed.
   *
   * @throws ConfigException if a newer Linkage has written to it, or the ledger isn't as its
   *     contracts say
   */
  void checkState() {
    Staging.look(spark, warehouse).checkState();
    ledger.check();
  }

  /**
   * Opens staging to write to it, and clears up after dead runs.
   *
   * <p><b>Cost:</b> three listings when there is nothing to clear.
   *
   * @throws ConfigException if rows were committed once and nothing says any more which: none is
   *     taken for uncommitted then
   */
  Staging openStaging() {
    Staging before = Staging.look(spark, warehouse);
    if (before.isWithoutCommit()) {
      kept()
          .ifPresent(
              run -> {
                throw new ConfigException(
                    ("Cannot open the staged tables: %s is missing, though run %s left rows and marts"
                            + " behind. Nothing was read or changed. Restore the file, from a backup"
                            + " of the same moment as the tables beside it; or, if every landing file"
                            + " is still there, move the folder staging away and run again.")
                        .formatted(before.commitPath(), run));
              });
    }
    Staging staging = Staging.open(spark, warehouse);
    clear(staging);
    return staging;
  }

  /** A run that committed its rows, by the pointer, else by the ledger. */
  private Optional<String> kept() {
    return generations
        .current()
        .map(Pointer::runId)
        .or(
            () ->
                ledger
                    .runs()
                    .where(col("status").isin(KEEPING.toArray()))
                    .select("run_id")
                    .limit(1)
                    .collectAsList()
                    .stream()
                    .map(row -> row.getString(0))
                    .findFirst());
  }

  private void clear(Staging staging) {
    SortedMap<String, Optional<Begun>> dead = Work.found(spark, warehouse);
    if (dead.isEmpty()) {
      return;
    }
    Map<String, String> recorded = new HashMap<>();
    ledger
        .runs()
        .where(col("run_id").isin(dead.keySet().toArray()))
        .select("run_id", "status")
        .collectAsList()
        .forEach(row -> recorded.put(row.getString(0), row.getString(1)));
    Optional<Pointer> pointer = generations.current();
    dead.forEach(
        (run, begun) -> {
          boolean isPublished = pointer.map(Pointer::movedBy).filter(run::equals).isPresent();
          if (isPublished && run.endsWith(Forget.FORGETTING)) {
            // Other generations hold who was forgotten; nothing is said to be done before it is.
            generations.removeOthers();
          }
          if (!recorded.containsKey(run) && begun.isPresent()) {
            ledger.record(
                isPublished
                    ? published(begun.get(), pointer.get())
                    : begun
                        .get()
                        .ended(
                            begun.get().asOf(),
                            "died",
                            1,
                            message(run, staging),
                            null,
                            files(run, staging)));
          }
          if (!KEEPING.contains(recorded.getOrDefault(run, "died"))) {
            generations.discard(run);
          }
          new Work(spark, warehouse, run).delete();
        });
  }

  /** The record that a run wrote into its own generation before the pointer moved there. */
  private Row published(Begun begun, Pointer pointer) {
    if (!pointer.runId().equals(begun.runId())) {
      return Rollback.record(begun, pointer);
    }
    return spark
        .read()
        .schema(Contract.mart("run_audits").sparkType())
        .parquet(generations.folder(begun.runId(), "run_audits").toString())
        .where(col("run_id").equalTo(begun.runId()))
        .first();
  }

  private static String message(String run, Staging staging) {
    if (run.endsWith(Forget.FORGETTING)) {
      return "The run died while it forgot customers; ./linkage forget completes it.";
    }
    boolean isCommitted = staging.committedRun().filter(run::equals).isPresent();
    return isCommitted
        ? "The run died after its rows were staged; the next run publishes them."
        : "The run died; nothing that it had staged was kept.";
  }

  /** What the run staged for good: rows read, accepted, found twice and put aside. */
  private List<Long> files(String run, Staging staging) {
    Column[] sums =
        Stream.of("read_count", "accepted_count", "duplicate_count", "quarantined_count")
            // A replay takes back more than it puts aside.
            .map(name -> greatest(coalesce(sum(name), lit(0L)), lit(0L)))
            .toArray(Column[]::new);
    Row row =
        staging
            .readOrEmpty(IngestedFile.TABLE, IngestedFile.schema())
            .where(col("run_id").equalTo(run))
            .agg(sums[0], Arrays.copyOfRange(sums, 1, sums.length))
            .first();
    return List.of(row.getLong(0), row.getLong(1), row.getLong(2), row.getLong(3));
  }
}
