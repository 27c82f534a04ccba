package linkage.stats.drivers;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How much of an outcome's variation each driver accounts for: R² shared out by Shapley's value,
 * known as LMG.
 *
 * <p>A driver's share is the rise of R² when it joins those already there, averaged over all orders
 * of joining. Shares are never negative, sum to R², and don't favour either of two drivers that say
 * the same. Controls are there from the start in every order.
 *
 * <p><b>Value:</b> shares of the outcome's variation around the means taken out, in [0, 1].
 *
 * <p><b>Formula:</b> {@code φ_i = Σ_S s! (m - s - 1)! / m! · (R²(C ∪ S ∪ i) - R²(C ∪ S))} over sets
 * S of s of the other m - 1 drivers, with controls C. All 2^m sets are visited depth first. Each
 * holds what it leaves of the remaining columns' cross products, so that a driver joins by one step
 * of elimination among those that may still join; half of the sets have none left. All outcomes
 * share the walk.
 *
 * <p>Above {@value #MAX_EXACT} drivers the average is over random orders, each with its reverse,
 * which cancels much of what one order favours. The orders are the same in every call: between
 * replicates of a jackknife they add no noise.
 *
 * <p><b>Nulls and edges:</b> a column that is a combination of those in the set adds nothing to it.
 * An outcome without variation has {@code NaN} throughout.
 *
 * <p><b>Cost:</b> about {@code 6 · 2^m} steps for drivers of one column, and as many again for two
 * outcomes; O(orders · columns³) when sampled.
 *
 * <p><b>References:</b> Lindeman, Merenda and Gold, Introduction to Bivariate and Multivariate
 * Analysis (1980), p. 119; Grömping, Journal of Statistical Software 17 (2006), 1. R: {@code
 * relaimpo::calc.relimp(..., type = "lmg", always = controls)}.
 *
 * @param controlled R² of the controls alone, by outcome
 * @param shares as [outcome][driver]
 * @param monteCarloErrors standard errors from sampling orders, as [outcome][driver]; 0 when exact
 */
public record Lmg(double[] controlled, double[][] shares, double[][] monteCarloErrors) {

  /** With more drivers than this, orders are sampled. */
  public static final int MAX_EXACT = 20;

  private static final int PAIRS_OF_ORDERS = 1000;
  private static final long SEED = 20060101;

  /**
   * Shares out R².
   *
   * @param products cross products of all columns
   * @param outcomes positions of the outcomes
   * @param drivers what R² is shared out to
   * @param controls positions of columns that are in every model
   */
  public static Lmg of(CrossProducts products, int[] outcomes, Driver[] drivers, int... controls) {
    var residuals = products.without(controls);
    return drivers.length <= MAX_EXACT
        ? inUnits(products, residuals, outcomes, new Walk(residuals, outcomes, drivers).shares())
        : sampled(products, outcomes, drivers, PAIRS_OF_ORDERS, controls);
  }

  /** The same from so many random orders and their reverses. */
  static Lmg sampled(
      CrossProducts products, int[] outcomes, Driver[] drivers, int pairs, int... controls) {
    var residuals = products.without(controls);
    var walk = new Walk(residuals, outcomes, drivers);
    var random = new SplittableRandom(SEED);
    int[] order = new int[drivers.length];
    Arrays.setAll(order, driver -> driver);

    double[][] means = new double[outcomes.length][drivers.length];
    double[][] squares = new double[outcomes.length][drivers.length];
    double[][] pair = new double[outcomes.length][drivers.length];
    for (int drawn = 1; drawn <= pairs; drawn++) {
      shuffle(order, random);
      for (double[] gains : pair) {
        Arrays.fill(gains, 0);
      }
      walk.addHalfOfGains(order, pair);
      reverse(order);
      walk.addHalfOfGains(order, pair);
      for (int outcome = 0; outcome < outcomes.length; outcome++) {
        for (int driver = 0; driver < drivers.length; driver++) {
          double deviation = pair[outcome][driver] - means[outcome][driver];
          means[outcome][driver] += deviation / drawn;
          squares[outcome][driver] += deviation * (pair[outcome][driver] - means[outcome][driver]);
        }
      }
    }

    var shares = inUnits(products, residuals, outcomes, means);
    for (int outcome = 0; outcome < outcomes.length; outcome++) {
      double total = products.at(outcomes[outcome], outcomes[outcome]);
      for (int driver = 0; driver < drivers.length; driver++) {
        shares.monteCarloErrors[outcome][driver] =
            Math.sqrt(squares[outcome][driver] / (pairs - 1.0) / pairs) / total;
      }
    }
    return shares;
  }

  /** R² of controls and drivers together, of one outcome. */
  public double rSquared(int outcome) {
    return controlled[outcome] + Arrays.stream(shares[outcome]).sum();
  }

  private static Lmg inUnits(
      CrossProducts products, CrossProducts residuals, int[] outcomes, double[][] explained) {
    double[] controlled = new double[outcomes.length];
    double[][] shares = new double[outcomes.length][];
    double[][] errors = new double[outcomes.length][];
    for (int i = 0; i < outcomes.length; i++) {
      double total = products.at(outcomes[i], outcomes[i]);
      boolean varies = total > 0;
      controlled[i] = varies ? 1 - residuals.at(outcomes[i], outcomes[i]) / total : Double.NaN;
      // What rounding leaves of a share of 0 may lie below it.
      shares[i] =
          Arrays.stream(explained[i])
              .map(gain -> varies ? Math.max(0, gain / total) : Double.NaN)
              .toArray();
      errors[i] = new double[explained[i].length];
    }
    return new Lmg(controlled, shares, errors);
  }

  private static void shuffle(int[] order, SplittableRandom random) {
    for (int last = order.length - 1; last > 0; last--) {
      int other = random.nextInt(last + 1);
      int kept = order[last];
      order[last] = order[other];
      order[other] = kept;
    }
  }

  private static void reverse(int[] order) {
    for (int i = 0, j = order.length - 1; i < j; i++, j--) {
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
  }

  /**
   * The walk over sets of drivers, in units of the outcomes' cross products.
   *
   * <p>Drivers join from the last to the first. What a set leaves of the columns that may still
   * join is then the beginning of a packed lower triangle: to pass over a driver is to read less of
   * it, and nothing is copied.
   */
  private static final class Walk {

    private final int drivers;
    private final int outcomes;
    private final int width;

    /** Where each driver's columns begin; one more for the end. */
    private final int[] begins;

    /** Each column's own variation, to judge what is left of it. */
    private final double[] own;

    /** What sets of each size leave: columns among themselves, and with each outcome. */
    private final double[][] left;

    private final double[][] crossed;

    /** What a set of each size explains, and the weighted sum of that over the sets beyond it. */
    private final double[][] explained;

    private final double[][] beyond;

    private final double[] weights;
    private final double[][] inside;
    private final double[] everywhere;

    Walk(CrossProducts products, int[] outcomes, Driver[] players) {
      drivers = players.length;
      this.outcomes = outcomes.length;
      int[] columns = Driver.columns(players);
      width = columns.length;
      begins = new int[drivers + 1];
      for (int driver = 0; driver < drivers; driver++) {
        begins[driver + 1] = begins[driver] + players[driver].columns().length;
      }

      left = new double[drivers + 1][CrossProducts.triangle(width)];
      crossed = new double[drivers + 1][this.outcomes * width];
      own = new double[width];
      for (int j = 0; j < width; j++) {
        own[j] = products.at(columns[j], columns[j]);
        for (int i = 0; i <= j; i++) {
          left[0][CrossProducts.triangle(j) + i] = products.at(columns[i], columns[j]);
        }
        for (int outcome = 0; outcome < this.outcomes; outcome++) {
          crossed[0][outcome * width + j] = products.at(columns[j], outcomes[outcome]);
        }
      }
      explained = new double[drivers + 1][this.outcomes];
      beyond = new double[drivers + 1][this.outcomes];
      inside = new double[drivers][this.outcomes];
      everywhere = new double[this.outcomes];
      weights = weights(drivers);
    }

    /** Shapley's value of each driver, as [outcome][driver]. */
    double[][] shares() {
      extend(0, drivers);
      double[][] shares = new double[outcomes][drivers];
      for (int outcome = 0; outcome < outcomes; outcome++) {
        for (int driver = 0; driver < drivers; driver++) {
          shares[outcome][driver] = inside[driver][outcome] - everywhere[outcome];
        }
      }
      return shares;
    }

    /** Adds half of what each driver adds when they join in this order, to [outcome][driver]. */
    void addHalfOfGains(int[] order, double[][] gains) {
      double[] triangle = left[1];
      double[] cross = crossed[1];
      System.arraycopy(left[0], 0, triangle, 0, triangle.length);
      System.arraycopy(crossed[0], 0, cross, 0, cross.length);
      for (int driver : order) {
        for (int column = begins[driver]; column < begins[driver + 1]; column++) {
          eliminateEverywhere(triangle, cross, column, driver, gains);
        }
      }
    }

    /**
     * Visits every set that extends a set by drivers before one.
     *
     * <p>{@code φ_i = Σ_{S ∋ i} (w_{s-1} + w_s) v(S) - Σ_S w_s v(S)}: each set is the descendant of
     * just one at which driver i joined, so the first sum is taken from sums over subtrees.
     */
    private void extend(int size, int before) {
      Arrays.fill(beyond[size], 0);
      for (int driver = before - 1; driver >= 0; driver--) {
        join(size, driver);
        extend(size + 1, driver);
        double with = weights[size] + weights[size + 1];
        for (int outcome = 0; outcome < outcomes; outcome++) {
          double value = explained[size + 1][outcome];
          double sum = beyond[size + 1][outcome] + with * value;
          inside[driver][outcome] += sum;
          beyond[size][outcome] += sum;
          everywhere[outcome] += weights[size + 1] * value;
        }
      }
    }

    /** Makes, of the set of one size, the set with one driver more. */
    private void join(int size, int driver) {
      double[] from = left[size];
      double[] fromCrossed = crossed[size];
      double[] to = left[size + 1];
      double[] toCrossed = crossed[size + 1];
      double[] value = explained[size + 1];
      System.arraycopy(explained[size], 0, value, 0, outcomes);
      for (int column = begins[driver + 1] - 1; column >= begins[driver]; column--) {
        eliminate(from, fromCrossed, to, toCrossed, column, value);
        from = to;
        fromCrossed = toCrossed;
      }
    }

    private void eliminate(
        double[] from,
        double[] fromCrossed,
        double[] to,
        double[] toCrossed,
        int column,
        double[] value) {
      int row = CrossProducts.triangle(column);
      double pivot = from[row + column];
      if (pivot <= CrossProducts.ALIASED * own[column]) {
        copy(from, fromCrossed, to, toCrossed, column);
        return;
      }
      int cell = 0;
      for (int i = 0; i < column; i++) {
        double slope = from[row + i] / pivot;
        for (int j = 0; j <= i; j++, cell++) {
          to[cell] = from[cell] - slope * from[row + j];
        }
      }
      for (int outcome = 0; outcome < outcomes; outcome++) {
        int start = outcome * width;
        double slope = fromCrossed[start + column] / pivot;
        value[outcome] += slope * fromCrossed[start + column];
        for (int i = 0; i < column; i++) {
          toCrossed[start + i] = fromCrossed[start + i] - slope * from[row + i];
        }
      }
    }

    private void copy(
        double[] from, double[] fromCrossed, double[] to, double[] toCrossed, int column) {
      if (from != to) {
        System.arraycopy(from, 0, to, 0, CrossProducts.triangle(column));
        for (int outcome = 0; outcome < outcomes; outcome++) {
          System.arraycopy(fromCrossed, outcome * width, toCrossed, outcome * width, column);
        }
      }
    }

    /** Eliminates a column among all others, in place, whichever joined before. */
    private void eliminateEverywhere(
        double[] triangle, double[] cross, int column, int driver, double[][] gains) {
      double pivot = triangle[CrossProducts.triangle(column) + column];
      if (pivot <= CrossProducts.ALIASED * own[column]) {
        return;
      }
      double[] shared = new double[width];
      for (int i = 0; i < width; i++) {
        shared[i] =
            triangle[
                i <= column
                    ? CrossProducts.triangle(column) + i
                    : CrossProducts.triangle(i) + column];
      }
      int cell = 0;
      for (int i = 0; i < width; i++) {
        double slope = shared[i] / pivot;
        for (int j = 0; j <= i; j++, cell++) {
          triangle[cell] -= slope * shared[j];
        }
      }
      for (int outcome = 0; outcome < outcomes; outcome++) {
        int start = outcome * width;
        double slope = cross[start + column] / pivot;
        gains[outcome][driver] += slope * cross[start + column] / 2;
        for (int i = 0; i < width; i++) {
          cross[start + i] -= slope * shared[i];
        }
      }
    }

    /** {@code w_s = s! (m - s - 1)! / m!} for s from 0 to m - 1, and 0 for m. */
    private static double[] weights(int drivers) {
      double[] weights = new double[drivers + 1];
      double weight = 1.0 / drivers;
      for (int size = 0; size < drivers; size++) {
        weights[size] = weight;
        weight *= (size + 1.0) / (drivers - size - 1.0);
      }
      return weights;
    }
  }
}
