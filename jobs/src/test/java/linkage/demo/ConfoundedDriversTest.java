package linkage.demo;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import linkage.config.Favourable;
import linkage.config.Overrides;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.counts.DoublyRobust;
import linkage.counts.DriverBasis;
import linkage.counts.DriverMoments;
import linkage.demo.Life.Attribution;
import linkage.demo.Life.Attrition;
import linkage.demo.Life.Kind;
import linkage.demo.Life.Response;
import linkage.demo.Life.Transaction;
import linkage.link.LinkRules;
import linkage.link.LinkSources;
import linkage.link.Observations;
import linkage.marts.DoublyRobustImpacts;
import linkage.marts.DriverImportances;
import linkage.marts.DriverRevenueImpacts;
import linkage.marts.DriverStatistics;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The two drivers of {@link PlantedDriver}: the raw figure is wrong on both, and those that hold
 * history equal are right. The true lives are linked as they are, francs at par.
 */
class ConfoundedDriversTest {
  private static final LocalDate AS_OF = DemoCompany.AS_OF;
  private static final int CUSTOMERS = DemoCompany.DEFAULT_CUSTOMERS;

  private static Settings settings;
  private static List<Life> lives;
  private static final Map<String, Row> found = new HashMap<>();
  private static final Map<String, Row> onePointMore = new HashMap<>();
  private static final Map<String, Row> importance = new HashMap<>();

  @BeforeAll
  static void weighTheDriversOfTheDefaultCompany(@TempDir Path folder) throws IOException {
    settings = everyoneAlone(folder);
    lives =
        LongStream.range(0, CUSTOMERS)
            .mapToObj(index -> Lives.of(DemoCompany.DEFAULT_SEED, index, CUSTOMERS))
            .toList();
    SparkSession spark = TestSession.spark();
    Dataset<Row> linked =
        Observations.link(sources(spark), rules(), 4).withColumn("weight", lit(1.0)).cache();
    DriverBasis basis = DriverBasis.of(linked, settings);
    Dataset<Row> statistics =
        DriverStatistics.build(
            DriverMoments.build(linked, settings, basis, AS_OF), basis, settings, AS_OF);
    List<DoublyRobust.Effect> effects =
        DoublyRobust.of(
            linked, basis, settings, DoublyRobustImpacts.heldEqual(settings, AS_OF), AS_OF);
    DriverRevenueImpacts.build(
            statistics,
            Optional.of(DoublyRobustImpacts.build(spark, effects, basis, settings, AS_OF)),
            latest(spark),
            scorecard(spark),
            basis.caps().revenue(),
            settings,
            AS_OF)
        .where("segment_set = 'all' and scenario in ('lows_to_middle', 'plus_one_point')")
        .collectAsList()
        .forEach(
            row -> {
              var own = row.getAs("scenario").equals("lows_to_middle") ? found : onePointMore;
              own.put(row.getAs("driver") + " " + row.getAs("rung"), row);
            });
    DriverImportances.build(statistics, settings, AS_OF)
        .where("segment_set = 'all' and outcome = 'revenue_next'")
        .collectAsList()
        .forEach(row -> importance.put(row.getAs("driver"), row));
    linked.unpersist();
  }

  @Test
  void theRawRungGetsBothWrong() {
    for (PlantedDriver planted : PlantedDriver.all()) {
      assertThat(holdsTheTruth(planted, "raw")).as(planted.driver()).isFalse();
    }
    // One that does nothing seems to be worth something; one that is worth something seems to harm.
    assertThat(figure("appreciation", "raw", "_lower")).isPositive();
    assertThat(figure("app", "raw", "_upper")).isNegative();
  }

  @Test
  void theAdjustedAndTheDoublyRobustRungGetBothRight() {
    for (String rung : List.of("adjusted", "doubly_robust")) {
      for (PlantedDriver planted : PlantedDriver.all()) {
        assertThat(holdsTheTruth(planted, rung)).as(planted.driver() + " " + rung).isTrue();
      }
      assertThat(figure("app", rung, "_lower")).as(rung).isPositive();
    }
  }

  /** The option comes with the best of the low scores turned into the worst of the others alone. */
  @Test
  void aPointMoreIsWorthTheStepOfThoseWhoTakeIt() {
    long lows = 0;
    long below = 0;
    for (Life life : lives) {
      for (Response response : responses(life)) {
        int score = response.score(Question.APP);
        boolean isLow = score >= 0 && !PlantedDriver.bringsAnOption(score);
        lows += isLow ? 1 : 0;
        below += isLow && PlantedDriver.bringsAnOption(score + 1) ? 1 : 0;
      }
    }
    double stepping = (double) below / lows;

    assertThat(stepping).isBetween(0.2, 0.8);
    for (PlantedDriver planted : PlantedDriver.all()) {
      Row row = onePointMore.get(planted.driver() + " adjusted");
      Row low = found.get(planted.driver() + " adjusted");
      assertThat(
              planted.agreesWith(
                  row.<Double>getAs("revenue_change_per_customer_lower"),
                  row.<Double>getAs("revenue_change_per_customer_upper"),
                  stepping * low.<Double>getAs("moved_share")))
          .as(planted.driver())
          .isTrue();
    }
  }

  /** Importance holds equal what money holds equal, so it can't contradict it. */
  @Test
  void importanceGetsBothRightToo() {
    Row nothing = importance.get("appreciation");
    assertThat(nothing.<Double>getAs("coefficient_lower")).isNegative();
    assertThat(nothing.<Double>getAs("coefficient_upper")).isPositive();
    assertThat(nothing.<String>getAs("asymmetry_kind")).isEqualTo("undecided");
    assertThat(importance.get("app").<Double>getAs("coefficient_lower")).isPositive();
    assertThat(importance.get("app").<Double>getAs("importance_q_value")).isLessThan(0.05);
    assertThat(importance.get("app").<String>getAs("sentence"))
        .contains("Better ratings go with a better outcome where history, segment, month and");
  }

  /** Of each bill 30 to 55 % is margin, by chance alone. */
  @Test
  void theMarginOfBothIsTheirShareOfThePlantedAmount() {
    double share = 0.425;
    for (PlantedDriver planted : PlantedDriver.all()) {
      Row row = found.get(planted.driver() + " adjusted");
      assertThat(
              planted.agreesWith(
                  row.<Double>getAs("margin_change_per_customer_lower") / share,
                  row.<Double>getAs("margin_change_per_customer_upper") / share,
                  row.<Double>getAs("moved_share")))
          .as(planted.driver())
          .isTrue();
    }
  }

  @Test
  void theMeasuredPartOfThePlantedAmountIsThatOfTheLives() {
    long lows = 0;
    long lostCents = 0;
    for (Life life : lives) {
      for (Response response : responses(life)) {
        int score = response.score(Question.APP);
        boolean isMature = response.day() + 181 <= Calendar.END - 31;
        boolean isLow = score >= 0 && !PlantedDriver.bringsAnOption(score);
        if (isLow && isMature && response.day() > Calendar.END - 730) {
          lows++;
          lostCents +=
              PlantedDriver.OPTION_CENTS
                  * life.transactions().stream()
                      .filter(bill -> bill.kind() == Kind.RENEWAL)
                      .filter(bill -> bill.attribution() == Attribution.CUSTOMER)
                      .filter(bill -> PlantedDriver.isOnBill(response.day(), bill.day()))
                      .count();
        }
      }
    }

    assertThat(lostCents / 100.0 / lows)
        .isCloseTo(PlantedDriver.all().get(1).worthOfALow(), within(0.6));
  }

  /** The demo's configuration, without segments: they would take a minute. */
  private static Settings everyoneAlone(Path folder) throws IOException {
    for (Path file : Files.list(Path.of("conf", "demo")).toList()) {
      String text = Files.readString(file);
      Files.writeString(
          folder.resolve(file.getFileName()),
          text.replace("segment-sets:\n  - [region]\n  - [region, tier]\n", ""));
    }
    return Settings.load(folder, Overrides.NONE);
  }

  private static boolean holdsTheTruth(PlantedDriver planted, String rung) {
    return planted.agreesWith(
        figure(planted.driver(), rung, "_lower"),
        figure(planted.driver(), rung, "_upper"),
        found.get(planted.driver() + " " + rung).<Double>getAs("moved_share"));
  }

  private static double figure(String driver, String rung, String end) {
    return found.get(driver + " " + rung).<Double>getAs("revenue_change_per_customer" + end);
  }

  private static List<Response> responses(Life life) {
    return life.invitations().stream().flatMap(one -> one.response().stream()).toList();
  }

  private static LinkSources sources(SparkSession spark) {
    List<Row> customers = new ArrayList<>();
    List<Row> answered = new ArrayList<>();
    List<Row> booked = new ArrayList<>();
    List<Row> ended = new ArrayList<>();
    for (Life life : lives) {
      String id = life.customerId();
      customers.add(
          RowFactory.create(id, day(life.acquiredOn()), id, day(life.acquiredOn()), new String[0]));
      for (Response response : responses(life)) {
        Map<String, Integer> answers = new HashMap<>();
        for (Question question : Question.values()) {
          if (response.score(question) != Question.NOT_APPLICABLE) {
            answers.put(question.id(), response.score(question));
          }
        }
        Date day = day(response.day());
        answered.add(
            RowFactory.create(id, response.id(), new Timestamp(day.getTime()), day, answers));
      }
      for (Transaction one : life.transactions()) {
        if (one.attribution() == Attribution.CUSTOMER) {
          booked.add(
              RowFactory.create(
                  id,
                  day(one.day()),
                  one.kind().name().toLowerCase(Locale.ROOT),
                  one.kind().sign() * one.cents(),
                  one.kind().sign() * one.marginCents()));
        }
      }
      for (Attrition event : life.attrition()) {
        if (event.occurredOn() <= Calendar.END) {
          ended.add(
              RowFactory.create(
                  id,
                  day(event.occurredOn()),
                  event.isLoss() ? "lost" : "regained",
                  event.noticedOn().map(ConfoundedDriversTest::day).orElse(null)));
        }
      }
    }
    return new LinkSources(
        rows(
            spark,
            customers,
            "customer_id string, effective_from date, cluster_id string, acquired_on date,"
                + " attributes array<string>"),
        rows(
            spark,
            answered,
            "customer_id string, response_id string, responded_at timestamp, responded_on date,"
                + " answers map<string, int>"),
        rows(
            spark,
            booked,
            "customer_id string, occurred_on date, kind string, amount_cents bigint,"
                + " margin_cents bigint"),
        Optional.of(
            rows(
                spark,
                ended,
                "customer_id string, occurred_on date, event string, noticed_on date")),
        Optional.empty());
  }

  private static Date day(int epochDay) {
    return Date.valueOf(LocalDate.ofEpochDay(epochDay));
  }

  private static Dataset<Row> rows(SparkSession spark, List<Row> rows, String ddl) {
    return spark.createDataFrame(rows, StructType.fromDDL(ddl));
  }

  private static LinkRules rules() {
    List<String> questions = settings.questions().stream().map(question -> question.id()).toList();
    List<String> attributes = settings.attributes();
    return new LinkRules(
        AS_OF,
        AS_OF.minusDays(31),
        AS_OF.minusMonths(settings.analysisWindowMonths()).plusDays(1),
        settings.landmarkDays(),
        settings.horizonsDays(),
        0,
        0,
        settings.questions().stream()
            .map(
                question ->
                    new LinkRules.Question(
                        question.id(),
                        question.minimum(),
                        question.maximum(),
                        question.favourable() == Favourable.HIGH
                            ? LinkRules.Favourable.HIGH
                            : LinkRules.Favourable.LOW))
            .toList(),
        settings.metrics().stream()
            .map(metric -> questions.indexOf(metric.question().id()))
            .toList(),
        attributes,
        settings.segmentSets().stream()
            .map(SegmentSet::attributes)
            .map(names -> names.stream().map(attributes::indexOf).toList())
            .toList());
  }

  /** Nobody has answered lately: how many the figures cover isn't looked at. */
  private static Dataset<Row> latest(SparkSession spark) {
    var schema = new StructType().add("_segments", "array<string>");
    for (var driver : settings.drivers()) {
      schema = schema.add(driver.id(), "tinyint");
    }
    return spark.createDataFrame(List.of(), schema);
  }

  private static Dataset<Row> scorecard(SparkSession spark) {
    return rows(
        spark,
        List.of(RowFactory.create("all", "all", Date.valueOf(AS_OF.withDayOfMonth(1)), 7_000L)),
        "segment_set string, segment string, month date, closing_customers_count bigint");
  }
}
