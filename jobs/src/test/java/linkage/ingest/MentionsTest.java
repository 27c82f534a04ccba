package linkage.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MentionsTest {
  private static final List<String> IDENTIFIERS =
      List.of("DE:4711", "AC ME 12", "c7", "#9", "O\"Hara", "Müller-1", "");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DE:4711",
        "1;DE:4711;2",
        "1^DE:4711~x",
        "1\u0001AC ME 12\u00012",
        "1#c7#2",
        "path/c7/x",
        "{\"customer\":\"c7\"}",
        "C7|1",
        "x#9",
        "a,\"O\"\"Hara\",b",
        "{\"name\":\"O\\\"Hara\"}",
        "MÜLLER-1",
        "c77 c7"
      })
  void findsAnIdentifierBetweenWhateverDelimiters(String text) {
    assertThat(new Mentions(IDENTIFIERS).isIn(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "DE:47111", "ADE:4711", "DE 4711", "c77", "c 7", "AC ME 123", "Müller-1a"})
  void passesOverWhatIsPartOfALongerWord(String text) {
    assertThat(new Mentions(IDENTIFIERS).isIn(text)).isFalse();
  }

  @Test
  void anAbsentTextMentionsNobody() {
    assertThat(new Mentions(IDENTIFIERS).isIn(null)).isFalse();
    assertThat(new Mentions(List.of()).isIn("c7")).isFalse();
  }
}
