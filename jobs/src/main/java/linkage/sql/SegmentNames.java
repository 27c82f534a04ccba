package linkage.sql;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** The segments that rows lie in, for passes that read many sets of attributes at once. */
public final class SegmentNames implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The one segment of a set without attributes. */
  public static final String ALL = "all";

  private static final String SEPARATOR = " · ";

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
    return own.length == 1
        ? row.getString(own[0])
        : Arrays.stream(own).mapToObj(row::getString).collect(Collectors.joining(SEPARATOR));
  }
}
