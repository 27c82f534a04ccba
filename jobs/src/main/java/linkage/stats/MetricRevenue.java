package linkage.stats;

import java.util.Arrays;
import java.util.List;

/**
 * What one metric's answers were followed by in revenue: observations by bucket, bin of revenue and
 * level.
 *
 * <p>A sum of money has no two classes, so what is measured is order: of two customers who spent
 * differently, does the one with the better score spend more? Like an AUC it doesn't depend on the
 * currency, and the few largest customers don't decide it.
 *
 * <p>The arrays are used as they are, not copied, and must not change afterwards.
 *
 * @param counts observations, or their weights, as [bucket][bin][level], bins in the order of
 *     revenue and levels in favourable order; null in place of the levels where a bucket has none
 * @param pairsWithin per bin how many pairs in it may differ in revenue; 0 where all spent the same
 */
public record MetricRevenue(double[][][] counts, double[] pairsWithin) implements Discrimination {
  private static final double ROUNDING = 1e-12;

  @Override
  public int levels() {
    for (double[][] bucket : counts) {
      for (double[] bin : bucket) {
        if (bin != null) {
          return bin.length;
        }
      }
    }
    return 0;
  }

  /**
   * How widely observations with less and with more revenue are spread over the buckets.
   *
   * <p><b>Value:</b> the two classes are the bins up to some bin and those above it, whichever cut
   * leaves the scarcer class in the most buckets, the lowest among equals. For an outcome of two
   * bins it is the {@link Support} of the two.
   */
  @Override
  public Support support() {
    return widestCut().support();
  }

  /** The last bin on the lower side of the cut that {@link #support} rests on; -1 without any. */
  public int cut() {
    return widestCut().bin();
  }

  private record Cut(int bin, Support support) {}

  private Cut widestCut() {
    int bins = pairsWithin.length;
    int[] beginning = new int[bins];
    int[] ending = new int[bins];
    int above = 0;
    for (double[][] bucket : counts) {
      int lowest = bins;
      int highest = -1;
      for (int bin = 0; bin < bins; bin++) {
        if (bucket[bin] != null && Sums.of(bucket[bin]) > 0) {
          lowest = Math.min(lowest, bin);
          highest = bin;
        }
      }
      if (highest >= 0) {
        beginning[lowest]++;
        ending[highest]++;
        above++;
      }
    }
    var best = new Cut(-1, new Support(0, 0));
    int below = 0;
    for (int bin = 0; bin < bins; bin++) {
      below += beginning[bin];
      above -= ending[bin];
      var support = new Support(below, above);
      if (support.degreesOfFreedom() > best.support().degreesOfFreedom()) {
        best = new Cut(bin, support);
      }
    }
    return best;
  }

  private double inBin(int bucket, int bin) {
    return counts[bucket][bin] == null ? 0 : Sums.of(counts[bucket][bin]);
  }

  /**
   * The chance that of two customers whose revenues lie in different bins, the one with the better
   * score has the higher revenue, a tie of scores counting one half.
   *
   * <p><b>Value:</b> in [0, 1]; 0.5 says nothing. With the interval of an AUC, by {@link #support}.
   *
   * <p><b>Formula:</b> {@link Concordance#value} of {@link #pairs}. It is the concordance of the
   * exact revenues but for pairs within a bin, from which it differs by at most {@link
   * #unresolvedShare}. The interval is that of an AUC, widened at both ends so that it holds the
   * concordance of the exact revenues, however the pairs within bins are ordered: {@code (1 - s) L}
   * to {@code U + s (1 - U)} for the unresolved share s.
   *
   * <p><b>Nulls and edges:</b> {@code NaN} if all observations lie in one bin.
   *
   * <p><b>Cost:</b> O(cells in use × levels + bins × levels): a pair leaves with either of its
   * buckets, so the concordance without a bucket follows from the pairs that it has a part in.
   *
   * <p><b>References:</b> R: {@code survival::concordance(bin ~ level)}.
   */
  @Override
  public Estimate auc() {
    return onBothScales().auc();
  }

  @Override
  public OnBothScales onBothScales() {
    OnBothScales counted = Discrimination.super.onBothScales();
    Estimate auc = counted.auc();
    Interval interval = unresolved().probability(auc.interval());
    return new OnBothScales(
        new Estimate(auc.value(), auc.variance(), auc.degreesOfFreedom(), interval),
        counted.logit());
  }

  @Override
  public double aucValue(Coding coding) {
    return pairs(Arrays.stream(sum()).map(coding::recode).toArray(double[][]::new)).value();
  }

  @Override
  public Jackknife jackknifeOfAuc() {
    return jackknifeOfAucs(List.of(this));
  }

  /**
   * The concordances of several metrics on the same observations, followed by their logits, all
   * replicated together.
   */
  static Jackknife jackknifeOfAucs(List<MetricRevenue> metrics) {
    int size = metrics.size();
    double[] estimate = new double[2 * size];
    double[][] replicates = new double[metrics.get(0).counts.length][2 * size];
    for (int metric = 0; metric < size; metric++) {
      double[][] all = metrics.get(metric).sum();
      double[][] others = others(all);
      double[] total = halfOf(all, others);
      estimate[metric] = total[0] / total[1];
      estimate[size + metric] = Interval.logit(estimate[metric]);
      for (int bucket = 0; bucket < replicates.length; bucket++) {
        double[][] own = metrics.get(metric).counts[bucket];
        double[] leaving = halfOf(own, others);
        double[] within = halfOf(own, others(own));
        // Pairs within the bucket leave once, though both of their sides do.
        double favourable = total[0] - 2 * leaving[0] + within[0];
        double ordered = total[1] - 2 * leaving[1] + within[1];
        double value = ordered > ROUNDING * total[1] ? favourable / ordered : Double.NaN;
        replicates[bucket][metric] = value;
        replicates[bucket][size + metric] = Interval.logit(value);
      }
    }
    return Jackknife.ofReplicates(estimate, replicates);
  }

  /**
   * With how many of a table's observations one of each bin and level makes a pair of different
   * bins: as [bin][level], in which the better score has more revenue, ties counting half, and last
   * any. A bin that isn't there is null.
   */
  private static double[][] others(double[][] bins) {
    double[][] others = new double[bins.length][];
    int levels = 0;
    for (double[] bin : bins) {
      levels = bin == null ? levels : bin.length;
    }
    double[] lower = new double[levels];
    double[] higher = new double[levels];
    for (double[] bin : bins) {
      if (bin != null) {
        Sums.add(higher, bin);
      }
    }
    for (int bin = 0; bin < bins.length; bin++) {
      if (bins[bin] == null) {
        continue;
      }
      double[] here = new double[levels + 1];
      double worse = 0;
      double better = 0;
      for (int level = 0; level < levels; level++) {
        higher[level] -= bins[bin][level];
        better += higher[level];
      }
      for (int level = 0; level < levels; level++) {
        better -= higher[level];
        here[level] = worse + better + (lower[level] + higher[level]) / 2;
        worse += lower[level];
        here[levels] += lower[level] + higher[level];
        lower[level] += bins[bin][level];
      }
      others[bin] = here;
    }
    return others;
  }

  /** Half of all pairs of a table's observations with others: favourable, and any. */
  private static double[] halfOf(double[][] bins, double[][] others) {
    double favourable = 0;
    double ordered = 0;
    for (int bin = 0; bin < bins.length; bin++) {
      if (bins[bin] != null) {
        int levels = bins[bin].length;
        for (int level = 0; level < levels; level++) {
          favourable += bins[bin][level] * others[bin][level];
          ordered += bins[bin][level] * others[bin][levels];
        }
      }
    }
    return new double[] {favourable / 2, ordered / 2};
  }

  /** The pairs behind {@link #auc}; those within a bin tie. */
  public Concordance pairs() {
    return pairs(sum());
  }

  /** All buckets together, as [bin][level]. */
  private double[][] sum() {
    double[][] sum = new double[pairsWithin.length][levels()];
    for (double[][] bucket : counts) {
      for (int bin = 0; bin < sum.length; bin++) {
        if (bucket[bin] != null) {
          Sums.add(sum[bin], bucket[bin]);
        }
      }
    }
    return sum;
  }

  /**
   * How far the concordance can be from that of the exact revenues.
   *
   * <p><b>Value:</b> the share, in [0, 1], of pairs that lie within one bin of several amounts,
   * among these and the pairs of different bins. Were all of them concordant, or all discordant,
   * the exact value would differ by at most this.
   *
   * <p><b>Formula:</b> {@code W / (D + W)}, D the ordered pairs of different bins. With a share c
   * of W' ≤ W pairs of different exact revenue concordant, the exact value is {@code (D C + W' c) /
   * (D + W')}, so it differs by {@code W' |c - C| / (D + W') ≤ W / (D + W)}.
   */
  public double unresolvedShare() {
    double within = Sums.of(pairsWithin);
    return within / (within + pairs().ordered());
  }

  /** What that does to intervals and claims. */
  Unresolved unresolved() {
    return new Unresolved(unresolvedShare());
  }

  /** The observations of each bin and bucket, whatever was answered. */
  double[] totals() {
    double[] totals = new double[counts.length * pairsWithin.length];
    for (int bucket = 0; bucket < counts.length; bucket++) {
      for (int bin = 0; bin < pairsWithin.length; bin++) {
        totals[bucket * pairsWithin.length + bin] = inBin(bucket, bin);
      }
    }
    return totals;
  }

  private static Concordance pairs(double[][] bins) {
    return Concordance.of(bins, new double[bins.length][bins[0].length]);
  }
}
