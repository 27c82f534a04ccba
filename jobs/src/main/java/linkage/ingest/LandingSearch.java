package linkage.ingest;

import static org.apache.spark.sql.functions.col;

import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import linkage.LinkageException;
import linkage.config.LookupSettings;
import linkage.config.RawFileSettings;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.landing.FileInspection;
import linkage.staging.Staging;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
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
  private static final Logger LOG = LogManager.getLogger(LandingSearch.class);

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
    var found = new Found(new TreeSet<>(), new TreeMap<>());
    List<Ingest.NewFile> readable = readable(arrivals.all(source.raw()), found);
    look(readable, found, files -> mentioned(source.raw(), files));
    boolean canBeMapped = Contract.source(source.name()).has("customer_id");
    for (LookupSettings lookup : source.lookups()) {
      List<Ingest.NewFile> all = arrivals.all(lookup.raw());
      List<Ingest.NewFile> ofLookup = readable(all, found);
      look(ofLookup, found, files -> mentioned(lookup.raw(), files));
      canBeMapped &= !all.isEmpty() && ofLookup.size() == all.size();
    }
    if (canBeMapped) {
      look(readable, found, files -> mapped(source, files));
    }
    return found;
  }

  /**
   * Looks through files all at once, which is one job. Those that can't be read together, since the
   * type of a column has changed, say, are read one by one.
   */
  private static void look(
      List<Ingest.NewFile> files, Found found, Function<List<Ingest.NewFile>, Set<String>> search) {
    if (files.isEmpty()) {
      return;
    }
    try {
      found.holding().addAll(search.apply(files));
    } catch (Exception together) {
      for (Ingest.NewFile file : files) {
        try {
          found.holding().addAll(search.apply(List.of(file)));
        } catch (Exception e) {
          LOG.warn("Cannot look through {}", file.inspection().file().name(), e);
          found.unsearched().put(file.inspection().file().name(), LinkageException.told(e));
        }
      }
    }
  }

  private Set<String> mapped(SourceSettings source, List<Ingest.NewFile> files) {
    Dataset<Row> mapped = ingest.plan(Map.of(source, files)).get(source);
    return names(
        ForgottenRows.ofCustomers(ingest.validated(source, files, mapped), customers)
            .select("file_name"));
  }

  private Set<String> mentioned(RawFileSettings raw, List<Ingest.NewFile> files) {
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

  /** The files that can be read; the others are told. */
  private static List<Ingest.NewFile> readable(List<Ingest.NewFile> files, Found found) {
    for (Ingest.NewFile file : files) {
      FileInspection inspection = file.inspection();
      if (inspection.isFailed()) {
        found.unsearched().put(inspection.file().name(), inspection.failure());
      }
    }
    return files.stream().filter(Ingest.NewFile::isRead).toList();
  }
}
