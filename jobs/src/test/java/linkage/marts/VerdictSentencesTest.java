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
            "Among 2,000 answers, 300 of them followed by a loss within 180 days, CES best"
                + " separates those who left from those who stayed: AUC 0.81 (0.76 to 0.85) against"
                + " 0.70 for NPS, a difference of 0.06 to 0.16. Association, not proof of cause.");
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
            "Among 2,000 answers, 300 of them followed by a loss within 180 days, CES best"
                + " separates those who left from those who stayed: AUC 0.81 (0.76 to 0.85) against"
                + " 0.70 for NPS, a difference of 0.06 to 0.16. CES also tells more than the CRM"
                + " already knows: among customers as likely to stay by their history, its AUC is"
                + " 0.74 (0.69 to 0.79). Association, not proof of cause.");
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
            "Among 2,000 answers, 300 of them not followed by another purchase within 180"
                + " days, CES and NPS can't be told apart yet: CES separates those who bought again"
                + " from those who didn't with AUC 0.81 against 0.70 for NPS, a difference of 0.06"
                + " to 0.16. CES adds nothing to what the CRM already knows: among customers as"
                + " likely to buy again by their history, its AUC is 0.50 (0.49 to 0.51)."
                + " Association, not proof of cause.");
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
            "Among 2,000 answers of customers of north, 300 of them followed by a loss within"
                + " 180 days, NPS, CSAT and CES are equally good at separating those who left from"
                + " those who stayed (AUC 0.81): every difference lies within ±0.02. Use whichever"
                + " is cheapest to ask. Association, not proof of cause.");
  }

  /** A best set of one may tie, too: its lead is sure, and too small to count. */
  @Test
  void aTieIsOfAllThatWereComparedHoweverSureTheSmallLead() {
    assertThat(
            VerdictSentences.of(Verdict.TIE, facts("all", "retained", List.of("CES"), "NPS", null)))
        .contains(" 180 days, NPS, CSAT and CES are equally good at separating ");
  }

  /** Whoever may ask one only is told what that costs, and nobody is told to ask just one. */
  @Test
  void aTieSaysWhatAllTogetherTellMoreAndThenDoesNotAdviseTheCheapest() {
    var facts = facts("all", "retained", List.of("CES", "NPS"), "NPS", null);
    var added = new VerdictSentences.Added(Judgement.ADDS, 0.741, 0.688, 0.789);
    var together = new VerdictSentences.Together(0.84, 0.809, 0.012, 0.051);

    assertThat(
            VerdictSentences.of(
                Verdict.TIE,
                with(facts, facts.negatives(), facts.marginPOfYear(), added, together, null)))
        .isEqualTo(
            "Among 2,000 answers, 300 of them followed by a loss within 180 days, NPS, CSAT and CES"
                + " are equally good at separating those who left from those who stayed (AUC 0.81):"
                + " every difference lies within ±0.02. CES also tells more than the CRM already"
                + " knows: among customers as likely to stay by their history, its AUC is 0.74"
                + " (0.69 to 0.79). NPS, CSAT and CES together tell more than CES alone: on answers"
                + " whose 180 days are over, AUC 0.84 against 0.81, 0.01 to 0.05 more. Association,"
                + " not proof of cause.");
    assertThat(
            VerdictSentences.of(
                Verdict.TIE,
                with(facts, new VerdictSentences.Together(0.82, 0.809, -0.01, 0.03), null)))
        .contains("Use whichever is cheapest to ask.")
        .doesNotContain("together");
  }

  @Test
  void anOnlyMetricSaysWhetherItTellsMoreThanTheCrm() {
    assertThat(
            VerdictSentences.of(
                Verdict.ALONE,
                with(
                    facts("all", "retained", List.of("CES"), List.of(), null, 0.06, null),
                    new VerdictSentences.Added(Judgement.ADDS_NOTHING, 0.501, 0.49, 0.512))))
        .contains(
            "so no metric can be called the best. CES adds nothing to what the CRM already knows:"
                + " among customers as likely to stay by their history, its AUC is 0.50 (0.49 to"
                + " 0.51). Association");
  }

  @Test
  void undecidedSaysHowManyLossesWouldDecide() {
    assertThat(
            VerdictSentences.of(
                Verdict.UNDECIDED, facts("all", "retained", List.of("CES", "NPS"), "NPS", 1500L)))
        .isEqualTo(
            "Among 2,000 answers, 300 of them followed by a loss within 180 days, CES and NPS"
                + " can't be told apart yet: CES separates those who left from those who stayed"
                + " with AUC 0.81 against 0.70 for NPS, a difference of 0.06 to 0.16. About 1,500"
                + " answers followed by a loss would decide it; there are 300. Association, not"
                + " proof of cause.");
  }

  @Test
  void undecidedNamesAFarNeedNoCloser() {
    assertThat(
            VerdictSentences.of(
                Verdict.UNDECIDED, facts("all", "retained", List.of("CES", "NPS"), "NPS", 3001L)))
        .isEqualTo(
            "Among 2,000 answers, 300 of them followed by a loss within 180 days, CES and NPS"
                + " can't be told apart yet: CES separates those who left from those who stayed"
                + " with AUC 0.81 against 0.70 for NPS, a difference of 0.06 to 0.16. More than 10"
                + " times the 300 answers followed by a loss there are would be needed to decide"
                + " it. Association, not proof of cause.");
  }

  @Test
  void undecidedLeaderIsNotBeyondChanceInAYear() {
    var facts = facts("all", "retained", List.of("CES"), "NPS", null);
    assertThat(VerdictSentences.of(Verdict.UNDECIDED, withPOfYear(facts, 0.06)))
        .startsWith(
            "Among 2,000 answers, 300 of them followed by a loss within 180 days, CES leads,"
                + " but not beyond what chance brings about in some month of a year: CES separates"
                + " those who left from those who stayed with AUC");
  }

  @Test
  void undecidedLeaderIsNotBeyondChanceAmongManySegments() {
    assertThat(
            VerdictSentences.of(
                Verdict.UNDECIDED, facts("all", "retained", List.of("CES"), "NPS", null)))
        .isEqualTo(
            "Among 2,000 answers, 300 of them followed by a loss within 180 days, CES leads,"
                + " but not beyond what chance brings about somewhere among so many segments: CES"
                + " separates those who left from those who stayed with AUC 0.81 against 0.70 for"
                + " NPS, a difference of 0.06 to 0.16. Association, not proof of cause.");
  }

  @Test
  void undecidedLeaderWhoseLeadMayBeNoneIsNotBeyondDoubt() {
    assertThat(
            VerdictSentences.of(
                Verdict.UNDECIDED,
                facts("all", "retained", List.of("CES"), List.of(), "NPS", -0.004, 700L)))
        .isEqualTo(
            "Among 2,000 answers, 300 of them followed by a loss within 180 days, CES leads,"
                + " but not beyond doubt: CES separates those who left from those who stayed with"
                + " AUC 0.809 against 0.700 for NPS, a difference of -0.004 to 0.160. About 700"
                + " answers followed by a loss would decide it; there are 300. Association, not"
                + " proof of cause.");
  }

  @Test
  void aloneSaysHowWellItSeparatesAndThatNothingIsThereToCompare() {
    assertThat(
            VerdictSentences.of(
                Verdict.ALONE,
                facts("all", "retained", List.of("CES"), List.of(), null, 0.06, null)))
        .isEqualTo(
            "Among 2,000 answers, 300 of them followed by a loss within 180 days, CES"
                + " separates those who left from those who stayed with AUC 0.81 (0.76 to 0.85)."
                + " There is nothing to compare it with, so no metric can be called the best."
                + " Association, not proof of cause.");
  }

  @Test
  void aloneNamesTheMetricsThatTooFewAnswered() {
    assertThat(
            VerdictSentences.of(
                Verdict.ALONE,
                facts("all", "retained", List.of("CES"), List.of("NPS", "CSAT"), null, 0.06, null)))
        .isEqualTo(
            "Among 2,000 answers, 300 of them followed by a loss within 180 days, CES"
                + " separates those who left from those who stayed with AUC 0.81 (0.76 to 0.85)."
                + " Too few answered NPS and CSAT to compare with it, so no metric can be called"
                + " the best. Association, not proof of cause.");
  }

  @Test
  void noSignalSaysThatActingHasNoSupport() {
    assertThat(
            VerdictSentences.of(
                Verdict.NO_SIGNAL, facts("all", "repeat_purchase", List.of("CES"), "NPS", null)))
        .isEqualTo(
            "Among 2,000 answers, 300 of them not followed by another purchase within 180"
                + " days, none of NPS, CSAT and CES separates those who bought again from those who"
                + " didn't: no AUC can be told from 0.50, which is chance, among so many metrics."
                + " Acting on these scores to improve repeat purchases has no support here.");
  }

  @Test
  void noSignalOfAnOnlyMetricSpeaksOfOne() {
    assertThat(
            VerdictSentences.of(
                Verdict.NO_SIGNAL,
                new VerdictSentences.Facts(
                    "all",
                    OutcomeWords.of("retained"),
                    180,
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
            "Among 2,000 answers, 300 of them followed by a loss within 180 days, CES doesn't"
                + " separate those who left from those who stayed: its AUC can't be told from 0.50,"
                + " which is chance. Acting on its scores to improve retention has no support here.");
  }

  @Test
  void wrongDirectionAsksToCheckTheQuestions() {
    assertThat(
            VerdictSentences.of(
                Verdict.WRONG_DIRECTION, facts("all", "retained", List.of("CES"), "NPS", null)))
        .isEqualTo(
            "Among 2,000 answers, 300 of them followed by a loss within 180 days, the only"
                + " signal of NPS, CSAT and CES points the wrong way: better scores go with more"
                + " losses. Check the declared direction of the questions before anything else.");
  }

  @Test
  void leakSuspectedNamesTheMetricAndDoesNotLetItWin() {
    assertThat(
            VerdictSentences.of(
                Verdict.LEAK_SUSPECTED, facts("all", "retained", List.of("CES"), "NPS", null)))
        .isEqualTo(
            "Among 2,000 answers, 300 of them followed by a loss within 180 days, CES looks"
                + " too good to be true (AUC 0.81): some of its scores all but decide who left. It"
                + " may have been recorded after the outcome was known, so it can't win until"
                + " somebody has looked.");
  }

  @Test
  void insufficientClaimsNothing() {
    assertThat(
            VerdictSentences.of(
                Verdict.INSUFFICIENT, facts("north", "retained", List.of(), null, null)))
        .isEqualTo(
            "Among 2,000 answers of customers of north, too few were followed by a loss"
                + " within 180 days to tell (300): they must be spread over at least 10 of 64"
                + " groups of customers. Nothing is claimed.");
  }

  @Test
  void insufficientNamesTheRarerClass() {
    var facts = facts("north", "repeat_purchase", List.of(), null, null);
    assertThat(VerdictSentences.of(Verdict.INSUFFICIENT, withNegatives(facts, 1_993)))
        .startsWith(
            "Among 2,000 answers of customers of north, too few were followed by another"
                + " purchase within 180 days to tell (7): ");
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
        OutcomeWords.of(outcome),
        180,
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
                with(facts, new VerdictSentences.Together(0.84, 0.809, 0.012, 0.051), null)))
        .contains(
            "NPS, CSAT and CES together tell more than CES alone: on answers whose 180 days are"
                + " over, AUC 0.84 against 0.81, 0.01 to 0.05 more.");
    assertThat(
            VerdictSentences.of(
                Verdict.CLEAR,
                with(facts, new VerdictSentences.Together(0.82, 0.8, -0.012, 0.051), null)))
        .doesNotContain("together");
  }

  /** A best AUC on other pairs, 0.81 here, would belie the difference. */
  @Test
  void comparesAllWithTheBestOnTheSamePairsAndToTheDecimalThatCounts() {
    var facts = facts("all", "retained", List.of("CES"), "NPS", null);

    assertThat(
            VerdictSentences.of(
                Verdict.UNDECIDED,
                with(facts, new VerdictSentences.Together(0.8412, 0.8301, 0.0021, 0.0203), null)))
        .contains(", AUC 0.841 against 0.830, 0.002 to 0.020 more.");
  }

  @Test
  void saysWhetherAnEarlierWinnerStayedOneAndHowSurely() {
    assertThat(earlier("CES", 1, 0.05, 0.02, 0.08))
        .contains(
            "It also led in the answers up to 2024-03, and came first again in those from 2024-10"
                + " on, 0.05 ahead in AUC (0.02 to 0.08).");
    assertThat(earlier("CES", 1, 0.05, -0.03, 0.13))
        .contains(
            "and came first again in those from 2024-10 on, 0.05 ahead in AUC (-0.03 to 0.13), which"
                + " may be chance.");
    assertThat(earlier("CES", 1, 0.05, null, null))
        .contains("and came first again in those from 2024-10 on, too few to say how surely.");
    assertThat(earlier("NPS", 2, -0.05, -0.08, -0.02))
        .contains(
            "NPS led in the answers up to 2024-03, but came 2 of 3 in those from 2024-10 on, 0.05"
                + " behind in AUC (0.02 to 0.08).");
    assertThat(earlier("NPS", 2.5, -0.05, -0.11, 0.002))
        .contains(
            "but came 2.5 of 3 in those from 2024-10 on, 0.050 behind in AUC (-0.002 to 0.110), which"
                + " may be chance.");
    assertThat(earlier("NPS", 1.5, 0, -0.04, 0.04))
        .contains(" and shared the first place in those from 2024-10 on. Association");
  }

  private static String earlier(
      String best, double rank, double lead, Double leadLower, Double leadUpper) {
    var earlier =
        new VerdictSentences.Earlier(
            best, rank, YearMonth.of(2024, 3), YearMonth.of(2024, 10), lead, leadLower, leadUpper);
    return VerdictSentences.of(
        Verdict.CLEAR, with(facts("all", "retained", List.of("CES"), "NPS", null), null, earlier));
  }

  @Test
  void aSingleAnswerOrNoneIsSpokenOfAsThat() {
    var facts = facts("north", "retained", List.of(), null, null);

    assertThat(VerdictSentences.of(Verdict.INSUFFICIENT, withObservations(facts, 1, 0)))
        .isEqualTo(
            "Customers of north gave a single answer to NPS, CSAT and CES together whose outcome"
                + " within 180 days is known. Nothing is claimed.");
    assertThat(VerdictSentences.of(Verdict.INSUFFICIENT, withObservations(facts, 0, 0)))
        .startsWith("Customers of north gave no answer to NPS, CSAT and CES together whose");
  }

  @Test
  void speaksOfPurchasesWhereTheyAreTheOutcome() {
    var facts = facts("all", "repeat_purchase", List.of("CES"), "NPS", null);

    assertThat(VerdictSentences.of(Verdict.LEAK_SUSPECTED, facts))
        .contains("some of its scores all but decide who bought again.");
    assertThat(VerdictSentences.of(Verdict.WRONG_DIRECTION, facts))
        .contains("better scores go with fewer repeat purchases.");
  }

  private static VerdictSentences.Facts with(
      VerdictSentences.Facts facts, VerdictSentences.Added added) {
    return with(facts, facts.negatives(), added);
  }

  private static VerdictSentences.Facts withNegatives(
      VerdictSentences.Facts facts, long negatives) {
    return with(facts, negatives, facts.added());
  }

  private static VerdictSentences.Facts withObservations(
      VerdictSentences.Facts facts, long observations, long negatives) {
    return new VerdictSentences.Facts(
        facts.segment(),
        facts.words(),
        facts.horizonDays(),
        observations,
        negatives,
        facts.candidates(),
        facts.dropped(),
        facts.bestSet(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
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
        facts.words(),
        facts.horizonDays(),
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
