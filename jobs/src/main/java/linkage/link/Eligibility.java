package linkage.link;

import java.util.Locale;

/** Whether an observation counts in statistics of outcomes, or why not; first that applies. */
public enum Eligibility {
  /** The anchor lies before the customer's acquisition. */
  BEFORE_ACQUISITION,
  /** Lost, or under notice, on the landmark. */
  NOT_ACTIVE_AT_LANDMARK,
  /** By the inactivity rule of X days: no purchase over (anchor - X, anchor]. */
  INACTIVE_AT_ANCHOR,
  /** None of these. */
  ELIGIBLE;

  // Upper case to lower case once, not once per row.
  private final String column = name().toLowerCase(Locale.ROOT);

  /** The value in the linked table. */
  public String column() {
    return column;
  }
}
