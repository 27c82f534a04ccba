package linkage.stats;

import java.util.Arrays;
import java.util.Locale;

/**
 * The number a score is reported as, from counts per level.
 *
 * <p>Each headline is a mean of a value attached to each level, so one formula serves all.
 *
 * <p><b>Formula:</b> {@code Σ_k value_k c_k / Σ_k c_k}, where c_k counts the responses at level k.
 * When responses are independent, the variance of the NPS (as a share) is {@code (p + d - (p - d)²)
 * / n}, with p promoters and d detractors as shares.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} without responses, or where the headline doesn't fit the
 * scale. The interval is {@link Interval#symmetric}, cut off at the ends of the scale; for the two
 * shares it is that of {@link Proportion}. If all responses are alike, nothing tells how much
 * others might differ; the interval then is Wilson's on the scale from its lowest to its highest
 * value, with each bucket as one trial.
 *
 * <p><b>Cost:</b> O(buckets × levels).
 *
 * <p><b>References:</b> Rowe, "Net Promoter Score Confidence Intervals", R-bloggers (2016), for the
 * NPS variance.
 */
public enum HeadlineScore {
  /** Promoters minus detractors in points, -100 to 100; for the eleven levels 0 to 10 only. */
  NPS {
    @Override
    double[] values(double[] raw) {
      double[] values = new double[raw.length];
      for (int level = 0; level < raw.length; level++) {
        values[level] = 100.0 * (Coding.NPS3.code(level, raw.length) - 1);
      }
      return values;
    }

    @Override
    boolean appliesTo(int levels) {
      return Coding.NPS3.appliesTo(levels);
    }
  },

  /** The share of the best answer, 0 to 1. */
  TOP_BOX {
    @Override
    double[] values(double[] raw) {
      return coded(Coding.TOP_BOX, raw.length);
    }

    @Override
    boolean appliesTo(int levels) {
      return Coding.TOP_BOX.appliesTo(levels);
    }
  },

  /** The share of the best two answers, 0 to 1. */
  TOP2_BOX {
    @Override
    double[] values(double[] raw) {
      return coded(Coding.TOP2_BOX, raw.length);
    }

    @Override
    boolean appliesTo(int levels) {
      return Coding.TOP2_BOX.appliesTo(levels);
    }
  },

  /** The mean on the raw scale, in its own direction. */
  MEAN {
    @Override
    double[] values(double[] raw) {
      return raw;
    }

    @Override
    boolean appliesTo(int levels) {
      return levels >= 2;
    }
  };

  /** What each level counts as. */
  abstract double[] values(double[] raw);

  /** Whether the headline is defined for a scale of that many levels. */
  abstract boolean appliesTo(int levels);

  private static double[] coded(Coding coding, int levels) {
    double[] values = new double[levels];
    for (int level = 0; level < levels; level++) {
      values[level] = coding.code(level, levels);
    }
    return values;
  }

  /**
   * The headline with its interval.
   *
   * @param counts responses (or their weights) as [bucket][level], levels in favourable order
   * @param raw the raw score of each level, such as 5, 4, 3, 2, 1 where 1 is the best; only {@link
   *     #MEAN} depends on the values, the others on their number
   */
  public Estimate of(double[][] counts, double[] raw) {
    if (!appliesTo(raw.length)) {
      return new Estimate(Double.NaN, Double.NaN, -1, Interval.UNDEFINED);
    }

    double[] values = values(raw);
    double[] sums = new double[counts.length];
    for (int bucket = 0; bucket < counts.length; bucket++) {
      for (int level = 0; level < values.length; level++) {
        sums[bucket] += values[level] * counts[bucket][level];
      }
    }

    double[] totals = Sums.ofRows(counts);
    return this == TOP_BOX || this == TOP2_BOX
        ? Proportion.of(sums, totals, Double.POSITIVE_INFINITY)
        : bounded(Mean.of(sums, totals), values);
  }

  private static Estimate bounded(Estimate mean, double[] values) {
    double low = Arrays.stream(values).min().orElseThrow();
    double high = Arrays.stream(values).max().orElseThrow();
    // A ratio of sums of weights may leave the scale by a last digit where all answers are alike.
    double value = Math.max(low, Math.min(high, mean.value()));
    var interval = mean.interval().clip(low, high);
    if (mean.variance() == 0) {
      double share = (value - low) / (high - low);
      int buckets = mean.degreesOfFreedom() + 1;
      interval = Interval.wilson(share, buckets, StudentT.NORMAL_CRITICAL).scaled(low, high - low);
    }
    return new Estimate(value, mean.variance(), mean.degreesOfFreedom(), interval);
  }

  /** The name of the headline in marts, such as {@code top2_box}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
