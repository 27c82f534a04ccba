package linkage.stats;

import java.util.Arrays;

/**
 * What is expected to be lost per customer of a band of scores, from what became of those who gave
 * such scores before.
 *
 * <p><b>Value:</b> {@code retention} in [0, 1]; the others in units of the revenue, per customer
 * over the horizon.
 *
 * <p><b>Formula:</b> {@code perCustomer = (1 - R)(s - u)}: R is the {@link KaplanMeier} retention
 * at the horizon, with the interval of {@link MetricFollowUp#retentionCurve}; s and u are the mean
 * revenues of those retained and of those lost, of complete windows. Who is lost still pays until
 * then, which is u. Its interval is Student's t about a {@link Jackknife} of all three together.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} where nobody was followed up through the horizon, or
 * nobody was retained. While nobody with a complete window was lost, u counts as 0, so that a loss
 * is never made small by what isn't known. No interval of {@code perCustomer} where the {@link
 * Support} is insufficient.
 *
 * <p><b>Cost:</b> O(buckets × periods).
 *
 * @param retention the share still there at the horizon
 * @param perCustomer what a customer of the band is expected to take along
 * @param ifRetained mean revenue of who stays
 * @param ifLost mean revenue of who is lost
 * @param support how widely losses and retained lie
 */
public record LossAtRisk(
    Estimate retention, Estimate perCustomer, double ifRetained, double ifLost, Support support) {
  /** Cells of money: retained observations, their revenue, lost ones, theirs. */
  public static final int MONEY_CELLS = 4;

  private static final int RETAINED = 0;
  private static final int FROM_RETAINED = 1;
  private static final int LOST = 2;
  private static final int FROM_LOST = 3;

  private static final Estimate UNKNOWN =
      new Estimate(Double.NaN, Double.NaN, 0, Interval.UNDEFINED);

  /**
   * Estimates.
   *
   * @param followUp the metric's answers, {@linkplain MetricFollowUp#upTo up to} the horizon
   * @param from the first level of the band
   * @param to the last one
   * @param money of complete windows of the band, as [bucket][{@value #MONEY_CELLS} cells]
   */
  public static LossAtRisk of(MetricFollowUp followUp, int from, int to, double[][] money) {
    int periods = followUp.last() + 1;
    double[][] cells = new double[money.length][];
    for (int bucket = 0; bucket < money.length; bucket++) {
      cells[bucket] = Arrays.copyOf(money[bucket], MONEY_CELLS + 2 * periods);
      for (int period = 0; period < periods; period++) {
        for (int level = from; level <= to; level++) {
          cells[bucket][MONEY_CELLS + period] += followUp.lost()[bucket][period][level];
          cells[bucket][MONEY_CELLS + periods + period] +=
              followUp.censored()[bucket][period][level];
        }
      }
    }
    var support =
        Support.of(
            Arrays.stream(money).mapToDouble(bucket -> bucket[RETAINED]).toArray(),
            Arrays.stream(money).mapToDouble(bucket -> bucket[LOST]).toArray());
    var jackknife = Jackknife.of(cells, all -> new double[] {perCustomer(all, periods)});
    Estimate perCustomer = jackknife.component(0, support.degreesOfFreedom());
    if (support.insufficient()) {
      perCustomer = new Estimate(perCustomer.value(), Double.NaN, 0, Interval.UNDEFINED);
    }
    double[] total = Sums.ofColumns(cells);
    return new LossAtRisk(
        followUp.retentionCurve(from, to).stream()
            .filter(point -> point.period() == followUp.last())
            .map(MetricFollowUp.CurvePoint::retention)
            .findFirst()
            .orElse(UNKNOWN),
        perCustomer,
        ifRetained(total),
        ifLost(total),
        support);
  }

  private static double perCustomer(double[] cells, int periods) {
    int first = MONEY_CELLS;
    double[] retention =
        KaplanMeier.retention(
            Arrays.copyOfRange(cells, first, first + periods),
            Arrays.copyOfRange(cells, first + periods, first + 2 * periods));
    return (1 - retention[periods - 1]) * (ifRetained(cells) - ifLost(cells));
  }

  private static double ifRetained(double[] cells) {
    return cells[RETAINED] > 0 ? cells[FROM_RETAINED] / cells[RETAINED] : Double.NaN;
  }

  private static double ifLost(double[] cells) {
    return cells[LOST] > 0 ? cells[FROM_LOST] / cells[LOST] : 0;
  }
}
