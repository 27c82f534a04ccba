package linkage.stats.drivers;

import linkage.stats.Interval;

/**
 * What to do about a driver, by its importance and its performance beside the average driver's.
 *
 * <p>Named only where both intervals exclude the average. Points that are plotted without intervals
 * change quadrants from month to month, and somebody acts on it.
 */
public enum Quadrant {
  /** Important, and done worse than others. */
  FIX_FIRST,
  /** Important, and done better than others. */
  KEEP_UP,
  /** Unimportant, and done worse than others. */
  LOW_PRIORITY,
  /** Unimportant, and done better than others. */
  POSSIBLE_OVERKILL,
  /** At least one of the two can't be told from the average. */
  UNDECIDED;

  /**
   * Names a driver's quadrant.
   *
   * @param importance interval of the driver's importance minus the average driver's
   * @param performance interval of the driver's performance minus the average driver's
   */
  public static Quadrant of(Interval importance, Interval performance) {
    if (!importance.excludes(0) || !performance.excludes(0)) {
      return UNDECIDED;
    }
    boolean better = performance.lower() > 0;
    if (importance.lower() > 0) {
      return better ? KEEP_UP : FIX_FIRST;
    }
    return better ? POSSIBLE_OVERKILL : LOW_PRIORITY;
  }
}
