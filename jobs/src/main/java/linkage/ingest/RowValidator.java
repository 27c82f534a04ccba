package linkage.ingest;

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
import java.util.regex.Pattern;
import linkage.config.QuestionSettings;
import linkage.config.Settings;
import linkage.config.SourceSettings;
import linkage.contract.Contract;
import linkage.contract.Field;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
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

  /** Where the customer's attributes are kept: a map, since they differ between deployments. */
  static final String ATTRIBUTES = "attributes";

  private final Contract contract;
  private final TextParser text;
  private final AnswersParser answers;
  private final ZoneId zone;
  private final Map<String, FileFacts> files;
  private final StructType output;
  private final boolean hasAnswersColumn;
  private final Map<String, Integer> columns = new HashMap<>();
  private final Map<String, Integer> questionColumns = new LinkedHashMap<>();
  private final Map<String, Integer> attributeColumns = new LinkedHashMap<>();
  private final Map<String, Pattern> patterns = new HashMap<>();
  private final int record;

  RowValidator(
      StructType mapped, SourceSettings source, Settings settings, Map<String, FileFacts> files) {
    this.contract = Contract.source(source.name());
    this.text = new TextParser(source, settings.timeZone());
    this.answers = new AnswersParser(settings.questions(), text);
    this.zone = settings.timeZone();
    this.files = new HashMap<>(files);
    this.output = schema(contract);
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
    this.hasAnswersColumn = columns.containsKey("answers");
    for (Field field : contract.fields()) {
      if (!field.pattern().isEmpty()) {
        patterns.put(field.name(), Pattern.compile(field.pattern()));
      }
    }
  }

  /** The columns of the result for a contract. */
  static StructType schema(Contract contract) {
    StructType schema = contract.sparkType();
    StructType nullable = new StructType();
    for (var field : schema.fields()) {
      nullable = nullable.add(field.name(), field.dataType(), true);
    }
    if (contract.name().equals("customers")) {
      nullable =
          nullable.add(
              ATTRIBUTES, DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType));
    }
    return nullable
        .add("file_id", DataTypes.StringType)
        .add("file_name", DataTypes.StringType)
        .add("file_date", DataTypes.DateType)
        .add("record_number", DataTypes.LongType)
        .add("event_day", DataTypes.DateType)
        .add("control_amount", DataTypes.createDecimalType(18, 2))
        .add("record_key", DataTypes.StringType)
        .add("reasons", DataTypes.createArrayType(DataTypes.StringType))
        .add("details", DataTypes.createArrayType(DataTypes.StringType))
        .add("raw_text", DataTypes.StringType);
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
    for (Field field : contract.fields()) {
      Object value = value(field, row, reasons, problem != null);
      values[at++] = value;
      LocalDate day = day(value);
      if (day != null) {
        if (field.notAfterArrival() && day.isAfter(file.arrivedOn())) {
          reasons.add(field.name() + " is after the file's arrival", day);
        }
        if (field.eventDay()) {
          eventDay = day;
        }
      }
    }
    if (contract.name().equals("customers")) {
      values[at++] = attributes(row);
    }
    values[at++] = fileId;
    values[at++] = file.name();
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

  private Object value(Field field, Row row, Reasons reasons, boolean isBroken) {
    if (field.name().equals("answers")) {
      Integer column = columns.get("answers");
      return CollectionConverters.asScala(
          hasAnswersColumn
              ? answers.fromColumn(row.get(column), reasons)
              : answers.fromColumns(row, questionColumns, reasons));
    }
    Integer column = columns.get(field.name());
    Object raw = column == null ? null : row.get(column);
    String given = text.text(raw);
    if (given == null) {
      // A record that couldn't be split into fields has that as its reason, not what follows of it.
      if (field.required() && !isBroken) {
        reasons.add(field.name() + " is missing", null);
      }
      return null;
    }
    return parsed(field, raw instanceof String ? given : raw, given, reasons);
  }

  private Object parsed(Field field, Object raw, String given, Reasons reasons) {
    String name = field.name();
    Object value =
        switch (field.type().typeName().replaceAll("\\(.*", "")) {
          case "string" -> given;
          case "date" -> text.date(raw).map(Date::valueOf).orElse(null);
          case "timestamp" -> text.timestamp(raw).map(Timestamp::from).orElse(null);
          case "boolean" -> text.flag(raw).orElse(null);
          case "long" -> text.whole(raw).orElse(null);
          case "integer" -> text.whole(raw).map(Math::toIntExact).orElse(null);
          case "double" -> text.decimal(raw).map(BigDecimal::doubleValue).orElse(null);
          case "decimal" -> text.decimal(raw).orElse(null);
          default ->
              throw new IllegalStateException("No rule to parse " + name + ": " + field.type());
        };
    if (value == null) {
      reasons.add("%s is not a %s".formatted(name, words(field)), given);
      return null;
    }
    if (field.type() instanceof DecimalType decimal) {
      value = fitted((BigDecimal) value, decimal, name, reasons);
    }
    if (value instanceof Number && field.range().isBounded()) {
      var number = new BigDecimal(value.toString());
      if (!field.range().contains(number)) {
        reasons.add("%s is not %s".formatted(name, field.range()), given);
      }
    }
    if (!field.allowedValues().isEmpty() && !field.allowedValues().contains(given)) {
      reasons.add(
          "%s is not one of %s".formatted(name, String.join(", ", field.allowedValues())), given);
    }
    Pattern pattern = patterns.get(name);
    if (pattern != null && !pattern.matcher(given).matches()) {
      reasons.add("%s does not match %s".formatted(name, field.pattern()), given);
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

  private static String words(Field field) {
    return switch (field.type().typeName().replaceAll("\\(.*", "")) {
      case "date" -> "day";
      case "timestamp" -> "point in time";
      case "boolean" -> "yes or no";
      case "long", "integer" -> "whole number";
      default -> "number";
    };
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
    Map<String, String> values = new HashMap<>();
    attributeColumns.forEach((name, column) -> values.put(name, text.text(row.get(column))));
    values.values().removeIf(value -> value == null);
    return CollectionConverters.asScala(values);
  }

  /** The amount that conservation is checked on, with the sign that its kind gives it. */
  private BigDecimal controlAmount(Object[] values) {
    int amount = -1;
    int kind = -1;
    for (int i = 0; i < contract.fields().size(); i++) {
      Field field = contract.fields().get(i);
      amount = field.controlAmount() ? i : amount;
      kind = field.name().equals("kind") ? i : kind;
    }
    if (amount < 0 || values[amount] == null) {
      return null;
    }
    var value = (BigDecimal) values[amount];
    boolean isNegative = kind >= 0 && List.of("refund", "credit").contains(values[kind]);
    return isNegative ? value.negate() : value;
  }

  private String key(Object[] values) {
    var key = new StringBuilder();
    for (String name : contract.key()) {
      Object part = values[output.fieldIndex(name)];
      key.append(key.isEmpty() ? "" : "|").append(part == null ? "" : part);
    }
    return key.toString();
  }
}
