package linkage.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;

/**
 * The raw files of a company, as Parquet: 5 responses of 13 questions and 20 transactions per
 * customer, over two and three years, and a further day.
 *
 * @param customers how many there are
 * @param landing where the files lie
 */
public record Company(long customers, Path landing) {
  /** The last day of the first load. */
  public static final LocalDate FIRST_LOAD = LocalDate.of(2026, 6, 30);

  /** The day that is added. */
  public static final LocalDate NEXT_DAY = FIRST_LOAD.plusDays(1);

  private static final int RESPONSES_EACH = 5;
  private static final int TRANSACTIONS_EACH = 20;
  private static final int ANSWERED_DAYS = 730;
  private static final int SOLD_DAYS = 1095;
  private static final int PARTS = 8;

  public long responses() {
    return customers * RESPONSES_EACH;
  }

  public long transactions() {
    return customers * TRANSACTIONS_EACH;
  }

  /** Writes the first load: in several files each, so that all cores can read. */
  public void write(Duck duck) {
    write(duck, "customers", FIRST_LOAD, 0, customers, 1);
    write(duck, "attrition", FIRST_LOAD, 0, customers, 1);
    write(duck, "responses", FIRST_LOAD, 0, responses(), ANSWERED_DAYS);
    write(duck, "transactions", FIRST_LOAD, 0, transactions(), SOLD_DAYS);
  }

  /** Writes what a day adds; that nobody left on it lets windows end that day, too. */
  public void writeNextDay(Duck duck) {
    long answered = responses() / ANSWERED_DAYS;
    long sold = transactions() / SOLD_DAYS;
    write(duck, "attrition", NEXT_DAY, 0, 0, 1);
    write(duck, "responses", NEXT_DAY, responses(), responses() + answered, 1);
    write(duck, "transactions", NEXT_DAY, transactions(), transactions() + sold, 1);
  }

  private void write(Duck duck, String what, LocalDate fileDate, long from, long to, int days) {
    try {
      Path folder = Files.createDirectories(landing.resolve(what));
      int parts = days == 1 ? 1 : PARTS;
      for (int part = 0; part < parts; part++) {
        String query =
            Duck.sql(
                what,
                Map.of(
                    "from",
                    from + (to - from) * part / parts,
                    "to",
                    from + (to - from) * (part + 1) / parts,
                    "customers",
                    customers,
                    "days",
                    days,
                    "first_day",
                    fileDate.minusDays(days - 1L)));
        duck.write(query, folder.resolve("%s_%s_%d.parquet".formatted(what, fileDate, part)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
