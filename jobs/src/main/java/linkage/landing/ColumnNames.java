package linkage.landing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The names of a file's columns. Names that differ only by case or by surrounding blanks are the
 * same name, since SQL can't tell them apart.
 */
final class ColumnNames {
  /** The column that says where a row came from. */
  static final String RECORD = "_record";

  private static final String EXCEL_MARK = "sep=";
  private static final Pattern SURROUNDING_BLANKS =
      Pattern.compile("^[\\s\\u00A0\\u200B\\uFEFF]+|[\\s\\u00A0\\u200B\\uFEFF]+$");
  private static final Pattern NUMBER_OR_DATE = Pattern.compile("[-+]?\\d[\\d.,:/ -]*");
  private static final List<String> COMMON_DELIMITERS = List.of(",", ";", "\t", "|");

  private ColumnNames() {}

  /** A name as it becomes a column: without blanks around it. */
  static String trim(String name) {
    return SURROUNDING_BLANKS.matcher(name).replaceAll("");
  }

  /** What equal names have in common. */
  static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /**
   * A delimited file's header.
   *
   * @param columns the named columns; a file with failures has none
   * @param width fields a record must have, nameless columns at the end included
   */
  record Header(List<String> columns, int width, List<String> failures, List<String> warnings) {}

  static Header header(FileShape shape, String text) {
    String[] fields;
    try {
      fields = new CsvFields(shape).split(text);
    } catch (BadRecordException e) {
      return new Header(List.of(), 0, List.of("the header " + e.getMessage()), List.of());
    }
    List<String> names = new ArrayList<>();
    for (String field : fields) {
      names.add(trim(field));
    }
    int width = names.size();
    while (names.size() > 1 && names.get(names.size() - 1).isEmpty()) {
      names.remove(names.size() - 1);
    }
    List<String> failures = failures(names);
    List<String> warnings = new ArrayList<>();
    if (names.size() < width) {
      warnings.add(
          "the header ends in %d column(s) without a name, which must be empty in every record"
              .formatted(width - names.size()));
    }
    if (key(names.get(0)).startsWith(EXCEL_MARK)) {
      failures.add("the first line is '%s', Excel's mark, and no header".formatted(text));
    }
    suspectDelimiter(shape, text, names, failures, warnings);
    names.stream()
        .filter(name -> NUMBER_OR_DATE.matcher(name).matches())
        .findFirst()
        .ifPresent(
            name ->
                warnings.add("the header may be missing: a column is named '%s'".formatted(name)));
    return new Header(
        failures.isEmpty() ? List.copyOf(names) : List.of(), width, failures, warnings);
  }

  /** What is wrong with the names of one file's columns; empty when nothing is. */
  static List<String> failures(List<String> names) {
    if (names.size() > FileShape.COLUMN_LIMIT) {
      return new ArrayList<>(
          List.of(
              "has %,d columns, at most %,d are read"
                  .formatted(names.size(), FileShape.COLUMN_LIMIT)));
    }
    List<String> failures = new ArrayList<>();
    Map<String, String> seen = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.isEmpty()) {
        failures.add("column %d of the header has no name".formatted(i + 1));
        continue;
      }
      if (key(name).equals(RECORD)) {
        failures.add("a column is named %s, which is reserved".formatted(name));
      }
      String other = seen.putIfAbsent(key(name), name);
      if (name.equals(other)) {
        failures.add("column '%s' is twice in the header".formatted(name));
      } else if (other != null) {
        failures.add("columns '%s' and '%s' differ only by case".formatted(other, name));
      }
    }
    return failures;
  }

  private static void suspectDelimiter(
      FileShape shape,
      String text,
      List<String> names,
      List<String> failures,
      List<String> warnings) {
    boolean isQuoted = shape.quoteCharacter() >= 0 && text.indexOf(shape.quoteCharacter()) >= 0;
    for (String other : COMMON_DELIMITERS) {
      if (isQuoted || other.equals(shape.delimiter()) || !text.contains(other)) {
        continue;
      }
      String shown = other.equals("\t") ? "a tab" : "'" + other + "'";
      if (names.size() == 1) {
        failures.add(
            "the header is one column that holds %s: is that the delimiter?".formatted(shown));
      } else {
        warnings.add("a name in the header holds %s".formatted(shown));
      }
    }
  }
}
