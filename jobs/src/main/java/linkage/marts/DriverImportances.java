package linkage.marts;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.stats.BenjaminiHochberg;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.api.java.function.MapFunction;
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
 * the segment rated stays its own.
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
    return DriverStatistics.rows(statistics, ImportanceRows.MART)
        .groupByKey(
            (MapFunction<Row, String>)
                row -> row.<String>getAs("outcome") + "|" + row.<Integer>getAs("horizon_days"),
            Encoders.STRING())
        .flatMapGroups(
            (FlatMapGroupsFunction<String, Row, Row>) (key, rows) -> finished(plan, rows),
            Encoders.row(contract.sparkType()));
  }

  private static Iterator<Row> finished(DriverPlan plan, Iterator<Row> rows) {
    List<Row> all = new ArrayList<>();
    rows.forEachRemaining(all::add);
    Map<String, Double> q = new HashMap<>();
    all.stream()
        .collect(Collectors.groupingBy(row -> row.<String>getAs("segment_set")))
        .values()
        .forEach(set -> adjust(set, q));
    Map<String, Row> known =
        all.stream()
            .filter(row -> row.getAs("status").equals("ok"))
            .collect(Collectors.toMap(DriverImportances::name, row -> row));
    return all.stream().map(row -> finished(plan, row, known, q)).iterator();
  }

  private static void adjust(List<Row> set, Map<String, Double> q) {
    double[] adjusted =
        BenjaminiHochberg.adjust(
            set.stream()
                .mapToDouble(
                    row -> {
                      Double p = row.getAs("importance_p_value");
                      return p == null ? Double.NaN : p;
                    })
                .toArray());
    for (int i = 0; i < adjusted.length; i++) {
      q.put(name(set.get(i)), adjusted[i]);
    }
  }

  private static Row finished(
      DriverPlan plan, Row own, Map<String, Row> known, Map<String, Double> q) {
    Row source = own;
    String takenFrom = null;
    if (!own.getAs("status").equals("ok")) {
      for (var parent : plan.parents(own.getAs("segment_set"), own.getAs("segment"))) {
        Row found = known.get(name(parent, own.getAs("driver")));
        if (found != null) {
          source = found;
          takenFrom = parent.name();
          break;
        }
      }
    }
    var contract = Contract.mart(ImportanceRows.MART);
    var row = new MartRow(contract);
    for (String column : contract.names()) {
      row.set(column, (OWN.contains(column) ? own : source).getAs(column));
    }
    row.set("importance_q_value", q.getOrDefault(name(source), Double.NaN))
        .set("status", takenFrom == null ? own.getAs("status") : "from_parent")
        .set("taken_from", takenFrom);
    if (takenFrom != null) {
      // The parent's importance beside the segment's own ratings is nobody's quadrant.
      row.set("quadrant", null);
    }
    return row.set("sentence", DriverSentences.ofImportance(contract, row.toRow(), plan)).toRow();
  }

  private static String name(Row row) {
    return name(
        new DriverPlan.Place(row.getAs("segment_set"), row.getAs("segment")), row.getAs("driver"));
  }

  private static String name(DriverPlan.Place place, String driver) {
    return place.segmentSet() + "|" + place.segment() + "|" + driver;
  }
}
