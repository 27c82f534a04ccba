package linkage.demo;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import linkage.demo.NaiveReading.Observation;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The raw files of a company, read by plain Java that shares nothing with the product. */
class DemoCompanyTest {
  /** More than the default, so that raw rates and AUCs are near what was planted. */
  private static final int CUSTOMERS = 10_000;

  private static final List<String> METRICS = List.of("nps", "csat", "ces");

  @TempDir static Path landing;

  private static SparkSession spark;
  private static NaiveReading company;
  private static Map<String, List<Observation>> observationsByRegion;

  @BeforeAll
  static void writeTheCompany() {
    spark = TestSession.spark();
    DemoCompany.write(spark, landing, CUSTOMERS, DemoCompany.DEFAULT_SEED);
    company = new NaiveReading(landing);
    observationsByRegion = company.observations().stream().collect(groupingBy(Observation::region));
  }

  @Test
  void sameSeedGivesTheSameBytesWhateverTheNumberOfPartitions(@TempDir Path other) {
    DemoCompany.write(spark, other, CUSTOMERS, DemoCompany.DEFAULT_SEED, 1);

    assertThat(checksums(other)).isEqualTo(checksums(landing)).hasSize(35);
  }

  @Test
  void anotherSeedGivesAnotherCompanyInTheSameFiles(@TempDir Path one, @TempDir Path other) {
    DemoCompany.write(spark, one, 1_000, 1);
    DemoCompany.write(spark, other, 1_000, 2);

    assertThat(checksums(one).keySet()).isEqualTo(checksums(other).keySet()).hasSize(19);
    assertThat(checksums(one).values()).doesNotContainAnyElementsOf(checksums(other).values());
  }

  @Test
  void replacesALargerCompanyWithoutRemains(@TempDir Path folder) throws IOException {
    DemoCompany.write(spark, folder, 20_000, 1);
    Path foreign = Files.writeString(folder.resolve("crm").resolve("notes.txt"), "keep me");
    DemoCompany.write(spark, folder, 1_000, 1);

    assertThat(checksums(folder)).hasSize(20);
    assertThat(foreign).exists();
    assertThat(new NaiveReading(folder).regions()).hasSize(1_000);
  }

  @Test
  void refusesACompanyThatIsTooSmall(@TempDir Path folder) {
    assertThatThrownBy(() -> DemoCompany.write(spark, folder, 999, 1))
        .hasMessage("Cannot make a demo company of 999 customers, expected 1000 to 1000000.");
  }

  @Test
  void bestMetricIsFarAheadWhereOneWasPlanted() {
    for (PlantedTruth truth : PlantedTruth.bySegment()) {
      if (truth.kind() == PlantedTruth.Kind.BEST) {
        String best = truth.metrics().get(0);
        List<Observation> observations = observationsByRegion.get(truth.segment());
        for (String metric : METRICS) {
          if (!metric.equals(best)) {
            assertThat(NaiveReading.auc(observations, best))
                .as("%s: %s ahead of %s", truth.segment(), best, metric)
                .isGreaterThan(NaiveReading.auc(observations, metric) + 0.08);
          }
        }
      }
    }
  }

  @Test
  void twoMetricsAreEqualAndAheadOfTheThirdInTheEast() {
    List<Observation> east = observationsByRegion.get("East");
    double nps = NaiveReading.auc(east, "nps");

    // The standard error of the difference is about 0.011.
    assertThat(NaiveReading.auc(east, "csat")).isCloseTo(nps, within(0.025));
    assertThat(nps).isGreaterThan(NaiveReading.auc(east, "ces") + 0.08);
  }

  @Test
  void nothingPredictsInTheAlpineRegion() {
    // The standard error is about 0.013; beyond 1.96 of them a verdict would see a signal.
    for (String metric : METRICS) {
      assertThat(NaiveReading.auc(observationsByRegion.get("Alpine"), metric))
          .as(metric)
          .isCloseTo(0.5, within(0.025));
    }
  }

  @Test
  void largeRegionsHaveManyLossesAndSmallOnesAHandful() {
    for (Region region : Region.values()) {
      List<Observation> observations = observationsByRegion.getOrDefault(region.label(), List.of());
      List<Observation> lost = observations.stream().filter(Observation::isLost).toList();
      if (region.kind() == PlantedTruth.Kind.TOO_FEW) {
        assertThat(lost.stream().map(Observation::customer).distinct()).hasSizeLessThan(10);
      } else {
        assertThat(lost).as(region.label()).hasSizeGreaterThan(200);
        assertThat((double) lost.size() / observations.size()).isBetween(0.09, 0.15);
      }
    }
  }

  @Test
  void ledgerTiesToTheCentAndNeedsTheQuarantine() {
    var newest = new HashMap<String, NamedCsvRecord>();
    var booked = new TreeMap<String, BigDecimal>();
    var quarantined = new TreeMap<String, BigDecimal>();
    for (NamedCsvRecord row : company.csv("billing/transactions_*.csv", ',')) {
      boolean isReadable =
          NaiveReading.day(row.getField("booked_on")).isPresent()
              && !row.getField("type").equals("VOUCHER")
              && row.getField("amount").matches("\\d+\\.\\d\\d")
              && row.getField("currency").length() == 3;
      boolean isGood =
          isReadable && !row.getField("txn_id").isEmpty() && !row.getField("margin").contains(",");
      if (isGood) {
        newest.merge(
            row.getField("txn_id"),
            row,
            (one, other) -> revision(one) >= revision(other) ? one : other);
      } else if (isReadable) {
        quarantined.merge(monthAndCurrency(row), signed(row), BigDecimal::add);
      }
    }
    newest
        .values()
        .forEach(row -> booked.merge(monthAndCurrency(row), signed(row), BigDecimal::add));

    Map<String, BigDecimal> explained = new TreeMap<>(booked);
    quarantined.forEach((month, amount) -> explained.merge(month, amount, BigDecimal::add));
    assertThat(explained).isEqualTo(ledger()).hasSize(72);
    assertThat(quarantined).hasSizeBetween(20, 72);
    assertThat(newest.values()).anyMatch(row -> row.getField("customer").isEmpty());
  }

  private static int revision(NamedCsvRecord row) {
    return Integer.parseInt(row.getField("revision"));
  }

  private static String monthAndCurrency(NamedCsvRecord row) {
    String day = row.getField("booked_on");
    return day.substring(5, 7) + "." + day.substring(0, 4) + " " + row.getField("currency");
  }

  private static BigDecimal signed(NamedCsvRecord row) {
    var amount = new BigDecimal(row.getField("amount"));
    return Set.of("REFUND", "CREDIT").contains(row.getField("type")) ? amount.negate() : amount;
  }

  private static Map<String, BigDecimal> ledger() {
    var ledger = new TreeMap<String, BigDecimal>();
    for (NamedCsvRecord row : company.csv("finance/ledger_totals_*.csv", ';')) {
      String amount = row.getField("total").replace(".", "").replace(',', '.');
      ledger.put(row.getField("period") + " " + row.getField("currency"), new BigDecimal(amount));
    }

    return ledger;
  }

  @Test
  void hasTheSizeOfASmallCompany() {
    assertThat(company.regions()).hasSize(CUSTOMERS);
    assertThat(company.lines("surveys/*.gz")).hasSizeBetween(30_000, 45_000);
    assertThat(company.csv("billing/*.csv", ',')).hasSizeBetween(125_000, 175_000);
    assertThat(company.csv("surveys/invitations_*.csv", ',')).hasSizeBetween(50_000, 80_000);
  }

  @Test
  void everyKindOfMessIsInTheResponses() {
    List<String> lines = company.lines("surveys/*.gz");
    double bad = lines.size() * Mess.BAD;

    assertThat(lines)
        .areAtLeastOne(holding("last Tuesday"))
        .areAtLeastOne(holding("2025-02-31"))
        .areAtLeastOne(holding("2093-05-04"))
        .areAtLeastOne(holding("\"csat\",\"score\":9"))
        .areAtLeastOne(holding("\"7,5\""))
        .areAtLeastOne(holding("\"nps\",\"score\":9},{\"question\":\"nps\""))
        .areAtLeastOne(holding("\"customer\":null"))
        .areAtLeastOne(holding("{\"customer\""))
        .areAtLeastOne(holding("\"customer\":\"X-"))
        .areAtLeastOne(holding("\"score\":null"))
        .areAtLeastOne(holding("house"))
        .areAtLeastOne(holding("\\n"))
        .areAtLeastOne(holding("👍"));
    assertThat(lines.stream().filter(line -> !line.endsWith("}")).count())
        .as("cut off")
        .isBetween((long) (bad / 9 / 2), (long) (bad / 9 * 2));
    assertThat(new HashSet<>(lines)).hasSizeLessThan(lines.size() - 100);
  }

  private static Condition<String> holding(String text) {
    Predicate<String> holds =
        line -> line.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
    return new Condition<>(holds, "holding %s", text);
  }

  @Test
  void everyKindOfMessIsInTheOtherFiles() {
    List<NamedCsvRecord> customers = company.csv("crm/customers_*.csv", ';');
    assertThat(values(customers, "since")).contains("about 2019", "31.02.2024", "01.01.2093");
    assertThat(values(customers, "source")).contains("referral", "ads", "sales", "pigeon");
    assertThat(values(customers, "tier")).containsOnly("basic", "plus", "premium", "N/A");
    assertThat(values(customers, "customer_no")).contains("");

    List<NamedCsvRecord> attrition = company.csv("crm/attrition_*.csv", ',');
    assertThat(values(attrition, "event")).containsOnly("LOST", "REGAINED", "PAUSED");
    assertThat(values(attrition, "occurred_on"))
        .contains("end of month", "2025-02-31", "2093-05-04");
    assertThat(values(attrition, "customer_id")).contains("");
    assertThat(values(attrition, "withdrawn")).containsOnly("", "true");
    assertThat(values(attrition, "reason")).containsAll(List.of(Texts.REASONS));

    List<NamedCsvRecord> transactions = company.csv("billing/transactions_*.csv", ',');
    assertThat(values(transactions, "booked_on")).contains("Q3/2025", "2025-02-31", "2093-05-04");
    assertThat(values(transactions, "type"))
        .containsOnly("PURCHASE", "RENEWAL", "REFUND", "CREDIT", "VOUCHER");
    assertThat(values(transactions, "currency")).containsOnly("EUR", "CHF", "EURO");
    assertThat(values(transactions, "customer")).contains("", "NULL");
    assertThat(values(transactions, "revision")).containsOnly("1", "2");
    assertThat(values(transactions, "amount"))
        .anyMatch(amount -> amount.contains(","))
        .anyMatch(amount -> amount.startsWith("-"))
        .contains("0.00");

    List<NamedCsvRecord> invitations = company.csv("surveys/invitations_*.csv", ',');
    assertThat(values(invitations, "sent_at")).contains("3/14/2025 9:05 AM", "2093-05-04 09:00:00");
    assertThat(values(invitations, "invitation_id")).contains("");
    assertThat(values(invitations, "customer_id")).contains("");
  }

  private static Set<String> values(List<NamedCsvRecord> rows, String column) {
    return rows.stream().map(row -> row.getField(column)).collect(Collectors.toSet());
  }

  @Test
  void rowsComeLateTwiceAndCorrected() {
    Map<String, List<NamedCsvRecord>> byId =
        company.csv("billing/transactions_*.csv", ',').stream()
            .collect(groupingBy(row -> row.getField("txn_id")));
    var repeats = new ArrayList<List<NamedCsvRecord>>(byId.values());
    repeats.removeIf(rows -> rows.size() == 1);

    assertThat(repeats)
        .as("exact duplicates")
        .anyMatch(rows -> rows.get(0).getFields().equals(rows.get(1).getFields()));
    assertThat(repeats)
        .as("corrections, and stale revisions that come after the newer one")
        .anyMatch(rows -> revision(rows.get(0)) < revision(rows.get(1)))
        .anyMatch(rows -> revision(rows.get(0)) > revision(rows.get(1)));
    assertThat(rowsOf("billing/transactions_2025-06-30_*.csv"))
        .as("late")
        .anyMatch(row -> row.getField("booked_on").compareTo("2024-06-30") <= 0);
  }

  private static List<NamedCsvRecord> rowsOf(String glob) {
    return company.csv(glob, ',');
  }

  @Test
  void tiersChangeFromSnapshotToSnapshot() {
    Map<String, Set<String>> tiers =
        company.csv("crm/customers_*.csv", ';').stream()
            .collect(
                groupingBy(
                    row -> row.getField("customer_no"),
                    Collectors.mapping(row -> row.getField("tier"), Collectors.toSet())));

    assertThat(tiers.values().stream().filter(seen -> seen.size() > 1).count())
        .isBetween(1_000L, 5_000L);
  }

  private static Map<String, Long> checksums(Path folder) {
    var checksums = new TreeMap<String, Long>();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        var checksum = new CRC32();
        checksum.update(Files.readAllBytes(file));
        checksums.put(folder.relativize(file).toString(), checksum.getValue());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }

    return checksums;
  }
}
