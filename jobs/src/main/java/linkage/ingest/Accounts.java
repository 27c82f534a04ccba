package linkage.ingest;

import java.sql.Timestamp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import linkage.config.SourceSettings;
import linkage.landing.FileInspection;
import linkage.landing.LandingFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What became of the records of each file that was read: of a new file, all of them; of a known
 * one, the change to what they counted as.
 *
 * @param totals of all rows but repeats, by file id
 * @param versions of the repeats that turned out to be versions, by file id
 * @param leftOut how many records the mapping returned no row for, where it must, by file id
 */
record Accounts(
    SourceSettings source,
    boolean isRowByRow,
    Map<String, FileTotals> totals,
    Map<String, FileTotals> versions,
    Map<String, Long> leftOut) {

  /** The accounts of files of which nothing was read. */
  static Accounts none(SourceSettings source) {
    return new Accounts(source, true, Map.of(), Map.of(), Map.of());
  }

  /**
   * The same with records that the mapping returned no row for.
   *
   * <p><b>Cost:</b> reads their files once more; the driver sees one row per file.
   */
  Accounts with(Dataset<Row> unmapped) {
    Map<String, Long> counts = new HashMap<>();
    unmapped
        .groupBy("file_id")
        .count()
        .collectAsList()
        .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
    return new Accounts(source, isRowByRow, totals, versions, counts);
  }

  /** How many records are read of a file. */
  private static long records(Ingest.NewFile file) {
    long all = file.inspection().records();
    return file.isKnown() ? file.replayed().map(refused -> refused.records(all)).orElse(0L) : all;
  }

  /** How many records of readable files have no row. */
  long lost(List<Ingest.NewFile> files) {
    return files.stream()
        .filter(file -> !file.inspection().isFailed())
        .mapToLong(file -> records(file) - total(totals, file).records())
        .sum();
  }

  /** Why rows were refused, and how often, by file id. */
  Map<String, Map<String, Long>> reasons() {
    Map<String, Map<String, Long>> reasons = new HashMap<>();
    totals.forEach((file, total) -> reasons.put(file, new HashMap<>(total.reasons())));
    leftOut.forEach(
        (file, count) ->
            reasons.computeIfAbsent(file, none -> new HashMap<>()).put(Mapping.LEFT_OUT, count));
    return reasons;
  }

  /** The account of a new file. */
  IngestedFile of(Ingest.NewFile file) {
    boolean isFailed = file.inspection().isFailed();
    long read = records(file);
    FileTotals total = total(totals, file);
    return account(
        file,
        read,
        filtered(file, total),
        total.mapped() - total.records(),
        total.accepted(),
        total.duplicate(),
        isFailed ? read : total.bad() + leftOut.getOrDefault(file.id(), 0L),
        total.amounts());
  }

  /** What changes in the account of a known file. */
  IngestedFile changeOf(Ingest.NewFile file) {
    FileTotals total = total(totals, file);
    FileTotals late = total(versions, file);
    long all = file.inspection().records();
    long read = file.replayed().map(refused -> refused.newRecords(all)).orElse(0L);
    long refusedBefore = file.replayed().map(Refusals::rows).orElse(0L);
    // Of a record that the mapping left out then, and makes a row of now, nothing was counted.
    long duplicatesBefore = Math.min(late.accepted(), file.before().orElseThrow().duplicates());
    long filteredBefore = isRowByRow ? late.accepted() - duplicatesBefore : 0;
    long filtered = filtered(file, total) - filteredBefore;
    long accepted = total.accepted() + late.accepted();
    long duplicate = total.duplicate() - duplicatesBefore;
    long quarantined = total.bad() + leftOut.getOrDefault(file.id(), 0L) - refusedBefore;
    // Of a record with several rows, some may be staged: its rows can't be told from their number.
    long multiplied =
        isRowByRow
            ? records(file) - read - refusedBefore
            : accepted + duplicate + quarantined - read + filtered;
    IngestedFile.Amounts amounts =
        total
            .amounts()
            .without(file.replayed().map(Refusals::amount).orElse(null))
            .accepting(late.amounts().accepted());
    return account(file, read, filtered, multiplied, accepted, duplicate, quarantined, amounts);
  }

  private long filtered(Ingest.NewFile file, FileTotals total) {
    boolean mayFilter = source.mappingMayFilter() && !file.inspection().isFailed();
    return (mayFilter ? records(file) - total.records() : 0) + total.leftOut();
  }

  private static FileTotals total(Map<String, FileTotals> totals, Ingest.NewFile file) {
    return totals.getOrDefault(file.id(), FileTotals.NONE);
  }

  private IngestedFile account(
      Ingest.NewFile file,
      long read,
      long filtered,
      long multiplied,
      long accepted,
      long duplicate,
      long quarantined,
      IngestedFile.Amounts amounts) {
    FileInspection inspection = file.inspection();
    LandingFile landed = inspection.file();
    return new IngestedFile(
        source.name(),
        landed.name(),
        file.id(),
        file.edition(),
        FileDates.of(source, landed.name()),
        inspection.sha256(),
        landed.bytes(),
        Timestamp.from(landed.modifiedAt()),
        inspection.failure(),
        read,
        filtered,
        multiplied,
        accepted,
        duplicate,
        quarantined,
        amounts,
        accepted + duplicate > 0
            ? inspection.columnKeys().stream().filter(source::mayUse).toList()
            : List.of());
  }
}
