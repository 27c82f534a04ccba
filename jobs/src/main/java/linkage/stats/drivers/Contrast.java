package linkage.stats.drivers;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A change of several columns of a model at once, such as of a rating with its flags of low and of
 * high.
 *
 * <p><b>Value:</b> {@code Σ b_i s_i}, by how much the outcome changes, in its units.
 *
 * <p><b>Formula:</b> for any column p that moves, the model on x is the same as one on {@code z_p =
 * x_p / s_p} and {@code z_i = x_i - (s_i / s_p) x_p} for the others, in which the coefficient of
 * z_p is the change: so it has a t statistic, and a robustness value ({@link Sensitivity}). Both
 * are the same whichever p is taken; the one that moves farthest in its standard deviations keeps
 * most digits.
 *
 * <p><b>Nulls and edges:</b> columns may say the same in several ways, as a rating of three levels
 * and its flags do: the change can be told if every way of telling it says the same. Otherwise it
 * is {@code NaN}, such as that of a rise to where nobody is, and where a shift is. Where nothing
 * moves it is 0.
 *
 * <p><b>References:</b> Seber and Lee, Linear Regression Analysis (2003), sections 3.9 and 4.3.
 *
 * @param columns positions of the columns
 * @param shifts how far each moves, in its units
 */
public record Contrast(int[] columns, double[] shifts) {

  /**
   * A model that tells the change by one coefficient.
   *
   * @param products cross products in which some columns are replaced
   * @param column the position of z_p
   * @param others positions of the other z
   */
  public record OneColumn(CrossProducts products, int column, int[] others) {}

  /**
   * The same change in columns that stand elsewhere.
   *
   * @param positions by what these columns are called here
   */
  public Contrast at(int[] positions) {
    return new Contrast(IntStream.of(columns).map(column -> positions[column]).toArray(), shifts);
  }

  /** Whether any column moves. */
  public boolean moves() {
    return IntStream.range(0, shifts.length).anyMatch(i -> shifts[i] != 0);
  }

  /**
   * The model that tells the change by one coefficient.
   *
   * @throws IllegalStateException if nothing moves
   */
  public OneColumn in(CrossProducts products) {
    return in(products, farthest(products));
  }

  /** The same with a given p, which must move. */
  OneColumn in(CrossProducts products, int p) {
    double[] upper = products.upper().clone();
    double[] means = products.means().clone();
    int size = means.length;
    int moved = columns[p];
    for (int i = 0; i < columns.length; i++) {
      if (i != p) {
        add(upper, size, columns[i], -shifts[i] / shifts[p], moved);
        means[columns[i]] -= shifts[i] / shifts[p] * means[moved];
      }
    }
    scale(upper, size, moved, 1 / shifts[p]);
    means[moved] /= shifts[p];
    var replaced =
        new CrossProducts(
            products.columns(),
            products.rows(),
            products.weight(),
            products.effectiveRows(),
            products.absorbed(),
            means,
            upper);
    int[] others = IntStream.of(columns).filter(column -> column != moved).toArray();
    return new OneColumn(replaced, moved, others);
  }

  /**
   * The change of several outcomes, beside the columns themselves and nothing else.
   *
   * @param products what is left of columns and outcomes once everything else is taken out
   * @param outcomes positions of the outcomes
   */
  public double[] effects(CrossProducts products, int... outcomes) {
    double[] effects = new double[outcomes.length];
    if (DoubleStream.of(shifts).anyMatch(Double::isNaN)) {
      Arrays.fill(effects, Double.NaN);
      return effects;
    }
    if (!moves()) {
      return effects;
    }
    var model = in(products);
    return LeastSquares.coefficients(model.products(), model.column(), outcomes, model.others());
  }

  private int farthest(CrossProducts products) {
    int farthest = -1;
    double most = 0;
    for (int i = 0; i < columns.length; i++) {
      // Infinite for a constant that moves, whose worth nobody can tell.
      double far = Math.abs(shifts[i]) / Math.sqrt(products.at(columns[i], columns[i]));
      if (shifts[i] != 0 && far > most) {
        farthest = i;
        most = far;
      }
    }
    if (farthest < 0) {
      throw new IllegalStateException("Cannot tell a change by one column: nothing moves.");
    }
    return farthest;
  }

  /** Adds so many times one column to another; what cancels but for rounding is 0. */
  private static void add(double[] upper, int size, int column, double times, int added) {
    int own = CrossProducts.cell(column, column);
    double both = upper[CrossProducts.cell(column, added)];
    double addedOwn = upper[CrossProducts.cell(added, added)];
    double scale = upper[own] + times * times * addedOwn;
    for (int i = 0; i < size; i++) {
      if (i != column) {
        upper[CrossProducts.cell(column, i)] += times * upper[CrossProducts.cell(added, i)];
      }
    }
    upper[own] += 2 * times * both + times * times * addedOwn;
    if (upper[own] <= CrossProducts.ALIASED * scale) {
      CrossProducts.clear(upper, column, size);
    }
  }

  private static void scale(double[] upper, int size, int column, double by) {
    for (int i = 0; i < size; i++) {
      upper[CrossProducts.cell(column, i)] *= i == column ? by * by : by;
    }
  }
}
