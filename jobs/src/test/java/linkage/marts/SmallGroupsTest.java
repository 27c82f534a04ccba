package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.contract.Field;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.jdk.javaapi.CollectionConverters;

/** Figures of few people are kept back, and can't be had by subtracting what is shown. */
class SmallGroupsTest {
  /** Rows of these marts are about people and rest on no count of them that could be small. */
  private static final Set<String> WITHOUT_GROUPS =
      Set.of("customers_at_risk" /* one person each */, "verdict_history" /* of best_metrics */);

  @TempDir static Path root;

  private static Settings settings;

  @BeforeAll
  static void declareSegments() throws Exception {
    Path folder = Files.createDirectories(root.resolve("conf/shop"));
    Files.writeString(folder.resolve("customers.sql"), "select *, _record from raw");
    Files.writeString(
        folder.resolve("linkage.yaml"),
        """
        landing: exports
        reporting-currency: EUR
        time-zone: UTC
        demo: true
        segment-sets: [[region], [tier], [region, tier]]
        sources:
          customers: {files: ["c.csv"], format: csv}
        """);
    settings = Settings.load(Path.of("conf/shop"), root, Overrides.NONE, Map.of());
  }

  @Test
  void everyMartOfSegmentsSaysWhatItKeepsBack() {
    for (String mart : Contract.marts()) {
      Contract contract = Contract.mart(mart);
      boolean isOfSegments = contract.has("segment_set") && !WITHOUT_GROUPS.contains(mart);
      assertThat(contract.has("is_suppressed")).as(mart).isEqualTo(isOfSegments);
    }
  }

  /** What a contract demands stays in a row that is kept back. */
  @Test
  void noContractDemandsAFigureOfPeople() {
    for (String mart : Contract.marts()) {
      Contract contract = Contract.mart(mart);
      if (contract.has("is_suppressed")) {
        assertThat(contract.fields())
            .filteredOn(Field::required)
            .extracting(Field::name)
            .noneMatch(name -> name.matches(".*(customers|observations|lost|frame)_count"))
            .noneMatch(name -> name.matches(".*_(amount|rate)"));
      }
    }
  }

  @Test
  void fourCustomersAreTooFewAndFiveAreEnough() {
    List<Row> shown =
        hidden(
            List.of(
                month("region", "north", 4, 1, 0),
                month("region", "south", 0, 0, 0),
                month("region", "east", 3, 0, 1),
                month("region", "west", 2, 1, 1)));

    assertThat(shown)
        .extracting(row -> row.getAs("segment") + " " + row.getAs("is_suppressed"))
        .containsExactlyInAnyOrder("north false", "south false", "east true", "west true");
    Row east = shown.stream().filter(SmallGroupsTest::isSuppressed).findFirst().orElseThrow();
    assertThat(east.<Object>getAs("opening_customers_count")).isNull();
    assertThat(east.<Object>getAs("lost_amount")).isNull();
    assertThat(east.<Date>getAs("month")).isEqualTo(Date.valueOf("2026-01-01"));
    assertThat(east.<String>getAs("currency")).isEqualTo("EUR");
  }

  /** The region alone would be all less the other regions. */
  @Test
  void oneSmallSegmentTakesTheNextSmallestAlong() {
    assertThat(suppressed(regions("north 60", "south 40", "east 3")))
        .containsExactlyInAnyOrder("region south", "region east");
  }

  /** Gold in the north is three: without a second gold and a second north, it could be told. */
  @Test
  void aCellOfTwoAttributesIsHiddenInBothDirections() {
    assertThat(
            suppressed(
                List.of(
                    month("all", "all", 223, 0, 0),
                    month("region", "north", 63, 0, 0),
                    month("region", "south", 160, 0, 0),
                    month("tier", "gold", 73, 0, 0),
                    month("tier", "basic", 150, 0, 0),
                    month("region × tier", "north · gold", 3, 0, 0),
                    month("region × tier", "north · basic", 60, 0, 0),
                    month("region × tier", "south · gold", 70, 0, 0),
                    month("region × tier", "south · basic", 90, 0, 0))))
        .containsExactlyInAnyOrder(
            "region × tier north · gold",
            "region × tier north · basic",
            "region × tier south · gold",
            "region × tier south · basic");
  }

  @Test
  void theWholeCompanyOfTheBridgeIsAlwaysShown() {
    assertThat(suppressed(List.of(month("all", "all", 1, 0, 0)))).isEmpty();
  }

  /** Scores add up to the answers of the segment, which metric_predictiveness publishes. */
  @Test
  void oneSmallScoreTakesAnotherScoreAlong() {
    List<Row> rows = List.of(score(0, 3), score(5, 50), score(9, 200), score(10, 90));

    assertThat(
            hidden("retention_by_score", rows).stream()
                .filter(SmallGroupsTest::isSuppressed)
                .map(row -> row.<Integer>getAs("score")))
        .containsExactlyInAnyOrder(0, 5);
  }

  /** All less the three shown would be three people. */
  @Test
  void twoSmallSegmentsThatAreSmallTogetherTakeAThirdAlong() {
    assertThat(suppressed(regions("north 60", "south 50", "west 30", "east 1", "isles 2")))
        .containsExactlyInAnyOrder("region west", "region east", "region isles");
  }

  @Test
  void twoSmallSegmentsThatAreEnoughTogetherAreHiddenAlone() {
    assertThat(suppressed(regions("north 60", "south 50", "east 4", "isles 3")))
        .containsExactlyInAnyOrder("region east", "region isles");
  }

  @Test
  void twoSmallScoresThatAreSmallTogetherTakeAThirdAlong() {
    List<Row> rows = List.of(score(0, 1), score(1, 2), score(5, 50), score(9, 200));

    assertThat(
            hidden("retention_by_score", rows).stream()
                .filter(SmallGroupsTest::isSuppressed)
                .map(row -> row.<Integer>getAs("score")))
        .containsExactlyInAnyOrder(0, 1, 5);
  }

  /** A figure can rest on fewer than its segment has: on those who answered both, or rated low. */
  @ParameterizedTest
  @CsvSource({
    "best_metrics, customers_count",
    "best_metrics, common_observations_count",
    "metric_predictiveness, customers_count",
    "retention_by_score, customers_count",
    "retention_curves, at_risk_count",
    "metric_scores, responses_count",
    "metric_scores, invited_count",
    "nonresponse_checks, frame_customers_count",
    "nonresponse_checks, customers_count",
    "nonresponse_checks, invited_count",
    "lead_lag, observations_count",
    "driver_importance, observations_count",
    "driver_importance, raters_count",
    "driver_importance, outcome_raters_count",
    "driver_revenue_impacts, observations_count",
    "driver_revenue_impacts, population_customers_count",
    "driver_revenue_impacts, raters_count",
    "driver_revenue_impacts, low_raters_count",
    "driver_revenue_impacts, middle_raters_count",
    "driver_revenue_impacts, high_raters_count",
    "revenue_at_risk, customers_count",
    "revenue_at_risk, observations_count"
  })
  void aRowRestsOnTheSmallestOfItsSamples(String mart, String size) {
    List<Row> rows =
        LongStream.of(0, 1, 4, 5, 400)
            .mapToObj(people -> full(mart).set("segment_set", people + " people").set(size, people))
            .map(MartRow::toRow)
            .toList();

    List<Row> shown = hidden(mart, rows);

    assertThat(shown)
        .extracting(SmallGroupsTest::isSuppressed)
        .containsExactly(false, true, true, false, false);
    for (Field field : Contract.mart(mart).fields()) {
      if (!field.required()) {
        assertThat(shown.get(2).<Object>getAs(field.name())).as(field.name()).isNull();
        assertThat(shown.get(3).<Object>getAs(field.name())).as(field.name()).isNotNull();
      }
    }
  }

  /** Who is at risk next are those at risk now, less the lost and the censored. */
  @Test
  void aPeriodDoesNotTellTheHiddenNextOne() {
    List<Row> rows =
        List.of(
            period("detractor", 30, 60, 50, 7),
            period("detractor", 60, 3, 1, 0),
            period("promoter", 30, 60, 4, 6),
            period("promoter", 60, 50, 10, 0));

    List<Row> shown = hidden("retention_curves", rows);

    assertThat(shown)
        .extracting(SmallGroupsTest::isSuppressed)
        .containsExactly(false, true, false, false);
    assertThat(shown)
        .extracting(row -> row.getAs("lost_count"))
        .containsExactly(null, null, 4L, 10L);
    assertThat(shown)
        .extracting(row -> row.getAs("censored_count"))
        .containsExactly(null, null, 6L, 0L);
    assertThat(shown.get(0).<Long>getAs("at_risk_count")).isEqualTo(60);
    assertThat(shown)
        .extracting(row -> row.getAs("retention_rate"))
        .containsExactly(null, null, 0.5, 0.5);
    assertThat(shown)
        .extracting(row -> row.getAs("retention_weighted_upper"))
        .containsExactly(null, null, 0.5, 0.5);
  }

  /**
   * The parts of the joint scenario sum to its total, to the cent; single drivers sum to nothing.
   */
  @Test
  void onePartOfTheJointScenarioTakesAnotherAlong() {
    List<Row> rows = new ArrayList<>();
    for (String scenario : List.of("lows_to_middle", "all_lows_to_middle")) {
      rows.add(impact(scenario, "speed", 3L));
      rows.add(impact(scenario, "greeting", 40L));
      rows.add(impact(scenario, "clarity", 90L));
    }
    rows.add(impact("all_lows_to_middle", "all_drivers", null));

    assertThat(
            hidden("driver_revenue_impacts", rows).stream()
                .filter(SmallGroupsTest::isSuppressed)
                .map(row -> row.getAs("scenario") + " " + row.getAs("driver")))
        .containsExactlyInAnyOrder(
            "lows_to_middle speed", "all_lows_to_middle speed", "all_lows_to_middle greeting");
  }

  /** Wherever a segment is split, what is hidden of it is of several parts and enough people. */
  @RepeatedTest(20)
  void noSumTellsOfFew(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    Map<String, Long> sizes = new TreeMap<>();
    for (String region : List.of("a", "b", "c", "d")) {
      for (String tier : List.of("x", "y", "z")) {
        long size = random.nextInt(3) == 0 ? random.nextInt(6) : random.nextInt(40);
        sizes.merge("region × tier " + region + " · " + tier, size, Long::sum);
        sizes.merge("region " + region, size, Long::sum);
        sizes.merge("tier " + tier, size, Long::sum);
        sizes.merge("all all", size, Long::sum);
      }
    }
    List<Row> rows = new ArrayList<>();
    sizes.forEach(
        (name, size) -> {
          int cut = name.startsWith("region × tier ") ? 13 : name.indexOf(' ');
          rows.add(month(name.substring(0, cut), name.substring(cut + 1), size, 0, 0));
        });
    Set<String> hidden = new HashSet<>(suppressed(rows));

    sizes.forEach(
        (name, size) -> {
          if (size > 0 && size < 5 && !name.equals("all all")) {
            assertThat(hidden).contains(name);
          }
        });
    Map<String, List<String>> parts = new HashMap<>();
    for (String name : sizes.keySet()) {
      if (name.startsWith("region × tier ")) {
        String[] values = name.substring(14).split(" · ");
        parts.computeIfAbsent("region " + values[0], none -> new ArrayList<>()).add(name);
        parts.computeIfAbsent("tier " + values[1], none -> new ArrayList<>()).add(name);
        parts.computeIfAbsent("all all", none -> new ArrayList<>()).add(name);
      }
    }
    parts.forEach(
        (total, of) -> {
          List<String> missing = of.stream().filter(hidden::contains).toList();
          boolean couldMiss =
              of.stream().anyMatch(part -> !hidden.contains(part) && sizes.get(part) > 0);
          if (hidden.contains(total)) {
            assertThat(missing.isEmpty() && couldMiss).as("%s of %s", hidden, total).isFalse();
          } else {
            long together = missing.stream().mapToLong(sizes::get).sum();
            boolean isTold = missing.size() == 1 || (together > 0 && together < 5);
            assertThat(isTold && couldMiss).as("%s of %s", hidden, total).isFalse();
          }
        });
  }

  /** Both are hidden for one sample each; all less the other two would be three respondents. */
  @Test
  void samplesAreNotAddedUpToBeEnough() {
    List<Row> rows =
        List.of(
            check("all", 363, 103, 400),
            check("north", 200, 60, 220),
            check("south", 100, 40, 110),
            check("east", 3, 0, 10),
            check("isles", 60, 3, 60));

    assertThat(suppressedChecks(rows)).containsExactlyInAnyOrder("south", "east", "isles");
  }

  /** What is taken back beside two that are few together has people of the sample that is told. */
  @Test
  void aRowWithoutThatSampleIsNotTakenAlongInVain() {
    List<Row> rows =
        List.of(
            check("all", 370, 103, 400),
            check("north", 200, 60, 220),
            check("south", 100, 40, 110),
            check("west", 7, 0, 7),
            check("east", 3, 0, 10),
            check("isles", 60, 3, 53));

    assertThat(suppressedChecks(rows)).containsExactlyInAnyOrder("south", "east", "isles");
  }

  private static Stream<String> suppressedChecks(List<Row> checks) {
    return hidden("nonresponse_checks", checks).stream()
        .filter(SmallGroupsTest::isSuppressed)
        .map(row -> row.getAs("segment"));
  }

  /** Each sample alone: a segment may have many customers of whom few answer or are invited. */
  @RepeatedTest(20)
  void noSampleIsToldBySubtraction(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    List<String> samples = List.of("frame_customers_count", "customers_count", "invited_count");
    List<Row> rows = new ArrayList<>();
    long[] all = new long[samples.size()];
    for (String region : List.of("a", "b", "c", "d", "e", "f", "g")) {
      long[] sizes =
          random.longs(samples.size(), 0, 50).map(SmallGroupsTest::mostlyNobody).toArray();
      Arrays.setAll(all, sample -> all[sample] + sizes[sample]);
      rows.add(check(region, sizes[0], sizes[1], sizes[2]));
    }
    rows.add(check("all", all[0], all[1], all[2]));

    Map<Boolean, List<Row>> byTotal =
        hidden("nonresponse_checks", rows).stream()
            .collect(Collectors.partitioningBy(row -> row.getAs("segment").equals("all")));

    Row total = byTotal.get(true).get(0);
    List<Row> shown = byTotal.get(false).stream().filter(row -> !isSuppressed(row)).toList();
    int missing = byTotal.get(false).size() - shown.size();
    if (isSuppressed(total)) {
      assertThat(missing).isPositive();
      return;
    }
    assertThat(missing).isNotEqualTo(1);
    for (String sample : samples) {
      long told =
          total.<Long>getAs(sample)
              - shown.stream().mapToLong(row -> row.<Long>getAs(sample)).sum();
      assertThat(told).as(sample).isNotIn(1L, 2L, 3L, 4L);
    }
  }

  /** Nobody, few or many: where a sample is empty, another's size doesn't make up for few. */
  private static long mostlyNobody(long drawn) {
    return drawn < 25 ? 0 : drawn - 25;
  }

  private static List<String> suppressed(List<Row> rows) {
    return hidden(rows).stream()
        .filter(SmallGroupsTest::isSuppressed)
        .map(row -> row.getAs("segment_set") + " " + row.getAs("segment"))
        .toList();
  }

  private static boolean isSuppressed(Row row) {
    return row.<Boolean>getAs("is_suppressed");
  }

  private static List<Row> hidden(List<Row> rows) {
    return hidden("customer_scorecard", rows);
  }

  private static List<Row> hidden(String mart, List<Row> rows) {
    var all = SparkTest.session().createDataFrame(rows, Contract.mart(mart).sparkType());
    return SmallGroups.hidden(mart, all, settings).collectAsList();
  }

  /** A month of regions with so many customers each, and of all of them. */
  private static List<Row> regions(String... namesAndSizes) {
    List<Row> rows = new ArrayList<>();
    long all = 0;
    for (String region : namesAndSizes) {
      String[] nameAndSize = region.split(" ");
      long size = Long.parseLong(nameAndSize[1]);
      rows.add(month("region", nameAndSize[0], size, 0, 0));
      all += size;
    }
    rows.add(month("all", "all", all, 0, 0));
    return rows;
  }

  private static Row month(String set, String segment, long opening, long won, long regained) {
    var contract = Contract.mart("customer_scorecard");
    var row = new MartRow(contract);
    for (Field field : contract.fields()) {
      if (field.name().endsWith("_count")) {
        row.set(field.name(), 0L);
      } else if (field.name().endsWith("_amount")) {
        row.set(field.name(), new BigDecimal("12.34"));
      }
    }
    return row.set("as_of", Date.valueOf("2026-01-31"))
        .set("segment_set", set)
        .set("segment", segment)
        .set("month", Date.valueOf("2026-01-01"))
        .set("opening_customers_count", opening)
        .set("new_customers_count", won)
        .set("regained_customers_count", regained)
        .set("currency", "EUR")
        .toRow();
  }

  /** A row of everyone in which every column has a value, and every count is large. */
  private static MartRow full(String mart) {
    Contract contract = Contract.mart(mart);
    var row = new MartRow(contract);
    for (Field field : contract.fields()) {
      row.set(
          field.name(),
          switch (field.type().sql()) {
            case "STRING" -> "all";
            case "DATE" -> Date.valueOf("2026-01-31");
            case "INT" -> 30;
            case "BIGINT" -> 400L;
            case "DOUBLE" -> 0.5;
            case "DECIMAL(18,2)" -> new BigDecimal("12.34");
            case "BOOLEAN" -> false;
            case "ARRAY<STRING>" -> new String[] {"nps"};
            default -> CollectionConverters.asScala(Map.of("nps", 0.5));
          });
    }
    return row;
  }

  private static Row period(String band, int ends, long atRisk, long lost, long censored) {
    return full("retention_curves")
        .set("score_band", band)
        .set("period_starts_days", ends - 30)
        .set("period_ends_days", ends)
        .set("at_risk_count", atRisk)
        .set("lost_count", lost)
        .set("censored_count", censored)
        .toRow();
  }

  private static Row impact(String scenario, String driver, Long lows) {
    return full("driver_revenue_impacts")
        .set("scenario", scenario)
        .set("driver", driver)
        .set("low_raters_count", lows)
        .set("middle_raters_count", lows == null ? null : 200L)
        .toRow();
  }

  private static Row check(String segment, long frame, long respondents, long invited) {
    return full("nonresponse_checks")
        .set("segment_set", segment.equals("all") ? "all" : "region")
        .set("segment", segment)
        .set("frame_customers_count", frame)
        .set("customers_count", respondents)
        .set("invited_count", invited)
        .toRow();
  }

  private static Row score(int score, long customers) {
    return new MartRow(Contract.mart("retention_by_score"))
        .set("as_of", Date.valueOf("2026-01-31"))
        .set("segment_set", "all")
        .set("segment", "all")
        .set("metric", "nps")
        .set("score", score)
        .set("horizon_days", 30)
        .set("customers_count", customers)
        .set("observations_count", customers)
        .set("currency", "EUR")
        .toRow();
  }
}
