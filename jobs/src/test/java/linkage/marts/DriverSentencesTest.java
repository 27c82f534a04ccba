package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.contract.Contract;
import org.junit.jupiter.api.Test;

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
            "Among customers of North, 'Speed' accounts for 2.0 % (1.0 to 3.0) of what varies in who"
                + " stays for 180 days beyond history. Better ratings go with a better outcome. It"
                + " is a basic: a low rating costs more than a high one earns. Association, not"
                + " proof of cause.");
  }

  @Test
  void whatCantBeToldFromNothingIsNoReasonToAct() {
    assertThat(sentence(importance().set("importance_q_value", 0.4).set("taken_from", "all")))
        .isEqualTo(
            "Among customers of North, 'Speed' accounts for 2.0 % (1.0 to 3.0) of what varies in who"
                + " stays for 180 days beyond history (taken from all, as there are too few here)."
                + " That can't be told from nothing (q 0.40): acting on it has no support here.");
  }

  @Test
  void tooFewObservationsAreCountedAgainstTheirNeed() {
    assertThat(sentence(importance().set("importance_share", null)))
        .isEqualTo(
            "Among customers of North, there are too few observations to say what 'Speed' has to do"
                + " with who stays for 180 days: 90 for a model of 24 columns, which needs 240.");
  }

  @Test
  void moneySaysItsPeriodItsRungAndWhatWouldEraseIt() {
    assertThat(DriverSentences.ofImpact(IMPACTS, impact("adjusted", "passed").toRow()))
        .isEqualTo(
            "Among customers of North, moving low ratings of 'Speed' to the middle would be worth,"
                + " if it is cause, 3.25 EUR per customer (1.60 to 4.90) and 19,211 EUR in all per"
                + " 180 days, with 1.49 points of retention. Something unmeasured that explains"
                + " 3.1 % of what is left of ratings and of revenue would erase it. Evidence:"
                + " adjusted association: history, month and the other ratings are held equal.");
  }

  @Test
  void aFailedPlaceboStandsInTheSentence() {
    assertThat(DriverSentences.ofImpact(IMPACTS, impact("raw", "failed").toRow()))
        .contains(" goes with 3.25 EUR per customer ")
        .endsWith(
            "Evidence: raw difference: nothing is held equal; contradicted by its placebo, since"
                + " the past shows the same difference.");
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
        .set("observations_count", 90L)
        .set("model_columns_count", 24L)
        .set("importance_share", 0.02)
        .set("importance_lower", 0.01)
        .set("importance_upper", 0.03)
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
        .set("placebo_verdict", placebo)
        .set("evidence", DriverSentences.evidence(rung, placebo));
  }
}
