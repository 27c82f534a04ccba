package linkage.job;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What may come to a tiny company, night by night: new, late, corrected, repeated and deleted files
 * in any order, files copied over themselves, customers who leave, return and change their region,
 * rows that are deleted, and rows that can't be read, some of them until their mapping is mended.
 *
 * <p>A corrected file has the keys of the one that it corrects, and a transaction's revision tells
 * what it says: of files that break either, no two ways of reading agree on what they mean.
 */
final class Deliveries {
  private static final LocalDate FIRST = LocalDate.of(2025, 2, 3);
  private static final Map<String, String> HEADERS =
      Map.of(
          "customers", "customer_id,acquired_on,region,is_deleted",
          "transactions", TinyCompany.TRANSACTIONS,
          "responses", "response_id,customer_id,responded_at,nps,csat",
          "attrition", "customer_id,occurred_on,event");

  private final Random random;

  /** Rows by key of each file that came, by name, and how often it came. */
  private final Map<String, Map<String, String>> files = new TreeMap<>();

  private final Map<String, Integer> editions = new LinkedHashMap<>();
  private final Map<String, List<String>> contents = new LinkedHashMap<>();
  private final TinyCompany nightly;
  private final TinyCompany atOnce;
  private boolean isMended = true;
  private LocalDate day = FIRST;

  /**
   * @param nightly gets files as they come
   * @param atOnce gets each content that a file ever had, under names that sort in the same order
   */
  Deliveries(long seed, TinyCompany nightly, TinyCompany atOnce) {
    this.random = new Random(seed);
    this.nightly = nightly;
    this.atOnce = atOnce;
    for (TinyCompany company : List.of(nightly, atOnce)) {
      company.map("customers", "customer_id, acquired_on, region, is_deleted");
      company.map("attrition", "customer_id, occurred_on, event");
      // What came with the first delivery has the columns that are mapped from now on.
      company.deliver(
          "customers_2025-01-01.csv",
          HEADERS.get("customers"),
          TinyCompany.customers().stream().map(row -> row + ",").toList());
      company.deliver(
          "attrition_2025-01-31.csv",
          HEADERS.get("attrition"),
          TinyCompany.losses().stream().map(row -> row + ",lost").toList());
    }
  }

  /** Has a mapping that can't read customers of the west; the one of the single run can. */
  void refuseWest() {
    isMended = false;
    nightly.tolerate("customers");
    nightly.map(
        "customers",
        "customer_id, if(region = 'west', 'never', acquired_on) as acquired_on, region,"
            + " is_deleted");
  }

  /** Mends that mapping: what is put aside can be replayed. */
  void mend() {
    isMended = true;
    nightly.map("customers", "customer_id, acquired_on, region, is_deleted");
  }

  /** A day up to the last night's, to be filled in. */
  LocalDate past(LocalDate last) {
    return last.minusDays(random.nextInt(40));
  }

  /** Delivers what comes before the next night, perhaps nothing; gives back the night's day. */
  LocalDate next() {
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      switch (random.nextInt(7)) {
        case 0 -> correct();
        case 1 -> repeat();
        case 2 -> delete();
        case 3 -> touch();
        default -> deliver();
      }
    }
    LocalDate night = day;
    day = day.plusDays(1 + random.nextInt(20) /* some nights are skipped */);
    return night;
  }

  private void deliver() {
    String kind = List.of("customers", "transactions", "responses", "attrition").get(pick(4));
    // The older the date, the later the file.
    LocalDate dated = day.minusDays(random.nextInt(40));
    Map<String, String> rows = new TreeMap<>();
    for (int i = 0; i < 5; i++) {
      String row = row(kind, dated);
      rows.putIfAbsent(key(kind, row), row);
    }
    put("%s_%s.csv".formatted(kind, dated), rows);
  }

  /** Delivers a file again under its name, some rows changed and the same keys in it. */
  private void correct() {
    if (files.isEmpty()) {
      return;
    }
    String name = List.copyOf(files.keySet()).get(pick(files.size()));
    String kind = kind(name);
    Map<String, String> rows = new TreeMap<>(files.get(name));
    if (rows.values().stream().anyMatch(row -> row.contains(",west,"))) {
      return; // What was put aside of a content that is gone can't be replayed.
    }
    rows.replaceAll((key, row) -> random.nextBoolean() ? row : changed(kind, row));
    put(name, rows);
  }

  /** Delivers the rows of a file again under another date. */
  private void repeat() {
    List<String> customers =
        files.keySet().stream().filter(name -> name.startsWith("customers")).toList();
    if (!customers.isEmpty()) {
      String name = "customers_%s.csv".formatted(day.minusDays(random.nextInt(60)));
      if (!files.containsKey(name)) {
        put(name, files.get(customers.get(pick(customers.size()))));
      }
    }
  }

  /** Copies a file over itself. */
  private void touch() {
    if (!files.isEmpty()) {
      String name = List.copyOf(files.keySet()).get(pick(files.size()));
      nightly.deliver(name, header(name), contents.get(name), nextArrival(name));
    }
  }

  private Instant nextArrival(String name) {
    return TinyCompany.arrival(editions.merge(name, 1, Integer::sum));
  }

  private static String header(String name) {
    return HEADERS.get(kind(name));
  }

  private static String kind(String name) {
    return name.substring(0, name.indexOf('_'));
  }

  /** Removes a file that has been read; what it said stays true. */
  private void delete() {
    files.keySet().stream()
        .filter(name -> name.startsWith("transactions"))
        .findFirst()
        .ifPresent(
            name -> {
              files.remove(name);
              nightly.remove(name);
            });
  }

  private void put(String name, Map<String, String> rows) {
    if (rows.equals(files.get(name))) {
      return;
    }
    String kind = kind(name);
    List<String> records = new ArrayList<>(rows.values());
    if (kind.equals("transactions")) {
      records.add("t9%d,c1,2025-01-0%d,purchase,abc,EUR,1".formatted(pick(3), 1 + pick(9)));
    }
    // What was changed under its name before any night read it has never been.
    files.put(name, rows);
    contents.put(name, records);
    nightly.deliver(name, header(name), records, nextArrival(name));
    pending.put(name, records);
  }

  /** What the coming night will read, by name: its last content. */
  private final Map<String, List<String>> pending = new LinkedHashMap<>();

  private final Map<String, Integer> read = new LinkedHashMap<>();

  /** Hands on what a night has just read: all that came. */
  void wasRead() {
    wasRead(LocalDate.MAX);
  }

  /** Hands on what was just read to fill in a day: files that aren't dated after it. */
  void wasRead(LocalDate until) {
    Map<String, List<String>> seen = new LinkedHashMap<>(pending);
    seen.keySet().removeIf(name -> isAfter(name, until));
    pending.keySet().removeAll(seen.keySet());
    seen.forEach(
        (name, records) -> {
          int edition = read.merge(name, 1, Integer::sum);
          String kind = kind(name);
          String own =
              edition == 1 ? name : name.replace(".csv", "_edition%d.csv".formatted(edition));
          atOnce.deliver(own, header(name), records, TinyCompany.arrival(1));
        });
  }

  /** Responses are undated to the company, whatever their files are called. */
  private static boolean isAfter(String name, LocalDate day) {
    return !name.startsWith("responses")
        && LocalDate.parse(name.replaceAll(".*_([0-9-]{10})[.]csv", "$1")).isAfter(day);
  }

  private String row(String kind, LocalDate dated) {
    int customer = 1 + pick(64);
    return switch (kind) {
      case "customers" ->
          "c%d,2024-0%d-01,%s,%s".formatted(1 + pick(8), 1 + pick(3), region(), isDeleted());
      case "transactions" -> transaction(1 + pick(70), 1 + pick(9));
      case "responses" ->
          "%s%d,c%d,2025-01-1%d 09:00:00,%d,%d"
              .formatted(
                  random.nextBoolean() ? "j" : "k",
                  customer,
                  customer,
                  pick(9),
                  pick(11),
                  1 + pick(5));
      default ->
          "c%d,%s,%s"
              .formatted(
                  customer, dated.minusDays(pick(30)), random.nextBoolean() ? "lost" : "regained");
    };
  }

  private String changed(String kind, String row) {
    String[] values = row.split(",", -1);
    return switch (kind) {
      case "customers" -> "%s,%s,%s,%s".formatted(values[0], values[1], region(), isDeleted());
      case "transactions" -> transaction(Integer.parseInt(values[0].substring(1)), 1 + pick(9));
      case "responses" ->
          "%s,%s,%s,%d,%s".formatted(values[0], values[1], values[2], pick(11), values[4]);
      default -> row;
    };
  }

  private static String transaction(int id, int revision) {
    return "t%d,c%d,2025-01-%02d,purchase,%d.%d0,EUR,%d"
        .formatted(id, 1 + id % 60, 1 + id * revision % 28, 5 + id % 7, revision, revision);
  }

  private static String key(String kind, String row) {
    return kind.equals("attrition") ? row : row.substring(0, row.indexOf(','));
  }

  private String region() {
    return isMended
        ? List.of("north", "south").get(pick(2))
        : List.of("north", "south", "west").get(pick(3));
  }

  private String isDeleted() {
    return pick(8) == 0 ? "true" : "";
  }

  private int pick(int bound) {
    return random.nextInt(bound);
  }
}
