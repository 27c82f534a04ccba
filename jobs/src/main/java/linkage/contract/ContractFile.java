package linkage.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.types.DataType;

/**
 * Reads a contract from its file.
 *
 * <p>It reads what the program uses and trusts the rest: the tests hold every file to the standard,
 * and the files travel inside the jar.
 */
final class ContractFile {
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private ContractFile() {}

  /** The contract in a file on the class path. */
  static Contract read(String path) {
    try (var file = ContractFile.class.getClassLoader().getResourceAsStream(path)) {
      if (file == null) {
        throw new IllegalStateException(
            "Cannot read contract %s: it is not on the class path. Build again.".formatted(path));
      }

      return parse(path, new String(file.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read contract %s.".formatted(path), e);
    }
  }

  /** The contract in a text; the path is for messages. */
  static Contract parse(String path, String text) {
    var contract = tree(path, text);
    var table = contract.path("schema").path(0);
    return new Contract(
        path,
        contract.path("name").asText(),
        contract.path("version").asText(),
        contract.path("description").path("purpose").asText(),
        stream(table.path("properties")).map(ContractFile::field).toList(),
        stream(table.path("quality")).map(ContractFile::rule).toList());
  }

  /** The text as a tree, in which no key is there twice. */
  static JsonNode tree(String path, String text) {
    try {
      return YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "Cannot read contract %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static Field field(JsonNode property) {
    return new Field(
        property.path("name").asText(),
        DataType.fromDDL(property.path("physicalType").asText()),
        property.path("required").asBoolean(),
        Math.max(0, property.path("primaryKeyPosition").asInt()),
        property.path("classification").asText(),
        property.path("description").asText(),
        allowedValues(property),
        range(property.path("logicalTypeOptions")),
        property.path("logicalTypeOptions").path("pattern").asText(),
        isMarked(property, "eventDay"),
        isMarked(property, "notAfterArrival"),
        isMarked(property, "controlAmount"));
  }

  private static Rule rule(JsonNode quality) {
    return new Rule(
        quality.path("id").asText(),
        quality.path("description").asText(),
        quality.path("query").asText());
  }

  private static List<String> allowedValues(JsonNode property) {
    return stream(property.path("quality"))
        .flatMap(quality -> stream(quality.path("arguments").path("validValues")))
        .map(JsonNode::asText)
        .toList();
  }

  private static Range range(JsonNode options) {
    return new Range(
        first(options, "minimum", "exclusiveMinimum"),
        options.has("minimum"),
        first(options, "maximum", "exclusiveMaximum"),
        options.has("maximum"));
  }

  private static BigDecimal first(JsonNode options, String included, String excluded) {
    var bound = options.has(included) ? options.path(included) : options.path(excluded);
    return bound.isNumber() ? bound.decimalValue() : null;
  }

  private static boolean isMarked(JsonNode property, String mark) {
    return stream(property.path("customProperties"))
        .anyMatch(
            custom ->
                custom.path("property").asText().equals(mark) && custom.path("value").asBoolean());
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
