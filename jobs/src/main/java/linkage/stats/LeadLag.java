package linkage.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Whether a score leads revenue or follows it: how it goes together with the revenue of each month
 * before and after the answer.
 *
 * <p>A score that merely echoes what a customer spent is associated with the future as well, since
 * spending persists. So two associations are told apart at each month after the answer: given the
 * history before the twelve months, which is what a chart over all lags shows alike; and given the
 * revenue up to the answer too, which is what leading rests on.
 *
 * <p><b>Value:</b> partial correlations in [-1, 1]; 0 is no association. With losses, below 0 is
 * favourable.
 *
 * <p><b>Formula:</b> with residuals of the regressions on 1, history (and recent revenue): {@code r
 * = Σ e_x e_y / √(Σ e_x² Σ e_y²)}. The variance is the {@link Jackknife}'s, of Fisher's {@code z =
 * artanh r}; the interval is {@code tanh(z ± t √V)}, with one degree of freedom less than there are
 * buckets with observations at that lag, and for losses with {@link Support#degreesOfFreedom}.
 *
 * <p>The score follows if it is associated with the revenue of any month before the answer; it
 * leads if it is associated with the revenue of, or losses by, any month after it, given all that
 * came before. All these p-values are one family, adjusted by {@link Holm}: a score that does
 * neither is called something in at most 5 % of cases. Either sign counts; the sign is that of the
 * lag's association.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} at lags without variation, or with no more than one
 * observation beyond the number of controls; no interval where fewer than {@value
 * Support#MINIMUM_BUCKETS} buckets have observations, or hold a loss or a retained customer.
 * Leading is order in time, not cause: what both score and revenue later rest on can make one lead
 * the other. Revenue that recent revenue doesn't predict linearly can leave an echo that looks like
 * a lead.
 *
 * <p><b>Cost:</b> O(buckets × lags), some 200,000 operations per bucket.
 *
 * <p><b>References:</b> Granger, Econometrica 37 (1969) 424–438, for leading given the past;
 * Fisher, Metron 3 (1924) 329–332, for the partial correlation.
 *
 * @param lags the months, in order
 * @param judgement what can be said
 */
public record LeadLag(List<Lag> lags, Judgement judgement) {

  /** The largest adjusted p-value of an association. */
  public static final double LARGEST_P = 0.05;

  private static final int[] HISTORY = {LeadLagSums.INTERCEPT, LeadLagSums.HISTORY};

  private static final int[] ALL_BEFORE = {
    LeadLagSums.INTERCEPT,
    LeadLagSums.HISTORY,
    LeadLagSums.FIRST_RECENT,
    LeadLagSums.FIRST_RECENT + 1,
    LeadLagSums.FIRST_RECENT + 2
  };

  /** Associations per lag: revenue, revenue beyond the past, losses, losses beyond the past. */
  private static final int FIGURES = 4;

  /**
   * One month before or after the answer.
   *
   * @param month the lag, -12 to -1 or 1 to 12
   * @param observations how many observations, or which weight, were seen through the month
   * @param revenue the association with the month's revenue, given the history
   * @param revenueBeyondPast the same given all revenue up to the answer; undefined before it
   * @param losses the association with being lost by the end of the month, given the history;
   *     undefined before the answer
   * @param lossesBeyondPast the same given all revenue up to the answer; undefined before it
   * @param revenueP the adjusted p-value: of {@code revenue} before the answer, of {@code
   *     revenueBeyondPast} after it
   * @param lossesP the adjusted p-value of {@code lossesBeyondPast}; {@code NaN} before the answer
   */
  public record Lag(
      int month,
      double observations,
      Estimate revenue,
      Estimate revenueBeyondPast,
      Estimate losses,
      Estimate lossesBeyondPast,
      double revenueP,
      double lossesP) {

    private Lag withP(double adjustedRevenueP, double adjustedLossesP) {
      return new Lag(
          month,
          observations,
          revenue,
          revenueBeyondPast,
          losses,
          lossesBeyondPast,
          adjustedRevenueP,
          adjustedLossesP);
    }

    private boolean isAssociated() {
      return revenueP <= LARGEST_P || lossesP <= LARGEST_P;
    }

    private boolean isJudged() {
      return !Double.isNaN(revenueP) || !Double.isNaN(lossesP);
    }
  }

  /** What a score does. */
  public enum Judgement {
    /** It goes ahead of revenue or losses, beyond what past revenue tells. */
    LEADS,

    /** It goes behind revenue: it echoes what was spent. */
    FOLLOWS,

    /** It does both. */
    BOTH,

    /** Neither is seen. */
    NEITHER,

    /** No month before the answer, or none after it, has enough observations. */
    INSUFFICIENT;

    /** The name in marts, such as {@code leads}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Judges. */
  public static LeadLag of(LeadLagSums sums) {
    double[][] buckets = sums.byBucket();
    var jackknife = Jackknife.of(buckets, LeadLag::figures);
    int count = 2 * LeadLagSums.MONTHS;
    Lag[] unadjusted = new Lag[count];
    double[] p = new double[2 * count];
    for (int index = 0; index < count; index++) {
      unadjusted[index] = lag(jackknife, buckets, index);
      p[index] = unadjusted[index].revenueP();
      p[count + index] = unadjusted[index].lossesP();
    }

    double[] adjusted = Holm.adjust(p);
    List<Lag> lags = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      lags.add(unadjusted[index].withP(adjusted[index], adjusted[count + index]));
    }
    return new LeadLag(List.copyOf(lags), judgement(lags));
  }

  private static Judgement judgement(List<Lag> lags) {
    boolean isPastJudged = before(lags).anyMatch(Lag::isJudged);
    boolean isFutureJudged = after(lags).anyMatch(Lag::isJudged);
    if (!isPastJudged || !isFutureJudged) {
      return Judgement.INSUFFICIENT;
    }
    boolean follows = before(lags).anyMatch(Lag::isAssociated);
    boolean leads = after(lags).anyMatch(Lag::isAssociated);
    if (follows) {
      return leads ? Judgement.BOTH : Judgement.FOLLOWS;
    }
    return leads ? Judgement.LEADS : Judgement.NEITHER;
  }

  private static Stream<Lag> before(List<Lag> lags) {
    return lags.stream().filter(lag -> lag.month() < 0);
  }

  private static Stream<Lag> after(List<Lag> lags) {
    return lags.stream().filter(lag -> lag.month() > 0);
  }

  /** All lags' partial correlations, then their Fisher transforms. */
  private static double[] figures(double[] cells) {
    int lags = cells.length / LeadLagSums.CELLS;
    double[] figures = new double[2 * FIGURES * lags];
    Arrays.fill(figures, Double.NaN);
    for (int lag = 0; lag < lags; lag++) {
      double[] products =
          Arrays.copyOfRange(cells, lag * LeadLagSums.CELLS, (lag + 1) * LeadLagSums.CELLS);
      boolean isAfter = lag >= LeadLagSums.MONTHS;
      double[] givenHistory = Symmetric.residual(products, LeadLagSums.VARIABLES, HISTORY);
      int figure = FIGURES * lag;
      figures[figure] = correlation(products, givenHistory, HISTORY, LeadLagSums.REVENUE);
      if (isAfter) {
        double[] givenAll = Symmetric.residual(products, LeadLagSums.VARIABLES, ALL_BEFORE);
        figures[figure + 1] = correlation(products, givenAll, ALL_BEFORE, LeadLagSums.REVENUE);
        figures[figure + 2] = correlation(products, givenHistory, HISTORY, LeadLagSums.LOST);
        figures[figure + 3] = correlation(products, givenAll, ALL_BEFORE, LeadLagSums.LOST);
      }
    }
    int half = figures.length / 2;
    for (int figure = 0; figure < half; figure++) {
      double r = figures[figure];
      figures[half + figure] = (Math.log1p(r) - Math.log1p(-r)) / 2;
    }
    return figures;
  }

  private static double correlation(
      double[] products, double[] residuals, int[] controls, int outcome) {
    // What is left of so few observations lies on a line, whatever they are.
    if (products[0] < controls.length + 2) {
      return Double.NaN;
    }
    int score = Symmetric.index(LeadLagSums.SCORE, LeadLagSums.SCORE);
    int other = Symmetric.index(outcome, outcome);
    boolean varies =
        residuals[score] > 1e-10 * products[score] && residuals[other] > 1e-10 * products[other];
    double r =
        residuals[Symmetric.index(outcome, LeadLagSums.SCORE)]
            / Math.sqrt(residuals[score] * residuals[other]);
    // Rounding may leave the last digit of a perfect correlation beyond 1.
    return varies ? Math.max(-1, Math.min(1, r)) : Double.NaN;
  }

  /** A lag whose p-values aren't adjusted yet. */
  private static Lag lag(Jackknife jackknife, double[][] buckets, int index) {
    int first = index * LeadLagSums.CELLS;
    double[] lost = new double[buckets.length];
    double[] retained = new double[buckets.length];
    double observations = 0;
    int occupied = 0;
    for (int bucket = 0; bucket < buckets.length; bucket++) {
      double weight = buckets[bucket][first];
      lost[bucket] = buckets[bucket][first + Symmetric.index(LeadLagSums.LOST, 0)];
      retained[bucket] = weight - lost[bucket];
      observations += weight;
      occupied += weight > 0 ? 1 : 0;
    }
    var support = Support.of(retained, lost);
    int forRevenue = occupied < Support.MINIMUM_BUCKETS ? -1 : occupied - 1;
    int forLosses = support.insufficient() ? -1 : support.degreesOfFreedom();
    boolean isAfter = index >= LeadLagSums.MONTHS;
    int month = isAfter ? index - LeadLagSums.MONTHS + 1 : index - LeadLagSums.MONTHS;
    int figure = FIGURES * index;
    return new Lag(
        month,
        observations,
        estimate(jackknife, figure, forRevenue),
        estimate(jackknife, figure + 1, forRevenue),
        estimate(jackknife, figure + 2, forLosses),
        estimate(jackknife, figure + 3, forLosses),
        pValue(jackknife, isAfter ? figure + 1 : figure, forRevenue),
        pValue(jackknife, figure + 3, forLosses));
  }

  private static Estimate estimate(Jackknife jackknife, int figure, int degreesOfFreedom) {
    int transformed = jackknife.estimate().length / 2 + figure;
    var onFishersScale =
        Interval.symmetric(
            jackknife.estimate()[transformed], jackknife.variance(transformed), degreesOfFreedom);
    return new Estimate(
        jackknife.estimate()[figure],
        jackknife.variance(figure),
        degreesOfFreedom,
        new Interval(Math.tanh(onFishersScale.lower()), Math.tanh(onFishersScale.upper())));
  }

  private static double pValue(Jackknife jackknife, int figure, int degreesOfFreedom) {
    int transformed = jackknife.estimate().length / 2 + figure;
    return StudentT.twoSidedP(
        jackknife.estimate()[transformed] / Math.sqrt(jackknife.variance(transformed)),
        degreesOfFreedom);
  }
}
