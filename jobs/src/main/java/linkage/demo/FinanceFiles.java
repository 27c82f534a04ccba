package linkage.demo;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** The files of finance: exchange rates and ledger totals, in the German number format. */
final class FinanceFiles {
  private static final DateTimeFormatter PERIOD =
      DateTimeFormatter.ofPattern("MM.yyyy", Locale.ROOT);
  private static final int DAYS_PER_WEEK = 7;

  private FinanceFiles() {}

  /** Writes weekly rates of the franc, which wander; one row is bad and one is there twice. */
  static void writeRates(Path landing, long seed) throws IOException {
    SplittableRandom random = Lives.stream(seed, -1, 3);
    Path path = landing.resolve("finance").resolve("fx_rates_2026-06-30.csv");
    try (var file = new RawFile(path, 0)) {
      file.write("currency;valid_from;rate");
      double rate = 1.02;
      for (int day = Calendar.START - 5; day <= Calendar.END; day += DAYS_PER_WEEK) {
        rate *= StrictMath.exp(0.006 * random.nextGaussian());
        String text = String.format(Locale.ROOT, "%.4f", rate).replace('.', ',');
        String row = "CHF;" + RawText.germanDay(day) + ";" + text;
        file.write(row);
        if (day == Calendar.START - 5) {
          file.write(row);
          file.write("CHF;31.02.2024;" + text);
        }
      }
      file.publish();
    }
  }

  /**
   * Writes the ledger's totals: after two years, with a last month that isn't closed yet; and after
   * three, corrected and complete.
   */
  static void writeLedger(Path landing, LedgerTotals totals) throws IOException {
    writeLedger(landing, totals, "2025-06-30", 24);
    writeLedger(landing, totals, "2026-06-30", Calendar.MONTHS);
  }

  private static void writeLedger(Path landing, LedgerTotals totals, String exported, int months)
      throws IOException {
    Path path = landing.resolve("finance").resolve("ledger_totals_" + exported + ".csv");
    try (var file = new RawFile(path, 0)) {
      file.write("period;currency;total");
      for (Map.Entry<String, long[]> booked : totals.centsByCurrency().entrySet()) {
        for (int month = 0; month < months; month++) {
          boolean isOpen = months < Calendar.MONTHS && month == months - 1;
          long cents = booked.getValue()[month] - (isOpen ? 12_345 : 0);
          String period = LocalDate.ofEpochDay(Calendar.firstDayOf(month)).format(PERIOD);
          file.write(period + ";" + booked.getKey() + ";" + german(cents));
        }
      }
      file.publish();
    }
  }

  private static String german(long cents) {
    return String.format(Locale.GERMANY, "%,.2f", BigDecimal.valueOf(cents, 2));
  }
}
