package linkage.stats;

/**
 * Area under the ROC curve: the probability that a retained customer's score is more favourable
 * than a lost one's.
 *
 * <p><b>Value:</b> dimensionless, in [0, 1]; 0.5 means that the score says nothing, and below 0.5
 * it points the wrong way. A tie counts one half.
 *
 * <p><b>Formula:</b> {@code AUC = P(retained above lost) + P(tie) / 2}, which is {@code Σ_k l_k
 * (Σ_{j>k} r_j + r_k / 2) / (n_l n_r)}, where r_k and l_k are the retained and lost counts at level
 * k. Levels are in favourable order: a higher index is a better experience.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} when either class is empty. Counts may be weights; they
 * must not be negative.
 *
 * <p><b>Cost:</b> O(levels) time, no memory: only counts are read, never rows.
 *
 * <p><b>References:</b> Hanley and McNeil, Radiology 143 (1982) 29–36; DeLong, DeLong and
 * Clarke-Pearson, Biometrics 44 (1988) 837–845. R: {@code pROC::auc(outcome, score)}.
 */
public final class Auc {

  private Auc() {}

  /**
   * The AUC of one metric.
   *
   * @param retained retained observations per level
   * @param lost lost observations per level, the same levels
   */
  public static double of(double[] retained, double[] lost) {
    double pairs = Sums.of(retained) * Sums.of(lost);
    return pairs > 0 ? concordant(retained, lost) / pairs : Double.NaN;
  }

  /** The pairs in which the retained observation has the higher level; a tie is half a pair. */
  static double concordant(double[] retained, double[] lost) {
    double concordant = 0;
    double retainedAbove = 0;
    for (int level = retained.length - 1; level >= 0; level--) {
      concordant += lost[level] * (retainedAbove + retained[level] / 2);
      retainedAbove += retained[level];
    }
    return concordant;
  }

  /**
   * What a coding loses of a metric's power to tell retained from lost: {@code AUC(raw) -
   * AUC(coding)}.
   *
   * <p><b>Value:</b> AUC points, in [-1, 1]; above 0 the coding tells less than the raw score. It
   * can be below 0, since a coding can merge levels that are out of order.
   *
   * <p><b>Nulls and edges:</b> {@code NaN} when either class is empty or the coding doesn't apply.
   */
  public static double lostByCoding(double[] retained, double[] lost, Coding coding) {
    if (!coding.appliesTo(retained.length)) {
      return Double.NaN;
    }
    return of(retained, lost) - of(coding.recode(retained), coding.recode(lost));
  }

  /**
   * DeLong's variance of the AUC, for comparison with other tools.
   *
   * <p>It takes every observation for a customer of its own. Where customers answer more than once
   * it is too small, so no published interval rests on it: see {@link MetricCounts#auc()}.
   *
   * <p><b>Value:</b> squared AUC points, at least 0.
   *
   * <p><b>Formula:</b> {@code S²(v_l) / n_l + S²(v_r) / n_r}. The placement v_l of a lost
   * observation is the share of retained ones above it, v_r of a retained one the share of lost
   * ones below it, ties counting half; S² has the denominator n - 1.
   *
   * <p><b>Nulls and edges:</b> {@code NaN} when a class has fewer than two observations.
   *
   * <p><b>References:</b> DeLong et al. (1988), above. R: {@code pROC::var(roc, method =
   * "delong")}.
   */
  public static double delongVariance(double[] retained, double[] lost) {
    double retainedTotal = Sums.of(retained);
    double lostTotal = Sums.of(lost);
    if (retainedTotal < 2 || lostTotal < 2) {
      return Double.NaN;
    }

    double auc = of(retained, lost);
    double retainedBelow = 0;
    double lostBelow = 0;
    double retainedSquares = 0;
    double lostSquares = 0;
    for (int level = 0; level < retained.length; level++) {
      double shareOfLostBelow = (lostBelow + lost[level] / 2) / lostTotal;
      double shareOfRetainedAbove =
          (retainedTotal - retainedBelow - retained[level] / 2) / retainedTotal;
      retainedSquares += retained[level] * square(shareOfLostBelow - auc);
      lostSquares += lost[level] * square(shareOfRetainedAbove - auc);
      retainedBelow += retained[level];
      lostBelow += lost[level];
    }
    return retainedSquares / (retainedTotal - 1) / retainedTotal
        + lostSquares / (lostTotal - 1) / lostTotal;
  }

  private static double square(double value) {
    return value * value;
  }
}
