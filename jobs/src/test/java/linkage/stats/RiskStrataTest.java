package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RiskStrataTest {

  /** By definition: tenths of 20,000 log odds, up to the width of a bin. */
  @Test
  void cutIntoTenths() {
    var random = new SplittableRandom(1);
    double[] odds = random.doubles(20_000, -3, 5).toArray();
    double[] bins = new double[RiskStrata.BINS];
    Arrays.stream(odds).forEach(value -> bins[RiskStrata.bin(value)]++);
    var strata = new RiskStrata(bins);

    int[] sizes = new int[RiskStrata.STRATA];
    for (double value : odds) {
      sizes[strata.stratum(value)]++;
    }

    assertThat(Arrays.stream(sizes)).allMatch(size -> Math.abs(size - 2000) < 150);
    assertThat(strata.stratum(-2.9)).isZero();
    assertThat(strata.stratum(4.9)).isEqualTo(9);
    assertThat(strata.stratum(-1e9)).isZero();
    assertThat(strata.stratum(1e9)).isEqualTo(9);
  }

  @Test
  void neverPartEquals() {
    double[] bins = new double[RiskStrata.BINS];
    bins[RiskStrata.bin(1.5)] = 100;

    assertThat(new RiskStrata(bins).stratum(1.5)).isEqualTo(5);
    assertThat(new RiskStrata(new double[RiskStrata.BINS]).stratum(1.5)).isZero();
  }

  @Test
  void historyKeepsSignsAndFlagsWhoNeverBought() {
    assertThat(History.row(Math.E - 1, 1 - Math.E, 0, -5, Double.NaN))
        .containsExactly(1, -1, 0, 0, 0, 1);
    assertThat(History.row(0, 0, 0, 0, Math.E - 1)).containsExactly(0, 0, 0, 0, 1, 0);
    assertThat(History.row(0, 0, 0, 0, 0)).hasSize(History.COLUMNS.size());
  }
}
