package linkage.link;

import java.time.LocalDate;

/**
 * The categories, besides segment attributes, that respondents and all customers are compared in.
 * Both are put into them here, so that they can't drift apart.
 */
public final class MarginCategory {
  /** Completed years since the acquisition: 0, 1, 2 to 4, or 5 and more. */
  public static final String TENURE = "years_of_tenure";

  /** Revenue over the first horizon, ending at the anchor: none, or by powers of ten. */
  public static final String REVENUE = "past_revenue";

  /**
   * The calendar quarter of the anchor. Churn moves with time, and so may the number of answers;
   * without this, the one would look like the other.
   */
  public static final String QUARTER = "calendar_quarter";

  private static final int DAYS_PER_YEAR = 365;
  private static final int CENTS = 100;

  private MarginCategory() {}

  /** The category of {@link #TENURE}. */
  public static String ofTenure(int days) {
    int years = days / DAYS_PER_YEAR;
    return years >= 5 ? "5+" : years >= 2 ? "2-4" : years == 1 ? "1" : "0";
  }

  /** The category of {@link #REVENUE}: the number of digits before the decimal mark, less one. */
  public static String ofRevenue(long cents) {
    return cents < CENTS ? "none" : String.valueOf(Long.toString(cents / CENTS).length() - 1);
  }

  /** The category of {@link #QUARTER}, of a day counted from 1970-01-01. */
  public static String ofQuarter(int day) {
    LocalDate date = LocalDate.ofEpochDay(day);
    return date.getYear() + "-Q" + ((date.getMonthValue() + 2) / 3);
  }
}
