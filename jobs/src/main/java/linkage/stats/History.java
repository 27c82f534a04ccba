package linkage.stats;

import java.util.List;

/**
 * What a customer file knows about a customer without asking: the columns of every model that
 * stands for "what CRM already knows". They are made here and nowhere else.
 *
 * <p><b>Value:</b> logarithms, since amounts, counts and times differ by factors between customers.
 *
 * <p><b>Formula:</b> {@code sign(x) log(1 + |x|)} of each figure; a customer who never bought has
 * the flag 1 and, in place of a recency, 0.
 *
 * <p><b>Nulls and edges:</b> revenue below 0, where refunds prevail, keeps its sign. A tenure below
 * 0, an anchor before the acquisition, counts as 0.
 */
public final class History {

  /** The names of the columns, in order. */
  public static final List<String> COLUMNS =
      List.of(
          "log_past_revenue",
          "log_prior_revenue",
          "log_past_purchases",
          "log_tenure",
          "log_recency",
          "never_purchased");

  private History() {}

  /**
   * One observation's columns, in the order of {@link #COLUMNS}.
   *
   * @param pastRevenue revenue over the horizon that ends at the anchor, in units of currency
   * @param priorRevenue revenue over the horizon before that
   * @param pastPurchases purchases over the horizon that ends at the anchor
   * @param tenureDays days since the acquisition
   * @param recencyDays days since the last purchase; {@code NaN} without one
   */
  public static double[] row(
      double pastRevenue,
      double priorRevenue,
      double pastPurchases,
      double tenureDays,
      double recencyDays) {
    boolean neverPurchased = Double.isNaN(recencyDays);
    return new double[] {
      signedLog(pastRevenue),
      signedLog(priorRevenue),
      signedLog(pastPurchases),
      signedLog(Math.max(0, tenureDays)),
      neverPurchased ? 0 : signedLog(recencyDays),
      neverPurchased ? 1 : 0
    };
  }

  /** {@code sign(x) log(1 + |x|)}: a logarithm that 0 and amounts below 0 have, too. */
  public static double signedLog(double value) {
    return Math.copySign(Math.log1p(Math.abs(value)), value);
  }
}
