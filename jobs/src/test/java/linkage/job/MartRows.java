package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import linkage.contract.Contract;
import linkage.publish.Generations;
import linkage.publish.MartReader;
import linkage.testing.SparkTest;

/** The published marts of a company as values, to be compared with those of another run. */
record MartRows(Map<String, List<Map<String, Object>>> rows) {
  private static final double TOLERANCE = 1e-9;

  /**
   * What speaks of runs rather than of the company: the ledger, the official verdicts, which are
   * fixed by the first night after a month, and whether a verdict is one of those.
   */
  private static final Set<String> OF_RUNS = Set.of("run_audits", "verdict_history");

  private static final Set<String> COLUMNS_OF_RUNS = Set.of("verdict_status");

  /**
   * What a file is called and which of two equal rows is the duplicate depends on how files came;
   * what they hold together doesn't.
   */
  private static final String DATA_QUALITY =
      """
      select source, reason, sum(read_count) as read, sum(accepted_count + duplicate_count) as good,
        sum(quarantined_count) as bad, sum(read_amount) as amount,
        sum(quarantined_amount) as bad_amount
      from data_quality group by all order by all
      """;

  /** The marts as published now. */
  static MartRows of(TinyCompany company) throws SQLException {
    Map<String, List<Map<String, Object>>> rows = new LinkedHashMap<>();
    List<String> marts =
        Contract.marts().stream()
            .filter(
                mart ->
                    company.folder("warehouse/marts/current").resolve(mart).toFile().isDirectory())
            .toList();
    var generations =
        new Generations(
            company.settings().warehouse(),
            SparkTest.session().sparkContext().hadoopConfiguration());
    try (var connection = MartReader.open(generations, marts);
        var statement = connection.createStatement()) {
      for (String mart : marts) {
        if (OF_RUNS.contains(mart)) {
          continue;
        }
        String query =
            mart.equals("data_quality")
                ? DATA_QUALITY
                : "select * from %s order by %s"
                    .formatted(mart, String.join(", ", Contract.mart(mart).key()));
        List<Map<String, Object>> found = new ArrayList<>();
        try (var result = statement.executeQuery(query)) {
          while (result.next()) {
            Map<String, Object> row = new LinkedHashMap<>();
            for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
              String column = result.getMetaData().getColumnName(i);
              if (!COLUMNS_OF_RUNS.contains(column)) {
                row.put(column, plain(result.getObject(i)));
              }
            }
            found.add(row);
          }
        }
        rows.put(mart, found);
      }
    }
    return new MartRows(rows);
  }

  /** Fails at the first value that differs by more than rounding. */
  void assertSameAs(MartRows expected, String what) {
    assertThat(rows.keySet()).as(what).isEqualTo(expected.rows.keySet()).hasSizeGreaterThan(10);
    expected.rows.forEach(
        (mart, wanted) -> {
          List<Map<String, Object>> found = rows.get(mart);
          for (int i = 0; i < Math.min(found.size(), wanted.size()); i++) {
            Map<String, Object> row = found.get(i);
            Map<String, Object> other = wanted.get(i);
            other.forEach(
                (column, value) ->
                    assertThat(isSame(row.get(column), value))
                        .as(
                            "%s: %s.%s is %s, expected %s%nfound %s%nexpected %s",
                            what, mart, column, row.get(column), value, row, other)
                        .isTrue());
          }
          assertThat(found).as("%s: rows of %s", what, mart).hasSameSizeAs(wanted);
        });
  }

  private static boolean isSame(Object found, Object expected) {
    if (found instanceof Double a && expected instanceof Double b) {
      return a.equals(b) || Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b));
    }
    if (found instanceof BigDecimal a && expected instanceof BigDecimal b) {
      return a.compareTo(b) == 0;
    }
    if (found instanceof List<?> a && expected instanceof List<?> b) {
      boolean isSame = a.size() == b.size();
      for (int i = 0; isSame && i < a.size(); i++) {
        isSame = isSame(a.get(i), b.get(i));
      }
      return isSame;
    }
    return found == null ? expected == null : found.equals(expected);
  }

  private static Object plain(Object value) throws SQLException {
    if (value instanceof Array array) {
      return Arrays.asList((Object[]) array.getArray());
    }
    return value;
  }
}
