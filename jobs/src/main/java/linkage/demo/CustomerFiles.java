package linkage.demo;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The CRM's snapshots of all customers won so far, lost ones included: semicolons, German dates, a
 * byte order mark, and the tier of that day.
 */
final class CustomerFiles implements Closeable {
  private static final List<String> DAYS =
      List.of("2023-12-31", "2024-12-31", "2025-12-31", "2026-06-30");
  private static final double TIER_NOT_MAINTAINED = 0.003;

  private final Exports snapshots;

  CustomerFiles(Path landing, Exports.Part part) throws IOException {
    snapshots =
        new Exports(
            landing.resolve("crm"),
            "customers",
            ".csv",
            DAYS,
            part,
            "\uFEFFcustomer_no;since;region;tier;source;email");
  }

  private enum Bad {
    MISSING_ID,
    UNPARSABLE_DATE,
    THIRTY_FIRST_OF_FEBRUARY,
    FUTURE_DATE,
    UNKNOWN_SOURCE
  }

  void write(Life life, Mess mess) throws IOException {
    boolean isTierLate = mess.happens(TIER_NOT_MAINTAINED);
    int first = snapshots.exportOf(life.acquiredOn());
    for (int snapshot = first; snapshot < DAYS.size(); snapshot++) {
      String tier =
          isTierLate && snapshot == first
              ? "N/A"
              : life.tierOn(Calendar.day(DAYS.get(snapshot))).name().toLowerCase(Locale.ROOT);
      String since = RawText.germanDay(life.acquiredOn());
      String source = life.isEarned() ? "referral" : mess.oneOf(new String[] {"ads", "sales"});
      snapshots.write(snapshot, row(life, life.customerId(), since, tier, source));
      if (mess.happens(Mess.TWICE)) {
        snapshots.write(snapshot, row(life, life.customerId(), since, tier, source));
      }
      if (mess.happens(Mess.BAD)) {
        snapshots.write(snapshot, bad(life, mess, since, tier, source));
      }
    }
  }

  /** A bad copy, beside the good row, so that no customer is missing from a snapshot. */
  private static String bad(Life life, Mess mess, String since, String tier, String source) {
    String id = life.customerId();
    return switch (mess.oneOf(Bad.values())) {
      case MISSING_ID -> row(life, "", since, tier, source);
      case UNPARSABLE_DATE -> row(life, id, "about 2019", tier, source);
      case THIRTY_FIRST_OF_FEBRUARY -> row(life, id, "31.02.2024", tier, source);
      case FUTURE_DATE -> row(life, id, "01.01.2093", tier, source);
      case UNKNOWN_SOURCE -> row(life, id, since, tier, "pigeon");
    };
  }

  private static String row(Life life, String id, String since, String tier, String source) {
    String email = life.email() == null ? "" : life.email();
    return String.join(";", id, since, life.region().label(), tier, source, email);
  }

  void publish() throws IOException {
    snapshots.publish();
  }

  @Override
  public void close() throws IOException {
    snapshots.close();
  }
}
