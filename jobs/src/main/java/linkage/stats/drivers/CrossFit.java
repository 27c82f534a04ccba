package linkage.stats.drivers;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import linkage.stats.Logistic;
import linkage.stats.LogisticSums;

/**
 * The models that {@link Aipw} needs for the effect on the treated, so that no row is judged by one
 * that was fitted to it, or to its customer.
 *
 * <p><b>Formula:</b> fold k holds the buckets with {@code bucket mod 5 = k}. Its rows get the
 * propensity of the {@link Logistic} regression one Newton step away from the fit of all rows, on
 * the sums of the four other folds, and the predictions of least squares on the covariates among
 * the untreated of the four other folds, for each outcome.
 *
 * <p><b>Nulls and edges:</b> where the other folds hold nobody untreated, predictions are {@code
 * NaN}, and so is the effect. A covariate that can't be told from others has no part in them.
 *
 * <p><b>Cost:</b> O(covariates³) per fold and model beyond the sums, O(covariates) per row and
 * model.
 *
 * @param propensities an intercept and one coefficient per covariate, as [fold][coefficient]
 * @param untreated the same for each outcome without treatment, as [fold][outcome][coefficient]
 */
public record CrossFit(double[][] propensities, double[][][] untreated) implements Serializable {

  /** How many parts the buckets are dealt to. */
  public static final int FOLDS = 5;

  /** What was done to a row's customer. */
  public enum Arm {
    /** Treated: the effect of this is sought. */
    TREATED,
    /** Not treated, and so to be compared with. */
    UNTREATED,
    /** Neither; counts to the population only. */
    OTHER
  }

  /**
   * The models of sums by fold.
   *
   * @param propensity the fit of who is treated, of all rows
   * @param sums of the pass that ended that fit, by fold
   * @param untreated the moments of each fold's untreated rows: first the covariates, last the
   *     outcomes, and between them what isn't read
   * @param covariates how many covariates there are
   * @param outcomes how many outcomes there are
   */
  public static CrossFit of(
      Logistic propensity,
      List<LogisticSums> sums,
      List<Moments> untreated,
      int covariates,
      int outcomes) {
    int[] predictors = IntStream.range(0, covariates).toArray();
    double[][] propensities = new double[FOLDS][];
    double[][][] lines = new double[FOLDS][outcomes][];
    for (int fold = 0; fold < FOLDS; fold++) {
      propensities[fold] = propensity.withoutFold(sums, fold, FOLDS);
      var others = new Moments(untreated.get(fold).columns());
      for (int other = 0; other < FOLDS; other++) {
        if (other != fold) {
          others.merge(untreated.get(other));
        }
      }
      int first = others.columns().size() - outcomes;
      var products = others.centred();
      for (int outcome = 0; outcome < outcomes; outcome++) {
        lines[fold][outcome] =
            LeastSquares.of(products, first + outcome, predictors).asLine(covariates);
      }
    }
    return new CrossFit(propensities, lines);
  }

  /** The fold of a bucket. */
  public static int fold(int bucket) {
    return bucket % FOLDS;
  }

  /** The probability that a row is treated. */
  public double propensity(int bucket, double[] covariates) {
    return Logistic.probability(Logistic.logOdds(propensities[fold(bucket)], covariates));
  }

  /** What to expect of a row without treatment, by outcome. */
  public double[] untreated(int bucket, double[] covariates) {
    double[][] lines = untreated[fold(bucket)];
    double[] expected = new double[lines.length];
    for (int outcome = 0; outcome < lines.length; outcome++) {
      expected[outcome] = Logistic.logOdds(lines[outcome], covariates);
    }
    return expected;
  }
}
