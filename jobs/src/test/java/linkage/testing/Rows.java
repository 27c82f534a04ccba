package linkage.testing;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Rows written inline. */
public final class Rows {
  private Rows() {}

  /** Rows of the given columns, each written as JSON; a column that isn't named is null. */
  public static Dataset<Row> given(String ddl, String... json) {
    return given(StructType.fromDDL(ddl), json);
  }

  /** Rows of the given columns, each written as JSON; a column that isn't named is null. */
  public static Dataset<Row> given(StructType columns, String... json) {
    var spark = SparkTest.session();
    return spark
        .read()
        .schema(columns)
        .option("mode", "FAILFAST")
        .json(spark.createDataset(List.of(json), Encoders.STRING()).coalesce(1));
  }
}
