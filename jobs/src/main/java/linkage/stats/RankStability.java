package linkage.stats;

import java.util.Arrays;
import java.util.List;

/**
 * Whether the metric that was best in earlier months is still good in later ones.
 *
 * <p>A winner is partly lucky, so its later figure is the fair one: later months had no say in the
 * choice. {@link TimeSplit} chooses the months.
 *
 * <p><b>Value:</b> rank 1 is the highest AUC, and equal AUCs share the mean of their ranks. The
 * correlation of the two rankings is in [-1, 1]: 1 is the same order, 0 no order in common. AUCs
 * are those of the common sample of either time.
 *
 * <p><b>Formula:</b> Spearman's correlation, the ordinary one of the ranks. {@code lead} is the
 * later AUC of the earlier winner minus the highest of the others, with the {@link Jackknife}'s
 * variance of that difference. Its interval is that of {@link ComparisonsWithBest#margin} for the
 * winner, whether or not it leads: which other is the highest was looked for, too.
 *
 * <p><b>Nulls and edges:</b> without both classes at either time there are no ranks: they are
 * {@code NaN}, and the winner is -1 if they are missing earlier. The correlation is {@code NaN}
 * where all AUCs of a time are equal, and with fewer than two metrics; there is no lead then.
 *
 * <p><b>Cost:</b> O(buckets × metrics × levels).
 *
 * @param ranksThen each metric's rank in the earlier months
 * @param ranksNow each metric's rank in the later months
 * @param correlation of the ranks
 * @param winner the metric with the highest AUC in the earlier months, the first declared among
 *     equals, or -1
 * @param winnerThen its AUC in the earlier months
 * @param winnerNow its AUC in the later months
 * @param lead its later AUC minus the best other metric's
 */
public record RankStability(
    double[] ranksThen,
    double[] ranksNow,
    double correlation,
    int winner,
    Estimate winnerThen,
    Estimate winnerNow,
    Estimate lead) {

  /**
   * Compares two times.
   *
   * @param then counts of the earlier months by each metric, on their common sample
   * @param now counts of the later months by the same metrics, on theirs
   */
  public static RankStability of(List<MetricCounts> then, List<MetricCounts> now) {
    if (then.isEmpty() || then.size() != now.size()) {
      throw new IllegalArgumentException(
          "Cannot compare the ranks of %d metrics then and %d now."
              .formatted(then.size(), now.size()));
    }
    var jackknifeThen = MetricCounts.jackknifeOfAucs(then);
    var jackknifeNow = MetricCounts.jackknifeOfAucs(now);
    var supportNow = now.get(0).support();
    int metrics = then.size();
    int winner = highest(jackknifeThen.estimate(), metrics);
    double[] ranksThen = ranks(jackknifeThen.estimate(), metrics);
    double[] ranksNow = ranks(jackknifeNow.estimate(), metrics);
    return new RankStability(
        ranksThen,
        ranksNow,
        correlation(ranksThen, ranksNow),
        winner,
        winner < 0
            ? undefined(-1)
            : MetricCounts.aucEstimate(jackknifeThen, winner, then.get(0).support()),
        winner < 0 ? undefined(-1) : MetricCounts.aucEstimate(jackknifeNow, winner, supportNow),
        winner < 0
            ? undefined(supportNow.degreesOfFreedom())
            : lead(winner, jackknifeNow, supportNow));
  }

  private static Estimate lead(int winner, Jackknife now, Support support) {
    var aucs = new JointAucs(now, support, Unresolved.NOTHING);
    int other = ComparisonsWithBest.highest(aucs.values(), winner);
    int degreesOfFreedom = support.degreesOfFreedom();
    return other < 0
        ? undefined(degreesOfFreedom)
        : new Estimate(
            aucs.values()[winner] - aucs.values()[other],
            now.varianceOfDifference(winner, other),
            degreesOfFreedom,
            ComparisonsWithBest.marginOf(
                winner, aucs.values(), aucs.covariance(), degreesOfFreedom, Unresolved.NOTHING));
  }

  /** Whether the earlier winner has the highest AUC of the later months, too, alone or not. */
  public boolean staysBest() {
    return lead.value() >= 0;
  }

  private static Estimate undefined(int degreesOfFreedom) {
    return new Estimate(Double.NaN, Double.NaN, degreesOfFreedom, Interval.UNDEFINED);
  }

  /** The estimates are followed by their logits. */
  private static int highest(double[] estimates, int metrics) {
    return ComparisonsWithBest.highest(Arrays.copyOf(estimates, metrics), -1);
  }

  private static double[] ranks(double[] aucs, int metrics) {
    double[] ranks = new double[metrics];
    for (int metric = 0; metric < metrics; metric++) {
      double rank = Double.isNaN(aucs[metric]) ? Double.NaN : 1;
      for (int other = 0; other < metrics; other++) {
        boolean isOther = other != metric;
        rank += aucs[other] > aucs[metric] ? 1 : isOther && aucs[other] == aucs[metric] ? 0.5 : 0;
      }
      ranks[metric] = rank;
    }
    return ranks;
  }

  private static double correlation(double[] first, double[] second) {
    double middle = (first.length + 1) / 2.0;
    double products = 0;
    double firstSquares = 0;
    double secondSquares = 0;
    for (int metric = 0; metric < first.length; metric++) {
      products += (first[metric] - middle) * (second[metric] - middle);
      firstSquares += (first[metric] - middle) * (first[metric] - middle);
      secondSquares += (second[metric] - middle) * (second[metric] - middle);
    }
    double size = Math.sqrt(firstSquares * secondSquares);
    return size > 0 ? products / size : Double.NaN;
  }
}
