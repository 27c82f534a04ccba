package linkage.stats;

import java.util.Arrays;

/**
 * How probable it is of each candidate that it is the best, as far as the data at hand go.
 *
 * <p>It weighs candidates where {@link ComparisonsWithBest} only says which are possible. It guards
 * against nothing: looking at many segments, some candidate has a high one by chance.
 *
 * <p><b>Value:</b> in [0, 1], adding up to 1, each within 1e-5 for three candidates and 5e-3 for
 * eight.
 *
 * <p><b>Formula:</b> {@code P(θ*_i > θ*_j for all j ≠ i)} with θ* from {@code N(θ̂, V)}. Along a
 * direction u of {@link Directions} each {@code θ*_i - θ*_j} is linear in the radius, so candidate
 * i is best between two radii, and the normal radius gives the probability between them.
 *
 * <p><b>Nulls and edges:</b> candidates that agree in every replicate share their probability
 * equally. All are {@code NaN} if any difference isn't known, or with fewer than two candidates.
 *
 * <p><b>Cost:</b> O(candidates² × directions).
 */
public final class ProbabilityOfBest {

  private ProbabilityOfBest() {}

  /**
   * The probability of each candidate.
   *
   * @param estimates the estimate of each candidate, higher being better
   * @param covariance their covariance matrix
   */
  public static double[] of(double[] estimates, double[][] covariance) {
    int size = estimates.length;
    var contrasts = new Contrasts(estimates, covariance);
    double[] probabilities = new double[size];
    for (int i = 0; i < size; i++) {
      if (size < 2 || !contrasts.isKnown(i)) {
        Arrays.fill(probabilities, Double.NaN);
        return probabilities;
      }
    }

    int pairs = Directions.pairs(contrasts.row(0).length);
    double share = 1.0 / (Directions.SHIFTS * Directions.POINTS);
    for (double[][] shift : Directions.of(pairs)) {
      for (double[] direction : shift) {
        double[] slopes = new double[size];
        for (int i = 0; i < size; i++) {
          slopes[i] = Sums.ofProducts(contrasts.row(i), direction);
        }
        for (int i = 0; i < size; i++) {
          probabilities[i] += share * bestAlong(slopes, i, contrasts, pairs);
        }
      }
    }
    return probabilities;
  }

  /** The probability of the radii at which candidate i is the best, shared with its equals. */
  private static double bestAlong(double[] slopes, int i, Contrasts contrasts, int pairs) {
    double from = 0;
    double to = Double.POSITIVE_INFINITY;
    int equals = 1;
    for (int j = 0; j < slopes.length && from < to; j++) {
      if (j != i) {
        double difference = contrasts.difference(i, j);
        double slope = slopes[i] - slopes[j];
        if (contrasts.areSame(i, j)) {
          equals++;
        } else if (slope > 0) {
          from = Math.max(from, -difference / slope);
        } else if (slope < 0) {
          to = Math.min(to, -difference / slope);
        } else if (difference < 0) {
          to = 0;
        }
      }
    }
    return from < to
        ? (Directions.beyond(from, pairs, Double.POSITIVE_INFINITY)
                - Directions.beyond(to, pairs, Double.POSITIVE_INFINITY))
            / equals
        : 0;
  }
}
