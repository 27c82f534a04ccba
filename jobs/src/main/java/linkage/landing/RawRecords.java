package linkage.landing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;

/**
 * The records of one CSV or JSON lines file, in their order. A bad record never stops the file; a
 * file whose inspection failed must not be read.
 *
 * <p><b>Cost:</b> one pass, the memory of one record.
 */
public final class RawRecords implements Iterator<RawRecord>, Closeable {
  private final RawContent content;
  private final String path;
  private final FileShape shape;
  private final RawLines lines;
  private final List<String> columns;
  private final Map<String, Integer> columnIndex = new HashMap<>();
  private final CsvFields csv;
  private final JsonFields json;
  private final int width;
  private long number;
  private RawRecord next;
  private boolean exhausted;

  private RawRecords(RawContent content, FileShape shape, String path, List<String> columns)
      throws IOException {
    this.content = content;
    this.path = path;
    this.shape = shape;
    this.lines = new RawLines(content.text(shape));
    boolean isCsv = shape.format() == FileShape.Format.CSV;
    this.csv = isCsv ? new CsvFields(shape) : null;
    this.json = isCsv ? null : new JsonFields(shape);
    this.columns = columns;
    for (String column : columns) {
      columnIndex.put(ColumnNames.key(column), columnIndex.size());
    }
    this.width = isCsv ? headerWidth() : columns.size();
  }

  /**
   * Opens a file after its inspection.
   *
   * @param columns the columns the inspection found, to which the values are aligned
   * @throws IOException when the file can't be read, or isn't the one that was inspected
   */
  public static RawRecords open(
      Configuration hadoop, FileShape shape, String path, List<String> columns) throws IOException {
    if (!shape.isText()) {
      throw new IllegalArgumentException("%s has no raw records.".formatted(shape.format()));
    }
    RawContent content = RawContent.open(hadoop, path);
    try {
      return new RawRecords(content, shape, path, columns);
    } catch (IOException e) {
      content.close();
      throw e;
    }
  }

  @Override
  public boolean hasNext() {
    if (next == null && !exhausted) {
      try {
        next = read();
        exhausted = next == null;
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read %s: %s".formatted(path, e.getMessage()), e);
      }
    }
    return next != null;
  }

  @Override
  public RawRecord next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    RawRecord record = next;
    next = null;
    return record;
  }

  @Override
  public void close() throws IOException {
    content.close();
  }

  private int headerWidth() throws IOException {
    Text text = nextText();
    ColumnNames.Header header = text == null ? null : ColumnNames.header(shape, text.characters());
    if (header == null || !header.columns().equals(columns)) {
      throw changed(
          "its header is %s, expected %s"
              .formatted(header == null ? "missing" : header.columns(), columns));
    }
    return header.width();
  }

  private RawRecord read() throws IOException {
    Text text = nextText();
    if (text == null) {
      return null;
    }
    number++;
    try {
      String[] values = json == null ? delimited(text) : keyed(text);
      return new RawRecord(number, values, text.characters(), null);
    } catch (BadRecordException e) {
      return new RawRecord(
          number, new String[columns.size()], text.characters(), problem(e.getMessage(), text));
    }
  }

  private String[] delimited(Text text) throws BadRecordException {
    if (text.isQuoteOpen()) {
      throw new BadRecordException("has a quote that is still open at the end of the file");
    }
    String[] fields = csv.split(text.characters());
    if (fields.length != width) {
      throw new BadRecordException(
          fields.length < width ? "has too few fields" : "has too many fields",
          "%d, the header has %d%s"
              .formatted(
                  fields.length,
                  width,
                  text.isCutOff() ? ", and the file ends in it without a line end" : ""));
    }
    for (int i = columns.size(); i < width; i++) {
      if (!fields[i].isBlank()) {
        throw new BadRecordException(
            "has a value in a column without a name",
            "'%s' in column %d".formatted(fields[i], i + 1));
      }
    }
    return width == columns.size() ? fields : Arrays.copyOf(fields, columns.size());
  }

  private static String problem(String problem, Text text) {
    return text.lines() == 1
        ? problem
        : "%s%s the record spans %d lines"
            .formatted(problem, problem.contains(": ") ? "," : ":", text.lines());
  }

  private String[] keyed(Text text) throws BadRecordException, IOException {
    String[] values = new String[columns.size()];
    for (Map.Entry<String, String> field : json.read(text.characters()).entrySet()) {
      Integer index = columnIndex.get(ColumnNames.key(field.getKey()));
      if (index == null) {
        throw changed("record %d has the new key '%s'".formatted(number, field.getKey()));
      }
      values[index] = field.getValue();
    }
    return values;
  }

  private IOException changed(String found) {
    return new IOException("%s changed after its inspection: %s".formatted(path, found));
  }

  /** The exact text of a record, and how the file holds it. */
  private record Text(String characters, int lines, boolean isQuoteOpen, boolean isCutOff) {}

  /** The text of the next record that isn't blank, or null. */
  private Text nextText() throws IOException {
    String line = lines.next();
    while (line != null && isBlank(line)) {
      line = lines.next();
    }
    if (line == null) {
      return null;
    }
    boolean isQuoteOpen = endsInQuotes(line, false);
    if (!isQuoteOpen) {
      return new Text(line, 1, false, lines.end().isEmpty());
    }
    StringBuilder text = new StringBuilder(line);
    int count = 1;
    while (isQuoteOpen) {
      String end = lines.end();
      line = lines.next();
      if (line == null) {
        return new Text(text.append(end).toString(), count, true, true);
      }
      text.append(end).append(line);
      count++;
      isQuoteOpen = endsInQuotes(line, true);
      if (text.length() > shape.recordLimit()) {
        throw changed("a record has more than %,d characters".formatted(shape.recordLimit()));
      }
    }
    return new Text(text.toString(), count, false, lines.end().isEmpty());
  }

  private boolean isBlank(String line) {
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c != ' ' && c != '\t' || c == shape.delimiterCharacter()) {
        return false;
      }
    }
    return true;
  }

  /** Whether a quote is open after a line, given whether one was open before it. */
  private boolean endsInQuotes(String line, boolean startsInQuotes) {
    int quote = shape.quoteCharacter();
    if (quote < 0 || line.indexOf(quote) < 0) {
      return startsInQuotes;
    }
    boolean inQuotes = startsInQuotes;
    int at = 0;
    if (!inQuotes && line.charAt(0) == quote) {
      inQuotes = true;
      at = 1;
    }
    while (true) {
      if (inQuotes) {
        int closing = line.indexOf(quote, at);
        if (closing < 0) {
          return true;
        }
        boolean isDoubled = closing + 1 < line.length() && line.charAt(closing + 1) == quote;
        inQuotes = isDoubled;
        at = closing + (isDoubled ? 2 : 1);
      } else {
        int delimiter = line.indexOf(shape.delimiterCharacter(), at);
        if (delimiter < 0) {
          return false;
        }
        at = delimiter + 1;
        if (at < line.length() && line.charAt(at) == quote) {
          inQuotes = true;
          at++;
        }
      }
    }
  }
}
