package linkage.link;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.time.LocalDate;

/** The days of one kind of event of a customer, in order; a day may be there more than once. */
final class Days {
  private final IntArrayList days = new IntArrayList();

  /**
   * Adds a day.
   *
   * @throws IllegalStateException if it is earlier than the last one
   */
  void add(int day) {
    if (!days.isEmpty() && last() > day) {
      throw new IllegalStateException(
          "Cannot link a customer: an event of %s comes after one of %s, expected order by day."
              .formatted(LocalDate.ofEpochDay(day), LocalDate.ofEpochDay(last())));
    }
    days.add(day);
  }

  void clear() {
    days.clear();
  }

  int size() {
    return days.size();
  }

  boolean isEmpty() {
    return days.isEmpty();
  }

  int get(int index) {
    return days.getInt(index);
  }

  int last() {
    return days.getInt(days.size() - 1);
  }

  /** How many are not after a day. */
  int countUpTo(int day) {
    int from = 0;
    int to = days.size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (days.getInt(middle) <= day) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }
}
