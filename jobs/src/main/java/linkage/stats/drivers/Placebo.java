package linkage.stats.drivers;

import linkage.stats.Estimate;

/**
 * Whether the same analysis finds an effect where there can't be one: on the revenue of the period
 * before the rating, given that of the period before that where history is held equal.
 *
 * <p>What happened before can't be an effect of what came after. An "effect" there is what the
 * controls leave of the difference between customers, and it would stand in the real figure, too.
 */
public enum Placebo {
  /** No effect found, and precisely enough: an interval that holds 0 but not the claimed effect. */
  PASSED,
  /** An effect where there can't be one: the interval excludes 0. */
  FAILED,
  /** The interval holds both 0 and the claimed effect, or there is none: the test says nothing. */
  INCONCLUSIVE;

  /**
   * Judges a claimed effect by its placebo.
   *
   * @param claimed the effect on the outcome, in currency per customer over the horizon
   * @param before the same analysis on the period before, in the same units
   */
  public static Placebo of(Estimate claimed, Estimate before) {
    if (before.interval().excludes(0)) {
      return FAILED;
    }
    return before.interval().excludes(claimed.value()) ? PASSED : INCONCLUSIVE;
  }
}
