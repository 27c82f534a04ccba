package linkage.marts;

import static linkage.marts.Formats.list;
import static linkage.marts.Formats.two;
import static linkage.marts.Formats.whole;

import java.time.YearMonth;
import java.util.List;
import linkage.stats.AddedValue;
import linkage.stats.Verdict;

/**
 * All wording of verdicts: one plain sentence or two, with numbers and units, that also says what
 * the data doesn't show.
 */
final class VerdictSentences {
  /** What every sentence that names a metric ends with. */
  static final String CAVEAT = "Association, not proof of cause.";

  /** A need beyond this many times what there is, is named no closer. */
  private static final int MOST_TIMES = 10;

  private VerdictSentences() {}

  /**
   * The numbers behind a sentence.
   *
   * @param segment the segment's name, or {@code all}
   * @param outcome {@code retained} or {@code repeat_purchase}
   * @param customers distinct customers
   * @param observations observations that answered all candidates
   * @param negatives those of them that were lost, or didn't buy again
   * @param candidates labels of the metrics that were compared, best first is not implied
   * @param dropped labels of the metrics that were not
   * @param bestSet labels of the metrics that may be best
   * @param best label of the metric with the highest AUC, or null
   * @param marginPOfYear how likely chance makes a leader look as far ahead in some month of a year
   * @param lossesNeeded how many losses would decide, or null if none would
   * @param together what all candidates read as one score tell more, or null if nothing is known
   * @param earlier which metric was best in earlier months, and how it did later, or null
   * @param added what the best metric tells beyond history, or null if nothing is known of that
   */
  record Facts(
      String segment,
      String outcome,
      int horizonDays,
      long customers,
      long observations,
      long negatives,
      List<String> candidates,
      List<String> dropped,
      List<String> bestSet,
      String best,
      Double bestAuc,
      Double bestLower,
      Double bestUpper,
      String runnerUp,
      Double runnerUpAuc,
      Double marginLower,
      Double marginUpper,
      Double marginPOfYear,
      Long lossesNeeded,
      Added added,
      Together together,
      Earlier earlier) {}

  /**
   * All candidates read as one score.
   *
   * @param auc its AUC
   * @param gainLower the lower end of its lead over the best metric
   * @param gainUpper the upper end
   */
  record Together(Double auc, Double gainLower, Double gainUpper) {}

  /**
   * The metric that was best in earlier months.
   *
   * @param best its label
   * @param rankLater its rank in later months, 1 is best; equals share the mean
   * @param until the last of the earlier months
   * @param from the first of the later ones
   */
  record Earlier(String best, double rankLater, YearMonth until, YearMonth from) {}

  /**
   * What a metric tells beyond history.
   *
   * @param auc its AUC within strata of equal baseline risk
   * @param lower the lower end of that AUC's interval, or null
   * @param upper the upper end, or null
   */
  record Added(AddedValue.Judgement judgement, Double auc, Double lower, Double upper) {}

  /** The sentence for a verdict. */
  static String of(Verdict verdict, Facts facts) {
    return switch (verdict) {
      case CLEAR ->
          "%s, %s separates %s best: AUC %s (%s to %s) against %s for %s, a difference of %s to %s.%s%s%s %s"
              .formatted(
                  among(facts),
                  facts.best(),
                  classes(facts),
                  two(facts.bestAuc()),
                  two(facts.bestLower()),
                  two(facts.bestUpper()),
                  two(facts.runnerUpAuc()),
                  facts.runnerUp(),
                  two(facts.marginLower()),
                  two(facts.marginUpper()),
                  beyondHistory(facts),
                  together(facts),
                  earlier(facts),
                  CAVEAT);
      case TIE ->
          "%s, %s separate %s equally well (AUC %s): every difference lies within ±%s. Use whichever is cheapest to ask. %s"
              .formatted(
                  among(facts),
                  list(facts.bestSet()),
                  classes(facts),
                  two(facts.bestAuc()),
                  two(Verdict.TIE_MARGIN),
                  CAVEAT);
      case UNDECIDED -> undecided(facts);
      case NO_SIGNAL ->
          "%s, %s: %s. Acting on %s to improve %s has no support here."
              .formatted(
                  among(facts),
                  facts.candidates().size() == 1
                      ? "%s doesn't separate %s".formatted(list(facts.candidates()), classes(facts))
                      : "none of %s separates %s"
                          .formatted(list(facts.candidates()), classes(facts)),
                  facts.candidates().size() == 1
                      ? "its AUC can't be told from 0.50, which is chance"
                      : "no AUC can be told from 0.50, which is chance, among so many metrics",
                  facts.candidates().size() == 1 ? "its scores" : "these scores",
                  goal(facts));
      case WRONG_DIRECTION ->
          "%s, the only signal of %s points the wrong way: better scores go with more %s. Check the declared direction of the questions before anything else."
              .formatted(among(facts), list(facts.candidates()), event(facts));
      case ALONE ->
          "%s, %s separates %s with AUC %s (%s to %s). %s, so no metric can be called the best. %s"
              .formatted(
                  among(facts),
                  facts.best(),
                  classes(facts),
                  two(facts.bestAuc()),
                  two(facts.bestLower()),
                  two(facts.bestUpper()),
                  nothingToCompare(facts),
                  CAVEAT);
      case LEAK_SUSPECTED ->
          "%s, %s looks too good to be true (AUC %s): some of its scores all but decide who left. It may have been recorded after the outcome was known, so it can't win until somebody has looked."
              .formatted(among(facts), facts.best(), two(facts.bestAuc()));
      case INSUFFICIENT ->
          "%s, there are too few %s to tell (%s): they must be spread over at least 10 of 64 groups of customers. Nothing is claimed."
              .formatted(among(facts), scarce(facts), whole(fewest(facts)));
    };
  }

  private static String undecided(Facts facts) {
    String open;
    if (facts.bestSet().size() > 1) {
      open = "%s can't be told apart yet".formatted(list(facts.bestSet()));
    } else if (facts.marginLower() != null && facts.marginLower() > 0) {
      open =
          "%s leads, but not beyond what chance brings about %s"
              .formatted(
                  facts.best(),
                  facts.marginPOfYear() > Verdict.LARGEST_Q
                      ? "in some month of a year"
                      : "somewhere among so many segments");
    } else {
      open = "%s leads, but not beyond doubt".formatted(facts.best());
    }
    return "%s, %s: %s has AUC %s against %s for %s, a difference of %s to %s.%s%s%s %s"
        .formatted(
            among(facts),
            open,
            facts.best(),
            two(facts.bestAuc()),
            two(facts.runnerUpAuc()),
            facts.runnerUp(),
            two(facts.marginLower()),
            two(facts.marginUpper()),
            needed(facts),
            beyondHistory(facts),
            together(facts),
            CAVEAT);
  }

  /**
   * Whether asking all tells more than asking the best; nothing where it doesn't, or can't be told.
   */
  private static String together(Facts facts) {
    Together all = facts.together();
    return all == null || !(all.gainLower() > 0)
        ? ""
        : " %s together tell more than %s alone: AUC %s, %s to %s more."
            .formatted(
                list(facts.candidates()),
                facts.best(),
                two(all.auc()),
                two(all.gainLower()),
                two(all.gainUpper()));
  }

  /** Whether an earlier winner stayed one: a winner is partly lucky. */
  private static String earlier(Facts facts) {
    Earlier earlier = facts.earlier();
    if (earlier == null) {
      return "";
    }
    String chosen = earlier.best().equals(facts.best()) ? "It also led" : earlier.best() + " led";
    String later =
        earlier.rankLater() == 1
            ? "and stayed first"
            : earlier.rankLater() < 2
                ? "and shared the first place"
                : "but came %s of %d"
                    .formatted(
                        earlier.rankLater() == Math.rint(earlier.rankLater())
                            ? String.valueOf((int) earlier.rankLater())
                            : String.valueOf(earlier.rankLater()),
                        facts.candidates().size());
    return " %s in the answers up to %s, %s in those from %s on."
        .formatted(chosen, earlier.until(), later, earlier.from());
  }

  /** Whether the best metric tells more than the CRM knew; nothing where that wasn't looked at. */
  private static String beyondHistory(Facts facts) {
    Added added = facts.added();
    if (added == null) {
      return "";
    }
    String statement =
        switch (added.judgement()) {
          case ADDS -> "%s also tells more than the CRM already knows";
          case ADDS_NOTHING -> "%s adds nothing to what the CRM already knows";
          case WRONG_DIRECTION -> "Beyond what the CRM already knows, %s points the wrong way";
          case CANNOT_TELL -> "Whether %s adds to what the CRM already knows can't be told yet";
        };
    String figures =
        added.lower() == null
            ? ""
            : ": among customers as likely to %s by their history, its AUC is %s (%s to %s)"
                .formatted(
                    facts.outcome().equals("retained") ? "stay" : "buy again",
                    two(added.auc()),
                    two(added.lower()),
                    two(added.upper()));
    return " " + statement.formatted(facts.best()) + figures + ".";
  }

  private static String needed(Facts facts) {
    if (facts.lossesNeeded() == null) {
      return "";
    }
    return facts.lossesNeeded() > MOST_TIMES * facts.negatives()
        ? " More than %d times the %s %s there are would be needed to decide it."
            .formatted(MOST_TIMES, whole(facts.negatives()), event(facts))
        : " About %s %s would decide it; there are %s."
            .formatted(whole(facts.lossesNeeded()), event(facts), whole(facts.negatives()));
  }

  private static String nothingToCompare(Facts facts) {
    return facts.dropped().isEmpty()
        ? "There is nothing to compare it with"
        : "Too few answered %s to compare with it".formatted(list(facts.dropped()));
  }

  private static String among(Facts facts) {
    String who = facts.segment().equals("all") ? "" : " of " + facts.segment();
    return "Among %s customers%s".formatted(whole(facts.customers()), who);
  }

  private static String classes(Facts facts) {
    return facts.outcome().equals("retained")
        ? "those who left within %d days from those who stayed".formatted(facts.horizonDays())
        : "those who bought again within %d days from those who didn't"
            .formatted(facts.horizonDays());
  }

  private static String event(Facts facts) {
    return facts.outcome().equals("retained") ? "losses" : "customers who didn't buy again";
  }

  /** The rarer of what happened and what didn't, since that is what there is too little of. */
  private static String scarce(Facts facts) {
    if (fewest(facts) == facts.negatives()) {
      return event(facts);
    }
    return facts.outcome().equals("retained") ? "customers who stayed" : "repeat purchases";
  }

  private static long fewest(Facts facts) {
    return Math.min(facts.negatives(), facts.observations() - facts.negatives());
  }

  private static String goal(Facts facts) {
    return facts.outcome().equals("retained") ? "retention" : "repeat purchases";
  }
}
