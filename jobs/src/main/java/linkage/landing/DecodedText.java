package linkage.landing;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/**
 * Characters of a stream in a declared encoding, without a leading byte order mark.
 *
 * <p>A byte that isn't of that encoding ends the text with a {@link BadFileException} that names
 * its offset, after all characters before it were handed over.
 */
final class DecodedText extends Reader {
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final int BUFFER = 1 << 15;

  private final InputStream in;
  private final Charset charset;
  private final CharsetDecoder decoder;
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
  private final CharBuffer characters = CharBuffer.allocate(BUFFER).flip();
  private long offset;
  private boolean atEnd;
  private boolean flushed;
  private boolean started;
  private BadFileException failure;

  DecodedText(InputStream in, Charset charset) {
    this.in = in;
    this.charset = charset;
    this.decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  @Override
  public int read(char[] target, int start, int length) throws IOException {
    while (!characters.hasRemaining()) {
      if (failure != null) {
        throw failure;
      }
      if (flushed) {
        return -1;
      }
      decode();
    }
    int count = Math.min(length, characters.remaining());
    characters.get(target, start, count);
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void decode() throws IOException {
    fill();
    characters.clear();
    int before = bytes.position();
    CoderResult result = decoder.decode(bytes, characters, atEnd);
    offset += bytes.position() - before;
    if (result.isError()) {
      failure =
          new BadFileException(
              "byte 0x%02X at offset %d isn't %s"
                  .formatted(bytes.get(bytes.position()) & 0xff, offset, charset));
    } else if (atEnd && result.isUnderflow()) {
      flushed = decoder.flush(characters).isUnderflow();
    }
    characters.flip();
    if (!started && characters.hasRemaining()) {
      started = true;
      if (characters.get(characters.position()) == BYTE_ORDER_MARK) {
        characters.get();
      }
    }
  }

  private void fill() throws IOException {
    bytes.compact();
    while (!atEnd && bytes.hasRemaining()) {
      int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
      if (count < 0) {
        atEnd = true;
      } else {
        bytes.position(bytes.position() + count);
      }
    }
    bytes.flip();
  }
}
