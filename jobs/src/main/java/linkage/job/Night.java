package linkage.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.sql.Date;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import linkage.LinkageException;
import linkage.TerminatedException;
import linkage.UnfinishedException;
import linkage.calibration.Calibration;
import linkage.calibration.ResponseWeights;
import linkage.calibration.RiskModel;
import linkage.config.Settings;
import linkage.counts.Counts;
import linkage.ingest.IngestedFile;
import linkage.link.Everybody;
import linkage.link.LinkRules;
import linkage.link.LinkSources;
import linkage.link.Linked;
import linkage.link.Observations;
import linkage.link.Unlinked;
import linkage.marts.BestMetrics;
import linkage.marts.DriverStatistics;
import linkage.marts.LatestAnswers;
import linkage.marts.RiskLookup;
import linkage.marts.SegmentStatistics;
import linkage.marts.SmallGroups;
import linkage.publish.Generations;
import linkage.publish.MartWriter;
import linkage.publish.Pointer;
import linkage.publish.RunLock;
import linkage.sql.SqlModel;
import linkage.staging.Staging;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

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
  private final Purpose purpose;
  private final Stages stages;
  private final Generations generations;
  private final Ledger ledger;
  private final Leftovers leftovers;
  private final PinnedSecret secret;
  private final RunRecord run;
  private final Work work;
  private final Publication publication;

  private Night(
      SparkSession spark, Settings settings, LocalDate asOf, Purpose purpose, Stages stages) {
    this.spark = spark;
    this.settings = settings;
    this.asOf = asOf;
    this.purpose = purpose;
    this.stages = stages;
    this.generations =
        new Generations(settings.warehouse(), spark.sparkContext().hadoopConfiguration());
    this.ledger = new Ledger(spark, settings.warehouse());
    this.leftovers = new Leftovers(spark, settings.warehouse(), generations, ledger);
    this.secret =
        new PinnedSecret(settings, System::getenv, spark.sparkContext().hadoopConfiguration());
    this.run = new RunRecord(settings, asOf, CLOCK.instant(), purpose.suffix);
    this.work = new Work(spark, settings.warehouse(), run.id());
    this.publication = new Publication(settings, CLOCK, generations, ledger, run, stages, work);
  }

  /** What a night is run for; the suffix tells runs' names apart. */
  enum Purpose {
    TONIGHT(""),
    PAST_DAY(Generations.BACKFILLED),
    REPLAY("-replay");

    private final String suffix;

    Purpose(String suffix) {
      this.suffix = suffix;
    }
  }

  /**
   * Runs a night.
   *
   * @param asOf the business day to speak of; the only clock that the marts depend on
   * @return what was published, and what the ledger says of the run
   * @throws LinkageException if the configuration, the data or another run stands in the way; the
   *     published marts are then unchanged, and the ledger says so, unless this Linkage or its
   *     secret isn't the warehouse's
   */
  public static Result run(SparkSession spark, Settings settings, LocalDate asOf, Stages stages) {
    return new Night(spark, settings, asOf, Purpose.TONIGHT, stages).locked();
  }

  /**
   * Fills in a past day. Its marts are published unless those of a later day are; then they are
   * kept beside them. Files that are dated after the day aren't read yet.
   *
   * @throws LinkageException as for {@link #run}
   */
  public static Result backfill(
      SparkSession spark, Settings settings, LocalDate day, Stages stages) {
    return new Night(spark, settings, day, Purpose.PAST_DAY, stages).locked();
  }

  /**
   * Runs a night that also reads again what was put aside, by the settings and mappings of today.
   *
   * @throws LinkageException as for {@link #run}
   */
  public static Result replay(
      SparkSession spark, Settings settings, LocalDate asOf, Stages stages) {
    return new Night(spark, settings, asOf, Purpose.REPLAY, stages).locked();
  }

  /**
   * A night that ended well.
   *
   * @param runId the run's name, and that of its generation
   * @param pointer where readers are sent: to this run, or to a later day if it filled in a past
   *     one
   * @param accounts what became of each file of tonight
   * @param replayed what became of rows that had been put aside, as changes to their files'
   *     accounts
   * @param notReplayed which files' rows couldn't be replayed, and why
   * @param unlinkedResponses responses of customers that aren't known
   */
  public record Result(
      String runId,
      Pointer pointer,
      List<IngestedFile> accounts,
      List<IngestedFile> replayed,
      List<String> notReplayed,
      long unlinkedResponses) {
    /** Whether readers are sent to this run's marts. */
    public boolean isPublished() {
      return pointer.runId().equals(runId);
    }
  }

  private Result locked() {
    // Closed last: a process that is asked to end waits until the lock is given back.
    try (var termination = new Termination(spark, stages)) {
      RunLock lock =
          RunLock.take(
              settings.warehouse(),
              run.id(),
              CLOCK.instant(),
              spark.sparkContext().hadoopConfiguration());
      try {
        checkOpen();
        return tidied(lock, termination);
      } finally {
        publication.release(lock);
      }
    }
  }

  /** A warehouse that this run may not write to isn't written to, not even to say so. */
  private void checkOpen() {
    try {
      leftovers.checkState();
      secret.check();
    } catch (RuntimeException e) {
      publication.refused(e);
      throw e;
    }
  }

  /** What became of the run, which also clears up if it ended well. */
  private Result tidied(RunLock lock, Termination termination) {
    Result ended;
    try {
      ended = recorded(termination);
    } catch (Throwable e) {
      if (!publication.isOver()) {
        throw e;
      }
      UnfinishedException tooLate = publication.tooLate(e);
      try {
        tidyUp(lock);
      } catch (RuntimeException another) {
        tooLate.addSuppressed(another);
      }
      throw tooLate;
    }
    tidyUp(lock);
    return ended;
  }

  private void tidyUp(RunLock lock) {
    publication.clearUp();
    publication.compact(lock);
  }

  private Result recorded(Termination termination) {
    try {
      Staging staging = leftovers.openStaging();
      work.begin(run.begun());
      staging.checkReaches(asOf);
      return night(staging, termination);
    } catch (Throwable e) {
      // Spark throws checked exceptions that it doesn't declare.
      termination.letBe();
      if (stages.isRefusing()) {
        TerminatedException terminated = terminated(e);
        publication.failed(terminated);
        throw terminated;
      }
      publication.failed(e);
      throw e;
    } finally {
      work.release();
    }
  }

  private static TerminatedException terminated(Throwable failure) {
    return failure instanceof TerminatedException known
        ? known
        : new TerminatedException(
            "Ended in the middle, since the process was asked to end. The published marts are"
                + " unchanged. Run again.");
  }

  private Result night(Staging staging, Termination termination) {
    Optional<Pointer> before = generations.current();
    NightIngest.Replayed replayed =
        new NightIngest(spark, settings, staging, run, stages).run(purpose);

    var views = new Views(spark, settings, staging, asOf);
    LinkSources sources =
        stages.run(
            "Finding what is current",
            () -> current(views),
            rows -> "%,d customers".formatted(run.customersCount()));
    Dataset<Row> controls =
        stages.run(
            "Adding up",
            () -> controlTotals(sources.transactions()),
            totals -> "%,d transactions".formatted(run.transactions()));
    LinkRules rules = views.linkRules();
    LinkedTables tables =
        stages.run(
            "Linking",
            () -> linked(sources.attributed(), rules),
            made ->
                "%,d responses, %,d observations"
                    .formatted(run.linkedResponses(), run.observations()));

    Calibration calibration =
        stages.run("Calibrating", () -> calibration(tables), Night::calibrationNote);
    Dataset<Row> observations = calibrated(tables, calibration);
    Dataset<Row> cells =
        stages
            .run(
                "Counting",
                () -> counted(observations),
                held -> "%,d cells".formatted(held.count()))
            .rows();
    Dataset<Row> statistics =
        stages
            .run(
                "Computing statistics",
                () ->
                    Work.held(SegmentStatistics.build(cells, calibration.splits(), settings, asOf)),
                held -> "%,d segments".formatted(held.count()))
            .rows();
    Drivers drivers =
        stages.run(
            "Weighing drivers",
            () -> Drivers.weighed(observations, settings, asOf),
            weighed -> "%d drivers".formatted(settings.drivers().size()));
    run.driverMoments(DriverStatistics.bytes(drivers.statistics()));
    Dataset<Row> latest =
        stages
            .run(
                "Looking who is still there",
                () ->
                    Work.held(
                        LatestAnswers.build(
                            tables.observations(),
                            sources.transactions(),
                            settings,
                            rules.completeThrough())),
                this::keysNote)
            .rows();
    RiskLookup lookup =
        stages.run(
            "Looking segments up",
            () -> RiskLookup.of(statistics, drivers.statistics(), settings),
            found -> "");

    LocalDate closedMonth = asOf.plusDays(1).withDayOfMonth(1).minusMonths(1);
    boolean fixesMonth = !ledger.hasVerdictsOf(closedMonth);
    Dataset<Row> best =
        Work.cached(
            SmallGroups.hidden(
                "best_metrics",
                BestMetrics.build(statistics, settings, fixesMonth ? "official" : "provisional"),
                settings));
    Optional<Dataset<Row>> official =
        fixesMonth ? Optional.of(officialVerdicts(best, closedMonth)) : Optional.empty();
    Dataset<Row> fixed = ledger.verdicts();
    Dataset<Row> verdicts = official.map(fixed::unionByName).orElse(fixed);
    boolean isNewest =
        purpose != Purpose.PAST_DAY || before.isEmpty() || !asOf.isBefore(before.get().asOf());
    Row audit = publication.audit(isNewest ? "published" : "backfilled");

    var findings =
        new Marts.Findings(
            sources,
            controls,
            tables,
            calibration,
            cells,
            statistics,
            drivers,
            latest,
            lookup,
            best,
            verdicts,
            ledger.runsWith(audit));
    stages.run(
        "Writing marts",
        () -> written(new Marts(spark, settings, asOf, staging, views).of(findings)),
        written -> "%d marts, audited".formatted(written));
    termination.letBe();
    Pointer pointer =
        isNewest
            ? stages.run(
                "Publishing", () -> publication.publish(staging, official, before), Pointer::runId)
            : stages.run(
                "Keeping",
                () -> publication.keep(staging, official, before.get()),
                current -> "beside the marts of %s".formatted(current.asOf()));
    secret.pin(run.id());
    return new Result(
        run.id(), pointer, run.files(), replayed.files(), replayed.left(), run.unlinkedResponses());
  }

  private Work.Held counted(Dataset<Row> observations) {
    Dataset<Row> cells = Work.cached(Counts.build(observations, settings));
    long count = cells.agg(coalesce(sum("cells_count"), lit(0L))).first().getLong(0);
    return new Work.Held(cells, count);
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

  /**
   * Control totals by month, currency and line, a few rows that several read; stops where an amount
   * can't be converted.
   */
  private Dataset<Row> controlTotals(Dataset<Row> converted) {
    Dataset<Row> computed =
        SqlModel.plan(
            spark, "current/control_totals", Map.of("converted_transactions", converted), Map.of());
    List<Row> controls = computed.collectAsList();
    RateGate.check(controls, settings);
    run.money(controls);
    return spark.createDataFrame(controls, computed.schema());
  }

  /** What is known today, written down once, since linking and several marts read it. */
  private LinkSources current(Views views) {
    Dataset<Row> versions = work.written("customer_versions", views.customerVersions());
    Dataset<Row> customers = versions.select("customer_id").distinct();
    run.customers(customers.count());
    Map<String, Dataset<Row>> rows = new LinkedHashMap<>();
    rows.put("transactions", views.convertedTransactions(views.current("transactions"), customers));
    rows.put("survey_responses", views.responses());
    views.attrition().ifPresent(attrition -> rows.put("attrition", attrition));
    views.invitations().ifPresent(invitations -> rows.put("survey_invitations", invitations));
    Map<String, Dataset<Row>> current = Parallel.mapValues(rows, work::written);
    return new LinkSources(
        versions,
        current.get("survey_responses"),
        current.get("transactions"),
        Optional.ofNullable(current.get("attrition")),
        Optional.ofNullable(current.get("survey_invitations")));
  }

  /** Links, and accounts for every response. */
  private LinkedTables linked(LinkSources sources, LinkRules rules) {
    LinkedTables tables = written(sources, rules);
    // Two queries of their own, side by side.
    Parallel.map(
        List.<Runnable>of(
            () -> run.linked(tables.observations()),
            () ->
                run.responses(
                    sources.responses().count(),
                    Unlinked.responses(sources.responses(), sources.customers()).count())),
        account -> {
          account.run();
          return account;
        });
    run.checkResponses();
    return tables;
  }

  /** Links, and writes what comes of it down, so that each later pass reads instead of linking. */
  private LinkedTables written(LinkSources sources, LinkRules rules) {
    int partitions = spark.sparkContext().defaultParallelism() * 2;
    if (settings.source("survey_responses").isEmpty()) {
      return LinkedTables.ofRespondents(
          work.written("linked", Observations.link(sources, rules, partitions)));
    }
    return LinkedTables.ofEverybody(
        work.written("linked", Everybody.link(sources, rules, partitions)),
        rules,
        sources.invitations());
  }

  private Calibration calibration(LinkedTables tables) {
    return Calibration.fit(
        withoutMonths(tables), tables.margins(), tables.invitations(), settings, asOf);
  }

  /** The observations with their risks and weights; several passes read them. */
  private Dataset<Row> calibrated(LinkedTables tables, Calibration calibration) {
    return stages.run(
        "Weighting",
        () -> work.written("calibrated", calibration.apply(withoutMonths(tables), settings)),
        rows -> "");
  }

  /** Only one mart reads what was spent month by month. */
  private static Dataset<Row> withoutMonths(LinkedTables tables) {
    return tables.observations().drop(Linked.MONTHLY_REVENUE_CENTS);
  }

  private String keysNote(Work.Held latest) {
    return "%,d customers%s"
        .formatted(
            latest.count(),
            settings.keyVariable().isPresent()
                ? ""
                : "; their keys have no secret, see key-variable");
  }

  private int written(Map<String, Dataset<Row>> marts) {
    var writer = new MartWriter(spark, generations);
    Parallel.mapValues(
        marts,
        (mart, rows) -> {
          writer.write(run.id(), mart, rows);
          return mart;
        });
    writer.audit(run.id(), List.copyOf(marts.keySet()));
    return marts.size();
  }

  private Dataset<Row> officialVerdicts(Dataset<Row> best, LocalDate month) {
    Dataset<Row> fixed =
        best.withColumn("month", lit(Date.valueOf(month)))
            .withColumn("fixed_on", lit(Date.valueOf(asOf)))
            .withColumn("run_id", lit(run.id()))
            .withColumn("code_version", lit(CodeVersion.current()))
            .withColumn("configuration_hash", lit(settings.configurationHash()));
    return fixed.select(
        Arrays.stream(Ledger.verdictColumns().fieldNames())
            .map(functions::col)
            .toArray(Column[]::new));
  }
}
