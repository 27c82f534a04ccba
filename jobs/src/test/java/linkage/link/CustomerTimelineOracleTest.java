package linkage.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the timeline with the definitions, column by column, on seeded random companies. */
class CustomerTimelineOracleTest {
  static Stream<LinkRules> rules() {
    return Stream.of(
            Rules.STANDARD,
            Rules.clocks(Rules.STANDARD, 1, List.of(30, 90, 180), 0),
            Rules.clocks(Rules.STANDARD, 0, List.of(60), 0),
            Rules.carrying(Rules.clocks(Rules.STANDARD, 7, List.of(45, 20), 0), 30),
            Rules.inactivity(60, 60),
            Rules.carrying(Rules.inactivity(30, 30, 31, 120), 30))
        .map(RandomCompany::onCalendar);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void followsTheDefinitions(LinkRules rules) {
    for (long seed = 0; seed < 10; seed++) {
      Company company = RandomCompany.of(60, rules, seed);

      List<Map<String, Object>> linked =
          PlainLinking.link(company, rules, cluster -> cluster.length() % Linked.BUCKETS);

      assertThat(linked)
          .as("seed %d", seed)
          .containsExactlyElementsOf(
              NaiveLinking.link(company, rules, cluster -> cluster.length() % Linked.BUCKETS));
    }
  }

  /** The comparison is worth something only if the data reaches every outcome of every rule. */
  @ParameterizedTest
  @MethodSource("rules")
  void meetsEveryCaseInTheRandomCompanies(LinkRules rules) {
    Company company = RandomCompany.of(600, rules, 1);

    List<Map<String, Object>> linked = PlainLinking.link(company, rules, cluster -> 0);

    String reason = rules.followsInactivity() ? "inactive_at_anchor" : "not_active_at_landmark";
    assertThat(linked)
        .extracting(row -> row.get("eligibility"))
        .contains("eligible", "before_acquisition", reason);
    int horizon = rules.horizonsDays().get(0);
    for (String column :
        List.of("mature_", "retained_", "active_at_horizon_", "repeat_purchase_")) {
      assertThat(linked).extracting(row -> row.get(column + horizon)).contains(true, false);
    }
    for (String column : List.of("is_primary", "in_window", "segment_backfilled")) {
      assertThat(linked).extracting(row -> row.get(column)).contains(true, false);
    }
    for (String column : List.of("loss_days", "recency_days")) {
      assertThat(linked).extracting(row -> row.get(column)).containsNull();
    }
    if (rules.maxPairAgeDays() > 0) {
      assertThat(linked).extracting(row -> row.get("carried_nps")).contains((byte) 0, (byte) 11);
    }
  }
}
