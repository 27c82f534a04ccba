package linkage.stats.drivers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Fits the models that {@link Aipw} needs so that no row is judged by a model that has seen it, or
 * its customer.
 *
 * <p><b>Formula:</b> fold k holds the buckets with {@code bucket mod 5 = k}. Its rows get the
 * propensity and the predictions of models fitted to the four other folds: the model of treatment
 * given from outside, and least squares on the covariates for each outcome and arm.
 *
 * <p><b>Nulls and edges:</b> where the other folds hold nobody of an arm, predictions are {@code
 * NaN}, and so is the effect.
 *
 * <p><b>Cost:</b> five fits of the model of treatment, O(rows · covariates²) for the others.
 *
 * @param aipw what the rows are added to
 * @param model of who is treated
 */
public record CrossFit(Aipw aipw, PropensityModel model) {

  /** How many parts the buckets are dealt to. */
  public static final int FOLDS = 5;

  /** What was done to a row's customer. */
  public enum Arm {
    /** Treated: the effect of this is sought. */
    TREATED,
    /** Not treated, and so to be compared with. */
    UNTREATED,
    /** Neither; counts to the population only. */
    OTHER
  }

  /**
   * Rows of a segment, one element each.
   *
   * @param covariates finite, as [row][covariate]; without a constant
   * @param arms what was done
   * @param outcomes as [row][outcome]
   * @param weights at least 0
   * @param buckets from 0
   */
  public record Rows(
      double[][] covariates, Arm[] arms, double[][] outcomes, double[] weights, int[] buckets) {}

  /**
   * The cells of each bucket.
   *
   * @param rows of a segment
   * @param bucketCount how many buckets there are, with rows or without
   * @return as [bucket][cell]
   */
  public double[][] cells(Rows rows, int bucketCount) {
    double[][] cells = new double[bucketCount][aipw.cells()];
    for (int fold = 0; fold < FOLDS; fold++) {
      int own = fold;
      int[] others =
          IntStream.range(0, rows.arms.length)
              .filter(row -> rows.buckets[row] % FOLDS != own && rows.arms[row] != Arm.OTHER)
              .toArray();
      var propensity = propensity(rows, others);
      var treated = predictions(rows, others, Arm.TREATED);
      var untreated = predictions(rows, others, Arm.UNTREATED);
      for (int row = 0; row < rows.arms.length; row++) {
        if (rows.buckets[row] % FOLDS == fold) {
          add(rows, row, cells[rows.buckets[row]], propensity, treated, untreated);
        }
      }
    }
    return cells;
  }

  private void add(
      Rows rows,
      int row,
      double[] cells,
      ToDoubleFunction<double[]> propensity,
      List<LeastSquares> treated,
      List<LeastSquares> untreated) {
    double weight = rows.weights[row];
    double[] outcome = rows.outcomes[row];
    double[] covariates = rows.covariates[row];
    switch (rows.arms[row]) {
      case OTHER -> aipw.addOther(cells, weight, outcome);
      case TREATED ->
          aipw.addTreated(
              cells,
              weight,
              propensity.applyAsDouble(covariates),
              outcome,
              predicted(treated, covariates),
              predicted(untreated, covariates));
      case UNTREATED ->
          aipw.addUntreated(
              cells,
              weight,
              propensity.applyAsDouble(covariates),
              outcome,
              predicted(treated, covariates),
              predicted(untreated, covariates));
    }
  }

  private ToDoubleFunction<double[]> propensity(Rows rows, int[] picked) {
    double[] treated =
        IntStream.of(picked).mapToDouble(row -> rows.arms[row] == Arm.TREATED ? 1 : 0).toArray();
    double sum = Arrays.stream(treated).sum();
    if (sum == 0 || sum == treated.length) {
      return covariates -> Double.NaN;
    }
    return model.fit(
        IntStream.of(picked).mapToObj(row -> rows.covariates[row]).toArray(double[][]::new),
        treated,
        IntStream.of(picked).mapToDouble(row -> rows.weights[row]).toArray());
  }

  /** A regression of each outcome on the covariates, among rows of one arm. */
  private List<LeastSquares> predictions(Rows rows, int[] picked, Arm arm) {
    int covariates = rows.covariates.length == 0 ? 0 : rows.covariates[0].length;
    int width = covariates + aipw.outcomes();
    var moments =
        new Moments(IntStream.range(0, width).mapToObj(column -> "column " + column).toList());
    double[] values = new double[width];
    for (int row : picked) {
      if (rows.arms[row] == arm) {
        System.arraycopy(rows.covariates[row], 0, values, 0, covariates);
        System.arraycopy(rows.outcomes[row], 0, values, covariates, aipw.outcomes());
        moments.add(values, 0, rows.weights[row]);
      }
    }
    var products = moments.centred();
    int[] predictors = IntStream.range(0, covariates).toArray();
    List<LeastSquares> fits = new ArrayList<>();
    for (int outcome = 0; outcome < aipw.outcomes(); outcome++) {
      fits.add(LeastSquares.of(products, covariates + outcome, predictors));
    }
    return fits;
  }

  private static double[] predicted(List<LeastSquares> fits, double[] covariates) {
    return fits.stream().mapToDouble(fit -> fit.predict(covariates)).toArray();
  }
}
