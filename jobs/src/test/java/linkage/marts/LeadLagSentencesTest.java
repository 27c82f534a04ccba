package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import linkage.stats.Estimate;
import linkage.stats.Interval;
import linkage.stats.LeadLag;
import linkage.stats.LeadLag.Judgement;
import linkage.stats.LeadLag.Lag;
import org.junit.jupiter.api.Test;

class LeadLagSentencesTest {
  private static final Estimate NONE = new Estimate(Double.NaN, Double.NaN, -1, Interval.UNDEFINED);

  private static final Lag BEFORE =
      new Lag(-2, 500, estimate(0.21, 0.11, 0.31), NONE, NONE, NONE, 0.001, Double.NaN);

  private static final Lag REVENUE_AFTER =
      new Lag(3, 500, NONE, estimate(0.12, 0.04, 0.2), NONE, NONE, 0.02, 0.8);

  private static final Lag LOSSES_AFTER =
      new Lag(5, 400, NONE, NONE, NONE, estimate(-0.15, -0.24, -0.06), 0.7, 0.01);

  @Test
  void saysHowSurelyAScoreLeadsRevenueAndLosses() {
    assertThat(sentence(Judgement.LEADS, REVENUE_AFTER, LOSSES_AFTER))
        .isEqualTo(
            "In South, CES leads: beyond all that was spent until the answer, better scores go"
                + " ahead of more revenue, most surely in month 3 after it (partial correlation"
                + " 0.12, 0.04 to 0.20), and fewer losses, most surely by the end of month 5"
                + " (partial correlation -0.15, -0.24 to -0.06). Order in time, not proof of"
                + " cause.");
  }

  @Test
  void saysThatAnEchoTellsNothingOfWhatComes() {
    assertThat(sentence(Judgement.FOLLOWS, BEFORE))
        .isEqualTo(
            "In South, CES follows: better scores go with more revenue before the answer, most"
                + " surely 2 months before it (partial correlation 0.21, 0.11 to 0.31). Beyond what"
                + " was spent until the answer, nothing is seen of the 12 months after it. Order in"
                + " time, not proof of cause.");
  }

  @Test
  void saysBothWhereBothAreSeen() {
    assertThat(sentence(Judgement.BOTH, BEFORE, LOSSES_AFTER))
        .startsWith(
            "In South, CES both follows and leads: better scores go with more revenue before")
        .contains(
            "; and beyond all that was spent until the answer, better scores go ahead of fewer");
  }

  @Test
  void claimsNothingWhereNothingIsSeen() {
    assertThat(LeadLagSentences.of("all", "NPS", new LeadLag(List.of(), Judgement.NEITHER)))
        .isEqualTo(
            "Among all customers, NPS neither goes ahead of revenue or losses nor behind revenue"
                + " in any of the 12 months before and after it, beyond chance.");
    assertThat(LeadLagSentences.of("all", "NPS", new LeadLag(List.of(), Judgement.INSUFFICIENT)))
        .contains("too few answers to NPS have enough months around them");
  }

  private static String sentence(Judgement judgement, Lag... lags) {
    return LeadLagSentences.of("South", "CES", new LeadLag(List.of(lags), judgement));
  }

  private static Estimate estimate(double value, double lower, double upper) {
    return new Estimate(value, 0.01, 30, new Interval(lower, upper));
  }
}
