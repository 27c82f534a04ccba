package linkage.config;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.JacksonYAMLParseException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * A YAML document that remembers its lines.
 *
 * <p>Scalars are kept as text, whether quoted or not: the key decides how they are read. Lines
 * count from 1. Duplicate keys, aliases and a second document are problems; malformed YAML is a
 * problem with line and column.
 */
final class YamlTree {
  /** One value and the line it starts at. */
  sealed interface Node permits Scalar, Unknown, Sequence, Mapping {
    int line();
  }

  /** Text, or empty for YAML's null. */
  record Scalar(Optional<String> text, int line) implements Node {}

  /** A value that can't be told; why is among the problems already. */
  record Unknown(int line) implements Node {}

  record Sequence(List<Node> items, int line) implements Node {}

  record Mapping(Map<String, Node> fields, int line) implements Node {}

  private final YAMLParser parser;
  private final Problems problems;

  private YamlTree(YAMLParser parser, Problems problems) {
    this.parser = parser;
    this.problems = problems;
  }

  /** The document's top mapping; empty, with the reason among the problems, if it has none. */
  static Optional<Mapping> parse(String yaml, Problems problems) {
    try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
      return new YamlTree(parser, problems).document();
    } catch (JacksonYAMLParseException e) {
      problems.add(malformed(e));
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy in which every scalar is replaced; paths are joined by dots. */
  static Mapping map(Mapping top, BiFunction<String, Scalar, Node> change) {
    return (Mapping) map("", top, change);
  }

  private static Node map(String path, Node node, BiFunction<String, Scalar, Node> change) {
    if (node instanceof Scalar scalar) {
      return change.apply(path, scalar);
    }
    if (node instanceof Sequence sequence) {
      var items = sequence.items().stream().map(item -> map(path, item, change)).toList();
      return new Sequence(items, sequence.line());
    }
    var mapping = (Mapping) node;
    var fields = new LinkedHashMap<String, Node>();
    mapping
        .fields()
        .forEach(
            (key, value) ->
                fields.put(key, map(path.isEmpty() ? key : path + "." + key, value, change)));
    return new Mapping(fields, mapping.line());
  }

  private Optional<Mapping> document() throws IOException {
    if (parser.nextToken() == null) {
      problems.add("the file is empty, expected settings");
      return Optional.empty();
    }
    Node top = node("");
    if (parser.nextToken() != null) {
      problems.add("line %d starts a second YAML document, expected only one", line());
    }
    if (top instanceof Mapping mapping) {
      return Optional.of(mapping);
    }
    problems.add("line %d is not a setting, expected lines such as key: value", top.line());
    return Optional.empty();
  }

  private Node node(String path) throws IOException {
    int line = line();
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      return mapping(path, line);
    }
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      var items = new ArrayList<Node>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(node(path));
      }
      return new Sequence(items, line);
    }
    if (parser.isCurrentAlias()) {
      problems.add(
          "%s (line %d) refers to an anchor (*%s), expected the value itself",
          path, line, parser.getText());
    }
    boolean isNull = parser.currentToken() == JsonToken.VALUE_NULL;
    return new Scalar(isNull ? Optional.empty() : Optional.of(parser.getText()), line);
  }

  private Mapping mapping(String path, int line) throws IOException {
    var fields = new LinkedHashMap<String, Node>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      String keyPath = path.isEmpty() ? key : path + "." + key;
      int keyLine = line();
      parser.nextToken();
      Node value = node(keyPath);
      if (fields.containsKey(key)) {
        problems.add(
            "%s is given twice, in line %d and in line %d",
            keyPath, fields.get(key).line(), keyLine);
      } else {
        fields.put(key, startingAt(keyLine, value));
      }
    }
    return new Mapping(fields, line);
  }

  /** The value with the line of its key, where a reader looks for it. */
  private static Node startingAt(int line, Node node) {
    if (node instanceof Scalar scalar) {
      return new Scalar(scalar.text(), line);
    }
    if (node instanceof Sequence sequence) {
      return new Sequence(sequence.items(), line);
    }
    return new Mapping(((Mapping) node).fields(), line);
  }

  private int line() {
    return parser.currentTokenLocation().getLineNr();
  }

  /** Where the text stops being YAML, and why, without the picture of it. */
  private static String malformed(JacksonYAMLParseException e) {
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      return "line %d, column %d is not YAML: %s"
          .formatted(
              marked.getProblemMark().getLine() + 1,
              marked.getProblemMark().getColumn() + 1,
              marked.getProblem());
    }
    return "line %d is not YAML: %s"
        .formatted(
            e.getLocation().getLineNr(),
            e.getOriginalMessage().lines().findFirst().orElse("unreadable"));
  }
}
