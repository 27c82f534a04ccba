package linkage.config;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Scores that are shown together, such as the passives of NPS.
 *
 * <p>A question's scale decides its bands, here and nowhere else:
 *
 * <ul>
 *   <li>up to {@value #MOST_SINGLE_SCORES} scores: each is a band, named by itself;
 *   <li>0 to 10 with the high end favourable: {@code detractor} (0–6), {@code passive} (7–8) and
 *       {@code promoter} (9–10);
 *   <li>any other: {@code bottom2}, {@code middle} and {@code top2}, the two worst, the two best
 *       and those between.
 * </ul>
 *
 * @param name as shown in marts
 * @param worst the lowest level, as {@link QuestionSettings} counts them in favourable order
 * @param best the highest level
 */
public record ScoreBand(String name, int worst, int best) implements Serializable {
  /** Scales of no more scores than this are shown score by score. */
  public static final int MOST_SINGLE_SCORES = 5;

  /** The bands of a question from the worst to the best; every level lies in exactly one. */
  public static List<ScoreBand> of(QuestionSettings question) {
    int top = question.levels() - 1;
    if (question.levels() <= MOST_SINGLE_SCORES) {
      return IntStream.rangeClosed(0, top)
          .mapToObj(level -> new ScoreBand(Integer.toString(question.scoreAt(level)), level, level))
          .toList();
    }
    boolean isRecommendation =
        question.minimum() == 0
            && question.maximum() == 10
            && question.favourable() == Favourable.HIGH;
    return isRecommendation
        ? List.of(
            new ScoreBand("detractor", 0, 6),
            new ScoreBand("passive", 7, 8),
            new ScoreBand("promoter", 9, 10))
        : List.of(
            new ScoreBand("bottom2", 0, 1),
            new ScoreBand("middle", 2, top - 2),
            new ScoreBand("top2", top - 1, top));
  }
}
