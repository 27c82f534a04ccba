package linkage.stats;

/**
 * The AUC at a horizon, where some windows are still open: the probability that the score of a
 * customer who stays through the horizon is more favourable than that of one lost by then.
 *
 * <p>Two shortcuts are wrong. To count open windows as retained puts customers who are yet to be
 * lost among those who stayed; to count early losses of open windows without the survivors beside
 * them favours whatever predicts early losses. Here each known outcome stands for those like it
 * that aren't known yet.
 *
 * <p><b>Value:</b> as {@link Auc}.
 *
 * <p><b>Formula:</b> {@code Σ_i Σ_j w_i w_j [1(x_i < x_j) + 1(x_i = x_j) / 2] / Σ_i Σ_j w_i w_j}
 * over lost i and retained j, with the weights of {@link Censoring}: {@code 1 / Ĝ(T_i-)} for a loss
 * in period T_i, {@code 1 / Ĝ(H-)} for whoever was followed up through the horizon H and not lost;
 * the latter cancels. Retained are those censored in the last period, so one whose follow-up ends
 * exactly on the horizon is known to have stayed.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} when nobody was lost or nobody is known to have stayed.
 * Without open windows it is {@link Auc} of the complete ones, exactly.
 *
 * <p><b>Cost:</b> O(periods × levels).
 *
 * <p><b>References:</b> Uno, Cai, Tian and Wei, Journal of the American Statistical Association 102
 * (2007) 527–537; Blanche, Dartigues and Jacqmin-Gadda, Biometrical Journal 55 (2013) 687–704. That
 * this and not a concordance over all times fits the question of a horizon: Blanche, Kattan and
 * Gerds, Biostatistics 20 (2019) 347–357.
 */
public final class CensoredAuc {

  private CensoredAuc() {}

  /**
   * The AUC at the end of the last period.
   *
   * @param lost observations lost as [period][level], levels in favourable order
   * @param censored observations whose follow-up ends with each period, as [period][level]; in the
   *     last period, all that were followed up through it without a loss
   */
  public static double of(double[][] lost, double[][] censored) {
    return Auc.of(censored[censored.length - 1], Censoring.weightedLosses(lost, censored));
  }
}
