package linkage.ingest;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.Serializable;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Finds a few known identifiers in texts, whatever the format of the text and whatever the
 * identifiers consist of.
 *
 * <p>A text mentions an identifier if it holds it, in capitals or not, with no letter or digit
 * beside it: {@code C12} is in {@code 7^c12~x} and not in {@code C123}. Quotes and backslashes may
 * be written as CSV and JSON write them.
 *
 * <p><b>Cost:</b> a look-up for each beginning of a word in the text and each length of an
 * identifier.
 */
public final class Mentions implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Set<String> written = new HashSet<>();
  private final int[] lengths;

  /** Finds any of some identifiers; empty ones are nowhere. */
  public Mentions(Collection<String> identifiers) {
    for (String identifier : identifiers) {
      written.add(lower(identifier));
      written.add(lower(identifier.replace("\"", "\"\"")));
      written.add(lower(new String(JsonStringEncoder.getInstance().quoteAsString(identifier))));
    }
    written.remove("");
    this.lengths = written.stream().mapToInt(String::length).distinct().toArray();
  }

  /** Whether a text mentions any of them; an absent text doesn't. */
  public boolean isIn(String text) {
    if (text == null) {
      return false;
    }
    String searched = lower(text);
    for (int start = 0; start < searched.length(); start++) {
      if (isEdge(searched, start) && isAt(searched, start)) {
        return true;
      }
    }
    return false;
  }

  private boolean isAt(String text, int start) {
    for (int length : lengths) {
      int end = start + length;
      if (end <= text.length()
          && isEdge(text, end)
          && written.contains(text.substring(start, end))) {
        return true;
      }
    }
    return false;
  }

  /** Whether no word goes on across a place between two characters. */
  private static boolean isEdge(String text, int place) {
    return place == 0
        || place == text.length()
        || !Character.isLetterOrDigit(text.charAt(place - 1))
        || !Character.isLetterOrDigit(text.charAt(place));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
