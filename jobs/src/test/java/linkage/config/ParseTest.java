package linkage.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParseTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "yyyy-MM-dd",
        "uuuu-MM-dd",
        "dd.MM.yy",
        "d MMM yyyy",
        "yyyyMMdd",
        "yyyy-MM",
        "MM/yyyy",
        "yyyy-MM-dd HH:mm:ss",
        "M/d/yyyy h:mm a",
        "yyyy-MM-dd'T'HH:mm:ss[.SSS]XXX",
        "yyyy-MM-dd'T'HH:mm:ssZ"
      })
  void takesPatternsThatTellTheDay(String pattern) {
    assertThat(Parse.datePattern(pattern)).contains(pattern);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dd/MM",
        "yyyy",
        "HH:mm",
        "YYYY-MM-dd",
        "yyyy-MM-DD",
        "yyyy-mm-dd",
        "yyyy-MM-dd hh:mm",
        "jjjj-mm-tt",
        "yyyy-MM-ddTHH:mm"
      })
  void refusesPatternsThatDoNot(String pattern) {
    assertThat(Parse.datePattern(pattern)).isEmpty();
  }
}
