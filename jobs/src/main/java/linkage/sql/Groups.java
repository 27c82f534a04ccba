package linkage.sql;

import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.KeyValueGroupedDataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Rows grouped by the values of columns, for a typed function of each group. */
public final class Groups {
  private Groups() {}

  /**
   * Groups rows.
   *
   * <p><b>Cost:</b> one shuffle by the columns themselves; grouping by a function of the row would
   * unpack and pack every row once more.
   *
   * @return the groups; a key holds the columns in the order asked for
   */
  public static KeyValueGroupedDataset<Row, Row> by(Dataset<Row> rows, String... columns) {
    var key = new StructType();
    for (String column : columns) {
      key = key.add(rows.schema().apply(column));
    }
    return rows.groupBy(Arrays.stream(columns).map(rows::col).toArray(Column[]::new))
        .as(Encoders.row(key), Encoders.row(rows.schema()));
  }
}
