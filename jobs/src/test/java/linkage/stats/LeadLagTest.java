package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import linkage.stats.LeadLag.Judgement;
import linkage.stats.LeadLag.Lag;
import org.junit.jupiter.api.Test;

/** Expected numbers of the fixture: lead_lag.R. */
class LeadLagTest {

  private static final int DRAWS = 60;

  @Test
  void agreesWithResidualsInR() {
    var after = lag(LeadLag.of(fixture()), 3);

    assertThat(after.observations()).isEqualTo(240);
    assertClose(after.revenue(), 0.4596989603955394, 0.3465168775164929, 0.5596882815895616);
    assertClose(
        after.revenueBeyondPast(), 0.4711805229606464, 0.3549181694513839, 0.5730911977393833);
    assertClose(after.losses(), -0.10319485361041, -0.3501773234394223, 0.1572042423331717);
    assertClose(
        after.lossesBeyondPast(), -0.104042610501088, -0.3541394418569101, 0.1599427440374411);
  }

  /** Two lags have three tests in all: one before the answer, and two after it. */
  @Test
  void adjustsForTheTestsThatWereMade() {
    var result = LeadLag.of(fixture());

    assertThat(lag(result, -2).revenueP()).isCloseTo(3 * 5.978070114688805e-06, within(1e-12));
    assertThat(lag(result, 3).revenueP()).isCloseTo(3 * 5.978070114688805e-06, within(1e-12));
    assertThat(lag(result, 3).lossesP()).isCloseTo(0.4055960784881469, within(1e-9));
    assertThat(lag(result, -2).lossesP()).isNaN();
    assertThat(lag(result, 4).revenueP()).isNaN();
    assertThat(result.judgement()).isEqualTo(Judgement.BOTH);
  }

  /** R: p.adjust(c(.01, .04, .03, .005, NA, .2), "holm"). */
  @Test
  void adjustsAsHolmDoes() {
    double[] adjusted = Holm.adjust(new double[] {.01, .04, .03, .005, Double.NaN, .2});

    assertThat(Arrays.copyOf(adjusted, 4))
        .containsExactly(new double[] {0.04, 0.09, 0.09, 0.025}, within(1e-12));
    assertThat(adjusted[4]).isNaN();
    assertThat(adjusted[5]).isCloseTo(0.2, within(1e-12));
  }

  /** By simulation: a familywise 5 % of 200 draws has a standard error of 1.5 points. */
  @Test
  void seesNothingInNoise() {
    assertThat(shares(1, 0, 0, 200).getOrDefault(Judgement.NEITHER, 0.0)).isGreaterThan(0.9);
  }

  @Test
  void seesAScoreThatLeads() {
    assertThat(shares(2, 1, 0, DRAWS).getOrDefault(Judgement.LEADS, 0.0)).isGreaterThan(0.9);
  }

  /** The echo goes together with the next month, too, since good months come in rows. */
  @Test
  void seesAScoreThatFollows() {
    var company = new Company(new Random(3), 0, 1);
    assertThat(lag(LeadLag.of(company.sums), 1).revenue().interval().lower()).isPositive();

    assertThat(shares(3, 0, 1, DRAWS).getOrDefault(Judgement.FOLLOWS, 0.0)).isGreaterThan(0.9);
  }

  @Test
  void seesAScoreThatDoesBoth() {
    assertThat(shares(4, 1, 1, DRAWS).getOrDefault(Judgement.BOTH, 0.0)).isGreaterThan(0.9);
  }

  @Test
  void saysWhenTooLittleWasSeen() {
    var onlyAfter = new LeadLagSums(64);
    var random = new Random(5);
    for (int i = 0; i < 200; i++) {
      onlyAfter.add(
          i % 64,
          1,
          1,
          random.nextInt(5),
          1,
          new double[3],
          random.nextGaussian(),
          i % 3 == 0 ? 1 : 0);
    }

    assertThat(LeadLag.of(onlyAfter).judgement()).isEqualTo(Judgement.INSUFFICIENT);
    assertThat(LeadLag.of(new LeadLagSums(64)).judgement()).isEqualTo(Judgement.INSUFFICIENT);
    assertThat(lag(LeadLag.of(new LeadLagSums(64)), 1).revenue().interval().isDefined()).isFalse();
  }

  @Test
  void refusesMonthsThatDontExist() {
    var sums = new LeadLagSums(2);

    assertThatThrownBy(() -> sums.add(0, 0, 1, 0, 0, new double[3], 0, 0))
        .hasMessage("Cannot take month 0, expected -12 to -1 or 1 to 12.");
    assertThatThrownBy(() -> sums.add(0, 1, 1, 0, 0, new double[2], 0, 0))
        .hasMessage("Cannot add 2 recent amounts, expected 3.");
    assertThat(IntStream.rangeClosed(-12, 12).filter(lag -> lag != 0).map(LeadLagSums::index))
        .containsExactly(IntStream.range(0, 24).boxed().toArray(Integer[]::new));
  }

  /** By definition: adding an observation at once is adding it at each lag. */
  @Test
  void anObservationIsAddedAtAllLagsThatItWasSeenThrough() {
    var random = new Random(8);
    var atOnce = new LeadLagSums(4);
    var lagByLag = new LeadLagSums(4);
    for (int i = 0; i < 300; i++) {
      int bucket = random.nextInt(3);
      int score = random.nextInt(5);
      double history = random.nextGaussian();
      double[] recent = random.doubles(3).toArray();
      double[] before =
          random.doubles(random.nextInt(13)).map(spent -> spent < 0.5 ? 0 : spent).toArray();
      double[] after = random.doubles(random.nextInt(13)).toArray();
      int lostBy = random.nextInt(20);
      atOnce.add(bucket, score, history, recent, before, after, lostBy);
      for (int month = 1; month <= before.length; month++) {
        lagByLag.add(bucket, -month, 1, score, history, recent, before[month - 1], 0);
      }
      for (int month = 1; month <= after.length; month++) {
        int lost = lostBy <= month ? 1 : 0;
        lagByLag.add(bucket, month, 1, score, history, recent, after[month - 1], lost);
      }
      if (i == 150) {
        // Reading the sums in between changes nothing.
        atOnce.cells(0);
        atOnce = new LeadLagSums(4).merge(atOnce);
      }
    }
    for (int bucket = 0; bucket < 3; bucket++) {
      assertThat(atOnce.cells(bucket)).containsExactly(lagByLag.cells(bucket), within(1e-9));
    }
    atOnce.add(3, 1, 0, new double[3], new double[0], new double[0], 0);
    assertThat(atOnce.holds(3)).as("seen through no month").isFalse();
    assertThat(atOnce.cells(3)).isNull();
  }

  /** By definition of a sum: parts, by whichever way they come together. */
  @Test
  void sumsDontDependOnHowTheyWereSplit() {
    var whole = new Company(new Random(6), 1, 0).sums;
    var merged = new LeadLagSums(64);
    for (int bucket = 0; bucket < 64; bucket++) {
      var part = new LeadLagSums(64);
      if (whole.cells(bucket) != null) {
        part.add(bucket, whole.cells(bucket));
      }
      merged.merge(part);
    }

    assertThat(LeadLag.of(merged)).isEqualTo(LeadLag.of(whole));
  }

  private static Map<Judgement, Double> shares(long seed, double leads, double follows, int draws) {
    var random = new Random(seed);
    Map<Judgement, Double> shares = new EnumMap<>(Judgement.class);
    for (int draw = 0; draw < draws; draw++) {
      shares.merge(
          LeadLag.of(new Company(random, leads, follows).sums).judgement(),
          1.0 / draws,
          Double::sum);
    }
    return shares;
  }

  private static LeadLagSums fixture() {
    var sums = new LeadLagSums(12);
    for (int i = 0; i < 240; i++) {
      int score = (7 * i + i / 5) % 11;
      double history = Math.log1p(13 * i % 29);
      double[] recent = {(3 * i + i / 7) % 5, 11 * i % 13, i * (i / 3) % 7};
      double revenue = (5 * i + 3 * score + i * (i / 11)) % 17 + score / 2.0 + recent[0];
      double lost = (17 * i + i / 4 + 2 * recent[1]) % 10 < 4 - score / 5.0 ? 1 : 0;
      sums.add(i % 12, -2, 1, score, history, recent, revenue, lost);
      sums.add(i % 12, 3, 1, score, history, recent, revenue, lost);
    }
    return sums;
  }

  private static void assertClose(Estimate estimate, double value, double lower, double upper) {
    assertThat(estimate.value()).isCloseTo(value, within(1e-9));
    assertThat(estimate.interval().lower()).isCloseTo(lower, within(1e-9));
    assertThat(estimate.interval().upper()).isCloseTo(upper, within(1e-9));
  }

  private static Lag lag(LeadLag result, int month) {
    return result.lags().get(LeadLagSums.index(month));
  }

  /**
   * Customers who spend around a level of their own, with good and bad months. Their experience is
   * independent of it. The score mixes noise with the experience, which raises later revenue and
   * lowers later losses, and with what was spent in the three months before.
   */
  private static final class Company {
    private final LeadLagSums sums = new LeadLagSums(64);

    Company(Random random, double leads, double follows) {
      for (int customer = 0; customer < 700; customer++) {
        double level = 3 + 0.5 * random.nextGaussian();
        double experience = random.nextGaussian();
        double[] past = new double[24];
        double mood = 0.4 * random.nextGaussian();
        for (int month = 0; month < 24; month++) {
          mood = next(mood, random);
          past[month] = Math.exp(level + mood);
        }
        double spent = Math.log(Arrays.stream(past, 21, 24).average().orElseThrow()) - 3;
        double score =
            Math.rint(5 + 1.5 * (leads * experience + 2 * follows * spent + random.nextGaussian()));
        add(random, customer % 64, score, past, level, mood, leads * experience);
      }
    }

    /** A good month is often followed by another. */
    private static double next(double mood, Random random) {
      return 0.7 * mood + 0.4 * Math.sqrt(1 - 0.49) * random.nextGaussian();
    }

    private void add(
        Random random,
        int bucket,
        double score,
        double[] past,
        double level,
        double lastMood,
        double effect) {
      double history = History.signedLog(Arrays.stream(past, 0, 12).sum());
      double[] recent = {
        History.signedLog(Arrays.stream(past, 12, 21).sum()),
        History.signedLog(Arrays.stream(past, 21, 23).sum()),
        History.signedLog(past[23])
      };
      for (int lag = -12; lag < 0; lag++) {
        sums.add(bucket, lag, 1, score, history, recent, History.signedLog(past[24 + lag]), 0);
      }
      boolean lost = false;
      double mood = lastMood;
      for (int lag = 1; lag <= 12; lag++) {
        lost |= random.nextDouble() < 0.02 * Math.exp(-0.5 * effect);
        mood = next(mood, random);
        double revenue = Math.exp(level + 0.25 * effect + mood);
        sums.add(
            bucket,
            lag,
            1,
            score,
            history,
            recent,
            lost ? 0 : History.signedLog(revenue),
            lost ? 1 : 0);
      }
    }
  }
}
