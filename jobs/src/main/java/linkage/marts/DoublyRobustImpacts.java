package linkage.marts;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import linkage.config.Settings;
import linkage.counts.DoublyRobust;
import linkage.stats.Support;
import linkage.stats.drivers.Aipw;
import linkage.stats.drivers.DriverImportance;
import linkage.stats.drivers.ScenarioEffect;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The rows of {@code driver_revenue_impacts} at the rung doubly_robust, per customer. */
public final class DoublyRobustImpacts {
  static final String RUNG = "doubly_robust";

  private DoublyRobustImpacts() {}

  /** By driver, the other drivers that are held equal. */
  public static List<List<Integer>> heldEqual(Settings settings, LocalDate asOf) {
    var plan = DriverPlan.of(settings, asOf);
    return IntStream.range(0, plan.drivers().size()).mapToObj(plan::heldEqual).toList();
  }

  /** The rows, one per effect; without figures where it can't be told. */
  public static Dataset<Row> build(
      SparkSession spark, List<DoublyRobust.Effect> effects, Settings settings, LocalDate asOf) {
    var plan = DriverPlan.of(settings, asOf);
    List<Row> rows = effects.stream().map(effect -> row(plan, settings, effect)).toList();
    return spark.createDataFrame(rows, DriverStatistics.columns(ImpactRows.MART));
  }

  private static Row row(DriverPlan plan, Settings settings, DoublyRobust.Effect found) {
    var place =
        new DriverPlan.Place(
            plan.segmentSets().get(found.place().segmentSet()).name(), found.place().name());
    int horizon = settings.horizonsDays().get(found.place().horizon());
    MartRow row =
        ImpactRows.start(
                plan,
                place,
                horizon,
                plan.drivers().get(found.driver()),
                DriverScenarios.LOWS_TO_MIDDLE,
                RUNG)
            .set("status", "insufficient")
            .set("model_columns_count", (long) found.columnsCount())
            .set("needed_observations_count", 2 * DriverImportance.needed(found.columnsCount(), 0))
            .set("margin_status", MarginChanges.NOT_ESTIMATED);
    if (found.capped() != null) {
      addEffect(row, found);
    }
    return row.toRow();
  }

  private static void addEffect(MartRow row, DoublyRobust.Effect found) {
    Aipw aipw = DoublyRobust.aipw();
    Support support = aipw.support(found.capped());
    if (support.insufficient()) {
      return;
    }
    int degrees = support.degreesOfFreedom();
    ScenarioEffect effect = ScenarioEffect.ofSparing(aipw, found.capped(), degrees);
    ScenarioEffect uncapped = ScenarioEffect.ofSparing(aipw, found.uncapped(), degrees);
    if (Double.isNaN(effect.revenue().value())) {
      return;
    }
    double[] total = new double[aipw.cells()];
    for (double[] bucket : found.capped()) {
      for (int i = 0; i < total.length; i++) {
        total[i] += bucket[i];
      }
    }
    row.set("status", "ok")
        .set("degrees_of_freedom", degrees)
        .set("moved_share", aipw.covered(total))
        .set("overlap_share", aipw.overlapOfTreated(total));
    ImpactRows.addEffect(row, effect, uncapped.revenue());
  }
}
