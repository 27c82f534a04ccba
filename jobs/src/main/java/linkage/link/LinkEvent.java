package linkage.link;

import java.util.Arrays;
import java.util.Comparator;

/**
 * One event of a customer on its way through the shuffle: a version, a response, an invitation, a
 * piece of attrition or a transaction, in a few columns that serve all five.
 *
 * <p>A bean, since Spark builds beans by generated code and without boxing their numbers, and
 * public, since that code must reach it; nobody else should use it. Its properties are the columns'
 * names.
 */
public final class LinkEvent {
  static final String CUSTOMER_ID = "customerId";
  static final String KIND = "kind";
  static final String DAY = "day";
  static final String SEQUENCE = "sequence";
  static final String AMOUNT = "amount";
  static final String MARGIN = "margin";
  static final String CODES = "codes";
  static final String TEXTS = "texts";

  // The kinds, in the order in which a timeline wants them.
  static final byte VERSION = 0;
  static final byte RESPONSE = 1;
  static final byte INVITATION = 2;
  static final byte ATTRITION = 3;
  static final byte TRANSACTION = 4;

  // What "sequence" means for the last three; on one day lost comes first.
  static final long UNANSWERED = 0;
  static final long ANSWERED = 1;
  static final long LOST = 0;
  static final long REGAINED = 1;
  static final long OTHER_TRANSACTION = 0;
  static final long PURCHASE = 1;

  /** The margin of a transaction that was delivered without one. */
  static final long NO_MARGIN = Long.MIN_VALUE;

  /** In the order in which a timeline wants a customer's events. */
  static final Comparator<LinkEvent> IN_ORDER =
      Comparator.<LinkEvent>comparingInt(LinkEvent::getKind)
          .thenComparingInt(LinkEvent::getDay)
          .thenComparingLong(LinkEvent::getSequence)
          .thenComparing(LinkEvent::getTexts, Arrays::compare);

  private String customerId;
  private long hash;
  private byte kind;
  private int day;
  private long sequence;
  private long amount;
  private long margin;
  private byte[] codes;
  private String[] texts;

  public String getCustomerId() {
    return customerId;
  }

  public void setCustomerId(String customerId) {
    this.customerId = customerId;
  }

  /** Of the customer's id; see {@link linkage.sql.Together}. */
  public long getHash() {
    return hash;
  }

  public void setHash(long hash) {
    this.hash = hash;
  }

  public byte getKind() {
    return kind;
  }

  public void setKind(byte kind) {
    this.kind = kind;
  }

  /** Effective day, anchor, invitation, loss or return, or transaction, from 1970-01-01. */
  public int getDay() {
    return day;
  }

  public void setDay(int day) {
    this.day = day;
  }

  /** Bucket of a version, microsecond of a response, else what kind of event it is. */
  public long getSequence() {
    return sequence;
  }

  public void setSequence(long sequence) {
    this.sequence = sequence;
  }

  /** Day of acquisition of a version, cents of a transaction, else 0. */
  public long getAmount() {
    return amount;
  }

  public void setAmount(long amount) {
    this.amount = amount;
  }

  /** Cents of a transaction's margin or {@link #NO_MARGIN}, else 0. */
  public long getMargin() {
    return margin;
  }

  public void setMargin(long margin) {
    this.margin = margin;
  }

  /** Answers of a response, one byte per question, else null. */
  public byte[] getCodes() {
    return codes;
  }

  public void setCodes(byte[] codes) {
    this.codes = codes;
  }

  /** Attributes of a version or id of a response, else null. */
  public String[] getTexts() {
    return texts;
  }

  public void setTexts(String[] texts) {
    this.texts = texts;
  }
}
