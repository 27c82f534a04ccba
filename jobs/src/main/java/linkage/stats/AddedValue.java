package linkage.stats;

import java.util.Locale;

/**
 * What a metric tells about the outcome beyond what CRM already knew.
 *
 * <p>A metric can predict well and still add nothing: happy customers may simply be the loyal ones
 * whose history said so. Three views answer it, each from the same {@link RiskCounts}.
 *
 * <p><b>Value:</b>
 *
 * <ul>
 *   <li>{@code withinStrata}: the AUC among customers of equal baseline risk; 0.5 is nothing.
 *   <li>{@code coefficient}: log odds of being retained per standard deviation of the score, given
 *       the baseline; 0 is nothing, below 0 is the wrong direction. {@code pValue} is its two-sided
 *       Wald test.
 *   <li>{@code gain}: by how much the score improves the prediction of customers that the models
 *       have not seen, in nats of log-loss per observation; 0 or less is nothing. {@code
 *       baselineLogLoss} is what there was to improve.
 * </ul>
 *
 * <p><b>Formula:</b> logistic regression of the outcome on {@code a + b · baseline log odds + c ·
 * level}, on cells of (stratum, level) with the cell's mean baseline log odds. The line a + b ·
 * recalibrates the baseline in each segment, and the mean within a cell leaves nothing of the
 * baseline's linear part for the score to pick up. The coefficient's variance is that of {@link
 * Logistic#jackknife}, with {@link Support#degreesOfFreedom}: a likelihood-ratio test would take
 * repeated answers for independent. The gain compares the models with and without c, both fitted
 * without the fold (bucket mod {@value #FOLDS}) that they predict; its interval is that of a {@link
 * Mean} and takes the five pairs of models as given.
 *
 * <p>There is deliberately no net reclassification, no integrated discrimination improvement and no
 * DeLong test between the two models: the first two rise for useless scores, and the third isn't
 * valid for nested models.
 *
 * <p><b>Nulls and edges:</b> {@code NaN} and no interval without both classes. The coefficient is
 * that of {@link Logistic}, pulled towards 0 where the data hardly restrain it.
 *
 * <p><b>References:</b> Demler, Pencina and D'Agostino, Statistics in Medicine 31 (2012) 2577–2587,
 * on nested models; Pepe et al., Statistics in Medicine 34 (2015) 110–121, and Kerr et al.,
 * Epidemiology 25 (2014) 114–121, on reclassification.
 *
 * @param withinStrata the AUC within baseline-risk strata
 * @param coefficient log odds per standard deviation of the score
 * @param pValue of a coefficient of 0, two-sided
 * @param gain nats of log-loss per observation, cross-fitted
 * @param baselineLogLoss the baseline's own log-loss in nats per observation, cross-fitted
 * @param support the spread of both classes over the buckets
 */
public record AddedValue(
    Estimate withinStrata,
    Estimate coefficient,
    double pValue,
    Estimate gain,
    double baselineLogLoss,
    Support support) {

  /** The folds of the cross-fitting. */
  public static final int FOLDS = 5;

  /** The largest p-value of something added. */
  public static final double LARGEST_P = 0.05;

  /** An AUC within strata that is surely less than this far above 0.5 is called nothing. */
  public static final double NOTHING = 0.05;

  /**
   * What can be said; this is the one place that decides.
   *
   * <p><b>Formula:</b> the first that applies:
   *
   * <ol>
   *   <li>{@link Judgement#CANNOT_TELL} if the support is insufficient or a figure is undefined;
   *   <li>{@link Judgement#ADDS_NOTHING} if the interval of the AUC within strata lies within 0.5 ±
   *       {@value Verdict#TIE_MARGIN}: whatever there is doesn't matter to anybody;
   *   <li>{@link Judgement#ADDS} if p ≤ {@value #LARGEST_P}, the coefficient is above 0, and the
   *       gain is above 0;
   *   <li>{@link Judgement#WRONG_DIRECTION} if p ≤ {@value #LARGEST_P} and the coefficient is below
   *       0;
   *   <li>{@link Judgement#ADDS_NOTHING} if the upper end of the AUC within strata is below 0.5 +
   *       {@value #NOTHING};
   *   <li>{@link Judgement#CANNOT_TELL} otherwise: not shown to add, nor shown not to.
   * </ol>
   */
  public Judgement judgement() {
    Interval auc = withinStrata.interval();
    if (support.insufficient() || !auc.isDefined() || Double.isNaN(pValue)) {
      return Judgement.CANNOT_TELL;
    }
    if (auc.within(0.5 - Verdict.TIE_MARGIN, 0.5 + Verdict.TIE_MARGIN)) {
      return Judgement.ADDS_NOTHING;
    }
    boolean isBeyondChance = pValue <= LARGEST_P;
    if (isBeyondChance && coefficient.value() > 0 && gain.value() > 0) {
      return Judgement.ADDS;
    }
    if (isBeyondChance && coefficient.value() < 0) {
      return Judgement.WRONG_DIRECTION;
    }
    return auc.upper() < 0.5 + NOTHING ? Judgement.ADDS_NOTHING : Judgement.CANNOT_TELL;
  }

  /** Whether a metric tells more than CRM knew. */
  public enum Judgement {
    /** It does. */
    ADDS,

    /** It doesn't, or so little that it doesn't matter. */
    ADDS_NOTHING,

    /** Given the baseline, better scores go with more losses. */
    WRONG_DIRECTION,

    /** The data can't tell. */
    CANNOT_TELL;

    /** The name in marts, such as {@code adds_nothing}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
