package linkage.marts;

import java.sql.Date;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.sql.SqlModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Where customers and revenue came from and went, month by month; nothing in it needs a survey.
 *
 * <p><b>Grain:</b> one row per (segment_set, segment, month) for the last {@link #MOST_MONTHS}
 * months that have ended by the as-of day, from a segment's first customer on.
 *
 * <p><b>Formula:</b> who is active at the end of a month follows from attrition by {@code
 * occurred_on}; without it, from a purchase (or the acquisition) less than the settings' inactivity
 * days ago. The lines of the bridge exclude each other.
 *
 * <p><b>Nulls and edges:</b> a customer acquired and lost in one month is new and lost, and their
 * revenue is new. Revenue of customers who are neither opening, new nor regained, such as a refund
 * after the end, is in no line. A segment has a row for each month in which it holds a customer,
 * active or not.
 *
 * <p><b>Cost:</b> that of {@link CustomerMonths}; no row is multiplied by the segment sets before
 * it is summed.
 */
public final class CustomerScorecard {
  /** Older months are left out, which bounds the rows per customer. */
  public static final int MOST_MONTHS = 36;

  private CustomerScorecard() {}

  /**
   * Builds the mart.
   *
   * @param customerVersions as {@link linkage.staging.CustomerVersions} makes them
   * @param convertedTransactions as {@code sql/current/converted_transactions.sql} makes them
   * @param attrition the current events; absent where the inactivity rule takes their place
   */
  public static Dataset<Row> build(
      Dataset<Row> customerVersions,
      Dataset<Row> convertedTransactions,
      Optional<Dataset<Row>> attrition,
      Settings settings,
      LocalDate asOf) {
    SparkSession spark = customerVersions.sparkSession();
    LocalDate lastMonth = asOf.plusDays(1).withDayOfMonth(1).minusMonths(1);
    Dataset<Row> events =
        attrition.orElseGet(
            () -> spark.createDataFrame(List.of(), Contract.source("attrition").sparkType()));
    Dataset<Row> months =
        CustomerMonths.build(
            customerVersions,
            convertedTransactions,
            events,
            lastMonth.minusMonths(MOST_MONTHS - 1),
            lastMonth,
            settings.inactivityDays().orElse(0));
    return SqlModel.plan(
            spark,
            "marts/customer_scorecard",
            Map.of("customer_months", months),
            Map.of(
                "as_of", Date.valueOf(asOf),
                "currency", settings.reportingCurrency().getCurrencyCode(),
                "fiscal_year_starts_in", settings.fiscalYearStartsIn().getValue()))
        .select(Contract.mart("customer_scorecard").columns());
  }
}
