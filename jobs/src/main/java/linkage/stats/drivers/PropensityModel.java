package linkage.stats.drivers;

import java.util.function.ToDoubleFunction;

/** A model of who is treated, such as a logistic regression. */
@FunctionalInterface
public interface PropensityModel {

  /**
   * Fits the model.
   *
   * @param rows covariates as [row][covariate], without a constant
   * @param treated 1 or 0 per row
   * @param weights one per row
   * @return the probability to be treated, of a row's covariates
   */
  ToDoubleFunction<double[]> fit(double[][] rows, double[] treated, double[] weights);
}
