package linkage.stats;

import java.util.ArrayList;
import java.util.List;

/**
 * The AUCs of several metrics on the same observations.
 *
 * @param estimates each with its interval
 * @param values each
 * @param p how surprising each would be if the metric told nothing
 * @param covariance their covariance matrix; {@code NaN} of an AUC of exactly 0 or 1
 */
record JointAucs(List<Estimate> estimates, double[] values, double[] p, double[][] covariance) {

  /**
   * Reads AUCs that were replicated together.
   *
   * @param jackknife the AUCs, followed by their logits
   */
  JointAucs(Jackknife jackknife, Support support, Unresolved unresolved) {
    this(
        new ArrayList<>(),
        new double[jackknife.estimate().length / 2],
        new double[jackknife.estimate().length / 2],
        new double[jackknife.estimate().length / 2][jackknife.estimate().length / 2]);
    for (int i = 0; i < values.length; i++) {
      Estimate auc = MetricCounts.aucEstimate(jackknife, i, support);
      estimates.add(
          new Estimate(
              auc.value(),
              auc.variance(),
              auc.degreesOfFreedom(),
              unresolved.probability(auc.interval())));
      p[i] = MetricCounts.pOfOneHalf(jackknife, i, support, unresolved);
      values[i] = auc.value();
      for (int j = 0; j <= i; j++) {
        boolean isBlind = Interval.isPerfect(values[i]) || Interval.isPerfect(values[j]);
        covariance[i][j] = isBlind ? Double.NaN : jackknife.covariance()[i][j];
        covariance[j][i] = covariance[i][j];
      }
    }
  }
}
