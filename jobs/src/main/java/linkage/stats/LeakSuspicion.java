package linkage.stats;

import java.util.stream.IntStream;
import org.hipparchus.distribution.discrete.BinomialDistribution;

/**
 * The suspicion that a score was filled in after the outcome was known, or by the same event.
 *
 * <p>Such a score predicts too well: at some level nobody, or everybody, is lost. A level without
 * losses alone proves nothing, since a large healthy company has many. So two things must come
 * together: an AUC that honest surveys don't reach, and a level whose losses chance can't explain.
 *
 * <p><b>Value:</b> the levels that carry the suspicion, in ascending order; none if the metric
 * isn't suspected.
 *
 * <p><b>Formula:</b> AUC above {@value #AUC} with a lower limit above {@value #LOWER_LIMIT}, and at
 * a level a two-sided exact binomial p below {@value #P} / levels. That p is twice the smaller tail
 * of losses among the level's observations at the loss rate of all levels together.
 *
 * <p><b>Nulls and edges:</b> none without an interval of the AUC. The binomial takes observations
 * for independent; the interval, which doesn't, is what protects customers who answer often from
 * raising a suspicion. Weights are rounded to whole observations.
 *
 * <p><b>Cost:</b> O(levels).
 */
public final class LeakSuspicion {

  /** An AUC must exceed this. */
  public static final double AUC = 0.90;

  /** The lower limit of the AUC must exceed this. */
  public static final double LOWER_LIMIT = 0.80;

  /** A level's p must fall below this, divided by the number of levels. */
  public static final double P = 1e-4;

  private LeakSuspicion() {}

  /**
   * The levels that make a metric suspicious.
   *
   * @param retained retained observations per level
   * @param lost lost observations per level
   * @param auc the metric's AUC with its interval
   */
  public static int[] levels(double[] retained, double[] lost, Estimate auc) {
    boolean tooGood = auc.value() > AUC && auc.interval().lower() > LOWER_LIMIT;
    if (!tooGood) {
      return new int[0];
    }

    double lossRate = Sums.of(lost) / (Sums.of(lost) + Sums.of(retained));
    return IntStream.range(0, lost.length)
        .filter(level -> binomialP(lost[level], retained[level], lossRate) < P / lost.length)
        .toArray();
  }

  /** The two-sided p of that many losses; R: {@code 2 * min(pbinom(…), 1 - pbinom(… - 1))}. */
  private static double binomialP(double lost, double retained, double lossRate) {
    int losses = (int) Math.round(lost);
    int observations = losses + (int) Math.round(retained);
    if (observations == 0) {
      return 1;
    }
    var binomial = new BinomialDistribution(observations, lossRate);
    double atMost = binomial.cumulativeProbability(losses);
    double atLeast = 1 - binomial.cumulativeProbability(losses - 1);
    return Math.min(1, 2 * Math.min(atMost, atLeast));
  }
}
