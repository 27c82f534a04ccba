package linkage.stats;

import java.util.Arrays;

/**
 * Whether all metrics together tell retained from lost customers better than the best one alone.
 *
 * <p><b>Value:</b> AUCs and their difference, combined minus best, in AUC points.
 *
 * <p><b>Formula:</b> both are {@link StratifiedAuc}s on the same pairs, those within a fold (bucket
 * mod {@value AddedValue#FOLDS}), since each fold is scored by coefficients of its own. Variances
 * are the {@link Jackknife}'s; the difference has a t interval with {@link
 * Support#degreesOfFreedom}. The coefficients are taken as given: the question is how well this
 * combination does on customers that it has not seen.
 *
 * <p>The best metric is the one that leads on the same observations, so chance favours it a little,
 * and the claim that the combination beats it is the safer for it.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} and no interval without a pair; no interval of a
 * difference that isn't 0 and has no variance.
 *
 * <p><b>Cost:</b> O(buckets × folds × (bins + levels)).
 *
 * @param combined the AUC of the combination
 * @param best the AUC of the best metric alone
 * @param difference combined minus best
 * @param support the spread of both classes over the buckets
 */
public record Combination(Estimate combined, Estimate best, Estimate difference, Support support) {

  private static final int COMBINED = 0;
  private static final int BEST = 1;

  /**
   * Compares.
   *
   * @param combination the common sample counted by {@link CombinationScore#bin}
   * @param best the same observations counted by the level of the best metric
   */
  public static Combination of(MetricCounts combination, MetricCounts best) {
    int bins = combination.levels();
    int levels = best.levels();
    double[][] cells = new double[best.retained().length][AddedValue.FOLDS * 2 * (bins + levels)];
    for (int bucket = 0; bucket < cells.length; bucket++) {
      // All retained bins of all folds, then all lost ones; then the levels likewise.
      int own = bucket % AddedValue.FOLDS;
      int offset = 0;
      for (double[] counts :
          new double[][] {
            combination.retained()[bucket],
            combination.lost()[bucket],
            best.retained()[bucket],
            best.lost()[bucket]
          }) {
        System.arraycopy(counts, 0, cells[bucket], offset + own * counts.length, counts.length);
        offset += AddedValue.FOLDS * counts.length;
      }
    }

    int split = 2 * AddedValue.FOLDS * bins;
    var jackknife =
        Jackknife.of(
            cells,
            all -> {
              double combined = auc(all, 0, split, bins);
              double alone = auc(all, split, all.length, levels);
              return new double[] {
                combined, alone, Interval.logit(combined), Interval.logit(alone)
              };
            });
    var support = best.support();
    return new Combination(
        MetricCounts.aucEstimate(jackknife, COMBINED, support),
        MetricCounts.aucEstimate(jackknife, BEST, support),
        jackknife.difference(COMBINED, BEST, support.degreesOfFreedom()),
        support);
  }

  /** Whether the combination is better beyond chance, and the support is sufficient to say so. */
  public boolean isBetter() {
    return !support.insufficient() && difference.interval().lower() > 0;
  }

  private static double auc(double[] cells, int from, int to, int levels) {
    int middle = (from + to) / 2;
    return StratifiedAuc.of(
        Arrays.copyOfRange(cells, from, middle), Arrays.copyOfRange(cells, middle, to), levels);
  }
}
