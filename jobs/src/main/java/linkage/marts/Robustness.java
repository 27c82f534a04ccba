package linkage.marts;

import java.util.List;
import java.util.Map;
import linkage.stats.Estimate;
import linkage.stats.Interval;
import linkage.stats.drivers.Contrast;
import linkage.stats.drivers.CrossProducts;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.LeastSquares;
import linkage.stats.drivers.Sensitivity;

/**
 * How strong something unmeasured would have to be to erase what a change is worth.
 *
 * @param sensitivity of the change of revenue
 * @param benchmark the part of history beside whose like least would be left; null if none has a
 *     bound
 * @param left what would be left of the change then
 */
record Robustness(Sensitivity sensitivity, String benchmark, double left) {

  /**
   * Of a change of columns.
   *
   * @param contrast the columns that move, and how far
   * @param controls everything else that is held equal, history among it
   */
  static Robustness of(
      CrossProducts products, DriverColumns columns, Contrast contrast, int[] controls) {
    var model = contrast.in(products);
    int outcome = columns.revenueNext();
    int[] beside = ImpactRows.joined(controls, model.others());
    var fit =
        LeastSquares.of(
            model.products(), outcome, ImpactRows.joined(beside, new int[] {model.column()}));
    Map<String, int[]> groups = columns.controlGroups();
    var strongest =
        Sensitivity.strongest(
            model.products(),
            outcome,
            model.column(),
            groups.values().toArray(int[][]::new),
            1,
            beside);
    String name =
        strongest.position() < 0 ? null : List.copyOf(groups.keySet()).get(strongest.position());
    return new Robustness(Sensitivity.of(fit, model.column()), name, strongest.bound().estimate());
  }

  /**
   * Adds the columns of a change.
   *
   * @param published the change in money
   */
  void addTo(MartRow row, Estimate published) {
    Interval interval = published.interval();
    boolean isGain = published.value() > 0;
    double nearer = isGain ? interval.lower() : interval.upper();
    row.set("robustness_value", sensitivity.robustnessValue())
        .set("robustness_of_interval", sensitivity.robustnessOf(nearer / published.value()))
        .set("benchmark", benchmark)
        .set("benchmark_change_per_customer", left);
  }
}
