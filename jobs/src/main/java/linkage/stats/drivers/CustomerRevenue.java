package linkage.stats.drivers;

/**
 * What a customer brings in over a horizon, on average: how many stay, and what those who stay and
 * those who leave spend.
 *
 * <p><b>Value:</b> retention in [0, 1]; spend in currency per customer who stays, and per customer
 * who leaves, within the horizon.
 *
 * @param retention r, the share of customers retained
 * @param spendOfRetained s
 * @param spendOfLost u, such as what they still bought before they left
 */
public record CustomerRevenue(double retention, double spendOfRetained, double spendOfLost) {

  /**
   * From sums over all customers, which add up where averages of those who stay don't.
   *
   * <p><b>Nulls and edges:</b> a linear model may promise a retention above 1 or below 0. It is cut
   * there, with the spend of those it promised, so that no revenue is claimed of customers who
   * don't exist. The spend of a group without customers is {@code NaN}.
   *
   * @param retention the share of customers retained, or what a model makes of it
   * @param fromRetained revenue of the retained, per customer of either kind
   * @param fromLost revenue of the lost, per customer of either kind
   */
  public static CustomerRevenue ofTotals(double retention, double fromRetained, double fromLost) {
    double spend = retention > 0 ? fromRetained / retention : Double.NaN;
    double last = retention < 1 ? fromLost / (1 - retention) : Double.NaN;
    double possible = Math.max(0, Math.min(1, retention));
    return new CustomerRevenue(possible, spend, last);
  }

  /** Revenue per customer: {@code r s + (1 - r) u}. */
  public double expected() {
    double retained = retention == 0 ? 0 : retention * spendOfRetained;
    double lost = retention == 1 ? 0 : (1 - retention) * spendOfLost;
    return retained + lost;
  }
}
