package linkage.demo;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/** What finance booked: the true net revenue in cents per currency and month. */
final class LedgerTotals implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TreeMap<String, long[]> centsByCurrency = new TreeMap<>();

  void book(String currency, int month, long signedCents) {
    centsByCurrency.computeIfAbsent(currency, absent -> new long[Calendar.MONTHS])[month] +=
        signedCents;
  }

  void add(LedgerTotals other) {
    other.centsByCurrency.forEach(
        (currency, cents) -> {
          for (int month = 0; month < Calendar.MONTHS; month++) {
            book(currency, month, cents[month]);
          }
        });
  }

  /** Cents by month, counted from the start of the world, per currency. */
  Map<String, long[]> centsByCurrency() {
    return centsByCurrency;
  }
}
