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

  /** As [metric][bucket][level · cells + cell]. */
  private final double[][][] cells;

  MoneyCells(int[] levels, int buckets) {
    this.cells = new double[levels.length][buckets][];
    for (int metric = 0; metric < levels.length; metric++) {
      for (int bucket = 0; bucket < buckets; bucket++) {
        cells[metric][bucket] = new double[levels[metric] * LossAtRisk.MONEY_CELLS];
      }
    }
  }

  void add(Cell cell) {
    double[] own = cells[cell.metric()][cell.bucket()];
    int at = cell.level() * LossAtRisk.MONEY_CELLS;
    own[at] += cell.observations() - cell.lost();
    own[at + 1] += (cell.revenueCents() - cell.lostRevenueCents()) / CENTS;
    own[at + 2] += cell.lost();
    own[at + 3] += cell.lostRevenueCents() / CENTS;
  }

  /** A metric's cells summed over levels, as [bucket][cell]. */
  double[][] of(int metric, int from, int to) {
    double[][] sums = new double[cells[metric].length][LossAtRisk.MONEY_CELLS];
    for (int bucket = 0; bucket < sums.length; bucket++) {
      for (int level = from; level <= to; level++) {
        for (int cell = 0; cell < LossAtRisk.MONEY_CELLS; cell++) {
          sums[bucket][cell] += cells[metric][bucket][level * LossAtRisk.MONEY_CELLS + cell];
        }
      }
    }
    return sums;
  }
}
