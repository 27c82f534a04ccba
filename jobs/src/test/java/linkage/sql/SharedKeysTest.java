package linkage.sql;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Against the definition: a key is shared if a map by key counts more than one row. */
class SharedKeysTest {
  private static final StructType SCHEMA =
      StructType.fromDDL("key string, part int, number int not null");
  private static final Column[] KEY = {col("key"), col("part")};

  @Test
  void onlyRowsOfSharedKeysAreBroughtTogether() {
    for (int keys : new int[] {60, 5_000}) {
      List<Row> rows = rows(keys);
      Map<List<Object>, Integer> counts = counts(rows);

      List<String> expected = new ArrayList<>();
      for (Row row : rows) {
        boolean isShared = counts.get(key(row)) > 1;
        expected.add((isShared ? "together " : "alone ") + row.getInt(2));
      }

      assertThat(named(rows)).as("%d keys", keys).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void moreSharedKeysThanAreSentAroundAreNotToldApart() {
    Dataset<Row> rows = data(rows(200));
    long shared = counts(rows.collectAsList()).values().stream().filter(count -> count > 1).count();

    assertThat(SharedKeys.of(rows, KEY, Dataset::cache, shared)).isPresent();
    assertThat(SharedKeys.of(rows, KEY, Dataset::cache, shared - 1)).isEmpty();
  }

  @Test
  void whereNoKeyIsSharedNothingIsBroughtTogether() {
    List<Row> rows =
        IntStream.range(0, 50).mapToObj(i -> RowFactory.create("k" + i, i % 2, i)).toList();

    assertThat(named(rows)).hasSize(50).allMatch(row -> row.startsWith("alone "));
    assertThat(named(List.of())).isEmpty();
  }

  @Test
  void whatIsDecidedOfKeysIsTheSameAsWhereAllRowsAreBroughtTogether() {
    Column newest = row_number().over(Window.partitionBy(KEY).orderBy(col("number").desc()));
    UnaryOperator<Dataset<Row>> newestOfKey =
        rows -> rows.withColumn("recency", newest).where(col("recency").equalTo(1)).drop("recency");
    for (int keys : new int[] {60, 5_000}) {
      List<Row> rows = rows(keys);
      Map<List<Object>, Row> expected = new HashMap<>();
      rows.stream()
          .sorted(Comparator.comparingInt(row -> row.getInt(2)))
          .forEach(row -> expected.put(key(row), row));

      Dataset<Row> data = data(rows);
      Dataset<Row> decided =
          SharedKeys.of(data, KEY, Dataset::cache)
              .orElseThrow()
              .decided(data, UnaryOperator.identity(), newestOfKey);

      assertThat(decided.collectAsList())
          .as("%d keys", keys)
          .containsExactlyInAnyOrderElementsOf(expected.values());
    }
  }

  /** How each row was treated, and its number. */
  private static List<String> named(List<Row> rows) {
    Dataset<Row> data = data(rows);
    return SharedKeys.of(data, KEY, Dataset::cache)
        .orElseThrow()
        .decided(
            data,
            alone -> alone.withColumn("how", lit("alone")),
            together -> together.withColumn("how", lit("together")))
        .collectAsList()
        .stream()
        .map(row -> row.getString(3) + " " + row.getInt(2))
        .toList();
  }

  private static Dataset<Row> data(List<Row> rows) {
    return SparkTest.session().createDataFrame(rows, SCHEMA).repartition(3);
  }

  /** Keys of two columns, either of which may be absent. */
  private static List<Row> rows(int keys) {
    var random = new Random(keys);
    List<Row> rows = new ArrayList<>();
    for (int number = 0; number < 400; number++) {
      int key = random.nextInt(keys);
      String text = key % 10 == 0 ? null : "k" + key / 2;
      rows.add(RowFactory.create(text, key % 7 == 0 ? null : (Object) (key % 2), number));
    }
    return rows;
  }

  private static Map<List<Object>, Integer> counts(List<Row> rows) {
    Map<List<Object>, Integer> counts = new HashMap<>();
    rows.forEach(row -> counts.merge(key(row), 1, Integer::sum));
    return counts;
  }

  private static List<Object> key(Row row) {
    List<Object> key = new ArrayList<>();
    key.add(row.get(0));
    key.add(row.get(1));
    return key;
  }
}
