package linkage.marts;

import static linkage.marts.Formats.decimals;
import static linkage.marts.Formats.fixed;
import static linkage.marts.Formats.list;
import static linkage.marts.Formats.range;
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
   * @param words how the outcome is spoken of
   * @param observations answers to all candidates whose outcome is known, on which all figures of
   *     the comparison rest
   * @param negatives those of them without the good outcome
   * @param candidates labels of the metrics that were compared, best first is not implied
   * @param dropped labels of the metrics that were not
   * @param bestSet labels of the metrics that may be best
   * @param best label of the metric with the highest AUC, or null
   * @param marginPOfYear how likely chance makes a leader look as far ahead in some month of a year
   * @param lossesNeeded how many negatives would decide, or null if that can't be told
   * @param together what all candidates read as one score tell more, or null if nothing is known
   * @param earlier which metric was best in earlier months, and how it did later, or null
   * @param added what the best metric tells beyond history, or null if nothing is known of that
   */
  record Facts(
      String segment,
      OutcomeWords words,
      int horizonDays,
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
   * @param bestAuc the best metric's AUC on the same pairs
   * @param gainLower the lower end of its lead over the best metric
   * @param gainUpper the upper end
   */
  record Together(Double auc, Double bestAuc, Double gainLower, Double gainUpper) {}

  /**
   * The metric that was best in earlier months.
   *
   * @param best its label
   * @param rankLater its rank in later months, 1 is best; equals share the mean
   * @param until the last of the earlier months
   * @param from the first of the later ones
   * @param lead its later AUC minus the best of the others'
   * @param leadLower the lower end of the lead's interval, or null
   * @param leadUpper the upper end, or null
   */
  record Earlier(
      String best,
      double rankLater,
      YearMonth until,
      YearMonth from,
      Double lead,
      Double leadLower,
      Double leadUpper) {}

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
          "%s, %s best separates %s: AUC %s (%s to %s) against %s for %s, a difference of %s.%s%s%s %s"
              .formatted(
                  among(facts),
                  facts.best(),
                  facts.words().classes(),
                  two(facts.bestAuc()),
                  two(facts.bestLower()),
                  two(facts.bestUpper()),
                  two(facts.runnerUpAuc()),
                  facts.runnerUp(),
                  range(facts.marginLower(), facts.marginUpper()),
                  beyondHistory(facts),
                  together(facts),
                  earlier(facts),
                  CAVEAT);
      case TIE ->
          "%s, %s are equally good at separating %s (AUC %s): every difference lies within ±%s.%s%s%s %s"
              .formatted(
                  among(facts),
                  list(facts.candidates()),
                  facts.words().classes(),
                  two(facts.bestAuc()),
                  two(Verdict.TIE_MARGIN),
                  beyondHistory(facts),
                  together(facts),
                  // Whom all tell more than one isn't told to ask just one.
                  together(facts).isEmpty() ? " Use whichever is cheapest to ask." : "",
                  CAVEAT);
      case UNDECIDED -> undecided(facts);
      case NO_SIGNAL -> noSignal(facts);
      case WRONG_DIRECTION ->
          "%s, the only signal of %s points the wrong way: better scores go with %s. Check the declared direction of the questions before anything else."
              .formatted(among(facts), list(facts.candidates()), facts.words().inverted());
      case ALONE ->
          "%s, %s separates %s with AUC %s (%s to %s). %s, so no metric can be called the best.%s %s"
              .formatted(
                  among(facts),
                  facts.best(),
                  facts.words().classes(),
                  two(facts.bestAuc()),
                  two(facts.bestLower()),
                  two(facts.bestUpper()),
                  nothingToCompare(facts),
                  beyondHistory(facts),
                  CAVEAT);
      case LEAK_SUSPECTED ->
          "%s, %s looks too good to be true (AUC %s): some of its scores all but decide %s. It may have been recorded after the outcome was known, so it can't win until somebody has looked."
              .formatted(among(facts), facts.best(), two(facts.bestAuc()), facts.words().who());
      case INSUFFICIENT -> insufficient(facts);
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
    int decimals = decimals(facts.marginLower(), facts.marginUpper());
    return "%s, %s: %s separates %s with AUC %s against %s for %s, a difference of %s.%s%s%s %s"
        .formatted(
            among(facts),
            open,
            facts.best(),
            facts.words().classes(),
            fixed(facts.bestAuc(), decimals),
            fixed(facts.runnerUpAuc(), decimals),
            facts.runnerUp(),
            range(facts.marginLower(), facts.marginUpper()),
            needed(facts),
            beyondHistory(facts),
            together(facts),
            CAVEAT);
  }

  private static String noSignal(Facts facts) {
    String metrics = list(facts.candidates());
    return facts.candidates().size() == 1
        ? "%s, %s doesn't separate %s: its AUC can't be told from 0.50, which is chance. Acting on its scores to improve %s has no support here."
            .formatted(among(facts), metrics, facts.words().classes(), facts.words().goal())
        : "%s, none of %s separates %s: no AUC can be told from 0.50, which is chance, among so many metrics. Acting on these scores to improve %s has no support here."
            .formatted(among(facts), metrics, facts.words().classes(), facts.words().goal());
  }

  private static String insufficient(Facts facts) {
    if (facts.observations() < 2) {
      return "%s gave %s%s whose outcome within %d days is known. Nothing is claimed."
          .formatted(
              facts.segment().equals("all") ? "Customers" : "Customers of " + facts.segment(),
              facts.observations() == 0 ? "no answer" : "a single answer",
              facts.candidates().size() < 2
                  ? ""
                  : " to %s together".formatted(list(facts.candidates())),
              facts.horizonDays());
    }
    if (!facts.words().hasTwoClasses()) {
      return "Among %s answers%s, revenue within %d days differs too little to tell: more of it and less must be spread over at least 10 of 64 groups of customers. Nothing is claimed."
          .formatted(whole(facts.observations()), who(facts), facts.horizonDays());
    }
    long good = facts.observations() - facts.negatives();
    boolean lacksBad = facts.negatives() <= good;
    return "Among %s answers%s, too few were %s within %d days to tell (%s): they must be spread over at least 10 of 64 groups of customers. Nothing is claimed."
        .formatted(
            whole(facts.observations()),
            who(facts),
            lacksBad ? facts.words().bad() : facts.words().good(),
            facts.horizonDays(),
            whole(Math.min(good, facts.negatives())));
  }

  /**
   * Whether asking all tells more than asking the best; nothing where it doesn't, or can't be told.
   */
  private static String together(Facts facts) {
    Together all = facts.together();
    if (all == null || !(all.gainLower() > 0)) {
      return "";
    }
    int decimals = decimals(all.gainLower(), all.gainUpper());
    return " %s together tell more than %s alone: on answers whose %d days are over, AUC %s against %s, %s more."
        .formatted(
            list(facts.candidates()),
            facts.best(),
            facts.horizonDays(),
            fixed(all.auc(), decimals),
            fixed(all.bestAuc(), decimals),
            range(all.gainLower(), all.gainUpper()));
  }

  /** Whether an earlier winner stayed one, and how surely: a winner is partly lucky. */
  private static String earlier(Facts facts) {
    Earlier earlier = facts.earlier();
    if (earlier == null) {
      return "";
    }
    String chosen = earlier.best().equals(facts.best()) ? "It also led" : earlier.best() + " led";
    double rank = earlier.rankLater();
    String later =
        rank == 1
            ? "and came first again"
            : rank < 2
                ? "and shared the first place"
                : "but came %s of %d"
                    .formatted(
                        rank == Math.rint(rank) ? String.valueOf((int) rank) : rank,
                        facts.candidates().size());
    return " %s in the answers up to %s, %s in those from %s on%s."
        .formatted(
            chosen,
            earlier.until(),
            later,
            earlier.from(),
            rank > 1 && rank < 2 ? "" : lead(earlier));
  }

  /** By how much an earlier winner was ahead of the others later, or behind the best of them. */
  private static String lead(Earlier earlier) {
    if (earlier.leadLower() == null) {
      return ", too few to say how surely";
    }
    boolean isBehind = earlier.lead() < 0;
    double lower = isBehind ? -earlier.leadUpper() : earlier.leadLower();
    double upper = isBehind ? -earlier.leadLower() : earlier.leadUpper();
    return ", %s %s in AUC (%s)%s"
        .formatted(
            fixed(Math.abs(earlier.lead()), decimals(lower, upper)),
            isBehind ? "behind" : "ahead",
            range(lower, upper),
            lower > 0 ? "" : ", which may be chance");
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
                    facts.words().doing(),
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
        ? " More than %d times the %s answers %s there are would be needed to decide it."
            .formatted(MOST_TIMES, whole(facts.negatives()), facts.words().bad())
        : " About %s answers %s would decide it; there are %s."
            .formatted(whole(facts.lossesNeeded()), facts.words().bad(), whole(facts.negatives()));
  }

  private static String nothingToCompare(Facts facts) {
    return facts.dropped().isEmpty()
        ? "There is nothing to compare it with"
        : "Too few answered %s to compare with it".formatted(list(facts.dropped()));
  }

  /**
   * The sample behind the figures. Answers are counted, not customers, since a customer who
   * answered in two months counts twice in each figure.
   */
  private static String among(Facts facts) {
    return "Among %s answers%s, %s of them %s within %d days"
        .formatted(
            whole(facts.observations()),
            who(facts),
            whole(facts.negatives()),
            facts.words().bad(),
            facts.horizonDays());
  }

  private static String who(Facts facts) {
    return facts.segment().equals("all") ? "" : " of customers of " + facts.segment();
  }
}
