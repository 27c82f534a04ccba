package linkage.cli;

import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.database.Pulls;
import linkage.ingest.GateKeeper;
import linkage.ingest.Ingest;
import linkage.ingest.IngestedFile;
import linkage.job.PinnedSecret;
import linkage.job.Stages;
import linkage.staging.Staging;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Checks everything that can be checked without writing. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = {
      "Checks linkage.yaml, the mapping SQL, and every file in landing, as a night would read them,"
          + " and connects to databases.",
      "Nothing is written. Exit code 0: nothing was found that would stop a night; 2: the"
          + " configuration is wrong; 3: the data would fail a gate.",
      "How old the newest day is, and whether all exchange rates are there, only a night says."
    },
    footer = {"", "Example:  ./linkage validate --conf conf/demo"})
final class ValidateCommand implements Callable<Integer> {
  private static final int MOST_REASONS = 5;

  @Mixin private DeploymentOptions deployment;
  @Mixin private SparkOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Settings settings = deployment.load();
    PrintWriter out = spec.commandLine().getOut();
    settings.warnings().forEach(warning -> out.println("Note: " + warning));
    LocalDate today = LocalDate.now(settings.timeZone());
    try (var progress = new Progress()) {
      var stages = new Stages(progress);
      options.withSpark(stages, spark -> check(spark, settings, today, stages, out));
    }
    out.printf("%nA night could run: ./linkage run %s%n", deployment.words());
    return 0;
  }

  private static boolean check(
      SparkSession spark, Settings settings, LocalDate asOf, Stages stages, PrintWriter out) {
    new PinnedSecret(settings, System::getenv, spark.sparkContext().hadoopConfiguration()).check();
    var ingest = new Ingest(spark, settings, Staging.look(spark, settings.warehouse()), asOf);
    Map<SourceSettings, List<Ingest.NewFile>> found =
        stages.run("Looking at all files", ingest::discoverAll, files -> "");
    warn(found, out);
    var pulls = new Pulls(spark, settings, System::getenv);
    found.forEach((source, files) -> checkDatabase(source, files, pulls, ingest, stages, out));
    Map<SourceSettings, Dataset<Row>> mapped = ingest.plan(found);
    List<Ingest.Batch> batches = new ArrayList<>();
    found.forEach(
        (source, files) ->
            batches.add(
                stages.run(
                    "Checking " + source.name(),
                    () -> ingest.read(source, files, mapped.get(source)),
                    batch -> "")));
    print(out, batches);
    batches.forEach(Ingest.Batch::release);
    // Freshness is a matter of the night's as-of day, which isn't known here.
    List<GateKeeper.Delivery> deliveries =
        batches.stream().map(Ingest.Batch::delivery).map(GateKeeper.Delivery::ofAnyAge).toList();
    GateKeeper.check(deliveries, asOf);
    return true;
  }

  /**
   * Connects; of a source that was never pulled, the mapping is checked on the database's columns.
   */
  private static void checkDatabase(
      SourceSettings source,
      List<Ingest.NewFile> files,
      Pulls pulls,
      Ingest ingest,
      Stages stages,
      PrintWriter out) {
    if (source.jdbc().isEmpty()) {
      return;
    }
    Dataset<Row> rows =
        stages.run(
            "Connecting to the database of " + source.name(),
            () -> pulls.rows(source),
            found -> "%d columns".formatted(found.columns().length));
    if (files.isEmpty()) {
      ingest.live(source, rows);
      out.printf(
          "Note: %s: nothing has been pulled yet; only columns were checked, no row.%n",
          source.name());
    }
  }

  private static void warn(Map<SourceSettings, List<Ingest.NewFile>> found, PrintWriter out) {
    found.forEach(
        (source, files) ->
            files.forEach(
                file ->
                    file.inspection()
                        .warnings()
                        .forEach(
                            warning ->
                                out.printf(
                                    "Note: %s: file %s %s%n",
                                    source.name(),
                                    Printable.line(file.inspection().file().name()),
                                    Printable.line(warning)))));
  }

  private static void print(PrintWriter out, List<Ingest.Batch> batches) {
    var table =
        new TextTable("source", "file", "read", "accepted", "duplicate", "quarantined", "reasons");
    for (Ingest.Batch batch : batches) {
      for (IngestedFile file : batch.files()) {
        table.row(
            List.of(
                file.source(),
                file.file(),
                number(file.read()),
                number(file.accepted()),
                number(file.duplicate()),
                number(file.quarantined()),
                file.failure() == null
                    ? reasons(batch.reasons().getOrDefault(file.fileId(), Map.of()))
                    : "the file " + file.failure()));
      }
    }
    out.println();
    out.print(table);
  }

  private static String reasons(Map<String, Long> counts) {
    List<String> most =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(MOST_REASONS)
            .map(reason -> "%s (%,d)".formatted(reason.getKey(), reason.getValue()))
            .toList();
    int more = counts.size() - most.size();
    return String.join("; ", most) + (more > 0 ? "; and %d more".formatted(more) : "");
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
