package linkage.stats;

import java.util.Arrays;

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
 * @param counts observations as [bucket][bin][level], bins in the order of revenue and levels in
 *     favourable order
 * @param isSingleAmount per bin whether all in it spent the same, as those do who spent nothing
 */
public record MetricRevenue(double[][][] counts, boolean[] isSingleAmount)
    implements Discrimination {

  @Override
  public int levels() {
    return counts[0][0].length;
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
    var best = new Support(0, 0);
    double[] below = new double[counts.length];
    double[] above = totals();
    for (int bin = 0; bin < isSingleAmount.length; bin++) {
      for (int bucket = 0; bucket < counts.length; bucket++) {
        double here = Sums.of(counts[bucket][bin]);
        below[bucket] += here;
        above[bucket] -= here;
      }
      var support = Support.of(above, below);
      if (support.degreesOfFreedom() > best.degreesOfFreedom()) {
        best = support;
      }
    }
    return best;
  }

  /**
   * The chance that of two customers whose revenues lie in different bins, the one with the better
   * score has the higher revenue, a tie of scores counting one half.
   *
   * <p><b>Value:</b> in [0, 1]; 0.5 says nothing. With the interval of an AUC, by {@link #support}.
   *
   * <p><b>Formula:</b> {@link Concordance#value} of {@link #pairs}. It is the concordance of the
   * exact revenues but for pairs within a bin, from which it differs by at most {@link
   * #unresolvedShare}.
   *
   * <p><b>Nulls and edges:</b> {@code NaN} if all observations lie in one bin.
   *
   * <p><b>Cost:</b> O(buckets × bins × levels).
   *
   * <p><b>References:</b> R: {@code survival::concordance(bin ~ level)}.
   */
  @Override
  public Estimate auc() {
    return Discrimination.super.auc();
  }

  @Override
  public double aucValue(Coding coding) {
    return pairs(Arrays.stream(sum()).map(coding::recode).toArray(double[][]::new)).value();
  }

  @Override
  public Jackknife jackknifeOfAuc() {
    int levels = levels();
    double[][] cells = new double[counts.length][];
    for (int bucket = 0; bucket < counts.length; bucket++) {
      cells[bucket] = Arrays.stream(counts[bucket]).flatMapToDouble(Arrays::stream).toArray();
    }
    return Jackknife.of(
        cells,
        all -> {
          double[][] bins = new double[all.length / levels][];
          for (int bin = 0; bin < bins.length; bin++) {
            bins[bin] = Arrays.copyOfRange(all, bin * levels, (bin + 1) * levels);
          }
          double value = pairs(bins).value();
          return new double[] {value, Interval.logit(value)};
        });
  }

  /** The pairs behind {@link #auc}; those within a bin tie. */
  public Concordance pairs() {
    return pairs(sum());
  }

  /** All buckets together, as [bin][level]. */
  private double[][] sum() {
    double[][] sum = new double[isSingleAmount.length][levels()];
    for (double[][] bucket : counts) {
      for (int bin = 0; bin < sum.length; bin++) {
        Sums.add(sum[bin], bucket[bin]);
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
    double within = 0;
    for (int bin = 0; bin < isSingleAmount.length; bin++) {
      double observations = 0;
      for (double[][] bucket : counts) {
        observations += Sums.of(bucket[bin]);
      }
      within += isSingleAmount[bin] ? 0 : observations * (observations - 1) / 2;
    }
    return within / (within + pairs().ordered());
  }

  private double[] totals() {
    return Sums.ofRows(Arrays.stream(counts).map(Sums::ofRows).toArray(double[][]::new));
  }

  private static Concordance pairs(double[][] bins) {
    return Concordance.of(bins, new double[bins.length][bins[0].length]);
  }
}
