package linkage.config;

import java.io.Serializable;
import java.util.List;

/**
 * A list of customer attributes; a segment is one combination of their values.
 *
 * @param name the attributes joined by {@code " × "}, or {@code all}
 * @param attributes the attributes in order; empty for {@link #ALL}
 */
public record SegmentSet(String name, List<String> attributes) implements Serializable {
  /** The set that is always there: its one segment holds everyone. */
  public static final SegmentSet ALL = new SegmentSet("all", List.of());

  private static final String NAME_SEPARATOR = " × ";

  public SegmentSet {
    attributes = List.copyOf(attributes);
  }

  /** The set of these attributes, named by them. */
  public static SegmentSet of(List<String> attributes) {
    return attributes.isEmpty()
        ? ALL
        : new SegmentSet(String.join(NAME_SEPARATOR, attributes), attributes);
  }
}
