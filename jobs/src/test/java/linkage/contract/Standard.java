package linkage.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The rules of the Open Data Contract Standard v3.1.0 for the sections our contracts use:
 * Fundamentals, Schema, Data Quality, References (stable ids) and Custom Properties.
 *
 * <p>Sections that no contract uses (servers, team, roles, price, support, service levels) are
 * rejected with a message of their own, so that nothing passes unchecked.
 */
final class Standard {
  /** Fundamentals, and the top level of the standard. */
  private static final Map<String, Predicate<JsonNode>> CONTRACT_KEYS =
      Map.ofEntries(
          Map.entry("apiVersion", JsonNode::isTextual),
          Map.entry("kind", JsonNode::isTextual),
          Map.entry("id", JsonNode::isTextual),
          Map.entry("name", JsonNode::isTextual),
          Map.entry("version", JsonNode::isTextual),
          Map.entry("status", JsonNode::isTextual),
          Map.entry("tenant", JsonNode::isTextual),
          Map.entry("domain", JsonNode::isTextual),
          Map.entry("tags", JsonNode::isArray),
          Map.entry("description", JsonNode::isObject),
          Map.entry("authoritativeDefinitions", JsonNode::isArray),
          Map.entry("customProperties", JsonNode::isArray),
          Map.entry("contractCreatedTs", JsonNode::isTextual),
          Map.entry("schema", JsonNode::isArray));

  /** Sections of the standard that no contract uses. */
  private static final Set<String> UNUSED_SECTIONS =
      Set.of(
          "servers",
          "support",
          "price",
          "team",
          "roles",
          "slaProperties",
          "slaDefaultElement",
          "dataProduct");

  private static final Set<String> REQUIRED_KEYS =
      Set.of("version", "apiVersion", "kind", "id", "status");

  /** Fundamentals, status: the values the standard gives as examples. */
  private static final Set<String> STATUSES =
      Set.of("proposed", "draft", "active", "deprecated", "retired");

  /** Fundamentals, description. */
  private static final Map<String, Predicate<JsonNode>> DESCRIPTION_KEYS =
      Map.of(
          "purpose", JsonNode::isTextual,
          "usage", JsonNode::isTextual,
          "limitations", JsonNode::isTextual,
          "authoritativeDefinitions", JsonNode::isArray,
          "customProperties", JsonNode::isArray);

  /** Schema, "applicable to objects and properties". */
  private static final Map<String, Predicate<JsonNode>> ELEMENT_KEYS =
      Map.of(
          "id", JsonNode::isTextual,
          "name", JsonNode::isTextual,
          "physicalName", JsonNode::isTextual,
          "physicalType", JsonNode::isTextual,
          "description", JsonNode::isTextual,
          "businessName", JsonNode::isTextual,
          "authoritativeDefinitions", JsonNode::isArray,
          "quality", JsonNode::isArray,
          "tags", JsonNode::isArray,
          "customProperties", JsonNode::isArray);

  /** Schema, "applicable to objects", with the logical type and the properties of an object. */
  private static final Map<String, Predicate<JsonNode>> OBJECT_KEYS =
      with(
          ELEMENT_KEYS,
          Map.of(
              "logicalType", JsonNode::isTextual,
              "dataGranularityDescription", JsonNode::isTextual,
              "properties", JsonNode::isArray,
              "relationships", JsonNode::isArray));

  /** Schema, "applicable to properties". */
  private static final Map<String, Predicate<JsonNode>> PROPERTY_KEYS =
      with(
          ELEMENT_KEYS,
          Map.ofEntries(
              Map.entry("primaryKey", JsonNode::isBoolean),
              Map.entry("primaryKeyPosition", JsonNode::isInt),
              Map.entry("logicalType", JsonNode::isTextual),
              Map.entry("logicalTypeOptions", JsonNode::isObject),
              Map.entry("required", JsonNode::isBoolean),
              Map.entry("unique", JsonNode::isBoolean),
              Map.entry("partitioned", JsonNode::isBoolean),
              Map.entry("partitionKeyPosition", JsonNode::isInt),
              Map.entry("classification", JsonNode::isTextual),
              Map.entry("encryptedName", JsonNode::isTextual),
              Map.entry("transformSourceObjects", JsonNode::isArray),
              Map.entry("transformLogic", JsonNode::isTextual),
              Map.entry("transformDescription", JsonNode::isTextual),
              Map.entry("examples", JsonNode::isArray),
              Map.entry("criticalDataElement", JsonNode::isBoolean),
              Map.entry("relationships", JsonNode::isArray),
              Map.entry("items", JsonNode::isObject),
              Map.entry("properties", JsonNode::isArray)));

  /** Schema, "logical type options": the options of each logical type, which are all there are. */
  private static final Map<String, Map<String, Predicate<JsonNode>>> OPTIONS =
      Map.of(
          "string",
          Map.of(
              "minLength", JsonNode::isInt,
              "maxLength", JsonNode::isInt,
              "pattern", JsonNode::isTextual,
              "format", JsonNode::isTextual),
          "date",
          with(bounds(JsonNode::isTextual), Map.of("format", JsonNode::isTextual)),
          "timestamp",
          instantOptions(),
          "time",
          instantOptions(),
          "integer",
          with(
              bounds(JsonNode::isNumber),
              Map.of(
                  "multipleOf",
                  JsonNode::isNumber,
                  "format",
                  oneOf("i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128"))),
          "number",
          with(
              bounds(JsonNode::isNumber),
              Map.of("multipleOf", JsonNode::isNumber, "format", oneOf("f32", "f64"))),
          "object",
          Map.of(
              "maxProperties", JsonNode::isInt,
              "minProperties", JsonNode::isInt,
              "required", JsonNode::isArray),
          "array",
          Map.of(
              "maxItems", JsonNode::isInt,
              "minItems", JsonNode::isInt,
              "uniqueItems", JsonNode::isBoolean),
          "boolean",
          Map.of());

  /** Data Quality, "valid properties for operator". */
  private static final Map<String, Predicate<JsonNode>> OPERATORS =
      Map.of(
          "mustBe", value -> true,
          "mustNotBe", value -> true,
          "mustBeGreaterThan", JsonNode::isNumber,
          "mustBeGreaterOrEqualTo", JsonNode::isNumber,
          "mustBeLessThan", JsonNode::isNumber,
          "mustBeLessOrEqualTo", JsonNode::isNumber,
          "mustBeBetween", Standard::isPairOfNumbers,
          "mustNotBeBetween", Standard::isPairOfNumbers);

  /** Data Quality, "definitions". */
  private static final Map<String, Predicate<JsonNode>> QUALITY_KEYS =
      with(
          OPERATORS,
          Map.ofEntries(
              Map.entry("id", JsonNode::isTextual),
              Map.entry("name", JsonNode::isTextual),
              Map.entry("description", JsonNode::isTextual),
              Map.entry("type", JsonNode::isTextual),
              Map.entry("metric", JsonNode::isTextual),
              Map.entry("arguments", JsonNode::isObject),
              Map.entry("unit", JsonNode::isTextual),
              Map.entry("query", JsonNode::isTextual),
              Map.entry("engine", JsonNode::isTextual),
              Map.entry("implementation", value -> value.isTextual() || value.isObject()),
              Map.entry("dimension", JsonNode::isTextual),
              Map.entry("method", JsonNode::isTextual),
              Map.entry("severity", JsonNode::isTextual),
              Map.entry("businessImpact", JsonNode::isTextual),
              Map.entry("customProperties", JsonNode::isArray),
              Map.entry("tags", JsonNode::isArray),
              Map.entry("authoritativeDefinitions", JsonNode::isArray),
              Map.entry("scheduler", JsonNode::isTextual),
              Map.entry("schedule", JsonNode::isTextual)));

  private static final Set<String> QUALITY_TYPES = Set.of("text", "library", "sql", "custom");

  /** Data Quality, "metrics": those of a property, and those of a schema, with their arguments. */
  private static final Map<String, Set<String>> PROPERTY_METRICS =
      Map.of(
          "nullValues", Set.of(),
          "missingValues", Set.of("missingValues"),
          "invalidValues", Set.of("validValues", "pattern"),
          "duplicateValues", Set.of());

  private static final Map<String, Set<String>> SCHEMA_METRICS =
      Map.of("rowCount", Set.of(), "duplicateValues", Set.of("properties"));

  /** Data Quality, "valid values for dimension". */
  private static final Set<String> DIMENSIONS =
      Set.of(
          "accuracy",
          "completeness",
          "conformity",
          "consistency",
          "coverage",
          "timeliness",
          "uniqueness");

  /** Custom Properties. */
  private static final Map<String, Predicate<JsonNode>> CUSTOM_KEYS =
      Map.of(
          "id", JsonNode::isTextual,
          "property", JsonNode::isTextual,
          "value", value -> true,
          "description", JsonNode::isTextual);

  /** References, "stable ids". */
  private static final Pattern STABLE_ID = Pattern.compile("[A-Za-z0-9_-]+");

  private final List<String> problems = new ArrayList<>();

  private Standard() {}

  /**
   * Everything in a contract that breaks the standard, each with the place and what is expected.
   */
  static List<String> problems(JsonNode contract) {
    var standard = new Standard();
    standard.checkContract(contract);
    return List.copyOf(standard.problems);
  }

  private void checkContract(JsonNode contract) {
    for (var section : new TreeSet<>(UNUSED_SECTIONS)) {
      if (contract.has(section)) {
        problems.add("%s: this section is not checked here".formatted(section));
      }
    }
    checkKeys("", contract, CONTRACT_KEYS, UNUSED_SECTIONS);
    new TreeSet<>(REQUIRED_KEYS).forEach(key -> checkPresent("", contract, key));
    checkOneOf("", contract, "apiVersion", Set.of("v3.1.0"));
    checkOneOf("", contract, "kind", Set.of("DataContract"));
    checkOneOf("", contract, "status", STATUSES);
    checkKeys("description", contract.path("description"), DESCRIPTION_KEYS, Set.of());
    checkCustomProperties("", contract);
    checkEach("schema", contract.path("schema"), this::checkObject);
    checkUnique("schema", contract.path("schema"), "name");
  }

  private void checkObject(String place, JsonNode object) {
    checkKeys(place, object, OBJECT_KEYS, Set.of());
    checkPresent(place, object, "name");
    checkOneOf(place, object, "logicalType", Set.of("object"));
    checkStableId(place, object);
    checkCustomProperties(place, object);
    checkProperties(place, object);
    checkEach(
        at(place, "quality"),
        object.path("quality"),
        (inner, quality) -> checkQuality(inner, quality, SCHEMA_METRICS));
  }

  private void checkProperties(String place, JsonNode owner) {
    var properties = owner.path("properties");
    checkEach(
        at(place, "properties"),
        properties,
        (inner, property) -> {
          checkPresent(inner, property, "name");
          checkProperty(inner, property);
        });
    checkUnique(at(place, "properties"), properties, "name");
    checkKeyPositions(at(place, "properties"), properties);
  }

  private void checkProperty(String place, JsonNode property) {
    checkKeys(place, property, PROPERTY_KEYS, Set.of());
    checkStableId(place, property);
    checkOneOf(place, property, "logicalType", OPTIONS.keySet());
    if (property.has("classification") && property.path("classification").asText().isBlank()) {
      problems.add(at(place, "classification") + ": is blank, expected a word");
    }

    var logicalType = property.path("logicalType").asText();
    var options = OPTIONS.get(logicalType);
    if (options != null) {
      checkKeys(
          at(place, "logicalTypeOptions"), property.path("logicalTypeOptions"), options, Set.of());
    }
    if (property.has("items") && !logicalType.equals("array")) {
      problems.add(at(place, "items") + ": only a property of logicalType array has items");
    }
    if (property.has("properties") && !logicalType.equals("object")) {
      problems.add(
          at(place, "properties") + ": only a property of logicalType object has properties");
    }
    if (property.has("items")) {
      checkProperty(at(place, "items"), property.path("items"));
    }
    checkProperties(place, property);
    checkCustomProperties(place, property);
    checkEach(
        at(place, "quality"),
        property.path("quality"),
        (inner, quality) -> checkQuality(inner, quality, PROPERTY_METRICS));
  }

  /** Schema: positions of a key start from 1, and only the columns of a key have one. */
  private void checkKeyPositions(String place, JsonNode properties) {
    var positions = new TreeSet<Integer>();
    var size = 0;
    for (var property : properties) {
      var isKey = property.path("primaryKey").asBoolean();
      if (isKey) {
        size++;
        positions.add(property.path("primaryKeyPosition").asInt(-1));
      } else if (property.path("primaryKeyPosition").asInt(-1) != -1) {
        problems.add(
            "%s: %s has a primaryKeyPosition but is no primaryKey"
                .formatted(place, property.path("name").asText()));
      }
    }
    if (size > 0
        && (positions.size() < size || positions.first() != 1 || positions.last() != size)) {
      problems.add(
          "%s: primaryKeyPosition is %s, expected each of 1 to %d once"
              .formatted(place, positions, size));
    }
  }

  private void checkQuality(String place, JsonNode quality, Map<String, Set<String>> metrics) {
    checkKeys(place, quality, QUALITY_KEYS, Set.of());
    checkStableId(place, quality);
    checkCustomProperties(place, quality);
    checkOneOf(place, quality, "type", QUALITY_TYPES);
    checkOneOf(place, quality, "dimension", DIMENSIONS);
    switch (quality.path("type").asText("library")) {
      case "library" -> {
        checkPresent(place, quality, "metric");
        checkOneOf(place, quality, "metric", metrics.keySet());
        checkOperator(place, quality);
        var arguments = metrics.getOrDefault(quality.path("metric").asText(), Set.of());
        quality
            .path("arguments")
            .fieldNames()
            .forEachRemaining(
                argument -> {
                  if (!arguments.contains(argument)) {
                    problems.add(
                        "%s: %s takes no argument %s"
                            .formatted(place, quality.path("metric").asText(), argument));
                  }
                });
      }
      case "sql" -> {
        checkPresent(place, quality, "query");
        checkOperator(place, quality);
      }
      case "custom" -> {
        checkPresent(place, quality, "engine");
        checkPresent(place, quality, "implementation");
      }
      case "text" -> checkPresent(place, quality, "description");
      default -> {
        // An unknown type is already a problem.
      }
    }
  }

  private void checkOperator(String place, JsonNode quality) {
    var operators = OPERATORS.keySet().stream().filter(quality::has).sorted().toList();
    if (operators.size() != 1) {
      problems.add("%s: has operators %s, expected one".formatted(place, operators));
    }
  }

  private void checkCustomProperties(String place, JsonNode owner) {
    checkEach(
        at(place, "customProperties"),
        owner.path("customProperties"),
        (inner, custom) -> {
          checkKeys(inner, custom, CUSTOM_KEYS, Set.of());
          checkPresent(inner, custom, "property");
          checkPresent(inner, custom, "value");
          checkStableId(inner, custom);
        });
  }

  private void checkKeys(
      String place, JsonNode node, Map<String, Predicate<JsonNode>> known, Set<String> alsoKnown) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.containsKey(key) && !alsoKnown.contains(key)) {
                problems.add(at(place, key) + ": is not a key of the standard");
              } else if (known.containsKey(key) && !known.get(key).test(node.path(key))) {
                problems.add(
                    "%s: is %s, which is not of the expected kind"
                        .formatted(at(place, key), node.path(key)));
              }
            });
  }

  private void checkPresent(String place, JsonNode node, String key) {
    if (!node.has(key) || node.path(key).isNull() || node.path(key).asText("-").isBlank()) {
      problems.add(at(place, key) + ": is missing");
    }
  }

  private void checkOneOf(String place, JsonNode node, String key, Set<String> allowed) {
    if (node.has(key) && !allowed.contains(node.path(key).asText())) {
      problems.add(
          "%s: is %s, expected one of %s"
              .formatted(at(place, key), node.path(key), new TreeSet<>(allowed)));
    }
  }

  private void checkStableId(String place, JsonNode node) {
    if (node.has("id") && !STABLE_ID.matcher(node.path("id").asText()).matches()) {
      problems.add(
          "%s: is %s, expected letters, digits, _ and - only"
              .formatted(at(place, "id"), node.path("id")));
    }
  }

  private void checkUnique(String place, JsonNode array, String key) {
    var seen = new HashSet<String>();
    for (var node : array) {
      if (!seen.add(node.path(key).asText())) {
        problems.add("%s: %s is there twice".formatted(place, node.path(key).asText()));
      }
    }
  }

  private void checkEach(String place, JsonNode array, Check check) {
    for (var i = 0; i < array.size(); i++) {
      check.run("%s[%d]".formatted(place, i), array.get(i));
    }
  }

  private static String at(String place, String key) {
    return place.isEmpty() ? key : place + "." + key;
  }

  private static Map<String, Predicate<JsonNode>> bounds(Predicate<JsonNode> kind) {
    return Map.of(
        "minimum", kind, "maximum", kind, "exclusiveMinimum", kind, "exclusiveMaximum", kind);
  }

  private static Map<String, Predicate<JsonNode>> instantOptions() {
    return with(
        bounds(JsonNode::isTextual),
        Map.of(
            "format", JsonNode::isTextual,
            "timezone", JsonNode::isBoolean,
            "defaultTimezone", JsonNode::isTextual));
  }

  private static Predicate<JsonNode> oneOf(String... values) {
    return value -> Set.of(values).contains(value.asText());
  }

  private static boolean isPairOfNumbers(JsonNode value) {
    return value.isArray()
        && value.size() == 2
        && value.get(0).isNumber()
        && value.get(1).isNumber()
        && !value.get(0).equals(value.get(1));
  }

  private static Map<String, Predicate<JsonNode>> with(
      Map<String, Predicate<JsonNode>> keys, Map<String, Predicate<JsonNode>> more) {
    var all = new HashMap<>(keys);
    all.putAll(more);
    return Map.copyOf(all);
  }

  /** A check of one element of a list. */
  private interface Check {
    void run(String place, JsonNode node);
  }
}
