package linkage.stats;

import java.util.List;

/**
 * How the best of several metrics does where each observation counts by its weight: whether those
 * for whom respondents stand would name the same.
 *
 * <p><b>Formula:</b> the AUCs of the weights, replicated together, with the degrees of freedom of
 * the respondents behind them. The interval of the lead is that of {@link
 * ComparisonsWithBest#margin} for the metric that leads without weights, whether or not it does
 * with them.
 *
 * <p><b>Nulls and edges:</b> a single metric leads nobody; without both classes there is no leader
 * (-1).
 *
 * @param leader the metric with the highest weighted AUC, or -1
 * @param auc the weighted AUC of the metric that is best without weights
 * @param margin that AUC minus the highest of the others
 * @param interval the 95 % interval of the margin
 */
public record WeightedLead(int leader, Estimate auc, double margin, Interval interval) {

  /**
   * Of complete windows.
   *
   * @param best the metric that is best without weights
   * @param weights the weights of the same observations by each metric, in declared order
   * @param support the spread of the observations themselves
   */
  public static WeightedLead of(int best, List<MetricCounts> weights, Support support) {
    return of(best, MetricCounts.jackknifeOfAucs(weights), support, Unresolved.NOTHING);
  }

  /** Of windows that may still be open; see above. */
  public static WeightedLead ofFollowUp(int best, List<MetricFollowUp> weights, Support support) {
    return of(best, MetricFollowUp.jackknifeOfAucs(weights), support, Unresolved.NOTHING);
  }

  /** Of revenue; see above. */
  public static WeightedLead ofRevenue(int best, List<MetricRevenue> weights, Support support) {
    return of(
        best, MetricRevenue.jackknifeOfAucs(weights), support, weights.get(best).unresolved());
  }

  private static WeightedLead of(
      int best, Jackknife jackknife, Support support, Unresolved unresolved) {
    var aucs = new JointAucs(jackknife, support, unresolved);
    int leader = ComparisonsWithBest.highest(aucs.values(), -1);
    int other = ComparisonsWithBest.highest(aucs.values(), best);
    return new WeightedLead(
        leader,
        aucs.estimates().get(best),
        other < 0 ? Double.NaN : aucs.values()[best] - aucs.values()[other],
        ComparisonsWithBest.marginOf(
            best, aucs.values(), aucs.covariance(), support.degreesOfFreedom(), unresolved));
  }
}
