package linkage.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.staging.Staging;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Reads again what was put aside, by the mappings and settings of today.
 *
 * <p>Records are read from the file that they came from, which must lie in landing as it was; those
 * that are good now are accepted, the others are put aside anew. What they counted as before is
 * taken back in the same commit, so that every record counts once, however often it is replayed.
 */
public final class Replay {
  /** Staging's table of refusals that were taken back: file_id, record_number, run_id. */
  static final String TABLE = "replays";

  private Replay() {}

  /**
   * What was read again.
   *
   * @param batches rows and accounts; the accounts are changes to those that the files have
   * @param left which files' rows couldn't be read again, and why
   * @param refused file and number of the records that were read again; a file that had failed as a
   *     whole has no number
   */
  public record Outcome(List<Ingest.Batch> batches, List<String> left, Dataset<Row> refused) {
    /** Nothing was to be read again. */
    public static final Outcome NONE = new Outcome(List.of(), List.of(), null);

    /** The changes to files' accounts. */
    public List<IngestedFile> files() {
      return batches.stream().flatMap(batch -> batch.files().stream()).toList();
    }

    /** Says how it went. */
    public String summary() {
      return String.format(
          Locale.ROOT,
          "%,d file(s), %,d row(s) accepted, %,d duplicate%s",
          files().size(),
          IngestedFile.total(files(), IngestedFile::accepted),
          IngestedFile.total(files(), IngestedFile::duplicate),
          left.isEmpty() ? "" : ", %,d file(s) not read".formatted(left.size()));
    }

    /** Takes back what the records counted as before; staged with what they count as now. */
    public void takeBack(Staging staging, String runId) {
      if (!batches.isEmpty()) {
        staging.append(TABLE, refused.withColumn("run_id", lit(runId)).coalesce(1));
      }
    }
  }

  /** What was put aside and not taken back since; the columns are those of {@link Quarantine}. */
  static Dataset<Row> current(Staging staging) {
    Dataset<Row> refused = staging.readOrEmpty(Quarantine.TABLE, Quarantine.schema());
    if (!staging.has(TABLE)) {
      return refused;
    }
    Dataset<Row> replays =
        staging
            .read(TABLE)
            .groupBy(col("file_id").as("of_file"), col("record_number").as("of_record"))
            .agg(max("run_id").as("replayed_by"));
    Column isReplayed =
        col("file_id")
            .equalTo(col("of_file"))
            .and(col("record_number").eqNullSafe(col("of_record")))
            // What the replay itself put aside stays.
            .and(col("run_id").lt(col("replayed_by")));
    return refused.join(replays, isReplayed, "left_anti");
  }

  /**
   * Reads all records again that are in quarantine now and whose files are at hand.
   *
   * <p><b>Cost:</b> reads the files that hold them; the driver sees one row per such file.
   *
   * @throws linkage.ConfigException with everything that is wrong with the mappings
   */
  public static Outcome read(Settings settings, Staging staging, Ingest ingest) {
    Dataset<Row> refused = current(staging);
    Map<String, Row> byFile = new HashMap<>();
    for (Row file :
        refused
            .groupBy("source", "file", "file_id")
            .agg(
                sum("records_count"),
                countDistinct("record_number"),
                sum("amount").cast("decimal(18,2)"))
            .collectAsList()) {
      byFile.put(file.getString(2), file);
    }
    List<String> left = new ArrayList<>();
    Map<SourceSettings, List<Ingest.NewFile>> found = new LinkedHashMap<>();
    Map<String, Ingest.Again> again = new HashMap<>();
    for (SourceSettings source : settings.sources()) {
      List<Row> ofSource =
          byFile.values().stream().filter(row -> row.getString(0).equals(source.name())).toList();
      List<Ingest.NewFile> files = readable(source, ofSource, ingest, left);
      files.forEach(file -> again.put(file.id(), again(file, byFile.get(file.id()))));
      if (!files.isEmpty()) {
        found.put(source, files);
      }
    }
    if (found.isEmpty()) {
      return new Outcome(List.of(), List.copyOf(left), null);
    }
    Dataset<Row> chosen =
        refused
            .where(col("file_id").isin(again.keySet().toArray()))
            .select("file_id", "record_number")
            .distinct();
    Map<SourceSettings, Dataset<Row>> mapped = ingest.plan(found);
    List<Ingest.Batch> batches = new ArrayList<>();
    found.forEach(
        (source, files) ->
            batches.add(
                ingest.read(source, files, mapped.get(source), choosing(chosen, byFile), again)));
    return new Outcome(List.copyOf(batches), List.copyOf(left), chosen);
  }

  private static List<Ingest.NewFile> readable(
      SourceSettings source, List<Row> refused, Ingest ingest, List<String> left) {
    if (refused.isEmpty()) {
      return List.of();
    }
    Map<String, Ingest.NewFile> atHand =
        ingest
            .named(
                source, refused.stream().map(row -> row.getString(1)).collect(Collectors.toSet()))
            .stream()
            .collect(Collectors.toMap(Ingest.NewFile::id, file -> file));
    List<Ingest.NewFile> readable = new ArrayList<>();
    for (Row row : refused) {
      Ingest.NewFile file = atHand.get(row.getString(2));
      if (file == null) {
        left.add(
            "%s: file %s isn't in landing as it was read; put it back, or deliver its %,d row(s) anew"
                .formatted(source.name(), row.getString(1), row.getLong(3)));
      } else if (file.inspection().isFailed()) {
        left.add(
            "%s: file %s still %s"
                .formatted(source.name(), row.getString(1), file.inspection().failure()));
      } else {
        readable.add(file);
      }
    }
    return readable;
  }

  private static Ingest.Again again(Ingest.NewFile file, Row refused) {
    long rows = refused.getLong(3);
    if (isWhole(refused)) {
      // A file that failed may have broken off before its end.
      long records = file.inspection().records();
      return new Ingest.Again(records, records - rows, rows, refused.getDecimal(5));
    }
    return new Ingest.Again(refused.getLong(4), 0, rows, refused.getDecimal(5));
  }

  /** Whether the file was refused as a whole, so that its refusal has no record's number. */
  private static boolean isWhole(Row refused) {
    return refused.getLong(4) == 0;
  }

  private static UnaryOperator<Dataset<Row>> choosing(Dataset<Row> keys, Map<String, Row> byFile) {
    Object[] whole =
        byFile.values().stream().filter(Replay::isWhole).map(row -> row.getString(2)).toArray();
    Dataset<Row> chosen =
        keys.select(col("file_id").as("of_file"), col("record_number").as("of_record"));
    return rows ->
        rows.join(
            chosen,
            col("file_id")
                .equalTo(col("of_file"))
                .and(
                    when(col("file_id").isin(whole), lit(null).cast("bigint"))
                        .otherwise(col("record_number"))
                        .eqNullSafe(col("of_record"))),
            "left_semi");
  }
}
