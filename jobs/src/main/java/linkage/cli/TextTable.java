package linkage.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Rows as a table for a terminal: columns as wide as needed, long text wrapped in the last. */
final class TextTable {
  private static final int LAST_COLUMN_WIDTH = 72;
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... header) {
    this.header = Stream.of(header).map(Printable::line).toList();
  }

  TextTable row(List<String> cells) {
    rows.add(cells.stream().map(Printable::line).toList());
    return this;
  }

  @Override
  public String toString() {
    int columns = header.size();
    int[] widths = new int[columns];
    for (int column = 0; column < columns; column++) {
      widths[column] = header.get(column).length();
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    widths[columns - 1] = Math.min(widths[columns - 1], LAST_COLUMN_WIDTH);
    var text = new StringBuilder();
    line(text, header, widths);
    List<String> rule = new ArrayList<>();
    for (int width : widths) {
      rule.add("-".repeat(width));
    }
    line(text, rule, widths);
    rows.forEach(row -> line(text, row, widths));
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> cells, int[] widths) {
    int last = widths.length - 1;
    List<String> wrapped = wrap(cells.get(last), widths[last]);
    for (int part = 0; part < wrapped.size(); part++) {
      var line = new StringBuilder("  ");
      for (int column = 0; column < last; column++) {
        String cell = part == 0 ? cells.get(column) : "";
        line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
      }
      text.append((line + wrapped.get(part)).stripTrailing()).append('\n');
    }
  }

  private static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    var line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (line.length() > 0 && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
