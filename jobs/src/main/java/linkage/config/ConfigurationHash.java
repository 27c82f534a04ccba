package linkage.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import linkage.config.YamlTree.Mapping;
import linkage.config.YamlTree.Node;
import linkage.config.YamlTree.Scalar;
import linkage.config.YamlTree.Sequence;

/**
 * Tells whether two runs had the same configuration: SHA-256 over the settings, keys sorted, and
 * the mapping SQL. Layout, comments, quotes and the places in {@link #PLACES} don't count.
 */
final class ConfigurationHash {
  /** Top keys that say where things lie, not what they mean. */
  private static final Set<String> PLACES = Set.of("landing", "warehouse");

  private ConfigurationHash() {}

  static String of(Mapping settings, Map<String, String> mappingSql) {
    var content = new TreeMap<String, Object>(fields(settings));
    content.keySet().removeAll(PLACES);
    try {
      byte[] canonical =
          new ObjectMapper().writeValueAsBytes(List.of(content, new TreeMap<>(mappingSql)));
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
    } catch (JsonProcessingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Object> fields(Mapping mapping) {
    return mapping.fields().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, field -> plain(field.getValue()), (a, b) -> a, TreeMap::new));
  }

  private static Object plain(Node node) {
    if (node instanceof Mapping mapping) {
      return fields(mapping);
    }
    if (node instanceof Sequence sequence) {
      return sequence.items().stream().map(ConfigurationHash::plain).toList();
    }
    return node instanceof Scalar scalar ? scalar.text().orElse("") : "";
  }
}
