package linkage.stats.drivers;

import java.util.Arrays;
import java.util.stream.IntStream;
import linkage.stats.StudentT;

/**
 * Ordinary (or weighted) least squares of one column on others, from their cross products.
 *
 * <p>The constant isn't a column: a mean, or each group's mean, was taken out of the cross products
 * before.
 *
 * <p><b>Value:</b> coefficients in the outcome's units per unit of the predictor; R² as a share of
 * the outcome's variation around the means taken out.
 *
 * <p><b>Formula:</b> {@code b = (X'X)⁻¹ X'y} by {@link Cholesky}, {@code R² = b'X'y / y'y}; for a
 * set of predictors, {@code partial R² = (RSS without it - RSS) / RSS without it}.
 *
 * <p><b>Nulls and edges:</b> a predictor that is constant, or a combination of those declared
 * before it, has the coefficient {@code NaN} and is left out of everything else; so whoever comes
 * first keeps the coefficient. Its share of variance beyond the others counts as 0 below 1e-10. R²
 * is {@code NaN} for a constant outcome. The standard error is the textbook's, for independent rows
 * of equal variance: it serves sensitivity analysis, which is about geometry; for inference see
 * {@link Replicates#jackknife}, which is robust to repeated customers.
 *
 * <p><b>Cost:</b> O(predictors³ / 3).
 *
 * <p><b>References:</b> Golub and Van Loan, Matrix Computations (2013), sections 4.2 and 5.3. R:
 * {@code lm(y ~ ...)}.
 */
public final class LeastSquares {

  private final CrossProducts products;
  private final int outcome;
  private final int[] predictors;
  private final Cholesky cholesky;
  private final double[] coefficients;
  private final double explained;

  private LeastSquares(
      CrossProducts products, int outcome, int[] predictors, Cholesky cholesky, double[] crossed) {
    this.products = products;
    this.outcome = outcome;
    this.predictors = predictors;
    this.cholesky = cholesky;
    double[] projected = cholesky.forward(crossed);
    coefficients = cholesky.backward(projected);
    explained = Arrays.stream(projected).map(z -> z * z).sum();
  }

  /**
   * Fits a column on others.
   *
   * @param products cross products that hold them all
   * @param outcome position of the outcome
   * @param predictors positions of the predictors; the order decides who keeps the coefficient
   *     among columns that say the same
   */
  public static LeastSquares of(CrossProducts products, int outcome, int... predictors) {
    double[] crossed =
        IntStream.of(predictors).mapToDouble(column -> products.at(column, outcome)).toArray();
    var cholesky = Cholesky.of(products.matrix(predictors), CrossProducts.ALIASED);
    return new LeastSquares(products, outcome, predictors.clone(), cholesky, crossed);
  }

  /** Fits several columns on the same others, in the order of the outcomes. */
  public static LeastSquares[] of(CrossProducts products, int[] outcomes, int... predictors) {
    var cholesky = Cholesky.of(products.matrix(predictors), CrossProducts.ALIASED);
    LeastSquares[] fits = new LeastSquares[outcomes.length];
    for (int i = 0; i < fits.length; i++) {
      int outcome = outcomes[i];
      double[] crossed =
          IntStream.of(predictors).mapToDouble(column -> products.at(column, outcome)).toArray();
      fits[i] = new LeastSquares(products, outcome, predictors.clone(), cholesky, crossed);
    }
    return fits;
  }

  /**
   * One column's coefficients on several outcomes, each beside the same controls.
   *
   * <p><b>Formula:</b> with x̃ what the controls leave of the column x, {@code b = x̃'y / x̃'x}, so
   * that one factorisation serves all outcomes. <b>References:</b> Frisch and Waugh, Econometrica 1
   * (1933) 387–401.
   *
   * @param products cross products that hold them all
   * @param column position of x
   * @param outcomes positions of the outcomes
   * @param controls positions of the controls
   * @return one per outcome; {@code NaN} if x is constant or a combination of the controls
   */
  public static double[] coefficients(
      CrossProducts products, int column, int[] outcomes, int... controls) {
    double own = products.at(column, column);
    double[] slopes = of(products, column, controls).coefficients;
    double left = own;
    double[] crossed = new double[outcomes.length];
    Arrays.setAll(crossed, i -> products.at(column, outcomes[i]));
    for (int control = 0; control < controls.length; control++) {
      if (!Double.isNaN(slopes[control])) {
        left -= slopes[control] * products.at(controls[control], column);
        for (int i = 0; i < outcomes.length; i++) {
          crossed[i] -= slopes[control] * products.at(controls[control], outcomes[i]);
        }
      }
    }
    boolean isTold = left > CrossProducts.ALIASED * own;
    for (int i = 0; i < crossed.length; i++) {
      crossed[i] = isTold ? crossed[i] / left : Double.NaN;
    }
    return crossed;
  }

  /** One per predictor, in the order given; {@code NaN} where it can't be told from the others. */
  public double[] coefficients() {
    return coefficients.clone();
  }

  /** The coefficient of a column; {@code NaN} if it is no predictor or can't be told. */
  public double coefficientOf(int column) {
    int position = position(column);
    return position < 0 ? Double.NaN : coefficients[position];
  }

  /**
   * The fit as a line: its prediction is the first number plus the others times the predictors'
   * values.
   *
   * @param columns how many predictors there are; they must be the first columns, in order
   */
  public double[] asLine(int columns) {
    double[] line = new double[1 + columns];
    line[0] = products.means()[outcome];
    for (int i = 0; i < columns; i++) {
      line[1 + i] = Double.isNaN(coefficients[i]) ? 0 : coefficients[i];
      line[0] -= line[1 + i] * products.means()[i];
    }
    return line;
  }

  /** How many predictors can be told apart. */
  public int rank() {
    return cholesky.rank();
  }

  /** Rows less the parameters: the means taken out before, and one per predictor told apart. */
  public double degreesOfFreedom() {
    return products.rows() - products.absorbed() - rank();
  }

  /** The share of the outcome's variation that the predictors explain, in [0, 1]. */
  public double rSquared() {
    double total = products.at(outcome, outcome);
    return total > 0 ? Math.min(1, explained / total) : Double.NaN;
  }

  /** What the predictors explain of the outcome's cross product with itself. */
  double explained() {
    return explained;
  }

  /** The sum of squared residuals, at least 0. */
  public double residuals() {
    return Math.max(0, products.at(outcome, outcome) - explained);
  }

  /**
   * The share of what the other predictors leave unexplained that some explain, in [0, 1].
   *
   * @param columns positions of predictors
   */
  public double partialRSquared(int... columns) {
    int[] others =
        IntStream.of(predictors)
            .filter(column -> IntStream.of(columns).noneMatch(own -> own == column))
            .toArray();
    double without = of(products, outcome, others).residuals();
    return without > 0 ? Math.max(0, (without - residuals()) / without) : Double.NaN;
  }

  /** The standard error of a column's coefficient if rows were independent and alike. */
  public double standardError(int column) {
    int position = position(column);
    double spread = residuals() / degreesOfFreedom();
    return position < 0 ? Double.NaN : Math.sqrt(spread * cholesky.inverseDiagonal()[position]);
  }

  /** Two-sided p-value of a column's coefficient if rows were independent and alike. */
  public double pValue(int column) {
    return StudentT.twoSidedP(
        coefficientOf(column) / standardError(column), (int) degreesOfFreedom());
  }

  /**
   * How much the variance of a column's coefficient is inflated by what it shares with the other
   * predictors: {@code 1 / (1 - R²)} of the column on them. At least 1; infinite for a combination
   * of the others, {@code NaN} for a constant.
   */
  public double varianceInflation(int column) {
    int[] others = IntStream.of(predictors).filter(other -> other != column).toArray();
    double left = 1 - of(products, column, others).rSquared();
    return left <= CrossProducts.ALIASED ? Double.POSITIVE_INFINITY : Math.max(1, 1 / left);
  }

  private int position(int column) {
    for (int i = 0; i < predictors.length; i++) {
      if (predictors[i] == column) {
        return i;
      }
    }
    return -1;
  }
}
