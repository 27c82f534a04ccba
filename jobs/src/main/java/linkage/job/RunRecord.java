package linkage.job;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.ingest.IngestedFile;
import linkage.marts.DriverStatistics;
import linkage.marts.MartRow;
import linkage.publish.RunName;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import scala.jdk.javaapi.CollectionConverters;

/** What the ledger will say of a run, gathered while it goes. */
final class RunRecord {
  private final Settings settings;
  private final LocalDate asOf;
  private final Instant startedAt;
  private final String id;
  private final Map<String, Long> counts = new ConcurrentSkipListMap<>();
  private final Map<String, BigDecimal> amounts = new TreeMap<>();
  private long transactions;
  private List<IngestedFile> files = List.of();

  RunRecord(Settings settings, LocalDate asOf, Instant startedAt, String suffix) {
    this.settings = settings;
    this.asOf = asOf;
    this.startedAt = startedAt;
    this.id = RunName.of(startedAt) + suffix;
  }

  /** What is written down before anything is done. */
  Begun begun() {
    return new Begun(id, asOf, startedAt, CodeVersion.current(), settings.configurationHash());
  }

  /** The run's name: its start in UTC and its process, so that names sort by time. */
  String id() {
    return id;
  }

  LocalDate asOf() {
    return asOf;
  }

  List<IngestedFile> files() {
    return files;
  }

  void read(List<IngestedFile> ingested) {
    this.files = List.copyOf(ingested);
  }

  /**
   * Takes in the control totals.
   *
   * @param controls the rows of {@code current/control_totals.sql}
   */
  void money(List<Row> controls) {
    for (Row line : controls) {
      String name = line.getAs("line") + "_" + line.getAs("currency");
      counts.merge("transactions_" + name, line.getAs("transactions_count"), Long::sum);
      amounts.merge(name, line.getAs("amount"), BigDecimal::add);
      transactions += line.<Long>getAs("transactions_count");
    }
  }

  /** How many transactions the control totals are of. */
  long transactions() {
    return transactions;
  }

  /** Takes in what was linked. */
  void linked(Dataset<Row> linked) {
    List<Row> groups =
        linked
            .groupBy("eligibility", "is_primary", "in_window")
            .agg(functions.count(lit(1)), sum("responses_count"))
            .collectAsList();
    for (Row group : groups) {
      boolean isAnalysed =
          group.getString(0).equals("eligible") && group.getBoolean(1) && group.getBoolean(2);
      counts.merge("anchors_" + group.getString(0), group.getLong(3), Long::sum);
      counts.merge("observations", isAnalysed ? group.getLong(3) : 0, Long::sum);
      counts.merge("linked_responses", group.getLong(4), Long::sum);
    }
  }

  /** How many responses were linked. */
  long linkedResponses() {
    return counts.getOrDefault("linked_responses", 0L);
  }

  /** How many observations count. */
  long observations() {
    return counts.getOrDefault("observations", 0L);
  }

  /** Takes in what became of rows that were put aside before, and read again. */
  void replayed(List<IngestedFile> again) {
    if (!again.isEmpty()) {
      counts.put("replayed_accepted", IngestedFile.total(again, IngestedFile::accepted));
      counts.put("replayed_duplicate", IngestedFile.total(again, IngestedFile::duplicate));
    }
  }

  /** Takes in how many customers are known. */
  void customers(long customers) {
    counts.put("customers", customers);
  }

  long customersCount() {
    return counts.get("customers");
  }

  long unlinkedResponses() {
    return counts.getOrDefault("unlinked_responses", 0L);
  }

  /** Takes in how many responses there are, and how many of them are of unknown customers. */
  void responses(long responses, long unlinked) {
    counts.put("responses", responses);
    counts.put("unlinked_responses", unlinked);
  }

  /**
   * Checks that every response was accounted for.
   *
   * @throws IllegalStateException if a response is neither linked nor unlinked, or both
   */
  void checkResponses() {
    counts.putIfAbsent("linked_responses", 0L);
    long responses = counts.get("responses");
    if (linkedResponses() + unlinkedResponses() != responses) {
      throw new IllegalStateException(
          "Cannot account for every response: %,d are linked and %,d unlinked, of %,d."
              .formatted(linkedResponses(), unlinkedResponses(), responses));
    }
  }

  /**
   * Takes in how many bytes the moments of drivers hold. Those of single segments aren't told: they
   * grow with the customers, so that they would tell how many a small group has.
   */
  void driverMoments(DriverStatistics.Bytes bytes) {
    counts.put("driver_moments_segments", bytes.segments());
    counts.put("driver_moments_bytes", bytes.total());
    counts.put("driver_moments_bytes_per_segment", bytes.total() / Math.max(1, bytes.segments()));
    counts.put("driver_moments_bytes_of_largest_segment", bytes.largest());
  }

  /** The record as it is told to whoever watches. */
  RunReport report(
      String status,
      int exitCode,
      String message,
      Map<String, Double> seconds,
      Instant finishedAt) {
    Map<String, Long> records = new TreeMap<>();
    records.put("read", IngestedFile.total(files, IngestedFile::read));
    records.put("accepted", IngestedFile.total(files, IngestedFile::accepted));
    records.put("duplicate", IngestedFile.total(files, IngestedFile::duplicate));
    records.put("quarantined", IngestedFile.total(files, IngestedFile::quarantined));
    return new RunReport(
        settings.name(),
        id,
        asOf,
        startedAt,
        finishedAt,
        status,
        exitCode,
        message,
        records,
        Map.copyOf(counts),
        Map.copyOf(amounts),
        seconds);
  }

  /** The record as the ledger keeps it, and as the mart {@code run_audits} shows it. */
  Row ended(
      String status,
      int exitCode,
      String message,
      Map<String, Double> seconds,
      Instant finishedAt) {
    return new MartRow(Contract.mart("run_audits"))
        .set("as_of", Date.valueOf(asOf))
        .set("run_id", id)
        .set("started_at", Timestamp.from(startedAt))
        .set("finished_at", Timestamp.from(finishedAt))
        .set("status", status)
        .set("exit_code", exitCode)
        .set("code_version", CodeVersion.current())
        .set("configuration_hash", settings.configurationHash())
        .set("message", message)
        .set("read_count", IngestedFile.total(files, IngestedFile::read))
        .set("accepted_count", IngestedFile.total(files, IngestedFile::accepted))
        .set("duplicate_count", IngestedFile.total(files, IngestedFile::duplicate))
        .set("quarantined_count", IngestedFile.total(files, IngestedFile::quarantined))
        .set("responses_count", counts.getOrDefault("responses", 0L))
        .set("unlinked_responses_count", counts.getOrDefault("unlinked_responses", 0L))
        .set("observations_count", counts.getOrDefault("observations", 0L))
        .set("customers_count", counts.getOrDefault("customers", 0L))
        .set("counts", CollectionConverters.asScala(counts))
        .set("amounts", CollectionConverters.asScala(amounts))
        .set("stage_seconds", CollectionConverters.asScala(seconds))
        .toRow();
  }
}
