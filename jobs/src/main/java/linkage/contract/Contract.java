package linkage.contract;

import static java.util.stream.Collectors.joining;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a table promises: its columns in order, its key, and the rules that hold in it.
 *
 * <p>Contracts are files under {@code schemas/}, read once from the class path. A column is only
 * ever named through its contract, so that a misspelt name fails when the naming class loads.
 *
 * @param path the file the contract was read from, for messages
 * @param name the table's name
 * @param version the contract's version, as {@code major.minor.patch}
 * @param grain the sentence that says what one row is
 * @param fields the columns, in their order
 * @param rules the rules over several columns
 */
public record Contract(
    String path, String name, String version, String grain, List<Field> fields, List<Rule> rules)
    implements Serializable {

  private static final List<String> SOURCES =
      List.of(
          "customers",
          "survey_responses",
          "survey_invitations",
          "transactions",
          "attrition",
          "fx_rates",
          "ledger_totals");

  private static final List<String> MARTS =
      List.of(
          "best_metrics",
          "metric_predictiveness",
          "retention_by_score",
          "retention_curves",
          "metric_scores",
          "nonresponse_checks",
          "lead_lag",
          "driver_importance",
          "driver_revenue_impacts",
          "revenue_at_risk",
          "customers_at_risk",
          "customer_scorecard",
          "reconciliation",
          "data_quality",
          "verdict_history",
          "run_audits");

  private static final Map<String, Contract> BY_PATH = readAll();

  public Contract {
    fields = List.copyOf(fields);
    rules = List.copyOf(rules);
  }

  /** The names of the canonical source tables, in the order they are best read about. */
  public static List<String> sources() {
    return SOURCES;
  }

  /** The names of the marts, in the order they are best read about. */
  public static List<String> marts() {
    return MARTS;
  }

  /** The contract of a canonical source table. */
  public static Contract source(String name) {
    return named("sources", name, SOURCES);
  }

  /** The contract of a mart. */
  public static Contract mart(String name) {
    return named("marts", name, MARTS);
  }

  /** The columns that identify a row, in the order of the key. */
  public List<String> key() {
    return fields.stream()
        .filter(Field::isKey)
        .sorted(Comparator.comparingInt(Field::keyPosition))
        .map(Field::name)
        .toList();
  }

  /** The names of all columns, in their order. */
  public List<String> names() {
    return fields.stream().map(Field::name).toList();
  }

  /** Whether the contract declares a column. */
  public boolean has(String column) {
    return fields.stream().anyMatch(field -> field.name().equals(column));
  }

  /**
   * A declared column's field.
   *
   * @throws IllegalArgumentException if the contract doesn't declare the column
   */
  public Field field(String column) {
    for (Field field : fields) {
      if (field.name().equals(column)) {
        return field;
      }
    }
    throw new IllegalArgumentException(
        "Cannot use column %s of %s: %s declares only %s. Declare it there first."
            .formatted(column, name, path, String.join(", ", names())));
  }

  /**
   * A declared column, to use in a query.
   *
   * @throws IllegalArgumentException if the contract doesn't declare the column
   */
  public Column col(String column) {
    return functions.col(field(column).name());
  }

  /** All columns in their order, to end a query with. */
  public Column[] columns() {
    return names().stream().map(functions::col).toArray(Column[]::new);
  }

  /** The column that is a row's own event day, where the table has one. */
  public Optional<Field> eventDay() {
    return fields.stream().filter(Field::eventDay).findFirst();
  }

  /** The column whose sum is checked for conservation, where the table has one. */
  public Optional<Field> controlAmount() {
    return fields.stream().filter(Field::controlAmount).findFirst();
  }

  /** The table's type in Spark: nullable where not required, each description as its comment. */
  public StructType sparkType() {
    return new StructType(fields.stream().map(Contract::sparkField).toArray(StructField[]::new));
  }

  /**
   * What separates a table from its contract: columns that are missing, not declared, named twice
   * or of another type, each in words. Order is not compared, since {@link #columns()} gives it,
   * and neither is nullability, which Spark forgets through Parquet.
   */
  public List<String> differences(StructType actual) {
    var differences = new ArrayList<String>();
    var found = new LinkedHashMap<String, StructField>();
    for (var field : actual.fields()) {
      if (found.put(field.name(), field) != null) {
        differences.add("%s is there twice".formatted(field.name()));
      }
    }

    for (var field : fields) {
      var expected = field.type().catalogString();
      var match = found.remove(field.name());
      if (match == null) {
        differences.add("%s is missing, expected %s".formatted(field.name(), expected));
      } else if (!match.dataType().catalogString().equals(expected)) {
        differences.add(
            "%s is %s, expected %s"
                .formatted(field.name(), match.dataType().catalogString(), expected));
      }
    }
    found.keySet().forEach(extra -> differences.add("%s is not declared".formatted(extra)));
    return List.copyOf(differences);
  }

  /**
   * Checks that a table has exactly the declared columns and types, see {@link #differences}.
   *
   * @throws IllegalArgumentException with all differences, if there are any
   */
  public void check(StructType actual) {
    var differences = differences(actual);
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          ("Cannot use this table as %s: it differs from %s in %d column(s)."
                  + " Change the query or the contract.\n%s")
              .formatted(
                  name,
                  path,
                  differences.size(),
                  differences.stream().map(line -> "- " + line).collect(joining("\n"))));
    }
  }

  private static StructField sparkField(Field field) {
    var comment = new MetadataBuilder().putString("comment", field.description()).build();
    return new StructField(field.name(), field.type(), !field.required(), comment);
  }

  private static Contract named(String layer, String name, List<String> declared) {
    if (!declared.contains(name)) {
      throw new IllegalArgumentException(
          "Cannot use contract %s: schemas/%s declares only %s. Declare it there first."
              .formatted(name, layer, String.join(", ", declared)));
    }

    return BY_PATH.get(path(layer, name));
  }

  private static Map<String, Contract> readAll() {
    var byPath = new LinkedHashMap<String, Contract>();
    Function<String, Contract> read = ContractFile::read;
    SOURCES.forEach(name -> byPath.computeIfAbsent(path("sources", name), read));
    MARTS.forEach(name -> byPath.computeIfAbsent(path("marts", name), read));
    return Map.copyOf(byPath);
  }

  private static String path(String layer, String name) {
    return "schemas/%s/%s.yaml".formatted(layer, name);
  }
}
