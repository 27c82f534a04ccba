package linkage.ingest;

import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import linkage.config.QuestionSettings;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.contract.Field;
import linkage.contract.Range;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reads one mapped row as its contract types, listing every reason why it can't be accepted.
 *
 * <p><b>Grain:</b> one row per mapped row: the contract's columns parsed (null where they couldn't
 * be), where the row came from, and its reasons (none = valid).
 *
 * <p>It is a typed pass rather than SQL because each value needs a parsed result and a reason, in
 * formats that differ by source; as expressions this is a tree of hundreds of nodes per column.
 */
final class RowValidator implements MapFunction<Row, Row> {
  private static final long serialVersionUID = 1L;
  private static final Set<String> NEGATIVE_KINDS = Set.of("refund", "credit");

  private final Contract contract;
  private final TextParser text;
  private final AnswersParser answers;
  private final ZoneId zone;
  private final Map<String, FileFacts> files;
  private final StructType output;
  private final boolean hasAnswersColumn;
  private final boolean isCustomers;
  private final Map<String, Integer> columns = new HashMap<>();
  private final Map<String, Integer> questionColumns = new LinkedHashMap<>();
  private final Map<String, Integer> attributeColumns = new LinkedHashMap<>();
  private final int record;
  private final FieldRule[] rules;
  private final int[] key;
  private final int amount;
  private final int kind;

  RowValidator(
      StructType mapped, SourceSettings source, Settings settings, Map<String, FileFacts> files) {
    this.contract = Contract.source(source.name());
    this.text = new TextParser(source, settings.timeZone());
    this.answers = new AnswersParser(settings.questions(), text);
    this.zone = settings.timeZone();
    this.files = new HashMap<>(files);
    this.output = RowSchemas.validated(contract);
    this.record = mapped.fieldIndex(Mapping.RECORD);

    List<String> questions = settings.questions().stream().map(QuestionSettings::id).toList();
    for (String name : mapped.fieldNames()) {
      int index = mapped.fieldIndex(name);
      if (name.equals(Mapping.RECORD)) {
        continue;
      }
      if (contract.has(name)) {
        columns.put(name, index);
      } else if (contract.name().equals("survey_responses") && questions.contains(name)) {
        questionColumns.put(name, index);
      } else {
        attributeColumns.put(name, index);
      }
    }
    this.isCustomers = contract.name().equals("customers");
    this.hasAnswersColumn = columns.containsKey("answers");
    this.rules =
        contract.fields().stream()
            .map(field -> new FieldRule(field, columns.getOrDefault(field.name(), -1)))
            .toArray(FieldRule[]::new);
    this.key = contract.key().stream().mapToInt(output::fieldIndex).toArray();
    this.amount = contract.controlAmount().map(f -> output.fieldIndex(f.name())).orElse(-1);
    this.kind = contract.has("kind") ? output.fieldIndex("kind") : -1;
  }

  /** What is asked of one column, worked out once rather than for every row. */
  private static final class FieldRule implements Serializable {
    private static final long serialVersionUID = 1L;
    private final String name;
    private final int column;
    private final Kind kind;
    private final boolean isAnswers;
    private final boolean isRequired;
    private final boolean isEventDay;
    private final boolean isNotAfterArrival;
    private final DecimalType decimal;
    private final Range range;
    private final Set<String> allowed;
    private final Pattern pattern;
    private final String missing;
    private final String notParsed;
    private final String notAllowed;
    private final String notMatching;

    FieldRule(Field field, int column) {
      this.name = field.name();
      this.column = column;
      this.kind = Kind.of(field.type());
      this.isAnswers = field.name().equals("answers");
      this.isRequired = field.required();
      this.isEventDay = field.eventDay();
      this.isNotAfterArrival = field.notAfterArrival();
      this.decimal = field.type() instanceof DecimalType type ? type : null;
      this.range = field.range().isBounded() ? field.range() : null;
      this.allowed = Set.copyOf(field.allowedValues());
      this.pattern = field.pattern().isEmpty() ? null : Pattern.compile(field.pattern());
      this.missing = name + " is missing";
      this.notParsed = "%s is not a %s".formatted(name, kind.words);
      this.notAllowed =
          "%s is not one of %s".formatted(name, String.join(", ", field.allowedValues()));
      this.notMatching = "%s does not match %s".formatted(name, field.pattern());
    }
  }

  /** How a column's text is read. */
  private enum Kind {
    TEXT("text"),
    DAY("day"),
    INSTANT("point in time"),
    FLAG("yes or no"),
    LONG("whole number"),
    INTEGER("whole number"),
    DOUBLE("number"),
    DECIMAL("number"),
    MAP("map");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    static Kind of(DataType type) {
      return switch (type.typeName().replaceAll("\\(.*", "")) {
        case "string" -> TEXT;
        case "date" -> DAY;
        case "timestamp" -> INSTANT;
        case "boolean" -> FLAG;
        case "long" -> LONG;
        case "integer" -> INTEGER;
        case "double" -> DOUBLE;
        case "decimal" -> DECIMAL;
        case "map" -> MAP;
        default -> throw new IllegalStateException("No rule to parse " + type);
      };
    }
  }

  StructType output() {
    return output;
  }

  @Override
  public Row call(Row row) {
    Row from = row.getStruct(record);
    String fileId = from.getString(0);
    FileFacts file = files.get(fileId);
    var reasons = new Reasons();
    String problem = from.getString(3);
    if (problem != null) {
      int detail = problem.indexOf(": ");
      reasons.add(detail < 0 ? problem : problem.substring(0, detail), problem);
    }

    Object[] values = new Object[output.length()];
    LocalDate eventDay = null;
    int at = 0;
    for (FieldRule rule : rules) {
      Object value = value(rule, row, reasons, problem != null);
      values[at++] = value;
      LocalDate day = rule.isNotAfterArrival || rule.isEventDay ? day(value) : null;
      if (day != null) {
        if (rule.isNotAfterArrival && day.isAfter(file.arrivedOn())) {
          reasons.add(rule.name + " is after the file's arrival", day);
        }
        if (rule.isEventDay) {
          eventDay = day;
        }
      }
    }
    if (isCustomers) {
      values[at++] = attributes(row);
    }
    values[at++] = fileId;
    values[at++] = file.name();
    values[at++] = file.edition();
    values[at++] = file.fileDate() == null ? null : Date.valueOf(file.fileDate());
    values[at++] = from.getLong(1);
    values[at++] = eventDay == null ? null : Date.valueOf(eventDay);
    values[at++] = controlAmount(values);
    values[at++] = key(values);
    values[at++] = reasons.reasons();
    values[at++] = reasons.details();
    values[at] = reasons.isEmpty() ? null : from.getString(2);
    return RowFactory.create(values);
  }

  private Object value(FieldRule rule, Row row, Reasons reasons, boolean isBroken) {
    if (rule.isAnswers) {
      return CollectionConverters.asScala(
          hasAnswersColumn
              ? answers.fromColumn(row.get(rule.column), reasons)
              : answers.fromColumns(row, questionColumns, reasons));
    }
    Object raw = rule.column < 0 ? null : row.get(rule.column);
    String given = raw == null ? null : text.text(raw);
    if (given == null) {
      // A record that couldn't be split into fields has that as its reason, not what follows of it.
      if (rule.isRequired && !isBroken) {
        reasons.add(rule.missing, null);
      }
      return null;
    }
    return parsed(rule, raw instanceof String ? given : raw, given, reasons);
  }

  private Object parsed(FieldRule rule, Object raw, String given, Reasons reasons) {
    Object value =
        switch (rule.kind) {
          case TEXT -> given;
          case DAY -> text.date(raw).map(Date::valueOf).orElse(null);
          case INSTANT -> text.timestamp(raw).map(Timestamp::from).orElse(null);
          case FLAG -> text.flag(raw).orElse(null);
          case LONG -> text.whole(raw).orElse(null);
          case INTEGER -> text.whole(raw).map(Math::toIntExact).orElse(null);
          case DOUBLE -> text.decimal(raw).map(BigDecimal::doubleValue).orElse(null);
          case DECIMAL -> text.decimal(raw).orElse(null);
          case MAP -> throw new IllegalStateException("No rule to parse " + rule.name);
        };
    if (value == null) {
      reasons.add(rule.notParsed, given);
      return null;
    }
    if (rule.decimal != null) {
      value = fitted((BigDecimal) value, rule.decimal, rule.name, reasons);
    }
    if (rule.range != null && value instanceof Number) {
      var number = value instanceof BigDecimal exact ? exact : new BigDecimal(value.toString());
      if (!rule.range.contains(number)) {
        reasons.add("%s is not %s".formatted(rule.name, rule.range), given);
      }
    }
    if (!rule.allowed.isEmpty() && !rule.allowed.contains(given)) {
      reasons.add(rule.notAllowed, given);
    }
    if (rule.pattern != null && !rule.pattern.matcher(given).matches()) {
      reasons.add(rule.notMatching, given);
    }
    return value;
  }

  /** A decimal that fits its type exactly: it is never rounded in silence. */
  private static BigDecimal fitted(
      BigDecimal value, DecimalType type, String name, Reasons reasons) {
    BigDecimal plain = value.stripTrailingZeros();
    if (plain.scale() > type.scale()) {
      reasons.add("%s has more than %d decimal places".formatted(name, type.scale()), value);
      return null;
    }
    BigDecimal scaled = plain.setScale(type.scale());
    if (scaled.precision() > type.precision()) {
      reasons.add(
          "%s has more than %d digits".formatted(name, type.precision() - type.scale()), value);
      return null;
    }
    return scaled;
  }

  private LocalDate day(Object value) {
    if (value instanceof Date date) {
      return date.toLocalDate();
    }
    if (value instanceof Timestamp at) {
      return Instant.ofEpochMilli(at.getTime()).atZone(zone).toLocalDate();
    }
    return null;
  }

  private scala.collection.Map<String, String> attributes(Row row) {
    Map<String, String> values = new TreeMap<>();
    attributeColumns.forEach((name, column) -> values.put(name, text.text(row.get(column))));
    values.values().removeIf(value -> value == null);
    return CollectionConverters.asScala(values);
  }

  /** The amount that conservation is checked on, with the sign that its kind gives it. */
  private BigDecimal controlAmount(Object[] values) {
    if (amount < 0 || values[amount] == null) {
      return null;
    }
    var value = (BigDecimal) values[amount];
    boolean isNegative = kind >= 0 && NEGATIVE_KINDS.contains(String.valueOf(values[kind]));
    return isNegative ? value.negate() : value;
  }

  /** The row's key as text, or null if nothing of it could be read. */
  private String key(Object[] values) {
    var text = new StringBuilder();
    boolean isAbsent = true;
    for (int column : key) {
      text.append(text.isEmpty() ? "" : "|").append(values[column] == null ? "" : values[column]);
      isAbsent &= values[column] == null;
    }
    return isAbsent ? null : text.toString();
  }
}
