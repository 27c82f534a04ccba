package linkage.stats;

/**
 * How well a metric's scores tell outcomes apart, whatever kind of outcome it is: what {@link
 * MetricCounts} (complete windows), {@link MetricFollowUp} (open ones, too) and {@link
 * MetricRevenue} (money) have in common.
 */
public interface Discrimination {

  /** The number of levels of the metric's scale, or of its coding. */
  int levels();

  /** How widely the two sides of the outcome are spread over the buckets. */
  Support support();

  /**
   * The probability that the better of two outcomes has the better score, ties counting half, with
   * the scores read in a coding.
   *
   * @throws IllegalArgumentException if the coding doesn't apply to the metric's scale
   */
  double aucValue(Coding coding);

  /** That probability and its logit, replicated together. */
  Jackknife jackknifeOfAuc();

  /** That probability with its interval; see {@link MetricCounts#auc}. */
  default Estimate auc() {
    return MetricCounts.aucEstimate(jackknifeOfAuc(), 0, support());
  }

  /**
   * The same on the scale of the logit, {@code ln(AUC / (1 - AUC))}, on which AUCs of several
   * segments are averaged; infinite and without a variance where the AUC is 0 or 1.
   */
  default Estimate logitAuc() {
    return onBothScales().logit();
  }

  /** The AUC on both scales, for the price of one jackknife. */
  default OnBothScales onBothScales() {
    Jackknife aucs = jackknifeOfAuc();
    return new OnBothScales(
        MetricCounts.aucEstimate(aucs, 0, support()),
        MetricCounts.logitEstimate(aucs, 0, support()));
  }

  /** An AUC as it is, and on the scale of the logit. */
  record OnBothScales(Estimate auc, Estimate logit) {}
}
