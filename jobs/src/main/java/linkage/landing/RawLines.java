package linkage.landing;

import java.io.IOException;
import java.io.Reader;

/** Lines of a text with the exact ends they have: LF, CR LF or CR. */
final class RawLines {
  private final Reader text;
  private final char[] buffer = new char[1 << 15];
  private final StringBuilder pending = new StringBuilder();
  private int position;
  private int limit;
  private String end = "";

  RawLines(Reader text) {
    this.text = text;
  }

  /** The next line without its end, or null after the last. */
  String next() throws IOException {
    while (position < limit || fill()) {
      int start = position;
      while (position < limit && buffer[position] != '\n' && buffer[position] != '\r') {
        position++;
      }
      if (position < limit) {
        String line = take(start);
        end = takeEnd();
        return line;
      }
      pending.append(buffer, start, limit - start);
    }
    end = "";
    return pending.isEmpty() ? null : take(limit);
  }

  /** What ended the last line; empty when the text ended in it. */
  String end() {
    return end;
  }

  private String take(int start) {
    if (pending.isEmpty()) {
      return new String(buffer, start, position - start);
    }
    String line = pending.append(buffer, start, position - start).toString();
    pending.setLength(0);
    return line;
  }

  private String takeEnd() throws IOException {
    if (buffer[position++] == '\n') {
      return "\n";
    }
    boolean isPair = (position < limit || fill()) && buffer[position] == '\n';
    if (isPair) {
      position++;
    }
    return isPair ? "\r\n" : "\r";
  }

  private boolean fill() throws IOException {
    int count = text.read(buffer, 0, buffer.length);
    position = 0;
    limit = Math.max(count, 0);
    return count > 0;
  }
}
