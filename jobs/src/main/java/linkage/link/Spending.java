package linkage.link;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * What one customer bought and paid, by day.
 *
 * <p><b>Cost:</b> O(log e) time for a window over e transactions, by running sums of exact cents;
 * O(e) memory.
 */
final class Spending {
  private final Days days = new Days();
  private final LongArrayList runningCents = new LongArrayList();
  private final LongArrayList runningMargins = new LongArrayList();

  /** How many transactions so far came without a margin. */
  private final IntArrayList runningUnknowns = new IntArrayList();

  private final Days purchases = new Days();

  void clear() {
    days.clear();
    runningCents.clear();
    runningMargins.clear();
    runningUnknowns.clear();
    purchases.clear();
  }

  /**
   * Adds a purchase.
   *
   * @param marginCents {@link LinkEvent#NO_MARGIN} if it isn't known
   */
  void addPurchase(int day, long cents, long marginCents) {
    addOther(day, cents, marginCents);
    purchases.add(day);
  }

  /** Adds a transaction other than a purchase. */
  void addOther(int day, long cents, long marginCents) {
    boolean isUnknown = marginCents == LinkEvent.NO_MARGIN;
    int last = days.size() - 1;
    long sum = Math.addExact(centsUntil(last), cents);
    long margins = isUnknown ? marginsUntil(last) : Math.addExact(marginsUntil(last), marginCents);
    int unknowns = unknownsUntil(last) + (isUnknown ? 1 : 0);
    if (last >= 0 && days.get(last) == day) {
      runningCents.set(last, sum);
      runningMargins.set(last, margins);
      runningUnknowns.set(last, unknowns);
    } else {
      days.add(day);
      runningCents.add(sum);
      runningMargins.add(margins);
      runningUnknowns.add(unknowns);
    }
  }

  /** The days of purchases. */
  Days purchases() {
    return purchases;
  }

  /** Purchases after a day and up to another. */
  int purchases(int after, int upTo) {
    return purchases.countUpTo(upTo) - purchases.countUpTo(after);
  }

  boolean hasPurchase(int after, int upTo) {
    return purchases(after, upTo) > 0;
  }

  /** Days since the last purchase, {@link Observation#NONE} without one. */
  int recency(int day) {
    int before = purchases.countUpTo(day);
    return before == 0 ? Observation.NONE : day - purchases.get(before - 1);
  }

  /** Revenue in cents after a day and up to another. */
  long revenue(int after, int upTo) {
    return Math.subtractExact(
        centsUntil(days.countUpTo(upTo) - 1), centsUntil(days.countUpTo(after) - 1));
  }

  /** Margin in cents likewise; null if a transaction of the window came without one. */
  Long margin(int after, int upTo) {
    int from = days.countUpTo(after) - 1;
    int to = days.countUpTo(upTo) - 1;
    return unknownsUntil(to) > unknownsUntil(from)
        ? null
        : (Long) Math.subtractExact(marginsUntil(to), marginsUntil(from));
  }

  private long centsUntil(int index) {
    return index < 0 ? 0 : runningCents.getLong(index);
  }

  private long marginsUntil(int index) {
    return index < 0 ? 0 : runningMargins.getLong(index);
  }

  private int unknownsUntil(int index) {
    return index < 0 ? 0 : runningUnknowns.getInt(index);
  }
}
