package linkage.marts;

import java.math.BigDecimal;
import java.util.Locale;
import linkage.contract.Contract;
import linkage.marts.DriverSentences.Values;
import org.apache.spark.sql.Row;

/** All wording about revenue and customers at risk. */
final class RiskSentences {
  private RiskSentences() {}

  /** The sentence of a row of {@code revenue_at_risk} that is otherwise finished. */
  static String ofBand(Contract contract, Row row) {
    var values = new Values(contract, row);
    long customers = values.count("customers_count");
    String place = values.text("segment").equals("all") ? "in all" : "of " + values.text("segment");
    String answer =
        "whose last %s was %s"
            .formatted(
                values.text("metric_label"),
                scores(values.whole("lowest_score"), values.whole("highest_score")));
    if (customers == 0) {
      return "No customer %s is still there %s.".formatted(place, answer);
    }
    String who =
        "%s %s %s"
            .formatted(
                customers == 1 ? "1 customer" : Formats.whole(customers) + " customers",
                place,
                answer);
    BigDecimal loss = values.amount("expected_loss_amount");
    if (loss == null) {
      return "What %s would take along can't be told: too few such answers were followed by a loss, or by a stay, or there are no sales."
          .formatted(who);
    }
    String currency = values.text("currency");
    BigDecimal lower = values.amount("expected_loss_lower_amount");
    BigDecimal upper = values.amount("expected_loss_upper_amount");
    double multiplier = values.number("fixed_multiplier");
    return "%s %s expected to take %s %s along within %d days (%s to %s) of the %s %s that %s would bring if all stayed: %s %% of such answers%s were followed by a loss. A fixed multiplier of %s would say %s %s."
        .formatted(
            who,
            customers == 1 ? "is" : "are",
            whole(loss),
            currency,
            values.whole("horizon_days"),
            whole(lower),
            whole(upper),
            whole(values.amount("revenue_amount")),
            currency,
            customers == 1 ? "it" : "they",
            DriverSentences.percent(1 - values.number("retention_rate")),
            values.text("taken_from") == null ? "" : ", of all customers,",
            String.format(Locale.ROOT, "%.1f", multiplier),
            whole(values.amount("fixed_multiplier_loss_amount")),
            currency);
  }

  /** The sentence of a row of {@code customers_at_risk} that is otherwise finished. */
  static String ofCustomer(Contract contract, Row row) {
    var values = new Values(contract, row);
    Double risk = values.number("loss_risk_rate");
    if (risk == null) {
      return values.text("metric") == null
          ? "The risk can't be told: the last score is more than %d days old, or there is none (last answer on %s)."
              .formatted(values.whole("horizon_days"), values.date("answered_on"))
          : "The risk can't be told: too few customers who answered so have been followed up.";
    }
    int days = values.whole("horizon_days");
    BigDecimal value = values.amount("value_amount");
    String chance =
        "Lost within %d days with a chance of %s %% (%s of %d on %s)"
            .formatted(
                days,
                DriverSentences.percent(risk),
                values.text("metric_label"),
                values.whole("score"),
                values.date("answered_on"));
    if (value == null) {
      return chance + ".";
    }
    String currency = values.text("currency");
    String money =
        "%s, of %s %s expected: %s %s at risk."
            .formatted(
                chance,
                cents(value),
                currency,
                cents(values.amount("revenue_at_risk_amount")),
                currency);
    return values.text("driver") == null
        ? money + " No low rating is known to drive customers like this one away."
        : "%s Mending '%s', rated %d, would keep %s %s of it on average, if it is cause."
            .formatted(
                money,
                values.text("driver_text"),
                values.whole("driver_score"),
                cents(values.amount("recoverable_amount")),
                currency);
  }

  private static String scores(int lowest, int highest) {
    return lowest == highest ? Integer.toString(lowest) : "%d to %d".formatted(lowest, highest);
  }

  private static String whole(BigDecimal amount) {
    return String.format(Locale.ROOT, "%,.0f", amount);
  }

  private static String cents(BigDecimal amount) {
    return String.format(Locale.ROOT, "%,.2f", amount);
  }
}
