package linkage.calibration;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import linkage.stats.History;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** What the propensity to respond is read from: {@link History}, and a flag for each category. */
final class PropensityColumns implements Serializable {
  private static final long serialVersionUID = 1L;

  private final HistoryColumns history;
  private final int[] attributes;
  private final ArrayList<HashMap<String, Integer>> flags = new ArrayList<>();
  private final int count;

  /**
   * Finds the columns.
   *
   * @param categories the categories with a flag, by attribute; another category has none, and is
   *     what they are compared with
   */
  PropensityColumns(StructType schema, int horizonDays, Map<String, List<String>> categories) {
    this.history = new HistoryColumns(schema, horizonDays);
    this.attributes = categories.keySet().stream().mapToInt(schema::fieldIndex).toArray();
    int next = History.COLUMNS.size();
    for (List<String> flagged : categories.values()) {
      var places = new HashMap<String, Integer>();
      for (String category : flagged) {
        places.put(category, next++);
      }
      flags.add(places);
    }
    this.count = next;
  }

  int count() {
    return count;
  }

  double[] read(Row row) {
    double[] columns = Arrays.copyOf(history.read(row), count);
    for (int attribute = 0; attribute < attributes.length; attribute++) {
      Integer place = flags.get(attribute).get(row.getString(attributes[attribute]));
      if (place != null) {
        columns[place] = 1;
      }
    }
    return columns;
  }
}
