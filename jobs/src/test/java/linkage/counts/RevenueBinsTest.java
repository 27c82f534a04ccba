package linkage.counts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RevenueBinsTest {
  /** By hand: 10^(i/16) rounded up is 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, … */
  @Test
  void holdSmallAmountsOneByOne() {
    assertThat(List.of(0L, 1L, 2L, 3L, 10L, 11L, 12L, 13L, 14L))
        .extracting(RevenueBins::of)
        .containsExactly(0, 1, 2, 3, 10, 10, 11, 11, 12);
    assertThat(List.of(0, 1, 9, -9)).allMatch(RevenueBins::isSingleAmount);
    assertThat(List.of(10, 11, -11, 60)).noneMatch(RevenueBins::isSingleAmount);
  }

  @Test
  void keepTheOrderOfRevenueAndMirrorItsSign() {
    var random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      long some = Math.round(Math.exp(random.nextDouble() * 40)) * (random.nextBoolean() ? 1 : -1);
      long other = Math.round(some * (0.5 + random.nextDouble()));
      assertThat(RevenueBins.of(-some)).isEqualTo(-RevenueBins.of(some));
      assertThat(Integer.compare(RevenueBins.of(some), RevenueBins.of(other)))
          .isIn(0, Long.compare(some, other));
    }
    assertThat(RevenueBins.of(Long.MIN_VALUE)).isEqualTo(-RevenueBins.of(Long.MAX_VALUE));
  }

  @Test
  void areLessThanSixteenPercentWide() {
    for (long cents = 10; cents < 2_000_000; cents += 1 + cents / 200) {
      assertThat(RevenueBins.of((long) Math.ceil(1.16 * cents)))
          .as("%d cents", cents)
          .isGreaterThan(RevenueBins.of(cents));
    }
  }
}
