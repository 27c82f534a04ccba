package linkage.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodedTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32", "GB18030"})
  void keepsCharactersAcrossBuffers(String charset) throws IOException {
    for (int before = 0; before < 4; before++) {
      String text = "x".repeat(before) + "😀€ä".repeat(30_000);

      assertThat(decode(text.getBytes(Charset.forName(charset)), charset)).isEqualTo(text);
    }
  }

  @Test
  void handsOverEverythingBeforeABadByte() throws IOException {
    byte[] bytes = ("a".repeat(100_000) + "\u00ff").getBytes(StandardCharsets.ISO_8859_1);
    Reader text = new DecodedText(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8);
    StringWriter read = new StringWriter();

    assertThatThrownBy(() -> text.transferTo(read))
        .isInstanceOf(BadFileException.class)
        .hasMessage("byte 0xFF at offset 100000 isn't UTF-8");
    assertThat(read.toString()).isEqualTo("a".repeat(100_000));
  }

  @Test
  void stripsOnlyALeadingByteOrderMark() throws IOException {
    assertThat(decode("\uFEFFa\uFEFFb".getBytes(StandardCharsets.UTF_8), "UTF-8"))
        .isEqualTo("a\uFEFFb");
    assertThat(decode(new byte[0], "UTF-8")).isEmpty();
  }

  private static String decode(byte[] bytes, String charset) throws IOException {
    StringWriter read = new StringWriter();
    new DecodedText(new ByteArrayInputStream(bytes), Charset.forName(charset)).transferTo(read);
    return read.toString();
  }
}
