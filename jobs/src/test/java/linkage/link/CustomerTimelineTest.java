package linkage.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import linkage.link.LinkRules.Favourable;
import linkage.link.LinkRules.Question;
import org.junit.jupiter.api.Test;

/**
 * Every rule in a case of its own. Unless said otherwise Ann answers on 2024-03-10, so that the
 * landmark is 2024-03-11 and the window of 180 days ends with 2024-09-07.
 */
class CustomerTimelineTest {
  private static final String ANCHOR = "2024-03-10";
  private static final String LANDMARK = "2024-03-11";
  private static final String DAY_AFTER_LANDMARK = "2024-03-12";
  private static final String LAST_DAY = "2024-09-07";
  private static final String DAY_AFTER_WINDOW = "2024-09-08";

  private static Company ann() {
    return Company.withAnnSince("2024-01-01").answers(ANCHOR, 9);
  }

  private static List<Map<String, Object>> link(Company company, LinkRules rules) {
    return PlainLinking.link(company, rules, cluster -> 7);
  }

  private static Map<String, Object> only(Company company) {
    return only(company, Rules.STANDARD);
  }

  private static Map<String, Object> only(Company company, LinkRules rules) {
    List<Map<String, Object>> rows = link(company, rules);
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  // Who is eligible

  @Test
  void customerWithoutAttritionIsEligibleAndRetained() {
    assertThat(only(ann()))
        .containsEntry("eligibility", "eligible")
        .containsEntry("retained_180", true)
        .containsEntry("active_at_horizon_180", true)
        .containsEntry("loss_days", null)
        .containsEntry("follow_up_days", 295);
  }

  @Test
  void lossOnTheLandmarkMakesIneligibleAndLeavesTheOutcomeOpen() {
    assertThat(only(ann().isLost(LANDMARK)))
        .containsEntry("eligibility", "not_active_at_landmark")
        .containsEntry("retained_180", null)
        .containsEntry("active_at_horizon_180", null)
        .containsEntry("repeat_purchase_180", null)
        .containsEntry("revenue_next_cents_180", null)
        .containsEntry("loss_days", null)
        .containsEntry("mature_180", true)
        .containsEntry("first_in_segment_180", 0L);
  }

  @Test
  void lossOnTheDayAfterTheLandmarkCounts() {
    assertThat(only(ann().isLost(DAY_AFTER_LANDMARK)))
        .containsEntry("eligibility", "eligible")
        .containsEntry("retained_180", false)
        .containsEntry("loss_days", 1);
  }

  @Test
  void noticeByTheLandmarkMakesIneligible() {
    assertThat(only(ann().isLost("2024-06-30", LANDMARK)))
        .containsEntry("eligibility", "not_active_at_landmark");
  }

  @Test
  void lostBeforeAndRegainedByTheLandmarkIsEligible() {
    assertThat(only(ann().isLost("2024-02-01").isRegained(LANDMARK)))
        .containsEntry("eligibility", "eligible")
        .containsEntry("retained_180", true);
  }

  @Test
  void lostAndRegainedOnTheLandmarkIsEligibleSinceLostComesFirst() {
    assertThat(only(ann().isRegained(LANDMARK).isLost(LANDMARK)))
        .containsEntry("eligibility", "eligible");
  }

  @Test
  void anchorOnTheDayOfAcquisitionIsEligible() {
    assertThat(only(Company.withAnnSince(ANCHOR).answers(ANCHOR, 9)))
        .containsEntry("eligibility", "eligible")
        .containsEntry("tenure_days", 0);
  }

  @Test
  void anchorBeforeTheAcquisitionIsExcludedForThatReason() {
    assertThat(only(Company.withAnnSince(LANDMARK).answers(ANCHOR, 9).isLost(LANDMARK)))
        .containsEntry("eligibility", "before_acquisition")
        .containsEntry("tenure_days", -1);
  }

  // What happened after the landmark

  @Test
  void lossOnTheLastDayOfTheWindowCounts() {
    assertThat(only(ann().isLost(LAST_DAY)))
        .containsEntry("retained_180", false)
        .containsEntry("active_at_horizon_180", false)
        .containsEntry("loss_days", 180);
  }

  @Test
  void lossOnTheDayAfterTheWindowDoesNotCount() {
    assertThat(only(ann().isLost(DAY_AFTER_WINDOW)))
        .containsEntry("retained_180", true)
        .containsEntry("active_at_horizon_180", true)
        .containsEntry("loss_days", 181);
  }

  @Test
  void lossCountsEvenIfRegainedLater() {
    assertThat(only(ann().isLost("2024-05-01").isRegained("2024-06-01")))
        .containsEntry("retained_180", false)
        .containsEntry("active_at_horizon_180", true)
        .containsEntry("loss_days", 51);
  }

  @Test
  void lossAndReturnOfOneDayIsALossAndEndsActive() {
    assertThat(only(ann().isRegained("2024-05-01").isLost("2024-05-01")))
        .containsEntry("retained_180", false)
        .containsEntry("active_at_horizon_180", true);
  }

  @Test
  void lossHappensOnTheDayOfNotice() {
    assertThat(only(ann().isLost(DAY_AFTER_WINDOW, LAST_DAY))).containsEntry("loss_days", 180);
  }

  @Test
  void lossHappensWhenItOccurredIfNoticeCameLater() {
    assertThat(only(ann().isLost(LAST_DAY, DAY_AFTER_WINDOW))).containsEntry("loss_days", 180);
  }

  @Test
  void purchaseIsRepeatOnlyAfterTheLandmarkAndUpToTheLastDay() {
    assertThat(only(ann().buys(LANDMARK, "10.00"))).containsEntry("repeat_purchase_180", false);
    assertThat(only(ann().buys(DAY_AFTER_LANDMARK, "10.00")))
        .containsEntry("repeat_purchase_180", true);
    assertThat(only(ann().buys(LAST_DAY, "10.00"))).containsEntry("repeat_purchase_180", true);
    assertThat(only(ann().buys(DAY_AFTER_WINDOW, "10.00")))
        .containsEntry("repeat_purchase_180", false);
  }

  @Test
  void lostCustomerHasNoRepeatPurchaseButRevenue() {
    assertThat(only(ann().buys("2024-04-01", "10.00").isLost("2024-05-01")))
        .containsEntry("repeat_purchase_180", false)
        .containsEntry("revenue_next_cents_180", 1000L);
  }

  @Test
  void renewalIsRevenueButNoRepeatPurchase() {
    assertThat(only(ann().transaction("2024-04-01", "renewal", "10.00")))
        .containsEntry("repeat_purchase_180", false)
        .containsEntry("revenue_next_cents_180", 1000L);
  }

  @Test
  void freeOrderIsAPurchase() {
    assertThat(only(ann().buys("2024-04-01", "0.00")))
        .containsEntry("repeat_purchase_180", true)
        .containsEntry("revenue_next_cents_180", 0L);
  }

  @Test
  void refundsAndCreditsReduceRevenue() {
    assertThat(
            only(
                ann()
                    .buys("2024-04-01", "10.01")
                    .transaction("2024-04-01", "refund", "-10.01")
                    .transaction(LAST_DAY, "credit", "-0.99")
                    .transaction(DAY_AFTER_WINDOW, "refund", "-5.00")))
        .containsEntry("revenue_next_cents_180", -99L);
  }

  @Test
  void anchorIsMatureIfItsWindowEndsOnTheLastCompleteDay() {
    assertThat(only(ann(), Rules.days(Rules.STANDARD, "2024-12-31", LAST_DAY, "2023-01-01")))
        .containsEntry("mature_180", true)
        .containsEntry("follow_up_days", 180);
    assertThat(only(ann(), Rules.days(Rules.STANDARD, "2024-12-31", "2024-09-06", "2023-01-01")))
        .containsEntry("mature_180", false)
        .containsEntry("follow_up_days", 179);
  }

  @Test
  void followUpIsNeverNegative() {
    assertThat(only(ann(), Rules.days(Rules.STANDARD, "2024-12-31", "2024-01-31", "2023-01-01")))
        .containsEntry("follow_up_days", 0);
  }

  @Test
  void eachHorizonHasItsOwnOutcome() {
    LinkRules rules = Rules.clocks(Rules.STANDARD, 1, List.of(30, 365), 0);

    assertThat(only(ann().buys("2024-06-01", "10.00").isLost("2024-07-01"), rules))
        .containsEntry("mature_30", true)
        .containsEntry("retained_30", true)
        .containsEntry("revenue_next_cents_30", 0L)
        .containsEntry("mature_365", false)
        .containsEntry("retained_365", false)
        .containsEntry("revenue_next_cents_365", 1000L);
  }

  @Test
  void nothingIsKnownAfterTheAsOfDay() {
    LinkRules rules = Rules.days(Rules.STANDARD, "2024-05-01", "2024-05-01", "2023-01-01");
    Company company =
        ann()
            .answers("2024-05-02", 1)
            .buys("2024-05-02", "10.00")
            .isLost("2024-05-02")
            .isLost("2024-06-01", "2024-05-01");

    assertThat(only(company, rules))
        .containsEntry("revenue_next_cents_180", 0L)
        .containsEntry("loss_days", 51);
  }

  // What was known on the anchor

  @Test
  void pastIncludesTheAnchorAndExcludesTheDayHBefore() {
    // 2023-09-12 is 180 days before the anchor, 2023-03-16 is 360 days before.
    assertThat(
            only(
                ann()
                    .buys(LANDMARK, "100.00")
                    .buys(ANCHOR, "1.00")
                    .buys("2023-09-13", "2.00")
                    .buys("2023-09-12", "4.00")
                    .transaction("2023-03-17", "renewal", "8.00")
                    .buys("2023-03-16", "16.00")))
        .containsEntry("past_revenue_cents_180", 300L)
        .containsEntry("past_purchases_count_180", 2L)
        .containsEntry("prior_revenue_cents_180", 1200L);
  }

  @Test
  void recencyCountsFromTheLastPurchaseUpToTheAnchor() {
    Company company = ann().buys("2024-03-08", "1.00").transaction("2024-03-09", "renewal", "1.00");

    assertThat(only(company)).containsEntry("recency_days", 2);
    assertThat(only(company.buys(ANCHOR, "1.00"))).containsEntry("recency_days", 0);
  }

  @Test
  void recencyIsNullWithoutAPurchaseUpToTheAnchor() {
    assertThat(only(ann().buys(LANDMARK, "1.00"))).containsEntry("recency_days", null);
  }

  @Test
  void segmentIsTheOneOnTheAnchorDay() {
    Company company =
        ann()
            .version("ann", "2024-01-01", ANCHOR, "south", null)
            .version("ann", "2024-01-01", LANDMARK, "west", "basic");

    assertThat(only(company))
        .containsEntry("region", "south")
        .containsEntry("tier", "unknown")
        .containsEntry("segment_backfilled", false);
  }

  @Test
  void firstVersionReachesBackAndIsFlagged() {
    Company company =
        new Company().version("ann", "2024-01-01", LANDMARK, "west", "gold").answers(ANCHOR, 9);

    assertThat(only(company))
        .containsEntry("region", "west")
        .containsEntry("segment_backfilled", true)
        .containsEntry("eligibility", "eligible");
  }

  // Scores

  @Test
  void codesCountLevelsFromTheUnfavourableEnd() {
    Company company = Company.withAnnSince("2024-01-01");
    company.answers(ANCHOR, "12:00:00", "r", Map.of("nps", 0, "ces", 1));

    assertThat(only(company))
        .containsEntry("nps", (byte) 1)
        .containsEntry("greeting", (byte) 0)
        .containsEntry("ces", (byte) 7);
  }

  @Test
  void firstAnsweredResponseOfTheDayCountsPerQuestion() {
    Company company =
        Company.withAnnSince("2024-01-01")
            .answers(ANCHOR, "12:00:00", "r3", Map.of("nps", 3, "greeting", 3))
            .answers(ANCHOR, "11:00:00", "r9", Map.of("greeting", 1))
            .answers(ANCHOR, "12:00:00", "r2", Map.of("nps", 2, "ces", 7));

    assertThat(only(company))
        .containsEntry("nps", (byte) 3)
        .containsEntry("greeting", (byte) 1)
        .containsEntry("ces", (byte) 1)
        .containsEntry("responses_count", 3L);
  }

  @Test
  void primaryIsTheFirstAnchorOfTheMonth() {
    Company company =
        Company.withAnnSince("2023-01-01")
            .answers("2024-02-29", 1)
            .answers("2024-02-02", 2)
            .answers("2024-03-01", 3)
            .answers("2024-03-01", 4)
            .answers("2025-02-01", 5);

    assertThat(link(company, Rules.days(Rules.STANDARD, "2025-12-31", "2025-12-31", "2024-02-29")))
        .extracting(row -> row.get("anchor_on").toString(), row -> row.get("is_primary"))
        .containsExactly(
            tuple("2024-02-02", true),
            tuple("2024-02-29", false),
            tuple("2024-03-01", true),
            tuple("2025-02-01", true));
  }

  @Test
  void anchorsBeforeTheWindowAreLinkedAndFlagged() {
    LinkRules rules = Rules.days(Rules.STANDARD, "2024-12-31", "2024-12-31", ANCHOR);

    assertThat(link(ann().answers("2024-03-09", 9), rules))
        .extracting(row -> row.get("in_window"))
        .containsExactly(false, true);
  }

  @Test
  void scoreIsCarriedFromTheLatestAnchorThatIsYoungEnough() {
    LinkRules rules = Rules.carrying(Rules.STANDARD, 30);
    Company company =
        Company.withAnnSince("2023-01-01")
            .answers("2024-02-08", "12:00:00", "a", Map.of("nps", 5, "ces", 7, "greeting", 2))
            .answers("2024-02-09", "12:00:00", "b", Map.of("nps", 6))
            .answers(ANCHOR, "12:00:00", "c", Map.of("greeting", 1));

    // 2024-02-09 is 30 days before the anchor, 2024-02-08 is 31.
    assertThat(link(company, rules).get(2))
        .containsEntry("nps", (byte) 0)
        .containsEntry("carried_nps", (byte) 7)
        .containsEntry("carried_ces", (byte) 0)
        .doesNotContainKey("carried_greeting");
  }

  @Test
  void scoreOfTheAnchorItselfLeavesNothingToCarry() {
    LinkRules rules = Rules.carrying(Rules.STANDARD, 30);

    assertThat(link(ann().answers("2024-03-09", 5), rules).get(1))
        .containsEntry("nps", (byte) 10)
        .containsEntry("carried_nps", (byte) 0);
  }

  // Distinct customers. Bits are set * 2 + metric for sets (all, region, region x tier) and
  // metrics (nps, ces).

  @Test
  void firstsAreFlaggedOncePerSegmentAndScore() {
    Company company =
        Company.withAnnSince("2023-01-01")
            .version("ann", "2023-01-01", "2024-03-01", "north", "basic")
            .answers("2024-01-10", 9)
            .answers("2024-02-10", 9)
            .answers("2024-03-10", 9)
            .answers("2024-04-10", 8);

    assertThat(link(company, Rules.STANDARD))
        .extracting(row -> row.get("first_in_segment_180"))
        .containsExactly(0b010101L, 0L, 0b010000L, 0L);
    assertThat(link(company, Rules.STANDARD))
        .extracting(row -> row.get("first_at_score_180"))
        .containsExactly(0b010101L, 0L, 0b010000L, 0b010101L);
    assertThat(link(company, Rules.STANDARD))
        .extracting(row -> row.get("first_in_population_180"))
        .containsExactly(0b111L, 0L, 0b100L, 0L);
  }

  @Test
  void scoresOfALongScaleAreToldApart() {
    LinkRules rules = Rules.asking(new Question("index", 0, 100, Favourable.HIGH));
    Company company = Company.withAnnSince("2023-01-01");
    for (int month = 1; month <= 4; month++) {
      // Codes 2 and 66 differ by 64.
      int answer = month % 2 == 1 ? 1 : 65;
      company.answers("2024-0%d-10".formatted(month), "12:00:00", "r", Map.of("index", answer));
    }

    assertThat(link(company, rules))
        .extracting(row -> row.get("first_at_score_180"))
        .containsExactly(1L, 1L, 0L, 0L);
  }

  @Test
  void onlyCountedObservationsAreFirst() {
    Company company =
        Company.withAnnSince("2023-03-01")
            .answers("2023-02-10", 9) // before acquisition
            .answers("2023-12-10", 9) // before the window
            .answers("2024-02-10", "12:00:00", "a", Map.of("greeting", 1)) // no metric
            .answers("2024-02-11", 9) // not primary
            .answers("2024-03-10", 9)
            .answers("2024-09-10", "12:00:00", "b", Map.of("ces", 1)); // not mature
    LinkRules rules = Rules.days(Rules.STANDARD, "2024-12-31", "2024-12-31", "2024-01-01");

    assertThat(link(company, rules))
        .extracting(row -> row.get("first_in_segment_180"))
        .containsExactly(0L, 0L, 0L, 0L, 0b010101L, 0L);
  }

  // The inactivity rule, here of 60 days: (2024-01-10, 2024-03-10] and (2024-03-10, 2024-05-09]

  @Test
  void inactivityRuleWantsAPurchaseBeforeTheAnchor() {
    LinkRules rules = Rules.inactivity(60, 90);

    assertThat(only(ann().buys("2024-01-10", "1.00"), rules))
        .containsEntry("eligibility", "inactive_at_anchor");
    assertThat(only(ann().buys("2024-01-11", "1.00"), rules))
        .containsEntry("eligibility", "eligible");
    assertThat(only(ann().buys(ANCHOR, "1.00"), rules)).containsEntry("eligibility", "eligible");
    assertThat(only(ann().transaction(ANCHOR, "renewal", "1.00"), rules))
        .containsEntry("eligibility", "inactive_at_anchor");
  }

  @Test
  void inactivityRuleRetainsByAPurchaseWithinItsDaysEvenIfTheHorizonIsLonger() {
    LinkRules rules = Rules.inactivity(60, 90);

    assertThat(only(ann().buys(ANCHOR, "1.00").buys("2024-05-09", "1.00"), rules))
        .containsEntry("retained_90", true)
        .containsEntry("repeat_purchase_90", true)
        .containsEntry("active_at_horizon_90", true)
        .containsEntry("loss_days", 120);
    assertThat(only(ann().buys(ANCHOR, "1.00").buys("2024-05-10", "1.00"), rules))
        .containsEntry("retained_90", false)
        .containsEntry("repeat_purchase_90", false)
        .containsEntry("active_at_horizon_90", true)
        .containsEntry("loss_days", 60);
  }

  @Test
  void inactivityIsALossOnlyOnceItIsComplete() {
    LinkRules rules =
        Rules.days(Rules.inactivity(60, 90), "2024-05-31", "2024-05-08", "2023-01-01");

    assertThat(only(ann().buys(ANCHOR, "1.00"), rules)).containsEntry("loss_days", null);
  }

  @Test
  void inactivityRuleIgnoresAttrition() {
    assertThat(
            only(
                ann().buys(ANCHOR, "1.00").isLost("2024-01-01").isLost("2024-04-01"),
                Rules.inactivity(60, 90)))
        .containsEntry("eligibility", "eligible")
        .containsEntry("loss_days", 60);
  }

  // Edges

  @Test
  void unknownCustomerMakesNoObservation() {
    assertThat(link(new Company().answers(ANCHOR, 9).buys(ANCHOR, "1.00"), Rules.STANDARD))
        .isEmpty();
  }

  @Test
  void bucketIsTheOneOfTheFirstVersion() {
    var timeline = new CustomerTimeline(Rules.STANDARD);
    timeline.addVersion(0, 3, 0, new String[] {"north", "gold"});
    timeline.addVersion(1, 4, 0, new String[] {"north", "gold"});
    timeline.addResponse(2, new byte[3]);

    assertThat(timeline.observations()).extracting(Observation::bucket).containsExactly(3);
  }

  @Test
  void sumsBeyondLongFailInsteadOfWrapping() {
    var timeline = new CustomerTimeline(Rules.STANDARD);
    timeline.addVersion(0, 3, 0, new String[] {"north", "gold"});
    timeline.addResponse(2, new byte[3]);
    timeline.addPurchase(3, Long.MAX_VALUE, 0);

    assertThatThrownBy(() -> timeline.addPurchase(3, 1, 0)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aMarginIsThatOfAllTransactionsOfTheWindowOrOfNone() {
    Company company =
        Company.withAnnSince("2023-01-01")
            .transaction("2024-01-05", "purchase", "50.00", "20.00")
            .transaction("2024-01-10", "refund", "-10.00", "-4.00")
            .answers("2024-01-31", 9)
            .transaction("2024-02-10", "renewal", "30.00", "-1.50")
            .transaction("2024-05-10", "purchase", "30.00", null)
            .answers("2024-06-15", 9);

    List<Map<String, Object>> rows =
        PlainLinking.link(
            company, Rules.clocks(Rules.STANDARD, 1, List.of(60, 120), 0), cluster -> 0);
    Map<String, Object> january = rows.get(0);
    Map<String, Object> june = rows.get(1);

    assertThat(january)
        .containsEntry("past_margin_cents_60", 1600L)
        .containsEntry("margin_next_cents_60", -150L)
        .containsEntry("margin_next_cents_120", null)
        .containsEntry("revenue_next_cents_120", 6000L);
    assertThat(june)
        .containsEntry("past_margin_cents_60", null)
        .as("nothing was bought, so nothing is unknown")
        .containsEntry("margin_next_cents_60", 0L);
  }

  @Test
  void refusesEventsOutOfOrder() {
    var timeline = new CustomerTimeline(Rules.STANDARD);
    int day = Math.toIntExact(LocalDate.parse(ANCHOR).toEpochDay());
    timeline.addVersion(day, 3, 0, new String[] {"north", "gold"});

    assertThatThrownBy(() -> timeline.addVersion(day - 1, 3, 0, new String[] {"north", "gold"}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot link a customer: an event of 2024-03-09 comes after one of 2024-03-10, expected"
                + " order by day.");
  }

  @Test
  void refusesVersionsWithOtherAttributes() {
    var timeline = new CustomerTimeline(Rules.STANDARD);

    assertThatThrownBy(() -> timeline.addVersion(0, 3, 0, new String[] {"north"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot link a customer: the version of 1970-01-01 has 1 attribute(s), expected"
                + " [region, tier].");
  }

  @Test
  void forgetsTheCustomerWhenCleared() {
    var timeline = new CustomerTimeline(Rules.STANDARD);
    timeline.addVersion(0, 3, 0, new String[] {"north", "gold"});
    timeline.addResponse(2, new byte[3]);
    timeline.clear();
    timeline.addResponse(2, new byte[3]);

    assertThat(timeline.observations()).isEmpty();
  }
}
