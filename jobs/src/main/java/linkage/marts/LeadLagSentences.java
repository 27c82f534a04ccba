package linkage.marts;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import linkage.stats.Estimate;
import linkage.stats.LeadLag;
import linkage.stats.LeadLag.Lag;

/**
 * The wording of whether a score leads or follows. Scores are in favourable order, so that a better
 * one is spoken of, whichever end of its scale is the good one.
 */
final class LeadLagSentences {
  /** What every sentence that tells an order ends with. */
  static final String CAVEAT = "Order in time, not proof of cause.";

  private LeadLagSentences() {}

  /** The sentence for one metric of one segment. */
  static String of(String segment, String metric, LeadLag result) {
    String where = segment.equals("all") ? "Among all customers" : "In %s".formatted(segment);
    return switch (result.judgement()) {
      case INSUFFICIENT ->
          "%s, too few answers to %s have enough months around them to tell whether it leads or follows."
              .formatted(where, metric);
      case NEITHER ->
          "%s, %s neither goes ahead of revenue or losses nor behind revenue in any of the 12 months before and after it, beyond chance."
              .formatted(where, metric);
      case FOLLOWS ->
          "%s, %s follows: %s. Beyond what was spent until the answer, nothing is seen of the 12 months after it. %s"
              .formatted(where, metric, follows(result), CAVEAT);
      case LEADS -> "%s, %s leads: %s. %s".formatted(where, metric, leads(result), CAVEAT);
      case BOTH ->
          "%s, %s both follows and leads: %s; and %s. %s"
              .formatted(where, metric, follows(result), leads(result), CAVEAT);
    };
  }

  private static String follows(LeadLag result) {
    Lag lag =
        strongest(
                result,
                month -> month.month() < 0 && month.revenueP() <= LeadLag.LARGEST_P,
                Lag::revenueP)
            .orElseThrow();
    return "better scores go with %s revenue before the answer, most surely %s (partial correlation %s)"
        .formatted(lag.revenue().value() > 0 ? "more" : "less", when(lag), told(lag.revenue()));
  }

  private static String leads(LeadLag result) {
    Optional<Lag> revenue =
        strongest(
            result,
            month -> month.month() > 0 && month.revenueP() <= LeadLag.LARGEST_P,
            Lag::revenueP);
    Optional<Lag> losses =
        strongest(
            result,
            month -> month.month() > 0 && month.lossesP() <= LeadLag.LARGEST_P,
            Lag::lossesP);
    String ofRevenue =
        revenue
            .map(
                lag ->
                    "%s revenue, most surely %s (partial correlation %s)"
                        .formatted(
                            lag.revenueBeyondPast().value() > 0 ? "more" : "less",
                            when(lag),
                            told(lag.revenueBeyondPast())))
            .orElse("");
    String ofLosses =
        losses
            .map(
                lag ->
                    "%s losses, most surely by the end of month %d (partial correlation %s)"
                        .formatted(
                            lag.lossesBeyondPast().value() < 0 ? "fewer" : "more",
                            lag.month(),
                            told(lag.lossesBeyondPast())))
            .orElse("");
    String and = revenue.isPresent() && losses.isPresent() ? ", and " : "";
    return "beyond all that was spent until the answer, better scores go ahead of "
        + ofRevenue
        + and
        + ofLosses;
  }

  private static Optional<Lag> strongest(
      LeadLag result, Predicate<Lag> counts, ToDoubleFunction<Lag> p) {
    return result.lags().stream().filter(counts).min(Comparator.comparingDouble(p));
  }

  private static String when(Lag lag) {
    int months = Math.abs(lag.month());
    if (lag.month() > 0) {
      return "in month %d after it".formatted(months);
    }
    return months == 1 ? "in the month before it" : "%d months before it".formatted(months);
  }

  private static String told(Estimate estimate) {
    return String.format(
        Locale.ROOT,
        "%.2f, %.2f to %.2f",
        estimate.value(),
        estimate.interval().lower(),
        estimate.interval().upper());
  }
}
