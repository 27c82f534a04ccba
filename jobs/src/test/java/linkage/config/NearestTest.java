package linkage.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  /** Distances counted by hand. */
  @ParameterizedTest
  @CsvSource({
    "nps, nps, 0",
    "nps, NPS, 0",
    "horizon-days, horizons-days, 1",
    "time_zone, time-zone, 1",
    "attritoin, attrition, 1",
    "'', nps, 3",
    "kitten, sitting, 3"
  })
  void countsTypingErrors(String left, String right, int expected) {
    assertThat(Nearest.distance(left, right)).isEqualTo(expected);
    assertThat(Nearest.distance(right, left)).isEqualTo(expected);
  }

  @Test
  void suggestsOnlyWhatIsNear() {
    assertThat(Nearest.to("transaction", List.of("customers", "transactions")))
        .contains("transactions");
    assertThat(Nearest.to("orders", List.of("customers", "transactions"))).isEmpty();
    assertThat(Nearest.to("cat", List.of("csat", "cats", "nps"))).contains("cats");
  }
}
