package linkage.stats;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Hsu's multiple comparisons with the best: which of several candidates may be the best, and how
 * far each is from the best of the others.
 *
 * <p>Only the best one's lead matters, so only differences from it are guarded, not all pairs; and
 * all of them at once, so that the claims hold together however many candidates there are.
 *
 * <p><b>Value:</b> differences in the units of the estimates, higher being better. Candidates are
 * indices.
 *
 * <p><b>Formula:</b> D_ij is the difference of candidates i and j with standard error s_ij, and
 * d_i(α) the {@link LargestT} critical value of candidate i for {@code max_j T_ij}, j ≠ i, with the
 * correlations of its own differences. With α = 0.05:
 *
 * <ul>
 *   <li>i is in the best set unless {@code D_ij + d_i s_ij < 0} for some j;
 *   <li>the lead of i, {@code θ_i - max_{j≠i} θ_j}, is at most {@code max(0, min_j (D_ij + d_i
 *       s_ij))}, and at least {@code min(0, min_j (D_ij - d_j s_ij))} over the other j in the best
 *       set, or 0 if there are none.
 * </ul>
 *
 * <p>All these statements hold together with 95 %: they follow from the one event that no estimated
 * difference of the truly best candidate from another falls short of the true one by more than its
 * d standard errors. An interval's lower end is at most 0 and its upper end at least 0.
 *
 * <p>Whether the leader ℓ, picked since it looks best, really is takes more: of two equal
 * candidates one or the other would exceed d(0.05) in 10 % of samples. So its differences are
 * {@code D_ℓj ± d_ℓ(0.025) s_ℓj}, and the p-value is their dual, {@code 2 P(max_j T_ℓj > min_j D_ℓj
 * / s_ℓj)}: it is below 0.05 if and only if every difference lies above 0. Doubled, it allows for
 * either candidate to have been the leader, and is the usual two-sided one of two candidates.
 *
 * <p><b>Nulls and edges:</b> a candidate without a variance may always be best, and nothing is
 * known of its differences; then no lead has an interval, and the p-value is {@code NaN}. Two
 * candidates that agree in every replicate differ by exactly 0. The leader is the first among
 * equals, and -1 without any estimate; a single candidate leads nobody.
 *
 * <p><b>Cost:</b> O(candidates² × directions × dimensions): 2 ms for three candidates and 15 ms for
 * eight.
 *
 * <p><b>References:</b> Hsu, Multiple Comparisons (1996), chapter 4; Edwards and Hsu, Journal of
 * the American Statistical Association 78 (1983) 965–971, for a critical value of each candidate's
 * own; R: {@code mvtnorm::qmvt} for these.
 *
 * @param leader the candidate with the highest estimate, or -1
 * @param runnerUp the candidate with the next, or -1
 * @param bestSet the candidates that may be the best at 95 %
 * @param leads each estimate minus the highest of the others
 * @param leadIntervals the simultaneous 95 % intervals of the leads, as above
 * @param differences the 95 % intervals of the leader minus each other, held together; the leader's
 *     own is 0
 * @param critical d_ℓ(0.025), with which these were made
 * @param pValue how surprising the lead would be if some other candidate were as good
 */
public record ComparisonsWithBest(
    int leader,
    int runnerUp,
    BitSet bestSet,
    double[] leads,
    List<Interval> leadIntervals,
    List<Interval> differences,
    CriticalValue critical,
    double pValue) {

  /** The chance that the best set misses the best candidate. */
  public static final double ALPHA = 0.05;

  /** Differences of a leader picked by its looks leave this on either side. */
  private static final double EITHER_SIDE = ALPHA / 2;

  /**
   * Compares candidates.
   *
   * @param estimates the estimate of each candidate; {@code NaN} where there is none
   * @param covariance their covariance matrix
   * @param degreesOfFreedom of the covariance; infinite if it is known; below 1, nothing is known
   */
  public static ComparisonsWithBest of(
      double[] estimates, double[][] covariance, double degreesOfFreedom) {
    return of(estimates, covariance, degreesOfFreedom, Unresolved.NOTHING);
  }

  /**
   * Compares candidates whose estimates are of pairs of which some aren't resolved: all intervals
   * and the p-value hold for the exact values.
   */
  static ComparisonsWithBest of(
      double[] estimates, double[][] covariance, double degreesOfFreedom, Unresolved unresolved) {
    var candidates =
        new Candidates(new Contrasts(estimates, covariance), degreesOfFreedom, unresolved);
    int leader = highest(estimates, -1);
    int runnerUp = leader < 0 ? -1 : highest(estimates, leader);
    var bestSet = leader < 0 ? new BitSet() : candidates.bestSet();

    double[] leads = new double[estimates.length];
    List<Interval> leadIntervals = new ArrayList<>();
    for (int i = 0; i < leads.length; i++) {
      int best = highest(estimates, i);
      leads[i] = best < 0 ? Double.NaN : estimates[i] - estimates[best];
      leadIntervals.add(best < 0 ? Interval.UNDEFINED : candidates.lead(i, bestSet));
    }
    CriticalValue critical =
        leader < 0 ? CriticalValue.UNDEFINED : candidates.criticalOfLeader(leader);
    List<Interval> differences = new ArrayList<>();
    for (int j = 0; j < leads.length; j++) {
      differences.add(
          leader < 0 ? Interval.UNDEFINED : candidates.difference(leader, j, critical.value()));
    }
    return new ComparisonsWithBest(
        leader,
        runnerUp,
        bestSet,
        leads,
        List.copyOf(leadIntervals),
        List.copyOf(differences),
        critical,
        runnerUp < 0 ? Double.NaN : candidates.pValue(leader));
  }

  /**
   * The 95 % interval of a candidate's lead over the best of the others, whether or not it leads,
   * as {@link #margin} is of the leader.
   */
  static Interval marginOf(
      int candidate,
      double[] estimates,
      double[][] covariance,
      double degreesOfFreedom,
      Unresolved unresolved) {
    var candidates =
        new Candidates(new Contrasts(estimates, covariance), degreesOfFreedom, unresolved);
    double critical = candidates.criticalOfLeader(candidate).value();
    List<Interval> differences = new ArrayList<>();
    for (int j = 0; j < estimates.length; j++) {
      differences.add(candidates.difference(candidate, j, critical));
    }
    return estimates.length < 2 ? Interval.UNDEFINED : least(differences, candidate);
  }

  /**
   * The 95 % interval of the leader's lead over the best of the others: it lies above 0 if and only
   * if each difference's does.
   */
  public Interval margin() {
    return runnerUp < 0 ? Interval.UNDEFINED : least(differences, leader);
  }

  private static Interval least(List<Interval> differences, int except) {
    var margin = new Interval(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    for (int j = 0; j < differences.size(); j++) {
      if (j != except) {
        // The minimum with NaN is NaN: one unknown difference leaves the least unknown.
        margin =
            new Interval(
                Math.min(margin.lower(), differences.get(j).lower()),
                Math.min(margin.upper(), differences.get(j).upper()));
      }
    }
    return margin;
  }

  /** The highest of the estimates but one, the first among equals; -1 without any. */
  static int highest(double[] estimates, int except) {
    int highest = -1;
    for (int i = 0; i < estimates.length; i++) {
      boolean isCandidate = i != except && !Double.isNaN(estimates[i]);
      if (isCandidate && (highest < 0 || estimates[i] > estimates[highest])) {
        highest = i;
      }
    }
    return highest;
  }

  /** The differences of each candidate, and how large the largest of them may be by chance. */
  private static final class Candidates {
    private final Contrasts contrasts;
    private final Unresolved unresolved;

    private final double degreesOfFreedom;

    /** By candidate, made when asked for, since making one costs more than all else. */
    private final LargestT[] largest;

    /** By candidate; 0 until asked for. */
    private final double[] critical;

    Candidates(Contrasts contrasts, double degreesOfFreedom, Unresolved unresolved) {
      this.contrasts = contrasts;
      this.unresolved = unresolved;
      this.degreesOfFreedom = degreesOfFreedom;
      this.largest = new LargestT[contrasts.size()];
      this.critical = new double[contrasts.size()];
    }

    /** The largest of a candidate's statistics; null if no uncertain difference is known. */
    private LargestT largest(int i) {
      if (largest[i] == null) {
        double[][] statistics = contrasts.unitRows(i);
        boolean isUncertain = statistics.length > 0 && degreesOfFreedom >= 1;
        largest[i] = isUncertain ? new LargestT(statistics, degreesOfFreedom) : null;
      }
      return largest[i];
    }

    private double critical(int i) {
      if (critical[i] == 0) {
        critical[i] = largest(i) == null ? Double.NaN : largest(i).critical(ALPHA);
      }
      return critical[i];
    }

    CriticalValue criticalOfLeader(int leader) {
      if (largest(leader) == null) {
        return CriticalValue.UNDEFINED;
      }
      double value = largest(leader).critical(EITHER_SIDE);
      return new CriticalValue(value, largest(leader).error(value));
    }

    BitSet bestSet() {
      var best = new BitSet();
      for (int i = 0; i < critical.length; i++) {
        boolean mayBeBest = true;
        for (int j = 0; j < critical.length; j++) {
          mayBeBest &= !(difference(i, j, critical(i)).upper() < 0);
        }
        best.set(i, mayBeBest);
      }
      return best;
    }

    Interval lead(int i, BitSet best) {
      double lower = 0;
      double upper = Double.POSITIVE_INFINITY;
      for (int j = 0; j < critical.length; j++) {
        if (j != i) {
          upper = Math.min(upper, difference(i, j, critical(i)).upper());
          double least = difference(i, j, critical(j)).lower();
          // Not known counts even where the other can't be best: no lead is known without it.
          lower = best.get(j) || Double.isNaN(least) ? Math.min(lower, least) : lower;
        }
      }
      return Double.isNaN(lower + upper)
          ? Interval.UNDEFINED
          : new Interval(lower, Math.max(0, upper));
    }

    /** Candidate i minus candidate j, give or take so many standard errors. */
    Interval difference(int i, int j, double critical) {
      double difference = contrasts.difference(i, j);
      double error = contrasts.error(i, j);
      double half = error == 0 ? 0 : critical * error;
      if (Double.isNaN(difference + half)) {
        return Interval.UNDEFINED;
      }
      var counted = new Interval(difference - half, difference + half);
      return i == j ? counted : unresolved.difference(counted);
    }

    double pValue(int leader) {
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < critical.length; j++) {
        if (j != leader) {
          boolean areSame = contrasts.areSame(leader, j);
          double beyond =
              Math.max(0, contrasts.difference(leader, j) - unresolved.leastDifference());
          double statistic = beyond / contrasts.error(leader, j);
          least = Math.min(least, areSame ? 0 : statistic);
        }
      }
      if (Double.isNaN(least) || least == 0) {
        return least == 0 ? 1 : Double.NaN;
      }
      return largest(leader) == null
          ? Double.NaN
          : Math.min(1, 2 * largest(leader).upperTail(least));
    }
  }
}
