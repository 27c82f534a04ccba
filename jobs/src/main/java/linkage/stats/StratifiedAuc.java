package linkage.stats;

/**
 * Area under the ROC curve within strata: the probability that a retained customer's score is more
 * favourable than that of a lost one of the same stratum.
 *
 * <p>What the strata know already can't help a score here, so 0.5 means that it adds nothing.
 *
 * <p><b>Value:</b> as {@link Auc}.
 *
 * <p><b>Formula:</b> {@code Σ_s n_s AUC_s / Σ_s n_s}, with {@code n_s = retained_s · lost_s} the
 * number of pairs of stratum s: all pairs within strata count alike.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} if no stratum holds both classes. A stratum that lacks one
 * has no pairs.
 *
 * <p><b>Cost:</b> O(strata × levels).
 *
 * <p><b>References:</b> Janes and Pepe, Biometrika 96 (2009) 371–382, for the covariate-adjusted
 * ROC curve. R: {@code survival::concordance(retained ~ score + strata(stratum))}.
 */
public final class StratifiedAuc {

  private StratifiedAuc() {}

  /**
   * The AUC within strata.
   *
   * @param retained retained observations as [stratum * levels + level]
   * @param lost lost observations, likewise
   * @param levels the number of levels, in favourable order
   */
  public static double of(double[] retained, double[] lost, int levels) {
    double concordance = 0;
    double pairs = 0;
    for (int stratum = 0; stratum < retained.length; stratum += levels) {
      double retainedAbove = 0;
      double lostTotal = 0;
      for (int level = stratum + levels - 1; level >= stratum; level--) {
        concordance += lost[level] * (retainedAbove + retained[level] / 2);
        retainedAbove += retained[level];
        lostTotal += lost[level];
      }
      pairs += retainedAbove * lostTotal;
    }
    return pairs > 0 ? concordance / pairs : Double.NaN;
  }
}
