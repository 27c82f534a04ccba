package linkage.marts;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import linkage.stats.Estimate;
import linkage.stats.Interval;
import linkage.stats.drivers.CrossProducts;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.LeastSquares;
import linkage.stats.drivers.Sensitivity;

/**
 * How strong something unmeasured would have to be to erase what a coefficient says.
 *
 * @param sensitivity of the coefficient on revenue
 * @param benchmark the part of history beside whose like least would be left; null if none has a
 *     bound
 * @param left what would be left of the coefficient then
 */
record Robustness(Sensitivity sensitivity, String benchmark, double left) {

  /**
   * Of a column's coefficient.
   *
   * @param column that moves
   * @param controls everything that is held equal, history among it
   */
  static Robustness of(CrossProducts products, DriverColumns columns, int column, int[] controls) {
    int outcome = columns.revenueNext();
    int[] predictors = IntStream.concat(IntStream.of(controls), IntStream.of(column)).toArray();
    var fit = LeastSquares.of(products, outcome, predictors);
    Map<String, int[]> groups = columns.controlGroups();
    var strongest =
        Sensitivity.strongest(
            products, outcome, column, groups.values().toArray(int[][]::new), 1, controls);
    String name =
        strongest.position() < 0 ? null : List.copyOf(groups.keySet()).get(strongest.position());
    return new Robustness(Sensitivity.of(fit, column), name, strongest.bound().estimate());
  }

  /**
   * Adds the columns of a change.
   *
   * @param shift by how much the column moves
   * @param published the change in money
   */
  void addTo(MartRow row, double shift, Estimate published) {
    Interval interval = published.interval();
    boolean isGain = published.value() > 0;
    double nearer = isGain ? interval.lower() : interval.upper();
    row.set("robustness_value", sensitivity.robustnessValue())
        .set("robustness_of_interval", sensitivity.robustnessOf(nearer / published.value()))
        .set("benchmark", benchmark)
        .set("benchmark_change_per_customer", left * shift);
  }
}
