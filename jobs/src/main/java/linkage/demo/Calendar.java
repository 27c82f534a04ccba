package linkage.demo;

import java.time.LocalDate;

/** The days of the demo company's world, as epoch days: three years that end at the as-of day. */
final class Calendar {
  static final int MONTHS = 36;
  static final LocalDate LAST_DATE = LocalDate.of(2026, 6, 30);

  /** The last day of the world. */
  static final int END = (int) LAST_DATE.toEpochDay();

  /** The first day of the world. */
  static final int START = firstDayOf(0);

  private Calendar() {}

  /** The first day of a month counted from the start of the world. */
  static int firstDayOf(int month) {
    return (int) LAST_DATE.plusDays(1).minusMonths(MONTHS - month).toEpochDay();
  }

  /** The month, counted from the start of the world, in which a day lies. */
  static int monthOf(int day) {
    LocalDate date = LocalDate.ofEpochDay(day);
    LocalDate start = LocalDate.ofEpochDay(START);
    return (date.getYear() - start.getYear()) * 12 + date.getMonthValue() - start.getMonthValue();
  }

  /** A day of this date. */
  static int day(String isoDate) {
    return (int) LocalDate.parse(isoDate).toEpochDay();
  }
}
