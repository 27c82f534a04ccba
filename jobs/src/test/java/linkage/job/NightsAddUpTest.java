package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.LongStream;
import linkage.config.Settings;
import linkage.staging.Staging;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any sequence of nights gives the marts of one run over everything, and a night's day looked at
 * later gives what that night gave. More seeds: {@code -Dlinkage.nights.seeds=100}; longer
 * sequences: {@code -Dlinkage.nights.count=12}.
 */
class NightsAddUpTest {
  private static final int SEEDS = Integer.getInteger("linkage.nights.seeds", 1);
  private static final int NIGHTS = Integer.getInteger("linkage.nights.count", 3);

  /** A night that ends with ingest takes a fraction of a whole one. */
  private static final int LONGER = 2;

  /** Where a row came from depends on how it came; what it says doesn't. */
  private static final Set<String> PROVENANCE =
      Set.of(
          "file_id",
          "file_name",
          "file_edition",
          "file_date",
          "record_number",
          "known_from",
          "is_deleted");

  @TempDir Path root;

  private int runs;

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anySequenceOfNightsGivesTheMartsOfOneRun(long seed) throws Exception {
    var nightly = new TinyCompany(root.resolve("nightly"));
    var atOnce = new TinyCompany(root.resolve("once"));
    var deliveries = new Deliveries(seed, NIGHTS, nightly, atOnce);
    Map<LocalDate, MartRows> said = new LinkedHashMap<>();
    LocalDate last = null;
    for (int night = 0; night < NIGHTS; night++) {
      last = deliveries.next();
      run(nightly, last);
      deliveries.wasRead();
      said.put(last, MartRows.of(nightly));
    }

    run(atOnce, last);
    said.get(last).assertSameAs(MartRows.of(atOnce), "seed %d, nights and one run".formatted(seed));

    assertThat(deliveries.seen()).containsExactlyInAnyOrder(Deliveries.Event.values());

    // What has come since waits for the next night.
    deliveries.next();
    LocalDate earlier = said.keySet().stream().skip(seed % (NIGHTS - 1)).findFirst().orElseThrow();
    assertThat(run(nightly, earlier).accounts()).isEmpty();
    MartRows.of(nightly)
        .assertSameAs(said.get(earlier), "seed %d, %s looked back at".formatted(seed, earlier));
  }

  /**
   * Between nights, days before them are looked back at and missed ones filled in. Every other
   * time, what nobody can ask for any more is deleted after each night.
   */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("moreSeeds")
  void anySequenceOfNightsKnowsWhatOneRunKnows(long seed) {
    var nightly = new TinyCompany(root.resolve("nightly"));
    var atOnce = new TinyCompany(root.resolve("once"));
    int nights = LONGER * NIGHTS;
    var deliveries = new Deliveries(1000 + seed, nights, nightly, atOnce);
    deliveries.refuseWest();
    Map<LocalDate, Map<String, List<String>>> said = new LinkedHashMap<>();
    LocalDate last = null;
    for (int night = 0; night < nights; night++) {
      LocalDate before = last;
      last = deliveries.next();
      if (night % 6 == 2) {
        ingest(nightly, deliveries.before(before), Night.Purpose.PAST_DAY);
      } else if (night % 6 == 5) {
        LocalDate missed = deliveries.between(before, last);
        ingest(nightly, missed, Night.Purpose.PAST_DAY);
        deliveries.wasRead(missed);
        said.put(missed, known(nightly, missed));
      }
      boolean isLast = night == nights - 1;
      if (isLast) {
        deliveries.mend();
      }
      ingest(nightly, last, isLast ? Night.Purpose.REPLAY : Night.Purpose.TONIGHT);
      deliveries.wasRead();
      said.put(last, known(nightly, last));
      if (seed % 2 == 0) {
        shorten(nightly, last);
      }
    }

    ingest(atOnce, last, Night.Purpose.TONIGHT);
    assertThat(said.get(last))
        .as("seed %d, nights and one run", seed)
        .isEqualTo(known(atOnce, last));
    assertThat(known(nightly, last)).as("seed %d, in the end", seed).isEqualTo(said.get(last));
    Staging staging = Staging.look(SparkTest.session(), nightly.settings().warehouse());
    said.forEach(
        (day, known) -> {
          if (staging.reachesBefore(day.plusDays(1))) {
            assertThat(known(nightly, day))
                .as("seed %d, %s looked back at", seed, day)
                .isEqualTo(known);
          }
        });
    assertThat(deliveries.seen()).containsExactlyInAnyOrder(Deliveries.Event.values());
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, SEEDS);
  }

  static LongStream moreSeeds() {
    return LongStream.rangeClosed(1, LONGER * SEEDS);
  }

  private static Night.Result run(TinyCompany company, LocalDate asOf) {
    return Night.run(SparkTest.session(), company.settings(), asOf, new Stages(Stages.SILENT));
  }

  /** What a night does before it computes. */
  private void ingest(TinyCompany company, LocalDate asOf, Night.Purpose purpose) {
    Settings settings = company.settings();
    Staging staging = Staging.open(SparkTest.session(), settings.warehouse());
    var run = new RunRecord(settings, asOf, Instant.ofEpochSecond(++runs), "");
    new NightIngest(SparkTest.session(), settings, staging, run, new Stages(Stages.SILENT))
        .run(purpose);
    staging.commit(run.id(), asOf);
  }

  /** What a night does after it has published, if staging needn't go back for good. */
  private static void shorten(TinyCompany company, LocalDate asOf) {
    Settings settings = company.settings();
    var staging = Staging.open(SparkTest.session(), settings.warehouse());
    new Retention(staging, settings.sources(), OptionalInt.of(1), OptionalInt.empty())
        .apply("run of " + asOf);
  }

  /** All that marts are made of, by name. */
  private static Map<String, List<String>> known(TinyCompany company, LocalDate asOf) {
    Settings settings = company.settings();
    var views =
        new Views(
            SparkTest.session(),
            settings,
            Staging.look(SparkTest.session(), settings.warehouse()),
            asOf);
    Map<String, List<String>> known = new LinkedHashMap<>();
    known.put("rules", List.of(views.linkRules().toString()));
    known.put("customers", customers(views.customerVersions()));
    for (String source : List.of("transactions", "survey_responses", "attrition", "fx_rates")) {
      known.put(source, texts(views.current(source)));
    }
    return known;
  }

  /** Who was what since when: a version that repeats the one before it says nothing. */
  private static List<String> customers(Dataset<Row> versions) {
    Map<String, String> latest = new HashMap<>();
    List<String> changes = new ArrayList<>();
    versions
        .drop("effective_until")
        .orderBy("customer_id", "effective_from")
        .collectAsList()
        .forEach(
            row -> {
              String says =
                  "%s %s %s".formatted(row.get(3), row.get(2), row.getList(row.size() - 2));
              if (!says.equals(latest.put(row.getString(0), says))) {
                changes.add(row.toString());
              }
            });
    return changes;
  }

  private static List<String> texts(Dataset<Row> rows) {
    Column[] columns =
        Arrays.stream(rows.columns())
            .filter(name -> !PROVENANCE.contains(name))
            .map(functions::col)
            .toArray(Column[]::new);
    List<String> texts = new ArrayList<>();
    rows.select(functions.struct(columns).cast("string"))
        .collectAsList()
        .forEach(row -> texts.add(row.getString(0)));
    texts.sort(null);
    return texts;
  }
}
