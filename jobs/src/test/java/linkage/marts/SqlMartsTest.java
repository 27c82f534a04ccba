package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.holdenkarau.spark.testing.JavaDatasetSuiteBase;
import java.sql.Date;
import java.time.Month;
import java.time.YearMonth;
import java.util.Map;
import java.util.stream.IntStream;
import linkage.contract.Contract;
import linkage.sql.SqlModel;
import linkage.testing.Rows;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The marts that are SQL. The base class gives the comparison of data frames; the session is the
 * one that all tests share.
 */
class SqlMartsTest extends JavaDatasetSuiteBase {
  private static final Map<String, Object> DAY = Map.of("as_of", Date.valueOf("2025-03-31"));

  private static final String CONTROLS =
      "month date, currency string, line string, transactions_count bigint, amount decimal(18,2)";
  private static final String LEDGER =
      "month date, currency string, account string, amount decimal(18,2)";
  private static final String REFUSED =
      "file_id string, record_number bigint, record_key string, event_day date, currency string,"
          + " amount decimal(18,2)";

  @Test
  void reconciliationAddsUpItsLinesAndExplainsTheDifference() {
    Dataset<Row> found =
        reconciliation(
            Rows.given(
                CONTROLS,
                "{'month':'2025-03-01','currency':'EUR','line':'attributed','transactions_count':5,"
                    + "'amount':100.10}",
                "{'month':'2025-03-01','currency':'EUR','line':'unattributed',"
                    + "'transactions_count':2,'amount':-7.05}",
                "{'month':'2025-03-01','currency':'EUR','line':'excluded','transactions_count':1,"
                    + "'amount':3.00}",
                "{'month':'2025-02-01','currency':'USD','line':'attributed','transactions_count':1,"
                    + "'amount':9.99}"),
            Rows.given(
                LEDGER,
                "{'month':'2025-03-01','currency':'EUR','account':'a','amount':60.05}",
                "{'month':'2025-03-01','currency':'EUR','account':'b','amount':40.00}",
                "{'month':'2025-01-01','currency':'EUR','amount':1.00}"),
            Rows.given(
                REFUSED,
                "{'file_id':'f','record_number':1,'record_key':'t1','event_day':'2025-03-09',"
                    + "'currency':'EUR','amount':4.00}"));

    assertSame(
        "reconciliation",
        found,
        "{'as_of':'2025-03-31','month':'2025-01-01','fiscal_year':2025,'fiscal_quarter':4,"
            + "'currency':'EUR','ledger_amount':1.00,"
            + "'attributed_amount':0.00,'unattributed_amount':0.00,'excluded_amount':0.00,"
            + "'quarantined_amount':0.00,'warehouse_amount':0.00,'difference_amount':1.00,"
            + "'unexplained_amount':1.00,'transactions_count':0,'is_reconciled':false}",
        "{'as_of':'2025-03-31','month':'2025-02-01','fiscal_year':2025,'fiscal_quarter':4,"
            + "'currency':'USD','attributed_amount':9.99,"
            + "'unattributed_amount':0.00,'excluded_amount':0.00,'quarantined_amount':0.00,"
            + "'warehouse_amount':9.99,'transactions_count':1}",
        "{'as_of':'2025-03-31','month':'2025-03-01','fiscal_year':2025,'fiscal_quarter':4,"
            + "'currency':'EUR','ledger_amount':100.05,"
            + "'attributed_amount':100.10,'unattributed_amount':-7.05,'excluded_amount':3.00,"
            + "'quarantined_amount':4.00,'warehouse_amount':96.05,'difference_amount':4.00,"
            + "'unexplained_amount':0.00,'transactions_count':8,'is_reconciled':true}");
  }

  @Test
  void reconciliationCountsARefusedTransactionOnceAndNotIfAGoodRowOfItsKeyIsThere() {
    Dataset<Row> found =
        reconciliation(
            Rows.given(CONTROLS),
            Rows.given(LEDGER),
            Rows.given(
                REFUSED,
                "{'file_id':'f','record_number':1,'record_key':'t1','event_day':'2025-03-09',"
                    + "'currency':'EUR','amount':4.00}",
                "{'file_id':'g','record_number':8,'record_key':'t1','event_day':'2025-03-09',"
                    + "'currency':'EUR','amount':4.00}",
                "{'file_id':'f','record_number':2,'event_day':'2025-03-09','currency':'EUR',"
                    + "'amount':1.00}",
                "{'file_id':'f','record_number':3,'event_day':'2025-03-09','currency':'EUR',"
                    + "'amount':1.00}",
                "{'file_id':'f','record_number':4,'record_key':'good','event_day':'2025-03-09',"
                    + "'currency':'EUR','amount':50.00}",
                "{'file_id':'f','record_number':5,'record_key':'t2','event_day':'2025-04-01',"
                    + "'currency':'EUR','amount':60.00}",
                "{'file_id':'f','record_number':6,'record_key':'t3','event_day':'2025-03-09',"
                    + "'currency':'EUR'}"));

    assertSame(
        "reconciliation",
        found,
        "{'as_of':'2025-03-31','month':'2025-03-01','fiscal_year':2025,'fiscal_quarter':4,"
            + "'currency':'EUR','attributed_amount':0.00,"
            + "'unattributed_amount':0.00,'excluded_amount':0.00,'quarantined_amount':6.00,"
            + "'warehouse_amount':0.00,'transactions_count':0}");
  }

  @Test
  void dataQualityHasTheFilesTotalsAndOneRowPerReason() {
    Dataset<Row> found =
        SqlModel.plan(
            SparkTest.session(),
            "marts/data_quality",
            Map.of(
                "files",
                Rows.given(
                    "source string, file string, file_id string, run_id string, modified_at"
                        + " timestamp, status string, read_count bigint, filtered_count bigint,"
                        + " multiplied_count bigint, accepted_count bigint, duplicate_count bigint,"
                        + " quarantined_count bigint, read_amount decimal(18,2), accepted_amount"
                        + " decimal(18,2), duplicate_amount decimal(18,2), quarantined_amount"
                        + " decimal(18,2)",
                    "{'source':'transactions','file':'a.csv','file_id':'f','run_id':'r',"
                        + "'modified_at':'2025-03-30T10:00:00Z','status':'ingested','read_count':5,"
                        + "'filtered_count':0,'multiplied_count':0,'accepted_count':2,"
                        + "'duplicate_count':1,'quarantined_count':2,'read_amount':10.00,"
                        + "'accepted_amount':4.00,'duplicate_amount':1.00,"
                        + "'quarantined_amount':5.00}"),
                "quarantine",
                Rows.given(
                    "file_id string, reasons array<string>, records_count bigint,"
                        + " amount decimal(18,2)",
                    "{'file_id':'f','reasons':['no key','no day'],'records_count':1,'amount':2.00}",
                    "{'file_id':'f','reasons':['no key'],'records_count':1,'amount':3.00}")),
            DAY);

    String file =
        "{'as_of':'2025-03-31','source':'transactions','file':'a.csv','file_id':'f','run_id':'r',"
            + "'arrived_at':'2025-03-30T10:00:00Z','status':'ingested','filtered_count':0,"
            + "'multiplied_count':0,";
    assertSame(
        "data_quality",
        found,
        file
            + "'reason':'all','read_count':5,'accepted_count':2,'duplicate_count':1,"
            + "'quarantined_count':2,'read_amount':10.00,'accepted_amount':4.00,"
            + "'duplicate_amount':1.00,'quarantined_amount':5.00}",
        file
            + "'reason':'no day','read_count':0,'accepted_count':0,'duplicate_count':0,"
            + "'quarantined_count':1,'quarantined_amount':2.00}",
        file
            + "'reason':'no key','read_count':0,'accepted_count':0,'duplicate_count':0,"
            + "'quarantined_count':2,'quarantined_amount':5.00}");
  }

  @Test
  void verdictHistorySaysSinceWhenAndWhy() {
    Dataset<Row> found =
        SqlModel.plan(
            SparkTest.session(),
            "marts/verdict_history",
            Map.of(
                "verdicts",
                Rows.given(
                    Contract.mart("verdict_history").sparkType(),
                    fixed("2024-11", "tie", null, "ces,nps", "1", "x"),
                    fixed("2024-12", "tie", null, "nps,ces", "2", "y"),
                    fixed("2025-01", "undecided", "nps", "nps,csat", "2", "y"),
                    fixed("2025-02", "undecided", "nps", "nps", "2", "y"),
                    fixed("2025-03", "undecided", "ces", "nps", "2", "z"),
                    fixed("2025-04", "clear", "ces", "ces", "3", "q"),
                    fixed("2025-05", "clear", "nps", "nps", "4", "q"),
                    fixed("2025-06", "tie", null, "ces,nps", "4", "q"))),
            Map.of("as_of", Date.valueOf("2025-06-29")));

    // The verdict of June is fixed on its last day, and not known on the day before.
    assertSame(
        "verdict_history",
        found.select("month", "since_month", "change"),
        "{'month':'2024-11-01','since_month':'2024-11-01','change':'first'}",
        // The same set in another order is no other claim, whatever else is new.
        "{'month':'2024-12-01','since_month':'2024-11-01','change':'unchanged'}",
        "{'month':'2025-01-01','since_month':'2025-01-01','change':'data'}",
        // The leader is the same, and one that might have been best no longer may.
        "{'month':'2025-02-01','since_month':'2025-02-01','change':'data'}",
        "{'month':'2025-03-01','since_month':'2025-03-01','change':'data+configuration'}",
        "{'month':'2025-04-01','since_month':'2025-04-01','change':'data+configuration+code'}",
        "{'month':'2025-05-01','since_month':'2025-05-01','change':'data+code'}");
    Contract.mart("verdict_history").check(found.schema());
  }

  @Test
  void convertsByTheNewestRateUpToTheDayAndRoundsHalfUp() {
    String columns =
        "transaction_id string, customer_id string, occurred_on date, kind string, currency string,"
            + " amount decimal(18,2), margin decimal(18,2)";
    Dataset<Row> converted =
        SqlModel.plan(
            SparkTest.session(),
            "current/converted_transactions",
            Map.of(
                "transactions",
                Rows.given(
                    columns,
                    "{'transaction_id':'a','customer_id':'c','occurred_on':'2025-03-09',"
                        + "'kind':'purchase','currency':'USD','amount':0.01}",
                    "{'transaction_id':'b','customer_id':'c','occurred_on':'2025-03-09',"
                        + "'kind':'refund','currency':'USD','amount':0.01,'margin':-0.03}",
                    "{'transaction_id':'c','customer_id':'x','occurred_on':'2025-03-10',"
                        + "'kind':'credit','currency':'USD','amount':10.00,'margin':4.01}",
                    "{'transaction_id':'d','occurred_on':'2025-03-01','kind':'renewal',"
                        + "'currency':'EUR','amount':12.34,'margin':5.00}",
                    "{'transaction_id':'e','customer_id':'c','occurred_on':'2025-02-28',"
                        + "'kind':'purchase','currency':'USD','amount':1.00}"),
                "fx_rates",
                Rows.given(
                    "currency string, valid_on date, rate decimal(19,10)",
                    "{'currency':'USD','valid_on':'2025-03-01','rate':0.5}",
                    "{'currency':'USD','valid_on':'2025-03-10','rate':0.75}"),
                "customers",
                Rows.given("customer_id string", "{'customer_id':'c'}")),
            Map.of("as_of", Date.valueOf("2025-03-31"), "reporting_currency", "EUR"));

    // 0.01 × 0.5 = 0.005, a tie between 0.00 and 0.01: away from zero on either side.
    assertSame(
        null,
        converted.select("transaction_id", "line", "amount_cents", "margin_cents"),
        "{'transaction_id':'a','line':'attributed','amount_cents':1}",
        "{'transaction_id':'b','line':'attributed','amount_cents':-1,'margin_cents':2}",
        "{'transaction_id':'c','line':'excluded','amount_cents':-750,'margin_cents':-301}",
        "{'transaction_id':'d','line':'unattributed','amount_cents':1234,'margin_cents':500}",
        "{'transaction_id':'e','line':'attributed'}");

    Dataset<Row> controls =
        SqlModel.plan(
            SparkTest.session(),
            "current/control_totals",
            Map.of("converted_transactions", converted),
            Map.of());
    assertSame(
        null,
        controls,
        "{'month':'2025-02-01','currency':'USD','line':'attributed','transactions_count':1,"
            + "'amount':1.00,'without_rate_count':1,'first_day_without_rate':'2025-02-28',"
            + "'last_day_without_rate':'2025-02-28'}",
        "{'month':'2025-03-01','currency':'EUR','line':'unattributed','transactions_count':1,"
            + "'amount':12.34,'amount_cents':1234,'without_rate_count':0}",
        "{'month':'2025-03-01','currency':'USD','line':'attributed','transactions_count':2,"
            + "'amount':0.00,'amount_cents':0,'without_rate_count':0}",
        "{'month':'2025-03-01','currency':'USD','line':'excluded','transactions_count':1,"
            + "'amount':-10.00,'amount_cents':-750,'without_rate_count':0}");
  }

  /** Expected by counting months: twelve to a year that is named by the one it ends in. */
  @ParameterizedTest
  @EnumSource(Month.class)
  void reconciliationNamesTheFiscalYearOfEachMonthByTheCalendarYearItEndsIn(Month startsIn) {
    YearMonth first = YearMonth.of(2024, startsIn);
    String[] booked =
        IntStream.range(0, 24)
            .mapToObj(
                i ->
                    "{'month':'%s-01','currency':'EUR','amount':1.00}"
                        .formatted(first.plusMonths(i)))
            .toArray(String[]::new);

    Dataset<Row> found =
        reconciliation(
            Rows.given(CONTROLS), Rows.given(LEDGER, booked), Rows.given(REFUSED), startsIn);

    int firstYear = first.plusMonths(11).getYear();
    assertThat(found.orderBy("month").collectAsList())
        .extracting(row -> row.getAs("fiscal_year") + " Q" + row.getAs("fiscal_quarter"))
        .containsExactlyElementsOf(
            IntStream.range(0, 24)
                .mapToObj(i -> "%d Q%d".formatted(firstYear + i / 12, i % 12 / 3 + 1))
                .toList());
  }

  private static Dataset<Row> reconciliation(
      Dataset<Row> controls, Dataset<Row> ledger, Dataset<Row> refused) {
    return reconciliation(controls, ledger, refused, Month.APRIL);
  }

  private static Dataset<Row> reconciliation(
      Dataset<Row> controls, Dataset<Row> ledger, Dataset<Row> refused, Month startsIn) {
    return SqlModel.plan(
        SparkTest.session(),
        "marts/reconciliation",
        Map.of(
            "control_totals", controls,
            "ledger_totals", ledger,
            "quarantine", refused,
            "transactions", Rows.given("transaction_id string", "{'transaction_id':'good'}")),
        Map.of(
            "as_of", DAY.get("as_of"),
            "fiscal_year_starts_in", startsIn.getValue()));
  }

  private static String fixed(
      String month,
      String verdict,
      String best,
      String bestSet,
      String code,
      String configuration) {
    String lastDay = java.time.YearMonth.parse(month).atEndOfMonth().toString();
    return ("{'segment_set':'all','segment':'all','outcome':'retained','horizon_days':180,"
            + "'month':'%s-01','verdict':'%s',%s'best_set':['%s'],'code_version':'%s',"
            + "'configuration_hash':'%s','fixed_on':'%s'}")
        .formatted(
            month,
            verdict,
            best == null ? "" : "'best_metric':'%s',".formatted(best),
            bestSet.replace(",", "','"),
            code,
            configuration,
            lastDay);
  }

  /** The same rows, whatever their order; a mart's columns are those of its contract. */
  private void assertSame(String mart, Dataset<Row> found, String... expected) {
    if (mart != null && found.columns().length == Contract.mart(mart).names().size()) {
      assertThatCode(() -> Contract.mart(mart).check(found.schema())).doesNotThrowAnyException();
    }
    var schema = found.schema();
    var columns = java.util.Arrays.stream(found.columns()).map(found::col).toList();
    Dataset<Row> inOrder =
        SparkTest.session()
            .createDataFrame(
                found.orderBy(columns.toArray(org.apache.spark.sql.Column[]::new)).collectAsList(),
                schema);
    Dataset<Row> rows =
        SparkTest.session()
            .createDataFrame(
                Rows.given(nullable(schema), expected)
                    .orderBy(
                        java.util.Arrays.stream(found.columns())
                            .map(org.apache.spark.sql.functions::col)
                            .toArray(org.apache.spark.sql.Column[]::new))
                    .collectAsList(),
                schema);
    assertDataFrameEquals(rows, inOrder);
  }

  private static org.apache.spark.sql.types.StructType nullable(
      org.apache.spark.sql.types.StructType schema) {
    var columns = new org.apache.spark.sql.types.StructType();
    for (var field : schema.fields()) {
      columns = columns.add(field.name(), field.dataType(), true);
    }
    return columns;
  }
}
