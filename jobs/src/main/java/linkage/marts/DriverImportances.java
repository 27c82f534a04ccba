package linkage.marts;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.sql.Groups;
import linkage.stats.BenjaminiHochberg;
import linkage.stats.drivers.Asymmetry;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * How much each driver matters for each outcome, per segment, and how well it is done.
 *
 * <p><b>Grain:</b> one row per (segment_set, segment, outcome, horizon_days, driver).
 *
 * <p><b>Formula:</b> the figures of each segment come from {@link DriverStatistics}; here their p
 * are adjusted over the segments and drivers of a set ({@link BenjaminiHochberg}), and a segment
 * that has too little takes the figures of the nearest parent that has enough. What customers of
 * the segment rated stays its own. What a driver is to customers is named only where its importance
 * can be told from nothing, and for a kind that rests on penalty and reward not being equal, where
 * that can, both with all drivers judged together.
 *
 * <p><b>Cost:</b> one shuffle of the rows by outcome and horizon; a task holds those of all
 * segments.
 */
public final class DriverImportances {
  /** What a segment keeps of its own when the rest is taken from a parent. */
  private static final List<String> OWN =
      List.of(
          "as_of",
          "segment_set",
          "segment",
          "outcome",
          "horizon_days",
          "driver",
          "driver_text",
          "observations_count",
          "effective_observations",
          "model_columns_count",
          "needed_observations_count",
          "raters_count",
          "outcome_raters_count",
          "rated_share",
          "mean_score",
          "mean_score_lower",
          "mean_score_upper",
          "top_box_share",
          "top_box_lower",
          "top_box_upper",
          "bottom_box_share",
          "bottom_box_lower",
          "bottom_box_upper",
          "halo_share");

  private DriverImportances() {}

  /** Builds the mart. */
  public static Dataset<Row> build(Dataset<Row> statistics, Settings settings, LocalDate asOf) {
    var plan = DriverPlan.of(settings, asOf);
    var contract = Contract.mart(ImportanceRows.MART);
    if (settings.drivers().isEmpty()) {
      return statistics.sparkSession().createDataFrame(List.of(), contract.sparkType());
    }
    Dataset<Row> rows = DriverStatistics.rows(statistics, ImportanceRows.MART);
    return Groups.by(rows, "outcome", "horizon_days")
        .flatMapGroups(
            (FlatMapGroupsFunction<Row, Row, Row>) (key, own) -> finished(plan, own),
            Encoders.row(contract.sparkType()));
  }

  private static Iterator<Row> finished(DriverPlan plan, Iterator<Row> rows) {
    List<Row> all = new ArrayList<>();
    rows.forEachRemaining(all::add);
    var segments = new AllSegments(all, plan, "importance_p_value");
    var asymmetries = new AllSegments(all, plan, "asymmetry_p_value");
    return all.stream().map(row -> finished(plan, row, segments, asymmetries)).iterator();
  }

  private static Row finished(
      DriverPlan plan, Row own, AllSegments segments, AllSegments asymmetries) {
    var contract = Contract.mart(ImportanceRows.MART);
    AllSegments.Figures figures = segments.ownOrOfParent(own);
    double ofImportance = segments.q(figures.source());
    double ofAsymmetry = asymmetries.q(figures.source());
    MartRow row =
        figures
            .over(own, contract, OWN)
            .set("importance_q_value", ofImportance)
            .set("asymmetry_q_value", ofAsymmetry);
    if (row.value("asymmetry_kind") != null
        && !isNamed((String) row.value("asymmetry_kind"), ofImportance, ofAsymmetry)) {
      row.set("asymmetry_kind", ImportanceRows.label(Asymmetry.Kind.UNDECIDED));
    }
    if (figures.from() != null) {
      // The parent's importance beside the segment's own ratings is nobody's quadrant.
      row.set("quadrant", null);
    }
    return row.set("sentence", DriverSentences.ofImportance(contract, row.toRow(), plan)).toRow();
  }

  private static boolean isNamed(String kind, double ofImportance, double ofAsymmetry) {
    boolean isOfEquals = kind.equals(ImportanceRows.label(Asymmetry.Kind.PERFORMANCE));
    return ofImportance <= DriverSentences.LARGEST_Q
        && (isOfEquals || ofAsymmetry <= DriverSentences.LARGEST_Q);
  }
}
