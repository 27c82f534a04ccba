package linkage.stats;

/**
 * How far off the predicted loss is, squared and averaged: of those who gave a score, and of
 * everybody alike.
 *
 * <p>An AUC only sees order. This also sees whether the score moves the predicted loss as much as
 * it should, and by how much that helps.
 *
 * <p><b>Value:</b> {@link #score} and {@link #reference} in squared probabilities, at least 0;
 * {@link #scaled} at most 1, 0 where the score helps no more than the overall rate, and below 0
 * where it misleads.
 *
 * <p><b>Formula:</b> {@code (1 / n) Σ_i w_i (y_i - q_i)²} over observations whose outcome at the
 * horizon is known, y = 1 for a loss, with the weights w of {@link Censoring}. The prediction q is
 * one minus the {@link KaplanMeier} retention of those who gave the same score, and for the
 * reference of everybody; both from the other folds, never from the fold of the observation itself.
 * {@code scaled = 1 - score / reference}.
 *
 * <p><b>Nulls and edges:</b> a score that the other folds don't hold, or don't follow up through
 * the horizon, is predicted by the reference. {@code NaN} without a known outcome, if the reference
 * of the other folds isn't defined at the horizon, or if the reference is never off.
 *
 * <p><b>Cost:</b> O(folds² × periods × levels).
 *
 * <p><b>References:</b> Graf, Schmoor, Sauerbrei and Schumacher, Statistics in Medicine 18 (1999)
 * 2529–2545.
 *
 * @param score of predictions by score
 * @param reference of the one prediction for all
 */
public record BrierScore(double score, double reference) {

  /**
   * The cross-fitted Brier scores at the end of the last period.
   *
   * @param lost observations lost as [fold][period][level]
   * @param censored observations whose follow-up ends with each period, as [fold][period][level];
   *     in the last period, all that were followed up through it without a loss
   */
  public static BrierScore of(double[][][] lost, double[][][] censored) {
    double[][] allLost = sum(lost, -1);
    double[][] allCensored = sum(censored, -1);
    double[] followed = Censoring.leftLimits(Sums.ofRows(allLost), Sums.ofRows(allCensored));
    double observations = Sums.of(Sums.ofRows(allLost)) + Sums.of(Sums.ofRows(allCensored));
    double score = 0;
    double reference = 0;
    for (int fold = 0; fold < lost.length; fold++) {
      double[][] othersLost = sum(lost, fold);
      double[][] othersCensored = sum(censored, fold);
      double overall =
          1 - last(KaplanMeier.retention(Sums.ofRows(othersLost), Sums.ofRows(othersCensored)));
      for (int level = 0; level < allLost[0].length; level++) {
        double own = 1 - KaplanMeier.atEnd(othersLost, othersCensored, level);
        double[] known = known(lost[fold], censored[fold], followed, level);
        score += squares(known, Double.isNaN(own) ? overall : own);
        reference += squares(known, overall);
      }
    }
    return new BrierScore(score / observations, reference / observations);
  }

  /** The part of the reference's error that knowing the score takes away. */
  public double scaled() {
    return reference > 0 ? 1 - score / reference : Double.NaN;
  }

  /** The weights of a level's lost and of its retained observations. */
  private static double[] known(
      double[][] lost, double[][] censored, double[] followed, int level) {
    int last = lost.length - 1;
    double weightOfLost = 0;
    for (int period = 0; period <= last; period++) {
      weightOfLost += lost[period][level] > 0 ? lost[period][level] / followed[period] : 0;
    }
    double retained = censored[last][level];
    return new double[] {weightOfLost, retained > 0 ? retained / followed[last] : 0};
  }

  private static double squares(double[] known, double loss) {
    // Without observations nothing is added, even where there is nothing to predict them by.
    double ofLost = known[0] > 0 ? known[0] * (1 - loss) * (1 - loss) : 0;
    double ofRetained = known[1] > 0 ? known[1] * loss * loss : 0;
    return ofLost + ofRetained;
  }

  private static double last(double[] periods) {
    return periods[periods.length - 1];
  }

  /** The sum over all folds but one, as [period][level]. */
  private static double[][] sum(double[][][] folds, int except) {
    double[][] sum = new double[folds[0].length][folds[0][0].length];
    for (int fold = 0; fold < folds.length; fold++) {
      for (int period = 0; period < sum.length && fold != except; period++) {
        Sums.add(sum[period], folds[fold][period]);
      }
    }
    return sum;
  }
}
