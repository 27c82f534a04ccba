package linkage.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import linkage.ConfigException;
import org.junit.jupiter.api.Test;

class FileShapeTest {
  @Test
  void reportsEveryProblemAtOnce() {
    assertThatThrownBy(() -> new FileShape(FileShape.Format.CSV, "||", "''", "latin-99", 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot read files of this shape: the delimiter is '||', expected one character or"
                + " whitespace; the quote is '''', expected one character or nothing; the encoding"
                + " is 'latin-99', which this Java doesn't know; the field limit is 0, expected at"
                + " least 1. Nothing was read. Correct the source's settings.");
    assertThatThrownBy(() -> FileShape.csv().withQuote(","))
        .hasMessageContaining("the delimiter and the quote are both ','");
  }

  @Test
  void quotesNothingBetweenBlanks() {
    assertThat(FileShape.csv().withDelimiter(FileShape.WHITESPACE).quote()).isEmpty();
  }
}
