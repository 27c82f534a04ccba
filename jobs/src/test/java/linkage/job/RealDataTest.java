package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.ingest.IngestedFile;
import linkage.publish.Generations;
import linkage.publish.MartReader;
import linkage.testing.SparkTest;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the deployments of real data, which isn't ours to keep: without it these tests are skipped.
 * They look for it where LINKAGE_SHARED_DATA says, else in {@code ../shared/data}.
 */
class RealDataTest {
  private static final Path HOME = Path.of(System.getProperty("linkage.home", ""));
  private static final int INACTIVITY_DAYS = 180;

  /** Orders of the last 45 days don't count as complete, see conf/olist. */
  private static final LocalDate OLIST_COMPLETE_THROUGH =
      LocalDate.parse("2018-10-17").minusDays(45);

  @TempDir Path warehouse;

  @Test
  void accountsForAllOfOlist() throws Exception {
    Path data = data("olist");
    Settings settings = settings("olist", data);

    Night.Result night = night(settings, LocalDate.parse("2018-10-31"));

    assertThat(accounts(night))
        .containsExactlyInAnyOrder(
            // 11 orders were placed in the same second as another one by the same person. The other
            // 108 that say nothing new are later versions: one between them may still come.
            tuple("customers", 8_135L, 0L, 8_124L, 11L, 0L),
            tuple("survey_responses", 8_225L, 0L, 8_225L, 0L, 0L),
            tuple("transactions", 8_135L, 0L, 8_135L, 0L, 0L),
            // 24 months hold an order.
            tuple("ledger_totals", 8_924L, 8_900L, 24L, 0L, 0L));

    try (Connection marts = marts(settings)) {
      assertThat(
              rows(
                  marts,
                  "select customers_count, responses_count, unlinked_responses_count from run_audits"))
          .containsExactly(List.of(8_016L, 8_225L, 0L));
      Map<String, BigDecimal> paid = olistPayments(data);
      assertThat(total(paid)).isEqualByComparingTo("1428602.81");
      assertReconciled(marts, "BRL", paid);

      RepeatPurchases found = olistRepeatPurchases(data);
      assertThat(
              rows(
                  marts,
                  """
                  select outcome, observations_count, positive_count
                  from best_metrics where segment_set = 'all' order by outcome
                  """))
          .containsExactly(
              List.of("repeat_purchase", found.anchors(), found.repeated()),
              List.of("retained", found.anchors(), found.repeated()),
              List.of("revenue_next", found.anchors(), found.repeated()));
      // Satisfaction is the only metric, so that none can be called the best, in whatever segment:
      // for want of repeat buyers in 26 of 27 states, and else for want of a second metric.
      assertThat(
              rows(
                  marts,
                  """
                  select verdict, best_metric is null, count(*) from best_metrics group by all
                  """))
          .containsExactly(List.of("insufficient", Boolean.TRUE, 3L * 28));
      assertThat(
              rows(
                  marts,
                  """
                  select segment_set, segment from best_metrics
                  where outcome = 'repeat_purchase' and sentence like '%nothing to compare%'
                  order by segment_set
                  """))
          .containsExactly(List.of("all", "all"), List.of("state", "SP"));
      // Nobody knows who was asked, so the margins of the CRM are all there is to weigh by.
      assertThat(
              rows(
                  marts,
                  """
                  select weighting, invited_count, observations_count, frame_count > 0
                  from nonresponse_checks where segment = 'all'
                  """))
          .containsExactly(List.of("raking_only", 0L, found.anchors(), Boolean.TRUE));
    }
  }

  @Test
  void accountsForAllOfCdnowWithoutSurvey() throws Exception {
    Path data = data("cdnow");
    Settings settings = settings("cdnow", data);

    Night.Result night = night(settings, LocalDate.parse("1998-06-30"));

    assertThat(settings.warnings())
        .containsExactly(
            "There is no source survey_responses: no metric or driver can be judged, and the marts"
                + " about scores will be empty.",
            "There is no key-variable: whoever knows customer numbers can recompute the keys that"
                + " stand for them in the marts.");
    assertThat(accounts(night))
        .containsExactlyInAnyOrder(
            tuple("customers", 69_659L, 46_089L, 23_570L, 0L, 0L),
            tuple("transactions", 69_659L, 0L, 69_659L, 0L, 0L),
            tuple("ledger_totals", 69_659L, 69_641L, 18L, 0L, 0L));

    try (Connection marts = marts(settings)) {
      assertThat(rows(marts, "select count(*) from nonresponse_checks"))
          .containsExactly(List.of(0L));
      assertThat(rows(marts, "select customers_count from run_audits"))
          .containsExactly(List.of(23_570L));
      Map<String, BigDecimal> spent = cdnowSales(data);
      assertThat(total(spent)).isEqualByComparingTo("2500315.63");
      assertReconciled(marts, "USD", spent);
      for (String mart :
          List.of("best_metrics", "metric_predictiveness", "metric_scores", "retention_by_score")) {
        assertThat(rows(marts, "select count(*) from " + mart)).containsExactly(List.of(0L));
      }
    }
  }

  private static Path data(String name) {
    String folder =
        Optional.ofNullable(System.getenv("LINKAGE_SHARED_DATA"))
            .orElse(HOME.resolve("../shared/data").toString());
    Path data = Path.of(folder, name);
    Assumptions.assumeTrue(
        Files.isDirectory(data),
        () -> "Skipped: there is no folder %s; LINKAGE_SHARED_DATA names another".formatted(data));
    return data;
  }

  private Settings settings(String name, Path data) {
    return Settings.load(
        Path.of("conf", name),
        HOME,
        new Overrides(
            Optional.of(data.toAbsolutePath().toString()), Optional.of(warehouse.toString())),
        Map.of());
  }

  private static Night.Result night(Settings settings, LocalDate asOf) {
    return Night.run(SparkTest.session(), settings, asOf, new Stages(Stages.SILENT));
  }

  private static Connection marts(Settings settings) {
    return MartReader.open(
        new Generations(settings.warehouse(), new Configuration(false)), Contract.marts());
  }

  /** By file: its source, and the records read, filtered, accepted, duplicate and quarantined. */
  private static List<Tuple> accounts(Night.Result night) {
    assertThat(night.accounts()).allMatch(IngestedFile::isConserved);
    return night.accounts().stream()
        .map(
            file ->
                tuple(
                    file.source(),
                    file.read(),
                    file.filtered(),
                    file.accepted(),
                    file.duplicate(),
                    file.quarantined()))
        .toList();
  }

  /** Every month ties to the cent, and to what the file itself adds up to. */
  private static void assertReconciled(
      Connection marts, String currency, Map<String, BigDecimal> expected) throws SQLException {
    var expectedRows = new ArrayList<List<Object>>();
    expected.forEach(
        (month, amount) ->
            expectedRows.add(
                List.of(month, currency, amount, amount, new BigDecimal("0.00"), Boolean.TRUE)));
    assertThat(
            rows(
                marts,
                """
                select strftime(month, '%Y-%m'), currency, ledger_amount, attributed_amount,
                  unexplained_amount, is_reconciled
                from reconciliation order by month
                """))
        .isEqualTo(expectedRows);
  }

  private static BigDecimal total(Map<String, BigDecimal> amounts) {
    return amounts.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static List<List<Object>> rows(Connection marts, String sql) throws SQLException {
    try (var statement = marts.createStatement()) {
      ResultSet result = statement.executeQuery(sql);
      var rows = new ArrayList<List<Object>>();
      while (result.next()) {
        var row = new ArrayList<Object>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getObject(i));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  /** What was paid, by the month of the order. */
  private static Map<String, BigDecimal> olistPayments(Path data) {
    Map<String, String> months =
        csv(data.resolve("olist_orders_dataset.csv")).stream()
            .collect(
                Collectors.toMap(
                    order -> order.getField("order_id"),
                    order -> order.getField("order_purchase_timestamp").substring(0, 7)));
    var paid = new TreeMap<String, BigDecimal>();
    csv(data.resolve("olist_order_payments_dataset.csv"))
        .forEach(
            payment ->
                paid.merge(
                    months.get(payment.getField("order_id")),
                    cents(payment.getField("payment_value")),
                    BigDecimal::add));
    return paid;
  }

  private static Map<String, BigDecimal> cdnowSales(Path data) throws IOException {
    var spent = new TreeMap<String, BigDecimal>();
    try (Stream<String> lines = Files.lines(data.resolve("CDNOW_master.txt"))) {
      lines
          .skip(1)
          .map(line -> line.strip().split(" +"))
          .forEach(
              fields ->
                  spent.merge(
                      fields[1].substring(0, 4) + "-" + fields[1].substring(4, 6),
                      cents(fields[3]),
                      BigDecimal::add));
    }
    return spent;
  }

  private static BigDecimal cents(String text) {
    return new BigDecimal(text).setScale(2);
  }

  /**
   * Days on which active people reviewed, early enough to know what followed.
   *
   * @param repeated those that an order followed in time
   */
  private record RepeatPurchases(long anchors, long repeated) {}

  /** Counts by the definition: the first review of a person and month, order by order. */
  private static RepeatPurchases olistRepeatPurchases(Path data) {
    Map<String, String> people =
        csv(data.resolve("olist_customers_dataset.csv")).stream()
            .collect(
                Collectors.toMap(
                    row -> row.getField("customer_id"), row -> row.getField("customer_unique_id")));
    List<NamedCsvRecord> orders = csv(data.resolve("olist_orders_dataset.csv"));
    Map<String, String> buyers =
        orders.stream()
            .collect(
                Collectors.toMap(
                    order -> order.getField("order_id"),
                    order -> people.get(order.getField("customer_id"))));
    Map<String, List<LocalDate>> purchases =
        orders.stream()
            .collect(
                Collectors.groupingBy(
                    order -> buyers.get(order.getField("order_id")),
                    Collectors.mapping(day("order_purchase_timestamp"), Collectors.toList())));

    List<NamedCsvRecord> reviews =
        csv(data.resolve("olist_order_reviews_dataset.csv")).stream()
            .sorted((a, b) -> answeredAt(a).compareTo(answeredAt(b)))
            .toList();
    Set<List<Object>> months = new HashSet<>();
    long anchors = 0;
    long repeated = 0;
    for (NamedCsvRecord review : reviews) {
      String person = buyers.get(review.getField("order_id"));
      LocalDate day = day("review_answer_timestamp").apply(review);
      LocalDate end = day.plusDays(INACTIVITY_DAYS);
      List<LocalDate> bought = purchases.get(person);
      boolean isFirst = months.add(List.of(person, day.withDayOfMonth(1)));
      boolean isActive = isWithin(bought, day.minusDays(INACTIVITY_DAYS), day);
      if (isFirst && isActive && !end.isAfter(OLIST_COMPLETE_THROUGH)) {
        anchors++;
        repeated += isWithin(bought, day, end) ? 1 : 0;
      }
    }
    return new RepeatPurchases(anchors, repeated);
  }

  private static String answeredAt(NamedCsvRecord review) {
    return review.getField("review_answer_timestamp");
  }

  private static Function<NamedCsvRecord, LocalDate> day(String column) {
    return row -> LocalDate.parse(row.getField(column).substring(0, 10));
  }

  private static boolean isWithin(List<LocalDate> days, LocalDate after, LocalDate upTo) {
    return days.stream().anyMatch(day -> day.isAfter(after) && !day.isAfter(upTo));
  }

  private static List<NamedCsvRecord> csv(Path file) {
    try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(file)) {
      return rows.stream().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
