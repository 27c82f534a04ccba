package linkage.calibration;

import java.io.Serializable;
import java.util.stream.IntStream;
import linkage.stats.AddedValue;
import linkage.stats.Logistic;
import linkage.stats.RiskStrata;

/**
 * What CRM knows of the chance of an outcome, from history alone.
 *
 * <p>Each customer is predicted by coefficients that were fitted without the customer's fold
 * (bucket mod {@value AddedValue#FOLDS}), so the prediction has not seen the outcome.
 *
 * @param outcome {@code retained} or {@code repeat_purchase}
 * @param horizonDays the horizon of outcome and history
 * @param observationsCount the number of observations that the model was fitted on
 * @param positiveCount how many of them had the outcome
 * @param coefficients as [fold][coefficient], the intercept first, then the columns of {@link
 *     linkage.stats.History}
 * @param strata the cuts
 */
public record RiskModel(
    String outcome,
    int horizonDays,
    long observationsCount,
    long positiveCount,
    double[][] coefficients,
    RiskStrata strata)
    implements Serializable {

  /** Of either class, no fewer than this many observations make a model. */
  public static final int MINIMUM = 10;

  /**
   * Whether there was enough to fit. If not, there is no risk, and nothing to add to: better no
   * stratum than one for everybody.
   */
  public boolean isFitted() {
    return Math.min(positiveCount, observationsCount - positiveCount) >= MINIMUM;
  }

  /** The log odds of the outcome of a customer with that history. */
  public double logOdds(double[] history, int bucket) {
    return Logistic.logOdds(coefficients[bucket % AddedValue.FOLDS], history);
  }

  /** Name of the column with the log odds, such as {@code risk_log_odds_retained_180}. */
  public String logOddsColumn() {
    return "risk_log_odds_" + outcome + "_" + horizonDays;
  }

  /** Name of the column with the stratum, such as {@code risk_stratum_retained_180}. */
  public String stratumColumn() {
    return "risk_stratum_" + outcome + "_" + horizonDays;
  }

  static RiskModel of(
      String outcome, int horizonDays, SharedFits.Fitted fitted, RiskStrata strata) {
    long positive = Math.round(fitted.positive());
    return new RiskModel(
        outcome,
        horizonDays,
        positive + Math.round(fitted.negative()),
        positive,
        coefficients(fitted),
        strata);
  }

  static double[][] coefficients(SharedFits.Fitted fitted) {
    return IntStream.range(0, AddedValue.FOLDS)
        .mapToObj(fold -> fitted.fit().withoutFold(fitted.buckets(), fold, AddedValue.FOLDS))
        .toArray(double[][]::new);
  }
}
