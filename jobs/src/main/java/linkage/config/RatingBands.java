package linkage.config;

/**
 * What counts as a low and as a high rating of a driver; what lies between is the middle.
 *
 * <p>A question's scale decides, here and nowhere else: with more than {@value
 * ScoreBand#MOST_SINGLE_SCORES} scores low is the lowest of the {@link ScoreBand}s and high the
 * highest (0–6 and 9–10 on 0 to 10); of 5 scores they are the two worst and the two best, of 3 or 4
 * the worst and the best. Of 2 scores the worst is low and none is high: the middle is then the
 * better one.
 *
 * @param lowUpTo the highest level that is low
 * @param highFrom the lowest level that is high; beyond the scale if none is
 */
public record RatingBands(int lowUpTo, int highFrom) {

  /** The level in the middle between low and high. */
  public double middle() {
    return (lowUpTo + highFrom) / 2.0;
  }

  /** The bands of a question. */
  public static RatingBands of(QuestionSettings question) {
    int levels = question.levels();
    if (levels > ScoreBand.MOST_SINGLE_SCORES) {
      var bands = ScoreBand.of(question);
      return new RatingBands(bands.get(0).best(), bands.get(bands.size() - 1).worst());
    }
    return switch (levels) {
      case 2 -> new RatingBands(0, 2);
      case 3, 4 -> new RatingBands(0, levels - 1);
      default -> new RatingBands(1, 3);
    };
  }
}
