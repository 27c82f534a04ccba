package linkage.demo;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import linkage.demo.Life.Kind;
import linkage.demo.Life.Transaction;

/**
 * The billing system's exports. Every transaction has a revision; the highest one counts, even if a
 * lower one is delivered later.
 *
 * <p>What can't be accepted never breaks the tie to the ledger. It is either a bad copy of a
 * booking that is also delivered well, with its key; or a booking of which month, kind, amount and
 * currency are readable, so that the quarantine explains it.
 */
final class TransactionFiles implements Closeable {
  private static final double BAD_COPY = 0.004;
  private static final double BAD_BOOKING = 0.001;
  private static final double STALE = 0.2;

  private final Exports exports;

  TransactionFiles(Path landing, Exports.Part part) throws IOException {
    exports =
        new Exports(
            landing.resolve("billing"),
            "transactions",
            ".csv",
            Exports.YEARLY,
            part,
            "txn_id,customer,booked_on,type,amount,currency,margin,revision");
  }

  private enum BadCopy {
    UNPARSABLE_DATE,
    THIRTY_FIRST_OF_FEBRUARY,
    FUTURE_DATE,
    DECIMAL_COMMA,
    NEGATIVE,
    UNKNOWN_KIND,
    UNKNOWN_CURRENCY
  }

  void write(Life life, Mess mess, LedgerTotals ledger) throws IOException {
    for (Transaction transaction : life.transactions()) {
      String currency = life.region().currency();
      ledger.book(
          currency,
          Calendar.monthOf(transaction.day()),
          transaction.kind().sign() * transaction.cents());
      Row row = row(life, transaction, currency, mess);
      if (mess.happens(BAD_BOOKING)) {
        boolean hasMargin = !row.margin().isEmpty();
        Row bad =
            hasMargin && mess.happens(0.5)
                ? row.withMargin(RawText.commaAmount(transaction.marginCents()))
                : row.withId("");
        exports.write(exports.exportOf(transaction.day()), bad.csv());
        continue;
      }
      if (mess.happens(BAD_COPY)) {
        exports.write(exports.exportOf(transaction.day()), badCopy(row, transaction, mess).csv());
      }
      if (mess.happens(Mess.CORRECTED)) {
        writeCorrected(transaction, row, mess);
      } else {
        exports.deliver(transaction.day(), row.csv(), mess);
      }
    }
  }

  private static Row row(Life life, Transaction transaction, String currency, Mess mess) {
    String customer =
        switch (transaction.attribution()) {
          case CUSTOMER -> life.customerId();
          case NOBODY -> mess.happens(0.3) ? "NULL" : "";
          case STRANGER -> life.customerId().replace("C-", "X-");
        };
    boolean hasMargin = transaction.kind() == Kind.PURCHASE || transaction.kind() == Kind.RENEWAL;
    return new Row(
        transaction.id(),
        customer,
        RawText.isoDay(transaction.day()),
        transaction.kind().name(),
        RawText.amount(transaction.cents()),
        currency,
        hasMargin ? RawText.amount(transaction.marginCents()) : "",
        1);
  }

  /** Delivers a wrong first revision and the right second one, sometimes in the wrong order. */
  private void writeCorrected(Transaction transaction, Row row, Mess mess) throws IOException {
    int export = exports.exportOf(transaction.day());
    int next = exports.isFollowed(transaction.day()) ? export + 1 : export;
    boolean isStale = mess.happens(STALE);
    String wrong = row.withAmount(RawText.amount(transaction.cents() * 10)).csv();
    String right = row.withRevision(2).csv();
    exports.write(export, isStale ? right : wrong);
    exports.write(next, isStale ? wrong : right);
  }

  private static Row badCopy(Row row, Transaction transaction, Mess mess) {
    return switch (mess.oneOf(BadCopy.values())) {
      case UNPARSABLE_DATE -> row.withBookedOn("Q3/2025");
      case THIRTY_FIRST_OF_FEBRUARY -> row.withBookedOn("2025-02-31");
      case FUTURE_DATE -> row.withBookedOn("2093-05-04");
      case DECIMAL_COMMA -> row.withAmount(RawText.commaAmount(transaction.cents()));
      case NEGATIVE -> row.withAmount("-" + RawText.amount(transaction.cents() + 1));
      case UNKNOWN_KIND -> row.withType("VOUCHER");
      case UNKNOWN_CURRENCY -> row.withCurrency("EURO");
    };
  }

  void publish() throws IOException {
    exports.publish();
  }

  @Override
  public void close() throws IOException {
    exports.close();
  }

  /** One transaction as the billing system writes it. */
  private record Row(
      String id,
      String customer,
      String bookedOn,
      String type,
      String amount,
      String currency,
      String margin,
      int revision) {
    Row withId(String text) {
      return new Row(text, customer, bookedOn, type, amount, currency, margin, revision);
    }

    Row withBookedOn(String text) {
      return new Row(id, customer, text, type, amount, currency, margin, revision);
    }

    Row withType(String text) {
      return new Row(id, customer, bookedOn, text, amount, currency, margin, revision);
    }

    Row withAmount(String text) {
      return new Row(id, customer, bookedOn, type, text, currency, margin, revision);
    }

    Row withCurrency(String text) {
      return new Row(id, customer, bookedOn, type, amount, text, margin, revision);
    }

    Row withMargin(String text) {
      return new Row(id, customer, bookedOn, type, amount, currency, text, revision);
    }

    Row withRevision(int number) {
      return new Row(id, customer, bookedOn, type, amount, currency, margin, number);
    }

    String csv() {
      return String.join(
          ",",
          id,
          customer,
          bookedOn,
          type,
          RawText.csv(amount, ','),
          currency,
          RawText.csv(margin, ','),
          Integer.toString(revision));
    }
  }
}
