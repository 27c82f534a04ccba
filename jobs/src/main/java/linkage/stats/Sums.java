package linkage.stats;

/** Sums of arrays of counts, exact while they are whole numbers below 2^53. */
final class Sums {

  private Sums() {}

  static double of(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /** The sum of each row: [row][column] becomes [row]. */
  static double[] ofRows(double[][] values) {
    double[] sums = new double[values.length];
    for (int row = 0; row < values.length; row++) {
      sums[row] = of(values[row]);
    }
    return sums;
  }

  /** The sum of each column: [row][column] becomes [column]; empty when there are no rows. */
  static double[] ofColumns(double[][] values) {
    double[] sums = new double[values.length == 0 ? 0 : values[0].length];
    for (double[] row : values) {
      add(sums, row);
    }
    return sums;
  }

  /** Adds each element of the second array to the first. */
  static void add(double[] sums, double[] addends) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += addends[i];
    }
  }

  /** The sum of the products of two arrays, element by element. */
  static double ofProducts(double[] values, double[] others) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * others[i];
    }
    return sum;
  }

  /** One column: [row][column] becomes [row]. */
  static double[] column(double[][] values, int column) {
    double[] picked = new double[values.length];
    for (int row = 0; row < values.length; row++) {
      picked[row] = values[row][column];
    }
    return picked;
  }
}
