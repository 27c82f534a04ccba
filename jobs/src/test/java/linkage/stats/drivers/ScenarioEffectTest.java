package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScenarioEffectTest {
  private static final MoneyColumns MONEY = new MoneyColumns(0, 1, 2);
  private static final int LOW = 3;
  private static final int HIGH = 4;
  private static final int VALUE = 5;
  private static final int DEGREES_OF_FREEDOM = 63;

  /** By definition: with one covariate-free cell, moving the lows is the difference of means. */
  @Test
  void isTheDifferenceOfMeansWhenRaw() {
    List<double[]> rows = rows(3);
    double[] lows = rows.stream().filter(row -> row[LOW] == 1).mapToDouble(this::revenue).toArray();
    double[] middles =
        rows.stream().filter(row -> row[LOW] + row[HIGH] == 0).mapToDouble(this::revenue).toArray();

    var effect =
        Scenario.effect(
            moments(rows),
            Moments::centred,
            DEGREES_OF_FREEDOM,
            MONEY,
            List.of(Scenario.lowsToMiddle(LOW)),
            LOW,
            HIGH);

    double gain =
        Arrays.stream(middles).average().orElseThrow()
            - Arrays.stream(lows).average().orElseThrow();
    assertThat(effect.revenue().value()).isCloseTo(gain * lows.length / rows.size(), within(1e-10));
    assertThat(
            effect.fromRetention().value()
                + effect.fromRetained().value()
                + effect.fromLost().value())
        .isCloseTo(effect.revenue().value(), within(1e-10));
    assertThat(effect.byScenario().get(0).value())
        .isCloseTo(effect.revenue().value(), within(1e-10));
  }

  /** Parts of a joint scenario sum to its total, also where together they would keep too many. */
  @Test
  void sharesAJointScenarioOutToTheCent() {
    BucketedMoments moments = moments(rows(4));
    for (double scale : new double[] {1, 8}) {
      var effect =
          Scenario.effect(
              moments,
              Moments::absorbed,
              DEGREES_OF_FREEDOM,
              MONEY,
              List.of(
                  Scenario.by(HIGH, 0.2 * scale),
                  Scenario.by(VALUE, 0.5 * scale),
                  Scenario.lowsToMiddle(LOW).and(Scenario.by(HIGH, LOW))),
              VALUE,
              LOW,
              HIGH);

      double[] parts = effect.byScenario().stream().mapToDouble(part -> part.value()).toArray();
      assertThat(Arrays.stream(parts).sum()).isCloseTo(effect.revenue().value(), within(1e-9));
      assertThat(Arrays.stream(Cents.split(parts)).sum())
          .isEqualTo(Cents.of(effect.revenue().value()));
      double retained = moments.total().absorbed().means()[MONEY.retained()];
      if (scale == 8) {
        assertThat(effect.retention().value()).isCloseTo(1 - retained, within(1e-12));
      }
    }
  }

  private double revenue(double[] row) {
    return row[MONEY.fromRetained()] + row[MONEY.fromLost()];
  }

  /** Retention and spend fall with a low rating and rise with a high one and with value. */
  private static List<double[]> rows(int seed) {
    var random = new Random(seed);
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      double value = 2 * random.nextDouble() - 1;
      double opinion = value + random.nextGaussian();
      int low = opinion < -0.6 ? 1 : 0;
      int high = opinion > 0.6 ? 1 : 0;
      boolean isRetained = random.nextDouble() < 0.72 + 0.12 * value - 0.08 * low + 0.04 * high;
      double spent = (80 + 50 * value - 14 * low + 6 * high) * random.nextDouble();
      rows.add(
          new double[] {
            isRetained ? 1 : 0, isRetained ? spent : 0, isRetained ? 0 : spent / 5, low, high, value
          });
    }
    return rows;
  }

  private static BucketedMoments moments(List<double[]> rows) {
    List<String> columns =
        List.of("retained", "revenue of retained", "revenue of lost", "low", "high", "value");
    Moments[] buckets = new Moments[DEGREES_OF_FREEDOM + 1];
    Arrays.setAll(buckets, bucket -> new Moments(columns));
    for (int i = 0; i < rows.size(); i++) {
      buckets[i % buckets.length].add(rows.get(i), i % 6, 1);
    }
    return new BucketedMoments(List.of(buckets));
  }
}
