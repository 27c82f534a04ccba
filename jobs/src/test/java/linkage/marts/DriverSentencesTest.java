package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import linkage.config.DriverScenario;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.counts.DoublyRobust;
import linkage.counts.DriverBasis;
import linkage.counts.DriverCaps;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class DriverSentencesTest {
  private static final DriverPlan PLAN =
      DriverPlan.of(
          Settings.load(Path.of("conf", "demo"), Overrides.NONE), LocalDate.of(2025, 3, 31));
  private static final Contract IMPORTANCE = Contract.mart("driver_importance");
  private static final Contract IMPACTS = Contract.mart("driver_revenue_impacts");

  @Test
  void aDriverThatMattersIsToldWithItsShareAndWhatItIs() {
    MartRow row =
        importance()
            .set("importance_q_value", 0.001)
            .set("coefficient_lower", 0.01)
            .set("coefficient_upper", 0.02)
            .set("asymmetry_kind", "basic");

    assertThat(sentence(row))
        .isEqualTo(
            "Among customers of North, 'Speed' adds 2.0 % (1.0 to 3.0) of what varies in who"
                + " stays for 180 days to the 8.0 % that history explains. Better ratings go with a better outcome where history, segment, month"
                + " and the other drivers are equal. It"
                + " is a basic: a low rating costs more than a high one earns. Association, not"
                + " proof of cause.");
  }

  @Test
  void whatCantBeToldFromNothingIsNoReasonToAct() {
    assertThat(sentence(importance().set("importance_q_value", 0.4).set("taken_from", "all")))
        .isEqualTo(
            "Among customers of North, 'Speed' adds 2.0 % (1.0 to 3.0) of what varies in who"
                + " stays for 180 days to the 8.0 % that history explains (taken from all, as there"
                + " are too few here)."
                + " That can't be told from nothing (q 0.40), as a share is above 0 by chance"
                + " alone: acting on it has no support here.");
  }

  @Test
  void aQJustAboveTheLimitDoesNotLookAsIfItWereAtIt() {
    assertThat(sentence(importance().set("importance_q_value", 0.0502))).contains("(q 0.051)");
    assertThat(sentence(importance().set("importance_q_value", 0.07))).contains("(q 0.07)");
  }

  @Test
  void tooFewObservationsAreCountedAgainstTheirNeed() {
    assertThat(sentence(importance().set("importance_share", null)))
        .isEqualTo(
            "Among customers of North, there are too few observations to say what 'Speed' has to do"
                + " with who stays for 180 days: 90 effective ones where a model of 24 columns"
                + " needs 264.");
  }

  @Test
  void whereTheOutcomeIsRareTheRowsAreNotBlamed() {
    MartRow rare =
        importance().set("importance_share", null).set("effective_observations", 4_000.0);

    assertThat(sentence(rare))
        .isEqualTo(
            "Among customers of North, too few customers differ in who stays for 180 days to say"
                + " what 'Speed' has to do with it.");
  }

  @Test
  void moneySaysItsPeriodItsRungAndWhatWouldEraseIt() {
    assertThat(sentenceOf(impact("adjusted", "passed")))
        .isEqualTo(
            "Among customers of North, moving low ratings of 'Speed' to the middle would be worth,"
                + " if it is cause, 3.25 EUR per customer (1.60 to 4.90) and 19,211 EUR in all per"
                + " 180 days, with 1.49 points of retention. Something unmeasured that explains"
                + " 3.1 % of what is left of ratings and of revenue would erase it; beside"
                + " something as strong as past revenue, 2.10 EUR would be left. Evidence:"
                + " adjusted association: history, segment, month and the other ratings are held"
                + " equal.");
  }

  /** Margin has no q of its own, so it is judged by its interval alone, and says so. */
  @Test
  void marginSaysWhetherItCanBeToldFromNothing() {
    MartRow row =
        impact("adjusted", "passed")
            .set("margin_change_per_customer", 0.8)
            .set("margin_change_per_customer_lower", -0.2)
            .set("margin_change_per_customer_upper", 1.8);

    assertThat(sentenceOf(row))
        .contains(
            "; in contribution margin that is 0.80 EUR per customer (-0.20 to 1.80), which can't be"
                + " told from nothing. Something");
    assertThat(sentenceOf(row.set("margin_change_per_customer_lower", 0.1)))
        .contains(
            "; in contribution margin that is 0.80 EUR per customer (0.10 to 1.80), which taken by"
                + " itself can be told from nothing. Something");
    assertThat(sentenceOf(row.set("margin_change_per_customer_lower", null)))
        .contains(" per customer (unknown to 1.80), which can't be told from nothing. Something");
  }

  @Test
  void aFailedPlaceboSaysWhatThePastShows() {
    assertThat(sentenceOf(impact("raw", "failed")))
        .contains(" goes with 3.25 EUR per customer ")
        .endsWith(
            "Evidence: raw difference: nothing is held equal; its placebo fails: the past, where"
                + " there can be no effect, shows a difference of 2.00 EUR per customer the same"
                + " way.");
    assertThat(sentenceOf(impact("raw", "failed").set("placebo_change_per_customer", -2.0)))
        .endsWith("a difference of -2.00 EUR per customer the other way.");
  }

  @Test
  void aFailedPlaceboContradictsNothingWhereNothingIsClaimed() {
    assertThat(sentenceOf(impact("raw", "failed").set("revenue_change_per_customer_lower", -0.4)))
        .contains("It can't be told from nothing.")
        .doesNotContain("placebo");
  }

  @Test
  void theEvidenceNamesTheDriversThatAreNotHeldEqual() {
    MartRow row = impact("adjusted", "passed").set("left_out_drivers", list("greeting", "app"));

    assertThat(sentenceOf(row))
        .endsWith(
            "the other ratings but '%s' and '%s' are held equal."
                .formatted(text("greeting"), text("app")));
  }

  @Test
  void aTrimmedFigureSaysWhichLowRatingsItIsOf() {
    assertThat(sentenceOf(impact("doubly_robust", "passed").set("overlap_share", 0.924)))
        .contains(
            "low ratings of 'Speed' to the middle, of those 92.4 % that have middle ones like them"
                + " to be compared with, would be worth");
    assertThat(sentenceOf(impact("doubly_robust", "passed").set("overlap_share", 0.99999)))
        .doesNotContain("compared with");
  }

  @Test
  void aScenarioOfTheCompanySaysWhatItTurnsIntoWhat() {
    DriverPlan own =
        new DriverPlan(
            PLAN.asOf(),
            PLAN.segmentSets(),
            PLAN.drivers(),
            PLAN.metrics(),
            List.of(new DriverScenario("calmer", List.of("speed"), 0, 6, 7, 0.1)),
            PLAN.downstream(),
            PLAN.currency(),
            true,
            false,
            5);

    assertThat(
            DriverSentences.ofImpact(
                IMPACTS, impact("adjusted", "passed").set("scenario", "calmer").toRow(), own))
        .contains(
            "turning ratings of 'Speed' from 0 to 6 into 7 for 10.0 % of those who gave them"
                + " (calmer) would be worth");
  }

  @Test
  void withoutAFigureTheReasonIsSaid() {
    MartRow none = impact("adjusted", null).set("revenue_change_per_customer", null);

    assertThat(sentenceOf(none))
        .endsWith(
            "can't be told: too few observations, 90 effective ones where a model of 24 columns"
                + " needs 264.");
    assertThat(sentenceOf(none.set("effective_observations", 900.0)))
        .endsWith("can't be told: too few customers lost, or too few ratings of each kind.");
    assertThat(sentenceOf(none.set("rung", "doubly_robust")))
        .contains("needs 132 effective low ratings and as many middle ones");
    assertThat(sentenceOf(none.set("status", "no_estimand")))
        .contains("there is no doubly robust figure of moving low ratings of 'Speed'");
  }

  @Test
  void whatARisingRatingIsWorthIsSaidToBeAlikeForWhoSpentAlike() {
    assertThat(sentenceOf(impact("adjusted", "passed").set("scenario", "plus_one_point")))
        .contains(
            "would be worth, if it is cause and a point is worth the same to all who rated and"
                + " spent alike, ");
    assertThat(sentenceOf(impact("adjusted", "passed"))).contains("worth, if it is cause, ");
  }

  /** That an arm is too small {@code DoublyRobust} tells by giving no cells. */
  @Test
  void aDoublyRobustFigureThatAnArmIsTooSmallForIsNullAndSaysWhatItNeeds() {
    var none = new DriverBasis.Arms(new double[] {219}, new double[] {5000});
    var segment = new DriverBasis.Segment(0, 0, "all", 9000, none, none, Set.of(0));
    var basis =
        new DriverBasis(
            new DriverCaps(List.of(), List.of()),
            new double[0][][],
            List.of(segment),
            Map.of(),
            List.of());
    Row row =
        DoublyRobustImpacts.row(
            PLAN, basis, List.of(180), new DoublyRobust.Effect(segment, 0, 22, null, null));

    assertThat(new DriverSentences.Values(IMPACTS, row).text("status")).isEqualTo("insufficient");
    assertThat(new DriverSentences.Values(IMPACTS, row).number("revenue_change_per_customer"))
        .isNull();
    assertThat(DriverSentences.ofImpact(IMPACTS, row, PLAN))
        .isEqualTo(
            "Among all customers, what moving low ratings of '%s' to the middle would be worth"
                    .formatted(PLAN.drivers().get(0).text())
                + " can't be told: a doubly robust figure is made for everyone and the first"
                + " segment set, and needs 220 effective low ratings and as many middle ones, and"
                + " customers lost.");
  }

  private static String sentenceOf(MartRow row) {
    row.set("evidence", DriverSentences.evidence(IMPACTS, row.toRow(), PLAN));
    return DriverSentences.ofImpact(IMPACTS, row.toRow(), PLAN);
  }

  private static String text(String driver) {
    return PLAN.drivers().stream()
        .filter(own -> own.id().equals(driver))
        .findFirst()
        .orElseThrow()
        .text();
  }

  private static Object list(String... drivers) {
    return CollectionConverters.asScala(List.of(drivers)).toSeq();
  }

  private static String sentence(MartRow row) {
    return DriverSentences.ofImportance(IMPORTANCE, row.toRow(), PLAN);
  }

  private static MartRow importance() {
    return new MartRow(IMPORTANCE)
        .set("segment", "North")
        .set("outcome", "retained")
        .set("horizon_days", 180)
        .set("driver_text", "Speed")
        .set("effective_observations", 90.4)
        .set("model_columns_count", 24L)
        .set("needed_observations_count", 264L)
        .set("importance_share", 0.02)
        .set("importance_lower", 0.01)
        .set("importance_upper", 0.03)
        .set("history_share", 0.08)
        .set("halo_share", 0.3)
        .set("is_suppressor", false);
  }

  private static MartRow impact(String rung, String placebo) {
    return new MartRow(IMPACTS)
        .set("segment", "North")
        .set("horizon_days", 180)
        .set("driver", "speed")
        .set("driver_text", "Speed")
        .set("scenario", "lows_to_middle")
        .set("rung", rung)
        .set("currency", "EUR")
        .set("revenue_change_per_customer", 3.248)
        .set("revenue_change_per_customer_lower", 1.6)
        .set("revenue_change_per_customer_upper", 4.9)
        .set("revenue_change_amount", new BigDecimal("19211.36"))
        .set("retention_change_points", 1.493)
        .set("q_value", 0.001)
        .set("robustness_value", 0.031)
        .set("benchmark", "past revenue")
        .set("benchmark_change_per_customer", 2.104)
        .set("placebo_change_per_customer", 2.0)
        .set("placebo_verdict", placebo)
        .set("status", "ok")
        .set("effective_observations", 90.4)
        .set("model_columns_count", 24L)
        .set("needed_observations_count", 264L)
        .set("left_out_drivers", list());
  }
}
