package linkage.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlantedTruthTest {
  private static final PlantedTruth BEST = region("North");
  private static final PlantedTruth EQUAL = region("East");
  private static final PlantedTruth NOTHING = region("Alpine");
  private static final PlantedTruth TOO_FEW = region("Islands");

  private static PlantedTruth region(String name) {
    return PlantedTruth.of("region", name).orElseThrow();
  }

  @Test
  void saysInWordsWhatWasPlanted() {
    assertThat(
            PlantedTruth.bySegment().stream()
                .collect(Collectors.toMap(PlantedTruth::segment, PlantedTruth::planted)))
        .containsOnly(
            Map.entry("all", "mixed"),
            Map.entry("North", "CES predicts best"),
            Map.entry("South", "CSAT predicts best"),
            Map.entry("West", "NPS predicts best"),
            Map.entry("East", "NPS and CSAT equally"),
            Map.entry("Alpine", "nothing predicts"),
            Map.entry("Islands", "too few losses"),
            Map.entry("Harbour", "too few losses"));
  }

  @Test
  void knowsNoTruthOfOtherSegments() {
    assertThat(PlantedTruth.of("region × tier", "North · plus")).isEmpty();
    assertThat(PlantedTruth.of("region", "unknown")).isEmpty();
  }

  @Test
  void bestAsksForAClearVerdictOnThatMetric() {
    assertThat(BEST.agreesWith("clear", "ces", List.of("ces"))).isTrue();
    assertThat(BEST.agreesWith("clear", "nps", List.of("nps"))).isFalse();
    assertThat(BEST.agreesWith("undecided", "ces", List.of("ces", "nps"))).isFalse();
    assertThat(BEST.agreesWith("insufficient", null, List.of())).isFalse();
  }

  @Test
  void equalAsksForTheTwoMetricsAndNoThird() {
    assertThat(EQUAL.agreesWith("tie", "csat", List.of("csat", "nps"))).isTrue();
    assertThat(EQUAL.agreesWith("undecided", "nps", List.of("nps", "csat"))).isTrue();
    assertThat(EQUAL.agreesWith("undecided", "nps", List.of("nps", "csat", "ces"))).isFalse();
    assertThat(EQUAL.agreesWith("undecided", "nps", List.of("nps"))).isFalse();
    assertThat(EQUAL.agreesWith("clear", "nps", List.of("nps", "csat"))).isFalse();
  }

  @Test
  void nothingAndTooFewAskForTheirOwnVerdict() {
    assertThat(NOTHING.agreesWith("no_signal", null, List.of())).isTrue();
    assertThat(NOTHING.agreesWith("undecided", "nps", List.of("nps"))).isFalse();
    assertThat(TOO_FEW.agreesWith("insufficient", null, List.of())).isTrue();
    assertThat(TOO_FEW.agreesWith("no_signal", null, List.of())).isFalse();
  }
}
