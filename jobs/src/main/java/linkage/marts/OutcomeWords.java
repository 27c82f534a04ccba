package linkage.marts;

/**
 * How an outcome is spoken of.
 *
 * @param goal what acting on it would improve
 * @param classes the two kinds of customers that a score is to tell apart
 * @param who those of them whom a leak would give away
 * @param good what an answer is followed by when the outcome is good
 * @param bad what an answer is followed by when it isn't
 * @param inverted what better scores go with where they point the wrong way
 * @param hasTwoClasses whether an answer has one of two outcomes, and not more or less of it
 * @param doing what customers of equal history are as likely to do
 */
record OutcomeWords(
    String goal,
    String classes,
    String who,
    String good,
    String bad,
    String inverted,
    boolean hasTwoClasses,
    String doing) {

  private static final OutcomeWords RETAINED =
      new OutcomeWords(
          "retention",
          "those who left from those who stayed",
          "who left",
          "not followed by a loss",
          "followed by a loss",
          "more losses",
          true,
          "stay");

  private static final OutcomeWords REPEAT_PURCHASE =
      new OutcomeWords(
          "repeat purchases",
          "those who bought again from those who didn't",
          "who bought again",
          "followed by another purchase",
          "not followed by another purchase",
          "fewer repeat purchases",
          true,
          "buy again");

  private static final OutcomeWords REVENUE_NEXT =
      new OutcomeWords(
          "revenue",
          "those who spend more from those who spend less",
          "who spends more",
          "followed by revenue",
          "not followed by any revenue",
          "less revenue",
          false,
          "spend as much");

  /** The words for an outcome by its name in marts. */
  static OutcomeWords of(String outcome) {
    return switch (outcome) {
      case "retained" -> RETAINED;
      case "repeat_purchase" -> REPEAT_PURCHASE;
      case "revenue_next" -> REVENUE_NEXT;
      default -> throw new IllegalArgumentException("No words for the outcome " + outcome);
    };
  }
}
