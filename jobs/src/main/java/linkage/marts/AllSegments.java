package linkage.marts;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import linkage.contract.Contract;
import linkage.stats.BenjaminiHochberg;
import org.apache.spark.sql.Row;

/**
 * The rows of drivers of all segments, seen together: p-values adjusted over those that are judged
 * side by side, and whom a segment takes its figures from that has too little of its own.
 *
 * <p><b>Formula:</b> p are adjusted ({@link BenjaminiHochberg}) over the rows of a segment set that
 * have the same rung, where there are rungs. Figures are taken from the nearest parent whose row of
 * the same driver and rung has the status {@code ok}.
 */
final class AllSegments {
  /** The status of a figure that there can't be, of nobody. */
  static final String NO_ESTIMAND = "no_estimand";

  private static final String RUNG = "rung";

  private final List<Row> rows;
  private final DriverPlan plan;
  private final boolean hasRungs;
  private final Map<List<String>, Double> q = new HashMap<>();
  private final Map<List<String>, Row> known;
  private final Map<List<String>, Row> byName;

  /**
   * Sees rows together.
   *
   * @param rows of one scenario, or one outcome, and one horizon
   * @param pValue the column to adjust
   */
  AllSegments(List<Row> rows, DriverPlan plan, String pValue) {
    this.rows = rows;
    this.plan = plan;
    this.hasRungs =
        !rows.isEmpty() && Arrays.asList(rows.get(0).schema().fieldNames()).contains(RUNG);
    this.byName = rows.stream().collect(Collectors.toMap(this::name, row -> row));
    this.known =
        rows.stream().filter(AllSegments::isOk).collect(Collectors.toMap(this::name, row -> row));
    rows.stream()
        .collect(Collectors.groupingBy(row -> List.of(row.<String>getAs("segment_set"), rung(row))))
        .values()
        .forEach(family -> adjust(family, pValue));
  }

  List<Row> rows() {
    return rows;
  }

  /**
   * Where a row's figures come from.
   *
   * @param source the row itself, or a parent's
   * @param from the parent's segment; null if they are its own
   */
  record Figures(Row source, String from) {

    /**
     * A row of a mart with these figures.
     *
     * @param kept the columns that stay the segment's own, whoever the figures are from
     */
    MartRow over(Row own, Contract contract, Collection<String> kept) {
      var row = new MartRow(contract);
      for (String column : contract.names()) {
        row.set(column, (kept.contains(column) ? own : source).getAs(column));
      }
      return row.set("status", from == null ? own.getAs("status") : "from_parent")
          .set("taken_from", from);
    }
  }

  /** The segment's own figures. */
  static Figures own(Row row) {
    return new Figures(row, null);
  }

  /** The segment's own figures, or of a parent if they aren't enough. */
  Figures ownOrOfParent(Row row) {
    if (isOk(row) || row.getAs("status").equals(NO_ESTIMAND)) {
      return own(row);
    }
    for (var parent : plan.parents(row.getAs("segment_set"), row.getAs("segment"))) {
      Row found =
          known.get(List.of(parent.segmentSet(), parent.segment(), row.getAs("driver"), rung(row)));
      if (found != null) {
        return new Figures(found, parent.name());
      }
    }
    return own(row);
  }

  /** The same segment's and driver's row of another rung, if there is one. */
  Optional<Row> onRung(Row row, String rung) {
    return Optional.ofNullable(
        byName.get(
            List.of(
                row.<String>getAs("segment_set"),
                row.<String>getAs("segment"),
                row.<String>getAs("driver"),
                rung)));
  }

  /** The adjusted p of a row; {@code NaN} without a p. */
  double q(Row row) {
    return q.getOrDefault(name(row), Double.NaN);
  }

  private void adjust(List<Row> family, String pValue) {
    double[] adjusted =
        BenjaminiHochberg.adjust(
            family.stream()
                .mapToDouble(
                    row -> {
                      Double p = row.getAs(pValue);
                      return p == null ? Double.NaN : p;
                    })
                .toArray());
    for (int i = 0; i < adjusted.length; i++) {
      q.put(name(family.get(i)), adjusted[i]);
    }
  }

  private static boolean isOk(Row row) {
    return row.getAs("status").equals("ok");
  }

  private List<String> name(Row row) {
    return List.of(
        row.<String>getAs("segment_set"),
        row.<String>getAs("segment"),
        row.<String>getAs("driver"),
        rung(row));
  }

  private String rung(Row row) {
    return hasRungs ? row.getAs(RUNG) : "";
  }
}
