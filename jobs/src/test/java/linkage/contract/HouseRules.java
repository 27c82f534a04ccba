package linkage.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;

/** What {@code schemas/README.md} asks of a contract beyond the standard. */
final class HouseRules {
  private static final Set<String> CLASSIFICATIONS =
      Set.of("public", "internal", "confidential", "pii");

  /** Marts about money, files and runs as a whole, which have no segment. */
  private static final Set<String> NOT_ABOUT_PEOPLE =
      Set.of("reconciliation", "data_quality", "run_audits");

  private static final Map<String, String> TYPE_OF_SUFFIX =
      Map.of(
          "_count", "bigint",
          "_amount", "decimal(18,2)",
          "_rate", "double",
          "_share", "double",
          "_on", "date",
          "_at", "timestamp",
          "_id", "string");

  /** Growth is below zero or above one where a company shrinks or doubles. */
  private static final Set<String> RATES_BEYOND_ONE = Set.of("earned_growth_rate");

  /** Finance may deliver one total without accounts. */
  private static final Set<String> KEY_COLUMNS_THAT_MAY_BE_NULL = Set.of("ledger_totals.account");

  private static final List<String> VERSION_COLUMNS =
      List.of("is_deleted", "version_at", "version_number");

  private static final Set<String> MARKS = Set.of("eventDay", "notAfterArrival", "controlAmount");

  private static final Pattern SENTENCE = Pattern.compile("[A-Z](\\S* ){4,}.*\\.", Pattern.DOTALL);
  private static final Pattern SNAKE_CASE = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
  private static final Pattern NULL_WORD = Pattern.compile("\\b[Nn]ull\\b");

  private final List<String> problems = new ArrayList<>();

  private HouseRules() {}

  /** Everything in a contract that breaks the house rules. */
  static List<String> problems(String layer, String name, JsonNode file) {
    var rules = new HouseRules();
    var contract = ContractFile.parse("schemas/%s/%s.yaml".formatted(layer, name), file.toString());
    rules.checkNames(layer, name, file);
    rules.checkContract(contract);
    contract.fields().forEach(field -> rules.checkField(contract, field));
    file.path("schema").path(0).path("properties").forEach(rules::checkTypes);
    if (layer.equals("sources")) {
      rules.checkSource(contract);
    } else {
      rules.checkMart(contract);
    }
    return List.copyOf(rules.problems);
  }

  private void checkNames(String layer, String name, JsonNode file) {
    var table = file.path("schema");
    expect(table.size() == 1, "a contract has one table");
    expect(file.path("name").asText().equals(name), "name is the file's name");
    expect(table.path(0).path("name").asText().equals(name), "the table's name is the file's name");
    expect(
        file.path("id").asText().equals("linkage-%s-%s".formatted(layer, name.replace('_', '-'))),
        "id is linkage-LAYER-NAME");
    expect(
        SENTENCE.matcher(file.path("description").path("usage").asText()).matches(),
        "description.usage is a sentence");
  }

  private void checkContract(Contract contract) {
    expect(contract.version().matches("\\d+\\.\\d+\\.\\d+"), "version is major.minor.patch");
    expect(contract.grain().matches("One row per .+\\."), "the purpose says 'One row per ….'");
    expect(!contract.key().isEmpty(), "a table has a key");
    expect(
        contract.fields().stream()
            .filter(Field::isKey)
            .map(Field::name)
            .toList()
            .equals(contract.key()),
        "the columns of the key stand in the order of the key");
    contract
        .rules()
        .forEach(
            rule -> {
              expect(rule.query().contains("{object}"), rule.id() + " reads {object}");
              expect(
                  rule.description().matches("[A-Z].*\\."),
                  rule.id() + " is described in a sentence");
            });
  }

  private void checkField(Contract contract, Field field) {
    var name = field.name();
    var type = field.type().catalogString();
    expect(SNAKE_CASE.matcher(name).matches(), name + " is in snake_case");
    expect(
        SENTENCE.matcher(field.description()).matches(), name + " is described in a full sentence");
    expect(
        field.required() || NULL_WORD.matcher(field.description()).find(),
        name + " says what null means");
    expect(
        CLASSIFICATIONS.contains(field.classification()),
        name + " is classified as one of the four");
    expect(
        !field.isKey()
            || field.required()
            || KEY_COLUMNS_THAT_MAY_BE_NULL.contains(contract.name() + "." + name),
        name + " is part of the key and required");
    TYPE_OF_SUFFIX.forEach(
        (suffix, expected) -> {
          if (name.endsWith(suffix)) {
            expect(type.equals(expected), "%s is %s".formatted(name, expected));
          }
        });
    checkNameOfType(name, type);
    checkBounds(field);
  }

  private void checkNameOfType(String name, String type) {
    switch (type) {
      case "boolean" -> expect(name.matches("(is|has)_.+"), name + " starts with is_ or has_");
      case "timestamp" -> expect(name.endsWith("_at"), name + " ends in _at");
      case "date" ->
          expect(
              name.matches("as_of|.+_on|(.+_)?month"), name + " is as_of, a month or ends in _on");
      default -> {
        // Other types are named after what they hold.
      }
    }
    expect(
        !name.matches("(is|has)_.+") || type.equals("boolean"), name + " is boolean by its name");
  }

  private void checkBounds(Field field) {
    var range = field.range();
    if (field.name().endsWith("_count")) {
      expect(range.toString().equals("at least 0"), field.name() + " is at least 0");
    }
    if (field.name().matches(".+_(rate|share)") && !RATES_BEYOND_ONE.contains(field.name())) {
      expect(
          range.equals(new Range(BigDecimal.ZERO, true, BigDecimal.ONE, true)),
          field.name() + " is from 0 to 1");
    }
    if (field.name().equals("currency")) {
      expect(field.pattern().equals("^[A-Z]{3}$"), "currency is three capital letters");
    }
    Pattern.compile(field.pattern());
  }

  private void checkTypes(JsonNode property) {
    var name = property.path("name").asText();
    var type = DataType.fromDDL(property.path("physicalType").asText());
    var logicalType = property.path("logicalType").asText();
    expect(
        logicalType.equals(logicalTypeOf(type)),
        "%s is %s, so its logicalType is %s"
            .formatted(name, type.catalogString(), logicalTypeOf(type)));
    if (type instanceof ArrayType array) {
      var items = property.path("items");
      expect(
          items.path("logicalType").asText().equals(logicalTypeOf(array.elementType()))
              && items.has("physicalType")
              && DataType.fromDDL(items.path("physicalType").asText()).equals(array.elementType()),
          "%s has items of %s".formatted(name, array.elementType().catalogString()));
    }
    property
        .path("customProperties")
        .forEach(
            custom ->
                expect(
                    MARKS.contains(custom.path("property").asText()),
                    "%s has only the marks %s".formatted(name, MARKS)));
  }

  private static String logicalTypeOf(DataType type) {
    if (type instanceof ArrayType) {
      return "array";
    }
    if (type instanceof MapType) {
      return "object";
    }

    return switch (type.typeName().replaceAll("\\(.*", "")) {
      case "string" -> "string";
      case "date" -> "date";
      case "timestamp" -> "timestamp";
      case "boolean" -> "boolean";
      case "integer", "long" -> "integer";
      case "double", "decimal" -> "number";
      default -> "unknown";
    };
  }

  private void checkSource(Contract contract) {
    var names = contract.names();
    expect(
        names.subList(Math.max(0, names.size() - 3), names.size()).equals(VERSION_COLUMNS),
        "a source ends with " + VERSION_COLUMNS);
    expect(
        contract.fields().stream().filter(Field::eventDay).count() == 1,
        "a source has an eventDay");
    expect(
        contract.fields().stream().filter(Field::controlAmount).count() <= 1,
        "a source has at most one controlAmount");
    for (var field : contract.fields()) {
      var type = field.type().catalogString();
      if (field.eventDay() || field.notAfterArrival()) {
        expect(type.matches("date|timestamp"), field.name() + " is a day or an instant");
        expect(field.notAfterArrival(), field.name() + " is notAfterArrival");
      }
      expect(
          !field.controlAmount() || (type.equals("decimal(18,2)") && field.required()),
          field.name() + " is a required decimal(18,2)");
    }
  }

  private void checkMart(Contract contract) {
    var first = contract.fields().get(0);
    expect(
        first.name().equals("as_of") && first.required() && !first.isKey(),
        "the first column is as_of, required and no key");
    expect(
        contract.names().stream()
            .skip(1)
            .limit(contract.key().size())
            .toList()
            .equals(contract.key()),
        "the key follows as_of");
    expect(
        NOT_ABOUT_PEOPLE.contains(contract.name())
            || (contract.key().equals(List.of("customer_key")) && contract.has("segment_set"))
            || (contract.key().size() > 1
                && contract.key().subList(0, 2).equals(List.of("segment_set", "segment"))),
        "the key of a mart about people starts with segment_set and segment");
    for (var field : contract.fields()) {
      expect(!field.isPersonal(), field.name() + " is pii, which never reaches a mart");
      expect(
          !personalColumns().contains(field.name()),
          field.name() + " is pii in a source, which never reaches a mart");
      expect(
          !field.eventDay() && !field.notAfterArrival() && !field.controlAmount(),
          field.name() + " has a mark that only sources have");
    }
    expect(
        NOT_ABOUT_PEOPLE.contains(contract.name())
            || contract.names().stream().noneMatch(name -> name.endsWith("_amount"))
            || contract.has("currency"),
        "a mart with amounts says their currency");
  }

  private static List<String> personalColumns() {
    return Contract.sources().stream()
        .flatMap(source -> Contract.source(source).fields().stream())
        .filter(Field::isPersonal)
        .map(Field::name)
        .toList();
  }

  private void expect(boolean holds, String rule) {
    if (!holds) {
      problems.add(rule);
    }
  }
}
