package linkage.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import linkage.contract.Contract;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Writes a generation's marts as Parquet and audits the files it wrote. */
public final class MartWriter {
  /** Small marts spend their time in scheduling, so several are written at once. */
  private static final int AT_ONCE = 4;

  private final SparkSession spark;
  private final Generations generations;

  public MartWriter(SparkSession spark, Generations generations) {
    this.spark = spark;
    this.generations = generations;
  }

  /**
   * Writes marts to a run's generation and audits each as written.
   *
   * @param marts datasets by mart name; each must keep its contract
   * @throws IllegalStateException naming every mart that failed its audit; the published marts are
   *     unchanged
   */
  public void write(String runId, Map<String, Dataset<Row>> marts) {
    ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<List<String>>> audits = new ArrayList<>();
      marts.forEach(
          (name, rows) -> audits.add(workers.submit(() -> writeAndAudit(runId, name, rows))));
      List<String> problems = new ArrayList<>();
      for (Future<List<String>> audit : audits) {
        problems.addAll(audit.get());
      }
      if (!problems.isEmpty()) {
        throw new IllegalStateException(
            ("Cannot publish run %s: %d problem(s) in the marts as written.%n%s%nThe published marts"
                    + " are unchanged; the rejected files are in %s.")
                .formatted(
                    runId,
                    problems.size(),
                    String.join(
                        System.lineSeparator(), problems.stream().map(p -> "- " + p).toList()),
                    generations.folder(runId).toUri().getPath()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while writing marts", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  private List<String> writeAndAudit(String runId, String name, Dataset<Row> rows) {
    var contract = Contract.mart(name);
    contract.check(rows.schema());
    String folder = generations.folder(runId, name).toString();
    rows.select(contract.columns())
        // A mart is small: one sorted file reads fastest and is the same whatever the partitions.
        .coalesce(1)
        .sortWithinPartitions(
            contract.key().stream()
                .map(org.apache.spark.sql.functions::col)
                .toArray(org.apache.spark.sql.Column[]::new))
        .write()
        .parquet(folder);
    Dataset<Row> written = spark.read().schema(contract.sparkType()).parquet(folder);
    return Audit.problems(contract, written).stream()
        .map(problem -> name + ": " + problem)
        .toList();
  }
}
