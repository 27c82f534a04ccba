package linkage.cli;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.to_json;

import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import linkage.ConfigException;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.database.Pulls;
import linkage.ingest.Ingest;
import linkage.job.Stages;
import linkage.staging.Staging;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Mapped rows of one source, with their reasons. */
@Command(
    name = "preview",
    mixinStandardHelpOptions = true,
    description = {
      "Shows 20 rows of a source as its mapping and its contract read them, refused rows first, each"
          + " with every reason. Nothing is written."
    },
    footer = {"", "Example:  ./linkage preview --conf conf/demo --source transactions"})
final class PreviewCommand implements Callable<Integer> {
  private static final int ROWS = 20;

  /** Rows asked of a database that nothing has been pulled from yet. */
  private static final int DATABASE_ROWS = 1000;

  @Mixin private DeploymentOptions deployment;
  @Mixin private SparkOptions options;
  @Spec private CommandSpec spec;

  @Option(names = "--source", required = true, paramLabel = "NAME", description = "The source.")
  private String name;

  @Override
  public Integer call() {
    Settings settings = deployment.load();
    SourceSettings source =
        settings
            .source(name)
            .orElseThrow(
                () ->
                    new ConfigException(
                        "Cannot preview %s: %s declares only the sources %s."
                            .formatted(
                                name,
                                settings.name(),
                                String.join(
                                    ", ",
                                    settings.sources().stream()
                                        .map(SourceSettings::name)
                                        .toList()))));
    PrintWriter out = spec.commandLine().getOut();
    try (var progress = new Progress()) {
      var stages = new Stages(progress);
      options.withSpark(stages, spark -> show(spark, settings, source, out));
    }
    return 0;
  }

  private static boolean show(
      SparkSession spark, Settings settings, SourceSettings source, PrintWriter out) {
    var staging = Staging.look(spark, settings.warehouse());
    var ingest = new Ingest(spark, settings, staging, LocalDate.now(settings.timeZone()));
    Map<SourceSettings, List<Ingest.NewFile>> found = ingest.discoverAll(source);
    if (source.jdbc().isPresent() && found.get(source).isEmpty()) {
      Dataset<Row> some =
          new Pulls(spark, settings, System::getenv).rows(source).limit(DATABASE_ROWS);
      Ingest.Live live = ingest.live(source, some);
      show(ingest.validated(source, List.of(live.file()), live.mapped()), out);
      return true;
    }
    Dataset<Row> mapped = ingest.plan(found).get(source);
    if (mapped == null) {
      out.printf("No file of %s can be read: ./linkage validate says why.%n", source.name());
      return false;
    }
    show(ingest.validated(source, found.get(source), mapped), out);
    return true;
  }

  private static void show(Dataset<Row> rows, PrintWriter out) {
    Column isRefused = size(col("reasons")).gt(0);
    // A handful of rows for a person to look at.
    List<Row> refused = rows.where(isRefused).select(columns(rows)).takeAsList(ROWS / 2);
    List<Row> good =
        rows.where(isRefused.equalTo(false))
            .select(columns(rows))
            .takeAsList(ROWS - refused.size());
    int number = 0;
    for (Row row : concatenated(refused, good)) {
      number++;
      print(out, number, row);
    }
  }

  private static Column[] columns(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>();
    for (StructField field : rows.schema().fields()) {
      columns.add(
          field.dataType() instanceof MapType
              ? to_json(col(field.name())).as(field.name())
              : col(field.name()));
    }
    return columns.toArray(Column[]::new);
  }

  private static List<Row> concatenated(List<Row> first, List<Row> second) {
    List<Row> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static void print(PrintWriter out, int number, Row row) {
    out.printf(
        "%nrow %d: %s, record %d%n",
        number, Printable.line(row.getAs("file_name")), row.<Long>getAs("record_number"));
    var table = new TextTable("column", "read as");
    for (StructField field : row.schema().fields()) {
      boolean isProvenance =
          List.of(
                  "file_id",
                  "file_name",
                  "record_number",
                  "reasons",
                  "details",
                  "raw_text",
                  "event_day",
                  "control_amount",
                  "record_key")
              .contains(field.name());
      Object value = row.getAs(field.name());
      if (!isProvenance && value != null) {
        table.row(List.of(field.name(), value.toString()));
      }
    }
    out.print(table);
    List<String> reasons = row.getList(row.fieldIndex("reasons"));
    List<String> details = row.getList(row.fieldIndex("details"));
    for (int i = 0; i < reasons.size(); i++) {
      out.printf(
          "  refused: %s%s%n",
          Printable.line(reasons.get(i)),
          details.get(i).isEmpty() ? "" : " (" + Printable.line(details.get(i)) + ")");
    }
    if (!reasons.isEmpty()) {
      out.printf("  raw: %s%n", Printable.line(row.getAs("raw_text")));
    }
  }
}
