package linkage.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import java.sql.Date;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.OptionalInt;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.ingest.Quarantine;
import linkage.ingest.RowSchemas;
import linkage.staging.History;
import linkage.staging.Staging;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Deletes what staging needn't keep for good, by whole months, where the settings say how long it
 * is to be kept at least. Marts stay the same to the last digit.
 *
 * <p>Of row versions, those that another was in the place of before the days that can be asked for:
 * {@link History}. Customers keep all of theirs, since their segment of any day comes from them. Of
 * refused rows, text and details; where each came from, why it was refused and what it would have
 * amounted to is what {@code data_quality} and {@code reconciliation} are made of, and stays.
 *
 * <p>All of it is one commit, and a run that dies meanwhile leaves staging as it was. The files
 * that it made needless are deleted by the next night's, so that a reader has until then to finish.
 */
final class Retention {
  private static final long ROWS_PER_FILE = 1_000_000;

  private final Staging staging;
  private final List<SourceSettings> sources;
  private final OptionalInt stagingDays;
  private final OptionalInt quarantineDays;

  /**
   * @param staging opened to write, and committed
   * @param stagingDays how many days staging goes back; empty for good
   * @param quarantineDays how many days the text of refused rows is kept; empty for good
   */
  Retention(
      Staging staging,
      List<SourceSettings> sources,
      OptionalInt stagingDays,
      OptionalInt quarantineDays) {
    this.staging = staging;
    this.sources = List.copyOf(sources);
    this.stagingDays = stagingDays;
    this.quarantineDays = quarantineDays;
  }

  /**
   * Deletes what is older than was asked for.
   *
   * <p><b>Cost:</b> nothing where nothing is asked for; else one scan of quarantine, and on the
   * first night of which staging needn't reach a month any more, one shuffle of each source.
   *
   * @return how many tables were written anew
   * @throws linkage.FenceException if another run writes to staging; what it wrote stays as it is
   */
  long apply(String runId) {
    if (stagingDays.isEmpty() && quarantineDays.isEmpty()) {
      return 0;
    }
    staging.purgeNeedless(runId);
    LocalDate today = staging.knownThrough().orElseThrow();
    long changed = 0;
    if (stagingDays.isPresent()) {
      LocalDate since = monthOf(today.minusDays(stagingDays.getAsInt()));
      if (staging.reachesBefore(since)) {
        changed += sources.stream().filter(source -> shorten(source, since)).count();
        staging.reachOnly(since);
        staging.commit(runId);
      }
    }
    if (quarantineDays.isPresent()
        && withoutTextsBefore(monthOf(today.minusDays(quarantineDays.getAsInt())))) {
      changed++;
      staging.commit(runId);
    }
    return changed;
  }

  /** Whole months, so that large tables are written anew twelve times a year. */
  private static LocalDate monthOf(LocalDate day) {
    return day.withDayOfMonth(1);
  }

  private boolean shorten(SourceSettings source, LocalDate since) {
    if (History.isKeptForGood(source.name()) || !staging.has(source.name())) {
      return false;
    }
    Dataset<Row> marked =
        History.marked(
            staging.readOrEmpty(source.name(), RowSchemas.staged(source.name())),
            Contract.source(source.name()),
            source.order(),
            since);
    Row counts = marked.agg(count(lit(1)), count_if(col(History.IS_SUPERSEDED))).first();
    long superseded = counts.getLong(1);
    if (superseded == 0) {
      return false;
    }
    long kept = counts.getLong(0) - superseded;
    staging.replace(
        source.name(),
        marked
            .where(not(col(History.IS_SUPERSEDED)))
            .drop(History.IS_SUPERSEDED)
            .coalesce(Math.toIntExact(1 + kept / ROWS_PER_FILE)));
    return true;
  }

  private boolean withoutTextsBefore(LocalDate day) {
    if (!staging.has(Quarantine.TABLE)) {
      return false;
    }
    Dataset<Row> rows = staging.readOrEmpty(Quarantine.TABLE, Quarantine.schema());
    Column hasText =
        col("raw_text").isNotNull().or(exists(col("details"), text -> text.notEqual("")));
    Column isTooOld = wasRefusedBefore(day).and(hasText);
    if (rows.where(isTooOld).isEmpty()) {
      return false;
    }
    staging.replace(
        Quarantine.TABLE,
        rows.withColumn("is_too_old", isTooOld)
            .withColumn(
                "details",
                when(col("is_too_old"), transform(col("details"), text -> lit("")))
                    .otherwise(col("details")))
            .withColumn("raw_text", when(not(col("is_too_old")), col("raw_text")))
            .drop("is_too_old")
            .coalesce(1));
    return true;
  }

  /** What a warehouse's first run refused has no day of its own; the run's name begins with one. */
  private static Column wasRefusedBefore(LocalDate day) {
    return coalesce(
        col("known_from").lt(lit(Date.valueOf(day))),
        col("run_id").lt(lit(DateTimeFormatter.BASIC_ISO_DATE.format(day))));
  }
}
