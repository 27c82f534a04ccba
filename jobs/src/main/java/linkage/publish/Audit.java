package linkage.publish;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import linkage.contract.Contract;
import linkage.contract.Field;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What must hold of a mart as it was written, before anybody may read it: a unique key, no null
 * where the contract forbids it, allowed values, ranges, and the contract's own rules.
 *
 * <p>Each check is SQL that counts the rows that break it, in words that Spark and DuckDB both
 * understand. On a local disk DuckDB runs it, so that a second engine confirms what the first
 * wrote.
 */
public final class Audit {
  private Audit() {}

  /** Runs a query that gives one row of numbers. */
  @FunctionalInterface
  interface Engine {
    long[] numbers(String query);
  }

  /**
   * Something that must hold.
   *
   * @param words what is wrong if it doesn't
   * @param count SQL expression over the rows of a table that counts those that break it, or a
   *     query in parentheses that does, with {@code {object}} for the table
   */
  record Check(String words, String count) {
    boolean isQuery() {
      return count.startsWith("(");
    }
  }

  /** Runs every check with Spark over a table that is at hand; what is wrong, in words. */
  public static List<String> problems(Contract contract, Dataset<Row> rows) {
    String view = "audited_" + contract.name();
    rows.createOrReplaceTempView(view);
    try {
      return problems(
          contract,
          view,
          query -> {
            Row found = rows.sparkSession().sql(query).first();
            return IntStream.range(0, found.length()).mapToLong(found::getLong).toArray();
          });
    } finally {
      rows.sparkSession().catalog().dropTempView(view);
    }
  }

  /**
   * Runs every check: those of single rows in one scan, the others each by its own query.
   *
   * @param table the name that the mart has in queries
   * @return what is wrong, in words; empty if nothing is
   */
  static List<String> problems(Contract contract, String table, Engine engine) {
    List<String> problems = new ArrayList<>();
    List<Check> ofRows = checks(contract).stream().filter(check -> !check.isQuery()).toList();
    if (!ofRows.isEmpty()) {
      String counts = ofRows.stream().map(Check::count).collect(Collectors.joining(", "));
      long[] broken = engine.numbers("select %s from %s".formatted(counts, table));
      for (int i = 0; i < broken.length; i++) {
        note(ofRows.get(i), broken[i], problems);
      }
    }
    for (Check check : checks(contract)) {
      if (check.isQuery()) {
        String query = "select " + check.count().replace("{object}", table) + " as broken";
        note(check, engine.numbers(query)[0], problems);
      }
    }
    return problems;
  }

  private static void note(Check check, long broken, List<String> problems) {
    if (broken > 0) {
      problems.add("%s in %,d row(s)".formatted(check.words(), broken));
    }
  }

  static List<Check> checks(Contract contract) {
    List<Check> checks = new ArrayList<>();
    checks.add(
        new Check(
            "a key %s is repeated".formatted(contract.key()),
            "(select count(*) from (select 1 as one from {object} group by %s having count(*) > 1) repeated)"
                .formatted(String.join(", ", contract.key()))));
    for (Field field : contract.fields()) {
      String name = field.name();
      if (field.required()) {
        checks.add(where(name + " is null", name + " is null"));
      }
      if (!field.allowedValues().isEmpty()) {
        String allowed =
            field.allowedValues().stream()
                .map(value -> "'" + value.replace("'", "''") + "'")
                .collect(Collectors.joining(", "));
        checks.add(
            where(
                "%s is not one of %s".formatted(name, field.allowedValues()),
                "%s not in (%s)".formatted(name, allowed)));
      }
      BigDecimal minimum = field.range().minimum();
      if (minimum != null) {
        checks.add(
            where(
                "%s is not %s".formatted(name, field.range()),
                "%s %s %s"
                    .formatted(
                        name,
                        field.range().minimumIncluded() ? "<" : "<=",
                        minimum.toPlainString())));
      }
      BigDecimal maximum = field.range().maximum();
      if (maximum != null) {
        checks.add(
            where(
                "%s is not %s".formatted(name, field.range()),
                "%s %s %s"
                    .formatted(
                        name,
                        field.range().maximumIncluded() ? ">" : ">=",
                        maximum.toPlainString())));
      }
    }
    contract
        .rules()
        .forEach(rule -> checks.add(new Check(rule.description(), "(" + rule.query() + ")")));
    return checks;
  }

  private static Check where(String words, String condition) {
    return new Check(words, "count(*) filter (where %s)".formatted(condition));
  }
}
