package linkage.job;

import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import linkage.ConfigException;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.database.Pulls;
import linkage.ingest.GateKeeper;
import linkage.ingest.Ingest;
import linkage.ingest.IngestedFile;
import linkage.staging.Staging;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The first half of a night: pulls from databases, reads what came to landing, asks the gates, and
 * brings what is valid into staging, where it stays unseen until the run commits.
 */
final class NightIngest {
  private static final Clock CLOCK = Clock.systemUTC();

  private final SparkSession spark;
  private final Settings settings;
  private final Staging staging;
  private final RunRecord run;
  private final Stages stages;

  NightIngest(
      SparkSession spark, Settings settings, Staging staging, RunRecord run, Stages stages) {
    this.spark = spark;
    this.settings = settings;
    this.staging = staging;
    this.run = run;
    this.stages = stages;
  }

  /**
   * What became of rows that had been put aside.
   *
   * @param files changes to the accounts of their files
   * @param left which files' rows couldn't be read again, and why
   */
  record Replayed(List<IngestedFile> files, List<String> left) {}

  /**
   * Reads and stages. Nothing is written before every gate has been passed.
   *
   * <p>On a day that is over nothing is read, since it would be known from a later day on: what
   * came waits for the next night. A latest day that is yet to come is an error.
   *
   * @throws linkage.LinkageException if a database, the files or a gate stand in the way
   */
  Replayed run(Night.Purpose purpose) {
    LocalDate asOf = run.asOf();
    Optional<LocalDate> later = staging.knownThrough().filter(latest -> latest.isAfter(asOf));
    if (later.isPresent()) {
      checkHasCome(later.get());
      return lookedBack(purpose, later.get());
    }
    settings.sources().stream().filter(source -> source.jdbc().isPresent()).forEach(this::pull);
    var ingest = new Ingest(spark, settings, staging, asOf);
    Ingest.Found found =
        stages.run("Looking for new files", () -> found(ingest, purpose), NightIngest::foundNote);
    List<Ingest.Batch> batches = read(ingest, found.files());
    run.read(accounts(batches, Ingest.Batch::files));
    // What is replayed has passed the gates of its night.
    GateKeeper.check(batches.stream().map(Ingest.Batch::delivery).toList(), asOf);
    RateGate.check(batches, staging, settings, asOf);
    stages.run(
        "Staging",
        () -> Parallel.map(ingest.staged(batches, run.id()), Ingest.Append::write),
        written -> "%d tables".formatted(written.size()));
    batches.forEach(Ingest.Batch::release);
    List<IngestedFile> replayed = accounts(batches, Ingest.Batch::replayed);
    run.replayed(replayed);
    return new Replayed(replayed, found.left());
  }

  /** Else night after night would read nothing, and say that all went well. */
  private void checkHasCome(LocalDate latest) {
    LocalDate today = LocalDate.ofInstant(CLOCK.instant(), settings.timeZone());
    if (latest.isAfter(today)) {
      throw new ConfigException(
          "Cannot go on: a run has spoken of %s, and today is %s in %s, so the clock of this machine or that of the run was wrong. Nothing was read or changed. Set the clock right; if it is, restore staging/ from a backup of before that run, or move it away and have landing read anew."
              .formatted(latest, today, settings.timeZone()));
    }
  }

  private Replayed lookedBack(Night.Purpose purpose, LocalDate latest) {
    if (purpose == Night.Purpose.REPLAY) {
      throw new ConfigException(
          "Cannot replay as of %s: a run has spoken of %s, and what is read now wasn't known before. Nothing was read or changed. Replay as of %s or a later day."
              .formatted(run.asOf(), latest, latest));
    }
    return stages.run(
        "Looking back",
        () -> new Replayed(List.of(), List.of()),
        nothing ->
            "at what was known on %s; new files wait for the next night".formatted(run.asOf()));
  }

  private void pull(SourceSettings source) {
    var pulls = new Pulls(spark, settings, System::getenv);
    stages.run(
        "Pulling " + source.name(),
        () -> stages.unlessEnding(() -> pulls.land(source, run.asOf(), CLOCK::instant)),
        NightIngest::pulledNote);
  }

  private static String pulledNote(Pulls.Pulled pulled) {
    return "%,d rows%s%s"
        .formatted(
            pulled.rows(),
            pulled.early() == 0 ? "" : ", %,d with a watermark after now".formatted(pulled.early()),
            pulled.isNews() ? "" : ", nothing new");
  }

  private Ingest.Found found(Ingest ingest, Night.Purpose purpose) {
    return switch (purpose) {
      case TONIGHT -> new Ingest.Found(ingest.discover(), List.of());
      case PAST_DAY -> new Ingest.Found(ingest.discoverUntil(run.asOf()), List.of());
      case REPLAY -> ingest.discoverAndReplay();
    };
  }

  private static String foundNote(Ingest.Found found) {
    return "%,d new file(s)"
        .formatted(
            found.files().values().stream()
                .flatMap(List::stream)
                .filter(file -> !file.isKnown())
                .count());
  }

  private List<Ingest.Batch> read(Ingest ingest, Map<SourceSettings, List<Ingest.NewFile>> found) {
    Map<SourceSettings, Dataset<Row>> mapped = ingest.plan(found);
    return Parallel.map(
        List.copyOf(found.keySet()),
        source ->
            stages.run(
                "Reading " + source.name(),
                () -> ingest.read(source, found.get(source), mapped.get(source)),
                NightIngest::readNote));
  }

  private static String readNote(Ingest.Batch batch) {
    String files =
        batch.files().isEmpty()
            ? "nothing new"
            : String.format(
                    Locale.ROOT,
                    "%,d read, %,d accepted, %,d duplicate, %,d quarantined",
                    IngestedFile.total(batch.files(), IngestedFile::read),
                    IngestedFile.total(batch.files(), IngestedFile::accepted),
                    IngestedFile.total(batch.files(), IngestedFile::duplicate),
                    IngestedFile.total(batch.files(), IngestedFile::quarantined))
                + noted(", %,d filtered", batch.files(), IngestedFile::filtered);
    return files
        + noted("; replayed: %,d accepted", batch.replayed(), IngestedFile::accepted)
        + noted("; no duplicates after all: %,d", batch.corrections(), IngestedFile::accepted);
  }

  /** A count in words, if there is anything to say. */
  private static String noted(
      String words, List<IngestedFile> files, ToLongFunction<IngestedFile> count) {
    long total = IngestedFile.total(files, count);
    return total == 0 ? "" : String.format(Locale.ROOT, words, total);
  }

  private static List<IngestedFile> accounts(
      List<Ingest.Batch> batches, Function<Ingest.Batch, List<IngestedFile>> part) {
    return batches.stream().flatMap(batch -> part.apply(batch).stream()).toList();
  }
}
