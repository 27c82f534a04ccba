package linkage.landing;

import java.util.function.Consumer;

/**
 * Counts records one character after the other, without the parser: a record ends at a line end
 * outside quotes, and a line of blanks only is no record.
 *
 * <p>{@link RawRecords} finds the same records line by line. The two share no code, so that one
 * checks the other.
 */
final class RecordCount {
  private enum State {
    FIELD_START,
    UNQUOTED,
    QUOTED,
    QUOTE_IN_QUOTES
  }

  /** Columns from which on a line that looks like a record is suspicious. */
  private static final int SUSPICIOUS_WIDTH = 3;

  private final boolean hasHeader;
  private final int delimiter;
  private final int quote;
  private final boolean blanksSeparate;
  private final int fieldLimit;
  private final int recordLimit;
  private final Consumer<String> jsonLines;
  private final StringBuilder captured = new StringBuilder();

  private State state = State.FIELD_START;
  private char previous;
  private boolean blank = true;
  private int fieldLength;
  private int recordLength;
  private int delimiters;
  private int lineDelimiters;
  private boolean lineStartedInQuotes;
  private boolean suspicious;
  private long line = 1;
  private long quoteLine;
  private String header;
  private int headerWidth;
  private long records;
  private long suspiciousRecords;
  private long firstSuspiciousRecord;

  /**
   * @param jsonLines takes the text of every record of a JSON lines file
   */
  RecordCount(FileShape shape, Consumer<String> jsonLines) {
    boolean isCsv = shape.format() == FileShape.Format.CSV;
    this.hasHeader = isCsv;
    this.delimiter = shape.delimiterCharacter();
    this.quote = shape.quoteCharacter();
    this.blanksSeparate = shape.isWhitespaceDelimited();
    this.fieldLimit = isCsv ? shape.fieldLimit() : shape.recordLimit();
    this.recordLimit = shape.recordLimit();
    this.jsonLines = isCsv ? null : jsonLines;
  }

  void accept(char[] characters, int length) throws BadFileException {
    for (int i = 0; i < length; i++) {
      accept(characters[i]);
    }
  }

  /** Takes note of the end of the file. */
  void finish() throws BadFileException {
    if (state == State.QUOTED) {
      throw new BadFileException(
          "a quote opened in %s (line %d) is still open at the end of the file"
              .formatted(where(), quoteLine));
    }
    endRecord();
  }

  /** Records so far, blank lines and the header left out. */
  long records() {
    return records;
  }

  /** The text of the header, or null when there is none. */
  String header() {
    return header;
  }

  /** Records with a whole line inside quotes that has as many fields as the header. */
  long suspiciousRecords() {
    return suspiciousRecords;
  }

  long firstSuspiciousRecord() {
    return firstSuspiciousRecord;
  }

  private void accept(char c) throws BadFileException {
    boolean endsPair = c == '\n' && previous == '\r';
    boolean endsLine = c == '\n' || c == '\r';
    previous = c;
    if (c == 0) {
      throw new BadFileException("holds a NUL character in %s (line %d)".formatted(where(), line));
    }
    if (state == State.QUOTED) {
      acceptQuoted(c, endsLine, endsPair);
      return;
    }
    if (endsLine) {
      if (!endsPair) {
        endRecord();
        line++;
      }
      return;
    }
    if (c == delimiter) {
      blank = false;
      delimiters++;
      state = State.FIELD_START;
      fieldLength = 0;
      grow(c);
      fieldLength = 0;
      return;
    }
    boolean opensQuote = c == quote && state == State.FIELD_START;
    boolean doublesQuote = c == quote && state == State.QUOTE_IN_QUOTES;
    boolean isBlank = c == ' ' || c == '\t';
    if (opensQuote) {
      quoteLine = line;
      lineStartedInQuotes = false;
    }
    state = opensQuote || doublesQuote ? State.QUOTED : State.UNQUOTED;
    blank &= isBlank;
    if (blanksSeparate && isBlank) {
      fieldLength = 0;
    }
    grow(c);
  }

  private void acceptQuoted(char c, boolean endsLine, boolean endsPair) throws BadFileException {
    if (c == quote) {
      state = State.QUOTE_IN_QUOTES;
    } else if (c == delimiter) {
      lineDelimiters++;
    } else if (endsLine && !endsPair) {
      boolean looksLikeRecord =
          headerWidth >= SUSPICIOUS_WIDTH && lineDelimiters + 1 == headerWidth;
      suspicious |= lineStartedInQuotes && looksLikeRecord;
      lineStartedInQuotes = true;
      lineDelimiters = 0;
      line++;
    }
    grow(c);
  }

  private void grow(char c) throws BadFileException {
    if (++fieldLength > fieldLimit) {
      throw new BadFileException(
          "a field of %s (line %d) has more than %,d characters"
              .formatted(where(), state == State.QUOTED ? quoteLine : line, fieldLimit));
    }
    if (++recordLength > recordLimit) {
      throw new BadFileException(
          "%s (line %d) has more than %,d characters".formatted(where(), line, recordLimit));
    }
    if (jsonLines != null || hasHeader && header == null) {
      captured.append(c);
    }
  }

  private void endRecord() {
    if (!blank && hasHeader && header == null) {
      header = captured.toString();
      headerWidth = delimiters + 1;
    } else if (!blank) {
      records++;
      if (suspicious && ++suspiciousRecords == 1) {
        firstSuspiciousRecord = records;
      }
      if (jsonLines != null) {
        jsonLines.accept(captured.toString());
      }
    }
    captured.setLength(0);
    state = State.FIELD_START;
    blank = true;
    suspicious = false;
    fieldLength = 0;
    recordLength = 0;
    delimiters = 0;
    lineDelimiters = 0;
  }

  private String where() {
    return hasHeader && header == null ? "the header" : "record " + (records + 1);
  }
}
