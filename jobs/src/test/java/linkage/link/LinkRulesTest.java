package linkage.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import linkage.ConfigException;
import linkage.link.LinkRules.Favourable;
import linkage.link.LinkRules.Question;
import org.junit.jupiter.api.Test;

class LinkRulesTest {
  @Test
  void carriesOnlyQuestionsOfMetricsAndOnlyIfAllowed() {
    assertThat(Rules.STANDARD.carriedQuestions()).isEmpty();
    assertThat(Rules.carrying(Rules.STANDARD, 1).carriedQuestions()).containsExactly(0, 2);
  }

  @Test
  void reportsAllProblemsAtOnce() {
    assertThatThrownBy(
            () ->
                new LinkRules(
                    LocalDate.parse("2024-12-31"),
                    LocalDate.parse("2025-01-01"),
                    LocalDate.parse("2023-01-01"),
                    1,
                    List.of(30),
                    60,
                    -1,
                    List.of(new Question("nps", 0, 127, Favourable.HIGH)),
                    Collections.nCopies(33, 1),
                    List.of("region"),
                    List.of(List.of(), List.of(1))))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot link: 8 problem(s) in the configuration.",
                "- landmark-days is 1, inactivity-days is 60, max-pair-age-days is -1, expected none"
                    + " below 0",
                "- horizons-days is [30], expected one or more horizons of at least 60 day(s)",
                "- landmark-days is 1, expected 0 with inactivity-days 60",
                "- outcomes are complete through 2025-01-01, expected a day up to the as-of day"
                    + " 2024-12-31",
                "- question nps has the scale 0 to 127, expected 1 to 127 levels",
                "- metrics refer to questions " + Collections.nCopies(33, 1) + ", expected 0 to 0",
                "- a segment set refers to attributes [1], expected 0 to 0",
                "- 2 segment set(s) x 33 metric(s), expected a product of at most 64",
                "Nothing was linked. Correct them and run again."));
  }

  @Test
  void refusesNamesThatWouldBeTwoColumns() {
    LinkRules rules = Rules.STANDARD;

    assertThatThrownBy(
            () ->
                new LinkRules(
                    rules.asOf(),
                    rules.completeThrough(),
                    rules.windowStart(),
                    1,
                    List.of(180, 180),
                    0,
                    0,
                    List.of(new Question("Month", 0, 10, Favourable.HIGH)),
                    List.of(0),
                    List.of(),
                    List.of(List.of())))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Cannot link: 14 problem(s)")
        .hasMessageContaining(
            "- Month would be the name of two columns of the linked table, expected names of"
                + " questions and attributes that differ from each other and from its own")
        .hasMessageContaining("- retained_180 would be the name of two columns");
  }
}
