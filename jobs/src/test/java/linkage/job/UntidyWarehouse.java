package linkage.job;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.staging.Staging;
import linkage.storage.DeltaTables;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Makes a warehouse look as if many nights had left their small files in it, and a compaction what
 * it made needless.
 */
final class UntidyWarehouse {
  private static final int FILES = Staging.SMALL_FILES + 1;
  private static final List<String> SCATTERED = List.of("customers", "survey_responses");
  private static final List<Long> NO_FILES = List.of(0L, 0L, 0L, 0L);

  private UntidyWarehouse() {}

  /** Scatters tables, brings them together, and scatters them again. */
  static void make(SparkSession spark, Settings settings) {
    Staging staging = Staging.open(spark, settings.warehouse());
    String run = staging.committedRun().orElseThrow();
    scatter(spark, settings, staging, 1);
    staging.compact(run);
    new Ledger(spark, settings.warehouse()).compact();
    scatter(spark, settings, staging, 2);
  }

  private static void scatter(SparkSession spark, Settings settings, Staging staging, int round) {
    SCATTERED.forEach(table -> staging.replace(table, staging.read(table).repartition(FILES)));
    staging.commit(staging.committedRun().orElseThrow());
    List<Row> failures =
        IntStream.range(0, FILES)
            .mapToObj(i -> Instant.EPOCH.plusSeconds(FILES * round + i))
            .map(start -> new RunRecord(settings, LocalDate.EPOCH, start, "").begun())
            .map(
                begun -> begun.ended(LocalDate.EPOCH, "failed", 1, "", begun.startedAt(), NO_FILES))
            .toList();
    DeltaTables.append(
        spark,
        new Path(settings.warehouse(), "ledger/runs"),
        spark.createDataFrame(
            JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(failures, FILES),
            Contract.mart("run_audits").sparkType()));
  }
}
