package linkage.landing;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.StringArrayHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** Splits the text of one delimited record into its fields. Not safe for use by many threads. */
final class CsvFields {
  /** Fields of one record beyond which it has a problem; bounds memory. */
  private static final int FIELD_COUNT_LIMIT = 10 * FileShape.COLUMN_LIMIT;

  private final FileShape shape;
  private final CsvReader.CsvReaderBuilder quoted;
  private final StringArrayHandler handler;

  CsvFields(FileShape shape) {
    this.shape = shape;
    if (shape.quoteCharacter() < 0) {
      this.quoted = null;
      this.handler = null;
    } else {
      this.quoted =
          CsvReader.builder()
              .fieldSeparator((char) shape.delimiterCharacter())
              .quoteCharacter((char) shape.quoteCharacter())
              .skipEmptyLines(false)
              .allowExtraFields(true)
              .allowMissingFields(true)
              .allowExtraCharsAfterClosingQuote(false)
              .detectBomHeader(false)
              .maxBufferSize(Math.max(shape.recordLimit(), 1 << 16));
      this.handler =
          StringArrayHandler.of(
              limits ->
                  limits
                      .maxFields(FIELD_COUNT_LIMIT)
                      .maxFieldSize(shape.fieldLimit())
                      .maxRecordSize(shape.recordLimit()));
    }
  }

  /**
   * @param record one record without the line end that closes it
   */
  String[] split(String record) throws BadRecordException {
    if (shape.isWhitespaceDelimited()) {
      return splitAtBlanks(record);
    }
    return quoted == null ? splitAtDelimiter(record) : parse(record);
  }

  private String[] parse(String record) throws BadRecordException {
    try (CsvReader<String[]> records = quoted.build(handler, record)) {
      var parsed = records.iterator();
      String[] fields = parsed.next();
      if (parsed.hasNext()) {
        throw new BadRecordException("is more than one record to the parser");
      }
      return fields;
    } catch (CsvParseException e) {
      throw new BadRecordException(problem(e));
    } catch (IOException e) {
      throw new UncheckedIOException("Text in memory can't fail to be read.", e);
    }
  }

  private static String problem(CsvParseException failure) {
    Throwable innermost = failure;
    while (innermost.getCause() instanceof CsvParseException) {
      innermost = innermost.getCause();
    }
    String message = String.valueOf(innermost.getMessage());
    return message.contains("after closing quote")
        ? "has text after the closing quote"
        : "isn't CSV: " + message;
  }

  private String[] splitAtDelimiter(String record) throws BadRecordException {
    char delimiter = (char) shape.delimiterCharacter();
    List<String> fields = new ArrayList<>();
    int start = 0;
    for (int end = record.indexOf(delimiter); end >= 0; end = record.indexOf(delimiter, start)) {
      add(fields, record.substring(start, end));
      start = end + 1;
    }
    add(fields, record.substring(start));
    return fields.toArray(String[]::new);
  }

  private static String[] splitAtBlanks(String record) throws BadRecordException {
    List<String> fields = new ArrayList<>();
    StringTokenizer tokens = new StringTokenizer(record, " \t");
    while (tokens.hasMoreTokens()) {
      add(fields, tokens.nextToken());
    }
    return fields.toArray(String[]::new);
  }

  private static void add(List<String> fields, String field) throws BadRecordException {
    if (fields.size() == FIELD_COUNT_LIMIT) {
      throw new BadRecordException("has more than %,d fields".formatted(FIELD_COUNT_LIMIT));
    }
    fields.add(field);
  }
}
