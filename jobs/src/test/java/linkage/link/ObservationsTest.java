package linkage.link;

import static org.apache.spark.sql.functions.bit_count;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObservationsTest {
  private static final LinkRules RULES =
      RandomCompany.onCalendar(
          Rules.carrying(Rules.clocks(Rules.STANDARD, 1, List.of(90, 30), 0), 30));

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkCompany.session();
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void followTheDefinitions(long seed) {
    Company company = RandomCompany.of(250, RULES, seed);

    Dataset<Row> linked = Observations.link(SparkCompany.sources(spark, company, seed), RULES, 3);

    assertThat(SparkCompany.rows(linked))
        .containsExactlyElementsOf(
            NaiveLinking.link(company, RULES, SparkCompany.buckets(spark, company)));
  }

  @Test
  void followTheDefinitionsUnderTheInactivityRule() {
    LinkRules rules = RandomCompany.onCalendar(Rules.inactivity(60, 60, 90));
    Company company = RandomCompany.of(200, rules, 13);
    LinkSources sources = SparkCompany.sources(spark, company, 13);
    var withoutAttrition =
        new LinkSources(
            sources.customers(),
            sources.responses(),
            sources.transactions(),
            Optional.empty(),
            Optional.empty());

    assertThat(SparkCompany.rows(Observations.link(withoutAttrition, rules, 2)))
        .containsExactlyElementsOf(
            NaiveLinking.link(company, rules, SparkCompany.buckets(spark, company)));
  }

  @Test
  void areTheSameForAnyOrderOfRowsAndAnyNumberOfPartitions() {
    Company company = RandomCompany.of(120, RULES, 14);
    List<Map<String, Object>> expected =
        SparkCompany.rows(Observations.link(SparkCompany.sources(spark, company, 0), RULES, 1));

    for (int partitions : new int[] {2, 7}) {
      LinkSources shuffled = SparkCompany.sources(spark, company, partitions);
      assertThat(SparkCompany.rows(Observations.link(shuffled, RULES, partitions)))
          .containsExactlyElementsOf(expected);
    }
  }

  @Test
  void haveTheDeclaredColumns() {
    LinkSources sources = SparkCompany.sources(spark, new Company(), 0);

    assertThat(Observations.link(sources, RULES, 2).schema()).isEqualTo(Linked.schema(RULES));
  }

  @Test
  void shuffleOnceAndJoinNothing() {
    LinkSources sources = SparkCompany.sources(spark, RandomCompany.of(20, RULES, 15), 0);
    Dataset<Row> linked = Observations.link(sources, RULES, 4);

    assertThat(occurrences("\\bExchange\\b", linked)).isEqualTo(1);
    assertThat(occurrences("Join|CartesianProduct", linked)).isZero();
    // The checks can fail.
    Dataset<Row> paired = linked.groupBy("month").count().join(linked, "month");
    assertThat(occurrences("\\bExchange\\b", paired)).isGreaterThan(2);
    assertThat(occurrences("Join|CartesianProduct", paired)).isPositive();
  }

  @Test
  void leaveOutTransactionsOfNobody() {
    Company company = Company.withAnnSince("2024-01-01").answers("2024-03-10", 9);
    company.transactions.add(
        new Company.Transaction(
            null, LocalDate.parse("2024-03-10"), "purchase", new BigDecimal("5.00"), null));

    List<Map<String, Object>> rows =
        SparkCompany.rows(
            Observations.link(SparkCompany.sources(spark, company, 0), Rules.STANDARD, 2));

    assertThat(rows).hasSize(1);
    assertThat(rows.get(0)).containsEntry("past_revenue_cents_180", 0L);
  }

  @Test
  void refuseAnswersOutsideTheScale() {
    Company company = Company.withAnnSince("2024-01-01").answers("2024-03-10", 11);
    Dataset<Row> linked =
        Observations.link(SparkCompany.sources(spark, company, 0), Rules.STANDARD, 2);

    assertThatThrownBy(linked::collectAsList)
        .hasStackTraceContaining(
            "Cannot link response r0: question nps is answered with 11, expected 0 to 10.");
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 90})
  void sumsOfFlagsAreNumbersOfDistinctCustomers(int horizon) {
    Company company = RandomCompany.of(250, RULES, 16);
    Dataset<Row> counted =
        Observations.link(SparkCompany.sources(spark, company, 0), RULES, 2)
            .where("is_primary and in_window and eligibility = 'eligible' and mature_" + horizon)
            .cache();
    try {
      Row sums =
          counted
              .agg(
                  sum(bit_count(col("first_in_segment_" + horizon))),
                  sum(bit_count(col("first_at_score_" + horizon))),
                  sum(bit_count(col("first_in_population_" + horizon))))
              .head();
      long inSegment = 0;
      long atScore = 0;
      long inPopulation = 0;
      for (int s = 0; s < RULES.segmentSets().size(); s++) {
        List<Integer> set = RULES.segmentSets().get(s);
        inPopulation += distinctCustomers(counted.where("nps > 0 or ces > 0"), set);
        for (int m = 0; m < RULES.metrics().size(); m++) {
          Column score = col(RULES.questions().get(RULES.metrics().get(m)).name());
          Dataset<Row> answering = counted.where(score.gt(0));
          inSegment += distinctCustomers(answering, set);
          atScore += distinctCustomers(answering, set, score);
          int bit = s * RULES.metrics().size() + m;
          assertThat(
                  counted
                      .agg(
                          sum(
                              col("first_in_segment_" + horizon)
                                  .bitwiseAND(1L << bit)
                                  .divide(lit(1L << bit))
                                  .cast("bigint")))
                      .head()
                      .getLong(0))
              .isPositive()
              .isEqualTo(distinctCustomers(answering, set));
        }
      }
      assertThat(sums.getLong(0)).isEqualTo(inSegment);
      assertThat(sums.getLong(1)).isEqualTo(atScore);
      assertThat(sums.getLong(2)).isEqualTo(inPopulation);
    } finally {
      counted.unpersist();
    }
  }

  /** Distinct (customer, segment, more...), that is customers summed over segments. */
  private static long distinctCustomers(Dataset<Row> rows, List<Integer> set, Column... more) {
    List<Column> key = new ArrayList<>(List.of(col("customer_id")));
    set.forEach(attribute -> key.add(col(RULES.attributes().get(attribute))));
    key.addAll(List.of(more));
    return rows.agg(count_distinct(struct(key.toArray(Column[]::new)))).head().getLong(0);
  }

  private static long occurrences(String regex, Dataset<Row> dataset) {
    String plan = dataset.queryExecution().executedPlan().toString();
    return Pattern.compile(regex).matcher(plan).results().count();
  }
}
