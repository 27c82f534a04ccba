package linkage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class QuestionSettingsTest {
  @Test
  void countsLevelsTowardsTheFavourableEnd() {
    var effort = new QuestionSettings("ces", 1, 7, Favourable.LOW, "ces");

    assertThat(effort.levels()).isEqualTo(7);
    assertThat(effort.levelOf(7)).isZero();
    assertThat(effort.levelOf(1)).isEqualTo(6);
    assertThat(new QuestionSettings("nps", 0, 10, Favourable.HIGH, "nps").levelOf(9)).isEqualTo(9);
  }

  @Property
  void findsTheScoreOfEveryLevel(
      @ForAll @IntRange(min = -50, max = 50) int minimum,
      @ForAll @IntRange(min = 2, max = 126) int levels,
      @ForAll Favourable favourable) {
    var question = new QuestionSettings("q", minimum, minimum + levels - 1, favourable, "q");

    for (int level = 0; level < question.levels(); level++) {
      assertThat(question.levelOf(question.scoreAt(level))).isEqualTo(level);
    }
  }

  @Test
  void rejectsScoresAndLevelsOffTheScale() {
    var csat = new QuestionSettings("csat", 1, 5, Favourable.HIGH, "csat");

    assertThat(csat.isOnScale(0)).isFalse();
    assertThatThrownBy(() -> csat.levelOf(6))
        .hasMessage("Cannot place score 6 of question csat: its scale runs from 1 to 5.");
    assertThatThrownBy(() -> csat.scoreAt(5))
        .hasMessage("Cannot find level 5 of question csat: its levels run from 0 to 4.");
  }
}
