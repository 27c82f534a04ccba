package linkage.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linkage.contract.Contract;

/** Reads {@code questions}, and the {@code metrics} and {@code drivers} made of them. */
final class SurveyLoader {
  private static final int MAX_LEVELS = 126;
  private static final int MAX_METRICS = 16;
  private static final int NPS_MAXIMUM = 10;
  private static final String IDENTIFIER = "lower case letters, digits and _, a letter first";

  private final Section top;
  private final Problems problems;

  SurveyLoader(Section top, Problems problems) {
    this.top = top;
    this.problems = problems;
  }

  List<QuestionSettings> questions() {
    var questions = new ArrayList<QuestionSettings>();
    top.sections("questions", KnownKeys.QUESTION)
        .forEach((id, section) -> question(id, section).ifPresent(questions::add));
    return questions;
  }

  private Optional<QuestionSettings> question(String id, Section section) {
    checkIdentifier(id, section);
    if (Contract.source("survey_responses").has(id)) {
      problems.add(
          "%s has the name of a column of survey_responses, expected another name", section.here());
    }
    Optional<Integer> minimum = score(section, "minimum");
    Optional<Integer> maximum = score(section, "maximum");
    Optional<Favourable> favourable =
        section.require("favourable", "high or low", Parse.oneOf(Favourable.class));
    String text = section.read("text", "a text", Parse::notBlank).orElse(id);
    if (minimum.isEmpty() || maximum.isEmpty()) {
      return Optional.empty();
    }
    checkScale(section, minimum.get(), maximum.get());
    return Optional.of(
        new QuestionSettings(
            id, minimum.get(), maximum.get(), favourable.orElse(Favourable.HIGH), text));
  }

  private static Optional<Integer> score(Section section, String key) {
    return section.require(
        key, "a whole number from -10000 to 10000", Parse.wholeNumber(-10_000, 10_000));
  }

  private void checkScale(Section section, int minimum, int maximum) {
    if (minimum >= maximum) {
      problems.add(
          "%s is \"%d\", expected more than %s, which is %d",
          section.at("maximum"), maximum, section.path("minimum"), minimum);
    }
    if (maximum - minimum >= MAX_LEVELS) {
      problems.add(
          "%s has %d scores from %d to %d, expected at most %d",
          section.here(), maximum - minimum + 1, minimum, maximum, MAX_LEVELS);
    }
  }

  /**
   * @param questions the well-formed ones; a reference to another declared one is no new problem
   */
  List<MetricSettings> metrics(List<QuestionSettings> questions) {
    var metrics = new ArrayList<MetricSettings>();
    var metricOfQuestion = new HashMap<String, String>();
    Map<String, Section> sections = top.sections("metrics", KnownKeys.METRIC);
    sections.forEach(
        (id, section) -> {
          checkIdentifier(id, section);
          Optional<String> questionId =
              section
                  .require("question", "the name of a question", Parse::notBlank)
                  .filter(name -> checkDeclared(section.at("question"), name));
          questionId.ifPresent(name -> checkNotTaken(section, id, name, metricOfQuestion));
          String label = section.read("label", "a text", Parse::notBlank).orElse(id);
          Headline headline =
              section
                  .read("headline", "nps, mean, top-box or top2-box", Parse.oneOf(Headline.class))
                  .orElse(Headline.MEAN);
          questionId
              .flatMap(name -> find(questions, name))
              .ifPresent(
                  question -> {
                    checkHeadline(section, headline, question);
                    metrics.add(new MetricSettings(id, question, label, headline));
                  });
        });
    if (sections.size() > MAX_METRICS) {
      problems.add(
          "%s has %d entries, expected at most %d metrics",
          top.at("metrics"), sections.size(), MAX_METRICS);
    }
    return metrics;
  }

  private void checkNotTaken(
      Section section, String metric, String question, Map<String, String> metricOfQuestion) {
    String other = metricOfQuestion.putIfAbsent(question, metric);
    if (other != null) {
      problems.add(
          "%s is \"%s\", the question of metric %s already, expected one metric per question",
          section.at("question"), question, other);
    }
  }

  private void checkHeadline(Section section, Headline headline, QuestionSettings question) {
    if (headline == Headline.NPS
        && (question.minimum() != 0 || question.maximum() != NPS_MAXIMUM)) {
      problems.add(
          "%s is \"nps\", expected a question from 0 to 10; %s runs from %d to %d",
          section.at("headline"), question.id(), question.minimum(), question.maximum());
    }
    if (headline == Headline.TOP2_BOX && question.levels() == 2) {
      problems.add(
          "%s is \"top2-box\", expected a question of at least 3 scores; %s has 2",
          section.at("headline"), question.id());
    }
  }

  List<QuestionSettings> drivers(List<QuestionSettings> questions) {
    List<String> names =
        top.readList("drivers", "the name of a question", Parse::notBlank).orElse(List.of());
    var seen = new HashSet<String>();
    var drivers = new ArrayList<QuestionSettings>();
    for (String name : names) {
      if (!seen.add(name)) {
        problems.add("%s names %s twice, expected it once", top.at("drivers"), name);
      } else if (checkDeclared(top.at("drivers"), name)) {
        find(questions, name).ifPresent(drivers::add);
      }
    }
    return drivers;
  }

  private boolean checkDeclared(String place, String question) {
    List<String> declared = top.names("questions");
    if (declared.contains(question)) {
      return true;
    }
    problems.add(
        "%s names \"%s\", which is not among the questions; %s",
        place, question, Nearest.hint(question, declared));
    return false;
  }

  private void checkIdentifier(String id, Section section) {
    if (Parse.identifier(id).isEmpty()) {
      problems.add(
          "%s is not a name that can be a column, expected %s", section.here(), IDENTIFIER);
    }
  }

  private static Optional<QuestionSettings> find(List<QuestionSettings> questions, String id) {
    return questions.stream().filter(question -> question.id().equals(id)).findFirst();
  }
}
