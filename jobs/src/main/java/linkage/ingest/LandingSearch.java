package linkage.ingest;

import static org.apache.spark.sql.functions.col;

import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import linkage.config.LookupSettings;
import linkage.config.RawFileSettings;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.landing.FileInspection;
import linkage.staging.Staging;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Looks for customers in the files of landing, whatever a night makes of these: rows that a mapping
 * leaves out, refused ones and lookups, too.
 *
 * <p>A file holds a customer if the text of a record mentions their number ({@link Mentions}), or a
 * mapping makes their number of one.
 */
public final class LandingSearch {
  private final Ingest ingest;
  private final Arrivals arrivals;
  private final Set<String> customers;

  /** Looks for customers; nothing is written. */
  public LandingSearch(
      SparkSession spark,
      Settings settings,
      Staging staging,
      LocalDate today,
      Collection<String> customers) {
    this.ingest = new Ingest(spark, settings, staging, today);
    this.arrivals = new Arrivals(spark, settings, staging);
    this.customers = Set.copyOf(customers);
  }

  /**
   * What was found, each in the order of names.
   *
   * @param holding files of the source and its lookups that hold the customers
   * @param unsearched those that can't be read, by name, with the reason: they may hold them
   */
  public record Found(Set<String> holding, Map<String, String> unsearched) {}

  /**
   * Looks through the files of a source and of its lookups.
   *
   * <p><b>Cost:</b> reads all of them, those of the source twice.
   */
  public Found in(SourceSettings source) {
    List<Ingest.NewFile> files = arrivals.all(source.raw());
    Map<String, String> unsearched = new TreeMap<>(failures(files));
    List<Ingest.NewFile> readable = readable(files);
    Set<String> holding = new TreeSet<>(mentioned(source.raw(), readable));
    boolean canBeMapped = Contract.source(source.name()).has("customer_id") && !readable.isEmpty();
    for (LookupSettings lookup : source.lookups()) {
      List<Ingest.NewFile> ofLookup = arrivals.all(lookup.raw());
      holding.addAll(mentioned(lookup.raw(), readable(ofLookup)));
      unsearched.putAll(failures(ofLookup));
      canBeMapped &= !ofLookup.isEmpty() && failures(ofLookup).isEmpty();
    }
    if (canBeMapped) {
      Dataset<Row> mapped = ingest.plan(Map.of(source, readable)).get(source);
      holding.addAll(
          names(
              ForgottenRows.ofCustomers(ingest.validated(source, readable, mapped), customers)
                  .select("file_name")));
    }
    return new Found(holding, unsearched);
  }

  private Set<String> mentioned(RawFileSettings raw, List<Ingest.NewFile> files) {
    if (files.isEmpty()) {
      return Set.of();
    }
    var mentions = new Mentions(customers);
    Dataset<Row> records = arrivals.raw(raw, files);
    int record = records.schema().fieldIndex(Mapping.RECORD);
    return names(
        records
            .filter((FilterFunction<Row>) row -> isMentioned(row, record, mentions))
            .select(col(Mapping.RECORD + ".file_id")));
  }

  /** The values of a record have no escapes any more that its text may have. */
  private static boolean isMentioned(Row row, int record, Mentions mentions) {
    for (int i = 0; i < row.length(); i++) {
      if (i != record && row.get(i) instanceof String value && mentions.isIn(value)) {
        return true;
      }
    }
    return mentions.isIn(row.getStruct(record).getAs("text"));
  }

  private static Set<String> names(Dataset<Row> names) {
    return new TreeSet<>(names.distinct().as(Encoders.STRING()).collectAsList());
  }

  private static List<Ingest.NewFile> readable(List<Ingest.NewFile> files) {
    return files.stream().filter(Ingest.NewFile::isRead).toList();
  }

  private static Map<String, String> failures(List<Ingest.NewFile> files) {
    return files.stream()
        .map(Ingest.NewFile::inspection)
        .filter(FileInspection::isFailed)
        .collect(Collectors.toMap(failed -> failed.file().name(), FileInspection::failure));
  }
}
