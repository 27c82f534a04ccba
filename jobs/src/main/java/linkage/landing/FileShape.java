package linkage.landing;

import java.io.Serializable;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;

/**
 * How the files of one source are written.
 *
 * @param format CSV and JSON lines may be gzipped; the content tells, not the name
 * @param delimiter CSV only: one character, or {@link #WHITESPACE}
 * @param quote CSV only: one character, doubled to stand for itself; empty when nothing is quoted
 * @param charset the declared encoding of CSV and JSON lines; a byte order mark is understood
 * @param fieldLimit characters a field may have; a longer one fails its file
 */
public record FileShape(
    Format format, String delimiter, String quote, String charset, int fieldLimit)
    implements Serializable {

  /** The kinds of files that are read. */
  public enum Format {
    CSV,
    JSONL,
    PARQUET,
    DELTA
  }

  /** Runs of blanks separate fields, blanks at both ends are ignored, and nothing is quoted. */
  public static final String WHITESPACE = "whitespace";

  /** Characters a field may have unless the source says otherwise. */
  public static final int DEFAULT_FIELD_LIMIT = 1_000_000;

  /** Columns a file may have; a wider one fails. */
  static final int COLUMN_LIMIT = 10_000;

  private static final long FIELDS_PER_RECORD_LIMIT = 16;

  /**
   * @throws linkage.ConfigException when the delimiter, the quote or the encoding can't be used
   */
  public FileShape {
    List<String> problems = new ArrayList<>();
    if (format == Format.CSV) {
      checkMarks(delimiter, quote, problems);
    }
    checkCharset(charset, problems);
    if (fieldLimit < 1) {
      problems.add("the field limit is %d, expected at least 1".formatted(fieldLimit));
    }
    if (!problems.isEmpty()) {
      throw LandingErrors.badShape(problems);
    }
    quote = WHITESPACE.equals(delimiter) ? "" : quote;
  }

  /** Comma, double quote, UTF-8. */
  public static FileShape csv() {
    return new FileShape(Format.CSV, ",", "\"", "UTF-8", DEFAULT_FIELD_LIMIT);
  }

  /** One JSON object per line, UTF-8. */
  public static FileShape jsonl() {
    return new FileShape(Format.JSONL, "", "", "UTF-8", DEFAULT_FIELD_LIMIT);
  }

  /** Parquet files, or directories of them. */
  public static FileShape parquet() {
    return new FileShape(Format.PARQUET, "", "", "UTF-8", DEFAULT_FIELD_LIMIT);
  }

  /** Delta tables. */
  public static FileShape delta() {
    return new FileShape(Format.DELTA, "", "", "UTF-8", DEFAULT_FIELD_LIMIT);
  }

  public FileShape withDelimiter(String other) {
    return new FileShape(format, other, quote, charset, fieldLimit);
  }

  public FileShape withQuote(String other) {
    return new FileShape(format, delimiter, other, charset, fieldLimit);
  }

  public FileShape withCharset(String other) {
    return new FileShape(format, delimiter, quote, other, fieldLimit);
  }

  public FileShape withFieldLimit(int other) {
    return new FileShape(format, delimiter, quote, charset, other);
  }

  boolean isText() {
    return format == Format.CSV || format == Format.JSONL;
  }

  boolean isWhitespaceDelimited() {
    return format == Format.CSV && WHITESPACE.equals(delimiter);
  }

  /** The delimiter as a character, or -1 when no one character separates fields. */
  int delimiterCharacter() {
    return format == Format.CSV && !isWhitespaceDelimited() ? delimiter.charAt(0) : -1;
  }

  /** The quote as a character, or -1 when nothing is quoted. */
  int quoteCharacter() {
    return format == Format.CSV && !quote.isEmpty() ? quote.charAt(0) : -1;
  }

  /** Characters a record may have: bounds the memory that one record takes. */
  int recordLimit() {
    return (int) Math.min(Integer.MAX_VALUE - 8L, FIELDS_PER_RECORD_LIMIT * fieldLimit);
  }

  private static void checkMarks(String delimiter, String quote, List<String> problems) {
    if (!WHITESPACE.equals(delimiter) && !isMark(delimiter)) {
      problems.add(
          "the delimiter is '%s', expected one character or whitespace".formatted(delimiter));
    }
    if (quote == null || !quote.isEmpty() && !isMark(quote)) {
      problems.add("the quote is '%s', expected one character or nothing".formatted(quote));
    } else if (quote.equals(delimiter)) {
      problems.add("the delimiter and the quote are both '%s'".formatted(quote));
    }
  }

  private static boolean isMark(String text) {
    return text != null
        && text.length() == 1
        && !Character.isSurrogate(text.charAt(0))
        && "\r\n\0".indexOf(text.charAt(0)) < 0;
  }

  private static void checkCharset(String charset, List<String> problems) {
    try {
      Charset.forName(charset);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      problems.add("the encoding is '%s', which this Java doesn't know".formatted(charset));
    }
  }
}
