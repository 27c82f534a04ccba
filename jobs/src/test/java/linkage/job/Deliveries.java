package linkage.job;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

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

  /** What was delivered before. */
  private static final String CUSTOMERS = "customers_2025-01-01.csv";

  private static final String TRANSACTIONS = "transactions_2025-01-31.csv";
  private static final String ATTRITION = "attrition_2025-01-31.csv";

  private static final Map<String, String> HEADERS =
      Map.of(
          "customers", "customer_id,acquired_on,region,is_deleted",
          "transactions", TinyCompany.TRANSACTIONS,
          "responses", "response_id,customer_id,responded_at,nps,csat",
          "attrition", "customer_id,occurred_on,event");

  /** What comes about beside new files. What really did is told by {@link #seen}. */
  enum Event {
    LATE_FILE,
    CORRECTED_FILE,
    REPEATED_FILE,
    REMOVED_FILE,
    TOUCHED_FILE,
    QUIET_NIGHT,
    SKIPPED_NIGHTS,
    DELETED_CUSTOMER,
    REGAINED_CUSTOMER,
    MOVED_CUSTOMER
  }

  private final Random random;

  /** Rows by key of each file that lies there, by name. */
  private final Map<String, Map<String, String>> files = new TreeMap<>();

  private final Map<String, Integer> editions = new LinkedHashMap<>();
  private final Map<String, List<String>> contents = new LinkedHashMap<>();

  /** What the coming night will read, by name: its last content. */
  private final Map<String, List<String>> pending = new LinkedHashMap<>();

  /** How many contents of a file were read, by name. */
  private final Map<String, Integer> read = new LinkedHashMap<>();

  private final Set<Event> seen = EnumSet.noneOf(Event.class);
  private final TinyCompany nightly;
  private final TinyCompany atOnce;

  /** What comes before each night. */
  private final List<List<Runnable>> plan;

  private boolean isMended = true;
  private LocalDate day = FIRST;

  /**
   * @param nights after which each event will have come about; at least 3
   * @param nightly gets files as they come
   * @param atOnce gets each content that a file ever had, under names that sort in the same order
   */
  Deliveries(long seed, int nights, TinyCompany nightly, TinyCompany atOnce) {
    this.random = new Random(seed);
    this.nightly = nightly;
    this.atOnce = atOnce;
    for (TinyCompany company : List.of(nightly, atOnce)) {
      company.map("customers", "customer_id, acquired_on, region, is_deleted");
      company.map("attrition", "customer_id, occurred_on, event");
      // What came with the first delivery has the columns that are mapped from now on.
      company.deliver(
          CUSTOMERS,
          HEADERS.get("customers"),
          TinyCompany.customers().stream().map(row -> row + ",").toList());
      company.deliver(
          ATTRITION,
          HEADERS.get("attrition"),
          TinyCompany.losses().stream().map(row -> row + ",lost").toList());
    }
    List.of(CUSTOMERS, TRANSACTIONS, ATTRITION).forEach(name -> editions.put(name, 1));
    this.plan = plan(nights);
  }

  /** New files first, then what becomes of them, in any order; one of the later nights is quiet. */
  private List<List<Runnable>> plan(int nights) {
    List<Runnable> first = new ArrayList<>();
    for (String kind :
        List.of(
            "customers", "transactions", "transactions", "responses", "responses", "attrition")) {
      first.add(() -> deliver(kind));
    }
    Collections.shuffle(first, random);
    List<Runnable> later =
        new ArrayList<>(
            List.of(
                this::correct,
                this::correct,
                this::repeat,
                this::remove,
                this::touch,
                this::deliverLate,
                this::deliverAny,
                this::deliverAny));
    Collections.shuffle(later, random);
    List<List<Runnable>> plan = new ArrayList<>();
    for (int night = 0; night < nights; night++) {
      plan.add(new ArrayList<>());
    }
    plan.get(0).addAll(first);
    int quiet = 1 + random.nextInt(nights - 1);
    List<Integer> others =
        IntStream.range(1, nights).filter(night -> night != quiet).boxed().toList();
    for (int i = 0; i < later.size(); i++) {
      plan.get(others.get(i % others.size())).add(later.get(i));
    }
    return plan;
  }

  /** What has come about. */
  Set<Event> seen() {
    return seen;
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

  /** A day before the last night's, to be looked back at. */
  LocalDate before(LocalDate last) {
    return last.minusDays(1 + random.nextInt(40));
  }

  /** A day after the last night's and not after the coming one's, to be filled in. */
  LocalDate between(LocalDate last, LocalDate coming) {
    return coming.minusDays(random.nextLong(ChronoUnit.DAYS.between(last, coming)));
  }

  /** Delivers what comes before the next night, perhaps nothing; gives back the night's day. */
  LocalDate next() {
    if (plan.isEmpty()) {
      deliverAny();
    } else {
      List<Runnable> coming = plan.remove(0);
      coming.forEach(Runnable::run);
      if (coming.isEmpty()) {
        seen.add(Event.QUIET_NIGHT);
      }
    }
    LocalDate night = day;
    int days = 1 + random.nextInt(20);
    if (days > 1) {
      seen.add(Event.SKIPPED_NIGHTS);
    }
    day = day.plusDays(days);
    return night;
  }

  private void deliverAny() {
    deliver(List.copyOf(new TreeSet<>(HEADERS.keySet())).get(pick(HEADERS.size())));
  }

  private void deliver(String kind) {
    // Losses come soon; of all else, the older the date, the later the file.
    deliver(kind, day.minusDays(pick(kind.equals("attrition") ? 9 : 33)));
  }

  /** Delivers transactions dated before others that were read. */
  private void deliverLate() {
    deliver("transactions", date(TRANSACTIONS).minusDays(1 + pick(20)));
    seen.add(Event.LATE_FILE);
  }

  private void deliver(String kind, LocalDate wanted) {
    LocalDate dated = wanted;
    while (editions.containsKey("%s_%s.csv".formatted(kind, dated))) {
      dated = dated.minusDays(1);
    }
    Map<String, String> rows = new TreeMap<>();
    for (int i = 0; i < 5; i++) {
      String row = row(kind, dated, i);
      rows.putIfAbsent(key(kind, row), row);
    }
    put("%s_%s.csv".formatted(kind, dated), rows);
  }

  /** Delivers a file again under its name, some rows changed and the same keys in it. */
  private void correct() {
    List<String> correctable =
        readFiles().stream()
            .filter(name -> !kind(name).equals("attrition"))
            // What was put aside of a content that is gone can't be replayed.
            .filter(name -> files.get(name).values().stream().noneMatch(r -> r.contains(",west,")))
            .toList();
    String name = correctable.get(pick(correctable.size()));
    Map<String, String> rows = new TreeMap<>(files.get(name));
    while (rows.equals(files.get(name))) {
      rows.replaceAll((key, row) -> random.nextBoolean() ? row : changed(kind(name), row));
    }
    put(name, rows);
    seen.add(Event.CORRECTED_FILE);
  }

  /** Delivers the rows of a file again under another date. */
  private void repeat() {
    List<String> customers =
        files.keySet().stream().filter(name -> kind(name).equals("customers")).toList();
    LocalDate dated = day.minusDays(pick(60));
    while (editions.containsKey("customers_%s.csv".formatted(dated))) {
      dated = dated.minusDays(1);
    }
    put("customers_%s.csv".formatted(dated), files.get(customers.get(pick(customers.size()))));
    seen.add(Event.REPEATED_FILE);
  }

  /** Copies a file over itself. */
  private void touch() {
    List<String> readable = readFiles();
    String name = readable.get(pick(readable.size()));
    nightly.deliver(name, header(name), contents.get(name), nextArrival(name));
    seen.add(Event.TOUCHED_FILE);
  }

  /** Removes a file that has been read; what it said stays true. */
  private void remove() {
    List<String> transactions =
        readFiles().stream().filter(name -> kind(name).equals("transactions")).toList();
    String name =
        transactions.isEmpty() ? TRANSACTIONS : transactions.get(pick(transactions.size()));
    files.remove(name);
    nightly.remove(name);
    seen.add(Event.REMOVED_FILE);
  }

  /** Files that lie there as a night has read them. */
  private List<String> readFiles() {
    return files.keySet().stream().filter(name -> !pending.containsKey(name)).toList();
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

  private void put(String name, Map<String, String> rows) {
    List<String> records = new ArrayList<>(rows.values());
    if (kind(name).equals("transactions")) {
      records.add("t9%d,c1,2025-01-0%d,purchase,abc,EUR,1".formatted(pick(3), 1 + pick(9)));
    }
    // What was changed under its name before any night read it has never been.
    files.put(name, rows);
    contents.put(name, records);
    nightly.deliver(name, header(name), records, nextArrival(name));
    pending.put(name, records);
    rows.values().forEach(row -> note(name, row));
  }

  /** What a row brings about beside the first delivery. */
  private void note(String name, String row) {
    String[] values = row.split(",", -1);
    if (kind(name).equals("customers") && date(name).isAfter(date(CUSTOMERS))) {
      if (values[3].equals("true")) {
        seen.add(Event.DELETED_CUSTOMER);
      } else if (!values[2].equals(TinyCompany.region(number(values[0])))) {
        seen.add(Event.MOVED_CUSTOMER);
      }
    }
    if (kind(name).equals("attrition")
        && values[2].equals("regained")
        && TinyCompany.losses().stream()
            .map(lost -> lost.split(","))
            .anyMatch(lost -> lost[0].equals(values[0]) && lost[1].compareTo(values[1]) < 0)) {
      seen.add(Event.REGAINED_CUSTOMER);
    }
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(1));
  }

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
    return !name.startsWith("responses") && date(name).isAfter(day);
  }

  private static LocalDate date(String name) {
    return LocalDate.parse(name.replaceAll(".*_([0-9-]{10})[.]csv", "$1"));
  }

  /** A row; the first of a file do what all others may: delete, move or bring back. */
  private String row(String kind, LocalDate dated, int index) {
    int customer = 1 + pick(64);
    if (kind.equals("customers") && index < 2) {
      int known = 1 + index + 2 * pick(4);
      return "c%d,2024-01-01,%s,%s"
          .formatted(known, TinyCompany.region(known + index), index == 0 ? "true" : "");
    }
    if (kind.equals("attrition") && index == 0) {
      return "c%d,%s,regained".formatted(3 + 3 * pick(20), dated);
    }
    return switch (kind) {
      case "customers" ->
          "c%d,2024-0%d-01,%s,%s".formatted(1 + pick(8), 1 + pick(3), region(), isDeleted());
      case "transactions" -> transaction(1 + pick(70), revision());
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
      case "transactions" -> transaction(number(values[0]), revision());
      case "responses" ->
          "%s,%s,%s,%d,%s".formatted(values[0], values[1], values[2], pick(11), values[4]);
      default -> row;
    };
  }

  /** Not that of the first delivery, which said other things. */
  private int revision() {
    int revision = 1 + pick(8);
    return revision < 5 ? revision : revision + 1;
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
