package linkage.marts;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import linkage.config.Settings;
import linkage.counts.DoublyRobust;
import linkage.counts.DriverBasis;
import linkage.stats.Support;
import linkage.stats.drivers.Aipw;
import linkage.stats.drivers.DriverImportance;
import linkage.stats.drivers.LowRatings;
import linkage.stats.drivers.ScenarioEffect;
import linkage.stats.drivers.Winsor;
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
      SparkSession spark,
      List<DoublyRobust.Effect> effects,
      DriverBasis basis,
      Settings settings,
      LocalDate asOf) {
    var plan = DriverPlan.of(settings, asOf);
    List<Integer> horizons = settings.horizonsDays();
    List<Row> rows = effects.stream().map(effect -> row(plan, basis, horizons, effect)).toList();
    return spark.createDataFrame(rows, DriverStatistics.columns(ImpactRows.MART));
  }

  static Row row(
      DriverPlan plan, DriverBasis basis, List<Integer> horizons, DoublyRobust.Effect found) {
    var segment = found.place();
    int horizon = segment.horizon();
    var place =
        new DriverPlan.Place(plan.segmentSets().get(segment.segmentSet()).name(), segment.name());
    MartRow row =
        ImpactRows.start(
                plan,
                place,
                horizons.get(horizon),
                plan.drivers().get(found.driver()),
                DriverScenarios.LOWS_TO_MIDDLE,
                RUNG)
            .set("status", "insufficient")
            .set("model_columns_count", (long) found.columnsCount())
            .set("needed_observations_count", 2 * DriverImportance.needed(found.columnsCount(), 0));
    MarginChanges.start(
        row,
        basis.marginCoverage(horizon, segment.segmentSet(), segment.name()),
        basis.readsMargin(horizon, segment.segmentSet(), segment.name()));
    boolean isTold = found.revenue() != null && addRevenue(row, found.revenue());
    if (isTold && found.margin() != null) {
      addMargin(row, found.margin(), basis.caps().margin().get(horizon));
    }
    return row.toRow();
  }

  /** Adds the figures, and says whether there are any. */
  private static boolean addRevenue(MartRow row, double[][] cells) {
    Aipw aipw = LowRatings.REVENUE;
    Support support = aipw.support(cells);
    if (support.insufficient()) {
      return false;
    }
    int degrees = support.degreesOfFreedom();
    var effect = ScenarioEffect.ofSparing(aipw, cells, LowRatings.CAPPED, degrees);
    var uncapped = ScenarioEffect.ofSparing(aipw, cells, LowRatings.UNCAPPED, degrees);
    if (Double.isNaN(effect.revenue().value())) {
      return false;
    }
    double[] total = new double[aipw.cells()];
    for (double[] bucket : cells) {
      for (int i = 0; i < total.length; i++) {
        total[i] += bucket[i];
      }
    }
    row.set("status", "ok")
        .set("degrees_of_freedom", degrees)
        .set("moved_share", aipw.covered(total))
        .set("overlap_share", aipw.overlapOfTreated(total));
    ImpactRows.addEffect(row, effect, uncapped.revenue());
    return true;
  }

  private static void addMargin(MartRow row, double[][] cells, Winsor caps) {
    Support support = LowRatings.MARGIN.support(cells);
    if (!support.insufficient()) {
      var effect =
          ScenarioEffect.ofSparing(
              LowRatings.MARGIN, cells, LowRatings.CAPPED, support.degreesOfFreedom());
      MarginChanges.add(row, effect.revenue(), caps);
    }
  }
}
