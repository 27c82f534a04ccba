package linkage.stats;

import java.util.SplittableRandom;
import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * Made customers whose two metrics have known AUCs.
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
  private final double shift;
  private final Loss loss;

  /** The polar method makes two at a time. */
  private double spare = Double.NaN;

  SurveyedCustomers(long seed, double shift, Loss loss) {
    this.random = new SplittableRandom(seed);
    this.shift = shift;
    this.loss = loss;
  }

  /** The population AUC of the first metric, on eleven levels. */
  double firstAuc() {
    return auc(ELEVEN, shift);
  }

  /** The population AUC of the second metric, on five levels. */
  double secondAuc() {
    return auc(FIVE, SECOND_SHIFT * shift);
  }

  /** Draws customers into random buckets; the first and the second metric of the same responses. */
  MetricCounts[] draw(int customers, int lostCustomers, int responsesEach) {
    double[][][] retained = {new double[BUCKETS][11], new double[BUCKETS][5]};
    double[][][] lost = {new double[BUCKETS][11], new double[BUCKETS][5]};
    for (int customer = 0; customer < customers; customer++) {
      int bucket = random.nextInt(BUCKETS);
      double own = CUSTOMER * gaussian();
      int lostFrom = lostFrom(customer < lostCustomers, responsesEach);
      for (int response = 0; response < responsesEach; response++) {
        boolean isLost = response >= lostFrom;
        double shared = own + RESPONSE * gaussian();
        double up = isLost ? 0 : shift;
        double[][][] counts = isLost ? lost : retained;
        counts[0][bucket][level(shared + NOISE * gaussian() + up, ELEVEN)]++;
        counts[1][bucket][level(shared + NOISE * gaussian() + SECOND_SHIFT * up, FIVE)]++;
      }
    }
    return new MetricCounts[] {
      new MetricCounts(retained[0], lost[0], retained[0]),
      new MetricCounts(retained[1], lost[1], retained[1])
    };
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

  private static int level(double latent, double[] thresholds) {
    int level = 0;
    while (level < thresholds.length && latent > thresholds[level]) {
      level++;
    }
    return level;
  }

  private static double auc(double[] thresholds, double shift) {
    return Auc.of(probabilities(thresholds, shift), probabilities(thresholds, 0));
  }

  private static double[] probabilities(double[] thresholds, double shift) {
    var normal = new NormalDistribution(shift, 1);
    double[] probabilities = new double[thresholds.length + 1];
    double below = 0;
    for (int level = 0; level < probabilities.length; level++) {
      double upTo = level < thresholds.length ? normal.cumulativeProbability(thresholds[level]) : 1;
      probabilities[level] = upTo - below;
      below = upTo;
    }
    return probabilities;
  }
}
