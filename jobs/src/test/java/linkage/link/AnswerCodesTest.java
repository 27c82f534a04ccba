package linkage.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

class AnswerCodesTest {
  private final AnswerCodes codes = new AnswerCodes(Rules.QUESTIONS);

  private static <T> Seq<T> seq(List<T> values) {
    return CollectionConverters.asScala(values).toSeq();
  }

  @Test
  void countLevelsFromTheUnfavourableEndAndStartAtOne() {
    assertThat(codes.call("r", seq(List.of("ces", "nps")), seq(List.of(7, 10))))
        .containsExactly(11, 0, 1);
    assertThat(codes.call("r", seq(List.of("ces", "nps")), seq(List.of(1, 0))))
        .containsExactly(1, 0, 7);
  }

  @Test
  void leaveOutSkippedAndUndeclaredQuestions() {
    assertThat(codes.call("r", seq(List.of("nps", "age")), seq(Arrays.asList(null, 44))))
        .containsExactly(0, 0, 0);
  }

  @Test
  void areZeroWithoutAnswers() {
    assertThat(codes.call("r", null, null)).containsExactly(0, 0, 0);
  }

  @Test
  void refuseAnAnswerOutsideTheScale() {
    assertThatThrownBy(() -> codes.call("r7", seq(List.of("nps")), seq(List.of(11))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot link response r7: question nps is answered with 11, expected 0 to 10. Nothing"
                + " was linked. Has the scale been changed since the response was read?");
  }
}
