package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.YearMonth;
import java.util.List;
import linkage.stats.AddedValue.Judgement;
import linkage.stats.Verdict;
import org.junit.jupiter.api.Test;

/** Every sentence in full: this is what people read. */
class VerdictSentencesTest {
  @Test
  void clearNamesTheBestAndTheRunnerUp() {
    assertThat(
            VerdictSentences.of(
                Verdict.CLEAR, facts("all", "retained", List.of("CES"), "NPS", null)))
        .isEqualTo(
            "Among 1,200 customers, CES separates those who left within 180 days from those who"
                + " stayed best: AUC 0.81 (0.76 to 0.85) against 0.70 for NPS, a difference of 0.06"
                + " to 0.16. Association, not proof of cause.");
  }

  @Test
  void clearSaysThatTheBestAlsoTellsMoreThanTheCrm() {
    assertThat(
            VerdictSentences.of(
                Verdict.CLEAR,
                with(
                    facts("all", "retained", List.of("CES"), "NPS", null),
                    new VerdictSentences.Added(Judgement.ADDS, 0.741, 0.688, 0.789))))
        .isEqualTo(
            "Among 1,200 customers, CES separates those who left within 180 days from those who"
                + " stayed best: AUC 0.81 (0.76 to 0.85) against 0.70 for NPS, a difference of 0.06"
                + " to 0.16. CES also tells more than the CRM already knows: among customers as"
                + " likely to stay by their history, its AUC is 0.74 (0.69 to 0.79). Association,"
                + " not proof of cause.");
  }

  @Test
  void undecidedSaysThatTheLeaderAddsNothing() {
    assertThat(
            VerdictSentences.of(
                Verdict.UNDECIDED,
                with(
                    facts("all", "repeat_purchase", List.of("CES", "NPS"), "NPS", null),
                    new VerdictSentences.Added(Judgement.ADDS_NOTHING, 0.501, 0.49, 0.512))))
        .isEqualTo(
            "Among 1,200 customers, CES and NPS can't be told apart yet: CES has AUC 0.81 against"
                + " 0.70 for NPS, a difference of 0.06 to 0.16. CES adds nothing to what the CRM"
                + " already knows: among customers as likely to buy again by their history, its"
                + " AUC is 0.50 (0.49 to 0.51). Association, not proof of cause.");
  }

  @Test
  void theWrongDirectionBeyondHistoryAndDoubtsAreSaidToo() {
    var facts = facts("all", "retained", List.of("CES"), "NPS", null);

    assertThat(
            VerdictSentences.of(
                Verdict.CLEAR,
                with(
                    facts, new VerdictSentences.Added(Judgement.WRONG_DIRECTION, 0.4, 0.35, 0.45))))
        .contains(
            " to 0.16. Beyond what the CRM already knows, CES points the wrong way: among"
                + " customers as likely to stay by their history, its AUC is 0.40 (0.35 to 0.45)."
                + " Association");
    assertThat(
            VerdictSentences.of(
                Verdict.CLEAR,
                with(facts, new VerdictSentences.Added(Judgement.CANNOT_TELL, 0.6, null, null))))
        .contains(
            " to 0.16. Whether CES adds to what the CRM already knows can't be told yet."
                + " Association");
  }

  @Test
  void tieSaysToUseTheCheapest() {
    assertThat(
            VerdictSentences.of(
                Verdict.TIE, facts("north", "retained", List.of("CES", "NPS"), "NPS", null)))
        .isEqualTo(
            "Among 1,200 customers of north, CES and NPS separate those who left within 180 days"
                + " from those who stayed equally well (AUC 0.81): every difference lies within"
                + " ±0.02. Use whichever is cheapest to ask. Association, not proof of cause.");
  }

  @Test
  void undecidedSaysHowManyLossesWouldDecide() {
    assertThat(
            VerdictSentences.of(
                Verdict.UNDECIDED, facts("all", "retained", List.of("CES", "NPS"), "NPS", 1500L)))
        .isEqualTo(
            "Among 1,200 customers, CES and NPS can't be told apart yet: CES has AUC 0.81 against"
                + " 0.70 for NPS, a difference of 0.06 to 0.16. About 1,500 losses would decide it;"
                + " there are 300. Association, not proof of cause.");
  }

  @Test
  void undecidedNamesAFarNeedNoCloser() {
    assertThat(
            VerdictSentences.of(
                Verdict.UNDECIDED, facts("all", "retained", List.of("CES", "NPS"), "NPS", 3001L)))
        .isEqualTo(
            "Among 1,200 customers, CES and NPS can't be told apart yet: CES has AUC 0.81 against"
                + " 0.70 for NPS, a difference of 0.06 to 0.16. More than 10 times the 300 losses"
                + " there are would be needed to decide it. Association, not proof of cause.");
  }

  @Test
  void undecidedLeaderIsNotBeyondChanceInAYear() {
    var facts = facts("all", "retained", List.of("CES"), "NPS", null);
    assertThat(VerdictSentences.of(Verdict.UNDECIDED, withPOfYear(facts, 0.06)))
        .startsWith(
            "Among 1,200 customers, CES leads, but not beyond what chance brings about in some"
                + " month of a year: CES has AUC");
  }

  @Test
  void undecidedLeaderIsNotBeyondChanceAmongManySegments() {
    assertThat(
            VerdictSentences.of(
                Verdict.UNDECIDED, facts("all", "retained", List.of("CES"), "NPS", null)))
        .isEqualTo(
            "Among 1,200 customers, CES leads, but not beyond what chance brings about somewhere"
                + " among so many segments: CES has AUC 0.81 against 0.70 for NPS, a difference of"
                + " 0.06 to 0.16. Association, not proof of cause.");
  }

  @Test
  void undecidedLeaderWhoseLeadMayBeNoneIsNotBeyondDoubt() {
    assertThat(
            VerdictSentences.of(
                Verdict.UNDECIDED,
                facts("all", "retained", List.of("CES"), List.of(), "NPS", -0.004, 700L)))
        .isEqualTo(
            "Among 1,200 customers, CES leads, but not beyond doubt: CES has AUC 0.81 against 0.70"
                + " for NPS, a difference of 0.00 to 0.16. About 700 losses would decide it; there"
                + " are 300. Association, not proof of cause.");
  }

  @Test
  void aloneSaysHowWellItSeparatesAndThatNothingIsThereToCompare() {
    assertThat(
            VerdictSentences.of(
                Verdict.ALONE,
                facts("all", "retained", List.of("CES"), List.of(), null, 0.06, null)))
        .isEqualTo(
            "Among 1,200 customers, CES separates those who left within 180 days from those who"
                + " stayed with AUC 0.81 (0.76 to 0.85). There is nothing to compare it with, so no"
                + " metric can be called the best. Association, not proof of cause.");
  }

  @Test
  void aloneNamesTheMetricsThatTooFewAnswered() {
    assertThat(
            VerdictSentences.of(
                Verdict.ALONE,
                facts("all", "retained", List.of("CES"), List.of("NPS", "CSAT"), null, 0.06, null)))
        .isEqualTo(
            "Among 1,200 customers, CES separates those who left within 180 days from those who"
                + " stayed with AUC 0.81 (0.76 to 0.85). Too few answered NPS and CSAT to compare"
                + " with it, so no metric can be called the best. Association, not proof of"
                + " cause.");
  }

  @Test
  void noSignalSaysThatActingHasNoSupport() {
    assertThat(
            VerdictSentences.of(
                Verdict.NO_SIGNAL, facts("all", "repeat_purchase", List.of("CES"), "NPS", null)))
        .isEqualTo(
            "Among 1,200 customers, none of NPS, CSAT and CES separates those who bought again"
                + " within 180 days from those who didn't: no AUC can be told from 0.50, which is"
                + " chance, among so many metrics. Acting on these scores to improve repeat"
                + " purchases has no support here.");
  }

  @Test
  void noSignalOfAnOnlyMetricSpeaksOfOne() {
    assertThat(
            VerdictSentences.of(
                Verdict.NO_SIGNAL,
                new VerdictSentences.Facts(
                    "all",
                    "retained",
                    180,
                    1200,
                    2000,
                    300,
                    List.of("CES"),
                    List.of(),
                    List.of("CES"),
                    "CES",
                    0.52,
                    0.47,
                    0.57,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null)))
        .isEqualTo(
            "Among 1,200 customers, CES doesn't separate those who left within 180 days from those"
                + " who stayed: its AUC can't be told from 0.50, which is chance. Acting on its"
                + " scores to improve retention has no support here.");
  }

  @Test
  void wrongDirectionAsksToCheckTheQuestions() {
    assertThat(
            VerdictSentences.of(
                Verdict.WRONG_DIRECTION, facts("all", "retained", List.of("CES"), "NPS", null)))
        .isEqualTo(
            "Among 1,200 customers, the only signal of NPS, CSAT and CES points the wrong way:"
                + " better scores go with more losses. Check the declared direction of the"
                + " questions before anything else.");
  }

  @Test
  void leakSuspectedNamesTheMetricAndDoesNotLetItWin() {
    assertThat(
            VerdictSentences.of(
                Verdict.LEAK_SUSPECTED, facts("all", "retained", List.of("CES"), "NPS", null)))
        .isEqualTo(
            "Among 1,200 customers, CES looks too good to be true (AUC 0.81): some of its scores"
                + " all but decide who left. It may have been recorded after the outcome was known,"
                + " so it can't win until somebody has looked.");
  }

  @Test
  void insufficientClaimsNothing() {
    assertThat(
            VerdictSentences.of(
                Verdict.INSUFFICIENT, facts("north", "retained", List.of(), null, null)))
        .isEqualTo(
            "Among 1,200 customers of north, there are too few losses to tell (300): they must be"
                + " spread over at least 10 of 64 groups of customers. Nothing is claimed.");
  }

  @Test
  void insufficientNamesTheRarerClass() {
    var facts = facts("north", "repeat_purchase", List.of(), null, null);
    assertThat(VerdictSentences.of(Verdict.INSUFFICIENT, withNegatives(facts, 1_993)))
        .startsWith(
            "Among 1,200 customers of north, there are too few repeat purchases to tell (7): ");
  }

  private static VerdictSentences.Facts facts(
      String segment, String outcome, List<String> bestSet, String runnerUp, Long lossesNeeded) {
    return facts(segment, outcome, bestSet, List.of(), runnerUp, 0.06, lossesNeeded);
  }

  private static VerdictSentences.Facts facts(
      String segment,
      String outcome,
      List<String> bestSet,
      List<String> dropped,
      String runnerUp,
      double marginLower,
      Long lossesNeeded) {
    return new VerdictSentences.Facts(
        segment,
        outcome,
        180,
        1200,
        2000,
        300,
        List.of("NPS", "CSAT", "CES"),
        dropped,
        bestSet,
        "CES",
        0.809,
        0.761,
        0.849,
        runnerUp,
        runnerUp == null ? null : 0.7,
        marginLower,
        0.16,
        0.01,
        lossesNeeded,
        null,
        null,
        null);
  }

  private static VerdictSentences.Facts with(
      VerdictSentences.Facts facts,
      VerdictSentences.Together together,
      VerdictSentences.Earlier earlier) {
    return with(facts, facts.negatives(), facts.marginPOfYear(), facts.added(), together, earlier);
  }

  @Test
  void saysWhetherAskingAllTellsMoreThanAskingTheBest() {
    var facts = facts("all", "retained", List.of("CES"), "NPS", null);

    assertThat(
            VerdictSentences.of(
                Verdict.CLEAR,
                with(facts, new VerdictSentences.Together(0.84, 0.012, 0.051), null)))
        .contains(
            "NPS, CSAT and CES together tell more than CES alone: AUC 0.84, 0.01 to 0.05 more.");
    assertThat(
            VerdictSentences.of(
                Verdict.CLEAR,
                with(facts, new VerdictSentences.Together(0.82, -0.012, 0.051), null)))
        .doesNotContain("together");
  }

  @Test
  void saysWhetherAnEarlierWinnerStayedOne() {
    var facts = facts("all", "retained", List.of("CES"), "NPS", null);
    YearMonth until = YearMonth.of(2024, 3);
    YearMonth from = YearMonth.of(2024, 10);

    assertThat(
            VerdictSentences.of(
                Verdict.CLEAR,
                with(facts, null, new VerdictSentences.Earlier("CES", 1, until, from))))
        .contains(
            "It also led in the answers up to 2024-03, and stayed first in those from 2024-10 on.");
    assertThat(
            VerdictSentences.of(
                Verdict.CLEAR,
                with(facts, null, new VerdictSentences.Earlier("NPS", 2, until, from))))
        .contains(
            "NPS led in the answers up to 2024-03, but came 2 of 3 in those from 2024-10 on.");
    assertThat(
            VerdictSentences.of(
                Verdict.CLEAR,
                with(facts, null, new VerdictSentences.Earlier("NPS", 2.5, until, from))))
        .contains("but came 2.5 of 3 in");
    assertThat(
            VerdictSentences.of(
                Verdict.CLEAR,
                with(facts, null, new VerdictSentences.Earlier("NPS", 1.5, until, from))))
        .contains("and shared the first place in");
  }

  private static VerdictSentences.Facts with(
      VerdictSentences.Facts facts, VerdictSentences.Added added) {
    return with(facts, facts.negatives(), added);
  }

  private static VerdictSentences.Facts withNegatives(
      VerdictSentences.Facts facts, long negatives) {
    return with(facts, negatives, facts.added());
  }

  private static VerdictSentences.Facts with(
      VerdictSentences.Facts facts, long negatives, VerdictSentences.Added added) {
    return with(facts, negatives, facts.marginPOfYear(), added, facts.together(), facts.earlier());
  }

  private static VerdictSentences.Facts with(
      VerdictSentences.Facts facts,
      long negatives,
      double marginPOfYear,
      VerdictSentences.Added added,
      VerdictSentences.Together together,
      VerdictSentences.Earlier earlier) {
    return new VerdictSentences.Facts(
        facts.segment(),
        facts.outcome(),
        facts.horizonDays(),
        facts.customers(),
        facts.observations(),
        negatives,
        facts.candidates(),
        facts.dropped(),
        facts.bestSet(),
        facts.best(),
        facts.bestAuc(),
        facts.bestLower(),
        facts.bestUpper(),
        facts.runnerUp(),
        facts.runnerUpAuc(),
        facts.marginLower(),
        facts.marginUpper(),
        marginPOfYear,
        facts.lossesNeeded(),
        added,
        together,
        earlier);
  }

  private static VerdictSentences.Facts withPOfYear(
      VerdictSentences.Facts facts, double marginPOfYear) {
    return with(
        facts, facts.negatives(), marginPOfYear, facts.added(), facts.together(), facts.earlier());
  }
}
