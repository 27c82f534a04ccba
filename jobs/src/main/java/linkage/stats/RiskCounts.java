package linkage.stats;

import java.util.Arrays;

/**
 * What one metric's answers were followed by, among customers of equal baseline risk: retained and
 * lost observations and the sum of their baseline log odds, by bucket, {@link RiskStrata stratum}
 * and level.
 *
 * <p>The baseline log odds of being retained must come from a model that has not seen the
 * observation's own outcome, such as {@link Logistic#withoutFold}: else it knows what the metric is
 * asked to add. The arrays are used as they are, not copied, and must not change afterwards.
 *
 * @param levels the number of levels of the metric's scale
 * @param retained retained observations (or their weights) as [bucket][stratum * levels + level],
 *     levels in favourable order
 * @param lost lost observations, likewise
 * @param logOdds the sum of the baseline log odds of both, times their weights if there are any,
 *     likewise
 */
public record RiskCounts(int levels, double[][] retained, double[][] lost, double[][] logOdds) {

  /** How widely the losses and the retained observations are spread over the buckets. */
  public Support support() {
    return Support.of(Sums.ofRows(retained), Sums.ofRows(lost));
  }

  /**
   * The {@link StratifiedAuc} within the baseline's strata, with interval as {@link
   * MetricCounts#auc}.
   *
   * <p><b>Cost:</b> O(buckets × strata × levels).
   */
  public Estimate aucWithinStrata() {
    int cells = retained.length == 0 ? 0 : retained[0].length;
    double[][] both = new double[retained.length][2 * cells];
    for (int bucket = 0; bucket < both.length; bucket++) {
      System.arraycopy(retained[bucket], 0, both[bucket], 0, cells);
      System.arraycopy(lost[bucket], 0, both[bucket], cells, cells);
    }
    var jackknife =
        Jackknife.of(
            both,
            all -> {
              double auc =
                  StratifiedAuc.of(
                      Arrays.copyOf(all, cells), Arrays.copyOfRange(all, cells, 2 * cells), levels);
              return new double[] {auc, Interval.logit(auc)};
            });
    return MetricCounts.aucEstimate(jackknife, 0, support());
  }

  /**
   * What the metric adds to the baseline; see {@link AddedValue}.
   *
   * <p><b>Cost:</b> O(buckets × strata × levels), with a dozen small fits on strata × levels cells.
   */
  public AddedValue addedValue() {
    return new AddedValueFit(this).addedValue();
  }
}
