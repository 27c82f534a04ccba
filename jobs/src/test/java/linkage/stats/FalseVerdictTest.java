package linkage.stats;

import static linkage.stats.SurveyedCustomers.Loss.OF_THE_CUSTOMER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * How often verdicts are wrong where the truth is known by construction.
 *
 * <p>Unless a test says otherwise, a verdict is that of one look at one segment. With {@value
 * #DRAWS} seeded draws the standard error of a share of 5 % is 0.5 points; what is claimed to be at
 * most 5 % must come out below 6.5 %, three of them above.
 */
class FalseVerdictTest {

  private static final int DRAWS = 2000;
  private static final double AT_MOST = 0.065;
  private static final int LEVELS = 7;

  /** No metric is associated with the loss, and no verdict but no_signal is right. */
  @Test
  void findsASignalInNothingInAtMostOneSegmentOfTwenty() {
    for (int metrics : new int[] {1, 3}) {
      var verdicts = simulate(DRAWS, metrics, 300, 0, 0.5);
      assertThat(share(verdicts, Verdict.NO_SIGNAL)).as("%s", verdicts).isGreaterThan(1 - AT_MOST);
    }
  }

  /** All metrics predict equally well, and no leader is right. */
  @Test
  void callsOneOfEqualMetricsClearInAtMostOneSegmentOfTwenty() {
    for (int metrics : new int[] {2, 3}) {
      var verdicts = simulate(DRAWS, metrics, 300, 0.6, 0.5);
      assertThat(share(verdicts, Verdict.CLEAR)).as("%s", verdicts).isLessThan(AT_MOST);
    }
  }

  /** The same of two metrics that go together as closely as customers' own moods make them. */
  @Test
  void callsOneOfTwoCloselyRelatedMetricsClearInAtMostOneSegmentOfTwenty() {
    var verdicts = simulate(DRAWS, 2, 300, 0.6, 0.9);
    assertThat(share(verdicts, Verdict.CLEAR)).as("%s", verdicts).isLessThan(AT_MOST);
  }

  /** Many losses, and metrics that are equal: that they are can be known. */
  @Test
  void findsATieOfLargeEqualMetrics() {
    var verdicts = simulate(20, 3, 40_000, 0.8, 0.9);
    assertThat(share(verdicts, Verdict.TIE)).as("%s", verdicts).isGreaterThanOrEqualTo(0.9);
  }

  /** Two answers of one customer go together; the truth of who is best doesn't depend on it. */
  @Test
  void isNotMisledByRepeatedAnswers() {
    var customers = new SurveyedCustomers(29, 0, OF_THE_CUSTOMER);
    Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    for (int draw = 0; draw < DRAWS; draw++) {
      var metrics = List.of(customers.draw(300, 60, 3));
      verdicts.merge(Verdict.of(Comparison.of(metrics), new BitSet(), 0), 1, Integer::sum);
    }
    assertThat(share(verdicts, Verdict.NO_SIGNAL)).as("%s", verdicts).isGreaterThan(1 - AT_MOST);
  }

  /**
   * What a company was told in a year of monthly looks at its segments, rightly and by shortcuts.
   */
  private record Year(boolean isClear, boolean isWithoutLooks, boolean isWithoutSegments) {}

  /**
   * Every segment's metrics are equal, so that whatever is clear is wrong. A night takes the p of a
   * year and its q across segments; without either, more than one company in twelve is told wrong.
   */
  @Test
  void callsAnySegmentClearInAnyMonthOfAYearInAtMostOneCompanyOfTwenty() {
    int companies = 400;
    List<Year> years =
        IntStream.range(0, companies).parallel().mapToObj(FalseVerdictTest::year).toList();

    // Three standard errors of a share of 5 % among so many companies.
    double atMost = 0.05 + 3 * Math.sqrt(0.05 * 0.95 / companies);
    assertThat(years.stream().filter(Year::isClear).count())
        .isLessThan((long) (atMost * companies));
    assertThat(years.stream().filter(Year::isWithoutLooks).count())
        .isGreaterThan((long) (atMost * companies));
    assertThat(years.stream().filter(Year::isWithoutSegments).count())
        .isGreaterThan((long) (atMost * companies));
  }

  /**
   * Four segments of 40 new customers a month each, ten of whom are lost, judged on the answers of
   * six months.
   */
  private static Year year(int company) {
    int segments = 4;
    int window = 6;
    var looks = Looks.ofMonths(window);
    List<List<MetricCounts[]>> months = new ArrayList<>();
    List<SurveyedCustomers> customers = new ArrayList<>();
    for (int segment = 0; segment < segments; segment++) {
      long seed = 15_000_000L + (long) segments * company + segment;
      customers.add(new SurveyedCustomers(seed, ValidationStudy.equal(2, 0.7), OF_THE_CUSTOMER));
      months.add(new ArrayList<>());
    }
    boolean isClear = false;
    boolean isWithoutLooks = false;
    boolean isWithoutSegments = false;
    for (int month = 1; month < window + Looks.A_YEAR; month++) {
      List<Comparison> comparisons = new ArrayList<>();
      for (int segment = 0; segment < segments; segment++) {
        months.get(segment).add(customers.get(segment).draw(40, 10, 1));
        if (month >= window) {
          comparisons.add(
              Comparison.of(
                  ValidationStudy.sum(months.get(segment).subList(month - window, month))));
        }
      }
      double[] p = comparisons.stream().mapToDouble(each -> each.withBest().pValue()).toArray();
      // The p of a year is no smaller, and what is above the largest q stays above it.
      double[] ofYear =
          Arrays.stream(p)
              .map(each -> each <= Verdict.LARGEST_Q ? looks.ofYear(each) : each)
              .toArray();
      isClear |= anyClear(comparisons, BenjaminiHochberg.adjust(ofYear));
      isWithoutLooks |= anyClear(comparisons, BenjaminiHochberg.adjust(p));
      isWithoutSegments |= anyClear(comparisons, ofYear);
    }
    return new Year(isClear, isWithoutLooks, isWithoutSegments);
  }

  private static boolean anyClear(List<Comparison> comparisons, double[] q) {
    return IntStream.range(0, q.length)
        .anyMatch(
            segment ->
                Verdict.of(comparisons.get(segment), new BitSet(), q[segment]) == Verdict.CLEAR);
  }

  /** Customers of whom one in five is lost; each metric shares a part with the others. */
  private static Map<Verdict, Integer> simulate(
      int draws, int metrics, int customers, double shift, double common) {
    var random = new Random(41L * metrics + customers);
    Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    for (int draw = 0; draw < draws; draw++) {
      double[][][] retained = new double[metrics][64][LEVELS];
      double[][][] lost = new double[metrics][64][LEVELS];
      for (int customer = 0; customer < customers; customer++) {
        int bucket = random.nextInt(64);
        boolean isLost = customer % 5 == 0;
        double mood = Math.sqrt(common) * random.nextGaussian();
        for (int metric = 0; metric < metrics; metric++) {
          double own = Math.sqrt(1 - common) * random.nextGaussian();
          double latent = mood + own + (isLost ? 0 : shift);
          int level = (int) Math.max(0, Math.min(LEVELS - 1, Math.round(3 + 1.5 * latent)));
          (isLost ? lost : retained)[metric][bucket][level]++;
        }
      }
      List<MetricCounts> counts = new ArrayList<>();
      for (int metric = 0; metric < metrics; metric++) {
        counts.add(new MetricCounts(retained[metric], lost[metric], lost[metric]));
      }
      verdicts.merge(Verdict.of(Comparison.of(counts), new BitSet(), 0), 1, Integer::sum);
    }
    return verdicts;
  }

  private static double share(Map<Verdict, Integer> verdicts, Verdict verdict) {
    int all = verdicts.values().stream().mapToInt(Integer::intValue).sum();
    return verdicts.getOrDefault(verdict, 0) / (double) all;
  }
}
