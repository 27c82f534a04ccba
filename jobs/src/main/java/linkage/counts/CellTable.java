package linkage.counts;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * Sums of whole numbers by {@link Cell}: adding is commutative and associative, so any split of the
 * observations into parts, in any order, gives the same table.
 *
 * <p><b>Cost:</b> O(1) time per addition; memory is about 200 bytes per cell. Not distributed: one
 * table per task, merged by a sum over cells afterwards.
 */
final class CellTable {
  private final int measures;
  private final Map<Cell, long[]> sums = new HashMap<>();

  /** Starts empty, with that many sums per cell. */
  CellTable(int measures) {
    this.measures = measures;
  }

  /**
   * Adds one observation's measures to a cell.
   *
   * @throws ArithmeticException if a sum leaves the range of a long: never a silent wrap
   */
  void add(Cell cell, long... values) {
    long[] sum = sums.computeIfAbsent(cell, absent -> new long[measures]);
    Objects.checkIndex(values.length - 1, measures);
    for (int measure = 0; measure < values.length; measure++) {
      sum[measure] = Math.addExact(sum[measure], values[measure]);
    }
  }

  /** Adds another part's table. */
  void merge(CellTable other) {
    other.sums.forEach(this::add);
  }

  /** The number of cells. */
  int size() {
    return sums.size();
  }

  /** Hands every cell with its sums to the consumer and empties the table. */
  void drain(BiConsumer<Cell, long[]> consumer) {
    sums.forEach(consumer);
    sums.clear();
  }
}
