package linkage.job;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import linkage.contract.Contract;
import linkage.publish.Generations;
import linkage.publish.MartReader;
import org.apache.hadoop.conf.Configuration;

/**
 * Whether two warehouses publish the same marts, row by row in the order of the key, floating-point
 * numbers to 1e-9 relative, all else exactly. What names the run isn't compared, and neither is
 * {@code run_audits}, which speaks of runs.
 */
public final class EqualMarts {
  private static final double TOLERANCE = 1e-9;

  /** Below this, a number is what rounding leaves of zero. */
  private static final double ZERO = 1e-12;

  private static final int MOST_DIFFERENCES = 20;
  private static final Set<String> OF_THE_RUN = Set.of("run_id");

  private final List<String> differences = new ArrayList<>();
  private double largest;
  private long values;

  private EqualMarts() {}

  /**
   * Compares the published marts of two warehouses, prints what was compared, and ends with exit
   * code 1 if they differ.
   */
  public static void main(String[] warehouses) throws SQLException {
    var comparison = new EqualMarts();
    List<String> marts = marts();
    try (Connection left = open(warehouses[0], marts);
        Connection right = open(warehouses[1], marts)) {
      for (String mart : marts) {
        System.out.printf("  %-24s %,10d rows%n", mart, comparison.compare(mart, left, right));
      }
    }
    System.out.printf(
        "%,d values compared; the largest relative difference is %.2g%n",
        comparison.values, comparison.largest);
    comparison.differences.stream().limit(MOST_DIFFERENCES).forEach(System.out::println);
    if (!comparison.differences.isEmpty()) {
      System.out.printf("%,d difference(s)%n", comparison.differences.size());
      System.exit(1);
    }
  }

  /** What differs between the published marts of two warehouses, in words. */
  static List<String> differences(Generations left, Generations right) throws SQLException {
    var comparison = new EqualMarts();
    try (Connection leftMarts = MartReader.open(left, marts());
        Connection rightMarts = MartReader.open(right, marts())) {
      for (String mart : marts()) {
        comparison.compare(mart, leftMarts, rightMarts);
      }
    }
    return comparison.differences;
  }

  private static List<String> marts() {
    return Contract.marts().stream().filter(mart -> !mart.equals("run_audits")).toList();
  }

  private static Connection open(String warehouse, List<String> marts) {
    return MartReader.open(new Generations(warehouse, new Configuration()), marts);
  }

  private long compare(String mart, Connection left, Connection right) throws SQLException {
    List<String> columns =
        Contract.mart(mart).names().stream().filter(name -> !OF_THE_RUN.contains(name)).toList();
    String query =
        "select %s from %s order by %s"
            .formatted(
                String.join(", ", columns), mart, String.join(", ", Contract.mart(mart).key()));
    long rows = 0;
    try (var leftStatement = left.createStatement();
        var rightStatement = right.createStatement();
        ResultSet leftRows = leftStatement.executeQuery(query);
        ResultSet rightRows = rightStatement.executeQuery(query)) {
      while (leftRows.next()) {
        rows++;
        if (!rightRows.next()) {
          differences.add("%s has %d row(s) or more, expected %d".formatted(mart, rows, rows - 1));
          return rows;
        }
        for (int i = 1; i <= columns.size(); i++) {
          values++;
          Object expected = leftRows.getObject(i);
          Object found = rightRows.getObject(i);
          if (!same(expected, found)) {
            differences.add(
                "%s row %d: %s is %s, expected %s"
                    .formatted(mart, rows, columns.get(i - 1), found, expected));
          }
        }
      }
      if (rightRows.next()) {
        differences.add("%s has more than the %d row(s) expected".formatted(mart, rows));
      }
    }
    return rows;
  }

  private boolean same(Object left, Object right) throws SQLException {
    if (left instanceof Double one && right instanceof Double other) {
      double scale = Math.max(Math.abs(one), Math.abs(other));
      if (one.equals(other) || scale < ZERO) {
        return true;
      }
      double difference = Math.abs(one - other) / scale;
      largest = Math.max(largest, difference);
      return difference <= TOLERANCE;
    }
    if (left instanceof BigDecimal one && right instanceof BigDecimal other) {
      return one.compareTo(other) == 0;
    }
    if (left instanceof Array one && right instanceof Array other) {
      List<Object> these = Arrays.asList((Object[]) one.getArray());
      List<Object> those = Arrays.asList((Object[]) other.getArray());
      boolean same = these.size() == those.size();
      for (int i = 0; same && i < these.size(); i++) {
        same = same(these.get(i), those.get(i));
      }
      return same;
    }
    return Objects.equals(left, right);
  }
}
