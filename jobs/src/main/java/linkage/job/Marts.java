package linkage.job;

import static org.apache.spark.sql.functions.col;

import java.sql.Date;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import linkage.calibration.Calibration;
import linkage.calibration.HistoryColumns;
import linkage.calibration.ResponseWeights;
import linkage.calibration.RiskModel;
import linkage.config.CustomerKeys;
import linkage.config.Settings;
import linkage.ingest.IngestedFile;
import linkage.ingest.Quarantine;
import linkage.link.Everybody;
import linkage.link.LinkSources;
import linkage.marts.CustomerScorecard;
import linkage.marts.CustomersAtRisk;
import linkage.marts.DriverImportances;
import linkage.marts.DriverRevenueImpacts;
import linkage.marts.LeadLags;
import linkage.marts.MetricPredictiveness;
import linkage.marts.MetricScores;
import linkage.marts.NonresponseChecks;
import linkage.marts.RevenueAtRisk;
import linkage.marts.RiskLookup;
import linkage.marts.SegmentStatistics;
import linkage.marts.SmallGroups;
import linkage.marts.Weighting;
import linkage.sql.SqlModel;
import linkage.staging.CurrentRows;
import linkage.staging.Staging;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** All marts of a night, each a function of what the night found; nothing is computed here. */
final class Marts {
  private final SparkSession spark;
  private final Settings settings;
  private final LocalDate asOf;
  private final Staging staging;
  private final Views views;

  Marts(SparkSession spark, Settings settings, LocalDate asOf, Staging staging, Views views) {
    this.spark = spark;
    this.settings = settings;
    this.asOf = asOf;
    this.staging = staging;
    this.views = views;
  }

  /**
   * What a night found.
   *
   * @param sources what is known today
   * @param controls control totals of money
   * @param tables what linking made of the sources
   * @param calibration risks and weights
   * @param cells as {@link linkage.counts.Counts} counts them
   * @param statistics of all segments
   * @param drivers what the drivers of each segment say
   * @param latest the last answer of each customer who is still there
   * @param lookup what is known of segments when a single customer is judged
   * @param best the verdicts of tonight, as they are published
   * @param verdicts the official verdicts of closed months
   * @param runs the ledger, tonight included
   */
  record Findings(
      LinkSources sources,
      Dataset<Row> controls,
      LinkedTables tables,
      Calibration calibration,
      Dataset<Row> cells,
      Dataset<Row> statistics,
      Drivers drivers,
      Dataset<Row> latest,
      RiskLookup lookup,
      Dataset<Row> best,
      Dataset<Row> verdicts,
      Dataset<Row> runs) {}

  /** The rows of each mart, by its name. */
  Map<String, Dataset<Row>> of(Findings found) {
    LinkSources sources = found.sources();
    Dataset<Row> scorecard =
        Work.cached(
            CustomerScorecard.build(
                sources.customers(), sources.transactions(), sources.attrition(), settings, asOf));
    Map<String, Dataset<Row>> marts = new LinkedHashMap<>();
    marts.put("metric_predictiveness", MetricPredictiveness.build(found.statistics()));
    marts.put("retention_by_score", SegmentStatistics.retentionByScore(found.statistics()));
    marts.put("retention_curves", SegmentStatistics.retentionCurves(found.statistics()));
    marts.put("metric_scores", metricScores(found));
    marts.put("nonresponse_checks", nonresponseChecks(found));
    marts.put("lead_lag", LeadLags.build(found.tables().observations(), settings, asOf));
    marts.put(
        "driver_importance", DriverImportances.build(found.drivers().statistics(), settings, asOf));
    marts.put("driver_revenue_impacts", driverRevenueImpacts(found, scorecard));
    marts.put("revenue_at_risk", RevenueAtRisk.build(found.statistics(), found.latest(), settings));
    marts.put("customers_at_risk", customersAtRisk(found));
    marts.put("customer_scorecard", scorecard);
    marts.put("reconciliation", reconciliation(found));
    marts.put("data_quality", dataQuality());
    marts.put(
        "verdict_history",
        SqlModel.plan(
            spark, "marts/verdict_history", Map.of("verdicts", found.verdicts()), asOfOnly()));
    marts.put("run_audits", found.runs());
    marts.replaceAll((mart, rows) -> SmallGroups.hidden(mart, rows, settings));
    marts.put("best_metrics", found.best());
    return marts;
  }

  private Dataset<Row> metricScores(Findings found) {
    LinkSources sources = found.sources();
    Dataset<Row> invitations =
        SqlModel.plan(
            spark,
            "current/invitations_by_segment",
            Map.of(
                "invitations",
                sources.invitations().orElseGet(() -> views.current("survey_invitations")),
                "customer_versions",
                sources.customers()),
            Map.of("time_zone", settings.timeZone().getId()));
    return MetricScores.build(found.cells(), invitations, settings, asOf);
  }

  private Dataset<Row> nonresponseChecks(Findings found) {
    Dataset<Row> places =
        found
            .tables()
            .places()
            .orElseGet(() -> spark.createDataFrame(List.of(), Everybody.frameSchema()));
    return NonresponseChecks.build(
        found.cells(), places, found.calibration().weights().map(Marts::weighting), settings, asOf);
  }

  /** How respondents were weighted, in words of the marts. */
  static Weighting weighting(ResponseWeights weights) {
    return new Weighting(
        weights.propensity().isKnown() ? Weighting.PROPENSITY_AND_RAKING : Weighting.RAKING_ONLY,
        weights.margins(),
        weights.leftOut(),
        weights.cost().largestInMeans(),
        weights.unreachableShare());
  }

  private Dataset<Row> driverRevenueImpacts(Findings found, Dataset<Row> scorecard) {
    Drivers drivers = found.drivers();
    return DriverRevenueImpacts.build(
        drivers.statistics(),
        drivers.doublyRobust(),
        found.latest(),
        scorecard,
        drivers.caps(),
        settings,
        asOf);
  }

  private Dataset<Row> customersAtRisk(Findings found) {
    return CustomersAtRisk.build(
        found.latest(),
        found.lookup(),
        found.drivers().caps(),
        baseline(found),
        CustomerKeys.of(settings.keyVariable(), System::getenv),
        settings,
        asOf);
  }

  /** The baseline of the first horizon, as rows of the latest answers are read. */
  private Optional<CustomersAtRisk.Baseline> baseline(Findings found) {
    int horizon = settings.horizonsDays().get(0);
    Function<RiskModel, CustomersAtRisk.Baseline> reader =
        risk -> {
          var history = new HistoryColumns(found.latest().schema(), horizon);
          int bucket = found.latest().schema().fieldIndex("bucket");
          return row -> risk.logOdds(history.read(row), row.getInt(bucket));
        };
    return found.calibration().risks().stream()
        .filter(risk -> risk.outcome().equals("retained") && risk.horizonDays() == horizon)
        .filter(RiskModel::isFitted)
        .findFirst()
        .map(reader);
  }

  private Dataset<Row> reconciliation(Findings found) {
    return SqlModel.plan(
        spark,
        "marts/reconciliation",
        Map.of(
            "control_totals", found.controls(),
            "ledger_totals", views.current("ledger_totals"),
            "quarantine",
                Quarantine.current(staging, asOf).where(col("source").equalTo("transactions")),
            "transactions", found.sources().transactions().select("transaction_id")),
        Map.of(
            "as_of", Date.valueOf(asOf),
            "fiscal_year_starts_in", settings.fiscalYearStartsIn().getValue()));
  }

  private Dataset<Row> dataQuality() {
    return SqlModel.plan(
        spark,
        "marts/data_quality",
        Map.of(
            "files",
                staging
                    .readOrEmpty(IngestedFile.TABLE, IngestedFile.schema())
                    .where(CurrentRows.isKnownOrFirst(asOf)),
            "quarantine", Quarantine.current(staging, asOf)),
        asOfOnly());
  }

  private Map<String, Object> asOfOnly() {
    return Map.of("as_of", Date.valueOf(asOf));
  }
}
