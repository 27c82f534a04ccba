package linkage.config;

import java.io.Serializable;

/**
 * A survey question and its scale of whole numbers.
 *
 * <p>A <em>level</em> counts the scale in favourable order: 0 is the worst score, {@code levels() -
 * 1} the best, whichever end of the scale is the good one.
 *
 * @param id lower snake identifier; also the name of the answer in a mapping
 * @param minimum smallest score of the scale
 * @param maximum largest score of the scale, above the minimum
 * @param favourable the good end
 * @param text the question as it was asked, or the id
 */
public record QuestionSettings(
    String id, int minimum, int maximum, Favourable favourable, String text)
    implements Serializable {

  /** Number of scores on the scale, at least 2. */
  public int levels() {
    return maximum - minimum + 1;
  }

  /** Whether the score lies on the scale. */
  public boolean isOnScale(int score) {
    return score >= minimum && score <= maximum;
  }

  /**
   * The level of a score, 0 to {@code levels() - 1} in favourable order.
   *
   * @throws IllegalArgumentException if the score is outside the scale
   */
  public int levelOf(int score) {
    if (!isOnScale(score)) {
      throw new IllegalArgumentException(
          "Cannot place score %d of question %s: its scale runs from %d to %d."
              .formatted(score, id, minimum, maximum));
    }
    return favourable == Favourable.HIGH ? score - minimum : maximum - score;
  }

  /**
   * The score at a level; the inverse of {@link #levelOf}.
   *
   * @throws IllegalArgumentException if there is no such level
   */
  public int scoreAt(int level) {
    if (level < 0 || level >= levels()) {
      throw new IllegalArgumentException(
          "Cannot find level %d of question %s: its levels run from 0 to %d."
              .formatted(level, id, levels() - 1));
    }
    return favourable == Favourable.HIGH ? minimum + level : maximum - level;
  }
}
