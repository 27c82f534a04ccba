package linkage.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import java.sql.Date;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import linkage.contract.Contract;
import linkage.ingest.Mentions;
import linkage.staging.Staging;
import linkage.storage.DeltaTables;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.StructType;

/**
 * What happened, run by run, and the official verdicts: Delta tables beside the marts, appended to
 * and never rewritten, on failure too.
 *
 * <p>The pointer decides what is published; the ledger follows it. A run that dies between the two
 * is recorded by the next one: {@link Leftovers}.
 */
public final class Ledger {
  private final SparkSession spark;
  private final Path runs;
  private final Path verdicts;

  /** The ledger of a warehouse. */
  public Ledger(SparkSession spark, String warehouse) {
    this.spark = spark;
    this.runs = new Path(warehouse, "ledger/runs");
    this.verdicts = new Path(warehouse, "ledger/verdicts");
  }

  /** All runs, each by its last record. */
  public Dataset<Row> runs() {
    var contract = Contract.mart("run_audits");
    Dataset<Row> records = read(runs, contract.sparkType());
    return records
        .withColumn(
            "recency",
            row_number()
                .over(
                    Window.partitionBy("run_id")
                        .orderBy(col("finished_at").desc(), col("exit_code").desc())))
        .where(col("recency").equalTo(1))
        .select(contract.columns());
  }

  /** All runs, and one that isn't recorded yet. */
  public Dataset<Row> runsWith(Row run) {
    return runs().unionByName(rows(run));
  }

  /** Appends the record of a run. */
  public void record(Row run) {
    append(runs, rows(run));
  }

  /** The official verdicts of closed months, of runs that published or filled in a past day. */
  public Dataset<Row> verdicts() {
    Dataset<Row> published =
        runs().where(col("status").isin("published", "backfilled")).select("run_id");
    return read(verdicts, verdictColumns())
        .join(
            published,
            scala.jdk.javaapi.CollectionConverters.asScala(List.of("run_id")).toSeq(),
            "left_semi");
  }

  /** Whether the verdicts of a closed month have been fixed. */
  public boolean hasVerdictsOf(LocalDate month) {
    return DeltaTables.latestVersion(spark, verdicts).isPresent()
        && !verdicts().where(col("month").equalTo(lit(Date.valueOf(month)))).limit(1).isEmpty();
  }

  /** Fixes official verdicts; they count once the run is recorded as published. */
  public void fix(Dataset<Row> official) {
    append(verdicts, official);
  }

  /** Brings small files together where there are many; gives back how many tables had too many. */
  public long compact() {
    List<Path> scattered =
        Stream.of(runs, verdicts)
            .filter(table -> DeltaTables.latestVersion(spark, table).isPresent())
            .filter(table -> DeltaTables.smallFiles(spark, table) > Staging.SMALL_FILES)
            .toList();
    scattered.forEach(table -> DeltaTables.compact(spark, table));
    return scattered.size();
  }

  /** The columns of a fixed verdict: those of the mart that don't depend on other months. */
  public static StructType verdictColumns() {
    var columns = new StructType();
    for (var field : Contract.mart("verdict_history").sparkType().fields()) {
      boolean isDerived = List.of("as_of", "since_month", "change").contains(field.name());
      columns = isDerived ? columns : columns.add(field.name(), field.dataType(), true);
    }
    return columns;
  }

  /**
   * Takes messages back that mention customers, for good.
   *
   * @return how many there were
   */
  public long withoutMessagesOf(Set<String> customers) {
    if (DeltaTables.latestVersion(spark, runs).isEmpty()) {
      return 0;
    }
    StructType schema = Contract.mart("run_audits").sparkType();
    Dataset<Row> records = read(runs, schema);
    int message = records.schema().fieldIndex("message");
    var mentions = new Mentions(customers);
    FilterFunction<Row> isAbout = row -> mentions.isIn(row.getString(message));
    long count = records.filter(isAbout).count();
    if (count > 0) {
      Dataset<Row> others = records.filter((FilterFunction<Row>) row -> !isAbout.call(row));
      Dataset<Row> theirs = records.filter(isAbout).withColumn("message", lit("(taken back)"));
      DeltaTables.replace(spark, runs, others.unionByName(theirs).coalesce(1));
    }
    DeltaTables.purge(spark, runs);
    return count;
  }

  private Dataset<Row> rows(Row run) {
    return spark.createDataFrame(List.of(run), Contract.mart("run_audits").sparkType());
  }

  private Dataset<Row> read(Path table, StructType schema) {
    OptionalLong version = DeltaTables.latestVersion(spark, table);
    return version.isPresent()
        ? DeltaTables.widened(DeltaTables.read(spark, table, version.getAsLong()), schema)
        : spark.createDataFrame(List.of(), schema);
  }

  private void append(Path table, Dataset<Row> rows) {
    DeltaTables.append(spark, table, rows.coalesce(1 /* a few rows in one file */));
  }
}
