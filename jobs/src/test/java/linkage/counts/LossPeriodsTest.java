package linkage.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LossPeriodsTest {
  private static final LossPeriods PERIODS =
      LossPeriods.of(List.of(180, 90, 365), OptionalInt.empty());

  @Test
  void endEveryThirtyDaysAndAtEveryHorizon() {
    assertThat(IntStream.rangeClosed(0, PERIODS.last()).map(PERIODS::end))
        .containsExactly(0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330, 360, 365);
    assertThat(PERIODS.endingOn(90)).isEqualTo(3);
    assertThat(PERIODS.endingOn(365)).isEqualTo(13);
  }

  @Test
  void endWhereInactivityDecides() {
    var periods = LossPeriods.of(List.of(100), OptionalInt.of(45));

    assertThat(IntStream.rangeClosed(0, periods.last()).map(periods::end))
        .containsExactly(0, 30, 45, 60, 90, 100);
  }

  @Test
  void aFollowUpCompletesThePeriodsThatEndWithinIt() {
    assertThat(List.of(0, 29, 30, 31, 364, 365, 9999))
        .extracting(PERIODS::completedBy)
        .containsExactly(0, 0, 1, 1, 12, 13, 13);
  }

  @Test
  void aPeriodHoldsItsLastDayAndNotItsFirstBoundary() {
    assertThat(List.of(1, 30, 31, 90, 91, 361, 365, 366))
        .extracting(PERIODS::holding)
        .containsExactly(1, 1, 2, 3, 4, 13, 13, 14);
  }

  /** By definition: a window is mature exactly if its follow-up completes the horizon's period. */
  @Test
  void agreeWithMaturityAndLossAtEveryHorizon() {
    for (int horizon : List.of(90, 180, 365)) {
      int period = PERIODS.endingOn(horizon);
      for (int days = 1; days <= 400; days++) {
        assertThat(PERIODS.completedBy(days) >= period).isEqualTo(days >= horizon);
        assertThat(PERIODS.holding(days) <= period).isEqualTo(days <= horizon);
      }
    }
  }

  @Test
  void saysWhichDaysThereAreIfAskedForAnother() {
    assertThatThrownBy(() -> LossPeriods.of(List.of(60), OptionalInt.empty()).endingOn(45))
        .hasMessage("Cannot find a loss period that ends on day 45: they end on [0, 30, 60].");
  }
}
