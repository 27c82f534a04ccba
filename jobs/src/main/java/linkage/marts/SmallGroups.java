package linkage.marts;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.contract.Field;
import linkage.sql.SegmentNames;
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
 * <p><b>Formula:</b> a row is small if one of its sizes is above 0 and below the smallest group;
 * sizes are of all samples that any of its figures rests on. Since a segment is the sum of those
 * that split it, and scores and parts of a scenario add up to published figures, what is missing of
 * such a sum can be had together, by subtraction. So a further row is taken back wherever exactly
 * one of a sum is missing, or its total is shown and the missing parts rest on fewer than the
 * smallest group together in one of the samples: the one that rests on fewest of those that aren't
 * empty, of that sample if possible. That is repeated until no sum tells of so few. A row that
 * leads to one that is taken back doesn't say how many went no further.
 *
 * <p><b>Nulls and edges:</b> what several sums together, two marts or two nights tell isn't
 * guarded. The set {@code all} of {@code customer_scorecard} stays: finance ties it to the ledger.
 *
 * <p><b>Cost:</b> one shuffle into one task, which holds the mart's rows.
 */
public final class SmallGroups {
  /** The column that says what was kept back. */
  static final String FLAG = "is_suppressed";

  /**
   * How a mart's rows rest on people.
   *
   * @param sizes sums of columns, each of which counts a sample
   * @param parts rows that add up; null if none do
   * @param steps rows that lead to one another; null if none do
   * @param isTiedToLedger whether the set {@code all} has to stay
   */
  private record Table(List<List<String>> sizes, Parts parts, Steps steps, boolean isTiedToLedger)
      implements Serializable {
    static Table of(String... sizes) {
      return new Table(Arrays.stream(sizes).map(List::of).toList(), null, null, false);
    }

    Table with(Parts added) {
      return new Table(sizes, added, steps, isTiedToLedger);
    }

    Table with(Steps added) {
      return new Table(sizes, parts, added, isTiedToLedger);
    }
  }

  /**
   * Rows that differ in one column and add up to figures that are published.
   *
   * @param column of the key
   * @param total its value in the row that they add up to; null if that is in another mart
   * @param where another column of the key, which has the value {@code is}; null if all rows do
   */
  private record Parts(String column, String total, String where, String is)
      implements Serializable {
    boolean isOne(Row row) {
      return where == null || row.getAs(where).equals(is);
    }

    boolean isTotal(Row row) {
      return row.getAs(column).equals(total);
    }
  }

  /**
   * Rows of which one begins where another ends, and as large as that one less who went no further.
   *
   * @param begin the column that a row begins with
   * @param end the column of the key that it ends with
   * @param gone who went no further, and the figures that this can be had from
   */
  private record Steps(String begin, String end, List<String> gone) implements Serializable {}

  private static final Map<String, Table> TABLES =
      Map.ofEntries(
          Map.entry("best_metrics", Table.of("customers_count", "common_observations_count")),
          Map.entry("metric_predictiveness", Table.of("customers_count")),
          Map.entry(
              "retention_by_score",
              Table.of("customers_count").with(new Parts("score", null, null, null))),
          Map.entry(
              "retention_curves",
              Table.of("at_risk_count")
                  .with(
                      new Steps(
                          "period_starts_days",
                          "period_ends_days",
                          List.of(
                              "lost_count",
                              "censored_count",
                              "retention_rate",
                              "retention_lower",
                              "retention_upper",
                              "retention_weighted_rate",
                              "retention_weighted_lower",
                              "retention_weighted_upper")))),
          Map.entry("metric_scores", Table.of("responses_count", "invited_count")),
          Map.entry(
              "nonresponse_checks",
              Table.of("frame_customers_count", "customers_count", "invited_count")),
          Map.entry("lead_lag", Table.of("observations_count")),
          Map.entry(
              "driver_importance",
              Table.of("observations_count", "raters_count", "outcome_raters_count")),
          Map.entry(
              "driver_revenue_impacts",
              Table.of(
                      "observations_count",
                      "population_customers_count",
                      "raters_count",
                      "low_raters_count",
                      "middle_raters_count",
                      "high_raters_count")
                  .with(
                      new Parts(
                          "driver",
                          ImpactRows.ALL_DRIVERS,
                          "scenario",
                          DriverScenarios.ALL_LOWS_TO_MIDDLE))),
          Map.entry("revenue_at_risk", Table.of("customers_count", "observations_count")),
          Map.entry(
              "customer_scorecard",
              new Table(
                  List.of(
                      List.of(
                          "opening_customers_count",
                          "new_customers_count",
                          "regained_customers_count")),
                  null,
                  null,
                  true)));

  private SmallGroups() {}

  /** Whether a figure of so many would tell of few people; one of nobody tells nothing. */
  static boolean isSmall(long size, int smallestGroup) {
    return size > 0 && size < smallestGroup;
  }

  /** The rows of a mart without what they would tell of few people. */
  public static Dataset<Row> hidden(String mart, Dataset<Row> rows, Settings settings) {
    if (!TABLES.containsKey(mart)) {
      return rows;
    }
    var contract = Contract.mart(mart);
    var guard =
        new Guard(contract, TABLES.get(mart), settings.segmentSets(), settings.smallestGroup());
    return rows.select(contract.columns())
        // Sums run over all rows. A shuffle, since coalescing would make one task compute them,
        // too.
        .repartition(1)
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
    private final long[] sizes;
    private final boolean mayHide;
    private boolean isHidden;

    Cell(Row row, String key, long[] sizes, boolean mayHide, int smallestGroup) {
      this.row = row;
      this.key = key;
      this.sizes = sizes;
      this.mayHide = mayHide;
      this.isHidden = mayHide && isSmall(fewest(), smallestGroup);
    }

    /** The size of the smallest sample that isn't empty; 0 if all are. */
    long fewest() {
      return Arrays.stream(sizes).filter(size -> size > 0).min().orElse(0);
    }

    boolean couldHideAnother() {
      return mayHide && !isHidden && fewest() > 0;
    }

    boolean hide() {
      isHidden = true;
      return true;
    }
  }

  /** Rows that add up, and the row that they add up to, if the mart has it. */
  private static final class Sum {
    private final List<Cell> parts = new ArrayList<>();
    private Cell total;

    void add(Cell cell, boolean isTotal) {
      if (isTotal) {
        total = cell;
      } else {
        parts.add(cell);
      }
    }

    /** Takes another row back if what is missing tells of too few; false if nothing does. */
    boolean hidesAnother(int smallestGroup) {
      if (all().filter(cell -> cell.isHidden).count() == 1) {
        return hidesAnother(Comparator.comparingLong(Cell::fewest));
      }
      OptionalInt sample = sampleOfFew(smallestGroup);
      return sample.isPresent()
          && hidesAnother(
              Comparator.comparing((Cell cell) -> cell.sizes[sample.getAsInt()] == 0)
                  .thenComparing(Cell::fewest));
    }

    private boolean hidesAnother(Comparator<Cell> order) {
      return all()
          .filter(Cell::couldHideAnother)
          .min(order.thenComparing(cell -> cell.key))
          .map(Cell::hide)
          .orElse(false);
    }

    /** The sample of which the shown total tells, less the shown parts, how few the others have. */
    private OptionalInt sampleOfFew(int smallestGroup) {
      if (total != null && total.isHidden) {
        return OptionalInt.empty();
      }
      List<Cell> missing = parts.stream().filter(cell -> cell.isHidden).toList();
      int samples = missing.isEmpty() ? 0 : missing.get(0).sizes.length;
      return IntStream.range(0, samples)
          .filter(
              sample ->
                  isSmall(
                      missing.stream().mapToLong(cell -> cell.sizes[sample]).sum(), smallestGroup))
          .findFirst();
    }

    private Stream<Cell> all() {
      return Stream.concat(parts.stream(), Stream.ofNullable(total));
    }
  }

  /**
   * A sum that a row is in.
   *
   * @param name the same for all rows of the sum
   * @param isTotal whether the others add up to it
   */
  private record Membership(String name, boolean isTotal) {}

  private record Guard(
      Contract contract, Table table, List<SegmentSet> segmentSets, int smallestGroup)
      implements Serializable {

    List<Row> hidden(List<Row> rows) {
      List<Cell> cells = rows.stream().map(this::cell).toList();
      Map<String, Sum> sums = new TreeMap<>();
      for (Cell cell : cells) {
        for (Membership in : memberships(cell.row)) {
          sums.computeIfAbsent(in.name(), none -> new Sum()).add(cell, in.isTotal());
        }
      }
      boolean hidAnother;
      do {
        hidAnother = false;
        for (Sum sum : sums.values()) {
          hidAnother |= sum.hidesAnother(smallestGroup);
        }
      } while (hidAnother);
      Set<String> beginHidden = new HashSet<>();
      if (table.steps() != null) {
        cells.stream()
            .filter(cell -> cell.isHidden)
            .forEach(cell -> beginHidden.add(step(cell.row, table.steps().begin())));
      }
      return cells.stream().map(cell -> shown(cell, beginHidden)).toList();
    }

    private Row shown(Cell cell, Set<String> beginHidden) {
      if (cell.isHidden) {
        return withoutFigures(cell.row);
      }
      boolean leadsToHidden =
          !beginHidden.isEmpty() && beginHidden.contains(step(cell.row, table.steps().end()));
      return leadsToHidden ? without(cell.row, table.steps().gone()) : cell.row;
    }

    /** One end of a step, among those of the same sample. */
    private String step(Row row, String end) {
      return text(row, without(List.of(table.steps().end()))) + "\u0000" + row.<Object>getAs(end);
    }

    private Cell cell(Row row) {
      long[] sizes = table.sizes().stream().mapToLong(columns -> size(row, columns)).toArray();
      boolean mayHide =
          !(table.isTiedToLedger() && row.getAs("segment_set").equals(SegmentSet.ALL.name()));
      return new Cell(row, text(row, contract.key()), sizes, mayHide, smallestGroup);
    }

    private static long size(Row row, List<String> columns) {
      return columns.stream()
          .mapToLong(column -> row.isNullAt(row.fieldIndex(column)) ? 0 : row.<Long>getAs(column))
          .sum();
    }

    /** The sums that a row is the total of, or a part of. */
    private List<Membership> memberships(Row row) {
      String setName = row.getAs("segment_set");
      String segment = row.getAs("segment");
      String rest = text(row, without(List.of("segment_set", "segment")));
      List<Membership> sums = new ArrayList<>();
      if (table.parts() != null && table.parts().isOne(row)) {
        String name = "over " + text(row, without(List.of(table.parts().column())));
        sums.add(new Membership(name, table.parts().isTotal(row)));
      }
      for (SegmentSet parts : segmentSets) {
        for (SegmentSet total : segmentSets) {
          if (total.equals(parts) || !parts.attributes().containsAll(total.attributes())) {
            continue;
          }
          if (setName.equals(total.name())) {
            sums.add(new Membership(name(parts, total, segment, rest), true));
          }
          if (setName.equals(parts.name())) {
            String whole = totalOf(segment, parts, total);
            sums.add(new Membership(name(parts, total, whole, rest), false));
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
      String[] values = segment.split(SegmentNames.SEPARATOR, -1);
      Map<String, String> byAttribute = new HashMap<>();
      IntStream.range(0, Math.min(values.length, parts.attributes().size()))
          .forEach(i -> byAttribute.put(parts.attributes().get(i), values[i]));
      return total.attributes().stream()
          .map(byAttribute::get)
          .collect(Collectors.joining(SegmentNames.SEPARATOR));
    }

    private List<String> without(Collection<String> columns) {
      return contract.key().stream().filter(column -> !columns.contains(column)).toList();
    }

    private static String text(Row row, List<String> columns) {
      return columns.stream()
          .map(column -> String.valueOf(row.<Object>getAs(column)))
          .collect(Collectors.joining("\u0000"));
    }

    private Row without(Row row, List<String> columns) {
      return RowFactory.create(
          contract.names().stream()
              .map(name -> columns.contains(name) ? null : row.<Object>getAs(name))
              .toArray());
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
