package linkage.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import linkage.ConfigException;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.publish.Generations;
import linkage.publish.MartReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** SQL over the published marts, or those of a run whose marts are kept. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description = {
      "Runs SQL (DuckDB's) over the published marts. Each mart is a table: see schemas/README.md.",
      "The pointer is resolved once, so a query never mixes two nights."
    },
    footer = {
      "",
      "Examples:",
      "  ./linkage sql --conf conf/demo \"select segment, verdict, sentence from best_metrics\"",
      "  ./linkage sql --conf conf/demo --format csv \"from reconciliation\" > reconciliation.csv",
      "  ./linkage sql --conf conf/demo --run RUN \"from customer_scorecard\""
    })
final class SqlCommand implements Callable<Integer> {
  /** How the answer is written. */
  enum Format {
    TABLE,
    CSV,
    JSON
  }

  private static final Pattern FORMULA = Pattern.compile("\\s*[=+@-]|[\\t\\r\\n]");
  private static final Pattern NEEDS_QUOTES = Pattern.compile("[,;\"\\t\\r\\n]|^\\s|\\s$");

  @Mixin private DeploymentOptions deployment;
  @Spec private CommandSpec spec;

  @Option(
      names = "--format",
      defaultValue = "table",
      description = "One of ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
  private Format format;

  @Option(
      names = "--run",
      paramLabel = "RUN",
      description =
          "Reads the marts of this run instead of the published ones: of a day that backfill kept"
              + " beside them, or of an earlier night. ./linkage status shows whose are kept.")
  private String run;

  @Parameters(paramLabel = "QUERY", description = "The query, in quotes.")
  private String query;

  @Override
  public Integer call() {
    Settings settings = deployment.loadToRead();
    PrintWriter out = spec.commandLine().getOut();
    try (Connection marts = open(settings);
        var statement = marts.createStatement()) {
      if (!statement.execute(query)) {
        return 0;
      }
      print(out, statement.getResultSet());
    } catch (SQLException e) {
      throw new ConfigException(
          "Cannot run the query: %s%nThe marts are: %s."
              .formatted(e.getMessage(), String.join(", ", Contract.marts())));
    }
    out.flush();
    return 0;
  }

  /** Every mart; where reading means copying, only those that the query may speak of. */
  private Connection open(Settings settings) {
    Generations generations = Answer.generations(settings);
    String words = query.toLowerCase(Locale.ROOT);
    List<String> marts =
        Contract.marts().stream()
            .filter(mart -> generations.isLocal() || words.contains(mart))
            .toList();
    return run == null
        ? MartReader.open(generations, marts)
        : MartReader.openKept(generations, run, marts);
  }

  private void print(PrintWriter out, ResultSet rows) throws SQLException {
    List<String> names = new ArrayList<>();
    for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
      names.add(rows.getMetaData().getColumnLabel(column));
    }
    switch (format) {
      case TABLE -> printTable(out, names, rows);
      case CSV -> printCsv(out, names, rows);
      case JSON -> printJson(out, names, rows);
    }
  }

  private static void printTable(PrintWriter out, List<String> names, ResultSet rows)
      throws SQLException {
    var table = new TextTable(names.toArray(String[]::new));
    int count = 0;
    while (rows.next()) {
      table.row(texts(rows, names.size()));
      count++;
    }
    out.print(table);
    out.printf("(%,d row%s)%n", count, count == 1 ? "" : "s");
  }

  private static void printCsv(PrintWriter out, List<String> names, ResultSet rows)
      throws SQLException {
    out.print(names.stream().map(SqlCommand::cell).collect(Collectors.joining(",")) + "\r\n");
    while (rows.next()) {
      List<String> cells = new ArrayList<>();
      for (int column = 1; column <= names.size(); column++) {
        cells.add(cell(plain(rows.getObject(column))));
      }
      out.print(String.join(",", cells) + "\r\n");
    }
  }

  private static void printJson(PrintWriter out, List<String> names, ResultSet rows)
      throws SQLException {
    var json = new ObjectMapper();
    while (rows.next()) {
      Map<String, Object> row = new LinkedHashMap<>();
      for (int column = 1; column <= names.size(); column++) {
        row.put(names.get(column - 1), plain(rows.getObject(column)));
      }
      try {
        out.println(Printable.json(json.writeValueAsString(row)));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static List<String> texts(ResultSet rows, int columns) throws SQLException {
    List<String> texts = new ArrayList<>();
    for (int column = 1; column <= columns; column++) {
      Object value = plain(rows.getObject(column));
      texts.add(value == null ? "" : value.toString());
    }
    return texts;
  }

  /** A value as JSON and people know it: numbers and flags as they are, all else as text. */
  private static Object plain(Object value) throws SQLException {
    if (value instanceof java.sql.Array array) {
      List<Object> items = new ArrayList<>();
      for (Object item : (Object[]) array.getArray()) {
        items.add(plain(item));
      }
      return items;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> plain = new LinkedHashMap<>();
      for (var entry : map.entrySet()) {
        plain.put(String.valueOf(entry.getKey()), plain(entry.getValue()));
      }
      return plain;
    }
    return value == null || value instanceof Number || value instanceof Boolean
        ? value
        : value.toString();
  }

  /** A value as a field of CSV. Spreadsheets would run what looks like a formula; numbers don't. */
  static String cell(Object value) {
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return value == null ? "" : value.toString();
    }
    String text = Printable.field(value.toString());
    String harmless = FORMULA.matcher(text).lookingAt() ? "'" + text : text;
    return NEEDS_QUOTES.matcher(harmless).find()
        ? "\"" + harmless.replace("\"", "\"\"") + "\""
        : harmless;
  }
}
