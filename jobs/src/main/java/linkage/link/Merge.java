package linkage.link;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;

/** Cuts sorted events into customers, one after the other, and yields the rows made of each. */
final class Merge implements Iterator<Row> {
  private final Iterator<LinkEvent> events;
  private final CustomerTimeline timeline;
  private final Harvest harvest;
  private LinkEvent pending;
  private boolean isAtEnd;
  private Iterator<Row> rows = Collections.emptyIterator();

  /** What is made of customers. */
  interface Harvest {
    /** The rows of one customer. */
    Iterator<Row> of(String customerId, CustomerTimeline customer);

    /** What is left when all customers of a task are through. */
    default Iterator<Row> rest() {
      return Collections.emptyIterator();
    }
  }

  Merge(Iterator<LinkEvent> events, CustomerTimeline timeline, Harvest harvest) {
    this.events = events;
    this.timeline = timeline;
    this.harvest = harvest;
    this.pending = nextEvent();
  }

  @Override
  public boolean hasNext() {
    while (!rows.hasNext() && !isAtEnd) {
      if (pending == null) {
        isAtEnd = true;
        rows = harvest.rest();
      } else {
        readCustomer();
      }
    }
    return rows.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return rows.next();
  }

  private void readCustomer() {
    String customerId = pending.getCustomerId();
    timeline.clear();
    while (pending != null && pending.getCustomerId().equals(customerId)) {
      add(pending);
      pending = nextEvent();
    }
    rows = harvest.of(customerId, timeline);
  }

  private void add(LinkEvent event) {
    int day = event.getDay();
    switch (event.getKind()) {
      case LinkEvent.VERSION ->
          timeline.addVersion(
              day,
              Math.toIntExact(event.getSequence()),
              Math.toIntExact(event.getAmount()),
              event.getTexts());
      case LinkEvent.RESPONSE -> timeline.addResponse(day, event.getCodes());
      case LinkEvent.INVITATION ->
          timeline.addInvitation(day, event.getSequence() == LinkEvent.ANSWERED);
      case LinkEvent.ATTRITION -> {
        if (event.getSequence() == LinkEvent.LOST) {
          timeline.addLoss(day);
        } else {
          timeline.addReturn(day);
        }
      }
      case LinkEvent.TRANSACTION -> {
        if (event.getSequence() == LinkEvent.PURCHASE) {
          timeline.addPurchase(day, event.getAmount(), event.getMargin());
        } else {
          timeline.addOtherTransaction(day, event.getAmount(), event.getMargin());
        }
      }
      default -> throw new IllegalStateException("Unknown kind of event: " + event.getKind());
    }
  }

  private LinkEvent nextEvent() {
    return events.hasNext() ? events.next() : null;
  }
}
