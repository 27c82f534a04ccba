package linkage.counts;

import it.unimi.dsi.fastutil.longs.Long2IntMap;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;

/**
 * Sums of whole numbers by cell: adding is commutative and associative, so any split of the
 * observations into parts, in any order, gives the same sums.
 *
 * <p><b>Cost:</b> O(1) time per addition; a cell takes 24 bytes, and 8 per measure of its table,
 * and up to four times that where fewer come than before {@link #drain}. Not distributed: one table
 * per task. The cells of a group lie together, since an observation that counts in one of them
 * counts in several.
 */
public final class CellTable {
  private final Map<CellGroup, Group> groups = new HashMap<>();
  private int size;

  /** The cells of one group, by metric, level, bucket and bin. */
  public final class Group {
    private static final int FEWEST = 16;
    private static final int ABSENT = -1;

    /** So many times the room of its cells a group may keep. */
    private static final int MOST_ROOM = 4;

    private final int width;
    private final Long2IntOpenHashMap places = new Long2IntOpenHashMap();

    /** The measures of all cells, one cell after the other. */
    private long[] sums;

    private Group(CellGroup key) {
      width = key.table().measures().size();
      sums = new long[FEWEST * width];
      places.defaultReturnValue(ABSENT);
    }

    /**
     * Adds measures to a cell.
     *
     * @param metric index of the metric
     * @param level level of its answer, in favourable order
     * @param bin any whole number
     * @param values the measures of the table, all of them, in its order
     * @throws ArithmeticException if a sum leaves the range of a long: never a silent wrap
     */
    public void add(int metric, int level, int bucket, int bin, long... values) {
      if (values.length != width) {
        throw new IllegalArgumentException(
            "Got %d measures, expected %d".formatted(values.length, width));
      }
      int next = places.size();
      int place = places.putIfAbsent(PackedCells.key(metric, level, bucket, bin), next);
      if (place == ABSENT) {
        place = next;
        size++;
        if ((place + 1) * width > sums.length) {
          sums = Arrays.copyOf(sums, Math.multiplyExact(2, sums.length));
        }
      }
      int from = place * width;
      for (int measure = 0; measure < width; measure++) {
        sums[from + measure] = Math.addExact(sums[from + measure], values[measure]);
      }
    }

    private Row packed(CellGroup key) {
      var cells = new PackedCells.Writer(width, places.size());
      for (Long2IntMap.Entry cell : places.long2IntEntrySet()) {
        cells.write(cell.getLongKey(), sums, cell.getIntValue() * width);
      }
      return PackedCells.row(key, places.size(), cells);
    }

    private boolean isMostlyRoom() {
      return places.size() * width < sums.length / MOST_ROOM;
    }

    private void clear() {
      Arrays.fill(sums, 0, places.size() * width, 0);
      places.clear();
    }
  }

  /** The cells of a group; made if there is none. */
  public Group group(CellGroup group) {
    return groups.computeIfAbsent(Objects.requireNonNull(group), Group::new);
  }

  /** The number of cells. */
  int size() {
    return size;
  }

  /**
   * Hands on all cells, and has none from then on. Groups keep the room that their cells took,
   * since what comes next is much like what came before, unless they filled little of it.
   *
   * @return a row of {@link Counts#schema} for each group
   */
  public List<Row> drain() {
    groups.values().removeIf(cells -> cells.places.isEmpty());
    List<Row> rows = new ArrayList<>(groups.size());
    groups.forEach((key, cells) -> rows.add(cells.packed(key)));
    groups.values().removeIf(Group::isMostlyRoom);
    groups.values().forEach(Group::clear);
    size = 0;
    return rows;
  }
}
