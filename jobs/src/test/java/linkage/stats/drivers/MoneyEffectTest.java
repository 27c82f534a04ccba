package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MoneyEffectTest {

  /** By definition: Shapley's value over all sets of r, s and u. */
  @Property(tries = 100)
  void isSharedOutByShapley(@ForAll long seed) {
    var random = new Random(seed);
    double[] before = {random.nextDouble(), 1000 * random.nextDouble(), 100 * random.nextDouble()};
    double[] after = {random.nextDouble(), 1000 * random.nextDouble(), 100 * random.nextDouble()};

    var effect = MoneyEffect.of(revenue(before), revenue(after));

    double[] parts =
        Shapley.of(
            3,
            set ->
                revenue(
                        IntStream.range(0, 3)
                            .mapToDouble(i -> (set >> i & 1) == 1 ? after[i] : before[i])
                            .toArray())
                    .expected());
    assertThat(effect.fromRetention()).isCloseTo(parts[0], within(1e-9));
    assertThat(effect.fromRetained()).isCloseTo(parts[1], within(1e-9));
    assertThat(effect.fromLost()).isCloseTo(parts[2], within(1e-9));
    assertThat(effect.fromRetention() + effect.fromRetained() + effect.fromLost())
        .isCloseTo(effect.total(), within(1e-9));
  }

  /**
   * By definition: a linear model's parts are each scenario's own effect, however many there are.
   */
  @Test
  void moreScenariosThanSetsCanBeCountedOfAreSharedOutWhereRetentionStaysPossible() {
    int scenarios = 40;
    double[][] changes = {
      IntStream.range(0, scenarios).mapToDouble(i -> 0.001 * i).toArray(),
      IntStream.range(0, scenarios).mapToDouble(i -> i).toArray(),
      IntStream.range(0, scenarios).mapToDouble(i -> -0.1 * i).toArray()
    };
    var possible = joint(new double[] {0.1, 50, 20}, changes);
    var tooGood = joint(new double[] {0.8, 400, 20}, changes);

    // 0 + 1 + … + 39 = 780.
    assertThat(possible.retention().value()).isCloseTo(0.78, within(1e-12));
    assertThat(possible.revenue().value()).isCloseTo(0.9 * 780, within(1e-9));
    assertThat(possible.byScenario().get(39).value()).isCloseTo(0.9 * 39, within(1e-9));
    assertThat(tooGood.retention().value()).isCloseTo(0.2, within(1e-12));
    assertThat(tooGood.revenue().value()).isFinite();
    assertThat(tooGood.byScenario().get(39).value()).isNaN();
  }

  private static ScenarioEffect joint(double[] before, double[][] changes) {
    var own = new ScenarioEffect.Changes(before, changes);
    return ScenarioEffect.of(new Replicates<>(own, List.of(own, own, own)), 2);
  }

  /** By definition: the mean of the marginal contributions over all orders. */
  @Property(tries = 30)
  void shapleyIsTheMeanOverOrders(@ForAll long seed) {
    var random = new Random(seed);
    double[] values = random.doubles(16).toArray();
    double[] sums = new double[4];
    int[][] orders = new int[24][];
    int count = 0;
    for (int code = 0; code < 256; code++) {
      int[] order = {code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6 & 3};
      if (Arrays.stream(order).distinct().count() == 4) {
        orders[count++] = order;
      }
    }
    for (int[] order : orders) {
      int set = 0;
      for (int player : order) {
        sums[player] += (values[set | 1 << player] - values[set]) / 24;
        set |= 1 << player;
      }
    }

    assertThat(Shapley.of(4, set -> values[set])).containsExactly(sums, within(1e-12));
  }

  @Test
  void refusesToShareOutAmongTooMany() {
    assertThatThrownBy(() -> Shapley.of(21, set -> 0))
        .hasMessage("Cannot share out among 21: the limit is 20.");
  }

  /** By hand: 90 % stay and spend 100, the others 20; then 95 % and 102. */
  @Test
  void tellsKeepingCustomersFromSellingMore() {
    var before = CustomerRevenue.ofTotals(0.9, 90, 2);
    var after = CustomerRevenue.ofTotals(0.95, 0.95 * 102, 1);

    var effect = MoneyEffect.of(before, after);

    assertThat(before.spendOfRetained()).isCloseTo(100, within(1e-12));
    assertThat(before.spendOfLost()).isCloseTo(20, within(1e-12));
    assertThat(effect.total()).isCloseTo(5.9, within(1e-12));
    // 0.05 · (101 - 20), 0.925 · 2, and nothing.
    assertThat(effect.fromRetention()).isCloseTo(4.05, within(1e-12));
    assertThat(effect.fromRetained()).isCloseTo(1.85, within(1e-12));
    assertThat(effect.fromLost()).isCloseTo(0, within(1e-12));
  }

  @Test
  void claimsNoRevenueOfCustomersWhoDoNotExist() {
    var beyond = CustomerRevenue.ofTotals(1.25, 125, -3);

    assertThat(beyond.retention()).isEqualTo(1);
    assertThat(beyond.expected()).isEqualTo(100);
    assertThat(MoneyEffect.of(CustomerRevenue.ofTotals(0.5, 50, 5), beyond).fromLost()).isZero();
    assertThat(CustomerRevenue.ofTotals(-0.5, -5, 30).expected()).isCloseTo(20, within(1e-12));
    assertThat(CustomerRevenue.ofTotals(Double.NaN, 1, 1).expected()).isNaN();
  }

  /** By hand: 1/3 of a cent each; the missing cents go where most was lost, and ties in order. */
  @Test
  void roundsPartsSoThatTheySumToTheTotal() {
    assertThat(Cents.split(new double[] {0.014, 0.014, 0.014})).containsExactly(2, 1, 1);
    assertThat(Cents.split(new double[] {10.006, -4.002, 0.0})).containsExactly(1000, -400, 0);
    assertThat(Cents.of(-0.005)).isEqualTo(-1);
    assertThatThrownBy(() -> Cents.split(new double[] {Double.NaN}))
        .hasMessage("Cannot round NaN to cents.");
  }

  @Property(tries = 300)
  void partsSumToTheTotalToTheCent(@ForAll long seed) {
    var random = new Random(seed);
    double scale = Math.pow(10, random.nextInt(10));
    double[] parts =
        random.doubles(1 + random.nextInt(12)).map(part -> scale * (part - 0.4)).toArray();

    long[] cents = Cents.split(parts);

    assertThat(LongStream.of(cents).sum()).isEqualTo(Cents.of(Arrays.stream(parts).sum()));
    for (int i = 0; i < parts.length; i++) {
      assertThat(cents[i] / 100.0).isCloseTo(parts[i], within(0.0100001));
    }
  }

  /** By R: quantile(x, c(0.1, 0.9), type = 1) of 1 to 20 is 2 and 18. */
  @Test
  void capsAtQuantiles() {
    double[] values = IntStream.rangeClosed(1, 20).map(i -> 21 - i).asDoubleStream().toArray();
    double[] weights = new double[20];
    Arrays.fill(weights, 0.1);

    var caps = Winsor.of(values, weights, 0.1);

    assertThat(caps).isEqualTo(new Winsor(2, 18));
    assertThat(caps.cap(1)).isEqualTo(2);
    assertThat(caps.cap(19.5)).isEqualTo(18);
    assertThat(caps.cap(7)).isEqualTo(7);
    weights[1] = 3;
    assertThat(Winsor.of(values, weights, 0.1).upper()).isEqualTo(19);
    assertThat(Winsor.of(values, new double[20], 0.1).cap(1e9)).isEqualTo(1e9);
  }

  private static CustomerRevenue revenue(double[] values) {
    return new CustomerRevenue(values[0], values[1], values[2]);
  }
}
