package linkage.stats.drivers;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a linear model needs to know of any number of rows: how named columns vary together, within
 * groups such as months.
 *
 * <p>Rows are added one by one, and two sets of rows are merged without looking at them again, in
 * any split and any order (to rounding). One object is meant to hold a bucket of a segment.
 *
 * <p><b>Value:</b> the sums {@code Σ w (x_i - x̄_i)(x_j - x̄_j)} of each pair of columns, in the
 * product of their units, where x̄ is the mean of the row's own group; and each group's weight and
 * means. Both kinds of cross products follow exactly: those within groups ({@link #absorbed}), by
 * which a group's own level is taken out of every column, as if each group had a dummy column; and
 * those around the common mean ({@link #centred}).
 *
 * <p><b>Formula:</b> a row x of weight w joins a group of weight W and mean m by {@code M += w W /
 * (w + W) · (x - m)(x - m)ᵀ} and {@code m += w / (w + W) · (x - m)}; two groups are merged alike.
 * Nothing large is ever subtracted from something large, so money keeps its cents: the mean carries
 * a second number for what its last digit can't hold.
 *
 * <p><b>Nulls and edges:</b> rows must be complete: an absent rating is a filler value and a
 * missing flag in a column of its own. A weight of 0 adds nothing.
 *
 * <p><b>Cost:</b> O(columns²) per row, and no allocation but for a group's first row; {@code
 * columns (columns + 1) / 2 + groups · (2 columns + 2) + 4} doubles as an array. Not thread-safe.
 *
 * <p><b>References:</b> Chan, Golub and LeVeque, The American Statistician 37 (1983) 242–247;
 * Knuth, The Art of Computer Programming 2, section 4.2.2, for the exact sum of two numbers.
 */
public final class Moments {

  private static final int HEADER = 4;

  /** The largest share of a column's variation, or of a group, that is subtracted. */
  private static final double MOST_SUBTRACTED = 0.9;

  /** What sums of weights may leave of nothing. */
  private static final double ROUNDING = 1e-12;

  private final List<String> columns;
  private final double[] within;

  /** A group's weight, means, and remainders of the means; null where it has no rows. */
  private double[][] groups = new double[1][];

  private double rows;
  private double weight;
  private double squaredWeight;
  private final double[] deviation;

  /**
   * Nothing yet.
   *
   * @param columns names, in the order of a row's values
   */
  public Moments(List<String> columns) {
    this.columns = List.copyOf(columns);
    within = new double[CrossProducts.triangle(columns.size())];
    deviation = new double[columns.size()];
  }

  /**
   * What {@link #toArray} wrote.
   *
   * @param columns the same names
   * @param state the array
   * @throws IllegalArgumentException if the array isn't of that many columns
   */
  public static Moments fromArray(List<String> columns, double[] state) {
    var moments = new Moments(columns);
    int size = 1 + groupSize(columns.size());
    int start = HEADER + moments.within.length;
    if (state.length < start || state.length != start + (int) state[3] * size) {
      throw new IllegalArgumentException(
          "Cannot read moments of %d columns: the array has %d numbers."
              .formatted(columns.size(), state.length));
    }
    moments.rows = state[0];
    moments.weight = state[1];
    moments.squaredWeight = state[2];
    System.arraycopy(state, HEADER, moments.within, 0, moments.within.length);
    for (int at = start; at < state.length; at += size) {
      int group = (int) state[at];
      moments.reserve(group);
      moments.groups[group] = Arrays.copyOfRange(state, at + 1, at + size);
    }
    return moments;
  }

  /**
   * Adds one observation.
   *
   * @param row a finite value per column; not kept
   * @param group a small number from 0, such as the month's
   * @param observationWeight at least 0
   * @throws IllegalArgumentException if a value isn't finite
   */
  public void add(double[] row, int group, double observationWeight) {
    add(row, group, observationWeight, 1);
  }

  /**
   * Adds observations that are alike.
   *
   * @param row a finite value per column; not kept
   * @param group a small number from 0, such as the month's
   * @param observationWeight of each, at least 0
   * @param count how many there are, at least 0
   * @throws IllegalArgumentException if a value isn't finite
   */
  public void add(double[] row, int group, double observationWeight, double count) {
    checkFinite(row);
    double added = observationWeight * count;
    if (added == 0) {
      return;
    }
    rows += count;
    weight += added;
    squaredWeight += observationWeight * added;

    double[] own = groupOf(group);
    for (int i = 0; i < deviation.length; i++) {
      deviation[i] = row[i] - own[1 + i] - own[1 + deviation.length + i];
    }
    join(own, added);
  }

  /**
   * Adds all rows that another object holds.
   *
   * @param other moments of the same columns; not changed
   * @throws IllegalArgumentException if its columns are others
   */
  public void merge(Moments other) {
    if (!columns.equals(other.columns)) {
      throw new IllegalArgumentException(
          "Cannot merge moments of %s and of %s.".formatted(columns, other.columns));
    }
    for (int group = 0; group < other.groups.length; group++) {
      if (other.groups[group] != null) {
        mergeGroup(group, other.groups[group]);
      }
    }
    mergeSums(other);
  }

  /**
   * What is left without some of the rows, if that can be told well.
   *
   * <p>Subtracting is many times cheaper than adding up all others, and as exact as long as little
   * is subtracted: the relative error grows by at most {@code 1 / (1 - }{@value #MOST_SUBTRACTED}
   * {@code )}.
   *
   * @param part moments of the same columns, of rows that are among these
   * @return a new object; empty if the part holds most of a column's variation
   */
  Optional<Moments> without(Moments part) {
    var left = new Moments(columns);
    left.mergeSums(this);
    left.rows -= part.rows;
    left.weight -= part.weight;
    left.squaredWeight -= part.squaredWeight;
    for (int cell = 0; cell < within.length; cell++) {
      left.within[cell] -= part.within[cell];
    }
    left.reserve(groups.length - 1);
    for (int group = 0; group < groups.length; group++) {
      double[] removed = group < part.groups.length ? part.groups[group] : null;
      if (groups[group] != null) {
        left.groups[group] = groups[group].clone();
        if (removed != null && !left.leave(group, removed)) {
          return Optional.empty();
        }
      }
    }
    for (int column = 0; column < columns.size(); column++) {
      int own = CrossProducts.triangle(column) + column;
      if (left.within[own] < (1 - MOST_SUBTRACTED) * within[own]) {
        return Optional.empty();
      }
    }
    return Optional.of(left);
  }

  /** Takes rows out of a group; false if next to nothing would be left of it but rounding. */
  private boolean leave(int group, double[] removed) {
    double[] own = groups[group];
    double after = own[0] - removed[0];
    if (after <= ROUNDING * own[0]) {
      // The group is the part's own, and has gone with the part's sums.
      groups[group] = null;
      return true;
    }
    if (after < (1 - MOST_SUBTRACTED) * own[0]) {
      return false;
    }
    double scale = own[0] * removed[0] / after;
    for (int i = 0; i < deviation.length; i++) {
      int mean = 1 + i;
      int rest = 1 + deviation.length + i;
      deviation[i] = removed[mean] - own[mean] + (removed[rest] - own[rest]);
    }
    int cell = 0;
    for (int j = 0; j < deviation.length; j++) {
      double scaled = scale * deviation[j];
      for (int i = 0; i <= j; i++) {
        within[cell++] -= scaled * deviation[i];
      }
    }
    double share = removed[0] / after;
    for (int i = 0; i < deviation.length; i++) {
      shift(own, 1 + i, 1 + deviation.length + i, -share * deviation[i]);
    }
    own[0] = after;
    return true;
  }

  /** The cross products within groups: each group's means are taken out of every column. */
  public CrossProducts absorbed() {
    int occupied = (int) Arrays.stream(groups).filter(group -> group != null).count();
    double[] means = new double[columns.size()];
    Arrays.setAll(means, this::mean);
    return new CrossProducts(
        columns,
        rows,
        weight,
        squaredWeight == 0 ? 0 : weight * weight / squaredWeight,
        occupied,
        means,
        within.clone());
  }

  /** The cross products around the common means: groups aren't told apart. */
  public CrossProducts centred() {
    return oneGroup().absorbed();
  }

  /** Whether any row of a group was added. */
  boolean holds(int group) {
    return group < groups.length && groups[group] != null;
  }

  /** The names of the columns, in the order of a row's values. */
  public List<String> columns() {
    return columns;
  }

  /** How many observations there are. */
  public double rows() {
    return rows;
  }

  /** The weighted mean of a column; {@code NaN} without rows. */
  public double mean(int column) {
    double sum = 0;
    for (double[] group : groups) {
      if (group != null) {
        sum += group[0] * (group[1 + column] + group[1 + columns.size() + column]);
      }
    }
    return sum / weight;
  }

  /** All of it as one flat array, such as a column of a table can hold. */
  public double[] toArray() {
    int occupied = (int) Arrays.stream(groups).filter(group -> group != null).count();
    int size = 1 + groupSize(columns.size());
    double[] state = new double[HEADER + within.length + occupied * size];
    state[0] = rows;
    state[1] = weight;
    state[2] = squaredWeight;
    state[3] = occupied;
    System.arraycopy(within, 0, state, HEADER, within.length);
    int at = HEADER + within.length;
    for (int group = 0; group < groups.length; group++) {
      if (groups[group] != null) {
        state[at] = group;
        System.arraycopy(groups[group], 0, state, at + 1, size - 1);
        at += size;
      }
    }
    return state;
  }

  private Moments oneGroup() {
    var all = new Moments(columns);
    for (double[] group : groups) {
      if (group != null) {
        all.mergeGroup(0, group);
      }
    }
    all.mergeSums(this);
    return all;
  }

  private void mergeSums(Moments other) {
    rows += other.rows;
    weight += other.weight;
    squaredWeight += other.squaredWeight;
    for (int cell = 0; cell < within.length; cell++) {
      within[cell] += other.within[cell];
    }
  }

  private void mergeGroup(int group, double[] other) {
    double[] own = groupOf(group);
    if (own[0] == 0) {
      // As a step from 0 the mean would lose its remainder.
      groups[group] = other.clone();
      return;
    }
    for (int i = 0; i < deviation.length; i++) {
      int mean = 1 + i;
      int rest = 1 + deviation.length + i;
      deviation[i] = other[mean] - own[mean] + (other[rest] - own[rest]);
    }
    join(own, other[0]);
  }

  /** Lets what lies at a deviation from a group's mean join the group. */
  private void join(double[] group, double added) {
    double before = group[0];
    double after = before + added;
    double share = added / after;
    group[0] = after;
    if (before > 0) {
      double scale = before * share;
      int cell = 0;
      for (int j = 0; j < deviation.length; j++) {
        double scaled = scale * deviation[j];
        for (int i = 0; i <= j; i++) {
          within[cell++] += scaled * deviation[i];
        }
      }
    }
    for (int i = 0; i < deviation.length; i++) {
      shift(group, 1 + i, 1 + deviation.length + i, share * deviation[i]);
    }
  }

  /** Adds a step to a mean that is kept as the sum of two numbers. */
  private static void shift(double[] group, int mean, int rest, double step) {
    double sum = group[mean] + step;
    double part = sum - group[mean];
    double lost = (group[mean] - (sum - part)) + (step - part);
    double remainder = group[rest] + lost;
    group[mean] = sum + remainder;
    group[rest] = remainder - (group[mean] - sum);
  }

  private double[] groupOf(int group) {
    reserve(group);
    if (groups[group] == null) {
      groups[group] = new double[groupSize(columns.size())];
    }
    return groups[group];
  }

  private void reserve(int group) {
    if (group >= groups.length) {
      groups = Arrays.copyOf(groups, Math.max(group + 1, 2 * groups.length));
    }
  }

  private static int groupSize(int columns) {
    return 1 + 2 * columns;
  }

  private void checkFinite(double[] row) {
    for (int i = 0; i < deviation.length; i++) {
      if (!Double.isFinite(row[i])) {
        throw new IllegalArgumentException(
            "Cannot add a row: its %s is %s. An absent value needs a filler and a missing flag."
                .formatted(columns.get(i), row[i]));
      }
    }
  }
}
