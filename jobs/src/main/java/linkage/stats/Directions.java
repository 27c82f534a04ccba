package linkage.stats;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Evenly spread directions in a space of an even number of dimensions, and how far a normal or t
 * vector reaches in any of them.
 *
 * <p>A vector of independent standard normals is a direction times a radius, which don't depend on
 * each other. Averaging over directions what is known exactly along a radius gives probabilities of
 * a multivariate normal or t distribution, far out in the tails as well, and also where its
 * covariance is singular.
 *
 * <p><b>Value:</b> unit vectors as [shift][point][dimension]: {@value #SHIFTS} copies of one
 * lattice of {@value #POINTS} points, each copy moved by its own random, but fixed, shift. Each
 * copy gives an unbiased average; their spread is the error of the mean of them all.
 *
 * <p><b>Formula:</b> Korobov's lattice {@code x_n = {n (1, a, a², …) / N}} with N = {@value
 * #POINTS} and a = {@value #GENERATOR}. Of its coordinates the first half are the angles of pairs
 * of components; the others, folded at 1/2 so that their ends meet, break a stick of length 1 into
 * the squared radii of these pairs.
 *
 * <p><b>Cost:</b> O(shifts × points × dimensions) time and memory, once per number of dimensions.
 *
 * <p><b>References:</b> Deák, Numerische Mathematik 35 (1980) 249–260, for the radius; Fang and
 * Wang, Number-theoretic Methods in Statistics (1994), section 1.5, for even directions; L'Ecuyer
 * and Lemieux, Management Science 46 (2000) 1214–1235, for Korobov lattices and their shifts.
 */
final class Directions {

  /** Copies of the lattice. */
  static final int SHIFTS = 8;

  /** Points of the lattice. */
  static final int POINTS = 1021;

  private static final int GENERATOR = 76;
  private static final long SEED = 1021L;
  private static final Map<Integer, double[][][]> BY_PAIRS = new ConcurrentHashMap<>();

  private Directions() {}

  /** Half the number of dimensions in which vectors of that many components are embedded. */
  static int pairs(int components) {
    return (components + 1) / 2;
  }

  /** The directions in 2 · pairs dimensions; not to be changed. */
  static double[][][] of(int pairs) {
    return BY_PAIRS.computeIfAbsent(pairs, Directions::spread);
  }

  /**
   * The probability that a vector reaches beyond a radius.
   *
   * <p><b>Formula:</b> with b pairs, {@code P(χ²_{2b} > x²) = e^{-h} Σ_{i<b} hⁱ / i!}, where h = x²
   * / 2. Divided by an independent {@code √(χ²_ν / ν)}, as in a t statistic, it is {@code (1 +
   * x²/ν)^{-ν/2} Σ_{i<b} (ν/2)_i / i! · (x² / (ν + x²))ⁱ}, with the rising factorial (·)_i.
   *
   * @param x the radius, at least 0; may be infinite
   * @param pairs half the number of dimensions
   * @param degreesOfFreedom ν, above 0; infinite for a normal vector
   */
  static double beyond(double x, int pairs, double degreesOfFreedom) {
    if (Double.isInfinite(x)) {
      return 0;
    }
    double square = x * x;
    boolean isNormal = Double.isInfinite(degreesOfFreedom);
    double half = degreesOfFreedom / 2;
    double share = square / (degreesOfFreedom + square);
    double term = Math.exp(isNormal ? -square / 2 : -half * Math.log1p(square / degreesOfFreedom));
    double sum = 0;
    for (int i = 0; i < pairs; i++) {
      sum += term;
      term *= isNormal ? square / 2 / (i + 1) : (half + i) / (i + 1) * share;
    }
    return sum;
  }

  private static double[][][] spread(int pairs) {
    int coordinates = 2 * pairs - 1;
    long[] generators = new long[coordinates];
    for (int i = 0; i < coordinates; i++) {
      generators[i] = i == 0 ? 1 : generators[i - 1] * GENERATOR % POINTS;
    }

    var random = new SplittableRandom(SEED);
    double[][][] directions = new double[SHIFTS][POINTS][];
    for (int shift = 0; shift < SHIFTS; shift++) {
      double[] offset = random.doubles(coordinates).toArray();
      for (int point = 0; point < POINTS; point++) {
        double[] lattice = new double[coordinates];
        for (int i = 0; i < coordinates; i++) {
          lattice[i] = ((double) (point * generators[i] % POINTS) / POINTS + offset[i]) % 1;
        }
        directions[shift][point] = direction(lattice, pairs);
      }
    }
    return directions;
  }

  private static double[] direction(double[] lattice, int pairs) {
    double[] direction = new double[2 * pairs];
    double left = 1;
    for (int pair = 0; pair < pairs; pair++) {
      double square = left;
      if (pair < pairs - 1) {
        double folded = 1 - Math.abs(2 * lattice[pairs + pair] - 1);
        square = left * (1 - Math.pow(1 - folded, 1.0 / (pairs - 1 - pair)));
      }
      left -= square;
      double radius = Math.sqrt(square);
      double angle = 2 * Math.PI * lattice[pair];
      direction[2 * pair] = radius * Math.cos(angle);
      direction[2 * pair + 1] = radius * Math.sin(angle);
    }
    return direction;
  }
}
