package linkage.stats;

import java.io.Serializable;
import java.util.Optional;

/**
 * Earlier and later months such that nothing of the later ones was known when the earlier ones were
 * judged.
 *
 * <p>Between them lies an embargo: the outcome of the last earlier answer is complete before the
 * first later answer is given. Without it, one loss could be counted on both sides.
 *
 * <p><b>Formula:</b> the earlier months are all up to {@code lastThen}, the later ones all from
 * {@code firstNow}, the first month that begins more than the embargo after {@code lastThen} has
 * ended. Of all such splits it is the one whose scarcer side has the most losses; among equals the
 * earliest.
 *
 * @param lastThen the index of the last earlier month
 * @param firstNow the index of the first later month
 */
public record TimeSplit(int lastThen, int firstNow) implements Serializable {

  /**
   * Splits.
   *
   * @param firstDays the first day of each month, ascending, in days since 1970-01-01
   * @param lastDays the last day of each month, likewise
   * @param losses the losses that followed the answers of each month
   * @param embargoDays days from an answer to the end of its outcome: landmark plus horizon
   * @return none if no embargo fits between months that have losses
   */
  public static Optional<TimeSplit> of(
      int[] firstDays, int[] lastDays, double[] losses, int embargoDays) {
    TimeSplit best = null;
    double most = 0;
    double earlier = 0;
    for (int month = 0; month < firstDays.length; month++) {
      earlier += losses[month];
      double later = 0;
      int first = firstDays.length;
      while (first > month + 1 && firstDays[first - 1] > lastDays[month] + embargoDays) {
        first--;
        later += losses[first];
      }
      if (Math.min(earlier, later) > most) {
        most = Math.min(earlier, later);
        best = new TimeSplit(month, first);
      }
    }
    return Optional.ofNullable(best);
  }
}
