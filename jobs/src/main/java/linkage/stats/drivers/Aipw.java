package linkage.stats.drivers;

import linkage.stats.Support;

/**
 * The effect of a treatment, such as a bad experience, on those who are treated, that is right if
 * either of two models is: the one of who is treated, or the one of what happens to the others.
 *
 * <p>Rows are added to the cells of their bucket with what models of other rows say of them, and
 * cells of any rows may be summed.
 *
 * <p><b>Value:</b> mean outcome with the treatment minus without, in the outcome's units.
 *
 * <p><b>Formula:</b> with T = 1 for treated, propensity e = P(T = 1 | x) and a prediction μ₀ of the
 * outcome Y without treatment, the sum of {@code T (Y - μ₀) - (1 - T) e / (1 - e) (Y - μ₀)} over
 * that of T.
 *
 * <p><b>Nulls and edges:</b> rows with e above {@code 1 - trim} have nobody to be compared with.
 * They are left out, and the treated among them counted; the effect then is that on the others.
 * {@code NaN} without treated or untreated rows.
 *
 * <p><b>Cost:</b> O(outcomes) per row. Variances: jackknife over buckets, with the models as they
 * are: their own error is of second order.
 *
 * <p><b>References:</b> Robins, Rotnitzky and Zhao, Journal of the American Statistical Association
 * 89 (1994) 846–866; Chernozhukov and others, The Econometrics Journal 21 (2018) C1–C68; Crump,
 * Hotz, Imbens and Mitnik, Biometrika 96 (2009) 187–199, for trimming.
 *
 * @param outcomes how many outcomes there are
 * @param trim how near to 1 the propensity is beyond which rows are left out, such as 0.05
 */
public record Aipw(int outcomes, double trim) {

  /** What sums of weights may leave of nothing. */
  private static final double ROUNDING = 1e-12;

  private static final int POPULATION = 0;
  private static final int TREATED = 1;
  private static final int TREATED_TRIMMED = 2;
  private static final int UNTREATED = 3;
  private static final int UNTREATED_WEIGHTS = 4;
  private static final int HEADER = 5;

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
   * @param untreated μ₀ of each outcome, by a model of other rows
   */
  public void addTreated(
      double[] cells, double weight, double propensity, double[] outcome, double[] untreated) {
    addOther(cells, weight, outcome);
    if (isTrimmed(propensity)) {
      cells[TREATED_TRIMMED] += weight;
      return;
    }
    cells[TREATED] += weight;
    for (int i = 0; i < outcomes; i++) {
      int at = HEADER + PER_OUTCOME * i;
      cells[at + TREATED_SUM] += weight * outcome[i];
      cells[at + SCORE] += weight * (outcome[i] - untreated[i]);
    }
  }

  /** Adds an untreated row; parameters as for {@link #addTreated}. */
  public void addUntreated(
      double[] cells, double weight, double propensity, double[] outcome, double[] untreated) {
    addOther(cells, weight, outcome);
    if (isTrimmed(propensity)) {
      return;
    }
    double scale = propensity / (1 - propensity);
    cells[UNTREATED] += weight;
    cells[UNTREATED_WEIGHTS] += weight * scale;
    for (int i = 0; i < outcomes; i++) {
      int at = HEADER + PER_OUTCOME * i;
      cells[at + UNTREATED_SUM] += weight * scale * outcome[i];
      cells[at + SCORE] -= weight * (scale * (outcome[i] - untreated[i]));
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

  /** The share of the treated weight that has somebody to be compared with; {@code NaN} if none. */
  public double overlapOfTreated(double[] cells) {
    return cells[TREATED] / (cells[TREATED] + cells[TREATED_TRIMMED]);
  }

  /** The share of the population's weight whose effect this is: what the estimate covers. */
  public double covered(double[] cells) {
    return cells[TREATED] / cells[POPULATION];
  }

  /**
   * How many buckets hold each class of the first outcome, if that is one of 0 and 1, in the arm
   * that holds it in fewer: the variance of a comparison rests on the scarcer side.
   */
  public Support support(double[][] buckets) {
    int[] treated = support(buckets, TREATED, HEADER + TREATED_SUM);
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

  /** Not below a limit is also true of NaN: who has no propensity can't be compared. */
  private boolean isTrimmed(double propensity) {
    return !(propensity <= 1 - trim) || propensity == 1;
  }
}
