package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import linkage.contract.Contract;
import org.junit.jupiter.api.Test;

class MartRowTest {
  private static final Contract CONTRACT = Contract.mart("lead_lag");

  @Test
  void takesBackWhatRoundingLeavesBeyondARange() {
    assertThat(correlation(1 + 1e-15)).isEqualTo(1.0);
    assertThat(correlation(-1 - 1e-15)).isEqualTo(-1.0);
    assertThat(correlation(0.5)).isEqualTo(0.5);
  }

  @Test
  void leavesWhatIsWrongForTheAuditToFind() {
    assertThat(correlation(1.001)).isEqualTo(1.001);
    assertThat(correlation(-1.001)).isEqualTo(-1.001);
  }

  @Test
  void publishesNothingForWhatIsNoNumber() {
    assertThat(correlation(Double.NaN)).isNull();
  }

  @Test
  void refusesColumnsThatTheContractDoesNotDeclare() {
    assertThatThrownBy(() -> new MartRow(CONTRACT).set("surprise", 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Object correlation(double value) {
    var row = new MartRow(CONTRACT).set("revenue_correlation", value).toRow();
    return row.get(CONTRACT.names().indexOf("revenue_correlation"));
  }
}
