package linkage.stats;

import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Observations one by one, and the tables that count them. */
final class FollowUpExample {
  static final int BUCKETS = 12;
  static final int LEVELS = 5;
  static final int HORIZON = 6;
  private static final int LAST = 8;

  /** The fixture of {@code follow_up.R}, whose numbers the tests quote. */
  static final List<Seen> REFERENCE = IntStream.range(0, 360).mapToObj(i -> reference(i)).toList();

  private FollowUpExample() {}

  /** An observation: lost in a period, or followed up through it. */
  record Seen(int bucket, int level, int period, boolean isLost) {
    /** The same, as seen by somebody who looks no further than a period. */
    Seen upTo(int horizon) {
      return period > horizon ? new Seen(bucket, level, horizon, false) : this;
    }
  }

  private static Seen reference(int i) {
    int level = (7 * i + i / 5 + i * i) % 5;
    int ends = (3 * i * i + 5 * i + i / 7) % 9;
    boolean loses = (11 * i + 5 * (i / 3) + i * i) % 10 < 7 - level;
    return new Seen(i % BUCKETS, level, loses ? Math.max(1, ends) : ends, loses);
  }

  /** Random observations with many ties, the more lost the worse their score. */
  static List<Seen> random(long seed, int count) {
    var random = new Random(seed);
    IntUnaryOperator lossOf = level -> 6 - level;
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              int level = random.nextInt(LEVELS);
              boolean isLost = random.nextInt(10) < lossOf.applyAsInt(level);
              int period = random.nextInt(LAST + 1);
              return new Seen(
                  random.nextInt(BUCKETS), level, isLost ? Math.max(1, period) : period, isLost);
            })
        .toList();
  }

  static MetricFollowUp count(List<Seen> observations) {
    double[][][] lost = new double[BUCKETS][LAST + 1][LEVELS];
    double[][][] censored = new double[BUCKETS][LAST + 1][LEVELS];
    for (Seen seen : observations) {
      (seen.isLost ? lost : censored)[seen.bucket][seen.period][seen.level]++;
    }
    return new MetricFollowUp(lost, censored);
  }

  /** Ĝ(p-) by definition, one censoring period after the other. */
  static double followedThrough(List<Seen> observations, int period) {
    double product = 1;
    for (int q = 0; q < period; q++) {
      int before = q;
      double censored = observations.stream().filter(o -> !o.isLost && o.period == before).count();
      double later = observations.stream().filter(o -> o.period > before).count();
      product *= censored + later == 0 ? 1 : later / (censored + later);
    }
    return product;
  }

  /** Kaplan–Meier by definition, one loss period after the other. */
  static double retention(List<Seen> observations, int period) {
    double product = 1;
    for (int q = 1; q <= period; q++) {
      int now = q;
      double lost = observations.stream().filter(o -> o.isLost && o.period == now).count();
      double atRisk = observations.stream().filter(o -> o.period >= now).count();
      if (atRisk == 0) {
        return product > 0 ? Double.NaN : 0;
      }
      product *= 1 - lost / atRisk;
    }
    return product;
  }
}
