package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import linkage.calibration.Calibration;
import linkage.config.Overrides;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.counts.Counts;
import linkage.link.Everybody;
import linkage.link.LinkRules;
import linkage.link.LinkSources;
import linkage.marts.NonresponseChecks;
import linkage.marts.Weighting;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * From events to the mart, in a company where who answers is planted.
 *
 * <p>In every region half the customers buy each month, leave rarely and answer readily. The CRM
 * sees that, so weights can make up for it. In the region "moody" those in a good mood, which no
 * CRM sees, also leave more rarely and answer more readily.
 */
class NonresponseTest {
  private static final Settings SETTINGS = Settings.load(Path.of("conf", "demo"), Overrides.NONE);
  private static final LocalDate AS_OF = LocalDate.parse("2026-01-31");
  private static final LocalDate FIRST = LocalDate.parse("2023-07-01");
  private static final int CUSTOMERS = 1600;

  private static final List<Row> customers = new ArrayList<>();
  private static final List<Row> transactions = new ArrayList<>();
  private static final List<Row> attrition = new ArrayList<>();
  private static final List<Row> responses = new ArrayList<>();
  private static final List<Row> invitations = new ArrayList<>();

  private static Dataset<Row> everybody;
  private static Calibration calibration;
  private static List<Row> weighted;
  private static Dataset<Row> cells;
  private static Map<String, Row> checks;
  private static Map<String, Row> rakedChecks;

  @BeforeAll
  static void linkWeighAndCheck() {
    var random = new Random(41);
    for (int i = 0; i < CUSTOMERS; i++) {
      live(i, random);
    }
    everybody = Everybody.link(sources(), rules(), 2).cache();
    Dataset<Row> linked = Everybody.observations(everybody, rules());
    Dataset<Row> frame = Everybody.frame(everybody);
    Dataset<Row> margins = frame.where("margin is not null");

    calibration =
        Calibration.fit(
            linked,
            Optional.of(margins),
            Optional.of(Everybody.invitations(everybody)),
            SETTINGS,
            AS_OF);
    Dataset<Row> applied = calibration.apply(linked, SETTINGS).cache();
    weighted = applied.collectAsList();
    cells = Counts.build(applied, SETTINGS).cache();
    checks = checks(cells, weighting(calibration));

    var raked = Calibration.fit(linked, Optional.of(margins), Optional.empty(), SETTINGS, AS_OF);
    rakedChecks = checks(Counts.build(raked.apply(linked, SETTINGS), SETTINGS), weighting(raked));
  }

  @Test
  void weightsMakeUpForWhatTheCrmSees() {
    Row steady = checks.get("steady");

    assertThat(number(steady, "unweighted_difference_upper")).isLessThan(-0.02);
    assertThat(Math.abs(number(steady, "weighted_difference")))
        .isLessThan(0.3 * Math.abs(number(steady, "unweighted_difference")));
    assertThat(steady.<String>getAs("unweighted_verdict")).isEqualTo("differs");
    assertThat(steady.<String>getAs("verdict")).isNotEqualTo("differs");
    assertThat(steady.<String>getAs("weighting")).isEqualTo("propensity_and_raking");
    assertThat(calibration.weights().orElseThrow().propensity().isKnown()).isTrue();
  }

  @Test
  void theCheckFindsWhatNoWeightCanKnow() {
    Row moody = checks.get("moody");

    assertThat(moody.<String>getAs("verdict")).isEqualTo("differs");
    assertThat(number(moody, "weighted_difference"))
        .isBetween(number(moody, "unweighted_difference"), -0.02);
    assertThat(moody.<String>getAs("sentence"))
        .startsWith("Those who answered in moody leave less often than all customers")
        .endsWith(
            "It doesn't show that those who didn't answer feel the same, and being asked may"
                + " itself change who stays.");
  }

  @Test
  void withoutInvitationsRakingAloneStillHelpsAndSaysSo() {
    Row steady = rakedChecks.get("steady");

    assertThat(steady.<String>getAs("weighting")).isEqualTo("raking_only");
    assertThat(steady.<String>getAs("sentence"))
        .contains(
            "It isn't known who was asked and didn't answer, so weights make up for region, tier,"
                + " years of tenure, past revenue and calendar quarter alone.");
    assertThat(Math.abs(number(steady, "weighted_difference")))
        .isLessThan(0.5 * Math.abs(number(steady, "unweighted_difference")));
  }

  /** By definition, from the rows themselves. */
  @Test
  void figuresAreThoseOfTheRows() {
    for (String segment : List.of("all", "steady", "moody")) {
      double lost = 0;
      double lostWeight = 0;
      double weights = 0;
      double squares = 0;
      double trimmed = 0;
      long respondents = 0;
      for (Row row : weighted) {
        if (!isRespondent(row)
            || !row.<Boolean>getAs("mature_180")
            || !segment.equals("all") && !segment.equals(row.getAs("region"))) {
          continue;
        }
        double weight = number(row, "weight");
        boolean isLost = !row.<Boolean>getAs("retained_180");
        respondents++;
        lost += isLost ? 1 : 0;
        lostWeight += isLost ? weight : 0;
        weights += weight;
        squares += weight * weight;
        trimmed += row.<Boolean>getAs("is_weight_trimmed") ? 1 : 0;
      }
      Row check = checks.get(segment);
      assertThat(check.<Long>getAs("observations_count")).isEqualTo(respondents).isPositive();
      assertThat(number(check, "unweighted_churn_rate"))
          .isCloseTo(lost / respondents, within(1e-12));
      assertThat(number(check, "weighted_churn_rate"))
          .isCloseTo(lostWeight / weights, within(1e-6));
      assertThat((double) check.<Long>getAs("effective_count"))
          .isCloseTo(weights * weights / squares, within(0.6));
      assertThat(number(check, "design_effect"))
          .isCloseTo(respondents * squares / weights / weights, within(1e-5));
      assertThat(number(check, "trimmed_share")).isCloseTo(trimmed / respondents, within(1e-12));
    }
  }

  /** Weights are on average 1, and no customer, loss or invitation is in two regions or in none. */
  @Test
  void nothingIsLostBetweenRowsAndSegments() {
    double weights = 0;
    long respondents = 0;
    for (Row row : weighted) {
      if (isRespondent(row)) {
        respondents++;
        weights += number(row, "weight");
      }
    }
    assertThat(weights / respondents).isCloseTo(1, within(1e-6));
    for (String column :
        List.of("frame_count", "frame_lost_count", "observations_count", "invited_count")) {
      assertThat(checks.get("steady").<Long>getAs(column) + checks.get("moody").<Long>getAs(column))
          .as(column)
          .isEqualTo(checks.get("all").<Long>getAs(column));
    }
    assertThat(checks.get("all").<Long>getAs("invited_count"))
        .isEqualTo(Everybody.invitations(everybody).count());
  }

  @Test
  void whereNobodyAnsweredNothingIsSaid() {
    Row all = checks(cells.limit(0), weighting(calibration)).get("all");

    assertThat(all.<String>getAs("verdict")).isEqualTo("cannot_tell");
    assertThat(all.<Object>getAs("weighted_churn_rate")).isNull();
    assertThat(all.<Object>getAs("effective_count")).isNull();
    assertThat(all.<String>getAs("sentence"))
        .startsWith(
            "Those who answered can't be held against all customers: there is no answer whose 180"
                + " days are over.");
  }

  private static Map<String, Row> checks(Dataset<Row> cells, Optional<Weighting> weighting) {
    Dataset<Row> mart =
        NonresponseChecks.build(
            cells, Everybody.frame(everybody).where("margin is null"), weighting, SETTINGS, AS_OF);
    Contract.mart("nonresponse_checks").check(mart.schema());
    Map<String, Row> bySegment = new HashMap<>();
    mart.where("segment_set in ('all', 'region')")
        .collectAsList()
        .forEach(row -> bySegment.put(row.getAs("segment"), row));
    return bySegment;
  }

  private static Optional<Weighting> weighting(Calibration calibration) {
    return calibration.weights().map(Marts::weighting);
  }

  private static boolean isRespondent(Row row) {
    return row.<Boolean>getAs("is_primary")
        && row.<Boolean>getAs("in_window")
        && row.getAs("eligibility").equals("eligible");
  }

  private static double number(Row row, String column) {
    return row.<Double>getAs(column);
  }

  private static void live(int index, Random random) {
    String customer = "c" + index;
    boolean isMoody = index % 2 == 0;
    boolean isBuyer = random.nextBoolean();
    boolean isHappy = random.nextBoolean();
    LocalDate acquiredOn = FIRST.minusDays(random.nextInt(1500));
    customers.add(
        RowFactory.create(
            customer,
            customer,
            Date.valueOf(acquiredOn),
            Date.valueOf(acquiredOn),
            new String[] {isMoody ? "moody" : "steady", random.nextBoolean() ? "gold" : "basic"}));
    double hazard = (isBuyer ? 0.01 : 0.04) * (isMoody ? isHappy ? 0.4 : 1.6 : 1);
    double readiness = (isBuyer ? 0.6 : 0.2) * (isMoody ? isHappy ? 1.5 : 0.5 : 1);
    for (LocalDate month = FIRST; month.isBefore(AS_OF); month = month.plusMonths(1)) {
      if (random.nextDouble() < hazard) {
        attrition.add(
            RowFactory.create(
                customer, Date.valueOf(month.plusDays(random.nextInt(28))), null, "lost"));
        return;
      }
      if (isBuyer) {
        transactions.add(
            RowFactory.create(
                customer,
                Date.valueOf(month.plusDays(random.nextInt(28))),
                "purchase",
                2_500L,
                null));
      }
      if (random.nextInt(3) == 0) {
        invite(customer, month.plusDays(random.nextInt(28)), readiness, random);
      }
    }
  }

  private static void invite(String customer, LocalDate on, double readiness, Random random) {
    String id = random.nextDouble() < readiness ? "r" + responses.size() : null;
    invitations.add(RowFactory.create(customer, Date.valueOf(on), id));
    if (id != null) {
      responses.add(
          RowFactory.create(
              id,
              customer,
              Timestamp.valueOf(on.atTime(LocalTime.NOON)),
              Date.valueOf(on),
              Map.of("nps", random.nextInt(11))));
    }
  }

  private static LinkSources sources() {
    return new LinkSources(
        rows(
            customers,
            "customer_id string, cluster_id string, acquired_on date, effective_from date,"
                + " attributes array<string>"),
        rows(
            responses,
            "response_id string, customer_id string, responded_at timestamp, responded_on date,"
                + " answers map<string, int>"),
        rows(
            transactions,
            "customer_id string, occurred_on date, kind string, amount_cents bigint, margin_cents bigint"),
        Optional.of(
            rows(attrition, "customer_id string, occurred_on date, noticed_on date, event string")),
        Optional.of(rows(invitations, "customer_id string, invited_on date, response_id string")));
  }

  private static Dataset<Row> rows(List<Row> rows, String ddl) {
    return SparkTest.session().createDataFrame(rows, StructType.fromDDL(ddl));
  }

  private static LinkRules rules() {
    List<String> attributes = SETTINGS.attributes();
    return new LinkRules(
        AS_OF,
        AS_OF,
        AS_OF.minusMonths(SETTINGS.analysisWindowMonths()).plusDays(1),
        SETTINGS.effectiveLandmarkDays(),
        SETTINGS.horizonsDays(),
        0,
        0,
        SETTINGS.questions().stream()
            .map(
                question ->
                    new LinkRules.Question(
                        question.id(),
                        question.minimum(),
                        question.maximum(),
                        LinkRules.Favourable.HIGH))
            .toList(),
        List.of(0, 1, 2),
        attributes,
        SETTINGS.segmentSets().stream()
            .map(SegmentSet::attributes)
            .map(names -> names.stream().map(attributes::indexOf).toList())
            .toList());
  }
}
