package linkage.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import linkage.config.YamlTree.Mapping;
import linkage.config.YamlTree.Node;
import linkage.config.YamlTree.Scalar;
import linkage.config.YamlTree.Sequence;
import linkage.config.YamlTree.Unknown;

/**
 * One group of keys, read by type.
 *
 * <p>A value that is missing or not as expected becomes a problem and is returned as empty, so that
 * reading goes on and the next problem is found too.
 */
final class Section {
  private final String path;
  private final Mapping mapping;
  private final List<String> known;
  private final Problems problems;

  private Section(String path, Mapping mapping, List<String> known, Problems problems) {
    this.path = path;
    this.mapping = mapping;
    this.known = known;
    this.problems = problems;
  }

  /** The top of the file; keys that aren't known are problems. */
  static Section top(Mapping mapping, List<String> known, Problems problems) {
    return at("", mapping, known, problems);
  }

  private static Section at(String path, Mapping mapping, List<String> known, Problems problems) {
    var section = new Section(path, mapping, known, problems);
    mapping
        .fields()
        .forEach(
            (key, value) -> {
              if (!known.contains(key)) {
                problems.add(
                    "%s is not a known setting; %s", section.at(key), Nearest.hint(key, known));
              }
            });
    return section;
  }

  boolean has(String key) {
    return mapping.fields().containsKey(check(key));
  }

  /** A key with its path and, if it is given, its line. */
  String at(String key) {
    String full = path(key);
    return mapping.fields().containsKey(key)
        ? "%s (line %d)".formatted(full, mapping.fields().get(key).line())
        : full;
  }

  /** The section with its path and line. */
  String here() {
    return "%s (line %d)".formatted(path, mapping.line());
  }

  String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** A value; empty if it is missing, or if it is not as expected, which is a problem. */
  <T> Optional<T> read(String key, String expected, Function<String, Optional<T>> parse) {
    if (!has(key)) {
      return Optional.empty();
    }
    return parse(at(key), mapping.fields().get(key), expected, parse);
  }

  /** A value that must be given; empty if there is a problem. */
  <T> Optional<T> require(String key, String expected, Function<String, Optional<T>> parse) {
    requireKey(key, expected);
    return read(key, expected, parse);
  }

  void requireKey(String key, String expected) {
    if (!has(key)) {
      problems.add("%s is missing, expected %s", path(key), expected);
    }
  }

  /** A list of values, without those that are problems; empty if the key is missing. */
  <T> Optional<List<T>> readList(String key, String expected, Function<String, Optional<T>> parse) {
    return items(key, "a list, each entry " + expected)
        .map(
            items ->
                items.entrySet().stream()
                    .flatMap(
                        item -> parse(item.getKey(), item.getValue(), expected, parse).stream())
                    .toList());
  }

  /** As {@link #readList}, but a list without entries is a problem. */
  <T> Optional<List<T>> readSome(String key, String expected, Function<String, Optional<T>> parse) {
    if (has(key)
        && mapping.fields().get(key) instanceof Sequence sequence
        && sequence.items().isEmpty()) {
      problems.add("%s is an empty list, expected at least one entry, %s", at(key), expected);
      return Optional.empty();
    }
    return readList(key, expected, parse);
  }

  /** A list of lists of texts. */
  Optional<List<Entry>> readLists(String key, String expected) {
    return items(key, expected)
        .map(
            items -> {
              var lists = new ArrayList<Entry>();
              items.forEach((place, node) -> list(place, node, expected).ifPresent(lists::add));
              return lists;
            });
  }

  /** One inner list: where it is, and its texts. */
  record Entry(String place, List<String> texts) {}

  private Optional<Entry> list(String place, Node node, String expected) {
    if (!(node instanceof Sequence sequence)) {
      reject(place, node, expected);
      return Optional.empty();
    }
    var texts = new ArrayList<String>();
    for (Node item : sequence.items()) {
      parse(place, item, expected, Optional::of).ifPresent(texts::add);
    }
    boolean complete = texts.size() == sequence.items().size();
    return complete ? Optional.of(new Entry(place, texts)) : Optional.empty();
  }

  /** The entries of a list by their places; empty if the key is missing or no list. */
  private Optional<Map<String, Node>> items(String key, String expected) {
    if (!has(key)) {
      return Optional.empty();
    }
    if (!(mapping.fields().get(key) instanceof Sequence sequence)) {
      reject(at(key), mapping.fields().get(key), expected);
      return Optional.empty();
    }
    var items = new LinkedHashMap<String, Node>();
    for (Node item : sequence.items()) {
      String place = "%s, entry %d (line %d),".formatted(path(key), items.size() + 1, item.line());
      items.put(place, item);
    }
    return Optional.of(items);
  }

  /** The group of keys at a key; empty if it is missing, or no group, which is a problem. */
  Optional<Section> section(String key, List<String> knownKeys) {
    return group(key).map(fields -> at(path(key), fields, knownKeys, problems));
  }

  /** The groups at a key, by names that the deployment chooses. */
  Map<String, Section> sections(String key, List<String> knownKeys) {
    var sections = new LinkedHashMap<String, Section>();
    group(key)
        .ifPresent(
            groups -> {
              var names = List.copyOf(groups.fields().keySet());
              var named = new Section(path(key), groups, names, problems);
              names.forEach(
                  name ->
                      named
                          .section(name, knownKeys)
                          .ifPresent(section -> sections.put(name, section)));
            });
    return sections;
  }

  /** The names of the groups at a key, whether or not their contents are well formed. */
  List<String> names(String key) {
    return mapping.fields().get(check(key)) instanceof Mapping groups
        ? List.copyOf(groups.fields().keySet())
        : List.of();
  }

  boolean isEmptyGroup(String key) {
    return mapping.fields().get(check(key)) instanceof Mapping group && group.fields().isEmpty();
  }

  private Optional<Mapping> group(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    if (mapping.fields().get(key) instanceof Mapping group) {
      return Optional.of(group);
    }
    reject(at(key), mapping.fields().get(key), "a group of keys");
    return Optional.empty();
  }

  private <T> Optional<T> parse(
      String place, Node node, String expected, Function<String, Optional<T>> parse) {
    if (node instanceof Scalar scalar && scalar.text().isPresent()) {
      Optional<T> value = parse.apply(scalar.text().get());
      if (value.isPresent()) {
        return value;
      }
    }
    reject(place, node, expected);
    return Optional.empty();
  }

  private void reject(String place, Node node, String expected) {
    if (!(node instanceof Unknown)) {
      problems.add("%s is %s, expected %s", place, shown(node), expected);
    }
  }

  private static String shown(Node node) {
    if (node instanceof Scalar scalar) {
      return scalar.text().map(text -> "\"" + text + "\"").orElse("empty (YAML's null)");
    }
    return node instanceof Sequence ? "a list" : "a group of keys";
  }

  private String check(String key) {
    if (!known.contains(key)) {
      throw new IllegalArgumentException("Cannot read %s: it is not declared.".formatted(key));
    }
    return key;
  }
}
