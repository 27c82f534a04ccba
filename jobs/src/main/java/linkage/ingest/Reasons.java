package linkage.ingest;

import java.util.ArrayList;
import java.util.List;

/**
 * Why a row is refused: every reason in stable words, so that reasons can be counted, each with the
 * value that was found.
 */
final class Reasons {
  private static final int LONGEST_VALUE = 80;
  private final List<String> reasons = new ArrayList<>();
  private final List<String> details = new ArrayList<>();

  /** Adds a reason about a value. */
  void add(String reason, Object value) {
    if (!reasons.contains(reason)) {
      reasons.add(reason);
      details.add(value == null ? "" : shorten(value.toString()));
    }
  }

  boolean isEmpty() {
    return reasons.isEmpty();
  }

  String[] reasons() {
    return reasons.toArray(String[]::new);
  }

  String[] details() {
    return details.toArray(String[]::new);
  }

  private static String shorten(String value) {
    return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "…";
  }
}
