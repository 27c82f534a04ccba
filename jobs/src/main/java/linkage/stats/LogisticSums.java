package linkage.stats;

import java.io.Serializable;
import java.util.Arrays;

/**
 * What one pass over observations adds up for a {@link Logistic} regression: log-likelihood,
 * gradient and Hessian at given coefficients.
 *
 * <p>Sums of parts, merged in any order, are the sums of the whole. So each partition adds its own,
 * one table of them serves all segments, and one pass is one iteration of every fit at once. Sums
 * kept by bucket give the {@link Logistic#jackknife} and the {@link Logistic#withoutFold}.
 *
 * <p><b>Formula:</b> with x led by 1 for the intercept, weights w⁺ and w⁻ of the observations that
 * have the outcome and those that have not, w = w⁺ + w⁻ and {@code p = 1 / (1 + exp(-xᵀβ))}: {@code
 * ℓ = Σ w⁺ log p + w⁻ log(1 - p)}, gradient {@code Σ (w⁺ - w p) x}, Hessian (its negative) {@code Σ
 * w p (1 - p) x xᵀ}.
 *
 * <p><b>Nulls and edges:</b> a weight of 0 adds nothing. {@link #merge} refuses sums at other
 * coefficients.
 *
 * <p><b>Cost:</b> O(columns²) time per added row or cell; memory is 8 bytes for each of {@code 3 +
 * (c + 1) + (c + 1)(c + 2) / 2} numbers with c columns. Not safe for concurrent use.
 */
public final class LogisticSums implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final int POSITIVE = 0;
  private static final int NEGATIVE = 1;
  private static final int LOG_LIKELIHOOD = 2;
  private static final int GRADIENT = 3;

  private final double[] coefficients;
  private final double[] cells;

  /**
   * Starts at zero.
   *
   * @param coefficients where to evaluate: the intercept, then one coefficient per column
   */
  public LogisticSums(double[] coefficients) {
    this(coefficients, new double[length(coefficients.length)]);
  }

  private LogisticSums(double[] coefficients, double[] cells) {
    this.coefficients = coefficients.clone();
    this.cells = cells;
  }

  /**
   * Takes back what {@link #cells} handed out, perhaps summed with others of the same coefficients.
   */
  public static LogisticSums of(double[] coefficients, double[] cells) {
    if (cells.length != length(coefficients.length)) {
      throw new IllegalArgumentException(
          "Cannot take %d cells as sums for %d coefficients, expected %d."
              .formatted(cells.length, coefficients.length, length(coefficients.length)));
    }
    return new LogisticSums(coefficients, cells.clone());
  }

  /** The sums as plain numbers, which may be added element by element; a new array. */
  public double[] cells() {
    return cells.clone();
  }

  /**
   * Adds one observation, or a cell of observations that share their values.
   *
   * @param row the columns' values, without the 1 of the intercept
   * @param positive how many of them, or which weight, have the outcome
   * @param negative how many of them, or which weight, have not
   */
  public void add(double[] row, double positive, double negative) {
    if (positive + negative != 0) {
      add(new Terms(coefficients, row), positive, negative);
    }
  }

  /** What one row adds at given coefficients, worked out once for all who share its values. */
  static final class Terms {
    private final double[] row;
    private final double probability;
    private final double logOfPositive;
    private final double logOfNegative;

    Terms(double[] coefficients, double[] row) {
      double logOdds = Logistic.logOdds(coefficients, row);
      double smaller = Math.exp(-Math.abs(logOdds));
      this.row = row;
      this.probability = (logOdds < 0 ? smaller : 1) / (1 + smaller);
      this.logOfPositive = Logistic.logOfProbability(logOdds, smaller);
      this.logOfNegative = logOfPositive - logOdds;
    }
  }

  /** Adds observations that share their values; the terms must be of these coefficients. */
  void add(Terms terms, double positive, double negative) {
    double weight = positive + negative;
    if (weight == 0) {
      return;
    }
    double residual = positive - weight * terms.probability;
    double curvature = weight * terms.probability * (1 - terms.probability);

    cells[POSITIVE] += positive;
    cells[NEGATIVE] += negative;
    cells[LOG_LIKELIHOOD] += positive * terms.logOfPositive + negative * terms.logOfNegative;
    cells[GRADIENT] += residual;
    int hessian = GRADIENT + coefficients.length;
    cells[hessian] += curvature;
    double[] row = terms.row;
    for (int i = 1; i < coefficients.length; i++) {
      double value = row[i - 1];
      if (value == 0) {
        // Most columns are flags, and most flags are down: their lines stay as they are.
        continue;
      }
      cells[GRADIENT + i] += residual * value;
      int line = hessian + Symmetric.index(i, 0);
      double curved = curvature * value;
      cells[line] += curved;
      for (int j = 1; j <= i; j++) {
        cells[line + j] += curved * row[j - 1];
      }
    }
  }

  /**
   * Adds the sums of other observations.
   *
   * @return this
   */
  public LogisticSums merge(LogisticSums other) {
    if (!Arrays.equals(coefficients, other.coefficients)) {
      throw new IllegalArgumentException(
          "Cannot merge sums at the coefficients %s and %s."
              .formatted(Arrays.toString(coefficients), Arrays.toString(other.coefficients)));
    }
    Sums.add(cells, other.cells);
    return this;
  }

  /** The observations, or their weights, that have the outcome. */
  public double positive() {
    return cells[POSITIVE];
  }

  /** The observations, or their weights, that don't have the outcome. */
  public double negative() {
    return cells[NEGATIVE];
  }

  /** The log-likelihood in nats, at most 0. */
  public double logLikelihood() {
    return cells[LOG_LIKELIHOOD];
  }

  double[] coefficients() {
    return coefficients;
  }

  double[] gradient() {
    return Arrays.copyOfRange(cells, GRADIENT, GRADIENT + coefficients.length);
  }

  /** The packed negative Hessian; at least positive semidefinite. */
  double[] hessian() {
    return Arrays.copyOfRange(cells, GRADIENT + coefficients.length, cells.length);
  }

  private static int length(int coefficients) {
    return GRADIENT + coefficients + Symmetric.size(coefficients);
  }
}
