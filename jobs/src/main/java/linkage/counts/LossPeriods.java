package linkage.counts;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.OptionalInt;
import java.util.TreeSet;
import linkage.config.Settings;

/**
 * The grid on which losses are counted: periods after the landmark, in days.
 *
 * <p>Boundaries lie every {@value #STEP_DAYS} days and at every horizon, up to the longest, so a
 * count of periods says exactly who was lost within a horizon. Period p, from 1, is the days {@code
 * (end(p - 1), end(p)]}; period 0 has no days and ends on day 0.
 *
 * <p>Follow-up is rounded down to whole periods, and a loss counts once its period is complete. In
 * a period that has only begun to be observed, losses are known at once and survivors aren't:
 * counting the one without the other would overstate the loss.
 *
 * <p><b>Cost:</b> O(log periods) per look-up.
 */
public final class LossPeriods implements Serializable {
  /** Days from one boundary to the next, but for those at horizons. */
  public static final int STEP_DAYS = 30;

  private static final long serialVersionUID = 1L;

  private final int[] ends;

  private LossPeriods(int[] ends) {
    this.ends = ends;
  }

  /** The grid of a deployment; under the inactivity rule its days are a boundary, too. */
  public static LossPeriods of(Settings settings) {
    return of(settings.horizonsDays(), settings.inactivityDays());
  }

  static LossPeriods of(Collection<Integer> horizonsDays, OptionalInt inactivityDays) {
    var ends = new TreeSet<>(horizonsDays);
    int longest = ends.last();
    inactivityDays.ifPresent(ends::add);
    for (int day = 0; day < longest; day += STEP_DAYS) {
      ends.add(day);
    }
    return new LossPeriods(ends.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The index of the last period, which ends at the longest horizon. */
  public int last() {
    return ends.length - 1;
  }

  /** The day after the landmark that a period ends with. */
  public int end(int period) {
    return ends[period];
  }

  /**
   * The period that ends on a day.
   *
   * @throws IllegalArgumentException if none does
   */
  public int endingOn(int days) {
    int period = Arrays.binarySearch(ends, days);
    if (period < 0) {
      throw new IllegalArgumentException(
          "Cannot find a loss period that ends on day %d: they end on %s."
              .formatted(days, Arrays.toString(ends)));
    }
    return period;
  }

  /** How many periods a follow-up of that many days completes, from 0 to {@link #last}. */
  int completedBy(int followUpDays) {
    int found = Arrays.binarySearch(ends, followUpDays);
    return found >= 0 ? found : -found - 2;
  }

  /** The period that holds a day after the landmark; {@code last() + 1} beyond the last. */
  int holding(int days) {
    int found = Arrays.binarySearch(ends, days);
    return found >= 0 ? found : -found - 1;
  }
}
