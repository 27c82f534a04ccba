package linkage.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import linkage.config.Overrides;
import linkage.config.Settings;

/**
 * Sixty customers of two regions, who answered in November (twelve of them) and in January; twenty
 * left. Written as a deployment of its own.
 */
final class TinyCompany {
  private static final String SETTINGS =
      """
      landing: landing
      warehouse: warehouse
      demo: true
      reporting-currency: EUR
      time-zone: Europe/Berlin
      horizons-days: [30]
      segment-sets: [[region]]
      questions:
        nps: {minimum: 0, maximum: 10, favourable: high}
        csat: {minimum: 1, maximum: 5, favourable: high}
      metrics:
        nps: {question: nps, label: NPS}
        csat: {question: csat, label: CSAT}
      sources:
        customers: {files: ["customers_*.csv"], format: csv, file-date: "_([0-9-]{10}).*[.]csv"}
        survey_responses: {files: ["responses_*.csv"], format: csv}
        survey_invitations: {files: ["invitations.csv"], format: csv}
        transactions:
          files: ["transactions_*.csv"]
          format: csv
          order: version
          file-date: "_([0-9-]{10}).*[.]csv"
          gates: {max-bad-share: 0.25}
        attrition: {files: ["attrition_*.csv"], format: csv, file-date: "_([0-9-]{10}).*[.]csv"}
        fx_rates: {files: ["rates_*.csv"], format: csv}
        ledger_totals: {files: ["ledger.csv"], format: csv}
      """;

  private static final Map<String, String> MAPPINGS =
      Map.of(
          "customers", "customer_id, acquired_on, region",
          "survey_responses", "response_id, customer_id, 's' as survey_id, responded_at, nps, csat",
          "survey_invitations", "invitation_id, customer_id, 's' as survey_id, invited_at",
          "transactions",
              "transaction_id, customer_id, occurred_on, kind, amount, currency,"
                  + " revision as version_number",
          "attrition", "customer_id, occurred_on, 'lost' as event",
          "fx_rates", "currency, valid_on, rate",
          "ledger_totals", "month, currency, amount");

  /** The header of transactions. */
  static final String TRANSACTIONS =
      "transaction_id,customer_id,occurred_on,kind,amount,currency,revision";

  private final Path root;
  private final DeploymentFiles files;
  private String settings = SETTINGS;

  /** The company's first delivery. */
  TinyCompany(Path root) {
    this.root = root;
    this.files = new DeploymentFiles(root);
    files.write("conf/tiny/linkage.yaml", settings);
    MAPPINGS.forEach(this::map);

    deliver("customers_2025-01-01.csv", "customer_id,acquired_on,region", customers());
    deliver(
        "responses_1.csv",
        "response_id,customer_id,responded_at,nps,csat",
        IntStream.rangeClosed(1, 12)
            .mapToObj(i -> "n%d,c%d,2024-11-10 09:00:00,%d,%d".formatted(i, i, nps(i), csat(i)))
            .toList());
    deliver(
        "responses_2.csv",
        "response_id,customer_id,responded_at,nps,csat",
        IntStream.rangeClosed(1, 61 /* the last isn't a customer yet */)
            .mapToObj(i -> "j%d,c%d,2025-01-10 09:00:00,%d,%d".formatted(i, i, nps(i), csat(i)))
            .toList());
    deliver(
        "invitations.csv",
        "invitation_id,customer_id,invited_at",
        IntStream.rangeClosed(1, 60)
            .mapToObj(i -> "i%d,c%d,2025-01-09 09:00:00".formatted(i, i))
            .toList());
    deliver("transactions_2025-01-31.csv", TRANSACTIONS, transactions());
    deliver("attrition_2025-01-31.csv", "customer_id,occurred_on", losses());
    deliver("rates_1.csv", "currency,valid_on,rate", List.of("USD,2024-01-01,0.5"));
    deliver("ledger.csv", "month,currency,amount", List.of("2025-01-01,EUR,600.00"));
  }

  /** Maps a source by selecting columns. */
  void map(String source, String columns) {
    files.write("conf/tiny/" + source + ".sql", "select %s, _record from raw".formatted(columns));
  }

  /** Lets any share of a source's rows be bad. */
  void tolerate(String source) {
    declare(source, "gates: {max-bad-share: 1}");
  }

  /** Adds a setting to those of a source. */
  void declare(String source, String setting) {
    change("  %s: {".formatted(source), "  %s: {%s, ".formatted(source, setting));
  }

  /** Has customers' keys made with the secret in an environment variable. */
  void keepSecret(String variable) {
    change("demo: true", "key-variable: " + variable);
  }

  private void change(String before, String after) {
    if (!settings.contains(before)) {
      throw new IllegalArgumentException("The settings have no " + before);
    }
    settings = settings.replace(before, after);
    files.write("conf/tiny/linkage.yaml", settings);
  }

  /** Keeps no longer what needn't be kept: two generations, and days of the last twenty. */
  void keepLittle() {
    change(
        "landing: landing",
        """
        keep-generations: 2
        keep-generations-hours: 0
        keep-staging-days: 20
        keep-quarantine-days: 20
        landing: landing""");
  }

  /** When the n-th content of a file arrives. */
  static Instant arrival(int edition) {
    return DeploymentFiles.ARRIVAL.plusSeconds(60L * (edition - 1));
  }

  Settings settings() {
    return Settings.load(Path.of("conf/tiny"), root, Overrides.NONE, System.getenv());
  }

  /** The same company with its warehouse at another place. */
  Settings settings(String warehouse) {
    return Settings.load(
        Path.of("conf/tiny"),
        root,
        new Overrides(Optional.empty(), Optional.of(warehouse)),
        System.getenv());
  }

  /** What February brings: news, corrections, and a row that nobody can read. */
  void deliverFebruary() {
    deliver(
        "customers_2025-02-28.csv",
        "customer_id,acquired_on,region",
        List.of("c61,2025-01-01,north"));
    deliver("attrition_2025-02-28.csv", "customer_id,occurred_on", List.of("c3,2025-01-25"));
    deliver(
        "transactions_2025-02-28.csv",
        TRANSACTIONS,
        List.of(
            "t1,c1,2025-01-05,purchase,99.00,EUR,4",
            "t2,c2,2025-01-05,purchase,20.00,EUR,6",
            "t70,c7,2025-02-05,purchase,5.00,USD,1",
            "t71,c8,2025-02-06,purchase,abc,EUR,1"));
  }

  /** Takes another expression for a column of a mapping. */
  void remap(String source, String column, String expression) {
    files.write(
        "conf/tiny/" + source + ".sql",
        "select %s, _record from raw"
            .formatted(MAPPINGS.get(source).replace(column, expression + " as " + column)));
  }

  /** Writes a file into landing; one of the same name is replaced. */
  void deliver(String file, String header, List<String> records) {
    boolean isReplaced = Files.exists(root.resolve("landing/" + file));
    // A file that was written again is younger; its size may be the same.
    deliver(
        file,
        header,
        records,
        isReplaced ? DeploymentFiles.ARRIVAL.plusSeconds(60) : DeploymentFiles.ARRIVAL);
  }

  /** Writes a file into landing that arrives at the given time. */
  void deliver(String file, String header, List<String> records, Instant arrival) {
    files.deliver(file, header, records, arrival);
  }

  /** Writes January's transactions again, one of them as given. */
  void replaceTransaction(String id, String record) {
    deliver(
        "transactions_2025-01-31.csv",
        TRANSACTIONS,
        transactions().stream().map(given -> given.startsWith(id + ",") ? record : given).toList());
  }

  /** Removes a file from landing. */
  void remove(String file) {
    try {
      Files.delete(root.resolve("landing/" + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder of the company. */
  Path folder(String name) {
    return root.resolve(name);
  }

  /** Everything that staging keeps, by path, so that any change shows. */
  Map<String, Long> stagedFiles() {
    try (var files = Files.walk(root.resolve("warehouse/staging"))) {
      return files
          .filter(Files::isRegularFile)
          .collect(Collectors.toMap(Path::toString, path -> path.toFile().length()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first losses. */
  static List<String> losses() {
    return IntStream.rangeClosed(1, 60)
        .filter(TinyCompany::isLost)
        .mapToObj(i -> "c%d,2025-01-25".formatted(i))
        .toList();
  }

  /** The first customers. */
  static List<String> customers() {
    return IntStream.rangeClosed(1, 60)
        .mapToObj(i -> "c%d,2024-01-01,%s".formatted(i, region(i)))
        .toList();
  }

  /** The region that a customer first belongs to. */
  static String region(int customer) {
    return customer % 2 == 0 ? "north" : "south";
  }

  private static List<String> transactions() {
    return IntStream.rangeClosed(1, 60)
        .mapToObj(i -> "t%d,c%d,2025-01-05,purchase,10.00,EUR,5".formatted(i, i))
        .toList();
  }

  private static boolean isLost(int i) {
    return i % 3 == 0;
  }

  /** Low for two of three who leave and for one of five who stay. */
  private static int nps(int i) {
    boolean isLow = isLost(i) ? i % 9 != 0 : i % 5 == 0;
    return isLow ? 2 + i % 3 : 7 + i % 4;
  }

  /** Tells nothing. */
  private static int csat(int i) {
    return 1 + i * 7 % 5;
  }
}
