package linkage.stats.drivers;

/**
 * What a change is worth per customer, and whether it comes from keeping more customers or from
 * selling more to them.
 *
 * <p><b>Value:</b> currency per customer over the horizon. The parts sum to the total.
 *
 * <p><b>Formula:</b> {@code Δ = [r₁s₁ + (1 - r₁)u₁] - [r₀s₀ + (1 - r₀)u₀]}, shared out to r, s and
 * u by Shapley's value. As Δ is linear in each, that is the change of each at the mean of the
 * others: {@code (r₁ - r₀)(s̄ - ū)}, {@code r̄ (s₁ - s₀)} and {@code (1 - r̄)(u₁ - u₀)}.
 *
 * <p><b>Nulls and edges:</b> where one side has nobody retained, or nobody lost, their spend is
 * taken to be the other side's: it has no part in the change.
 *
 * @param total Δ
 * @param fromRetention what keeping customers is worth
 * @param fromRetained what more spend of the retained is worth
 * @param fromLost what more spend of the lost is worth
 */
public record MoneyEffect(
    double total, double fromRetention, double fromRetained, double fromLost) {

  /** The effect of a change from one state to another. */
  public static MoneyEffect of(CustomerRevenue before, CustomerRevenue after) {
    double spend0 = either(before.spendOfRetained(), after.spendOfRetained());
    double spend1 = either(after.spendOfRetained(), before.spendOfRetained());
    double last0 = either(before.spendOfLost(), after.spendOfLost());
    double last1 = either(after.spendOfLost(), before.spendOfLost());
    double retention = (before.retention() + after.retention()) / 2;
    return new MoneyEffect(
        after.expected() - before.expected(),
        (after.retention() - before.retention()) * ((spend0 + spend1) - (last0 + last1)) / 2,
        retention * (spend1 - spend0),
        (1 - retention) * (last1 - last0));
  }

  private static double either(double spend, double other) {
    if (!Double.isNaN(spend)) {
      return spend;
    }
    return Double.isNaN(other) ? 0 : other;
  }
}
