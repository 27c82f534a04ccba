package linkage.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.contract.Field;

/**
 * Thirty customers, with a recognisable text in every column that the contracts classify PII: what
 * is theirs begins with {@link #mark}. Written as a deployment of its own.
 *
 * <p>A company may lack one of them: then their transactions are nobody's.
 */
final class PersonalCompany {
  /** In every text that is somebody's. */
  static final String ANYBODY = "qzx";

  private static final int CUSTOMERS = 30;

  private static final String LOST_ON = "2025-01-25";

  /** One that ends no word in other formats. */
  private static final String DELIMITER = "^";

  /** In every identifier: what would end one, were a text taken apart without care. */
  private static final String WITHIN = ": ";

  /** Those left once and came back, long before anybody was asked: no figure is another for it. */
  private static final Set<Integer> RETURNED = Set.of(7, 11);

  /** Sources with one row per customer; of attrition, fewer. */
  private static final List<String> SOURCES =
      List.of("customers", "survey_responses", "survey_invitations", "transactions", "attrition");

  /** What isn't classified PII, and has to be there. */
  private static final Map<String, String> PLAIN =
      Map.ofEntries(
          Map.entry("acquired_on", "2024-01-01"),
          Map.entry("acquisition_source", "earned"),
          Map.entry("survey_id", "s"),
          Map.entry("responded_at", "2025-01-10 09:00:00"),
          Map.entry("invited_at", "2025-01-09 09:00:00"),
          Map.entry("occurred_on", "2025-01-05"),
          Map.entry("kind", "purchase"),
          Map.entry("amount", "10.00"),
          Map.entry("currency", "EUR"),
          Map.entry("event", "lost"));

  private final Path root;
  private final DeploymentFiles files;
  private final int without;

  /** The company without a customer; 0 is nobody. */
  PersonalCompany(Path root, int without) {
    this.root = root;
    this.files = new DeploymentFiles(root);
    this.without = without;
    files.write(
        "conf/personal/linkage.yaml",
        """
        landing: landing
        warehouse: warehouse
        reporting-currency: EUR
        time-zone: Europe/Berlin
        demo: true
        smallest-group: 1
        keep-staging-days: 20
        keep-quarantine-days: 20
        horizons-days: [30]
        segment-sets: [[region]]
        questions:
          nps: {minimum: 0, maximum: 10, favourable: high}
        metrics:
          nps: {question: nps, label: NPS}
        sources:
        """
            + SOURCES.stream().map(s -> source(s)).collect(Collectors.joining()));
    for (String source : SOURCES) {
      files.write(
          "conf/personal/" + source + ".sql",
          "select %s, _record from raw".formatted(String.join(", ", columns(source))));
    }
    deliver("1");
    // Rows that are refused, with their text: for a score, an amount and a kind, and cut off.
    append("survey_responses", "1", line("survey_responses", 7, "-bad").replaceFirst("5$", "99"));
    append("transactions", "1", line("transactions", 7, "-bad").replace("10.00", "ten"));
    append("transactions", "1", line("transactions", 7, "-kind").replace("purchase", "swap"));
    append("transactions", "1", cut(7));
  }

  private static String source(String name) {
    return "  %s: {files: [\"%s_*.csv\"], format: csv, delimiter: \"%s\"}\n"
        .formatted(name, name, DELIMITER);
  }

  /** A purchase of a customer that broke off, so that nobody's number can be read. */
  String cut(int customer) {
    return customer == without
        ? "cut" + DELIMITER
        : mark(customer) + "-cut" + DELIMITER + id(customer);
  }

  /** What everything begins with that is a customer's own. */
  static String mark(int customer) {
    return ANYBODY + "%04d".formatted(customer);
  }

  static String id(int customer) {
    return mark(customer) + WITHIN + "customer_id";
  }

  Settings settings() {
    return Settings.load(Path.of("conf/personal"), root, Overrides.NONE, Map.of());
  }

  Path folder(String name) {
    return root.resolve(name);
  }

  /** Another delivery of everybody, in files of their own. */
  void deliver(String name) {
    for (String source : SOURCES) {
      List<String> lines = new ArrayList<>();
      lines.add(String.join(DELIMITER, columns(source)));
      for (int customer = 1; customer <= CUSTOMERS; customer++) {
        if (customer == without && !source.equals("transactions")) {
          continue;
        }
        String line = line(source, customer, "");
        if (!source.equals("attrition") || isLost(customer)) {
          lines.add(line);
        } else if (RETURNED.contains(customer)) {
          lines.add(line.replace(LOST_ON, "2024-06-01"));
          lines.add(line.replace(LOST_ON, "2024-07-01").replace("lost", "regained"));
        }
      }
      files.write("landing/%s_%s.csv".formatted(source, name), String.join("\n", lines) + "\n");
    }
  }

  /** One more row at the end of a file; of the one who isn't there, only if it is money. */
  void append(String source, String name, String line) {
    if (line.isEmpty()) {
      return;
    }
    Path file = root.resolve("landing/%s_%s.csv".formatted(source, name));
    try {
      files.write(root.relativize(file).toString(), Files.readString(file) + line + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A row of a customer; empty if they are not in the company and it is no money. */
  String line(String source, int customer, String suffix) {
    if (customer == without && !source.equals("transactions")) {
      return "";
    }
    return columns(source).stream()
        .map(column -> value(source, column, customer, suffix))
        .collect(Collectors.joining(DELIMITER));
  }

  private static boolean isLost(int customer) {
    return customer % 4 == 0;
  }

  private String value(String source, String column, int customer, String suffix) {
    if (column.equals("nps")) {
      // The seventh is refused for theirs, which no other number of the row may be.
      return String.valueOf(
          customer == 7 ? 5 : isLost(customer) ? 1 + customer % 3 : 7 + customer % 4);
    }
    if (column.equals("region")) {
      return customer % 2 == 0 ? "north" : "south";
    }
    if (column.equals("occurred_on") && source.equals("attrition")) {
      return LOST_ON;
    }
    if (!Contract.source(source).field(column).isPersonal()) {
      return PLAIN.get(column);
    }
    if (customer == without) {
      return Contract.source(source).field(column).isKey() ? "nobodys-" + column + suffix : "";
    }
    return mark(customer)
        + WITHIN
        + column
        + (Contract.source(source).field(column).isKey() ? suffix : "");
  }

  /** Every column that is classified PII, and what has to be there beside it. */
  static List<String> columns(String source) {
    List<String> columns =
        new ArrayList<>(
            Contract.source(source).fields().stream()
                .filter(field -> field.isPersonal() || PLAIN.containsKey(field.name()))
                .map(Field::name)
                .toList());
    if (source.equals("survey_responses")) {
      columns.add("nps");
    }
    if (source.equals("customers")) {
      columns.add("region");
    }
    return columns;
  }
}
