package linkage.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Literal$;

/** Plans one {@code .sql} file: named datasets in, one dataset out. */
public final class SqlModel {
  private static final Pattern PARAMETER = Pattern.compile("(?<![:\\w]):([a-z_]+)\\b");

  private SqlModel() {}

  /**
   * Plans the file {@code sql/<name>.sql} of the class path.
   *
   * <p>The inputs are registered as views only while planning, so that no name leaks into another
   * query.
   *
   * @param inputs datasets by the name they have in the SQL
   * @param parameters values by the name they have behind a colon in the SQL
   */
  public static Dataset<Row> plan(
      SparkSession spark,
      String name,
      Map<String, Dataset<Row>> inputs,
      Map<String, Object> parameters) {
    inputs.forEach((view, rows) -> rows.createOrReplaceTempView(view));
    try {
      return spark.sql(bound(text(name), parameters));
    } finally {
      inputs.keySet().forEach(view -> spark.catalog().dropTempView(view));
    }
  }

  /**
   * The SQL with each {@code :name} replaced by its literal. Spark's own binding of parameters is
   * lost where a session extension parses the SQL, as Delta's does.
   */
  private static String bound(String sql, Map<String, Object> parameters) {
    Matcher marks = PARAMETER.matcher(sql);
    return marks.replaceAll(
        mark -> {
          Object value = parameters.get(mark.group(1));
          if (value == null) {
            throw new IllegalArgumentException(
                "Cannot plan SQL: no value for parameter :%s, only for %s."
                    .formatted(mark.group(1), parameters.keySet()));
          }
          return Matcher.quoteReplacement(Literal$.MODULE$.apply(value).sql());
        });
  }

  /** The text of a file. */
  public static String text(String name) {
    String path = "sql/%s.sql".formatted(name);
    try (var in = SqlModel.class.getClassLoader().getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalArgumentException("Cannot find %s on the class path.".formatted(path));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
