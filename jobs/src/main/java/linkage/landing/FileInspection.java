package linkage.landing;

import java.io.IOException;
import java.io.Reader;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * What is known of a file before its records are read.
 *
 * @param sha256 digest of the bytes as stored, in hexadecimal, which tells a changed file of the
 *     same name apart; of a Parquet directory, of the names and bytes of its parts; of a Delta
 *     table, of its identity and version; null when the file can't be read at all
 * @param records records counted without the parser, header and blank lines left out; of a failed
 *     file, those before its failure
 * @param columns the file's own columns in their order, names trimmed: of CSV its header, of JSON
 *     lines the union of the top-level keys of all readable records
 * @param failure why the file fails as a whole, so that none of its records can be trusted; null
 *     when it doesn't
 * @param warnings what a person should look at, though the records can be trusted
 * @param schema of a single Parquet file, the schema in its footer; otherwise null
 * @param version of a Delta table, the version that was inspected; otherwise null
 */
public record FileInspection(
    LandingFile file,
    String sha256,
    long records,
    List<String> columns,
    String failure,
    List<String> warnings,
    String schema,
    Long version)
    implements Serializable {

  public FileInspection {
    columns = List.copyOf(columns);
    warnings = List.copyOf(warnings);
  }

  public boolean isFailed() {
    return failure != null;
  }

  /** The columns by what SQL tells them apart by: in lower case. */
  public List<String> columnKeys() {
    return columns.stream().map(ColumnNames::key).toList();
  }

  /**
   * Inspects one CSV, JSON lines or Parquet file in one pass over its bytes. Memory is bounded by
   * the longest record. A Delta table is inspected by {@link RawFiles}.
   */
  public static FileInspection of(Configuration hadoop, FileShape shape, LandingFile file) {
    return switch (shape.format()) {
      case CSV, JSONL -> ofText(hadoop, shape, file);
      case PARQUET -> ParquetFooters.inspect(hadoop, file);
      case DELTA -> throw new IllegalArgumentException("A Delta table needs a session.");
    };
  }

  static FileInspection failed(LandingFile file, String sha256, String failure) {
    return new FileInspection(file, sha256, 0, List.of(), failure, List.of(), null, null);
  }

  private static FileInspection ofText(Configuration hadoop, FileShape shape, LandingFile file) {
    try (RawContent content = RawContent.open(hadoop, file.path())) {
      JsonKeys keys = new JsonKeys(shape);
      RecordCount count = new RecordCount(shape, keys::add);
      List<String> failures = new ArrayList<>();
      try {
        count(content.text(shape), count, keys);
      } catch (BadFileException e) {
        failures.add(e.getMessage());
      }
      List<String> warnings = new ArrayList<>(content.warnings());
      List<String> columns =
          shape.format() == FileShape.Format.CSV
              ? headerColumns(shape, content, count, failures, warnings)
              : keyColumns(content, count, keys, failures, warnings);
      return new FileInspection(
          file,
          content.sha256OfStoredBytes(),
          count.records(),
          columns,
          failures.isEmpty() ? null : String.join("; ", failures),
          warnings,
          null,
          null);
    } catch (IOException e) {
      return failed(file, null, "can't be read: " + e.getMessage());
    }
  }

  private static void count(Reader text, RecordCount count, JsonKeys keys) throws IOException {
    char[] characters = new char[1 << 15];
    for (int length = text.read(characters); length >= 0; length = text.read(characters)) {
      count.accept(characters, length);
      keys.check();
    }
    count.finish();
    keys.check();
  }

  private static List<String> headerColumns(
      FileShape shape,
      RawContent content,
      RecordCount count,
      List<String> failures,
      List<String> warnings) {
    if (count.header() == null) {
      if (failures.isEmpty()) {
        failures.add(content.isEmpty() ? "is empty: it has no header" : "has only blank lines");
      }
      return List.of();
    }
    ColumnNames.Header header = ColumnNames.header(shape, count.header());
    failures.addAll(header.failures());
    warnings.addAll(header.warnings());
    if (count.suspiciousRecords() > 0) {
      warnings.add(
          "%d record(s) hold a line inside quotes that looks like a record, first record %d"
              .formatted(count.suspiciousRecords(), count.firstSuspiciousRecord()));
    }
    return header.columns();
  }

  private static List<String> keyColumns(
      RawContent content,
      RecordCount count,
      JsonKeys keys,
      List<String> failures,
      List<String> warnings) {
    if (content.isEmpty() && failures.isEmpty()) {
      warnings.add("is empty");
    }
    boolean isArray = keys.startsWithBracket && keys.endsWithBracket;
    boolean isBroken = keys.objects == 0 && count.records() > 1;
    if (failures.isEmpty() && isArray) {
      failures.add("is a JSON array, expected one JSON object per line");
    } else if (failures.isEmpty() && isBroken) {
      failures.add(
          "none of its %d lines is a JSON object, the first %s"
              .formatted(count.records(), keys.firstProblem));
    }
    return List.copyOf(keys.names.values());
  }

  /** The union of the keys of a JSON lines file. */
  private static final class JsonKeys {
    private final int fieldLimit;
    private final JsonFields fields;
    private final Map<String, String> names = new LinkedHashMap<>();
    private long lines;
    private long objects;
    private boolean startsWithBracket;
    private boolean endsWithBracket;
    private String firstProblem;
    private String failure;

    JsonKeys(FileShape shape) {
      this.fieldLimit = shape.fieldLimit();
      this.fields = new JsonFields(shape);
    }

    void add(String line) {
      lines++;
      startsWithBracket |= lines == 1 && line.stripLeading().startsWith("[");
      endsWithBracket = line.stripTrailing().endsWith("]");
      try {
        for (Map.Entry<String, String> field : fields.read(line).entrySet()) {
          names.putIfAbsent(ColumnNames.key(field.getKey()), field.getKey());
          if (field.getValue() != null && field.getValue().length() > fieldLimit) {
            failure =
                "the value of '%s' in record %d has more than %,d characters"
                    .formatted(field.getKey(), lines, fieldLimit);
          }
        }
        objects++;
      } catch (BadRecordException e) {
        firstProblem = firstProblem == null ? e.getMessage() : firstProblem;
      }
      if (names.size() > FileShape.COLUMN_LIMIT) {
        failure =
            "has more than %,d different keys by record %d"
                .formatted(FileShape.COLUMN_LIMIT, lines);
      }
    }

    void check() throws BadFileException {
      if (failure != null) {
        throw new BadFileException(failure);
      }
    }
  }
}
