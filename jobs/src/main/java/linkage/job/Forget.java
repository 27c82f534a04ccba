package linkage.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import linkage.LinkageException;
import linkage.config.CustomerKeys;
import linkage.config.JdbcSettings;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.contract.Field;
import linkage.ingest.ForgottenRows;
import linkage.ingest.LandingSearch;
import linkage.ingest.Mentions;
import linkage.ingest.Quarantine;
import linkage.ingest.RowSchemas;
import linkage.publish.Generations;
import linkage.publish.MartWriter;
import linkage.publish.Pointer;
import linkage.publish.RunLock;
import linkage.publish.RunName;
import linkage.staging.Forgotten;
import linkage.staging.Staging;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Removes customers from everything that Linkage keeps, and keeps them away.
 *
 * <p>The request is listed first. Staging changes in one commit; then its history goes, and copies
 * from databases; then the published customers at risk and the ledger's mart are written anew, and
 * every other generation is deleted. Whatever moment it dies at, running it again completes it;
 * once the pointer has moved, the next run does so ({@link Leftovers}).
 */
public final class Forget {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final String AT_RISK = "customers_at_risk";
  private static final String RUNS = "run_audits";

  /** What the names of runs end with that forget customers. */
  static final String FORGETTING = "-forget";

  /** Columns whose text says nothing of who said it, or names a company of many. */
  private static final Set<String> NOT_OF_ONE_PERSON = Set.of("verbatim", "account_id");

  private final SparkSession spark;
  private final Settings settings;
  private final Configuration hadoop;
  private final Set<String> customers;
  private final CustomerKeys keys;
  private final Instant now;
  private final Generations generations;
  private final Ledger ledger;
  private final String runId;

  private Forget(SparkSession spark, Settings settings, Collection<String> customers) {
    this.spark = spark;
    this.settings = settings;
    this.hadoop = spark.sparkContext().hadoopConfiguration();
    this.customers = new TreeSet<>(customers);
    this.keys = CustomerKeys.of(settings.keyVariable(), System::getenv);
    this.now = CLOCK.instant();
    this.generations = new Generations(settings.warehouse(), hadoop);
    this.ledger = new Ledger(spark, settings.warehouse());
    this.runId = RunName.of(now) + FORGETTING;
  }

  /**
   * What was found of the customers.
   *
   * @param rows rows by the table they were in: deleted, or of transactions kept without them
   * @param generations marts that were deleted because customers were in them
   * @param pulls files copied from databases that were deleted because customers were in them
   */
  public record Result(Map<String, Long> rows, int generations, List<String> pulls) {}

  /**
   * Forgets customers.
   *
   * @throws LinkageException if another run holds the lock, or the secret isn't the one that others
   *     were forgotten with, or that the published marts were made with; nothing is changed then
   */
  public static Result run(SparkSession spark, Settings settings, Collection<String> customers) {
    var forget = new Forget(spark, settings, customers);
    RunLock lock = RunLock.take(settings.warehouse(), forget.runId, forget.now, forget.hadoop);
    try (lock) {
      return forget.locked(lock);
    }
  }

  private Result locked(RunLock lock) {
    var leftovers = new Leftovers(spark, settings.warehouse(), generations, ledger);
    leftovers.checkState();
    var secret = new PinnedSecret(settings, System::getenv, hadoop);
    secret.check();
    secret.checkPublished(generations.current());
    Staging staging = leftovers.openStaging();
    Optional<Pointer> before = generations.current();
    LocalDate today = LocalDate.ofInstant(now, settings.timeZone());
    LocalDate asOf = before.map(Pointer::asOf).orElse(today);
    Begun begun = new RunRecord(settings, asOf, now, FORGETTING).begun();
    var work = new Work(spark, settings.warehouse(), runId);
    work.begin(begun);

    Map<String, Long> rows = staged(staging);
    lock.checkHeld();
    staging.purge(runId);
    long messages = ledger.withoutMessagesOf(customers);
    if (messages > 0) {
      rows.put("ledger", messages);
    }
    List<String> pulls = pulls(staging);
    Row record = record(begun);
    int deleted = before.isEmpty() ? 0 : marts(before.get(), record);
    ledger.record(record);
    work.delete();
    return new Result(rows, deleted, pulls);
  }

  /**
   * Looks through landing for customers, by source: its files are the company's own, and Linkage
   * doesn't touch them.
   *
   * <p><b>Cost:</b> reads all of landing.
   */
  public static Map<String, LandingSearch.Found> landed(
      SparkSession spark, Settings settings, Collection<String> customers) {
    var forget = new Forget(spark, settings, customers);
    LandingSearch search = forget.search(Staging.look(spark, settings.warehouse()));
    Map<String, LandingSearch.Found> found = new LinkedHashMap<>();
    settings.sources().forEach(source -> found.put(source.name(), search.in(source)));
    return found;
  }

  private LandingSearch search(Staging staging) {
    LocalDate today = LocalDate.ofInstant(CLOCK.instant(), settings.timeZone());
    return new LandingSearch(spark, settings, staging, today, customers);
  }

  /**
   * Deletes what Linkage itself has copied from databases and holds the customers, or may hold them
   * since it can't be read; the next night pulls what is then in the database.
   */
  private List<String> pulls(Staging staging) {
    List<String> deleted = new ArrayList<>();
    try {
      for (SourceSettings source : settings.sources()) {
        var folder = new Path(settings.landing(), JdbcSettings.folder(source.name()));
        var files = folder.getFileSystem(hadoop);
        if (source.jdbc().isEmpty() || !files.exists(folder)) {
          continue;
        }
        LandingSearch.Found found = search(staging).in(source);
        Set<String> holding = new TreeSet<>(found.holding());
        holding.addAll(found.unsearched().keySet());
        // Lookups are searched along with a source, but they aren't its pulls.
        holding.removeIf(name -> !name.startsWith(JdbcSettings.folder(source.name()) + "/"));
        for (FileStatus pull : files.listStatus(folder)) {
          String name = JdbcSettings.folder(source.name()) + "/" + pull.getPath().getName();
          boolean isIncomplete = pull.getPath().getName().startsWith("_");
          if (isIncomplete || holding.contains(name) || isBehind(source, name, holding)) {
            files.delete(pull.getPath(), true);
            deleted.add(name);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    deleted.sort(null);
    return deleted;
  }

  /**
   * Whether a pull must be repeated, since one before it is: by a watermark, a pull begins where
   * the newest one ended, and what a deleted one brought may not have been read yet.
   */
  private static boolean isBehind(SourceSettings source, String name, Set<String> deleted) {
    return source.jdbc().orElseThrow().watermark().isPresent()
        && deleted.stream().anyMatch(earlier -> earlier.compareTo(name) < 0);
  }

  private Map<String, Long> staged(Staging staging) {
    Forgotten forgotten = Forgotten.of(staging, settings, System::getenv).and(customers, keys);
    Forgotten.list(staging, settings, customers, keys, now);
    Map<String, Long> found = new LinkedHashMap<>();
    Set<String> identifiers = new TreeSet<>(customers);
    for (String source : Contract.sources()) {
      var contract = Contract.source(source);
      if (!contract.has("customer_id") || !staging.has(source)) {
        continue;
      }
      Dataset<Row> rows = staging.readOrEmpty(source, RowSchemas.staged(source));
      Dataset<Row> theirs = ForgottenRows.of(rows, forgotten);
      long count = theirs.count();
      if (count > 0) {
        identifiers.addAll(identifiers(theirs, contract));
        found.put(source, count);
        staging.replace(source, ForgottenRows.kept(rows, contract, forgotten));
      }
    }
    if (staging.has(Quarantine.TABLE)) {
      Dataset<Row> rows = staging.readOrEmpty(Quarantine.TABLE, Quarantine.schema());
      var mentions = new Mentions(identifiers);
      long count = ForgottenRows.mentioning(rows, mentions).count();
      if (count > 0) {
        found.put(Quarantine.TABLE, count);
        staging.replace(Quarantine.TABLE, ForgottenRows.withoutMentions(rows, mentions, forgotten));
      }
    }
    staging.commit(runId);
    return found;
  }

  /** Everything that a few customers' rows name them by. */
  private static Set<String> identifiers(Dataset<Row> theirs, Contract contract) {
    List<String> columns =
        contract.fields().stream()
            .filter(Field::isPersonal)
            .map(Field::name)
            .filter(name -> !NOT_OF_ONE_PERSON.contains(name))
            .toList();
    Set<String> identifiers = new HashSet<>();
    for (Row row :
        theirs
            .select(columns.stream().map(name -> col(name)).toArray(Column[]::new))
            .collectAsList()) {
      for (int i = 0; i < row.length(); i++) {
        if (!row.isNullAt(i)) {
          identifiers.add(row.getString(i));
        }
      }
    }
    return identifiers;
  }

  /** What the ledger says of it, which names nobody. */
  private Row record(Begun begun) {
    return begun.ended(
        begun.asOf(),
        "forgotten",
        0,
        "%d customer(s) were forgotten.".formatted(customers.size()),
        CLOCK.instant(),
        List.of(0L, 0L, 0L, 0L));
  }

  /** Publishes the current marts again without the customers, and deletes all others. */
  private int marts(Pointer before, Row record) {
    Path current = generations.folder(before.runId());
    try {
      var files = current.getFileSystem(hadoop);
      for (FileStatus mart : files.listStatus(current)) {
        if (!List.of(AT_RISK, RUNS).contains(mart.getPath().getName())) {
          var copy = new Path(generations.folder(runId), mart.getPath().getName());
          FileUtil.copy(files, mart.getPath(), files, copy, false, hadoop);
        }
      }
      Map<String, Dataset<Row>> anew = new LinkedHashMap<>();
      if (files.exists(new Path(current, AT_RISK))) {
        anew.put(AT_RISK, others(new Path(current, AT_RISK)));
      }
      anew.put(RUNS, ledger.runsWith(record));
      new MartWriter(spark, generations).write(runId, anew);
      generations.publish(runId, before.asOf(), now, Optional.of(before));
      return generations.removeOthers();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The customers at risk without those forgotten; who came after them moves up. */
  private Dataset<Row> others(Path folder) {
    Dataset<Row> atRisk =
        spark
            .read()
            .schema(Contract.mart(AT_RISK).sparkType().asNullable())
            .parquet(folder.toString());
    Column isForgotten = col("customer_key").isin(customers.stream().map(keys::of).toArray());
    Column places = lit(0L);
    // A handful: one row per customer asked for.
    for (Row gone : atRisk.where(isForgotten).select("priority").collectAsList()) {
      places = places.plus(when(col("priority").gt(gone.getLong(0)), 1L).otherwise(0L));
    }
    return atRisk
        .where(coalesce(isForgotten, lit(false)).equalTo(false))
        .withColumn("priority", col("priority").minus(places));
  }
}
