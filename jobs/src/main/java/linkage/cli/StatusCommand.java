package linkage.cli;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.sum;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import linkage.config.Settings;
import linkage.ingest.Quarantine;
import linkage.job.Ledger;
import linkage.job.Stages;
import linkage.publish.Generations;
import linkage.publish.Pointer;
import linkage.staging.Staging;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How things stand. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what is published, the last runs, and what is in quarantine.",
      "Of a run's marts: current are those that readers see; kept are those that sql --run RUN reads,"
          + " and rollback --to RUN sends readers to if they were published once."
    },
    footer = {"", "Example:  ./linkage status --conf conf/demo"})
final class StatusCommand implements Callable<Integer> {
  @Mixin private DeploymentOptions deployment;
  @Mixin private SparkOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--runs",
      defaultValue = "10",
      paramLabel = "N",
      description = "How many runs to show (${DEFAULT-VALUE}).")
  private int runs;

  @Override
  public Integer call() {
    Settings settings = deployment.loadToRead();
    PrintWriter out = spec.commandLine().getOut();
    Generations generations = Answer.generations(settings);
    printPublished(out, settings, generations);
    options.withSpark(
        new Stages(Stages.SILENT),
        spark -> {
          printRuns(out, spark, settings, generations);
          printQuarantine(out, spark, settings);
          return true;
        });
    return 0;
  }

  private static void printPublished(PrintWriter out, Settings settings, Generations generations) {
    Optional<Pointer> pointer = generations.current();
    if (pointer.isEmpty()) {
      out.printf(
          "%s: nothing has been published yet under %s%n", settings.name(), generations.root());
    } else {
      out.printf(
          "%s: the marts speak of %s; published %s by run %s%n",
          settings.name(),
          pointer.get().asOf(),
          pointer.get().publishedAt(),
          pointer.get().runId());
    }
  }

  private void printRuns(
      PrintWriter out, SparkSession spark, Settings settings, Generations generations) {
    String current = generations.current().map(Pointer::runId).orElse("");
    Set<String> kept = Set.copyOf(generations.kept());
    var table =
        new TextTable(
            "run",
            "as of",
            "status",
            "marts",
            "read",
            "accepted",
            "duplicate",
            "quarantined",
            "message");
    for (Row run :
        new Ledger(spark, settings.warehouse())
            .runs()
            .orderBy(col("started_at").desc())
            .limit(runs)
            .collectAsList()) {
      String runId = run.getAs("run_id");
      String message = run.getAs("message");
      table.row(
          List.of(
              runId,
              run.<java.sql.Date>getAs("as_of").toString(),
              run.<String>getAs("status"),
              runId.equals(current) ? "current" : kept.contains(runId) ? "kept" : "",
              number(run.getAs("read_count")),
              number(run.getAs("accepted_count")),
              number(run.getAs("duplicate_count")),
              number(run.getAs("quarantined_count")),
              message == null ? "" : message));
    }
    out.println();
    out.print(table);
  }

  private static void printQuarantine(PrintWriter out, SparkSession spark, Settings settings) {
    var staging = Staging.look(spark, settings.warehouse());
    var table = new TextTable("source", "rows", "reason");
    for (Row row :
        Quarantine.current(staging)
            .select(col("source"), col("records_count"), explode(col("reasons")).as("reason"))
            .groupBy("source", "reason")
            .agg(sum("records_count").as("n"))
            .orderBy(col("source"), col("n").desc(), col("reason"))
            .collectAsList()) {
      table.row(List.of(row.getString(0), number(row.getLong(2)), row.getString(1)));
    }
    out.printf("%nIn quarantine (a row may have several reasons):%n%n");
    out.print(table);
  }

  private static String number(Long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
