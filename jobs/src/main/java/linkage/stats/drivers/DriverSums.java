package linkage.stats.drivers;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What is kept of the observations of a bucket: few rows as they are, many as {@link Moments} and
 * as counts of each rating.
 *
 * <p>Rows are kept until there are more of them than columns. A bucket of a small segment, or of a
 * rare pattern of answers, then takes a fraction of the matrix it would fill.
 *
 * <p><b>Cost:</b> O(columns²) per row beyond as many rows as columns; at most about {@code columns
 * (columns + 1) / 2 + 2 · columns · groups} doubles. Not thread-safe.
 */
public final class DriverSums {

  private static final double AS_ROWS = 0;
  private static final double AS_MOMENTS = 1;

  /** Before a row's values: its group and its weight. */
  private static final int ROW_HEADER = 2;

  private final DriverColumns columns;
  private final int[] levels;

  /** The rows that are kept as they are; null once they are moments. */
  private double[] rows = {};

  private int count;
  private Moments moments;

  /**
   * The weight at each level of each driver, one driver after another; then the rows there; then
   * what they spent before, by weight.
   */
  private double[] atLevels;

  /**
   * Nothing yet.
   *
   * @param columns of each row
   * @param levels how many levels each driver's scale has
   */
  public DriverSums(DriverColumns columns, int[] levels) {
    this.columns = columns;
    this.levels = levels;
  }

  /**
   * What {@link #toArray} wrote.
   *
   * @throws IllegalArgumentException if the array isn't of those columns
   */
  public static DriverSums fromArray(DriverColumns columns, int[] levels, double[] state) {
    var sums = new DriverSums(columns, levels);
    if (state[0] == AS_ROWS) {
      sums.rows = Arrays.copyOfRange(state, 1, state.length);
      sums.count = sums.rows.length / (ROW_HEADER + columns.size());
      return sums;
    }
    int ratings = ratings(levels);
    sums.rows = null;
    sums.atLevels = Arrays.copyOfRange(state, 1, 1 + ratings);
    sums.moments =
        Moments.fromArray(columns.names(), Arrays.copyOfRange(state, 1 + ratings, state.length));
    return sums;
  }

  /**
   * Adds one observation.
   *
   * @param row a finite value per column; not kept
   * @param group a small number from 0, such as the month's
   * @param weight above 0
   * @return how many doubles more are kept than before, about
   */
  public int add(double[] row, int group, double weight) {
    if (moments != null) {
      int held = moments.holds(group) ? 0 : 2 * row.length;
      addTo(moments, atLevels, row, group, weight);
      return held;
    }
    int size = ROW_HEADER + row.length;
    if (count * size == rows.length) {
      rows = Arrays.copyOf(rows, Math.max(2, 2 * count) * size);
    }
    rows[count * size] = group;
    rows[count * size + 1] = weight;
    System.arraycopy(row, 0, rows, count * size + ROW_HEADER, row.length);
    count++;
    if (count > row.length) {
      moments = new Moments(columns.names());
      atLevels = new double[ratings(levels)];
      addRowsTo(moments, atLevels);
      rows = null;
      return count * size / 2;
    }
    return size;
  }

  /**
   * Adds all observations to moments.
   *
   * @param into moments of the same columns
   * @param ratings the weight at each level of each driver, then the rows there, and then what they
   *     spent before, which are added to; as long as {@link #ratings} says
   */
  public void addTo(Moments into, double[] ratings) {
    if (moments == null) {
      addRowsTo(into, ratings);
      return;
    }
    into.merge(moments);
    for (int i = 0; i < ratings.length; i++) {
      ratings[i] += atLevels[i];
    }
  }

  /** All of it as one flat array, such as a column of a table can hold. */
  public double[] toArray() {
    if (moments == null) {
      double[] state = new double[1 + count * (ROW_HEADER + columns.size())];
      state[0] = AS_ROWS;
      System.arraycopy(rows, 0, state, 1, state.length - 1);
      return state;
    }
    double[] own = moments.toArray();
    double[] state = new double[1 + atLevels.length + own.length];
    state[0] = AS_MOMENTS;
    System.arraycopy(atLevels, 0, state, 1, atLevels.length);
    System.arraycopy(own, 0, state, 1 + atLevels.length, own.length);
    return state;
  }

  /** How many numbers say what was rated: a weight, a count of rows and an amount per level. */
  public static int ratings(int[] levels) {
    return 3 * Arrays.stream(levels).sum();
  }

  /** Where a driver's levels begin among the weights at levels. */
  static int[] firstLevels(int[] levels) {
    int[] first = new int[levels.length];
    IntStream.range(1, levels.length)
        .forEach(driver -> first[driver] = first[driver - 1] + levels[driver - 1]);
    return first;
  }

  private void addRowsTo(Moments into, double[] ratings) {
    int size = ROW_HEADER + columns.size();
    for (int row = 0; row < count; row++) {
      int at = row * size;
      double[] values = Arrays.copyOfRange(rows, at + ROW_HEADER, at + size);
      addTo(into, ratings, values, (int) rows[at], rows[at + 1]);
    }
  }

  private void addTo(Moments into, double[] ratings, double[] row, int group, double weight) {
    into.add(row, group, weight);
    int counts = ratings.length / 3;
    int first = 0;
    for (int driver = 0; driver < levels.length; driver++) {
      if (row[columns.missing(driver)] == 0) {
        int cell = first + (int) row[columns.rating(driver)];
        ratings[cell] += weight;
        ratings[counts + cell]++;
        ratings[2 * counts + cell] += weight * row[columns.pastRevenue()];
      }
      first += levels[driver];
    }
  }
}
