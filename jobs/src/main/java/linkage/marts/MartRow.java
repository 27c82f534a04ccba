package linkage.marts;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import linkage.contract.Contract;
import linkage.contract.Field;
import linkage.stats.Interval;
import linkage.stats.Support;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One row of a mart while it is made: every value goes to a column that the contract declares, and
 * what isn't a number becomes a null.
 */
public final class MartRow {
  /** Sums of a million rounded terms of order one are off by less. */
  private static final double ROUNDING = 1e-9;

  private final Contract contract;
  private final Map<String, Object> values = new LinkedHashMap<>();

  /** An empty row of a contract's table, which nothing has been kept back from yet. */
  public MartRow(Contract contract) {
    this.contract = contract;
    if (contract.has(SmallGroups.FLAG)) {
      values.put(SmallGroups.FLAG, false);
    }
  }

  /**
   * Sets a column.
   *
   * @throws IllegalArgumentException if the contract doesn't declare it
   */
  public MartRow set(String column, Object value) {
    var field = contract.field(column);
    values.put(field.name(), value instanceof Double number ? told(number, field) : value);
    return this;
  }

  /**
   * The number as it is published: null if it isn't one, and with what rounding left beyond its
   * range taken back. Anything more is left for the audit to find.
   */
  private static Double told(double number, Field field) {
    if (Double.isNaN(number)) {
      return null;
    }
    BigDecimal least = field.range().minimum();
    BigDecimal most = field.range().maximum();
    if (least != null && number < least.doubleValue() && number > least.doubleValue() - ROUNDING) {
      return least.doubleValue();
    }
    boolean isJustAbove =
        most != null && number > most.doubleValue() && number < most.doubleValue() + ROUNDING;
    return isJustAbove ? (Double) most.doubleValue() : (Double) number;
  }

  /** Sets the two columns of an interval; nulls if it is undefined. */
  public MartRow set(String lowerColumn, String upperColumn, Interval interval) {
    return set(lowerColumn, interval.lower()).set(upperColumn, interval.upper());
  }

  /** What a column was set to; null if it wasn't. */
  Object value(String column) {
    return values.get(contract.field(column).name());
  }

  /** Sets the two columns of an interval; nulls too where there is too little to trust it. */
  MartRow set(String lowerColumn, String upperColumn, Support support, Interval interval) {
    return set(lowerColumn, upperColumn, trusted(support, interval));
  }

  /** None where there are too few buckets to estimate a variance from. */
  static Interval trusted(Support support, Interval interval) {
    return support.insufficient() ? Interval.UNDEFINED : interval;
  }

  /** The row, followed by values that aren't columns of its mart. */
  Row with(Object... others) {
    return RowFactory.create(
        Stream.concat(contract.names().stream().map(values::get), Arrays.stream(others)).toArray());
  }

  /** The row in the order of the contract; a column that wasn't set is null. */
  public Row toRow() {
    Object[] row = new Object[contract.fields().size()];
    for (int column = 0; column < row.length; column++) {
      row[column] = values.get(contract.fields().get(column).name());
    }
    return RowFactory.create(row);
  }
}
