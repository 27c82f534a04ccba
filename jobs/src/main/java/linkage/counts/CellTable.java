package linkage.counts;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Sums of whole numbers by cell: adding is commutative and associative, so any split of the
 * observations into parts, in any order, gives the same sums.
 *
 * <p><b>Cost:</b> O(1) time per addition; memory is about 120 bytes per cell. Not distributed: one
 * table per task. The cells of a group lie together, since an observation that counts in one of
 * them counts in several.
 */
final class CellTable {
  /** Levels and buckets stay below these, so that a cell of a group is one int. */
  private static final int MOST_LEVELS = 1 << 12;

  private static final int MOST_BUCKETS = 1 << 8;

  private final int measures;
  private final Map<CellGroup, Group> groups = new HashMap<>();
  private int size;

  /** Starts empty, with that many sums per cell. */
  CellTable(int measures) {
    this.measures = measures;
  }

  /** What is told of a cell and its sums. */
  @FunctionalInterface
  interface Consumer {
    void accept(CellGroup group, int metric, int level, int bucket, long[] sums);
  }

  /** The cells of one group, by metric, level and bucket. */
  final class Group {
    private final Int2ObjectOpenHashMap<long[]> cells = new Int2ObjectOpenHashMap<>();

    /**
     * Adds one observation's measures to a cell.
     *
     * @param metric index of the metric, or {@link Counts#POPULATION}
     * @param level level of its answer, in favourable order
     * @throws ArithmeticException if a sum leaves the range of a long: never a silent wrap
     */
    void add(int metric, int level, int bucket, long... values) {
      Objects.checkIndex(level, MOST_LEVELS);
      Objects.checkIndex(bucket, MOST_BUCKETS);
      Objects.checkIndex(values.length - 1, measures);
      int cell = ((metric - Counts.POPULATION) * MOST_LEVELS + level) * MOST_BUCKETS + bucket;
      long[] sums = cells.get(cell);
      if (sums == null) {
        sums = new long[measures];
        cells.put(cell, sums);
        size++;
      }
      for (int measure = 0; measure < values.length; measure++) {
        sums[measure] = Math.addExact(sums[measure], values[measure]);
      }
    }
  }

  /** The cells of a group; made if there is none. */
  Group group(CellGroup group) {
    return groups.computeIfAbsent(group, absent -> new Group());
  }

  /** The number of cells. */
  int size() {
    return size;
  }

  /** Hands every cell with its sums to the consumer and empties the table. */
  void drain(Consumer consumer) {
    groups.forEach(
        (group, held) ->
            held.cells
                .int2ObjectEntrySet()
                .fastForEach(
                    entry -> {
                      int cell = entry.getIntKey();
                      int answer = cell / MOST_BUCKETS;
                      consumer.accept(
                          group,
                          answer / MOST_LEVELS + Counts.POPULATION,
                          answer % MOST_LEVELS,
                          cell % MOST_BUCKETS,
                          entry.getValue());
                    }));
    groups.clear();
    size = 0;
  }
}
