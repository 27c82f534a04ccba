package linkage.stats;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.hipparchus.analysis.solvers.BrentSolver;

/**
 * What the groups of a set have in common, and what that says of each: empirical Bayes.
 *
 * <p>A small group's own figure is mostly chance, and the highest of many is luck. Groups of one
 * set resemble each other; how much can be seen, since they differ by more than chance or they
 * don't. Each figure is drawn towards the mean of all by what its own uncertainty deserves.
 *
 * <p><b>Value:</b> in the units of the estimates. The mean is that of the groups' own figures, each
 * group counting as one but for its uncertainty; it isn't the figure of all customers pooled.
 *
 * <p><b>Formula:</b> group s has the estimate y_s with variance v_s about its truth, and the truths
 * have the variance τ² about the mean μ. τ² solves {@code Σ w_s (y_s - μ)² = k - 1} with {@code w_s
 * = 1 / (v_s + τ²)} and {@code μ = Σ w_s y_s / Σ w_s} over the k groups, and is 0 if nothing solves
 * it (Paule and Mandel). The {@link #factor} by which a group is drawn is {@code B_s = (k - 3) / (k
 * - 1) · v_s / (v_s + τ²)} (Morris): what is drawn too far otherwise, since τ² and μ are estimated.
 * With equal variances this is James and Stein's estimator about the mean.
 *
 * <p>Paule and Mandel's τ² was preferred to DerSimonian and Laird's, which is too small where
 * groups differ much, and to restricted maximum likelihood, which comes out about the same but
 * takes the truths for normal and needs a search that may not end: here exactly one value solves
 * the equation.
 *
 * <p><b>Nulls and edges:</b> groups without an estimate, or without a variance above 0, aren't
 * counted. With fewer than {@value #MINIMUM_GROUPS} that are, all is {@code NaN}.
 *
 * <p><b>Cost:</b> O(groups).
 *
 * <p><b>References:</b> Paule and Mandel, Journal of Research of the National Bureau of Standards
 * 87 (1982) 377–385; Veroniki et al., Research Synthesis Methods 7 (2016) 55–79, who compare
 * sixteen estimators of τ²; Morris, Journal of the American Statistical Association 78 (1983)
 * 47–55; Efron and Morris, the same 70 (1975) 311–319. R: {@code metafor::rma(y, v, method =
 * "PM")}.
 *
 * @param groups k, the number of groups with an estimate and a variance
 * @param mean μ
 * @param variance τ², the variance between the groups' truths
 * @param precision {@code Σ w_s}, one over the variance of the mean
 * @param typicalVariance the mean of the v_s, weighted by w_s
 */
public record RandomEffects(
    int groups, double mean, double variance, double precision, double typicalVariance) {

  /** With fewer groups than this, what they have in common can't be told. */
  public static final int MINIMUM_GROUPS = 4;

  /**
   * Estimates the mean and the variance between groups.
   *
   * @param estimates y, each group's own figure
   * @param variances v, the variances of these figures; {@code NaN} for a group not to be counted
   */
  public static RandomEffects of(double[] estimates, double[] variances) {
    int[] counted =
        IntStream.range(0, estimates.length)
            .filter(s -> Double.isFinite(estimates[s]) && Double.isFinite(variances[s]))
            .filter(s -> variances[s] > 0)
            .toArray();
    if (counted.length < MINIMUM_GROUPS) {
      return new RandomEffects(counted.length, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    double[] y = Arrays.stream(counted).mapToDouble(s -> estimates[s]).toArray();
    double[] v = Arrays.stream(counted).mapToDouble(s -> variances[s]).toArray();
    return with(y, v, between(y, v));
  }

  /** τ² by Paule and Mandel: the weighted spread falls as τ² grows, so at most one solves it. */
  private static double between(double[] y, double[] v) {
    int freedom = y.length - 1;
    if (spread(y, v, 0) <= freedom) {
      return 0;
    }
    // The spread at τ² is at most Σ (y - ȳ)² / τ², so this is beyond the solution.
    double mean = Sums.of(y) / y.length;
    double most = Arrays.stream(y).map(each -> (each - mean) * (each - mean)).sum() / freedom;
    return new BrentSolver(1e-14, 1e-16)
        .solve(1000, variance -> spread(y, v, variance) - freedom, 0, most);
  }

  /** {@code Σ w_s (y_s - μ)²} for a τ². */
  private static double spread(double[] y, double[] v, double variance) {
    double mean = with(y, v, variance).mean;
    return IntStream.range(0, y.length)
        .mapToDouble(s -> (y[s] - mean) * (y[s] - mean) / (v[s] + variance))
        .sum();
  }

  private static RandomEffects with(double[] y, double[] v, double variance) {
    double precision = 0;
    double estimates = 0;
    double variances = 0;
    for (int s = 0; s < y.length; s++) {
      double weight = 1 / (v[s] + variance);
      precision += weight;
      estimates += weight * y[s];
      variances += weight * v[s];
    }
    return new RandomEffects(
        y.length, estimates / precision, variance, precision, variances / precision);
  }

  /**
   * How far a group is drawn towards the mean.
   *
   * <p><b>Value:</b> in [0, 1]: 0 leaves the group its own figure, 1 would leave only the mean.
   *
   * @param variance v_s, the variance of the group's own figure
   */
  public double factor(double variance) {
    return (groups - 3.0) / (groups - 1.0) * variance / (variance + this.variance);
  }

  /**
   * A group's figure, drawn towards the mean.
   *
   * <p><b>Formula:</b> {@code (1 - B) y + B μ}, with the variance {@code v (1 - B) + v B w / Σ w +
   * 2 / (k - 3) · B² (v̄ + τ²) / (v + τ²) · (y - μ)²}: what the group leaves open, what the mean
   * does, and what B does. The interval has Student's t with the degrees of freedom of v, so that a
   * group that isn't drawn keeps its own interval.
   *
   * <p>Simulated with normal truths, variances that differ tenfold, and 4 to 60 groups, the
   * intervals of all groups held the truth in 93.6 to 96 % where groups differed clearly, and in
   * more where they hardly did.
   *
   * <p><b>Nulls and edges:</b> {@code NaN}, without an interval, where the group has no estimate or
   * no variance above 0, or where there are too few groups.
   *
   * <p><b>References:</b> Morris (1983), above, section 5, for the variance.
   *
   * @param estimate y_s, the group's own figure
   * @param variance v_s, its variance
   * @param degreesOfFreedom of that variance; infinite if it is known
   */
  public Shrunk shrink(double estimate, double variance, double degreesOfFreedom) {
    double factor = factor(variance);
    double distance = estimate - mean;
    double total = variance + this.variance;
    double ofMean = variance * factor / total / precision;
    double ofFactor =
        2.0 / (groups - 3) * factor * factor * (typicalVariance + this.variance) / total;
    double value = estimate - factor * distance;
    double error = Math.sqrt(variance * (1 - factor) + ofMean + ofFactor * distance * distance);
    if (!Double.isFinite(value + error) || variance == 0) {
      return Shrunk.UNDEFINED;
    }
    double half = StudentT.upperQuantile(0.025, degreesOfFreedom) * error;
    return new Shrunk(value, new Interval(value - half, value + half), factor);
  }

  /**
   * What can be said of one more group, of which nothing is known but that it belongs to the set:
   * the mean, with the interval that holds 95 % of groups.
   *
   * <p><b>Formula:</b> {@code μ ± t √(τ² + 1 / Σ w)}, with k - 2 degrees of freedom.
   *
   * <p><b>References:</b> Higgins, Thompson and Spiegelhalter, Journal of the Royal Statistical
   * Society A 172 (2009) 137–159.
   */
  public Shrunk anyOther() {
    var interval = Interval.symmetric(mean, variance + 1 / precision, groups - 2);
    return interval.isDefined() ? new Shrunk(mean, interval, 1) : Shrunk.UNDEFINED;
  }

  /**
   * A group's figure after what the other groups say.
   *
   * @param value the figure
   * @param interval its 95 % interval
   * @param factor how far it was drawn from the group's own figure, 0, to the mean of all, 1
   */
  public record Shrunk(double value, Interval interval, double factor) {

    /** Nothing can be said. */
    public static final Shrunk UNDEFINED = new Shrunk(Double.NaN, Interval.UNDEFINED, Double.NaN);

    /** The same as a probability, if the figures are logits. */
    public Shrunk logistic() {
      return new Shrunk(
          Interval.logistic(value),
          new Interval(Interval.logistic(interval.lower()), Interval.logistic(interval.upper())),
          factor);
    }
  }
}
