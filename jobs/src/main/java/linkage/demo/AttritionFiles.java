package linkage.demo;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import linkage.demo.Life.Attrition;

/**
 * The CRM's exports of losses and returns, with reasons in the customers' own words: several lines,
 * quotes and delimiters in quoted fields. A loss that was recorded by mistake is withdrawn by the
 * next export.
 */
final class AttritionFiles implements Closeable {
  private static final double MISTAKEN = 0.004;

  private final Exports exports;

  AttritionFiles(Path landing, Exports.Part part) throws IOException {
    exports =
        new Exports(
            landing.resolve("crm"),
            "attrition",
            ".csv",
            Exports.YEARLY,
            part,
            "customer_id,event,occurred_on,noticed_on,reason,withdrawn");
  }

  private enum Bad {
    MISSING_CUSTOMER,
    UNPARSABLE_DATE,
    THIRTY_FIRST_OF_FEBRUARY,
    FUTURE_DATE,
    UNKNOWN_EVENT
  }

  void write(Life life, Mess mess) throws IOException {
    for (Attrition event : life.attrition()) {
      if (event.occurredOn() <= Calendar.END) {
        write(life, event, mess);
      }
    }
    int day = Calendar.START + mess.random().nextInt(Calendar.END - Calendar.START);
    if (mess.happens(MISTAKEN) && isMistakeAt(day, life)) {
      String id = life.customerId();
      exports.write(exports.exportOf(day), row(id, "LOST", RawText.isoDay(day), "", "", ""));
      exports.write(
          exports.exportOf(day) + 1, row(id, "LOST", RawText.isoDay(day), "", "", "true"));
    }
  }

  /** Only a day on which nothing really happened, and with an export to withdraw it by. */
  private boolean isMistakeAt(int day, Life life) {
    return day > life.acquiredOn()
        && exports.isFollowed(day)
        && life.attrition().stream().noneMatch(event -> event.occurredOn() == day);
  }

  private void write(Life life, Attrition event, Mess mess) throws IOException {
    String id = life.customerId();
    String kind = event.isLoss() ? "LOST" : "REGAINED";
    String day = RawText.isoDay(event.occurredOn());
    String noticed = event.noticedOn().map(RawText::isoDay).orElse("");
    String reason = event.isLoss() && !mess.happens(0.1) ? Texts.REASONS[event.reason()] : "";
    // A wrong row has another day of notice, or none.
    Optional<String> wrong =
        event.isLoss() && mess.happens(2 * Mess.CORRECTED)
            ? Optional.of(row(id, kind, day, noticed.isEmpty() ? day : "", reason, ""))
            : Optional.empty();
    exports.deliver(event.occurredOn(), row(id, kind, day, noticed, reason, ""), wrong, mess);
    if (mess.happens(Mess.BAD)) {
      String bad =
          switch (mess.oneOf(Bad.values())) {
            case MISSING_CUSTOMER -> row("", kind, day, noticed, reason, "");
            case UNPARSABLE_DATE -> row(id, kind, "end of month", noticed, reason, "");
            case THIRTY_FIRST_OF_FEBRUARY -> row(id, kind, "2025-02-31", noticed, reason, "");
            case FUTURE_DATE -> row(id, kind, "2093-05-04", noticed, reason, "");
            case UNKNOWN_EVENT -> row(id, "PAUSED", day, noticed, reason, "");
          };
      exports.write(exports.exportOf(event.occurredOn()), bad);
    }
  }

  private static String row(
      String id, String event, String day, String noticed, String reason, String withdrawn) {
    return String.join(",", id, event, day, noticed, RawText.csv(reason, ','), withdrawn);
  }

  void publish() throws IOException {
    exports.publish();
  }

  @Override
  public void close() throws IOException {
    exports.close();
  }
}
