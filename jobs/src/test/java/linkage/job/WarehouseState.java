package linkage.job;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.ingest.IngestedFile;
import linkage.ingest.Quarantine;
import linkage.publish.Generations;
import linkage.publish.MartReader;
import linkage.publish.Pointer;
import linkage.staging.Staging;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a warehouse says and holds, as texts: equal for two warehouses whose nights came to the
 * same, whatever happened on the way. Names of runs and times of day are left out, numbers are
 * rounded to nine digits.
 */
final class WarehouseState {
  /**
   * A month's verdicts are official in the marts of the run that fixes them, and provisional in
   * those of the next: if the first dies once it has published, it is the second that is looked at.
   */
  private static final Set<String> OF_RUNS = Set.of("run_id", "verdict_status");

  /** What the names of staged tables begin with. */
  static final String STAGED = "staging ";

  private static final String[] VERDICT_KEY =
      Contract.mart("verdict_history").key().toArray(String[]::new);

  private WarehouseState() {}

  /** The rows of each published mart, and of each staged table, sorted. */
  static Map<String, List<String>> of(SparkSession spark, Settings settings) {
    Map<String, List<String>> state = new TreeMap<>(marts(settings));
    state.putAll(staged(spark, settings));
    return state;
  }

  /** The rows of each staged table that are committed, sorted. */
  static Map<String, List<String>> staged(SparkSession spark, Settings settings) {
    Map<String, List<String>> state = new TreeMap<>();
    var staging = Staging.look(spark, settings.warehouse());
    Stream.concat(Stream.of(IngestedFile.TABLE, Quarantine.TABLE), Contract.sources().stream())
        .filter(staging::has)
        .forEach(table -> state.put(STAGED + table, rows(staging, table)));
    return state;
  }

  private static List<String> rows(Staging staging, String table) {
    return staging.read(table).drop("run_id").toJSON().collectAsList().stream().sorted().toList();
  }

  /** The rows of each published mart, sorted. */
  static Map<String, List<String>> marts(Settings settings) {
    var generations = new Generations(folder(settings), new Configuration());
    Pointer pointer = generations.current().orElseThrow();
    List<String> marts = martsOf(generations, pointer);
    Map<String, List<String>> state = new TreeMap<>();
    try (var duck = MartReader.open(generations, marts);
        var statement = duck.createStatement()) {
      for (String mart : marts) {
        if (mart.equals("run_audits")) {
          continue; // It tells what happened on the way.
        }
        try (var found = statement.executeQuery("from " + mart)) {
          List<String> rows = new ArrayList<>();
          var columns = found.getMetaData();
          while (found.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
              boolean isOfRun = OF_RUNS.contains(columns.getColumnLabel(i));
              row.add(isOfRun ? "" : text(found.getObject(i)));
            }
            rows.add(String.join("|", row));
          }
          state.put(mart, rows.stream().sorted().toList());
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return state;
  }

  /** How each run ended, oldest first. */
  static List<String> endings(SparkSession spark, Settings settings) {
    return new Ledger(spark, settings.warehouse())
        .runs().orderBy("started_at").collectAsList().stream()
            .map(run -> run.getAs("run_id") + " " + run.getAs("status"))
            .toList();
  }

  /** In what rows aren't as expected. */
  static List<String> differences(
      Map<String, List<String>> found, Map<String, List<String>> expected) {
    List<String> differences = new ArrayList<>();
    Set<String> names = new TreeSet<>(expected.keySet());
    names.addAll(found.keySet());
    for (String name : names) {
      List<String> missing = without(expected.get(name), found.get(name));
      List<String> tooMuch = without(found.get(name), expected.get(name));
      if (!missing.isEmpty() || !tooMuch.isEmpty()) {
        differences.add("%s has %s, expected %s".formatted(name, first(tooMuch), first(missing)));
      }
    }
    return differences;
  }

  /** The rows that others lack, each as often as they lack it. */
  private static List<String> without(List<String> rows, List<String> others) {
    List<String> left = new LinkedList<>(rows == null ? List.of() : rows);
    (others == null ? List.<String>of() : others).forEach(left::remove);
    return left;
  }

  private static String first(List<String> rows) {
    return rows.isEmpty()
        ? "no other row"
        : "%d other row(s) like %s".formatted(rows.size(), rows.get(0));
  }

  /** In what the ledger doesn't tell the truth, and what is left of dead runs. */
  static List<String> remains(SparkSession spark, Settings settings) {
    Path warehouse = Path.of(folder(settings));
    List<String> remains = new ArrayList<>();
    if (Files.exists(warehouse.resolve("_lock.json"))) {
      remains.add("the lock is still there");
    }
    List<String> work = list(warehouse.resolve("work"));
    if (!work.isEmpty()) {
      remains.add("work is left: " + work);
    }
    List<String> endings = endings(spark, settings);
    List<String> published =
        endings.stream()
            .filter(ending -> ending.endsWith(" published"))
            .map(ending -> ending.split(" ")[0])
            .toList();
    boolean keepsAll = settings.keepGenerationsHours() > 0;
    int first = keepsAll ? 0 : Math.max(0, published.size() - settings.keepGenerations());
    List<String> expected = published.subList(first, published.size());
    List<String> kept = list(warehouse.resolve("marts/generations"));
    if (!kept.equals(expected)) {
      remains.add("generations are %s, expected %s by the ledger".formatted(kept, expected));
    }
    Dataset<Row> verdicts = new Ledger(spark, settings.warehouse()).verdicts();
    if (verdicts.count() > verdicts.dropDuplicates(VERDICT_KEY).count()) {
      remains.add("a month's verdict is fixed twice");
    }
    Set<String> runs = new HashSet<>();
    for (String ending : endings) {
      if (!runs.add(ending.split(" ")[0])) {
        remains.add("a run has two records: " + ending);
      }
    }
    return remains;
  }

  private static List<String> list(Path folder) {
    String[] names = folder.toFile().list();
    return names == null ? List.of() : Arrays.stream(names).sorted().toList();
  }

  /** The folder of the warehouse on the local disk. */
  static String folder(Settings settings) {
    return new org.apache.hadoop.fs.Path(settings.warehouse()).toUri().getPath();
  }

  static List<String> martsOf(Generations generations, Pointer pointer) {
    return list(Path.of(generations.folder(pointer.runId()).toUri().getPath()));
  }

  private static String text(Object value) throws SQLException {
    if (value instanceof Double number) {
      return String.format(Locale.ROOT, "%.9g", number + 0.0);
    }
    if (value instanceof Array array) {
      List<String> items = new ArrayList<>();
      for (Object item : (Object[]) array.getArray()) {
        items.add(text(item));
      }
      return items.toString();
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + entry.getValue())
          .sorted()
          .collect(Collectors.joining(","));
    }
    return String.valueOf(value);
  }
}
