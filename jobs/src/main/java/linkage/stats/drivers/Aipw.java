package linkage.stats.drivers;

import java.util.ArrayList;
import java.util.List;
import linkage.stats.Estimate;
import linkage.stats.Jackknife;
import linkage.stats.Support;

/**
 * The effect of a treatment, such as a bad experience, that is right if either of two models is:
 * the one of who is treated, or the one of what happens to them.
 *
 * <p>Rows are added to the cells of their bucket with what models of other rows say of them, and
 * cells of any rows may be summed.
 *
 * <p><b>Value:</b> mean outcome with the treatment minus without, in the outcome's units.
 *
 * <p><b>Formula:</b> with T = 1 for treated, propensity e = P(T = 1 | x) and predictions μ₁, μ₀ of
 * the outcome Y with and without treatment,
 *
 * <ul>
 *   <li>on everybody: the mean of {@code μ₁ - μ₀ + T (Y - μ₁) / e - (1 - T)(Y - μ₀) / (1 - e)};
 *   <li>on the treated: the sum of {@code T (Y - μ₀) - (1 - T) e / (1 - e) (Y - μ₀)} over that of
 *       T.
 * </ul>
 *
 * <p>Weighting alone, {@code Σ T a Y / Σ T a - Σ (1 - T) b Y / Σ (1 - T) b} with the same weights,
 * is given beside it: where the two differ, they lean on different models.
 *
 * <p><b>Nulls and edges:</b> rows with e above {@code 1 - trim}, and for the effect on everybody
 * also below {@code trim}, have nobody to be compared with. They are left out and counted; the
 * effect then is that on the others. {@code NaN} without treated or untreated rows.
 *
 * <p><b>Cost:</b> O(outcomes) per row. Variances: jackknife over buckets, with the models as they
 * are: their own error is of second order.
 *
 * <p><b>References:</b> Robins, Rotnitzky and Zhao, Journal of the American Statistical Association
 * 89 (1994) 846–866; Chernozhukov and others, The Econometrics Journal 21 (2018) C1–C68; Crump,
 * Hotz, Imbens and Mitnik, Biometrika 96 (2009) 187–199, for trimming.
 *
 * @param estimand whose effect is meant
 * @param outcomes how many outcomes there are
 * @param trim the propensity from either end beyond which rows are left out, such as 0.05
 */
public record Aipw(Estimand estimand, int outcomes, double trim) {

  /** Whose effect is meant. */
  public enum Estimand {
    /** The mean effect over everybody who was compared. */
    ON_ALL,
    /** The mean effect over those who were treated. */
    ON_TREATED
  }

  /**
   * The effect of one outcome.
   *
   * @param effect the doubly robust estimate
   * @param byWeighting the estimate by weighting alone
   */
  public record Effect(Estimate effect, Estimate byWeighting) {}

  /** What sums of weights may leave of nothing. */
  private static final double ROUNDING = 1e-12;

  private static final int POPULATION = 0;
  private static final int TARGET = 1;
  private static final int TREATED = 2;
  private static final int TREATED_TRIMMED = 3;
  private static final int UNTREATED = 4;
  private static final int UNTREATED_TRIMMED = 5;
  private static final int TREATED_WEIGHTS = 6;
  private static final int UNTREATED_WEIGHTS = 7;
  private static final int HEADER = 8;

  private static final int SUM = 0;
  private static final int TREATED_SUM = 1;
  private static final int UNTREATED_SUM = 2;
  private static final int SCORE = 3;
  private static final int PER_OUTCOME = 4;

  /** How many cells a bucket has. */
  public int cells() {
    return HEADER + PER_OUTCOME * outcomes;
  }

  /**
   * Adds a treated row.
   *
   * @param cells of its bucket
   * @param weight of the row
   * @param propensity e, by a model of other rows
   * @param outcome Y of each outcome
   * @param treated μ₁ of each outcome, by a model of other rows; not read for the effect on the
   *     treated
   * @param untreated μ₀ likewise
   */
  public void addTreated(
      double[] cells,
      double weight,
      double propensity,
      double[] outcome,
      double[] treated,
      double[] untreated) {
    addOther(cells, weight, outcome);
    if (isTrimmed(propensity)) {
      cells[TREATED_TRIMMED] += weight;
      return;
    }
    double scale = estimand == Estimand.ON_ALL ? 1 / propensity : 1;
    cells[TARGET] += weight;
    cells[TREATED] += weight;
    cells[TREATED_WEIGHTS] += weight * scale;
    for (int i = 0; i < outcomes; i++) {
      int at = HEADER + PER_OUTCOME * i;
      cells[at + TREATED_SUM] += weight * scale * outcome[i];
      double score =
          estimand == Estimand.ON_ALL
              ? treated[i] - untreated[i] + scale * (outcome[i] - treated[i])
              : outcome[i] - untreated[i];
      cells[at + SCORE] += weight * score;
    }
  }

  /** Adds an untreated row; parameters as for {@link #addTreated}. */
  public void addUntreated(
      double[] cells,
      double weight,
      double propensity,
      double[] outcome,
      double[] treated,
      double[] untreated) {
    addOther(cells, weight, outcome);
    if (isTrimmed(propensity)) {
      cells[UNTREATED_TRIMMED] += weight;
      return;
    }
    boolean onAll = estimand == Estimand.ON_ALL;
    double scale = (onAll ? 1 : propensity) / (1 - propensity);
    cells[TARGET] += onAll ? weight : 0;
    cells[UNTREATED] += weight;
    cells[UNTREATED_WEIGHTS] += weight * scale;
    for (int i = 0; i < outcomes; i++) {
      int at = HEADER + PER_OUTCOME * i;
      cells[at + UNTREATED_SUM] += weight * scale * outcome[i];
      double predicted = onAll ? treated[i] - untreated[i] : 0;
      cells[at + SCORE] += weight * (predicted - scale * (outcome[i] - untreated[i]));
    }
  }

  /**
   * Adds a row that is neither: it belongs to the population, but not to the comparison, such as a
   * high rating when lows are compared with the middle.
   *
   * @param cells of its bucket
   * @param weight of the row
   * @param outcome Y of each outcome
   */
  public void addOther(double[] cells, double weight, double[] outcome) {
    cells[POPULATION] += weight;
    for (int i = 0; i < outcomes; i++) {
      cells[HEADER + PER_OUTCOME * i + SUM] += weight * outcome[i];
    }
  }

  /**
   * The effects on each outcome.
   *
   * @param buckets cells as [bucket][cell]
   * @param degreesOfFreedom of the variances
   */
  public List<Effect> effects(double[][] buckets, int degreesOfFreedom) {
    var jackknife = Jackknife.of(buckets, this::statistics);
    List<Effect> effects = new ArrayList<>();
    for (int i = 0; i < outcomes; i++) {
      effects.add(
          new Effect(
              jackknife.component(i, degreesOfFreedom),
              jackknife.component(outcomes + i, degreesOfFreedom)));
    }
    return List.copyOf(effects);
  }

  /** The share of the treated weight that has somebody to be compared with; {@code NaN} if none. */
  public double overlapOfTreated(double[] cells) {
    return cells[TREATED] / (cells[TREATED] + cells[TREATED_TRIMMED]);
  }

  /** The same of the untreated. */
  public double overlapOfUntreated(double[] cells) {
    return cells[UNTREATED] / (cells[UNTREATED] + cells[UNTREATED_TRIMMED]);
  }

  /** The share of the population's weight whose effect this is: what the estimate covers. */
  public double covered(double[] cells) {
    return cells[TARGET] / cells[POPULATION];
  }

  /**
   * How many buckets hold each class of the first outcome, if that is one of 0 and 1, in the arm
   * that holds it in fewer: the variance of a comparison rests on the scarcer side.
   */
  public Support support(double[][] buckets) {
    int[] treated = support(buckets, TREATED_WEIGHTS, HEADER + TREATED_SUM);
    int[] untreated = support(buckets, UNTREATED_WEIGHTS, HEADER + UNTREATED_SUM);
    return new Support(Math.min(treated[0], untreated[0]), Math.min(treated[1], untreated[1]));
  }

  /** In how many buckets an arm holds the outcome 0, and in how many 1. */
  private static int[] support(double[][] buckets, int weights, int sum) {
    int[] support = new int[2];
    for (double[] cells : buckets) {
      support[0] += cells[weights] - cells[sum] > ROUNDING * cells[weights] ? 1 : 0;
      support[1] += cells[sum] > ROUNDING * cells[weights] ? 1 : 0;
    }
    return support;
  }

  /** The mean of each outcome over the whole population. */
  double[] populationMeans(double[] cells) {
    double[] means = new double[outcomes];
    for (int i = 0; i < outcomes; i++) {
      means[i] = cells[HEADER + PER_OUTCOME * i + SUM] / cells[POPULATION];
    }
    return means;
  }

  /** Each outcome's effect on those covered, spread over the whole population. */
  double[] effectsPerCustomer(double[] cells) {
    double[] effects = new double[outcomes];
    boolean compared = cells[TREATED] > 0 && cells[UNTREATED] > 0;
    for (int i = 0; i < outcomes; i++) {
      effects[i] =
          compared ? cells[HEADER + PER_OUTCOME * i + SCORE] / cells[POPULATION] : Double.NaN;
    }
    return effects;
  }

  private double[] statistics(double[] cells) {
    double[] statistics = new double[2 * outcomes];
    double[] effects = effectsPerCustomer(cells);
    for (int i = 0; i < outcomes; i++) {
      int at = HEADER + PER_OUTCOME * i;
      statistics[i] = effects[i] / covered(cells);
      statistics[outcomes + i] =
          cells[at + TREATED_SUM] / cells[TREATED_WEIGHTS]
              - cells[at + UNTREATED_SUM] / cells[UNTREATED_WEIGHTS];
    }
    return statistics;
  }

  /** Not below a limit is also true of NaN: who has no propensity can't be compared. */
  private boolean isTrimmed(double propensity) {
    boolean tooHigh = !(propensity <= 1 - trim) || propensity == 1;
    boolean tooLow = estimand == Estimand.ON_ALL && (propensity < trim || propensity == 0);
    return tooHigh || tooLow;
  }
}
