package linkage.sql;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToLongFunction;
import linkage.link.Linked;
import linkage.testing.SparkTest;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class TogetherTest {
  private record Event(String customer, int number) {}

  /** Against grouping by a map, where up to all customers share their hash with others. */
  @Test
  void customersOfOneHashAreToldApart() {
    var random = new Random(5);
    List<Event> events = new ArrayList<>();
    for (int number = 0; number < 2_000; number++) {
      events.add(new Event("C" + random.nextInt(100), number));
    }
    Map<String, List<Integer>> expected = new HashMap<>();
    events.forEach(
        event ->
            expected
                .computeIfAbsent(event.customer(), none -> new ArrayList<>())
                .add(event.number()));

    for (int hashes : new int[] {1, 3, 60, 1_000_000}) {
      ToLongFunction<Event> hash =
          event -> Math.floorMod(31L * event.customer().hashCode(), hashes);
      Collections.shuffle(events, random);
      events.sort(Comparator.comparingLong(hash));

      assertThat(read(events, hash)).as("%d hashes", hashes).isEqualTo(expected);
    }
  }

  @Test
  void ofNoRowsThereIsNoKey() {
    assertThat(read(List.of(), event -> 0)).isEmpty();
  }

  private static Map<String, List<Integer>> read(List<Event> events, ToLongFunction<Event> hash) {
    var together = new Together<>(events.iterator(), hash, Event::customer);
    Map<String, List<Integer>> read = new HashMap<>();
    List<Event> own = new ArrayList<>();
    while (together.next(own::add)) {
      assertThat(own).extracting(Event::customer).containsOnly(own.get(0).customer());
      List<Integer> numbers = own.stream().map(Event::number).sorted().toList();
      assertThat(read.put(own.get(0).customer(), numbers)).as("each customer once").isNull();
      own.clear();
    }
    assertThat(together.next(own::add)).isFalse();
    return read;
  }

  @Test
  void aPartitionsRowsComeKeyByKey() {
    Dataset<Row> rows =
        SparkTest.session()
            .range(10_000)
            .select(expr("concat('C', id % 700)").as("customer_id"), col("id"))
            .repartition(4, col("customer_id"));
    MapPartitionsFunction<Row, Long> counts =
        part -> {
          var together = new Together<Row>(part, row -> row.getLong(2), row -> row.getString(0));
          List<Long> sizes = new ArrayList<>();
          long[] size = new long[1];
          while (together.next(row -> size[0]++)) {
            sizes.add(size[0]);
            size[0] = 0;
          }
          return sizes.iterator();
        };

    List<Long> sizes =
        Together.sorted(rows, "customer_id").mapPartitions(counts, Encoders.LONG()).collectAsList();

    // 10,000 = 14 x 700 + 200.
    assertThat(sizes).hasSize(700).containsOnly(14L, 15L);
    assertThat(sizes.stream().filter(size -> size == 15).count()).isEqualTo(200);
  }

  /** Else the counts of a task, which are by bucket, are looked up all over its memory. */
  @Test
  void customersOfABucketLieTogether() {
    Column bucket = pmod(xxhash64(col("customer_id")), lit((long) Linked.BUCKETS));
    Dataset<Row> rows =
        SparkTest.session()
            .range(10_000)
            .select(concat(lit("C"), col("id")).as("customer_id"))
            .repartition(1);

    List<Row> buckets = Together.sorted(rows, "customer_id").select(bucket).collectAsList();

    List<Object> first = new ArrayList<>();
    for (Row row : buckets) {
      if (first.isEmpty() || !first.get(first.size() - 1).equals(row.get(0))) {
        first.add(row.get(0));
      }
    }
    assertThat(first).hasSize(Linked.BUCKETS).doesNotHaveDuplicates();
  }
}
