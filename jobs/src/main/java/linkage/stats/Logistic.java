package linkage.stats;

import java.io.Serializable;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Logistic regression that is fitted by passes over the observations, wherever these are.
 *
 * <p>A fit is a state between passes. Each pass adds {@link LogisticSums} at {@link #coefficients};
 * {@link #next} turns them into the next state, until {@link #isConverged}. Any number of fits can
 * share a pass. For observations in memory {@link #fit} runs the passes.
 *
 * <p><b>Value:</b> log odds per unit of each column, the intercept first.
 *
 * <p><b>Formula:</b> the maximum of {@code ℓ(β) - ½ Σ_j (β_j s_j / 2.5)² - ½ ((β_0 + Σ_j β_j m_j) /
 * 10)²}, where m_j and s_j are mean and standard deviation of column j. This is a normal prior on
 * the coefficients of standardised columns, of deviation {@value #PRIOR} (and {@value
 * #INTERCEPT_PRIOR} for the intercept): one standard deviation of a column is not expected to
 * change the odds by more than a factor of some 150. With ordinary data the prior weighs about as
 * much as one observation; under separation, with collinear or constant columns, or without one of
 * the classes, it keeps every coefficient finite. Newton's steps, halved while they lead down.
 *
 * <p><b>Nulls and edges:</b> without any observation all coefficients are 0. A column without
 * variance is taken to have deviation 1. Weights count as observations. All values must be finite.
 *
 * <p><b>Cost:</b> usually 4 to 7 passes: the first sums, at zero, already tell means, deviations
 * and the Newton step from the model without columns. O(columns³) between passes.
 *
 * <p><b>References:</b> Gelman, Jakulin, Pittau and Su, Annals of Applied Statistics 2 (2008)
 * 1360–1383, for weakly informative priors; the deviations are the defaults of R's rstanarm. R:
 * {@code glm(y ~ x, binomial)} for {@link #unpenalised}.
 */
public final class Logistic implements Serializable {

  /** The prior's deviation for the coefficient of a standardised column. */
  public static final double PRIOR = 2.5;

  /** The prior's deviation for the intercept at the columns' means. */
  public static final double INTERCEPT_PRIOR = 10;

  /** No fit takes more passes than this. */
  public static final int MOST_PASSES = 40;

  private static final long serialVersionUID = 1L;

  /** Half the gain in log-likelihood that another step would promise, below which none is taken. */
  private static final double NEGLIGIBLE = 1e-10;

  private final double prior;
  private final int passes;
  private final boolean converged;

  /** The packed precision of the prior; null before the first pass. */
  private final double[] precision;

  /** The best coefficients so far, where the last step began, and their penalised likelihood. */
  private final double[] base;

  private final double baseObjective;
  private final double[] coefficients;

  private Logistic(
      double prior,
      int passes,
      boolean converged,
      double[] precision,
      double[] base,
      double baseObjective,
      double[] coefficients) {
    this.prior = prior;
    this.passes = passes;
    this.converged = converged;
    this.precision = precision;
    this.base = base;
    this.baseObjective = baseObjective;
    this.coefficients = coefficients;
  }

  /** A fit before its first pass. */
  public static Logistic start(int columns) {
    return start(columns, 1);
  }

  /**
   * A fit without the prior, for comparison with other programs: the plain maximum of the
   * likelihood. Where there is none, its coefficients grow with each pass, or are {@code NaN}.
   */
  public static Logistic unpenalised(int columns) {
    return start(columns, 0);
  }

  private static Logistic start(int columns, double prior) {
    double[] zero = new double[columns + 1];
    return new Logistic(prior, 0, false, null, zero, Double.NEGATIVE_INFINITY, zero);
  }

  /**
   * Fits observations that are in memory.
   *
   * @param columns the number of columns
   * @param pass adds every observation, or cell, to the sums it is handed
   */
  public static Logistic fit(int columns, Consumer<LogisticSums> pass) {
    return start(columns).fit(pass);
  }

  /** Runs all passes that are left over observations that are in memory. */
  public Logistic fit(Consumer<LogisticSums> pass) {
    var fit = this;
    while (!fit.isFinished()) {
      var sums = new LogisticSums(fit.coefficients);
      pass.accept(sums);
      fit = fit.next(sums);
    }
    return fit;
  }

  /**
   * The state after a pass.
   *
   * @param sums of all observations, at {@link #coefficients}
   */
  public Logistic next(LogisticSums sums) {
    if (passes == 0) {
      return first(sums);
    }
    double objective = sums.logLikelihood() - penalty(coefficients);
    boolean wentDown = objective < baseObjective - NEGLIGIBLE * (1 + Math.abs(baseObjective));
    if (wentDown) {
      double[] halved = new double[coefficients.length];
      for (int i = 0; i < halved.length; i++) {
        halved[i] = (base[i] + coefficients[i]) / 2;
      }
      return new Logistic(prior, passes + 1, false, precision, base, baseObjective, halved);
    }
    double[] step = step(sums);
    boolean arrived = Symmetric.dot(step, penalisedGradient(sums)) < NEGLIGIBLE;
    return new Logistic(
        prior, passes + 1, arrived, precision, coefficients, objective, plus(coefficients, step));
  }

  /**
   * At zero coefficients the Hessian is a quarter of the columns' second moments. With these and
   * the gradient, the Newton step from the model that has only an intercept needs no pass.
   */
  private Logistic first(LogisticSums sums) {
    double weight = sums.positive() + sums.negative();
    double[] moments = sums.hessian();
    for (int i = 0; i < moments.length; i++) {
      moments[i] *= 4;
    }
    double[] precisionOfPrior = precision(moments, weight);
    // One more observation, half of either class, keeps the odds finite.
    double share = (sums.positive() + 0.5) / (weight + 1);
    double[] flat = new double[coefficients.length];
    flat[0] = Interval.logit(share);

    double[] gradient = sums.gradient();
    double[] hessian = moments.clone();
    double[] pull = Symmetric.times(precisionOfPrior, flat);
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] += (0.5 - share) * moments[Symmetric.index(i, 0)] - pull[i];
    }
    for (int i = 0; i < hessian.length; i++) {
      hessian[i] = share * (1 - share) * moments[i] + precisionOfPrior[i];
    }
    double objective =
        logLikelihood(flat[0], sums.positive(), sums.negative()) - Symmetric.dot(flat, pull) / 2;
    return new Logistic(
        prior,
        1,
        false,
        precisionOfPrior,
        flat,
        objective,
        plus(flat, Symmetric.solve(hessian, gradient)));
  }

  private double[] precision(double[] moments, double weight) {
    int order = coefficients.length;
    double[] means = new double[order];
    means[0] = 1;
    double[] matrix = new double[moments.length];
    for (int i = 1; i < order; i++) {
      means[i] = weight > 0 ? moments[Symmetric.index(i, 0)] / weight : 0;
      double square = weight > 0 ? moments[Symmetric.index(i, i)] / weight : 0;
      double variance = square - means[i] * means[i];
      boolean varies = variance > 1e-12 * square;
      matrix[Symmetric.index(i, i)] = prior * (varies ? variance : 1) / (PRIOR * PRIOR);
    }
    for (int i = 0; i < order; i++) {
      for (int j = 0; j <= i; j++) {
        matrix[Symmetric.index(i, j)] +=
            prior * means[i] * means[j] / (INTERCEPT_PRIOR * INTERCEPT_PRIOR);
      }
    }
    return matrix;
  }

  /**
   * The coefficients' covariance, robust to repeated observation of a customer.
   *
   * <p><b>Formula:</b> the {@link Jackknife} over buckets, where the replicate without a bucket is
   * one Newton step away from the fit. Its estimate is the fit.
   *
   * <p><b>Cost:</b> O(buckets × columns³), without another pass.
   *
   * <p><b>References:</b> Lipsitz, Laird and Harrington, Communications in Statistics 19 (1990)
   * 821–845, for the one-step jackknife as a robust variance.
   *
   * @param buckets the sums of the pass that ended the fit, by bucket
   */
  public Jackknife jackknife(List<LogisticSums> buckets) {
    double[][] cells = buckets.stream().map(LogisticSums::cells).toArray(double[][]::new);
    return Jackknife.of(cells, all -> oneStep(LogisticSums.of(base, all)));
  }

  /**
   * The coefficients as they would be without the observations of one fold, so that these can be
   * predicted by a model that has not seen them. A fold is the buckets of equal remainder.
   *
   * <p><b>Formula:</b> one Newton step from the fit, on the sums of the other folds.
   *
   * @param buckets the sums of the pass that ended the fit, by bucket
   * @param fold the fold to leave out, 0 to folds - 1
   * @param folds the number of folds
   */
  public double[] withoutFold(List<LogisticSums> buckets, int fold, int folds) {
    var others = new LogisticSums(base);
    IntStream.range(0, buckets.size())
        .filter(bucket -> bucket % folds != fold)
        .forEach(bucket -> others.merge(buckets.get(bucket)));
    return oneStep(others);
  }

  private double[] oneStep(LogisticSums sums) {
    return plus(base, step(sums));
  }

  private double[] step(LogisticSums sums) {
    double[] hessian = sums.hessian();
    Sums.add(hessian, precision);
    return Symmetric.solve(hessian, penalisedGradient(sums));
  }

  private double[] penalisedGradient(LogisticSums sums) {
    double[] gradient = sums.gradient();
    double[] pull = Symmetric.times(precision, sums.coefficients());
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] -= pull[i];
    }
    return gradient;
  }

  private double penalty(double[] at) {
    return Symmetric.dot(at, Symmetric.times(precision, at)) / 2;
  }

  private static double[] plus(double[] first, double[] second) {
    double[] sum = first.clone();
    Sums.add(sum, second);
    return sum;
  }

  /** Where the next pass is to evaluate; after the last one, the fit. A new array. */
  public double[] coefficients() {
    return coefficients.clone();
  }

  /**
   * Where the last pass evaluated: what the sums by bucket must be taken at that {@link #jackknife}
   * and {@link #withoutFold} are handed. A new array.
   */
  public double[] evaluatedAt() {
    return base.clone();
  }

  /** Whether another step would change the log-likelihood by less than 1e-10. */
  public boolean isConverged() {
    return converged;
  }

  /** Whether no further pass is wanted: the fit converged, or took {@value #MOST_PASSES} passes. */
  public boolean isFinished() {
    return converged || passes >= MOST_PASSES;
  }

  /** The number of passes so far. */
  public int passes() {
    return passes;
  }

  /**
   * The log odds of the outcome.
   *
   * @param coefficients the intercept, then one per column
   * @param row the columns' values
   */
  public static double logOdds(double[] coefficients, double[] row) {
    double logOdds = coefficients[0];
    for (int column = 0; column < row.length; column++) {
      logOdds += coefficients[column + 1] * row[column];
    }
    return logOdds;
  }

  /** The probability of an outcome of those log odds. */
  public static double probability(double logOdds) {
    return 1 / (1 + Math.exp(-logOdds));
  }

  /** The log-likelihood of observations of one log odds, in nats; finite for finite log odds. */
  static double logLikelihood(double logOdds, double positive, double negative) {
    double logOfProbability = logOfProbability(logOdds, Math.exp(-Math.abs(logOdds)));
    return positive * logOfProbability + negative * (logOfProbability - logOdds);
  }

  /**
   * The logarithm of the probability, in nats.
   *
   * <p>It is {@code -log(1 + exp(-x))}, and that of the opposite is x less: neither overflows in
   * this form. {@code log1p} would tell what is below 1e-16 from 0, but takes several times as long
   * as the processor's own logarithm.
   *
   * @param smaller the odds, or their inverse, whichever is at most 1
   */
  static double logOfProbability(double logOdds, double smaller) {
    return Math.min(0, logOdds) - Math.log(1 + smaller);
  }
}
