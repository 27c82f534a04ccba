package linkage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class RangeTest {
  private static final BigDecimal ONE = BigDecimal.ONE;
  private static final BigDecimal TEN = BigDecimal.TEN;

  @Test
  void includesOrExcludesItsEnds() {
    var closed = new Range(ONE, true, TEN, true);
    assertThat(closed.contains(new BigDecimal("1.00"))).isTrue();
    assertThat(closed.contains(TEN)).isTrue();
    assertThat(closed.contains(new BigDecimal("0.99"))).isFalse();
    assertThat(closed.contains(new BigDecimal("10.01"))).isFalse();

    var open = new Range(ONE, false, TEN, false);
    assertThat(open.contains(new BigDecimal("1.00"))).isFalse();
    assertThat(open.contains(TEN)).isFalse();
    assertThat(open.contains(new BigDecimal("1.01"))).isTrue();
  }

  @Test
  void holdsEveryNumberWithoutBounds() {
    assertThat(Range.ALL.contains(new BigDecimal("-1E30"))).isTrue();
    assertThat(Range.ALL.isBounded()).isFalse();
  }

  @Test
  void saysItsBoundsInWords() {
    assertThat(Range.ALL).hasToString("any number");
    assertThat(new Range(BigDecimal.ZERO, true, null, false)).hasToString("at least 0");
    assertThat(new Range(BigDecimal.ZERO, false, null, false)).hasToString("above 0");
    assertThat(new Range(null, false, TEN, false)).hasToString("below 10");
    assertThat(new Range(ONE, true, TEN, true)).hasToString("at least 1 and at most 10");
  }
}
