package linkage.link;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Date;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * By definition: who would be linked as a respondent on a day is linked by {@link NaiveLinking} as
 * one, having answered nothing on that day, and then counted.
 */
class EverybodyTest {
  private static final LinkRules CONTRACTS =
      RandomCompany.onCalendar(Rules.clocks(Rules.STANDARD, 1, List.of(90, 30), 0));
  private static final LinkRules SHOP = RandomCompany.onCalendar(Rules.inactivity(60, 60, 90));

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkCompany.session();
  }

  @Test
  void linksThoseWhoAnsweredAsIfAlone() {
    Company company = RandomCompany.of(150, CONTRACTS, 21);
    LinkSources sources = SparkCompany.sources(spark, company, 1);

    Dataset<Row> everybody = Everybody.link(sources, CONTRACTS, 3);

    assertThat(SparkCompany.rows(Everybody.observations(everybody, CONTRACTS)))
        .isNotEmpty()
        .containsExactlyElementsOf(SparkCompany.rows(Observations.link(sources, CONTRACTS, 2)));
  }

  @Test
  void countsAllCustomersAtMonthEndsByTheRulesOfRespondents() {
    followsTheDefinition(CONTRACTS, 22);
  }

  @Test
  void countsAllCustomersUnderTheInactivityRule() {
    followsTheDefinition(SHOP, 23);
  }

  @Test
  void linksInvitationsByTheRulesOfRespondents() {
    Company company = RandomCompany.of(200, CONTRACTS, 24);
    var random = new Random(25);
    List<Row> invitations = new ArrayList<>();
    List<Day> invited = new ArrayList<>();
    for (String customer : company.customers()) {
      for (int i = random.nextInt(4); i > 0; i--) {
        LocalDate on = LocalDate.parse("2023-01-01").plusDays(random.nextInt(430));
        boolean isAnswered = random.nextInt(3) == 0;
        invitations.add(RowFactory.create(customer, Date.valueOf(on), isAnswered ? "r" : null));
        invited.add(new Day(customer, on, isAnswered));
      }
    }
    LinkSources sources = SparkCompany.sources(spark, company, 2);
    var withInvitations =
        new LinkSources(
            sources.customers(),
            sources.responses(),
            sources.transactions(),
            sources.attrition(),
            Optional.of(
                spark.createDataFrame(
                    invitations,
                    StructType.fromDDL(
                        "customer_id string, invited_on date, response_id string"))));
    Dataset<Row> everybody = Everybody.link(withInvitations, CONTRACTS, 3).cache();

    List<String> expected = new ArrayList<>();
    Map<String, List<Long>> cells = new TreeMap<>();
    for (Day day : invited) {
      for (Map<String, Object> row : naive(company, CONTRACTS, List.of(day))) {
        if (isCounted(row)) {
          expected.add(
              String.join(
                  "|",
                  text(row, "bucket", "region", "tier"),
                  String.valueOf(day.isAnswered()),
                  text(
                      row,
                      "tenure_days",
                      "recency_days",
                      "past_revenue_cents_90",
                      "past_purchases_count_90",
                      "prior_revenue_cents_90")));
          for (int horizon : CONTRACTS.horizonsDays()) {
            for (String place : places(row, horizon)) {
              add(cells, place, 0, 0, 1, day.isAnswered() ? 1 : 0);
            }
          }
        }
      }
    }
    assertThat(Everybody.invitations(everybody).collectAsList())
        .extracting(row -> row.mkString("|"))
        .hasSizeGreaterThan(50)
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(places(Everybody.frame(everybody), "invited_count > 0", 2))
        .isEqualTo(sums(cells, 2));
    everybody.unpersist();
  }

  private static void followsTheDefinition(LinkRules rules, long seed) {
    Company company = RandomCompany.of(120, rules, seed);
    LinkSources sources = SparkCompany.sources(spark, company, seed);
    Dataset<Row> frame = Everybody.frame(Everybody.link(sources, rules, 3)).cache();

    Map<String, List<Long>> places = new TreeMap<>();
    Map<String, Long> margins = new TreeMap<>();
    Map<String, Set<Object>> customers = new TreeMap<>();
    for (Map<String, Object> row : naive(company, rules, monthEnds(company, rules))) {
      if (!isCounted(row)) {
        continue;
      }
      LocalDate day = (LocalDate) row.get("anchor_on");
      int tenureYears = (int) row.get("tenure_days") / 365;
      long units = (long) row.get("past_revenue_cents_" + rules.horizonsDays().get(0)) / 100;
      for (String category :
          List.of(
              "region|" + row.get("region"),
              "tier|" + row.get("tier"),
              "years_of_tenure|" + (tenureYears > 1 ? "2-4" : tenureYears),
              "past_revenue|" + (units < 1 ? "none" : (int) Math.log10(units)),
              "calendar_quarter|" + day.getYear() + "-Q" + (1 + (day.getMonthValue() - 1) / 3))) {
        margins.merge(category, 1L, Long::sum);
      }
      for (int horizon : rules.horizonsDays()) {
        if ((boolean) row.get("mature_" + horizon)) {
          for (String place : places(row, horizon)) {
            add(places, place, 1, (boolean) row.get("retained_" + horizon) ? 0 : 1, 0, 0);
            customers.computeIfAbsent(place, none -> new HashSet<>()).add(row.get("customer_id"));
          }
        }
      }
    }
    Map<String, Long> counted = new TreeMap<>();
    frame
        .where("margin is not null")
        .groupBy("margin", "category")
        .agg(sum("customers_count"))
        .collectAsList()
        .forEach(row -> counted.put(row.getString(0) + "|" + row.getString(1), row.getLong(2)));
    assertThat(counted).hasSizeGreaterThan(8).isEqualTo(margins);
    assertThat(places(frame, "customers_count > 0", 0)).isEqualTo(sums(places, 0));
    Map<String, Integer> distinct = new TreeMap<>();
    customers.forEach((place, own) -> distinct.put(place, own.size()));
    assertThat(distinctCustomers(frame)).isEqualTo(distinct);
    frame.unpersist();
  }

  private static Map<String, Integer> distinctCustomers(Dataset<Row> frame) {
    Map<String, Integer> customers = new TreeMap<>();
    frame
        .where("margin is null")
        .groupBy("segment_set", "segment", "horizon_days", "bucket")
        .agg(sum("distinct_customers_count").as("customers"))
        .where("customers > 0")
        .collectAsList()
        .forEach(
            row ->
                customers.put(
                    "%d|%s|%d|%d".formatted(row.get(0), row.get(1), row.get(2), row.get(3)),
                    (int) row.getLong(4)));
    return customers;
  }

  /** A customer on a day. */
  private record Day(String customer, LocalDate on, boolean isAnswered) {}

  private static List<Day> monthEnds(Company company, LinkRules rules) {
    List<Day> days = new ArrayList<>();
    for (LocalDate day = rules.windowStart(); !day.isAfter(rules.asOf()); day = day.plusDays(1)) {
      if (day.plusDays(1).getDayOfMonth() == 1) {
        for (String customer : company.customers()) {
          days.add(new Day(customer, day, false));
        }
      }
    }
    return days;
  }

  /** The company's customers linked as if they had responded on these days and no others. */
  private static List<Map<String, Object>> naive(Company company, LinkRules rules, List<Day> days) {
    var silent = new Company();
    silent.versions.addAll(company.versions);
    silent.transactions.addAll(company.transactions);
    silent.attrition.addAll(rules.followsInactivity() ? List.of() : company.attrition);
    for (Day day : days) {
      silent.responses.add(
          new Company.Response(
              day.customer(),
              day.customer() + day.on(),
              day.on().atTime(12, 0).toInstant(ZoneOffset.UTC),
              day.on(),
              Map.of()));
    }
    return NaiveLinking.link(silent, rules, SparkCompany.buckets(spark, company));
  }

  private static boolean isCounted(Map<String, Object> row) {
    return (boolean) row.get("in_window") && row.get("eligibility").equals("eligible");
  }

  private static List<String> places(Map<String, Object> row, int horizon) {
    String end = "|" + horizon + "|" + row.get("bucket");
    return List.of(
        "0|all" + end,
        "1|" + row.get("region") + end,
        "2|" + row.get("region") + " · " + row.get("tier") + end);
  }

  private static void add(Map<String, List<Long>> cells, String place, long... counts) {
    List<Long> sums =
        cells.computeIfAbsent(place, none -> new ArrayList<>(List.of(0L, 0L, 0L, 0L)));
    for (int i = 0; i < counts.length; i++) {
      sums.set(i, sums.get(i) + counts[i]);
    }
  }

  private static Map<String, List<Long>> sums(Map<String, List<Long>> cells, int from) {
    Map<String, List<Long>> part = new TreeMap<>();
    cells.forEach((place, sums) -> part.put(place, sums.subList(from, from + 2)));
    return part;
  }

  private static Map<String, List<Long>> places(Dataset<Row> frame, String condition, int from) {
    Map<String, List<Long>> places = new TreeMap<>();
    frame
        .where("margin is null")
        .groupBy("segment_set", "segment", "horizon_days", "bucket")
        .agg(
            sum("customers_count").as("customers_count"),
            sum("lost_count"),
            sum(col("invited_count")).as("invited_count"),
            sum("answered_count"))
        .where(condition)
        .collectAsList()
        .forEach(
            row ->
                places.put(
                    row.getInt(0)
                        + "|"
                        + row.getString(1)
                        + "|"
                        + row.getInt(2)
                        + "|"
                        + row.getInt(3),
                    List.of(row.getLong(4 + from), row.getLong(5 + from))));
    return places;
  }

  private static String text(Map<String, Object> row, String... columns) {
    return String.join(
        "|", Arrays.stream(columns).map(column -> String.valueOf(row.get(column))).toList());
  }
}
