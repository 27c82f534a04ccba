package linkage.stats.drivers;

import java.util.Arrays;

/**
 * A rated attribute of the experience, as columns of moments: the rating, and what goes with it,
 * such as the flag that it is missing. They enter and leave a model together.
 *
 * @param rating position of the column with the rating
 * @param companions positions of the columns that belong to it
 */
public record Driver(int rating, int... companions) {

  /** All its columns, the rating first. */
  public int[] columns() {
    int[] columns = new int[1 + companions.length];
    columns[0] = rating;
    System.arraycopy(companions, 0, columns, 1, companions.length);
    return columns;
  }

  /** The columns of several drivers, in order. */
  static int[] columns(Driver... drivers) {
    return Arrays.stream(drivers).flatMapToInt(driver -> Arrays.stream(driver.columns())).toArray();
  }
}
