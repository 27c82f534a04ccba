package linkage.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreBandTest {
  @Test
  void aRecommendationHasDetractorsPassivesAndPromoters() {
    assertThat(bands(0, 10, Favourable.HIGH))
        .containsExactly(
            new ScoreBand("detractor", 0, 6),
            new ScoreBand("passive", 7, 8),
            new ScoreBand("promoter", 9, 10));
  }

  @Test
  void aShortScaleIsShownScoreByScoreFromTheWorst() {
    assertThat(bands(1, 5, Favourable.HIGH))
        .extracting(ScoreBand::name)
        .containsExactly("1", "2", "3", "4", "5");
    assertThat(bands(1, 3, Favourable.LOW))
        .containsExactly(
            new ScoreBand("3", 0, 0), new ScoreBand("2", 1, 1), new ScoreBand("1", 2, 2));
  }

  @Test
  void anyOtherScaleHasItsTwoWorstAndItsTwoBest() {
    List<ScoreBand> expected =
        List.of(
            new ScoreBand("bottom2", 0, 1),
            new ScoreBand("middle", 2, 4),
            new ScoreBand("top2", 5, 6));

    assertThat(bands(1, 7, Favourable.LOW)).isEqualTo(expected);
    assertThat(bands(1, 7, Favourable.HIGH)).isEqualTo(expected);
    assertThat(bands(0, 10, Favourable.LOW)).extracting(ScoreBand::best).containsExactly(1, 8, 10);
  }

  @Test
  void everyLevelLiesInExactlyOneBand() {
    for (int maximum = 1; maximum <= 100; maximum++) {
      int next = 0;
      for (ScoreBand band : bands(0, maximum, Favourable.HIGH)) {
        assertThat(band.worst()).isEqualTo(next);
        assertThat(band.best()).isGreaterThanOrEqualTo(band.worst());
        next = band.best() + 1;
      }
      assertThat(next).isEqualTo(maximum + 1);
    }
  }

  private static List<ScoreBand> bands(int minimum, int maximum, Favourable favourable) {
    return ScoreBand.of(new QuestionSettings("q", minimum, maximum, favourable, "q"));
  }
}
