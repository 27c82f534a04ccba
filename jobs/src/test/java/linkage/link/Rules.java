package linkage.link;

import java.time.LocalDate;
import java.util.List;
import linkage.link.LinkRules.Favourable;
import linkage.link.LinkRules.Question;

/** Rules for tests; each method changes one thing of {@link #STANDARD}. */
final class Rules {
  static final List<Question> QUESTIONS =
      List.of(
          new Question("nps", 0, 10, Favourable.HIGH),
          new Question("greeting", 1, 5, Favourable.HIGH),
          new Question("ces", 1, 7, Favourable.LOW));

  /** One day to the landmark, 180 days after it; complete through the end of 2024. */
  static final LinkRules STANDARD =
      new LinkRules(
          LocalDate.parse("2024-12-31"),
          LocalDate.parse("2024-12-31"),
          LocalDate.parse("2023-01-01"),
          1,
          List.of(180),
          0,
          0,
          QUESTIONS,
          List.of(0, 2),
          List.of("region", "tier"),
          List.of(List.of(), List.of(0), List.of(0, 1)));

  private Rules() {}

  static LinkRules clocks(
      LinkRules rules, int landmarkDays, List<Integer> horizonsDays, int inactivityDays) {
    return new LinkRules(
        rules.asOf(),
        rules.completeThrough(),
        rules.windowStart(),
        landmarkDays,
        horizonsDays,
        inactivityDays,
        rules.maxPairAgeDays(),
        rules.questions(),
        rules.metrics(),
        rules.attributes(),
        rules.segmentSets());
  }

  static LinkRules days(LinkRules rules, String asOf, String completeThrough, String windowStart) {
    return new LinkRules(
        LocalDate.parse(asOf),
        LocalDate.parse(completeThrough),
        LocalDate.parse(windowStart),
        rules.landmarkDays(),
        rules.horizonsDays(),
        rules.inactivityDays(),
        rules.maxPairAgeDays(),
        rules.questions(),
        rules.metrics(),
        rules.attributes(),
        rules.segmentSets());
  }

  static LinkRules carrying(LinkRules rules, int maxPairAgeDays) {
    return new LinkRules(
        rules.asOf(),
        rules.completeThrough(),
        rules.windowStart(),
        rules.landmarkDays(),
        rules.horizonsDays(),
        rules.inactivityDays(),
        maxPairAgeDays,
        rules.questions(),
        rules.metrics(),
        rules.attributes(),
        rules.segmentSets());
  }

  /** One question, one metric and the set of everyone. */
  static LinkRules asking(Question question) {
    return new LinkRules(
        STANDARD.asOf(),
        STANDARD.completeThrough(),
        STANDARD.windowStart(),
        STANDARD.landmarkDays(),
        STANDARD.horizonsDays(),
        0,
        0,
        List.of(question),
        List.of(0),
        STANDARD.attributes(),
        List.of(List.of()));
  }

  /** The rule of a shop without contracts: X days without a purchase are a loss. */
  static LinkRules inactivity(int days, Integer... horizonsDays) {
    return clocks(STANDARD, 0, List.of(horizonsDays), days);
  }
}
