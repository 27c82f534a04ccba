package linkage.marts;

import static linkage.marts.Formats.list;
import static linkage.marts.Formats.percent;
import static linkage.marts.Formats.points;

import java.util.List;
import linkage.stats.ChurnCheck;

/** All wording about those who didn't answer. */
final class NonresponseSentences {
  /** What every sentence on those who didn't answer ends with. */
  static final String SILENCE =
      "It doesn't show that those who didn't answer feel the same, and being asked may itself change who stays.";

  private NonresponseSentences() {}

  /**
   * The numbers behind a sentence on those who didn't answer.
   *
   * @param segment the segment's name, or {@code all}
   * @param unweighted respondents as they are, held against all customers
   * @param weighted those they stand for, held against all customers
   */
  record Churn(
      String segment,
      int horizonDays,
      ChurnCheck unweighted,
      ChurnCheck weighted,
      Weighting weighting) {}

  /** Whether respondents churn like all customers, and what that doesn't show. */
  static String of(Churn churn) {
    return "%s %s %s".formatted(found(churn), basis(churn.weighting()), SILENCE);
  }

  private static String found(Churn churn) {
    ChurnCheck check = churn.weighted();
    String who =
        churn.segment().equals("all")
            ? "those who answered"
            : "those who answered in %s".formatted(churn.segment());
    String subject = "T" + who.substring(1);
    if (Double.isNaN(check.difference().value())) {
      return Double.isNaN(check.frame().value())
          ? "%s can't be held against all customers: none was there at the end of a month."
              .formatted(subject)
          : "%s can't be held against all customers: nobody's answer is %d days old yet."
              .formatted(subject, churn.horizonDays());
    }
    String rates =
        "weighted, %s of them left within %d days (unweighted %s), of all customers %s"
            .formatted(
                percent(check.respondents().value()),
                churn.horizonDays(),
                percent(churn.unweighted().respondents().value()),
                percent(check.frame().value()));
    if (check.support().insufficient()) {
      return "%s are too few, or lost too few, to be held against all customers: %s."
          .formatted(subject, rates);
    }
    String difference =
        ", a difference of %s to %s points where up to %s don't matter"
            .formatted(
                points(check.difference().interval().lower()),
                points(check.difference().interval().upper()),
                points(check.tolerance()));
    return switch (check.judgement()) {
      case AGREES ->
          "%s leave about as often as all customers: %s%s.".formatted(subject, rates, difference);
      case DIFFERS ->
          "%s leave %s often than all customers, and the weights don't make up for it: %s%s. Their scores may be off, too."
              .formatted(
                  subject, check.difference().value() < 0 ? "less" : "more", rates, difference);
      case CANNOT_TELL ->
          "Whether %s leave about as often as all customers can't be told yet: %s%s."
              .formatted(who, rates, difference);
    };
  }

  private static String basis(Weighting weighting) {
    return switch (weighting.method()) {
      case Weighting.PROPENSITY_AND_RAKING ->
          "Weights make up for who answers an invitation, by history and segment, and for %s."
              .formatted(list(words(weighting.margins())));
      case Weighting.RAKING_ONLY ->
          "It isn't known who was asked and didn't answer, so weights make up for %s alone."
              .formatted(list(words(weighting.margins())));
      default -> "Nothing is weighted.";
    };
  }

  private static List<String> words(List<String> margins) {
    return margins.stream().map(margin -> margin.replace('_', ' ')).toList();
  }
}
