package linkage.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatingBandsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 10, HIGH, 6, 9",
    "1, 7, HIGH, 1, 5",
    "0, 10, LOW, 1, 9",
    "1, 5, LOW, 1, 3",
    "1, 4, HIGH, 0, 3",
    "1, 3, HIGH, 0, 2",
    "0, 1, HIGH, 0, 2"
  })
  void theScaleDecidesWhatIsLowAndHigh(
      int minimum, int maximum, Favourable favourable, int lowUpTo, int highFrom) {
    assertThat(RatingBands.of(new QuestionSettings("speed", minimum, maximum, favourable, "speed")))
        .isEqualTo(new RatingBands(lowUpTo, highFrom));
  }
}
