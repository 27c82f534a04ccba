package linkage.stats.drivers;

import java.util.stream.IntStream;

/**
 * How strong something unmeasured would have to be to explain an effect away.
 *
 * <p>It speaks of ordinary least squares only, and of its textbook standard error.
 *
 * <p><b>Value:</b> shares of variation in [0, 1]. A robustness value of 0.14 says: a confounder
 * that explains 14 % of what is left of the treatment, and 14 % of what is left of the outcome,
 * would bring the estimate to 0; one that explains less of both would not.
 *
 * <p><b>Formula:</b> with {@code f = |t| / √d} of d degrees of freedom, partial R² is {@code f² /
 * (1 + f²)} and the robustness value {@code (√(f⁴ + 4f²) - f²) / 2}.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} throughout if the coefficient can't be told.
 *
 * <p><b>References:</b> Cinelli and Hazlett, Journal of the Royal Statistical Society B 82 (2020)
 * 39–67. R: {@code sensemakr::sensemakr}.
 *
 * @param estimate the coefficient
 * @param standardError the textbook's
 * @param degreesOfFreedom of the regression
 * @param partialRSquared the share of the outcome's residual variation that the treatment explains
 * @param robustnessValue to bring the estimate to 0
 */
public record Sensitivity(
    double estimate,
    double standardError,
    double degreesOfFreedom,
    double partialRSquared,
    double robustnessValue) {

  /**
   * What would be left of an effect beside a confounder as strong as something measured.
   *
   * @param ofTreatment the share of the treatment's residual variation it explains
   * @param ofOutcome the share of the outcome's residual variation it explains; 1 at most
   * @param estimate the estimate, moved toward 0 as far as that allows
   * @param standardError of the moved estimate
   */
  public record Bound(double ofTreatment, double ofOutcome, double estimate, double standardError) {

    /** The t statistic of what is left. */
    public double statistic() {
      return estimate / standardError;
    }
  }

  /** The sensitivity of a predictor's coefficient. */
  public static Sensitivity of(LeastSquares fit, int treatment) {
    return of(fit.coefficientOf(treatment), fit.standardError(treatment), fit.degreesOfFreedom());
  }

  /**
   * The sensitivity of an estimate.
   *
   * @param estimate the coefficient
   * @param standardError its textbook standard error
   * @param degreesOfFreedom of the regression
   */
  public static Sensitivity of(double estimate, double standardError, double degreesOfFreedom) {
    double f = Math.abs(estimate / standardError) / Math.sqrt(degreesOfFreedom);
    return new Sensitivity(
        estimate, standardError, degreesOfFreedom, f * f / (1 + f * f), value(f));
  }

  /**
   * What is left beside a confounder so many times as strong as something measured.
   *
   * @param products cross products of all columns
   * @param outcome position of the outcome
   * @param treatment position of the treatment
   * @param benchmark positions of its columns, all among the controls; several if they say the same
   *     in several ways, since beside its twin a column seems to say little
   * @param times how many times as strong, such as 1
   * @param controls positions of all controls
   * @return {@code NaN} in all where so strong a confounder isn't possible
   */
  public static Bound bound(
      CrossProducts products,
      int outcome,
      int treatment,
      int[] benchmark,
      double times,
      int... controls) {
    int[] predictors = IntStream.concat(IntStream.of(controls), IntStream.of(treatment)).toArray();
    var fit = LeastSquares.of(products, outcome, predictors);
    double withTreatment =
        LeastSquares.of(products, treatment, controls).partialRSquared(benchmark);
    return of(fit, treatment).bound(withTreatment, fit.partialRSquared(benchmark), times);
  }

  /**
   * Something measured, and what would be left beside something as strong.
   *
   * @param position among the benchmarks; -1 if none has a bound
   * @param bound its bound; {@code NaN} in all if none has one
   */
  public record Benchmark(int position, Bound bound) {}

  /**
   * The benchmark beside whose like least would be left.
   *
   * @param products cross products of all columns
   * @param outcome position of the outcome
   * @param treatment position of the treatment
   * @param benchmarks positions of the columns of each; all among the controls
   * @param times how many times as strong as each, such as 1
   * @param controls positions of all controls
   */
  public static Benchmark strongest(
      CrossProducts products,
      int outcome,
      int treatment,
      int[][] benchmarks,
      double times,
      int... controls) {
    var strongest = new Benchmark(-1, new Bound(Double.NaN, Double.NaN, Double.NaN, Double.NaN));
    int[] predictors = IntStream.concat(IntStream.of(controls), IntStream.of(treatment)).toArray();
    double sign =
        Math.signum(LeastSquares.of(products, outcome, predictors).coefficientOf(treatment));
    for (int i = 0; i < benchmarks.length; i++) {
      var bound = bound(products, outcome, treatment, benchmarks[i], times, controls);
      boolean isLess =
          strongest.position < 0 || sign * bound.estimate < sign * strongest.bound.estimate;
      if (isLess && !Double.isNaN(bound.estimate)) {
        strongest = new Benchmark(i, bound);
      }
    }
    return strongest;
  }

  /**
   * The bound from the benchmark's own partial R².
   *
   * @param withTreatment of the benchmark in the treatment, given the other controls
   * @param withOutcome of the benchmark in the outcome, given the treatment and the other controls
   * @param times how many times as strong
   */
  Bound bound(double withTreatment, double withOutcome, double times) {
    double ofTreatment = times * withTreatment / (1 - withTreatment);
    double shared =
        times * withTreatment * withTreatment / ((1 - times * withTreatment) * (1 - withTreatment));
    if (!(ofTreatment < 1) || !(shared < 1)) {
      return new Bound(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    double factor = (Math.sqrt(times) + Math.sqrt(shared)) / Math.sqrt(1 - shared);
    double ofOutcome = Math.min(1, factor * factor * withOutcome / (1 - withOutcome));
    double bias =
        standardError * Math.sqrt(ofOutcome * ofTreatment / (1 - ofTreatment) * degreesOfFreedom);
    double error =
        standardError
            * Math.sqrt(
                (1 - ofOutcome) / (1 - ofTreatment) * degreesOfFreedom / (degreesOfFreedom - 1));
    return new Bound(ofTreatment, ofOutcome, estimate - Math.signum(estimate) * bias, error);
  }

  /**
   * How strong something unmeasured would have to be to take a part of the estimate away.
   *
   * <p>An interval of any kind that keeps its width is brought to 0 by taking its nearer end's
   * share of the estimate away.
   *
   * @param part of the estimate; below 0 nothing has to be taken away
   */
  public double robustnessOf(double part) {
    double f = Math.abs(estimate / standardError) / Math.sqrt(degreesOfFreedom);
    return value(Math.max(0, part) * f);
  }

  private static double value(double f) {
    return (Math.sqrt(f * f * f * f + 4 * f * f) - f * f) / 2;
  }
}
