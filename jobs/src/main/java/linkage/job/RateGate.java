package linkage.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linkage.GateException;
import linkage.config.Settings;
import linkage.ingest.Ingest;
import linkage.ingest.RowSchemas;
import linkage.staging.Staging;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/** Stops a night whose amounts can't all be converted: a missing rate is never guessed. */
final class RateGate {
  private RateGate() {}

  /**
   * Looks at tonight's transactions, before anything is staged. A rate holds until the next, so
   * what lies before a currency's first rate is all that can lack one.
   *
   * @throws GateException naming each currency with the number of its transactions and their days
   */
  static void check(
      List<Ingest.Batch> batches, Staging staging, Settings settings, LocalDate asOf) {
    Optional<Dataset<Row>> transactions = accepted(batches, "transactions");
    if (transactions.isEmpty()) {
      return;
    }
    Dataset<Row> rates =
        staging
            .readOrEmpty("fx_rates", RowSchemas.staged("fx_rates"))
            .select("currency", "valid_on");
    Dataset<Row> newRates = accepted(batches, "fx_rates").orElse(null);
    if (newRates != null) {
      rates = rates.union(newRates.select("currency", "valid_on"));
    }
    Dataset<Row> firstRates = rates.groupBy("currency").agg(min("valid_on").as("first_rate_on"));
    Map<String, Missing> missing = new TreeMap<>();
    transactions
        .get()
        .where(
            col("currency")
                .notEqual(settings.reportingCurrency().getCurrencyCode())
                .and(col("occurred_on").leq(lit(Date.valueOf(asOf)))))
        .groupBy("currency", "occurred_on")
        .agg(count(lit(1)).as("n"))
        .join(firstRates, CollectionConverters.asScala(List.of("currency")).toSeq(), "left")
        .where(col("first_rate_on").isNull().or(col("occurred_on").lt(col("first_rate_on"))))
        .groupBy("currency")
        .agg(sum("n"), min("occurred_on"), max("occurred_on"))
        .collectAsList()
        .forEach(
            row ->
                missing.put(
                    row.getString(0), new Missing(row.getLong(1), row.getDate(2), row.getDate(3))));
    stopOn(missing, settings, "Nothing was staged and the published marts are unchanged.");
  }

  /**
   * Looks at what is current, since a rate may have been taken back since its transactions came.
   *
   * @param controls the rows of {@code current/control_totals.sql}
   * @throws GateException as for tonight's transactions
   */
  static void check(List<Row> controls, Settings settings) {
    Map<String, Missing> missing = new TreeMap<>();
    for (Row month : controls) {
      if (month.<Long>getAs("without_rate_count") > 0) {
        missing.merge(
            month.getAs("currency"),
            new Missing(
                month.getAs("without_rate_count"),
                month.getAs("first_day_without_rate"),
                month.getAs("last_day_without_rate")),
            Missing::and);
      }
    }
    stopOn(missing, settings, "The published marts are unchanged.");
  }

  /** How many transactions of a currency lack a rate, and from when to when. */
  private record Missing(long transactions, Date first, Date last) {
    Missing and(Missing other) {
      return new Missing(
          transactions + other.transactions,
          first.before(other.first) ? first : other.first,
          last.after(other.last) ? last : other.last);
    }
  }

  /** Stops on what is missing by currency, if anything is. */
  private static void stopOn(Map<String, Missing> missing, Settings settings, String state) {
    if (missing.isEmpty()) {
      return;
    }
    List<String> lines = new ArrayList<>();
    missing.forEach(
        (currency, days) ->
            lines.add(
                "- %,d transaction(s) in %s, from %s to %s"
                    .formatted(days.transactions(), currency, days.first(), days.last())));
    throw new GateException(
        ("Cannot convert amounts to %s: no rate in fx_rates on or before the day of%n%s%n%s"
                + " Deliver the rates, then run again.")
            .formatted(
                settings.reportingCurrency().getCurrencyCode(),
                String.join(System.lineSeparator(), lines),
                state));
  }

  private static Optional<Dataset<Row>> accepted(List<Ingest.Batch> batches, String source) {
    return batches.stream()
        .filter(batch -> batch.source().name().equals(source))
        .flatMap(batch -> batch.accepted().stream())
        .reduce(Dataset::unionByName);
  }
}
