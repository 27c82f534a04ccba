package linkage.stats;

/**
 * Retention over time, from observations that were followed up for different times.
 *
 * <p><b>Value:</b> the probability of not being lost by the end of each period, as [period]; in [0,
 * 1], never rising.
 *
 * <p><b>Formula:</b> {@code S(p) = Π_{q≤p} (1 - d_q / n_q)}, where d_q are lost in period q, and
 * n_q is everyone whose period is q or later: of one period, losses come before censorings.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} from the first period on in which nobody is at risk,
 * unless everybody had been lost by then, which leaves 0.
 *
 * <p><b>Cost:</b> O(periods).
 *
 * <p><b>References:</b> Kaplan and Meier, Journal of the American Statistical Association 53 (1958)
 * 457–481. R: {@code survival::survfit(Surv(period, lost) ~ 1)}.
 */
public final class KaplanMeier {

  private KaplanMeier() {}

  /**
   * The retention at the end of each period.
   *
   * @param lost observations lost per period
   * @param censored observations whose follow-up ends with each period, the same periods
   */
  public static double[] retention(double[] lost, double[] censored) {
    double[] retention = new double[lost.length];
    double[] atRisk = atRisk(lost, censored);
    double product = 1;
    for (int period = 0; period < lost.length; period++) {
      if (atRisk[period] > 0) {
        product *= (atRisk[period] - lost[period]) / atRisk[period];
      } else if (product > 0) {
        product = Double.NaN;
      }
      retention[period] = product;
    }
    return retention;
  }

  /**
   * The retention at the end of the last period of those at one level.
   *
   * @param lost observations lost as [period][level]
   * @param censored observations whose follow-up ends with each period, as [period][level]
   */
  static double atEnd(double[][] lost, double[][] censored, int level) {
    double product = 1;
    double atRisk = 0;
    boolean reachesEnd = true;
    for (int period = lost.length - 1; period >= 0; period--) {
      atRisk += lost[period][level] + censored[period][level];
      if (atRisk > 0) {
        product *= (atRisk - lost[period][level]) / atRisk;
      } else {
        reachesEnd = false;
      }
    }
    return reachesEnd || product == 0 ? product : Double.NaN;
  }

  /** Everyone whose period is this one or later, per period. */
  static double[] atRisk(double[] lost, double[] censored) {
    double[] atRisk = new double[lost.length];
    double later = 0;
    for (int period = lost.length - 1; period >= 0; period--) {
      later += lost[period] + censored[period];
      atRisk[period] = later;
    }
    return atRisk;
  }
}
