package linkage.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.sql.Date;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import linkage.FenceException;
import linkage.GateException;
import linkage.LinkageException;
import linkage.calibration.Calibration;
import linkage.calibration.HistoryColumns;
import linkage.calibration.ResponseWeights;
import linkage.calibration.RiskModel;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.counts.Counts;
import linkage.counts.DoublyRobust;
import linkage.counts.DriverBasis;
import linkage.counts.DriverMoments;
import linkage.ingest.GateKeeper;
import linkage.ingest.Ingest;
import linkage.ingest.IngestedFile;
import linkage.ingest.Quarantine;
import linkage.link.Everybody;
import linkage.link.LinkRules;
import linkage.link.LinkSources;
import linkage.link.Linked;
import linkage.link.Observations;
import linkage.link.Unlinked;
import linkage.marts.BestMetrics;
import linkage.marts.CustomerKeys;
import linkage.marts.CustomerScorecard;
import linkage.marts.CustomersAtRisk;
import linkage.marts.DoublyRobustImpacts;
import linkage.marts.DriverImportances;
import linkage.marts.DriverRevenueImpacts;
import linkage.marts.DriverStatistics;
import linkage.marts.LatestAnswers;
import linkage.marts.LeadLags;
import linkage.marts.MetricPredictiveness;
import linkage.marts.MetricScores;
import linkage.marts.NonresponseChecks;
import linkage.marts.RevenueAtRisk;
import linkage.marts.SegmentStatistics;
import linkage.marts.Weighting;
import linkage.publish.Generations;
import linkage.publish.MartWriter;
import linkage.publish.Pointer;
import linkage.publish.RunLock;
import linkage.sql.SqlModel;
import linkage.staging.Staging;
import linkage.stats.drivers.Winsor;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * One night: raw files in, a published generation of marts out.
 *
 * <p>The steps stand in {@link #night} in their order, each a function of what is above it. Nothing
 * that a reader sees changes before the last of them.
 */
public final class Night {
  private static final Clock CLOCK = Clock.systemUTC();

  private final SparkSession spark;
  private final Settings settings;
  private final LocalDate asOf;
  private final Stages stages;
  private final Generations generations;
  private final Ledger ledger;
  private final RunRecord run;

  private Night(SparkSession spark, Settings settings, LocalDate asOf, Stages stages) {
    this.spark = spark;
    this.settings = settings;
    this.asOf = asOf;
    this.stages = stages;
    this.generations =
        new Generations(settings.warehouse(), spark.sparkContext().hadoopConfiguration());
    this.ledger = new Ledger(spark, settings.warehouse());
    this.run = new RunRecord(settings, asOf, CLOCK.instant());
  }

  /**
   * Runs a night.
   *
   * @param asOf the business day to speak of; the only clock that the marts depend on
   * @return what was published, and what the ledger says of the run
   * @throws LinkageException if the configuration, the data or another run stands in the way; the
   *     published marts are then unchanged, and the ledger says so
   */
  public static Result run(SparkSession spark, Settings settings, LocalDate asOf, Stages stages) {
    var night = new Night(spark, settings, asOf, stages);
    RunLock lock =
        RunLock.take(
            settings.warehouse(),
            night.run.id(),
            CLOCK.instant(),
            spark.sparkContext().hadoopConfiguration());
    try (lock) {
      return night.recorded();
    }
  }

  /**
   * A published night.
   *
   * @param accounts what became of each file of tonight
   * @param unlinkedResponses responses of customers that aren't known
   */
  public record Result(Pointer pointer, List<IngestedFile> accounts, long unlinkedResponses) {}

  private Result recorded() {
    try {
      return night();
    } catch (RuntimeException e) {
      generations.discard(run.id());
      String status =
          e instanceof GateException
              ? "stopped_by_gate"
              : e instanceof FenceException ? "fenced" : "failed";
      int exitCode = e instanceof LinkageException linkage ? linkage.exitCode() : 1;
      ledger.record(run.ended(status, exitCode, e.getMessage(), stages.seconds(), CLOCK.instant()));
      throw e;
    } finally {
      spark.catalog().clearCache();
      deleteWork();
    }
  }

  private Result night() {
    Optional<Pointer> before = generations.current();
    var staging = Staging.open(spark, settings.warehouse());
    var ingest = new Ingest(spark, settings, staging, asOf);

    List<Ingest.Batch> batches = read(ingest);
    run.read(batches.stream().flatMap(batch -> batch.files().stream()).toList());
    GateKeeper.check(batches.stream().map(Ingest.Batch::delivery).toList(), asOf);
    RateGate.check(batches, staging, settings, asOf);
    stages.run(
        "Staging",
        () -> Parallel.map(ingest.staged(batches, run.id()), Ingest.Append::write),
        written -> "%d tables".formatted(written.size()));
    batches.forEach(Ingest.Batch::release);

    var views = new Views(spark, settings, staging, asOf);
    LinkSources sources =
        stages.run(
            "Finding what is current",
            () -> current(views),
            rows -> "%,d customers".formatted(run.customersCount()));
    Dataset<Row> versions = sources.customers();
    Dataset<Row> converted = sources.transactions();

    Dataset<Row> controls = stages.run("Adding up", () -> controlTotals(converted), run::money);
    LinkedTables tables =
        stages.run(
            "Linking", () -> linked(sources, views), made -> run.linked(made.observations()));
    Dataset<Row> linked = tables.observations();
    run.responses(
        sources.responses().count(), Unlinked.responses(sources.responses(), versions).count());
    // Only one mart reads what was spent month by month.
    Dataset<Row> observations = linked.drop(Linked.MONTHLY_REVENUE_CENTS);
    Calibration calibration =
        stages.run(
            "Calibrating",
            () ->
                Calibration.fit(
                    observations, tables.margins(), tables.invitations(), settings, asOf),
            Night::calibrationNote);
    Dataset<Row> cells =
        stages.run(
            "Counting",
            () -> materialised(Counts.build(calibration.apply(observations, settings), settings)),
            rows -> "%,d cells".formatted(rows.count()));
    Dataset<Row> statistics =
        stages.run(
            "Computing statistics",
            () ->
                materialised(SegmentStatistics.build(cells, calibration.splits(), settings, asOf)),
            rows -> "%,d segments".formatted(rows.count()));

    Drivers drivers = drivers(calibration.apply(observations, settings));

    LocalDate closedMonth = asOf.plusDays(1).withDayOfMonth(1).minusMonths(1);
    boolean fixesMonth = !ledger.hasVerdictsOf(closedMonth);
    Dataset<Row> best =
        BestMetrics.build(statistics, settings, fixesMonth ? "official" : "provisional")
            .persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> official = fixesMonth ? officialVerdicts(best, closedMonth) : null;
    Dataset<Row> verdicts =
        official == null ? ledger.verdicts() : ledger.verdicts().unionByName(official);

    Row audit = run.ended("published", 0, null, stages.seconds(), CLOCK.instant());
    Map<String, Dataset<Row>> marts = new LinkedHashMap<>();
    marts.put("best_metrics", best);
    marts.put("metric_predictiveness", MetricPredictiveness.build(statistics));
    marts.put("retention_by_score", SegmentStatistics.retentionByScore(statistics));
    marts.put("retention_curves", SegmentStatistics.retentionCurves(statistics));
    marts.put("metric_scores", metricScores(cells, views, sources));
    marts.put("nonresponse_checks", nonresponseChecks(cells, tables, calibration));
    marts.put("lead_lag", LeadLags.build(linked, settings, asOf));
    Dataset<Row> scorecard =
        CustomerScorecard.build(versions, converted, sources.attrition(), settings, asOf)
            .persist(StorageLevel.MEMORY_AND_DISK());
    marts.put("driver_importance", DriverImportances.build(drivers.statistics(), settings, asOf));
    marts.put(
        "driver_revenue_impacts",
        DriverRevenueImpacts.build(
            drivers.statistics(),
            drivers.doublyRobust(),
            scorecard,
            drivers.caps(),
            settings,
            asOf));
    Dataset<Row> latest =
        stages.run(
            "Looking who is still there",
            () -> materialised(LatestAnswers.build(linked, settings)),
            this::keysNote);
    marts.put("revenue_at_risk", RevenueAtRisk.build(statistics, latest, settings));
    marts.put(
        "customers_at_risk",
        CustomersAtRisk.build(
            latest,
            statistics,
            drivers.statistics(),
            drivers.caps(),
            baseline(latest.schema(), calibration),
            CustomerKeys.of(settings.keyVariable(), System::getenv),
            settings,
            asOf));
    marts.put("customer_scorecard", scorecard);
    marts.put("reconciliation", reconciliation(controls, views, converted, staging));
    marts.put("data_quality", dataQuality(staging));
    marts.put(
        "verdict_history",
        SqlModel.plan(spark, "marts/verdict_history", Map.of("verdicts", verdicts), asOfOnly()));
    marts.put("run_audits", ledger.runs().unionByName(runs(audit)));
    stages.run(
        "Writing marts",
        () -> {
          var writer = new MartWriter(spark, generations);
          Parallel.mapValues(
              marts,
              (mart, rows) -> {
                writer.write(run.id(), mart, rows);
                return mart;
              });
          writer.audit(run.id(), List.copyOf(marts.keySet()));
          return marts.size();
        },
        written -> "%d marts, audited".formatted(written));

    Pointer pointer =
        stages.run("Publishing", () -> publish(staging, official, before), Pointer::runId);
    return new Result(pointer, run.files(), run.unlinkedResponses());
  }

  /** Reads the new files of all sources; nothing is written. */
  private List<Ingest.Batch> read(Ingest ingest) {
    Map<SourceSettings, List<Ingest.NewFile>> found =
        stages.run(
            "Looking for new files",
            ingest::discover,
            files ->
                "%,d new file(s)".formatted(files.values().stream().mapToInt(List::size).sum()));
    Map<SourceSettings, Dataset<Row>> mapped = ingest.plan(found);
    return Parallel.map(
        List.copyOf(found.keySet()),
        source ->
            stages.run(
                "Reading " + source.name(),
                () -> ingest.read(source, found.get(source), mapped.get(source)),
                Night::readNote));
  }

  private static String readNote(Ingest.Batch batch) {
    if (batch.files().isEmpty()) {
      return "nothing new";
    }
    long filtered = IngestedFile.total(batch.files(), IngestedFile::filtered);
    return String.format(
            Locale.ROOT,
            "%,d read, %,d accepted, %,d duplicate, %,d quarantined",
            IngestedFile.total(batch.files(), IngestedFile::read),
            IngestedFile.total(batch.files(), IngestedFile::accepted),
            IngestedFile.total(batch.files(), IngestedFile::duplicate),
            IngestedFile.total(batch.files(), IngestedFile::quarantined))
        + (filtered > 0 ? String.format(Locale.ROOT, ", %,d filtered", filtered) : "");
  }

  private static String calibrationNote(Calibration calibration) {
    long fitted = calibration.risks().stream().filter(RiskModel::isFitted).count();
    return "%d of %d models of what CRM knows%s"
        .formatted(
            fitted,
            calibration.risks().size(),
            calibration.weights().map(Night::weightsNote).orElse(""));
  }

  private static String weightsNote(ResponseWeights weights) {
    return String.format(
        Locale.ROOT,
        "; %,.0f respondents, weighted as good as %,.0f",
        weights.cost().respondents(),
        weights.cost().effective());
  }

  /** Control totals by month, currency and line; stops where an amount can't be converted. */
  private Dataset<Row> controlTotals(Dataset<Row> converted) {
    Dataset<Row> controls =
        written(
            "control_totals",
            SqlModel.plan(
                spark,
                "current/control_totals",
                Map.of("converted_transactions", converted),
                Map.of()));
    RateGate.check(controls, settings);
    return controls;
  }

  /** What is known today, written down once, since linking and several marts read it. */
  private LinkSources current(Views views) {
    Dataset<Row> versions = written("customer_versions", views.customerVersions());
    Dataset<Row> customers = versions.select("customer_id").distinct();
    run.customers(customers.count());
    Map<String, Dataset<Row>> rows = new LinkedHashMap<>();
    rows.put("transactions", views.convertedTransactions(views.current("transactions"), customers));
    rows.put("survey_responses", views.responses());
    views.attrition().ifPresent(attrition -> rows.put("attrition", attrition));
    views.invitations().ifPresent(invitations -> rows.put("survey_invitations", invitations));
    Map<String, Dataset<Row>> current = Parallel.mapValues(rows, this::written);
    return new LinkSources(
        versions,
        current.get("survey_responses"),
        current.get("transactions"),
        Optional.ofNullable(current.get("attrition")),
        Optional.ofNullable(current.get("survey_invitations")));
  }

  /** Links, and writes what comes of it down, so that each later pass reads instead of linking. */
  private LinkedTables linked(LinkSources sources, Views views) {
    LinkRules rules = views.linkRules();
    int partitions = spark.sparkContext().defaultParallelism() * 2;
    if (settings.source("survey_responses").isEmpty()) {
      return LinkedTables.ofRespondents(
          written("linked", Observations.link(sources, rules, partitions)));
    }
    return LinkedTables.ofEverybody(
        written("linked", Everybody.link(sources, rules, partitions)),
        rules,
        sources.invitations());
  }

  /**
   * Rows in a file of tonight's work, so that all later passes read what one pass made. A cache is
   * only found by plans that hold the very plan it was made of, and takes the memory of its
   * readers.
   */
  private Dataset<Row> written(String name, Dataset<Row> rows) {
    String folder = new Path(work(), name).toString();
    rows.write().parquet(folder);
    return spark.read().schema(rows.schema().asNullable()).parquet(folder);
  }

  private Dataset<Row> nonresponseChecks(
      Dataset<Row> cells, LinkedTables tables, Calibration calibration) {
    Dataset<Row> places =
        tables.places().orElseGet(() -> spark.createDataFrame(List.of(), Everybody.frameSchema()));
    return NonresponseChecks.build(
        cells, places, calibration.weights().map(Night::weighting), settings, asOf);
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

  /**
   * What the drivers of each segment say.
   *
   * @param statistics of all segments
   * @param caps of each horizon's revenue
   * @param doublyRobust the rows of that rung, if there are any
   */
  private record Drivers(
      Dataset<Row> statistics, List<Winsor> caps, Optional<Dataset<Row>> doublyRobust) {}

  /** Weighs the drivers; where none is declared nothing is read. */
  private Drivers drivers(Dataset<Row> observations) {
    if (settings.drivers().isEmpty()) {
      return new Drivers(DriverStatistics.none(spark), List.of(), Optional.empty());
    }
    return stages.run(
        "Weighing drivers",
        () -> {
          DriverBasis basis = DriverBasis.of(observations, settings);
          // Side by side: the passes of the one leave gaps that the other fills.
          List<Supplier<Optional<Dataset<Row>>>> both =
              List.of(
                  () -> Optional.of(driverStatistics(observations, basis)),
                  () -> doublyRobust(observations, basis));
          List<Optional<Dataset<Row>>> found = Parallel.map(both, Supplier::get);
          return new Drivers(found.get(0).orElseThrow(), basis.caps().revenue(), found.get(1));
        },
        found -> "%d drivers".formatted(settings.drivers().size()));
  }

  private Dataset<Row> driverStatistics(Dataset<Row> observations, DriverBasis basis) {
    Dataset<Row> moments = DriverMoments.build(observations, settings, basis.caps(), asOf);
    Dataset<Row> statistics =
        DriverStatistics.build(moments, basis, settings, asOf)
            .persist(StorageLevel.MEMORY_AND_DISK());
    run.driverMoments(DriverStatistics.bytes(statistics));
    return statistics;
  }

  private Optional<Dataset<Row>> doublyRobust(Dataset<Row> observations, DriverBasis basis) {
    if (settings.source("transactions").isEmpty()) {
      return Optional.empty();
    }
    List<DoublyRobust.Effect> effects =
        DoublyRobust.of(
            observations, basis, settings, DoublyRobustImpacts.heldEqual(settings, asOf), asOf);
    return Optional.of(DoublyRobustImpacts.build(spark, effects, settings, asOf));
  }

  /** The baseline of the first horizon, as rows with these columns are read. */
  private Optional<CustomersAtRisk.Baseline> baseline(StructType latest, Calibration calibration) {
    int horizon = settings.horizonsDays().get(0);
    return calibration.risks().stream()
        .filter(risk -> risk.outcome().equals("retained") && risk.horizonDays() == horizon)
        .filter(RiskModel::isFitted)
        .findFirst()
        .map(
            risk -> {
              var history = new HistoryColumns(latest, horizon);
              int bucket = latest.fieldIndex("bucket");
              return row -> risk.logOdds(history.read(row), row.getInt(bucket));
            });
  }

  private String keysNote(Dataset<Row> latest) {
    return "%,d customers%s"
        .formatted(
            latest.count(),
            settings.keyVariable().isPresent()
                ? ""
                : "; their keys have no secret, see key-variable");
  }

  private Dataset<Row> metricScores(Dataset<Row> cells, Views views, LinkSources sources) {
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
    return MetricScores.build(cells, invitations, settings, asOf);
  }

  private Dataset<Row> reconciliation(
      Dataset<Row> controls, Views views, Dataset<Row> converted, Staging staging) {
    return SqlModel.plan(
        spark,
        "marts/reconciliation",
        Map.of(
            "control_totals", controls,
            "ledger_totals", views.current("ledger_totals"),
            "quarantine", quarantine(staging).where(col("source").equalTo("transactions")),
            "transactions", converted.select("transaction_id")),
        asOfOnly());
  }

  private Dataset<Row> dataQuality(Staging staging) {
    return SqlModel.plan(
        spark,
        "marts/data_quality",
        Map.of(
            "files", staging.readOrEmpty(IngestedFile.TABLE, IngestedFile.schema()),
            "quarantine", quarantine(staging)),
        asOfOnly());
  }

  private static Dataset<Row> quarantine(Staging staging) {
    return staging.readOrEmpty(Quarantine.TABLE, Quarantine.schema());
  }

  private Dataset<Row> officialVerdicts(Dataset<Row> best, LocalDate month) {
    Dataset<Row> fixed =
        best.withColumn("month", lit(Date.valueOf(month)))
            .withColumn("fixed_on", lit(Date.valueOf(asOf)))
            .withColumn("run_id", lit(run.id()))
            .withColumn("code_version", lit(CodeVersion.current()))
            .withColumn("configuration_hash", lit(settings.configurationHash()));
    return fixed.select(
        java.util.Arrays.stream(Ledger.verdictColumns().fieldNames())
            .map(name -> col(name))
            .toArray(org.apache.spark.sql.Column[]::new));
  }

  private Pointer publish(Staging staging, Dataset<Row> official, Optional<Pointer> before) {
    staging.commit(run.id());
    if (official != null) {
      ledger.fix(official);
    }
    ledger.record(run.ended("published", 0, null, stages.seconds(), CLOCK.instant()));
    Pointer pointer = generations.publish(run.id(), asOf, CLOCK.instant(), before);
    generations.removeOld(
        settings.keepGenerations(),
        Duration.ofHours(settings.keepGenerationsHours()),
        CLOCK.instant());
    return pointer;
  }

  private Dataset<Row> runs(Row audit) {
    return spark.createDataFrame(
        List.of(audit), linkage.contract.Contract.mart("run_audits").sparkType());
  }

  private Map<String, Object> asOfOnly() {
    return Map.of("as_of", Date.valueOf(asOf));
  }

  private static Dataset<Row> materialised(Dataset<Row> rows) {
    Dataset<Row> held = rows.persist(StorageLevel.MEMORY_AND_DISK());
    held.count();
    return held;
  }

  private Path work() {
    return new Path(settings.warehouse(), "work/" + run.id());
  }

  private void deleteWork() {
    try {
      work().getFileSystem(spark.sparkContext().hadoopConfiguration()).delete(work(), true);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
