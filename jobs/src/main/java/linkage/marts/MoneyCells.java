package linkage.marts;

import linkage.counts.Cell;
import linkage.counts.CountTable;
import linkage.stats.LossAtRisk;

/**
 * One segment's cells of {@link CountTable#OUTCOMES} as {@link LossAtRisk} reads money: how many
 * were retained and lost at each level, and what they brought in.
 */
final class MoneyCells {
  private static final double CENTS = 100;

  /**
   * As [metric][bucket][level · cells + cell], in cents: whole numbers sum to the same whatever
   * their order, so a mean that ends in half a cent is always rounded the same way.
   */
  private final long[][][] cells;

  MoneyCells(int[] levels, int buckets) {
    this.cells = new long[levels.length][buckets][];
    for (int metric = 0; metric < levels.length; metric++) {
      for (int bucket = 0; bucket < buckets; bucket++) {
        cells[metric][bucket] = new long[levels[metric] * LossAtRisk.MONEY_CELLS];
      }
    }
  }

  void add(Cell cell) {
    add(
        cell.metric(),
        cell.level(),
        cell.bucket(),
        new long[] {
          cell.observations() - cell.lost(),
          cell.revenueCents() - cell.lostRevenueCents(),
          cell.lost(),
          cell.lostRevenueCents()
        });
  }

  void add(int metric, int level, int bucket, long[] moneyCells) {
    for (int cell = 0; cell < moneyCells.length; cell++) {
      cells[metric][bucket][level * moneyCells.length + cell] += moneyCells[cell];
    }
  }

  /** A metric's cells summed over levels, as [bucket][cell], amounts in currency. */
  double[][] of(int metric, int from, int to) {
    double[][] sums = new double[cells[metric].length][LossAtRisk.MONEY_CELLS];
    for (int bucket = 0; bucket < sums.length; bucket++) {
      for (int level = from; level <= to; level++) {
        for (int cell = 0; cell < LossAtRisk.MONEY_CELLS; cell++) {
          sums[bucket][cell] += cells[metric][bucket][level * LossAtRisk.MONEY_CELLS + cell];
        }
      }
      sums[bucket][1] /= CENTS;
      sums[bucket][3] /= CENTS;
    }
    return sums;
  }
}
