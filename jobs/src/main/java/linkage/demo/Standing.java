package linkage.demo;

import java.util.List;
import linkage.demo.Life.Attribution;
import linkage.demo.Life.Transaction;

/**
 * How much of a customer the company's own file makes: what was booked on the customer from 360 to
 * 180 days ago. It is known to whoever reads the file, unlike how much the customer is truly
 * inclined to spend.
 */
final class Standing {
  private static final int HALF_YEAR = 180;
  private static final double CENTRE_CENTS = 250_00;
  private static final double SCALE_CENTS = 150_00;
  private static final double HIGHEST = 2;

  private Standing() {}

  /** The standing on a day, roughly from -1.7 (nothing was booked) to {@value #HIGHEST}. */
  static double on(int day, List<Transaction> transactions) {
    long cents = 0;
    for (Transaction transaction : transactions) {
      if (transaction.attribution() == Attribution.CUSTOMER
          && transaction.day() > day - 2 * HALF_YEAR
          && transaction.day() <= day - HALF_YEAR) {
        cents += transaction.kind().sign() * transaction.cents();
      }
    }

    return Math.min(HIGHEST, (cents - CENTRE_CENTS) / SCALE_CENTS);
  }
}
