package linkage.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Date;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import linkage.ConfigException;
import linkage.contract.Contract;
import linkage.ingest.Mentions;
import linkage.staging.Staging;
import linkage.storage.AtomicFile;
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
  /**
   * What the tables look like. Version 1 is all that has been written so far, at first without a
   * number; columns that it lacks are read as null.
   */
  static final int CURRENT_STATE = 1;

  private static final String STATE_VERSION = "state_version";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SparkSession spark;
  private final Path state;
  private final Table runs;
  private final Table verdicts;

  /** The ledger of a warehouse. */
  public Ledger(SparkSession spark, String warehouse) {
    this.spark = spark;
    this.state = new Path(warehouse, "ledger/_state.json");
    this.runs =
        new Table(
            new Path(warehouse, "ledger/runs"),
            Contract.mart("run_audits"),
            Contract.mart("run_audits").sparkType());
    this.verdicts =
        new Table(
            new Path(warehouse, "ledger/verdicts"),
            Contract.mart("verdict_history"),
            verdictColumns());
  }

  /** A table whose columns a mart's contract declares. */
  private record Table(Path path, Contract contract, StructType shape) {}

  /**
   * Makes sure that the tables can be read and appended to; nothing is changed.
   *
   * <p><b>Cost:</b> reads a small file and two logs, in the driver.
   *
   * @throws ConfigException if a newer Linkage has written them, or a column has another type than
   *     its contract says
   */
  void check() {
    int version = stateVersion().orElse(1 /* before versions were written down */);
    if (version > CURRENT_STATE) {
      throw new ConfigException(
          ("Cannot open the ledger under %s: its state version is %d, and this Linkage knows versions"
                  + " up to %d. Nothing was read or changed. Run the Linkage that wrote it, or a"
                  + " newer one.")
              .formatted(local(state.getParent()), version, CURRENT_STATE));
    }
    for (Table table : List.of(runs, verdicts)) {
      DeltaTables.columns(spark, table.path()).ifPresent(columns -> check(table, columns));
    }
  }

  private void check(Table table, StructType columns) {
    List<String> conflicts = DeltaTables.conflicts(columns, table.shape());
    if (!conflicts.isEmpty()) {
      throw new ConfigException(
          ("Cannot go on with the ledger's table %s: %s by schemas/marts/%s.yaml %s. Nothing was"
                  + " changed. Take the type back and declare the new one as a column of its own;"
                  + " or, if what is on record of earlier runs, official verdicts included, needn't"
                  + " be kept, move %s and %s away and run again.")
              .formatted(
                  table.path().getName(),
                  String.join("; ", conflicts),
                  table.contract().name(),
                  table.contract().version(),
                  local(runs.path()),
                  local(verdicts.path())));
    }
  }

  private OptionalInt stateVersion() {
    Optional<String> json = AtomicFile.read(state, spark.sparkContext().hadoopConfiguration());
    try {
      return json.isEmpty()
          ? OptionalInt.empty()
          : OptionalInt.of(JSON.readTree(json.get()).required(STATE_VERSION).intValue());
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IllegalStateException("Cannot read " + state + ": " + json.orElseThrow(), e);
    }
  }

  private static String local(Path path) {
    return path.toUri().getPath();
  }

  /** All runs, each by its last record. */
  public Dataset<Row> runs() {
    return read(runs)
        .withColumn(
            "recency",
            row_number()
                .over(
                    Window.partitionBy("run_id")
                        .orderBy(col("finished_at").desc(), col("exit_code").desc())))
        .where(col("recency").equalTo(1))
        .select(runs.contract().columns());
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
    return read(verdicts)
        .join(
            published,
            scala.jdk.javaapi.CollectionConverters.asScala(List.of("run_id")).toSeq(),
            "left_semi");
  }

  /** Whether the verdicts of a closed month have been fixed. */
  public boolean hasVerdictsOf(LocalDate month) {
    return DeltaTables.latestVersion(spark, verdicts.path()).isPresent()
        && !verdicts().where(col("month").equalTo(lit(Date.valueOf(month)))).limit(1).isEmpty();
  }

  /** Fixes official verdicts; they count once the run is recorded as published. */
  public void fix(Dataset<Row> official) {
    append(verdicts, official);
  }

  /** Brings small files together where there are many; gives back how many tables had too many. */
  public long compact() {
    List<Path> scattered =
        Stream.of(runs.path(), verdicts.path())
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
    if (DeltaTables.latestVersion(spark, runs.path()).isEmpty()) {
      return 0;
    }
    Dataset<Row> records = read(runs);
    int message = records.schema().fieldIndex("message");
    var mentions = new Mentions(customers);
    FilterFunction<Row> isAbout = row -> mentions.isIn(row.getString(message));
    long count = records.filter(isAbout).count();
    if (count > 0) {
      Dataset<Row> others = records.filter((FilterFunction<Row>) row -> !isAbout.call(row));
      Dataset<Row> theirs = records.filter(isAbout).withColumn("message", lit("(taken back)"));
      DeltaTables.replace(spark, runs.path(), others.unionByName(theirs).coalesce(1));
    }
    DeltaTables.purge(spark, runs.path());
    return count;
  }

  private Dataset<Row> rows(Row run) {
    return spark.createDataFrame(List.of(run), runs.shape());
  }

  private Dataset<Row> read(Table table) {
    OptionalLong version = DeltaTables.latestVersion(spark, table.path());
    if (version.isEmpty()) {
      return spark.createDataFrame(List.of(), table.shape());
    }
    Dataset<Row> rows = DeltaTables.read(spark, table.path(), version.getAsLong());
    check(table, rows.schema());
    return DeltaTables.widened(rows, table.shape());
  }

  private void append(Table table, Dataset<Row> rows) {
    if (!stateVersion().equals(OptionalInt.of(CURRENT_STATE))) {
      AtomicFile.replace(
          state,
          JSON.createObjectNode().put(STATE_VERSION, CURRENT_STATE).toString(),
          spark.sparkContext().hadoopConfiguration());
    }
    DeltaTables.append(spark, table.path(), rows.coalesce(1 /* a few rows in one file */));
  }
}
