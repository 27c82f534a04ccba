package linkage.counts;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Fixed bins of revenue, in the order of revenue, the same for every company and night.
 *
 * <p>Bin 0 is exactly no revenue. Bin b above 0 holds the cents from the b-th boundary up to, and
 * without, the next; bin -b holds the same amounts with the other sign. Boundaries lie at
 * 10^(i/128) cents, rounded up to whole cents and each once, so that a bin's largest revenue is
 * less than 1.9 % above its smallest; the smallest bins hold a single amount.
 *
 * <p><b>Cost:</b> O(log bins). The last boundary lies at 10^18 cents.
 */
public final class RevenueBins {
  private static final int PER_DECADE = 128;
  private static final int DECADES = 18;

  // StrictMath, since a boundary mustn't differ by a last digit between machines.
  private static final long[] BOUNDARIES =
      LongStream.rangeClosed(0, PER_DECADE * DECADES)
          .map(i -> (long) Math.ceil(StrictMath.pow(10, (double) i / PER_DECADE)))
          .distinct()
          .toArray();

  private RevenueBins() {}

  /** The bin of a signed amount in cents. */
  static int of(long cents) {
    long magnitude = cents == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(cents);
    int found = Arrays.binarySearch(BOUNDARIES, magnitude);
    return Long.signum(cents) * (found >= 0 ? found + 1 : -found - 1);
  }

  /** The amount in cents of a bin that lies farthest from 0. */
  static long farEnd(int bin) {
    int boundary = Math.abs(bin);
    if (bin == 0) {
      return 0;
    }
    return Integer.signum(bin)
        * (boundary < BOUNDARIES.length ? BOUNDARIES[boundary] - 1 : Long.MAX_VALUE);
  }

  /** Whether a bin holds a single amount, so that two customers in it spent the same. */
  public static boolean isSingleAmount(int bin) {
    int boundary = Math.abs(bin);
    return bin == 0
        || boundary < BOUNDARIES.length && BOUNDARIES[boundary] - BOUNDARIES[boundary - 1] == 1;
  }
}
