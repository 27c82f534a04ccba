package linkage.stats;

import java.io.Serializable;
import java.util.List;

/**
 * All metrics of a common sample read as one score, by a model that has not seen the customer.
 *
 * <p>It is made of passes: a {@link Logistic} regression of the outcome on the metrics' levels,
 * with sums by bucket; then one pass in which each observation gets its {@link #bin} and is
 * counted.
 *
 * <p><b>Value:</b> bins 0 to {@value #BINS} - 1 in favourable order. They can be compared within a
 * fold only: each fold (bucket mod {@value AddedValue#FOLDS}) has coefficients of its own.
 *
 * <p><b>Formula:</b> {@code Σ_m β_m level_m} with the coefficients of {@link Logistic#withoutFold},
 * on bins of equal width from the lowest such sum that the scales allow to the highest.
 *
 * <p><b>Nulls and edges:</b> a metric may get a coefficient below 0: what it adds to the others can
 * point the other way. Where all are 0, everybody is in bin 0. Binning ties observations whose sums
 * differ by less than a {@value #BINS}th of the range.
 *
 * <p><b>Cost:</b> O(metrics) per observation.
 */
public final class CombinationScore implements Serializable {

  /** The number of bins. */
  public static final int BINS = 256;

  private static final long serialVersionUID = 1L;

  /** As [fold][metric]. */
  private final double[][] coefficients;

  private final double[] lowest;
  private final double[] range;

  /**
   * A score.
   *
   * @param fit the regression of being retained on the levels of the metrics
   * @param buckets the sums of the pass that ended the fit, by bucket
   * @param levels the number of levels of each metric, in the order of the columns
   */
  public CombinationScore(Logistic fit, List<LogisticSums> buckets, int[] levels) {
    this.coefficients = new double[AddedValue.FOLDS][levels.length];
    this.lowest = new double[AddedValue.FOLDS];
    this.range = new double[AddedValue.FOLDS];
    for (int fold = 0; fold < AddedValue.FOLDS; fold++) {
      double[] unseen = fit.withoutFold(buckets, fold, AddedValue.FOLDS);
      for (int metric = 0; metric < levels.length; metric++) {
        double coefficient = unseen[metric + 1];
        coefficients[fold][metric] = coefficient;
        lowest[fold] += Math.min(0, coefficient * (levels[metric] - 1));
        range[fold] += Math.abs(coefficient * (levels[metric] - 1));
      }
    }
  }

  /**
   * The bin of an observation.
   *
   * @param levels its level of each metric
   * @param bucket its customer's bucket
   */
  public int bin(double[] levels, int bucket) {
    int fold = bucket % AddedValue.FOLDS;
    double score = Symmetric.dot(coefficients[fold], levels) - lowest[fold];
    return range[fold] > 0
        ? Math.max(0, Math.min(BINS - 1, (int) (score / range[fold] * BINS)))
        : 0;
  }
}
