package linkage.cli;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.sum;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import linkage.ConfigException;
import linkage.config.Settings;
import linkage.ingest.IngestedFile;
import linkage.ingest.Quarantine;
import linkage.job.Night;
import linkage.job.Stages;
import linkage.staging.Staging;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What was put aside: look at it, take it along, read it again. */
@Command(
    name = "quarantine",
    mixinStandardHelpOptions = true,
    description = "Lists, exports and replays the rows that were put aside.",
    footer = {
      "",
      "Examples:",
      "  ./linkage quarantine list --conf conf/demo",
      "  ./linkage quarantine export rows.csv --conf conf/demo --source transactions",
      "  ./linkage quarantine replay --conf conf/demo"
    })
final class QuarantineCommand implements Runnable {
  private static final List<String> EXPORTED =
      List.of(
          "source",
          "file",
          "file_id",
          "record_number",
          "record_key",
          "reasons",
          "details",
          "event_day",
          "currency",
          "amount",
          "records_count",
          "run_id",
          "raw_text");

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Counts by source, file and reason. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Shows how many rows of which file are put aside, by reason.")
  int list(@Mixin DeploymentOptions deployment, @Mixin SparkOptions options, @Mixin Choice choice) {
    Settings settings = deployment.loadToRead();
    var table = new TextTable("source", "file", "rows", "reason");
    options.withSpark(
        new Stages(Stages.SILENT),
        spark -> {
          // One row per file and reason.
          choice
              .of(Quarantine.current(Staging.look(spark, settings.warehouse())))
              .select(col("source"), col("file"), col("records_count"), explode(col("reasons")))
              .groupBy("source", "file", "col")
              .agg(sum("records_count").as("n"))
              .orderBy(col("source"), col("file"), col("n").desc(), col("col"))
              .collectAsList()
              .forEach(
                  row ->
                      table.row(
                          List.of(
                              row.getString(0),
                              row.getString(1),
                              String.format(Locale.ROOT, "%,d", row.getLong(3)),
                              row.getString(2))));
          return true;
        });
    PrintWriter out = spec.commandLine().getOut();
    out.printf("In quarantine (a row may have several reasons):%n%n");
    out.print(table);
    return 0;
  }

  /** All that is kept of the rows, for whoever is to mend them. */
  @Command(
      name = "export",
      mixinStandardHelpOptions = true,
      description = {
        "Writes the rows with their address, every reason and their raw text.",
        "The raw text is what the company's systems delivered: it may hold personal data."
      })
  int export(
      @Parameters(
              paramLabel = "FILE",
              description = "A file that isn't there yet, ending in .csv or .jsonl.")
          Path file,
      @Mixin DeploymentOptions deployment,
      @Mixin SparkOptions options,
      @Mixin Choice choice) {
    boolean isCsv = file.toString().endsWith(".csv");
    if (!isCsv && !file.toString().endsWith(".jsonl") || Files.exists(file)) {
      throw new ConfigException(
          "Cannot export to %s: expected a file that isn't there yet, ending in .csv or .jsonl. Nothing was written."
              .formatted(file));
    }
    Settings settings = deployment.loadToRead();
    long rows =
        options.withSpark(
            new Stages(Stages.SILENT),
            spark ->
                write(
                    choice
                        .of(Quarantine.current(Staging.look(spark, settings.warehouse())))
                        .orderBy("source", "file", "file_id", "record_number"),
                    file,
                    isCsv));
    spec.commandLine().getOut().printf(Locale.ROOT, "%,d row(s) written to %s%n", rows, file);
    return 0;
  }

  /** A night that also reads again what was put aside. */
  @Command(
      name = "replay",
      mixinStandardHelpOptions = true,
      description = {
        "Runs a night that also reads again what was put aside, after settings or mappings were"
            + " mended, and publishes.",
        "Rows are read from their files, which must lie in landing as they were. Rows that are good"
            + " now are accepted, the others stay. Rows that are wrong in the file itself are mended"
            + " by delivering the file, or those rows, anew; that needs no replay."
      })
  int replay(
      @Mixin DeploymentOptions deployment,
      @Mixin RunOptions options,
      @Mixin BusinessDay businessDay) {
    Settings settings = deployment.load();
    LocalDate day = businessDay.of(settings);
    PrintWriter out = spec.commandLine().getOut();
    try (var watchers = options.watchers(settings)) {
      var stages = new Stages(watchers);
      Night.Result result =
          options.withSpark(stages, spark -> Night.replay(spark, settings, day, stages));
      print(out, result);
    }
    return 0;
  }

  static void print(PrintWriter out, Night.Result result) {
    var table = new TextTable("source", "file", "accepted", "duplicate", "fewer in quarantine");
    for (IngestedFile file : result.replayed()) {
      table.row(
          List.of(
              file.source(),
              file.file(),
              String.format(Locale.ROOT, "%,d", file.accepted()),
              String.format(Locale.ROOT, "%,d", file.duplicate()),
              String.format(Locale.ROOT, "%,d", -file.quarantined())));
    }
    out.print(table);
    result.notReplayed().forEach(left -> out.printf("Not replayed: %s%n", Printable.line(left)));
    out.printf("Published by run %s, as of %s%n", result.runId(), result.pointer().asOf());
  }

  /** Which rows. */
  static final class Choice {
    @Option(names = "--source", paramLabel = "NAME", description = "Only rows of this source.")
    private String source;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "Only rows one of whose reasons has this text.")
    private String reason;

    Dataset<Row> of(Dataset<Row> rows) {
      Dataset<Row> ofSource = source == null ? rows : rows.where(col("source").equalTo(source));
      return reason == null
          ? ofSource
          : ofSource.where(
              org.apache.spark.sql.functions.exists(col("reasons"), each -> each.contains(reason)));
    }
  }

  /** Streams the rows, a partition at a time. */
  private static long write(Dataset<Row> rows, Path file, boolean isCsv) {
    long count = 0;
    try (Writer out = Files.newBufferedWriter(file)) {
      if (isCsv) {
        out.write(String.join(",", EXPORTED) + "\r\n");
      }
      for (Iterator<Row> all = rows.toLocalIterator(); all.hasNext(); count++) {
        out.write(isCsv ? csv(all.next()) : json(all.next()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
    }
    return count;
  }

  private static String csv(Row row) {
    return EXPORTED.stream()
            .map(name -> row.get(row.fieldIndex(name)) == null ? "" : text(row, name))
            .map(SqlCommand::cell)
            .collect(Collectors.joining(","))
        + "\r\n";
  }

  private static String text(Row row, String name) {
    Object value = row.get(row.fieldIndex(name));
    return value instanceof scala.collection.Seq<?>
        ? String.join("; ", row.<String>getList(row.fieldIndex(name)))
        : value.toString();
  }

  private static String json(Row row) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : EXPORTED) {
      Object value = row.get(row.fieldIndex(name));
      if (value instanceof scala.collection.Seq<?>) {
        values.put(name, new ArrayList<>(row.<String>getList(row.fieldIndex(name))));
      } else {
        values.put(name, value == null || value instanceof Number ? value : value.toString());
      }
    }
    try {
      return new ObjectMapper().writeValueAsString(values) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
