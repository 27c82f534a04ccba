package linkage.stats.drivers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import linkage.stats.Estimate;
import linkage.stats.Interval;
import linkage.stats.Jackknife;

/**
 * How much one driver matters for one outcome, in which direction, and how sure that is.
 *
 * <p>Importance has no sign and no threshold: nothing is set to 0 for being insignificant. The sign
 * stands beside it, twice, since a driver may go with the outcome by itself and against it once the
 * others are known.
 *
 * <p><b>Value:</b> shares are of the outcome's variation around the means taken out, in [0, 1].
 *
 * <p><b>Nulls and edges:</b> intervals of shares are cut at 0 and 1. A driver without any effect
 * has a share above 0 by chance, since shares can't be below: the boundary makes its interval
 * useless as a test, and {@code pValue} is the test instead, of all the driver's coefficients being
 * 0. Where a column can't be told from those before it, the coefficient is {@code NaN}.
 *
 * <p><b>Cost:</b> one {@link Lmg} for all outcomes, and one regression per outcome, per bucket.
 *
 * @param driver the driver's position in the list of drivers
 * @param share its {@link Lmg}
 * @param aboveAverage its share minus the average driver's
 * @param monteCarloError the standard error that sampling orders adds to the share; 0 when exact
 * @param relativeWeight Johnson's {@link RelativeWeights}
 * @param first the rise of R² when the driver is the first to join the controls
 * @param last the rise of R² when it is the last
 * @param coefficient the outcome's units per unit of the rating, with all others known
 * @param standardised the coefficient in standard deviations of outcome and rating
 * @param correlation of rating and outcome by themselves
 * @param suppressor whether the driver's role changes once the others are known: its coefficient
 *     excludes 0, and either the correlation has the other sign or the driver adds more as the last
 *     than as the first, by more than chance
 * @param varianceInflation of the rating by all other columns; at least 1
 * @param pValue of the test that the driver's coefficients are all 0
 */
public record DriverImportance(
    int driver,
    Estimate share,
    Estimate aboveAverage,
    double monteCarloError,
    double relativeWeight,
    double first,
    double last,
    Estimate coefficient,
    double standardised,
    Estimate correlation,
    boolean suppressor,
    double varianceInflation,
    double pValue) {

  /** So many effective observations per column are needed. */
  public static final int ROWS_PER_COLUMN = 10;

  /**
   * How many effective observations a model of so many columns needs: {@value #ROWS_PER_COLUMN}
   * each, and one per mean that was taken out before. With fewer the parent segment has to answer.
   *
   * @param columns all that are declared, those that don't vary here among them: that nothing
   *     varies is what too few observations look like
   * @param absorbed how many means were taken out
   */
  public static long needed(int columns, int absorbed) {
    return (long) ROWS_PER_COLUMN * columns + absorbed;
  }

  /** Whether there are so many. */
  public static boolean isEnough(CrossProducts products, int columns) {
    return products.effectiveRows() >= needed(columns, products.absorbed());
  }

  /**
   * The importance of drivers for several outcomes.
   *
   * @param products of the segment
   * @param outcomes positions of the outcomes
   * @param degreesOfFreedom of the variances, by outcome
   * @param drivers the drivers that share out R²
   * @param controls positions of columns that are in every model
   * @return as [outcome][driver]
   */
  public static List<List<DriverImportance>> of(
      Replicates<CrossProducts> products,
      int[] outcomes,
      int[] degreesOfFreedom,
      Driver[] drivers,
      int... controls) {
    var total = products.total();
    var model = new Model(outcomes, drivers, controls);
    double[] estimate = model.statistics(total);
    double[][] replicates = products.vectors(model::statistics);
    var lmg = Lmg.of(total, outcomes, drivers, controls);
    double[] inflation = model.varianceInflation(total);

    List<List<DriverImportance>> byOutcome = new ArrayList<>();
    for (int outcome = 0; outcome < outcomes.length; outcome++) {
      int from = outcome * model.width();
      int to = from + model.width();
      var jackknife =
          Jackknife.ofReplicates(
              Arrays.copyOfRange(estimate, from, to),
              Arrays.stream(replicates)
                  .map(replicate -> Arrays.copyOfRange(replicate, from, to))
                  .toArray(double[][]::new));
      byOutcome.add(
          model.importance(total, outcome, jackknife, degreesOfFreedom[outcome], lmg, inflation));
    }
    return List.copyOf(byOutcome);
  }

  /**
   * What is replicated of one outcome: each driver's share, its rise as the last minus that as the
   * first, its correlation; then the coefficients of all columns.
   */
  private record Model(int[] outcomes, Driver[] drivers, int[] controls) {

    int width() {
      return 3 * drivers.length + Driver.columns(drivers).length;
    }

    double[] statistics(CrossProducts products) {
      var lmg = Lmg.of(products, outcomes, drivers, controls);
      var rises = Rises.of(products, outcomes, drivers, controls);
      double[] statistics = new double[outcomes.length * width()];
      int at = 0;
      for (int outcome = 0; outcome < outcomes.length; outcome++) {
        for (int driver = 0; driver < drivers.length; driver++) {
          statistics[at++] = lmg.shares()[outcome][driver];
        }
        for (int driver = 0; driver < drivers.length; driver++) {
          statistics[at++] = rises.last()[outcome][driver] - rises.first()[outcome][driver];
        }
        for (var driver : drivers) {
          statistics[at++] = products.correlation(driver.rating(), outcomes[outcome]);
        }
        for (double coefficient : rises.coefficients()[outcome]) {
          statistics[at++] = coefficient;
        }
      }
      return statistics;
    }

    double[] varianceInflation(CrossProducts products) {
      var fit =
          LeastSquares.of(
              products,
              outcomes[0],
              IntStream.concat(IntStream.of(controls), IntStream.of(Driver.columns(drivers)))
                  .toArray());
      return Arrays.stream(drivers)
          .mapToDouble(driver -> fit.varianceInflation(driver.rating()))
          .toArray();
    }

    List<DriverImportance> importance(
        CrossProducts products,
        int outcome,
        Jackknife jackknife,
        int degreesOfFreedom,
        Lmg lmg,
        double[] inflation) {
      double[] weights = RelativeWeights.of(products, outcomes[outcome], drivers, controls);
      double[] p = pValues(jackknife, degreesOfFreedom);
      var rises = Rises.of(products, outcomes, drivers, controls);
      int count = drivers.length;
      int column = 3 * count;
      List<DriverImportance> importance = new ArrayList<>();
      for (int driver = 0; driver < count; driver++) {
        int rating = drivers[driver].rating();
        var coefficient = jackknife.component(column, degreesOfFreedom);
        var correlation = jackknife.component(2 * count + driver, degreesOfFreedom);
        var lastMinusFirst = jackknife.component(count + driver, degreesOfFreedom);
        boolean otherSign = coefficient.value() * correlation.value() < 0;
        importance.add(
            new DriverImportance(
                driver,
                clipped(jackknife.component(driver, degreesOfFreedom)),
                aboveAverage(jackknife, driver, degreesOfFreedom),
                lmg.monteCarloErrors()[outcome][driver],
                weights[driver],
                rises.first()[outcome][driver],
                rises.last()[outcome][driver],
                coefficient,
                coefficient.value()
                    * Math.sqrt(products.variance(rating) / products.variance(outcomes[outcome])),
                correlation,
                coefficient.interval().excludes(0)
                    && (otherSign || lastMinusFirst.interval().lower() > 0),
                inflation[driver],
                p[driver]));
        column += drivers[driver].columns().length;
      }
      return List.copyOf(importance);
    }

    private double[] pValues(Jackknife jackknife, int degreesOfFreedom) {
      double[] p = new double[drivers.length];
      int column = 3 * drivers.length;
      for (int driver = 0; driver < drivers.length; driver++) {
        int end = column + drivers[driver].columns().length;
        p[driver] = Wald.pValue(jackknife, column, end, degreesOfFreedom);
        column = end;
      }
      return p;
    }

    /** A linear function of all shares, so its variance is one of their covariances. */
    private Estimate aboveAverage(Jackknife jackknife, int driver, int degreesOfFreedom) {
      int count = drivers.length;
      double value = 0;
      double variance = 0;
      for (int i = 0; i < count; i++) {
        double own = (i == driver ? 1 : 0) - 1.0 / count;
        value += own * jackknife.estimate()[i];
        for (int j = 0; j < count; j++) {
          double other = (j == driver ? 1 : 0) - 1.0 / count;
          variance += own * other * jackknife.covariance()[i][j];
        }
      }
      variance = Math.max(0, variance);
      return new Estimate(
          value, variance, degreesOfFreedom, Interval.symmetric(value, variance, degreesOfFreedom));
    }

    private static Estimate clipped(Estimate share) {
      return new Estimate(
          share.value(), share.variance(), share.degreesOfFreedom(), share.interval().clip(0, 1));
    }
  }

  /**
   * The rise of R² of each driver as the first and as the last to join the controls, and the
   * coefficients of all columns: from what the controls leave of everything.
   *
   * @param first as [outcome][driver]
   * @param last as [outcome][driver]
   * @param coefficients as [outcome][column], the columns of one driver after another
   */
  private record Rises(double[][] first, double[][] last, double[][] coefficients) {

    static Rises of(CrossProducts products, int[] outcomes, Driver[] drivers, int[] controls) {
      int[] columns = Driver.columns(drivers);
      int[] picked = new int[controls.length + columns.length + outcomes.length];
      System.arraycopy(controls, 0, picked, 0, controls.length);
      System.arraycopy(columns, 0, picked, controls.length, columns.length);
      System.arraycopy(outcomes, 0, picked, controls.length + columns.length, outcomes.length);
      var left = products.only(picked).without(IntStream.range(0, controls.length).toArray());
      int[] all = IntStream.range(controls.length, picked.length - outcomes.length).toArray();
      int[] moved = IntStream.range(picked.length - outcomes.length, picked.length).toArray();

      var fits = LeastSquares.of(left, moved, all);
      double[][] first = new double[outcomes.length][drivers.length];
      double[][] last = new double[outcomes.length][drivers.length];
      double[][] coefficients = new double[outcomes.length][];
      int from = controls.length;
      for (int driver = 0; driver < drivers.length; driver++) {
        int begins = from;
        int ends = from + drivers[driver].columns().length;
        int[] own = IntStream.range(begins, ends).toArray();
        int[] others =
            IntStream.of(all).filter(column -> column < begins || column >= ends).toArray();
        var alone = LeastSquares.of(left, moved, own);
        var without = LeastSquares.of(left, moved, others);
        for (int outcome = 0; outcome < outcomes.length; outcome++) {
          double total = products.at(outcomes[outcome], outcomes[outcome]);
          first[outcome][driver] = alone[outcome].explained() / total;
          last[outcome][driver] =
              (fits[outcome].explained() - without[outcome].explained()) / total;
        }
        from = ends;
      }
      for (int outcome = 0; outcome < outcomes.length; outcome++) {
        coefficients[outcome] = fits[outcome].coefficients();
      }
      return new Rises(first, last, coefficients);
    }
  }
}
