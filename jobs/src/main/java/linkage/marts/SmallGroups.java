package linkage.marts;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.contract.Field;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Takes figures of few people back before a mart is written: a row that rests on fewer than {@link
 * Settings#smallestGroup} customers keeps its key, and is {@code is_suppressed}; what its contract
 * lets be null is null.
 *
 * <p><b>Formula:</b> a row is small if one of its sizes is above 0 and below the smallest group.
 * Since a segment is the sum of those that split it, and a table's scores add up to published
 * counts, a further row is taken back wherever exactly one of such a sum is missing: the smallest
 * of those that aren't empty. That is repeated until no sum misses exactly one.
 *
 * <p><b>Nulls and edges:</b> what several sums together, two marts or two nights tell isn't
 * guarded. The set {@code all} of {@code customer_scorecard} stays: finance ties it to the ledger.
 *
 * <p><b>Cost:</b> no job and no shuffle; the task that writes a mart holds its rows.
 */
public final class SmallGroups {
  /** The column that says what was kept back. */
  static final String FLAG = "is_suppressed";

  private static final String SEPARATOR = " · ";

  /** How often customers are counted in a row, and which columns' sums are published elsewhere. */
  private record Table(List<List<String>> sizes, List<String> summedOver, boolean isTiedToLedger)
      implements Serializable {
    static Table of(String... sizes) {
      return new Table(Arrays.stream(sizes).map(List::of).toList(), List.of(), false);
    }
  }

  private static final Map<String, Table> TABLES =
      Map.ofEntries(
          Map.entry("best_metrics", Table.of("customers_count")),
          Map.entry("metric_predictiveness", Table.of("customers_count")),
          Map.entry(
              "retention_by_score",
              new Table(List.of(List.of("customers_count")), List.of("score"), false)),
          Map.entry("retention_curves", Table.of("at_risk_count")),
          Map.entry("metric_scores", Table.of("responses_count", "invited_count")),
          Map.entry("nonresponse_checks", Table.of("frame_count", "observations_count")),
          Map.entry("lead_lag", Table.of("observations_count")),
          Map.entry("driver_importance", Table.of("observations_count")),
          Map.entry(
              "driver_revenue_impacts",
              Table.of("observations_count", "population_customers_count")),
          Map.entry("revenue_at_risk", Table.of("customers_count", "observations_count")),
          Map.entry(
              "customer_scorecard",
              new Table(
                  List.of(
                      List.of(
                          "opening_customers_count",
                          "new_customers_count",
                          "regained_customers_count")),
                  List.of(),
                  true)));

  private SmallGroups() {}

  /** The rows of a mart without what they would tell of few people. */
  public static Dataset<Row> hidden(String mart, Dataset<Row> rows, Settings settings) {
    if (!TABLES.containsKey(mart)) {
      return rows;
    }
    var contract = Contract.mart(mart);
    var guard =
        new Guard(contract, TABLES.get(mart), settings.segmentSets(), settings.smallestGroup());
    return rows.select(contract.columns())
        .coalesce(1 /* sums run over all rows, and one task writes them anyway */)
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>)
                found -> {
                  List<Row> all = new ArrayList<>();
                  found.forEachRemaining(all::add);
                  return guard.hidden(all).iterator();
                },
            Encoders.row(contract.sparkType()));
  }

  /** One row of a mart, as far as it is to be hidden. */
  private static final class Cell {
    private final Row row;
    private final String key;
    private final long size;
    private final boolean mayHide;
    private boolean isHidden;

    Cell(Row row, String key, long size, boolean mayHide, boolean isSmall) {
      this.row = row;
      this.key = key;
      this.size = size;
      this.mayHide = mayHide;
      this.isHidden = mayHide && isSmall;
    }

    boolean couldHideAnother() {
      return mayHide && !isHidden && size > 0;
    }
  }

  private record Guard(
      Contract contract, Table table, List<SegmentSet> segmentSets, int smallestGroup)
      implements Serializable {

    List<Row> hidden(List<Row> rows) {
      List<Cell> cells = rows.stream().map(this::cell).toList();
      Map<String, List<Cell>> sums = new TreeMap<>();
      cells.forEach(
          cell ->
              sums(cell.row)
                  .forEach(sum -> sums.computeIfAbsent(sum, none -> new ArrayList<>()).add(cell)));
      boolean hidAnother;
      do {
        hidAnother = false;
        for (List<Cell> sum : sums.values()) {
          hidAnother |= hidesAnother(sum);
        }
      } while (hidAnother);
      return cells.stream()
          .map(cell -> cell.isHidden ? withoutFigures(cell.row) : cell.row)
          .toList();
    }

    /** Where exactly one part of a sum is hidden, it could be told from the others. */
    private static boolean hidesAnother(List<Cell> sum) {
      if (sum.stream().filter(cell -> cell.isHidden).count() != 1) {
        return false;
      }
      return sum.stream()
          .filter(Cell::couldHideAnother)
          .min(Comparator.comparingLong((Cell cell) -> cell.size).thenComparing(cell -> cell.key))
          .map(
              cell -> {
                cell.isHidden = true;
                return true;
              })
          .orElse(false);
    }

    private Cell cell(Row row) {
      long[] sizes = table.sizes().stream().mapToLong(columns -> size(row, columns)).toArray();
      boolean isSmall = Arrays.stream(sizes).anyMatch(size -> size > 0 && size < smallestGroup);
      boolean mayHide =
          !(table.isTiedToLedger() && row.getAs("segment_set").equals(SegmentSet.ALL.name()));
      return new Cell(row, text(row, contract.key()), Arrays.stream(sizes).sum(), mayHide, isSmall);
    }

    private static long size(Row row, List<String> columns) {
      return columns.stream()
          .mapToLong(column -> row.isNullAt(row.fieldIndex(column)) ? 0 : row.<Long>getAs(column))
          .sum();
    }

    /** The sums that a row is the total of, or a part of, by name. */
    private List<String> sums(Row row) {
      String setName = row.getAs("segment_set");
      String segment = row.getAs("segment");
      String rest = text(row, without(List.of("segment_set", "segment")));
      List<String> sums = new ArrayList<>();
      if (!table.summedOver().isEmpty()) {
        sums.add("over " + text(row, without(table.summedOver())));
      }
      for (SegmentSet parts : segmentSets) {
        for (SegmentSet total : segmentSets) {
          if (total.equals(parts) || !parts.attributes().containsAll(total.attributes())) {
            continue;
          }
          if (setName.equals(total.name())) {
            sums.add(name(parts, total, segment, rest));
          }
          if (setName.equals(parts.name())) {
            sums.add(name(parts, total, totalOf(segment, parts, total), rest));
          }
        }
      }
      return sums;
    }

    private static String name(SegmentSet parts, SegmentSet total, String segment, String rest) {
      return String.join("\u0000", parts.name(), total.name(), segment, rest);
    }

    /** The segment of a coarser set that a segment is part of. */
    private static String totalOf(String segment, SegmentSet parts, SegmentSet total) {
      if (total.equals(SegmentSet.ALL)) {
        return SegmentSet.ALL.name();
      }
      String[] values = segment.split(SEPARATOR, -1);
      Map<String, String> byAttribute = new HashMap<>();
      IntStream.range(0, Math.min(values.length, parts.attributes().size()))
          .forEach(i -> byAttribute.put(parts.attributes().get(i), values[i]));
      return total.attributes().stream()
          .map(byAttribute::get)
          .collect(Collectors.joining(SEPARATOR));
    }

    private List<String> without(Collection<String> columns) {
      return contract.key().stream().filter(column -> !columns.contains(column)).toList();
    }

    private static String text(Row row, List<String> columns) {
      return columns.stream()
          .map(column -> String.valueOf(row.<Object>getAs(column)))
          .collect(Collectors.joining("\u0000"));
    }

    private Row withoutFigures(Row row) {
      return RowFactory.create(
          contract.fields().stream().map(field -> shown(row, field)).toArray());
    }

    private Object shown(Row row, Field field) {
      return switch (field.name()) {
        case FLAG -> true;
        case "sentence" ->
            "Suppressed, so that nothing is told of fewer than %d customers."
                .formatted(smallestGroup);
        default -> field.required() ? row.getAs(field.name()) : null;
      };
    }
  }
}
