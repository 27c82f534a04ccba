package linkage.stats;

import java.util.List;
import java.util.SplittableRandom;
import org.hipparchus.analysis.solvers.BrentSolver;
import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * Made customers whose metrics, two or any number, have known AUCs.
 *
 * <p>A response's latent experience is standard normal: half of its variance is the customer's own,
 * a part is common to both metrics, the rest is noise. Retained responses lie higher by a shift,
 * and thresholds cut the latent value into levels. So each metric's AUC in the population follows
 * from normal probabilities, and neither it nor anything else depends on how often a customer
 * answers.
 */
final class SurveyedCustomers {

  /** When the responses of a lost customer count as lost. */
  enum Loss {
    /** All of them: the outcome belongs to the customer. */
    OF_THE_CUSTOMER,
    /** From a random response on: earlier ones were followed by a complete window of retention. */
    FROM_SOME_RESPONSE_ON
  }

  static final int BUCKETS = 64;

  private static final double[] ELEVEN = {-1.6, -1.4, -1.2, -1, -0.8, -0.4, -0.1, 0.3, 0.9, 1.5};
  private static final double[] FIVE = {-1, -0.4, 0.3, 1.2};
  private static final double SECOND_SHIFT = 0.7;
  private static final double CUSTOMER = Math.sqrt(0.49);
  private static final double RESPONSE = Math.sqrt(0.16);
  private static final double NOISE = Math.sqrt(0.35);

  private final SplittableRandom random;
  private final List<Question> questions;
  private final Loss loss;

  /** The polar method makes two at a time. */
  private double spare = Double.NaN;

  SurveyedCustomers(long seed, double shift, Loss loss) {
    this(
        seed, List.of(new Question(ELEVEN, shift), new Question(FIVE, SECOND_SHIFT * shift)), loss);
  }

  SurveyedCustomers(long seed, List<Question> questions, Loss loss) {
    this.random = new SplittableRandom(seed);
    this.questions = questions;
    this.loss = loss;
  }

  /** The population AUC of the first metric, on eleven levels. */
  double firstAuc() {
    return questions.get(0).auc();
  }

  /** The population AUC of the second metric, on five levels. */
  double secondAuc() {
    return questions.get(1).auc();
  }

  /** Draws customers into random buckets; each metric of the same responses. */
  MetricCounts[] draw(int customers, int lostCustomers, int responsesEach) {
    double[][][] retained = empty();
    double[][][] lost = empty();
    for (int customer = 0; customer < customers; customer++) {
      int bucket = random.nextInt(BUCKETS);
      double own = CUSTOMER * gaussian();
      int lostFrom = lostFrom(customer < lostCustomers, responsesEach);
      for (int response = 0; response < responsesEach; response++) {
        boolean isLost = response >= lostFrom;
        double shared = own + RESPONSE * gaussian();
        double[][][] counts = isLost ? lost : retained;
        for (int metric = 0; metric < counts.length; metric++) {
          var question = questions.get(metric);
          double up = isLost ? 0 : question.shift;
          counts[metric][bucket][question.level(shared + NOISE * gaussian() + up)]++;
        }
      }
    }
    var metrics = new MetricCounts[questions.size()];
    for (int metric = 0; metric < metrics.length; metric++) {
      metrics[metric] = new MetricCounts(retained[metric], lost[metric], retained[metric]);
    }
    return metrics;
  }

  private double[][][] empty() {
    return questions.stream()
        .map(question -> new double[BUCKETS][question.thresholds.length + 1])
        .toArray(double[][][]::new);
  }

  private int lostFrom(boolean isLost, int responses) {
    if (!isLost) {
      return responses;
    }
    return loss == Loss.OF_THE_CUSTOMER ? 0 : random.nextInt(responses);
  }

  /** Marsaglia's polar method: its sequence doesn't depend on the Java release. */
  private double gaussian() {
    if (!Double.isNaN(spare)) {
      double kept = spare;
      spare = Double.NaN;
      return kept;
    }
    while (true) {
      double x = 2 * random.nextDouble() - 1;
      double y = 2 * random.nextDouble() - 1;
      double square = x * x + y * y;
      if (square < 1 && square > 0) {
        double scale = Math.sqrt(-2 * Math.log(square) / square);
        spare = y * scale;
        return x * scale;
      }
    }
  }

  /**
   * A question, by what its answers say in the population.
   *
   * @param thresholds where the latent experience is cut into levels
   * @param shift how much higher the experience of retained customers lies
   */
  record Question(double[] thresholds, double shift) {

    /**
     * The question of that AUC whose answers by lost customers have these shares.
     *
     * @param shares of the levels, in favourable order
     */
    static Question of(double[] shares, double auc) {
      var normal = new NormalDistribution();
      double[] thresholds = new double[shares.length - 1];
      double below = 0;
      for (int level = 0; level < thresholds.length; level++) {
        below += shares[level];
        thresholds[level] = normal.inverseCumulativeProbability(below);
      }
      double shift =
          new BrentSolver(1e-12)
              .solve(200, each -> new Question(thresholds, each).auc() - auc, -5, 5);
      return new Question(thresholds, shift);
    }

    /** The AUC in the population. */
    double auc() {
      return Auc.of(probabilities(shift), probabilities(0));
    }

    /** The share of pairs of a retained and a lost customer who give the same answer. */
    double ties() {
      return Sums.ofProducts(probabilities(shift), probabilities(0));
    }

    private int level(double latent) {
      int level = 0;
      while (level < thresholds.length && latent > thresholds[level]) {
        level++;
      }
      return level;
    }

    private double[] probabilities(double mean) {
      var normal = new NormalDistribution(mean, 1);
      double[] probabilities = new double[thresholds.length + 1];
      double below = 0;
      for (int level = 0; level < probabilities.length; level++) {
        double upTo =
            level < thresholds.length ? normal.cumulativeProbability(thresholds[level]) : 1;
        probabilities[level] = upTo - below;
        below = upTo;
      }
      return probabilities;
    }
  }
}
