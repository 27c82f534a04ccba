package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Expected codes follow from the definitions: each level is written out. */
class CodingTest {

  @Test
  void readsElevenLevelsAsDetractorPassiveAndPromoter() {
    assertThat(codes(Coding.NPS3, 11)).containsExactly(0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2);
  }

  @Test
  void refusesToReadAnotherScaleAsNps() {
    assertThat(IntStream.range(0, 20).filter(Coding.NPS3::appliesTo)).containsExactly(11);
    assertThatThrownBy(() -> Coding.NPS3.code(0, 5))
        .hasMessage("Cannot code a score as nps3: its scale has 5 levels.");
  }

  @Test
  void refusesALevelThatTheScaleDoesNotHave() {
    assertThatThrownBy(() -> Coding.RAW.code(5, 5))
        .hasMessage("Cannot code level 5: the scale's levels are 0 to 4.");
    assertThatThrownBy(() -> Coding.RAW.code(-1, 5)).hasMessageContaining("level -1");
  }

  @Test
  void readsTheBestAnswers() {
    assertThat(codes(Coding.TOP_BOX, 5)).containsExactly(0, 0, 0, 0, 1);
    assertThat(codes(Coding.TOP2_BOX, 5)).containsExactly(0, 0, 0, 1, 1);
  }

  @Test
  void countsEverythingButTheWorstTwoAsFavourable() {
    assertThat(codes(Coding.BOTTOM2_BOX, 5)).containsExactly(0, 0, 1, 1, 1);
  }

  @Test
  void keepsARawScore() {
    assertThat(codes(Coding.RAW, 7)).containsExactly(0, 1, 2, 3, 4, 5, 6);
  }

  @Test
  void needsAScaleOnWhichItLeavesTwoAnswers() {
    assertThat(Coding.TOP_BOX.appliesTo(2)).isTrue();
    assertThat(Coding.TOP_BOX.appliesTo(1)).isFalse();
    assertThat(Coding.TOP2_BOX.appliesTo(2)).isFalse();
    assertThat(Coding.BOTTOM2_BOX.appliesTo(3)).isTrue();
  }

  @Test
  void addsUpTheCountsOfEachCode() {
    double[] counts = {1, 1, 1, 1, 1, 1, 1, 10, 10, 100, 100};

    assertThat(Coding.NPS3.recode(counts)).containsExactly(7, 20, 200);
    assertThat(Coding.TOP2_BOX.recode(counts)).containsExactly(27, 200);
    assertThat(Coding.RAW.recode(counts)).containsExactly(counts).isNotSameAs(counts);
  }

  @Test
  void isNamedAsInSettingsAndMarts() {
    assertThat(Arrays.stream(Coding.values()).map(Coding::label))
        .containsExactly("raw", "nps3", "top_box", "top2_box", "bottom2_box");
  }

  private static int[] codes(Coding coding, int levels) {
    return IntStream.range(0, levels).map(level -> coding.code(level, levels)).toArray();
  }
}
