package linkage.stats;

import java.io.Serializable;

/**
 * Strata of customers who look alike to CRM: a baseline model's log odds of being retained, cut
 * into tenths.
 *
 * <p>The cuts are fixed when a calibration is made and hold until the next one, so an observation's
 * stratum doesn't depend on who else is looked at.
 *
 * <p><b>Value:</b> 0 to {@value #STRATA} - 1; stratum 0 is the most at risk.
 *
 * <p><b>Formula:</b> log odds are counted in bins of 0.05 between -20 and 20. With c observations
 * in lower bins, b in its own and n in all, a bin belongs to stratum {@code floor(10 (c + b / 2) /
 * n)}.
 *
 * <p><b>Nulls and edges:</b> log odds beyond ±20 fall into the outermost bins. Customers with equal
 * log odds are never parted, so strata can differ in size and some can be empty. Without any
 * observation all belong to stratum 0.
 *
 * <p><b>Cost:</b> O(1) per observation; counts of {@value #BINS} bins are additive.
 *
 * <p><b>References:</b> Cochran, Biometrics 24 (1968) 295–313: five strata remove about 90 % of the
 * bias of a confounder; ten remove about 97 %.
 */
public final class RiskStrata implements Serializable {

  /** The number of strata. */
  public static final int STRATA = 10;

  /** The number of bins that the cuts are chosen from. */
  public static final int BINS = 800;

  private static final long serialVersionUID = 1L;
  private static final double LARGEST = 20;

  private final byte[] stratumOfBin = new byte[BINS];

  /**
   * Cuts.
   *
   * @param counts observations, or their weights, per {@link #bin}
   */
  public RiskStrata(double[] counts) {
    double total = Sums.of(counts);
    double below = 0;
    for (int bin = 0; bin < BINS; bin++) {
      double middle = total > 0 ? (below + counts[bin] / 2) / total : 0;
      stratumOfBin[bin] = (byte) Math.min(STRATA - 1, (int) (STRATA * middle));
      below += counts[bin];
    }
  }

  /** The bin of log odds, 0 to {@value #BINS} - 1. */
  public static int bin(double logOdds) {
    int bin = (int) Math.floor((logOdds + LARGEST) / (2 * LARGEST) * BINS);
    return Math.max(0, Math.min(BINS - 1, bin));
  }

  /** The stratum of log odds. */
  public int stratum(double logOdds) {
    return stratumOfBin[bin(logOdds)];
  }
}
