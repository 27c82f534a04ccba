package linkage.stats;

import java.util.Arrays;

/**
 * How often the better score goes with the better outcome, over all pairs of observations whose
 * outcomes can be ordered: the later loss, or the higher revenue.
 *
 * <p>Every pair falls into at most one of five counts. Published together, they let anybody apply
 * another rule for ties.
 *
 * <p><b>Value:</b> numbers of pairs; {@link #value} in [0, 1], where 0.5 says nothing.
 *
 * <p><b>Formula:</b> {@code C = (concordant + tiedScore / 2) / (concordant + discordant +
 * tiedScore)}, Harrell's. Outcomes can be ordered if the earlier of two is a loss; of one period,
 * losses come before censorings, so one lost in it and one censored in it are ordered. Two lost in
 * one period tie. For an outcome without censoring, such as revenue, all that differ are ordered.
 *
 * <p><b>Nulls and edges:</b> C is {@code NaN} without a pair that can be ordered. Pairs are counted
 * up to 2^53 exactly. Counts of observations may be weights, but then {@code tiedBoth} isn't one.
 *
 * <p><b>Cost:</b> O(periods × levels).
 *
 * <p><b>References:</b> Harrell et al., JAMA 247 (1982) 2543–2546; Therneau and Atkinson, vignette
 * "Concordance" of the R package survival. R: {@code survival::concordance(Surv(period, lost) ~
 * level)}, whose counts {@code tied.x}, {@code tied.y}, {@code tied.xy} are the last three.
 *
 * @param concordant pairs in which the better score has the better outcome
 * @param discordant pairs in which the worse score has it
 * @param tiedScore pairs with ordered outcomes and the same score
 * @param tiedOutcome pairs with the same outcome and different scores
 * @param tiedBoth pairs with the same outcome and the same score
 */
public record Concordance(
    double concordant, double discordant, double tiedScore, double tiedOutcome, double tiedBoth) {

  /**
   * Counts all pairs.
   *
   * @param lost observations lost as [period][level], levels in favourable order; or observations
   *     by outcome and level, outcomes from the least to the most favourable
   * @param censored observations whose follow-up ends with each period, as [period][level]
   */
  public static Concordance of(double[][] lost, double[][] censored) {
    double[] one = new double[lost.length];
    Arrays.fill(one, 1);
    return of(lost, censored, one);
  }

  /**
   * Counts all pairs, each weighted by how rarely one like it can be seen, so that C doesn't depend
   * on how long observations happen to have been followed up.
   *
   * <p><b>Formula:</b> a pair whose earlier loss is in period p weighs {@code 1 / Ĝ(p-)²}, with the
   * Ĝ and the tie rule of {@link Censoring}.
   *
   * <p><b>References:</b> Uno et al., Statistics in Medicine 30 (2011) 1105–1117. R: {@code
   * survival::concordance(…, timewt = "n/G2")}.
   *
   * @param lost as above
   * @param censored as above
   */
  public static Concordance weighted(double[][] lost, double[][] censored) {
    double[] followed = Censoring.leftLimits(Sums.ofRows(lost), Sums.ofRows(censored));
    double[] weights = Arrays.stream(followed).map(g -> g > 0 ? 1 / (g * g) : 0).toArray();
    return of(lost, censored, weights);
  }

  static Concordance of(double[][] lost, double[][] censored, double[] weights) {
    double[] later = new double[lost.length == 0 ? 0 : lost[0].length];
    double concordant = 0;
    double discordant = 0;
    double tiedScore = 0;
    double tiedOutcome = 0;
    double tiedBoth = 0;
    for (int period = lost.length - 1; period >= 0; period--) {
      Sums.add(later, censored[period]);
      double laterTotal = Sums.of(later);
      double laterBelow = 0;
      double lostBelow = 0;
      for (int level = 0; level < later.length; level++) {
        double here = lost[period][level];
        double weighted = here * weights[period];
        concordant += weighted * (laterTotal - laterBelow - later[level]);
        discordant += weighted * laterBelow;
        tiedScore += weighted * later[level];
        tiedOutcome += weighted * lostBelow;
        tiedBoth += weighted * (here - 1) / 2;
        laterBelow += later[level];
        lostBelow += here;
      }
      Sums.add(later, lost[period]);
    }
    return new Concordance(concordant, discordant, tiedScore, tiedOutcome, tiedBoth);
  }

  /** Pairs whose outcomes can be ordered. */
  public double ordered() {
    return concordant + discordant + tiedScore;
  }

  /** Harrell's C. */
  public double value() {
    return ordered() > 0 ? (concordant + tiedScore / 2) / ordered() : Double.NaN;
  }
}
