package linkage.sql;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** The segments that rows lie in, for passes that read many sets of attributes at once. */
public final class SegmentNames implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The one segment of a set without attributes. */
  public static final String ALL = "all";

  /** What stands between the values of a segment of several attributes. */
  public static final String SEPARATOR = " · ";

  private final int[][] columns;

  /**
   * Finds the columns.
   *
   * @param schema of the rows
   * @param sets the attributes of each set
   */
  public SegmentNames(StructType schema, List<List<String>> sets) {
    columns =
        sets.stream()
            .map(set -> set.stream().mapToInt(schema::fieldIndex).toArray())
            .toArray(int[][]::new);
  }

  /** How many sets there are. */
  public int sets() {
    return columns.length;
  }

  /** The segment of a row in a set: its attribute values, joined. */
  public String of(Row row, int set) {
    int[] own = columns[set];
    if (own.length == 0) {
      return ALL;
    }
    if (own.length == 1) {
      return row.getString(own[0]);
    }
    var name = new StringBuilder(row.getString(own[0]));
    for (int value = 1; value < own.length; value++) {
      name.append(SEPARATOR).append(row.getString(own[value]));
    }
    return name.toString();
  }
}
