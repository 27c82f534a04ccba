package linkage.link;

import java.io.Serializable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import linkage.ConfigException;

/**
 * What a deployment and a night decide about linking.
 *
 * @param asOf last day that the night knows; later events are left out
 * @param completeThrough last day for which the sources of the outcome are complete
 * @param windowStart first anchor day of the analysis window; older anchors are linked, too, and
 *     flagged
 * @param landmarkDays days from the anchor to the landmark, where the clocks start
 * @param horizonsDays horizons H, in days; the window of an outcome is (landmark, landmark + H]
 * @param inactivityDays X of the inactivity rule: retained = a purchase within X days after the
 *     anchor; 0 where attrition is delivered
 * @param maxPairAgeDays greatest age of a score carried to a later anchor for comparisons; 0 =
 *     nothing is carried
 * @param questions the questions of metrics and drivers, in the order of their columns
 * @param metrics the metrics, as indexes into {@code questions}
 * @param attributes names of the segment attributes, in the order in which customers carry them
 * @param segmentSets the segment sets, as indexes into {@code attributes}; the empty list is {@code
 *     all}
 */
public record LinkRules(
    LocalDate asOf,
    LocalDate completeThrough,
    LocalDate windowStart,
    int landmarkDays,
    List<Integer> horizonsDays,
    int inactivityDays,
    int maxPairAgeDays,
    List<Question> questions,
    List<Integer> metrics,
    List<String> attributes,
    List<List<Integer>> segmentSets)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A code is a signed byte with 0 for "not answered". */
  private static final int MAX_LEVELS = Byte.MAX_VALUE;

  /** First-observation flags of all sets and metrics share one BIGINT. */
  private static final int MAX_FLAGS = Long.SIZE;

  /**
   * @throws ConfigException naming every rule that contradicts another
   */
  public LinkRules {
    horizonsDays = List.copyOf(horizonsDays);
    questions = List.copyOf(questions);
    metrics = List.copyOf(metrics);
    attributes = List.copyOf(attributes);
    segmentSets = segmentSets.stream().map(List::copyOf).toList();

    List<String> problems = new ArrayList<>();
    if (landmarkDays < 0 || inactivityDays < 0 || maxPairAgeDays < 0) {
      problems.add(
          "landmark-days is %d, inactivity-days is %d, max-pair-age-days is %d, expected none below 0"
              .formatted(landmarkDays, inactivityDays, maxPairAgeDays));
    }
    if (horizonsDays.isEmpty()
        || horizonsDays.stream().anyMatch(horizon -> horizon < Math.max(1, inactivityDays))) {
      problems.add(
          "horizons-days is %s, expected one or more horizons of at least %d day(s)"
              .formatted(horizonsDays, Math.max(1, inactivityDays)));
    }
    if (inactivityDays > 0 && landmarkDays != 0) {
      problems.add(
          "landmark-days is %d, expected 0 with inactivity-days %d"
              .formatted(landmarkDays, inactivityDays));
    }
    if (completeThrough.isAfter(asOf)) {
      problems.add(
          "outcomes are complete through %s, expected a day up to the as-of day %s"
              .formatted(completeThrough, asOf));
    }
    for (Question question : questions) {
      int levels = question.maximum() - question.minimum() + 1;
      if (levels < 1 || levels > MAX_LEVELS) {
        problems.add(
            "question %s has the scale %d to %d, expected 1 to %d levels"
                .formatted(question.name(), question.minimum(), question.maximum(), MAX_LEVELS));
      }
    }
    if (!areIndexes(metrics, questions.size())) {
      problems.add(
          "metrics refer to questions %s, expected 0 to %d"
              .formatted(metrics, questions.size() - 1));
    }
    for (List<Integer> set : segmentSets) {
      if (!areIndexes(set, attributes.size())) {
        problems.add(
            "a segment set refers to attributes %s, expected 0 to %d"
                .formatted(set, attributes.size() - 1));
      }
    }
    if (segmentSets.size() > MAX_FLAGS || segmentSets.size() * metrics.size() > MAX_FLAGS) {
      problems.add(
          "%d segment set(s) x %d metric(s), expected a product of at most %d"
              .formatted(segmentSets.size(), metrics.size(), MAX_FLAGS));
    }
    if (problems.isEmpty()) {
      repeatedColumns(horizonsDays, maxPairAgeDays, questions, metrics, attributes)
          .forEach(
              column ->
                  problems.add(
                      "%s would be the name of two columns of the linked table, expected names of "
                              .formatted(column)
                          + "questions and attributes that differ from each other and from its own"));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(
          "Cannot link: %d problem(s) in the configuration.%n- %s%nNothing was linked. Correct them and run again."
              .formatted(problems.size(), String.join(System.lineSeparator() + "- ", problems)));
    }
  }

  /** Whether a lost customer is one who stopped buying, since no attrition is delivered. */
  public boolean followsInactivity() {
    return inactivityDays > 0;
  }

  /** The questions whose scores may be carried: those of the metrics, if carrying is allowed. */
  public List<Integer> carriedQuestions() {
    return maxPairAgeDays == 0 ? List.of() : metrics.stream().distinct().sorted().toList();
  }

  private static boolean areIndexes(List<Integer> indexes, int size) {
    return indexes.stream().allMatch(index -> index >= 0 && index < size);
  }

  private static List<String> repeatedColumns(
      List<Integer> horizonsDays,
      int maxPairAgeDays,
      List<Question> questions,
      List<Integer> metrics,
      List<String> attributes) {
    var carried =
        maxPairAgeDays == 0 ? List.<Integer>of() : metrics.stream().distinct().sorted().toList();
    // Spark tells columns apart without regard to case.
    var seen = new HashSet<String>();
    return Linked.columns(horizonsDays, questions, carried, attributes).stream()
        .filter(column -> !seen.add(column.toLowerCase(Locale.ROOT)))
        .distinct()
        .toList();
  }

  /** The end of a question's scale that a company is glad to see. */
  public enum Favourable {
    HIGH,
    LOW
  }

  /**
   * A question and its scale.
   *
   * @param name id of the question in the answers, and the name of its column
   * @param minimum least answer
   * @param maximum greatest answer
   * @param favourable the good end of the scale
   */
  public record Question(String name, int minimum, int maximum, Favourable favourable)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }
}
