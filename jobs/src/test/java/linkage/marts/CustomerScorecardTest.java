package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Date;
import java.time.LocalDate;
import java.time.Month;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import linkage.config.DriverSettings;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.publish.Generations;
import linkage.publish.MartWriter;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CustomerScorecardTest {
  private static final Contract CONTRACT = Contract.mart("customer_scorecard");

  private static SparkSession spark;

  @BeforeAll
  static void openSession() {
    spark = SparkTest.session();
  }

  /**
   * Reichheld, Winning on Purpose (2021), appendix B: revenue grows from 100 to 130 with a net
   * retention of 85 % and 45 of new revenue, 20 bought and 25 earned; earned growth is 10 %. How
   * the 15 were lost is ours: 20 with a customer, 5 by contraction, against 10 of expansion.
   */
  @Test
  void findsTheEarnedGrowthOfTheWorkedExample() {
    var company =
        new Company()
            .customer("leaves", "2025-01-01", null)
            .customer("grows", "2025-01-01", null)
            .customer("shrinks", "2025-01-01", null)
            .customer("referred", "2025-02-03", "earned")
            .customer("advertised", "2025-02-04", "bought")
            .pays("leaves", "2025-01-10", 20)
            .pays("grows", "2025-01-10", 50)
            .pays("shrinks", "2025-01-10", 30)
            .pays("grows", "2025-02-10", 60)
            .pays("shrinks", "2025-02-10", 25)
            .pays("referred", "2025-02-10", 25)
            .pays("advertised", "2025-02-10", 20)
            .lost("leaves", "2025-02-01");

    Row february = row(company.scorecard("2025-02-28"), "all", "2025-02-01");

    assertThat(counts(february)).containsExactly(3, 2, 1, 1, 1, 0, 4);
    assertThat(amounts(february))
        .containsExactly(100.0, 25.0, 20.0, 0.0, 20.0, 0.0, 10.0, 5.0, 130.0);
    assertThat(rate(february, "retention_rate")).isCloseTo(2 / 3.0, within(1e-15));
    assertThat(rate(february, "net_revenue_retention")).isCloseTo(0.85, within(1e-15));
    assertThat(rate(february, "gross_revenue_retention")).isCloseTo(0.75, within(1e-15));
    assertThat(rate(february, "earned_growth_rate")).isCloseTo(0.10, within(1e-15));
    assertThat(february.<String>getAs("currency")).isEqualTo("EUR");
    assertThat(february.<Date>getAs("as_of")).isEqualTo(Date.valueOf("2025-02-28"));
  }

  @Test
  void namesTheFiscalYearOfAMonthByTheCalendarYearItEndsIn() {
    List<Row> months = new Company().customer("c", "2025-03-01", null).scorecard("2025-07-31");

    assertThat(months)
        .filteredOn(row -> row.<String>getAs("segment").equals("all"))
        .extracting(
            row ->
                "%s %s Q%s"
                    .formatted(
                        row.getAs("month"), row.getAs("fiscal_year"), row.getAs("fiscal_quarter")))
        .containsExactlyInAnyOrder(
            "2025-03-01 2025 Q4",
            "2025-04-01 2026 Q1",
            "2025-05-01 2026 Q1",
            "2025-06-01 2026 Q1",
            "2025-07-01 2026 Q2");
  }

  /** By hand: the end counts and not the notice; what is paid until then was paid by one lost. */
  @Test
  void countsALossInTheMonthInWhichTheRelationshipEnds() {
    var company =
        new Company()
            .customer("c", "2025-01-01", null)
            .pays("c", "2025-01-10", 50)
            .pays("c", "2025-02-10", 50)
            .pays("c", "2025-03-10", 30)
            .pays("c", "2025-04-02", -7)
            .lost("c", "2025-03-31", "2025-01-15");

    List<Row> months = company.scorecard("2025-04-30");

    assertThat(counts(row(months, "all", "2025-02-01"))).containsExactly(1, 0, 0, 0, 0, 0, 1);
    assertThat(counts(row(months, "all", "2025-03-01"))).containsExactly(1, 0, 0, 0, 1, 0, 0);
    assertThat(amounts(row(months, "all", "2025-03-01")))
        .containsExactly(50.0, 0.0, 0.0, 0.0, 20.0, 0.0, 0.0, 0.0, 30.0);
    assertThat(amounts(row(months, "all", "2025-04-01"))).containsOnly(0.0);
    assertThat(rate(row(months, "all", "2025-03-01"), "retention_rate")).isZero();
  }

  @Test
  void countsARegainedCustomerInNeitherRetention() {
    var company =
        new Company()
            .customer("stays", "2025-01-01", null)
            .customer("returns", "2025-01-01", null)
            .pays("stays", "2025-02-10", 10)
            .pays("stays", "2025-03-10", 10)
            .pays("returns", "2025-03-10", 40)
            .lost("returns", "2025-01-20")
            .regained("returns", "2025-03-02");

    Row march = row(company.scorecard("2025-03-31"), "all", "2025-03-01");

    assertThat(counts(march)).containsExactly(1, 0, 0, 0, 0, 1, 2);
    assertThat(amounts(march)).containsExactly(10.0, 0.0, 0.0, 0.0, 0.0, 40.0, 0.0, 0.0, 50.0);
    assertThat(rate(march, "retention_rate")).isOne();
    assertThat(rate(march, "net_revenue_retention")).isOne();
    assertThat(rate(march, "earned_growth_rate")).isZero();
  }

  @Test
  void takesLostBeforeRegainedOnOneDay() {
    var company =
        new Company()
            .customer("c", "2025-01-01", null)
            .regained("c", "2025-02-10")
            .lost("c", "2025-02-10");

    assertThat(counts(row(company.scorecard("2025-02-28"), "all", "2025-02-01")))
        .containsExactly(1, 0, 0, 0, 0, 0, 1);
  }

  @Test
  void takesOneWhoComesAndGoesInAMonthAsNewAndLost() {
    var company =
        new Company()
            .customer("c", "2025-02-03", "bought")
            .pays("c", "2025-02-05", 12.34)
            .lost("c", "2025-02-20");

    Row february = row(company.scorecard("2025-02-28"), "all", "2025-02-01");

    assertThat(counts(february)).containsExactly(0, 1, 0, 1, 1, 0, 0);
    assertThat(amounts(february)).containsExactly(0.0, 0.0, 12.34, 0.0, 0.0, 0.0, 0.0, 0.0, 12.34);
    for (String rate : RATES) {
      assertThat(february.<Double>getAs(rate)).as(rate).isNull();
    }
  }

  /** By the rule: not active on 31 January are those whose last purchase was on 1 January. */
  @Test
  void losesWhoDoesNotBuyInTimeWhenThereIsNoAttrition() {
    var company =
        new Company()
            .inactivityDays(30)
            .customer("early", "2025-01-01", null)
            .customer("late", "2025-01-02", null)
            .customer("never", "2025-01-31", null)
            .pays("early", "2025-01-01", 10)
            .pays("late", "2025-01-02", 10)
            .pays("late", "2025-01-20", -1)
            .pays("early", "2025-03-15", 25);

    List<Row> months = company.scorecard("2025-03-31");

    assertThat(counts(row(months, "all", "2025-01-01"))).containsExactly(0, 3, 0, 0, 1, 0, 2);
    assertThat(counts(row(months, "all", "2025-02-01"))).containsExactly(2, 0, 0, 0, 1, 0, 1);
    assertThat(counts(row(months, "all", "2025-03-01"))).containsExactly(1, 0, 0, 0, 1, 1, 1);
    assertThat(amounts(row(months, "all", "2025-03-01"))[5]).isEqualTo(25);
  }

  @Test
  void takesTheSegmentOfTheMonthsFirstDayOrOfTheAcquisition() {
    var company =
        new Company()
            .customer("c", "2025-01-10", null, "south")
            .version("c", "2025-01-20", "north")
            .version("c", "2025-03-01", "west")
            .version("c", "2025-03-02", null);

    assertThat(company.scorecard("2025-04-30"))
        .extracting(row -> row.getAs("segment") + " " + row.getAs("month"))
        .containsExactlyInAnyOrder(
            "all 2025-01-01",
            "all 2025-02-01",
            "all 2025-03-01",
            "all 2025-04-01",
            "south 2025-01-01",
            "north 2025-02-01",
            "west 2025-03-01",
            "unknown 2025-04-01");
  }

  @Test
  void letsTheFirstKnownSegmentReachBack() {
    var company = new Company().version("c", "2025-01-10", "2025-03-20", "south");

    assertThat(counts(row(company.scorecard("2025-02-28"), "south", "2025-02-01")))
        .containsExactly(1, 0, 0, 0, 0, 0, 1);
  }

  @Test
  void speaksOnlyOfMonthsThatHaveEnded() {
    var company = new Company().customer("c", "2025-01-10", null);

    assertThat(company.scorecard("2025-01-30")).isEmpty();
    assertThat(company.scorecard("2025-01-31")).hasSize(2);
    assertThat(company.scorecard("2025-02-27")).hasSize(2);
  }

  /** By hand: 36 months end with December 2024; the first opens with what came before it. */
  @Test
  void opensTheOldestMonthWithWhatCameBefore() {
    var company =
        new Company()
            .customer("stays", "2010-05-05", "earned")
            .customer("left", "2010-05-05", "earned")
            .pays("stays", "2021-11-30", 99)
            .pays("stays", "2021-12-01", 10)
            .pays("stays", "2022-01-31", 15)
            .lost("left", "2015-01-01");

    List<Row> months = company.scorecard("2024-12-31");

    assertThat(months).hasSize(2 * CustomerScorecard.MOST_MONTHS);
    assertThat(counts(row(months, "all", "2022-01-01"))).containsExactly(1, 0, 0, 0, 0, 0, 1);
    assertThat(amounts(row(months, "all", "2022-01-01")))
        .containsExactly(10.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 0.0, 15.0);
  }

  @Test
  void leavesOutWhatBelongsToNoKnownCustomer() {
    var company =
        new Company()
            .customer("c", "2025-01-01", null)
            .pays("stranger", "2025-01-10", 50)
            .pays(null, "2025-01-10", 50)
            .lost("stranger", "2025-01-10");

    assertThat(amounts(row(company.scorecard("2025-01-31"), "all", "2025-01-01"))).containsOnly(0);
  }

  @Test
  void isEmptyWithoutCustomers() {
    List<Row> rows = new Company().scorecard("2025-01-31");

    assertThat(rows).isEmpty();
  }

  /** The definitions as oracle, customer by customer and month by month; by attrition if 0. */
  @ParameterizedTest
  @ValueSource(ints = {0, 45})
  void agreesWithItsDefinitionOnRandomCompanies(int inactivityDays) {
    for (long seed = 1; seed <= 2; seed++) {
      var company = Company.random(seed, inactivityDays);
      LocalDate asOf = LocalDate.of(2025, 6, 17);

      Map<String, long[]> found = new TreeMap<>();
      Dataset<Row> mart = company.build(asOf);
      for (Row row : mart.collectAsList()) {
        found.put(
            String.join(
                "|",
                row.getAs("segment_set"),
                row.getAs("segment"),
                row.<Date>getAs("month").toString()),
            NaiveBridge.figures(row));
      }

      var expected = NaiveBridge.of(company, asOf);
      assertThat(found.keySet()).as("seed %d", seed).isEqualTo(expected.keySet());
      expected.forEach(
          (key, figures) -> assertThat(found.get(key)).as(key).containsExactly(figures));
      for (int f = 0; f < COUNTS.size() + AMOUNTS.size(); f++) {
        int figure = f;
        assertThat(expected.values()).as("no line is idle").anyMatch(row -> row[figure] != 0);
      }
    }
  }

  /** Every segment set's customers and revenue add up, and to those of everyone. */
  @ParameterizedTest
  @ValueSource(ints = {0, 45})
  void keepsItsContract(int inactivityDays, @TempDir Path warehouse) {
    Dataset<Row> mart = Company.random(4, inactivityDays).build(LocalDate.of(2025, 6, 17));

    var spark = mart.sparkSession();
    var generations =
        new Generations(warehouse.toString(), spark.sparkContext().hadoopConfiguration());
    assertThatCode(
            () -> new MartWriter(spark, generations).write("r", Map.of(CONTRACT.name(), mart)))
        .doesNotThrowAnyException();
    assertThat(mart.columns()).containsExactlyElementsOf(CONTRACT.names());
    assertThat(
            mart.groupBy("month", "segment_set")
                .sum("closing_customers_count")
                .groupBy("month")
                .agg(Map.of("sum(closing_customers_count)", "stddev"))
                .where("`stddev(sum(closing_customers_count))` > 0")
                .count())
        .isZero();
  }

  private static final List<String> RATES =
      List.of(
          "retention_rate",
          "net_revenue_retention",
          "gross_revenue_retention",
          "earned_growth_rate");

  private static final List<String> COUNTS =
      CONTRACT.names().stream().filter(name -> name.endsWith("_count")).toList();

  private static final List<String> AMOUNTS =
      CONTRACT.names().stream().filter(name -> name.endsWith("_amount")).toList();

  private static Row row(List<Row> rows, String segment, String month) {
    return rows.stream()
        .filter(row -> row.getAs("segment").equals(segment))
        .filter(row -> row.getAs("month").equals(Date.valueOf(month)))
        .findFirst()
        .orElseThrow();
  }

  /** Opening, new, earned, bought, lost, regained, closing. */
  private static long[] counts(Row row) {
    return COUNTS.stream().mapToLong(name -> row.<Long>getAs(name)).toArray();
  }

  /** Opening, earned, bought, unknown, lost, regained, expansion, contraction, closing. */
  private static double[] amounts(Row row) {
    return AMOUNTS.stream()
        .mapToDouble(name -> row.<BigDecimal>getAs(name).doubleValue())
        .toArray();
  }

  private static double rate(Row row, String name) {
    return row.<Double>getAs(name);
  }

  private record Version(
      String customer, LocalDate acquiredOn, String source, LocalDate from, String region) {}

  private record Payment(String customer, LocalDate on, String kind, long cents) {}

  private record Event(String customer, LocalDate on, LocalDate noticedOn, String event) {}

  /** A company's history, as datasets. */
  private static final class Company {
    private static final SegmentSet REGION = SegmentSet.of(List.of("region"));

    private final List<Version> versions = new ArrayList<>();
    private final List<Payment> payments = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private int inactivityDays;

    Company inactivityDays(int days) {
      inactivityDays = days;
      return this;
    }

    Company customer(String id, String acquiredOn, String source) {
      return customer(id, acquiredOn, source, "south");
    }

    Company customer(String id, String acquiredOn, String source, String region) {
      LocalDate day = LocalDate.parse(acquiredOn);
      versions.add(new Version(id, day, source, day, region));
      return this;
    }

    /** A later version of a customer who is there. */
    Company version(String id, String from, String region) {
      Version first =
          versions.stream().filter(each -> each.customer().equals(id)).findFirst().orElseThrow();
      versions.add(
          new Version(id, first.acquiredOn(), first.source(), LocalDate.parse(from), region));
      return this;
    }

    /** A customer who is known only from a later day. */
    Company version(String id, String acquiredOn, String from, String region) {
      versions.add(
          new Version(id, LocalDate.parse(acquiredOn), null, LocalDate.parse(from), region));
      return this;
    }

    /** A purchase, or a refund if the amount is negative. */
    Company pays(String id, String on, double amount) {
      payments.add(
          new Payment(
              id,
              LocalDate.parse(on),
              amount < 0 ? "refund" : "purchase",
              Math.round(amount * 100)));
      return this;
    }

    Company lost(String id, String on) {
      return lost(id, on, on);
    }

    Company lost(String id, String on, String noticedOn) {
      events.add(new Event(id, LocalDate.parse(on), LocalDate.parse(noticedOn), "lost"));
      return this;
    }

    Company regained(String id, String on) {
      events.add(new Event(id, LocalDate.parse(on), null, "regained"));
      return this;
    }

    /** Customers of two years, some events on one day, some before the acquisition. */
    static Company random(long seed, int inactivityDays) {
      var random = new Random(seed);
      var company = new Company().inactivityDays(inactivityDays);
      String[] sources = {"earned", "bought", null};
      String[] regions = {"south", "north", "west", null};
      LocalDate start = LocalDate.of(2023, 7, 1);
      for (int c = 0; c < 200; c++) {
        String id = "c" + c;
        LocalDate acquiredOn = start.plusDays(random.nextInt(720));
        LocalDate from = acquiredOn.plusDays(random.nextInt(3) == 0 ? 50 : 0);
        for (int v = 0; v <= random.nextInt(4); v++) {
          company.versions.add(
              new Version(
                  id,
                  acquiredOn,
                  sources[random.nextInt(sources.length)],
                  from,
                  regions[random.nextInt(regions.length)]));
          from = from.plusDays(1 + random.nextInt(120));
        }
        for (int p = random.nextInt(40); p > 0; p--) {
          boolean isRefund = random.nextInt(5) == 0;
          long cents = random.nextInt(20_000);
          company.payments.add(
              new Payment(
                  id,
                  acquiredOn.plusDays(random.nextInt(600) - 10),
                  isRefund ? "refund" : random.nextInt(4) == 0 ? "renewal" : "purchase",
                  isRefund ? -cents : cents));
        }
        LocalDate day = acquiredOn.plusDays(random.nextInt(200) - 10);
        for (int e = random.nextInt(6); inactivityDays == 0 && e > 0; e--) {
          String event = random.nextBoolean() ? "lost" : "regained";
          company.events.add(new Event(id, day, null, event));
          day = day.plusDays(random.nextInt(3) == 0 ? 0 : random.nextInt(90));
        }
      }
      Collections.shuffle(company.versions, random);
      Collections.shuffle(company.events, random);
      return company;
    }

    List<Row> scorecard(String asOf) {
      return build(LocalDate.parse(asOf)).collectAsList();
    }

    Dataset<Row> build(LocalDate asOf) {
      boolean byAttrition = inactivityDays == 0;
      return CustomerScorecard.build(
          customerVersions(),
          transactions(),
          byAttrition ? Optional.of(attrition()) : Optional.empty(),
          settings(),
          asOf);
    }

    /** The versions of a customer, oldest first. */
    List<Version> of(String customer) {
      return versions.stream()
          .filter(version -> version.customer().equals(customer))
          .sorted(Comparator.comparing(Version::from))
          .toList();
    }

    static String segment(Version version) {
      return Objects.requireNonNullElse(version.region(), "unknown");
    }

    private Dataset<Row> customerVersions() {
      List<Row> rows = new ArrayList<>();
      versions.stream()
          .map(Version::customer)
          .distinct()
          .forEach(
              customer -> {
                List<Version> inTime = of(customer);
                for (int v = 0; v < inTime.size(); v++) {
                  Version version = inTime.get(v);
                  Row[] segments = {
                    RowFactory.create("all", "all"), RowFactory.create("region", segment(version))
                  };
                  rows.add(
                      RowFactory.create(
                          customer,
                          customer,
                          Date.valueOf(version.acquiredOn()),
                          version.source(),
                          Date.valueOf(version.from()),
                          v + 1 < inTime.size() ? Date.valueOf(inTime.get(v + 1).from()) : null,
                          segments));
                }
              });
      // In no order, as a shuffle brings them.
      Collections.shuffle(rows, new Random(rows.size()));
      return dataset(
          rows,
          "customer_id string, cluster_id string, acquired_on date, acquisition_source string,"
              + " effective_from date, effective_until date,"
              + " segments array<struct<segment_set: string, segment: string>>");
    }

    private Dataset<Row> transactions() {
      return dataset(
          payments.stream()
              .map(
                  payment ->
                      RowFactory.create(
                          payment.customer(),
                          Date.valueOf(payment.on()),
                          payment.kind(),
                          line(payment.customer()),
                          payment.cents()))
              .toList(),
          "customer_id string, occurred_on date, kind string, line string, amount_cents bigint");
    }

    private String line(String customer) {
      boolean isKnown = versions.stream().anyMatch(each -> each.customer().equals(customer));
      return customer == null ? "unattributed" : isKnown ? "attributed" : "excluded";
    }

    private Dataset<Row> attrition() {
      return dataset(
          events.stream()
              .map(
                  event ->
                      RowFactory.create(
                          event.customer(),
                          Date.valueOf(event.on()),
                          event.noticedOn() == null ? null : Date.valueOf(event.noticedOn()),
                          event.event()))
              .toList(),
          "customer_id string, occurred_on date, noticed_on date, event string");
    }

    private Settings settings() {
      return new Settings(
          "shop",
          "Shop",
          "landing",
          "warehouse",
          Currency.getInstance("EUR"),
          ZoneOffset.UTC,
          Month.APRIL,
          List.of(180),
          1,
          24,
          0,
          inactivityDays == 0 ? OptionalInt.empty() : OptionalInt.of(inactivityDays),
          7,
          48,
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          5,
          List.of(SegmentSet.ALL, REGION),
          List.of(),
          List.of(),
          List.of(),
          DriverSettings.DEFAULT,
          List.of(),
          "hash",
          List.of());
    }

    private static Dataset<Row> dataset(List<Row> rows, String ddl) {
      return spark.createDataFrame(rows, StructType.fromDDL(ddl));
    }
  }

  /** The bridge as DEFINITIONS.md words it, one customer and month at a time. */
  private static final class NaiveBridge {
    private final Company company;

    private NaiveBridge(Company company) {
      this.company = company;
    }

    /** Counts, then amounts in cents, both in the contract's order, by segment and month. */
    static Map<String, long[]> of(Company company, LocalDate asOf) {
      var bridge = new NaiveBridge(company);
      Map<String, long[]> figures = new LinkedHashMap<>();
      for (String customer : company.versions.stream().map(Version::customer).distinct().toList()) {
        LocalDate month = company.of(customer).get(0).acquiredOn().withDayOfMonth(1);
        for (; !month.plusMonths(1).minusDays(1).isAfter(asOf); month = month.plusMonths(1)) {
          long[] one = bridge.figures(customer, month);
          for (String place : List.of("all|all", "region|" + bridge.segment(customer, month))) {
            figures.merge(
                place + "|" + month,
                one,
                (some, other) -> {
                  long[] sum = some.clone();
                  Arrays.setAll(sum, i -> some[i] + other[i]);
                  return sum;
                });
          }
        }
      }
      return new TreeMap<>(figures);
    }

    static long[] figures(Row row) {
      long[] figures = Arrays.copyOf(counts(row), COUNTS.size() + AMOUNTS.size());
      for (int a = 0; a < AMOUNTS.size(); a++) {
        figures[COUNTS.size() + a] =
            row.<BigDecimal>getAs(AMOUNTS.get(a)).movePointRight(2).longValueExact();
      }
      return figures;
    }

    private long[] figures(String customer, LocalDate month) {
      List<Version> versions = company.of(customer);
      LocalDate acquiredOn = versions.get(0).acquiredOn();
      String source = versions.get(versions.size() - 1).source();
      boolean isNew = !acquiredOn.isBefore(month);
      boolean isOpening = isActive(customer, acquiredOn, month.minusDays(1));
      boolean isClosing = isActive(customer, acquiredOn, month.plusMonths(1).minusDays(1));
      boolean isRegained = !isNew && !isOpening && isClosing;
      long before = revenue(customer, month.minusMonths(1));
      long now = revenue(customer, month);
      boolean isEarned = isNew && "earned".equals(source);
      boolean isBought = isNew && "bought".equals(source);
      boolean stays = isOpening && isClosing;
      return new long[] {
        isOpening ? 1 : 0,
        isNew ? 1 : 0,
        isEarned ? 1 : 0,
        isBought ? 1 : 0,
        (isNew || isOpening) && !isClosing ? 1 : 0,
        isRegained ? 1 : 0,
        isClosing ? 1 : 0,
        isOpening ? before : 0,
        isEarned ? now : 0,
        isBought ? now : 0,
        isNew && source == null ? now : 0,
        isOpening && !isClosing ? before - now : 0,
        isRegained ? now : 0,
        stays && now > before ? now - before : 0,
        stays && now < before ? before - now : 0,
        isOpening || isNew || isRegained ? now : 0
      };
    }

    private boolean isActive(String customer, LocalDate acquiredOn, LocalDate day) {
      if (acquiredOn.isAfter(day)) {
        return false;
      }
      if (company.inactivityDays > 0) {
        LocalDate oldest = day.minusDays(company.inactivityDays);
        return acquiredOn.isAfter(oldest)
            || company.payments.stream()
                .filter(payment -> payment.customer().equals(customer))
                .filter(payment -> payment.kind().equals("purchase"))
                .anyMatch(each -> each.on().isAfter(oldest) && !each.on().isAfter(day));
      }
      return company.events.stream()
          .filter(event -> event.customer().equals(customer) && !event.on().isAfter(day))
          .max(
              Comparator.comparing(Event::on)
                  .thenComparing(event -> event.event().equals("lost") ? 0 : 1))
          .map(event -> event.event().equals("regained"))
          .orElse(true);
    }

    private long revenue(String customer, LocalDate month) {
      return company.payments.stream()
          .filter(payment -> payment.customer().equals(customer))
          .filter(payment -> payment.on().withDayOfMonth(1).equals(month))
          .mapToLong(Payment::cents)
          .sum();
    }

    private String segment(String customer, LocalDate month) {
      List<Version> versions = company.of(customer);
      LocalDate acquiredOn = versions.get(0).acquiredOn();
      LocalDate day = acquiredOn.isAfter(month) ? acquiredOn : month;
      return versions.stream()
          .filter(version -> !version.from().isAfter(day))
          .reduce((earlier, later) -> later)
          .or(() -> Optional.of(versions.get(0)))
          .map(Company::segment)
          .orElseThrow();
    }
  }
}
