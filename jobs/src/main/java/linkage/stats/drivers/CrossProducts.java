package linkage.stats.drivers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How columns vary together once a mean, or each group's mean, is taken out: all that least squares
 * reads.
 *
 * <p><b>Value:</b> {@code Σ w (x_i - x̄_i)(x_j - x̄_j)}, in the product of the columns' units.
 *
 * <p><b>Cost:</b> {@code columns (columns + 1) / 2} doubles.
 *
 * @param columns names
 * @param rows the number of observations
 * @param weight their weights' sum
 * @param effectiveRows Kish's effective number: {@code (Σ w)² / Σ w²}
 * @param absorbed how many parameters were taken out already: one mean per group, and one per
 *     column that {@link #without} took out
 * @param means the columns' weighted means over all rows
 * @param upper the upper triangle; the products of columns i ≤ j stand at {@code j (j + 1) / 2 + i}
 */
public record CrossProducts(
    List<String> columns,
    double rows,
    double weight,
    double effectiveRows,
    int absorbed,
    double[] means,
    double[] upper) {

  /**
   * A column whose variance is less than this share its own once others are known counts as one of
   * their combinations. Moments are exact to about 1e-14 of the variances; what is left below 1e-10
   * is rounding for more than four digits.
   */
  static final double ALIASED = 1e-10;

  /** How many cells a triangle of that size has. */
  static int triangle(int columns) {
    return columns * (columns + 1) / 2;
  }

  /** The products of two columns, in either order. */
  public double at(int i, int j) {
    return i <= j ? upper[triangle(j) + i] : upper[triangle(i) + j];
  }

  /**
   * Weighted variance of a column, with the sum of weights as divisor; {@code NaN} without rows.
   */
  public double variance(int column) {
    return at(column, column) / weight;
  }

  /** The correlation of two columns, in [-1, 1]; {@code NaN} where one is constant. */
  public double correlation(int i, int j) {
    double scale = Math.sqrt(at(i, i)) * Math.sqrt(at(j, j));
    return scale > 0 ? Math.max(-1, Math.min(1, at(i, j) / scale)) : Double.NaN;
  }

  /**
   * What is left of every column once the linear part of some is taken out: the cross products of
   * residuals.
   *
   * <p><b>Nulls and edges:</b> the columns taken out are left with 0, and so is any column that is
   * a combination of them.
   *
   * <p><b>Cost:</b> O(controls · columns²).
   */
  public CrossProducts without(int... controls) {
    double[] left = upper.clone();
    int size = columns.size();
    int swept = 0;
    for (int control : controls) {
      double pivot = left[triangle(control) + control];
      if (pivot <= ALIASED * at(control, control)) {
        continue;
      }
      double[] cross = new double[size];
      for (int i = 0; i < size; i++) {
        cross[i] = left[i <= control ? triangle(control) + i : triangle(i) + control];
      }
      for (int j = 0; j < size; j++) {
        double slope = cross[j] / pivot;
        for (int i = 0; i <= j; i++) {
          left[triangle(j) + i] -= slope * cross[i];
        }
      }
      clear(left, control, size);
      swept++;
    }
    for (int column = 0; column < size; column++) {
      if (left[triangle(column) + column] <= ALIASED * at(column, column)) {
        clear(left, column, size);
      }
    }
    return new CrossProducts(columns, rows, weight, effectiveRows, absorbed + swept, means, left);
  }

  /**
   * The same of a few columns alone, by one factorisation: all that models read which have the same
   * controls.
   *
   * <p><b>Cost:</b> O(controls³ / 3 + picked · controls²).
   *
   * @param picked the columns that are left, in their new order
   * @param controls positions of the columns taken out
   */
  public CrossProducts beyond(int[] picked, int... controls) {
    var cholesky = Cholesky.of(matrix(controls), ALIASED);
    double[][] explained = new double[picked.length][];
    for (int i = 0; i < picked.length; i++) {
      int column = picked[i];
      explained[i] =
          cholesky.forward(
              IntStream.of(controls).mapToDouble(control -> at(control, column)).toArray());
    }
    CrossProducts own = only(picked);
    double[] left = own.upper.clone();
    for (int j = 0; j < picked.length; j++) {
      for (int i = 0; i <= j; i++) {
        for (int k = 0; k < cholesky.rank(); k++) {
          left[triangle(j) + i] -= explained[i][k] * explained[j][k];
        }
      }
    }
    for (int column = 0; column < picked.length; column++) {
      if (left[triangle(column) + column] <= ALIASED * own.at(column, column)) {
        clear(left, column, picked.length);
      }
    }
    return new CrossProducts(
        own.columns, rows, weight, effectiveRows, absorbed + cholesky.rank(), own.means, left);
  }

  /**
   * The same where a rating that is missing stands at the mean of those given, whatever filler it
   * was added with: what the missing flag tells is taken out of the rating. Models that hold both
   * columns don't change; correlations of the rating become those of who gave one.
   *
   * <p><b>Cost:</b> O(drivers · columns).
   *
   * @param drivers each with its missing flag as the first companion
   */
  public CrossProducts imputed(Driver... drivers) {
    double[] filled = upper.clone();
    double[] moved = means.clone();
    int size = columns.size();
    for (var driver : drivers) {
      int rating = driver.rating();
      int missing = driver.companions()[0];
      double flagged = filled[triangle(missing) + missing];
      if (!(flagged > 0)) {
        continue;
      }
      double own = filled[triangle(rating) + rating];
      double slope = filled[cell(rating, missing)] / flagged;
      double left = own - slope * filled[cell(rating, missing)];
      for (int i = 0; i < size; i++) {
        if (i != rating) {
          filled[cell(rating, i)] -= slope * filled[cell(missing, i)];
        }
      }
      filled[cell(rating, missing)] = 0;
      filled[triangle(rating) + rating] = left;
      moved[rating] -= slope * moved[missing];
      if (left <= ALIASED * own) {
        clear(filled, rating, size);
      }
    }
    return new CrossProducts(columns, rows, weight, effectiveRows, absorbed, moved, filled);
  }

  /** The same of some columns, in the order given. */
  CrossProducts only(int... picked) {
    double[] fewer = new double[triangle(picked.length)];
    double[] own = new double[picked.length];
    List<String> names = new ArrayList<>(picked.length);
    int cell = 0;
    for (int j = 0; j < picked.length; j++) {
      names.add(columns.get(picked[j]));
      own[j] = means[picked[j]];
      for (int i = 0; i <= j; i++) {
        fewer[cell++] = at(picked[i], picked[j]);
      }
    }
    return new CrossProducts(names, rows, weight, effectiveRows, absorbed, own, fewer);
  }

  /** The square matrix of some columns as [row][column]; a copy. */
  double[][] matrix(int... picked) {
    double[][] matrix = new double[picked.length][picked.length];
    for (int i = 0; i < picked.length; i++) {
      int row = i;
      Arrays.setAll(matrix[i], j -> at(picked[row], picked[j]));
    }
    return matrix;
  }

  static int cell(int i, int j) {
    return i <= j ? triangle(j) + i : triangle(i) + j;
  }

  static void clear(double[] triangle, int column, int size) {
    for (int i = 0; i < size; i++) {
      triangle[i <= column ? triangle(column) + i : triangle(i) + column] = 0;
    }
  }
}
