package linkage.link;

import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** A company as datasets, and rows of datasets by column name. */
final class SparkCompany {
  private SparkCompany() {}

  static SparkSession session() {
    return SparkTest.session();
  }

  /** The company's events, each kind in an order drawn from the seed. */
  static LinkSources sources(SparkSession spark, Company company, long seed) {
    var random = new Random(seed);
    return new LinkSources(
        dataset(
            spark,
            random,
            "customer_id string, cluster_id string, acquired_on date, effective_from date,"
                + " attributes array<string>",
            company.versions.stream()
                .map(
                    version ->
                        RowFactory.create(
                            version.customer(),
                            version.cluster(),
                            date(version.acquiredOn()),
                            date(version.effectiveFrom()),
                            version.attributes().toArray(String[]::new)))),
        dataset(
            spark,
            random,
            "customer_id string, response_id string, responded_at timestamp, responded_on date,"
                + " answers map<string, int>",
            company.responses.stream()
                .map(
                    response ->
                        RowFactory.create(
                            response.customer(),
                            response.id(),
                            Timestamp.from(response.at()),
                            date(response.on()),
                            new HashMap<>(response.answers())))),
        dataset(
            spark,
            random,
            "customer_id string, transaction_id string, occurred_on date, kind string,"
                + " amount_cents bigint, margin_cents bigint",
            company.transactions.stream()
                .map(
                    transaction ->
                        RowFactory.create(
                            transaction.customer(),
                            "t",
                            date(transaction.on()),
                            transaction.kind(),
                            transaction.cents(),
                            transaction.marginCents()))),
        Optional.of(
            dataset(
                spark,
                random,
                "customer_id string, occurred_on date, noticed_on date, event string",
                company.attrition.stream()
                    .map(
                        event ->
                            RowFactory.create(
                                event.customer(),
                                date(event.occurredOn()),
                                date(event.noticedOn()),
                                event.event())))),
        Optional.empty());
  }

  /** Rows by column name, in order of customer and anchor. */
  static List<Map<String, Object>> rows(Dataset<Row> linked) {
    return linked.orderBy(Linked.CUSTOMER_ID, Linked.ANCHOR_ON).collectAsList().stream()
        .map(
            row -> {
              Map<String, Object> values = new LinkedHashMap<>();
              for (int i = 0; i < row.size(); i++) {
                boolean isArray = row.schema().apply(i).dataType() instanceof ArrayType;
                Object value = isArray && !row.isNullAt(i) ? row.getList(i) : row.get(i);
                values.put(
                    row.schema().fieldNames()[i],
                    value instanceof Date day ? day.toLocalDate() : value);
              }
              return values;
            })
        .toList();
  }

  /** Buckets of the company's clusters as a query of their own gives them. */
  static ToIntFunction<String> buckets(SparkSession spark, Company company) {
    Map<String, Integer> buckets = new HashMap<>();
    dataset(
            spark,
            new Random(0),
            "cluster string",
            company.versions.stream()
                .map(Company.Version::cluster)
                .distinct()
                .map(RowFactory::create))
        .selectExpr("cluster", "cast(pmod(xxhash64(cluster), 64) as int)")
        .collectAsList()
        .forEach(row -> buckets.put(row.getString(0), row.getInt(1)));
    return buckets::get;
  }

  private static Dataset<Row> dataset(
      SparkSession spark, Random random, String ddl, Stream<Row> rows) {
    List<Row> shuffled = new ArrayList<>(rows.toList());
    Collections.shuffle(shuffled, random);
    return spark.createDataFrame(shuffled, StructType.fromDDL(ddl));
  }

  private static Date date(LocalDate day) {
    return day == null ? null : Date.valueOf(day);
  }
}
