package linkage.link;

/**
 * One row of the linked table in plain Java; {@link Linked} says what its parts mean.
 *
 * <p>Days are counted from 1970-01-01. {@link #NONE} stands for an absent number of days; a margin
 * that isn't known of every transaction of its window is null.
 */
record Observation(
    int bucket,
    int anchorDay,
    int monthDay,
    boolean isPrimary,
    boolean isInWindow,
    Eligibility eligibility,
    String[] attributes,
    boolean isBackfilled,
    byte[] codes,
    byte[] carriedCodes,
    long responsesCount,
    int tenureDays,
    int recencyDays,
    OverHorizon[] overHorizons,
    int lossDays,
    int followUpDays,
    long[] monthlyRevenueCents) {
  static final int NONE = Integer.MIN_VALUE;

  /** What depends on the horizon; the outcome is null unless the observation is eligible. */
  record OverHorizon(
      long pastRevenueCents,
      long pastPurchasesCount,
      long priorRevenueCents,
      Long pastMarginCents,
      boolean isMature,
      Outcome outcome,
      Firsts firsts) {}

  /** What happened between the landmark and the horizon. */
  record Outcome(
      boolean isRetained,
      boolean isActiveAtHorizon,
      boolean isRepeatPurchase,
      long revenueNextCents,
      Long marginNextCents) {}

  /** Flags by segment set and metric that make distinct customers countable by addition. */
  record Firsts(long inSegment, long atScore, long inPopulation) {
    static final Firsts NOWHERE = new Firsts(0, 0, 0);
  }
}
