package linkage.stats.drivers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import linkage.stats.Logistic;
import linkage.stats.drivers.CrossFit.Arm;

/**
 * By definition, what {@link CrossFit} comes close to: all models of a fold fitted anew, to their
 * end, from the rows of the four other folds.
 */
public final class WholeFits {

  private WholeFits() {}

  /**
   * Rows of a segment, one element each.
   *
   * @param covariates as [row][covariate]
   * @param arms what was done
   * @param outcomes as [row][outcome]
   * @param weights at least 0
   * @param buckets from 0 to 63
   */
  public record Rows(
      double[][] covariates, Arm[] arms, double[][] outcomes, double[] weights, int[] buckets) {}

  /** The cells of the effect on the treated, as [bucket][cell]. */
  public static double[][] cells(Aipw aipw, Rows rows) {
    double[][] cells = new double[64][aipw.cells()];
    for (int fold = 0; fold < CrossFit.FOLDS; fold++) {
      int own = fold;
      int[] others =
          IntStream.range(0, rows.arms.length)
              .filter(row -> CrossFit.fold(rows.buckets[row]) != own && rows.arms[row] != Arm.OTHER)
              .toArray();
      var propensity = propensity(rows, others);
      var untreated = untreated(rows, others, aipw.outcomes());
      for (int row = 0; row < rows.arms.length; row++) {
        if (CrossFit.fold(rows.buckets[row]) == fold) {
          add(aipw, cells[rows.buckets[row]], rows, row, propensity, untreated);
        }
      }
    }
    return cells;
  }

  private static void add(
      Aipw aipw,
      double[] cells,
      Rows rows,
      int row,
      ToDoubleFunction<double[]> propensity,
      List<double[]> untreated) {
    double weight = rows.weights[row];
    double[] outcome = rows.outcomes[row];
    double e = propensity.applyAsDouble(rows.covariates[row]);
    double[] without =
        untreated.stream()
            .mapToDouble(line -> Logistic.logOdds(line, rows.covariates[row]))
            .toArray();
    switch (rows.arms[row]) {
      case OTHER -> aipw.addOther(cells, weight, outcome);
      case TREATED -> aipw.addTreated(cells, weight, e, outcome, without);
      case UNTREATED -> aipw.addUntreated(cells, weight, e, outcome, without);
    }
  }

  private static ToDoubleFunction<double[]> propensity(Rows rows, int[] picked) {
    var fit =
        Logistic.fit(
            rows.covariates[0].length,
            sums -> {
              for (int row : picked) {
                double treated = rows.arms[row] == Arm.TREATED ? rows.weights[row] : 0;
                sums.add(rows.covariates[row], treated, rows.weights[row] - treated);
              }
            });
    double[] coefficients = fit.coefficients();
    return row -> Logistic.probability(Logistic.logOdds(coefficients, row));
  }

  /** What to expect of a row without treatment, as lines by outcome. */
  private static List<double[]> untreated(Rows rows, int[] picked, int outcomes) {
    int covariates = rows.covariates[0].length;
    int width = covariates + outcomes;
    var moments =
        new Moments(IntStream.range(0, width).mapToObj(column -> "column " + column).toList());
    for (int row : picked) {
      if (rows.arms[row] == Arm.UNTREATED) {
        double[] values = Arrays.copyOf(rows.covariates[row], width);
        System.arraycopy(rows.outcomes[row], 0, values, covariates, outcomes);
        moments.add(values, 0, rows.weights[row]);
      }
    }
    var products = moments.centred();
    int[] predictors = IntStream.range(0, covariates).toArray();
    List<double[]> lines = new ArrayList<>();
    for (int outcome = 0; outcome < outcomes; outcome++) {
      lines.add(LeastSquares.of(products, covariates + outcome, predictors).asLine(covariates));
    }
    return lines;
  }
}
