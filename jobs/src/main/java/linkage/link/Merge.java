package linkage.link;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import linkage.sql.Together;
import org.apache.spark.sql.Row;

/**
 * Puts customers' events on a timeline, one customer after the other, and yields the rows made of
 * each.
 */
final class Merge implements Iterator<Row> {
  private final Together<LinkEvent> customers;
  private final CustomerTimeline timeline;
  private final Harvest harvest;
  private final List<LinkEvent> events = new ArrayList<>();
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
    this.customers = new Together<>(events, LinkEvent::getHash, LinkEvent::getCustomerId);
    this.timeline = timeline;
    this.harvest = harvest;
  }

  @Override
  public boolean hasNext() {
    while (!rows.hasNext() && !isAtEnd) {
      if (customers.next(this::hold)) {
        readCustomer();
      } else {
        isAtEnd = true;
        rows = harvest.rest();
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

  /** Events of a customer share one text of its id, which would be half of what is held. */
  private void hold(LinkEvent event) {
    if (!events.isEmpty()) {
      event.setCustomerId(events.get(0).getCustomerId());
    }
    events.add(event);
  }

  private void readCustomer() {
    timeline.clear();
    events.sort(LinkEvent.IN_ORDER);
    events.forEach(this::add);
    rows = harvest.of(events.get(0).getCustomerId(), timeline);
    events.clear();
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
}
