package linkage.demo;

import java.util.List;

/**
 * What was planted about a driver whose ratings go with revenue for a wrong reason: the customer's
 * {@link Standing} stands behind both.
 *
 * <ul>
 *   <li>{@code appreciation}: who spent much is made much of, and spends much anyway. The rating
 *       itself changes nothing.
 *   <li>{@code app}: who spent much expects much and rates low. But who doesn't rate low books an
 *       option for the half-year that follows, at {@value #OPTION_CENTS} cents on each quarterly
 *       bill. In the raw figures the first hides the second.
 * </ul>
 *
 * <p>Both ratings depend on the standing and on chance only, and the standing is over before the
 * half-year begins that any option was booked in. So what history holds is enough to find both
 * truths.
 *
 * @param driver the question's id
 * @param worthOfALow revenue that each low rating (0 to 6) loses within 180 days, in the company's
 *     reporting currency: what a customer would have brought who had rated in the middle
 */
public record PlantedDriver(String driver, double worthOfALow) {
  /** What an option costs per quarterly bill. */
  static final long OPTION_CENTS = 20_00;

  private static final int HIGHEST_LOW_SCORE = 6;
  private static final int LANDMARK_DAYS = 1;
  private static final int HORIZON_DAYS = 180;
  private static final double BILLS = HORIZON_DAYS / 91.0;

  /**
   * Some are lost before their bills come, and some bills are booked on nobody; a franc is more
   * than a euro. Measured over simulated lives, which a test repeats.
   */
  private static final double REACHING_THE_FILE = 0.93;

  /** What was planted. */
  public static List<PlantedDriver> all() {
    return List.of(
        new PlantedDriver(Question.APPRECIATION.id(), 0),
        new PlantedDriver(Question.APP.id(), BILLS * OPTION_CENTS / 100 * REACHING_THE_FILE));
  }

  /** Whether who gave this score books an option; nobody does who doesn't use the app. */
  static boolean bringsAnOption(int score) {
    return score > HIGHEST_LOW_SCORE;
  }

  /** Whether an option booked with a response is on the bill of a day. */
  static boolean isOnBill(int respondedOn, int day) {
    int landmark = respondedOn + LANDMARK_DAYS;
    return day > landmark && day <= landmark + HORIZON_DAYS;
  }

  /**
   * What moving all low ratings to the middle is worth per customer.
   *
   * @param lowShare the share of customers who rate low
   */
  public double worthPerCustomer(double lowShare) {
    return lowShare * worthOfALow;
  }

  /** Whether a found interval per customer holds what was planted. */
  public boolean agreesWith(double lower, double upper, double lowShare) {
    double worth = worthPerCustomer(lowShare);
    return lower <= worth && worth <= upper;
  }
}
