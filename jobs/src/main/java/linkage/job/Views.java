package linkage.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_utc_timestamp;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.to_date;

import java.sql.Date;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import linkage.config.Favourable;
import linkage.config.QuestionSettings;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.ingest.IngestedFile;
import linkage.ingest.RowSchemas;
import linkage.link.LinkRules;
import linkage.sql.SqlModel;
import linkage.staging.CurrentRows;
import linkage.staging.CustomerVersions;
import linkage.staging.Staging;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What a night sees of staging: current rows as known on its as-of day, ready to be linked. */
final class Views {
  private final SparkSession spark;
  private final Settings settings;
  private final Staging staging;
  private final LocalDate asOf;

  Views(SparkSession spark, Settings settings, Staging staging, LocalDate asOf) {
    this.spark = spark;
    this.settings = settings;
    this.staging = staging;
    this.asOf = asOf;
  }

  /** The current rows of a source; none if it isn't declared. */
  Dataset<Row> current(String name) {
    Dataset<Row> staged = staged(name);
    return settings
        .source(name)
        .map(source -> CurrentRows.newest(staged, Contract.source(name), source.order(), asOf))
        .orElse(staged);
  }

  Dataset<Row> customerVersions() {
    SourceSettings source = settings.source("customers").orElseThrow();
    return CustomerVersions.build(staged("customers"), source, settings, asOf);
  }

  Dataset<Row> convertedTransactions(Dataset<Row> transactions, Dataset<Row> customers) {
    return SqlModel.plan(
        spark,
        "current/converted_transactions",
        Map.of(
            "transactions", transactions,
            "fx_rates", current("fx_rates"),
            "customers", customers),
        Map.of(
            "as_of", Date.valueOf(asOf),
            "reporting_currency", settings.reportingCurrency().getCurrencyCode()));
  }

  Dataset<Row> responses() {
    return current("survey_responses")
        .withColumn(
            "responded_on",
            to_date(from_utc_timestamp(col("responded_at"), settings.timeZone().getId())))
        .select("response_id", "customer_id", "responded_at", "responded_on", "answers");
  }

  /** Who was asked, and on which day; none where invitations aren't delivered. */
  Optional<Dataset<Row>> invitations() {
    return settings
        .source("survey_invitations")
        .map(
            source ->
                current("survey_invitations")
                    .withColumn(
                        "invited_on",
                        to_date(from_utc_timestamp(col("invited_at"), settings.timeZone().getId())))
                    .select("customer_id", "response_id", "invited_at", "invited_on"));
  }

  /** Losses and returns; none where the inactivity rule stands in for them. */
  Optional<Dataset<Row>> attrition() {
    return settings
        .source("attrition")
        .map(
            source ->
                current("attrition").select("customer_id", "occurred_on", "event", "noticed_on"));
  }

  /** How linking is done in this deployment on this night. */
  LinkRules linkRules() {
    List<String> attributes = settings.attributes();
    List<LinkRules.Question> questions =
        settings.questions().stream().map(Views::question).toList();
    List<String> ids = settings.questions().stream().map(QuestionSettings::id).toList();
    return new LinkRules(
        asOf,
        completeThrough(),
        asOf.minusMonths(settings.analysisWindowMonths()).plusDays(1),
        settings.effectiveLandmarkDays(),
        settings.horizonsDays(),
        settings.inactivityDays().orElse(0),
        settings.maxPairAgeDays(),
        questions,
        settings.metrics().stream().map(metric -> ids.indexOf(metric.question().id())).toList(),
        attributes,
        settings.segmentSets().stream()
            .map(SegmentSet::attributes)
            .map(names -> names.stream().map(attributes::indexOf).toList())
            .toList());
  }

  /**
   * The last day on which every source of outcomes is complete: the earliest of their high-water
   * marks (newest event, or date of the newest file where files are dated, at most the as-of day),
   * each less its reporting lag. A late feed must not look like retention.
   */
  private LocalDate completeThrough() {
    List<SourceSettings> sources =
        Stream.of("transactions", "attrition")
            .flatMap(name -> settings.source(name).stream())
            .toList();
    Map<String, LocalDate> marks = newestDays(sources);
    return sources.stream()
        .map(
            source -> {
              LocalDate day = marks.getOrDefault(source.name(), asOf);
              return (day.isAfter(asOf) ? asOf : day).minusDays(source.reportingLagDays());
            })
        .min(LocalDate::compareTo)
        .orElse(asOf);
  }

  /**
   * Per source the day of its newest event, or of its newest dated file, which may be empty or
   * repeat what is known; absent without either.
   */
  private Map<String, LocalDate> newestDays(List<SourceSettings> sources) {
    Column source = col("source");
    Dataset<Row> days =
        staging
            .readOrEmpty(IngestedFile.TABLE, IngestedFile.schema())
            .where(CurrentRows.isKnownOrFirst(asOf).and(col("status").equalTo("ingested")))
            .select(source, col("file_date").as("day"));
    for (SourceSettings of : sources) {
      days =
          days.union(
              CurrentRows.visible(staged(of.name()), asOf)
                  .select(
                      lit(of.name()).as("source"),
                      greatest(col("event_day"), col("file_date")).as("day")));
    }
    Map<String, LocalDate> newest = new HashMap<>();
    days.groupBy(source)
        .agg(max("day").as("day"))
        .where(col("day").isNotNull())
        .collectAsList()
        .forEach(row -> newest.put(row.getString(0), row.getDate(1).toLocalDate()));
    return newest;
  }

  private Dataset<Row> staged(String name) {
    return staging.readOrEmpty(name, RowSchemas.staged(name));
  }

  private static LinkRules.Question question(QuestionSettings question) {
    return new LinkRules.Question(
        question.id(),
        question.minimum(),
        question.maximum(),
        question.favourable() == Favourable.HIGH
            ? LinkRules.Favourable.HIGH
            : LinkRules.Favourable.LOW);
  }
}
