package linkage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import linkage.testing.SparkTest;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every rule over several columns, in both engines that read the marts. */
class EveryRuleTest {
  private static SparkSession spark;

  @BeforeAll
  static void openSession() {
    spark = SparkTest.session();
  }

  @ParameterizedTest
  @MethodSource("contractsWithRules")
  void holdsInAnEmptyTableInSpark(String name) {
    var contract = Contract.mart(name);
    spark
        .createDataFrame(List.of(), contract.sparkType())
        .createOrReplaceTempView("rule_of_" + name);
    try {
      for (var rule : contract.rules()) {
        assertThat(countInSpark(rule, "rule_of_" + name)).as(rule.id()).isZero();
      }
    } finally {
      spark.catalog().dropTempView("rule_of_" + name);
    }
  }

  @ParameterizedTest
  @MethodSource("contractsWithRules")
  void holdsInAnEmptyTableInDuckDb(String name) throws SQLException {
    var contract = Contract.mart(name);
    try (var duck = DriverManager.getConnection("jdbc:duckdb:")) {
      execute(duck, "create table %s (%s)".formatted(name, duckColumns(contract)));
      for (var rule : contract.rules()) {
        assertThat(countInDuck(duck, rule, name)).as(rule.id()).isZero();
      }
    }
  }

  @Test
  void countsTheRowsThatBreakARule() throws SQLException {
    var rule =
        Contract.mart("reconciliation").rules().stream()
            .filter(candidate -> candidate.id().equals("lines_add_up"))
            .findFirst()
            .orElseThrow();
    var columns =
        "warehouse_amount DECIMAL(18,2), attributed_amount DECIMAL(18,2),"
            + " unattributed_amount DECIMAL(18,2), excluded_amount DECIMAL(18,2)";
    // 100 = 70 + 20 + 10 keeps the rule; 100 = 70 + 20 + 10.01 doesn't.
    var kept = List.of("100.00", "70.00", "20.00", "10.00");
    var broken = List.of("100.00", "70.00", "20.00", "10.01");

    var rows =
        Stream.of(kept, broken)
            .map(row -> RowFactory.create(row.stream().map(BigDecimal::new).toArray()))
            .toList();
    spark
        .createDataFrame(rows, StructType.fromDDL(columns))
        .createOrReplaceTempView("rule_with_breach");
    try {
      assertThat(countInSpark(rule, "rule_with_breach")).isEqualTo(1);
    } finally {
      spark.catalog().dropTempView("rule_with_breach");
    }

    try (var duck = DriverManager.getConnection("jdbc:duckdb:")) {
      execute(duck, "create table lines (%s)".formatted(columns));
      execute(duck, "insert into lines values (%s)".formatted(String.join(", ", kept)));
      execute(duck, "insert into lines values (%s)".formatted(String.join(", ", broken)));
      assertThat(countInDuck(duck, rule, "lines")).isEqualTo(1);
    }
  }

  static Stream<String> contractsWithRules() {
    return Contract.marts().stream().filter(name -> !Contract.mart(name).rules().isEmpty());
  }

  private static long countInSpark(Rule rule, String table) {
    return spark.sql(rule.queryOver(table)).first().getLong(0);
  }

  private static long countInDuck(Connection duck, Rule rule, String table) throws SQLException {
    try (var statement = duck.createStatement();
        var result = statement.executeQuery(rule.queryOver(table))) {
      result.next();
      return result.getLong(1);
    }
  }

  private static void execute(Connection duck, String sql) throws SQLException {
    try (var statement = duck.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The columns as DuckDB declares them: a list is written VARCHAR[], a map MAP(VARCHAR, …). */
  private static String duckColumns(Contract contract) {
    return contract.fields().stream()
        .map(field -> "\"%s\" %s".formatted(field.name(), field.type().sql()))
        .map(column -> column.replace("ARRAY<STRING>", "VARCHAR[]"))
        .map(column -> column.replace("MAP<", "MAP(").replace(">", ")"))
        .collect(Collectors.joining(", "));
  }
}
