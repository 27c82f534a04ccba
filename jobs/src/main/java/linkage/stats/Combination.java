package linkage.stats;

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
 * <p><b>Cost:</b> O(buckets × (bins + levels)).
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
    Pairs combined = new Pairs(combination);
    Pairs alone = new Pairs(best);
    double[][] replicates = new double[best.retained().length][];
    for (int bucket = 0; bucket < replicates.length; bucket++) {
      replicates[bucket] = statistics(combined.aucWithout(bucket), alone.aucWithout(bucket));
    }
    var jackknife = Jackknife.ofReplicates(statistics(combined.auc(), alone.auc()), replicates);
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

  private static double[] statistics(double combined, double alone) {
    return new double[] {combined, alone, Interval.logit(combined), Interval.logit(alone)};
  }

  /**
   * The pairs of retained and lost within folds. A bucket lies in one fold, so leaving it out
   * changes the pairs of that fold alone.
   */
  private static final class Pairs {
    private final MetricCounts counts;
    private final double[][] retained = new double[AddedValue.FOLDS][];
    private final double[][] lost = new double[AddedValue.FOLDS][];
    private final double[] concordant = new double[AddedValue.FOLDS];
    private final double[] all = new double[AddedValue.FOLDS];

    Pairs(MetricCounts counts) {
      this.counts = counts;
      for (int fold = 0; fold < AddedValue.FOLDS; fold++) {
        retained[fold] = new double[counts.levels()];
        lost[fold] = new double[counts.levels()];
        for (int bucket = fold; bucket < counts.lost().length; bucket += AddedValue.FOLDS) {
          Sums.add(retained[fold], counts.retained()[bucket]);
          Sums.add(lost[fold], counts.lost()[bucket]);
        }
        concordant[fold] = Auc.concordant(retained[fold], lost[fold]);
        all[fold] = Sums.of(retained[fold]) * Sums.of(lost[fold]);
      }
    }

    double auc() {
      return share(Sums.of(concordant), Sums.of(all));
    }

    double aucWithout(int bucket) {
      int fold = bucket % AddedValue.FOLDS;
      double[] retainedLeft = minus(retained[fold], counts.retained()[bucket]);
      double[] lostLeft = minus(lost[fold], counts.lost()[bucket]);
      return share(
          Sums.of(concordant) - concordant[fold] + Auc.concordant(retainedLeft, lostLeft),
          Sums.of(all) - all[fold] + Sums.of(retainedLeft) * Sums.of(lostLeft));
    }

    private static double share(double concordant, double all) {
      return all > 0 ? concordant / all : Double.NaN;
    }

    private static double[] minus(double[] total, double[] part) {
      double[] left = total.clone();
      for (int level = 0; level < left.length; level++) {
        left[level] -= part[level];
      }
      return left;
    }
  }
}
