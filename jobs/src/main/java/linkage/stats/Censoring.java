package linkage.stats;

/**
 * How likely an observation is to have been followed up so far, which is what makes those that were
 * count for those that weren't.
 *
 * <p>Where follow-up ends before the horizon, neither the losses seen so far nor the windows that
 * are complete tell the truth by themselves. Each observation whose outcome is known is weighted by
 * one over its chance of being known.
 *
 * <p><b>Value:</b> Ĝ(p-), the probability of being followed up through period p, as [period]; 1 at
 * period 0, never rising, in [0, 1].
 *
 * <p><b>Formula:</b> {@code Ĝ(p-) = Π_{q<p} (1 - c_q / (n_q - d_q))}, where d_q are lost and c_q
 * censored in period q, and n_q is everyone whose period is q or later. The tie rule: of one
 * period, losses come before censorings, so who is censored in q was at risk in q and not lost in
 * it, and Ĝ is the left limit, before the censorings of p itself. A loss in p weighs {@code 1 /
 * Ĝ(p-)}, and so does whoever is known to have stayed through p. With these rules Ĝ times the
 * Kaplan–Meier retention is the share still at risk, and weighted losses add up to one minus that
 * retention, both exactly.
 *
 * <p><b>Nulls and edges:</b> 0 behind the last period with anybody in it. Follow-up must end for
 * reasons that have nothing to do with the loss, as it does when it ends with the data.
 *
 * <p><b>Cost:</b> O(periods).
 *
 * <p><b>References:</b> Robins and Rotnitzky, AIDS Epidemiology (1992) 297–331; Gerds and
 * Schumacher, Biometrical Journal 48 (2006) 1029–1040. R: {@code survival::rttright}.
 */
public final class Censoring {

  private Censoring() {}

  /**
   * The probability of being followed up through each period.
   *
   * @param lost observations lost per period
   * @param censored observations whose follow-up ends with each period, the same periods
   */
  public static double[] leftLimits(double[] lost, double[] censored) {
    double[] limits = new double[lost.length];
    double[] atRisk = KaplanMeier.atRisk(lost, censored);
    double limit = 1;
    for (int period = 0; period < lost.length; period++) {
      limits[period] = atRisk[period] > 0 ? limit : 0;
      double next = period + 1 < lost.length ? atRisk[period + 1] : 0;
      double stayed = next + censored[period];
      limit *= stayed > 0 ? next / stayed : 1;
    }
    return limits;
  }

  /**
   * The losses of all periods by level, each weighted by one over its chance of being seen.
   *
   * @param lost observations lost as [period][level]
   * @param censored observations whose follow-up ends with each period, as [period][level]
   */
  static double[] weightedLosses(double[][] lost, double[][] censored) {
    double[] followed = leftLimits(Sums.ofRows(lost), Sums.ofRows(censored));
    double[] weighted = new double[lost[0].length];
    for (int period = 0; period < lost.length; period++) {
      for (int level = 0; level < weighted.length; level++) {
        // Where there is a loss there was somebody to be lost, so the probability is above 0.
        weighted[level] += lost[period][level] > 0 ? lost[period][level] / followed[period] : 0;
      }
    }
    return weighted;
  }
}
