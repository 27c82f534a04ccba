package linkage.marts;

import java.util.ArrayList;
import java.util.List;
import linkage.config.MetricSettings;
import linkage.stats.drivers.DriverColumns;

/**
 * What drivers are judged by.
 *
 * @param name as published
 * @param column its position among {@link DriverColumns}
 * @param metric index of the metric it is, or -1
 * @param isBinary whether it is 0 or 1
 */
record DriverOutcome(String name, int column, int metric, boolean isBinary) {

  /** All outcomes; a metric that is itself a driver is none, and without money there is none. */
  static List<DriverOutcome> of(DriverPlan plan) {
    DriverColumns columns = plan.columns();
    List<DriverOutcome> outcomes = new ArrayList<>();
    outcomes.add(new DriverOutcome("retained", columns.retained(), -1, true));
    if (plan.hasMoney()) {
      outcomes.add(new DriverOutcome("repeat_purchase", columns.repeatPurchase(), -1, true));
      outcomes.add(new DriverOutcome("revenue_next", columns.revenueNext(), -1, false));
    }
    List<MetricSettings> metrics = plan.metrics();
    for (int metric = 0; metric < metrics.size(); metric++) {
      if (!columns.drivers().contains(metrics.get(metric).question().id())) {
        String name = metrics.get(metric).id();
        outcomes.add(new DriverOutcome(name, columns.metric(metric), metric, false));
      }
    }
    return outcomes;
  }

  boolean isMetric() {
    return metric >= 0;
  }
}
