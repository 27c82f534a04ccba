package linkage.stats.drivers;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import linkage.stats.drivers.CrossFit.Arm;

/**
 * Customers with known effects of a low rating on retention and revenue.
 *
 * <p>A customer answers one to three times. Each customer has a value, which drives retention and
 * revenue, and also who rates low; so does the month. Expected retention, revenue if retained and
 * revenue if lost are linear in value, month and rating; the customer's own luck makes answers of
 * one customer alike, and revenue has a long tail.
 */
final class PlantedCompany {

  /** What is planted. */
  enum World {
    /** Low ratings cost, and customers of little value rate low more often: raw is too large. */
    CONFOUNDED(-1.2, 1, 0),
    /** Low ratings cost nothing, but go with little value: raw finds an effect. */
    NO_EFFECT(-1.2, 0, 0),
    /** Low ratings cost, but valuable customers rate low more often: raw finds next to nothing. */
    MASKED(1.2, 1, 0),
    /** Low ratings cost valuable customers most, and those rate low least. */
    UNEVEN(-1.2, 1, 0.9);

    private final double selection;
    private final double effect;
    private final double unevenness;

    World(double selection, double effect, double unevenness) {
      this.selection = selection;
      this.effect = effect;
      this.unevenness = unevenness;
    }
  }

  static final int BUCKETS = 64;
  static final int DEGREES_OF_FREEDOM = BUCKETS - 1;
  static final MoneyColumns MONEY = new MoneyColumns(0, 1, 2);
  static final int LOW = 3;
  static final int HIGH = 4;
  static final int VALUE = 5;

  private static final List<String> COLUMNS =
      List.of("retained", "revenue of retained", "revenue of lost", "low", "high", "value");
  private static final int MONTHS = 6;
  private static final double TAIL = 0.6;
  private static final double LUCK = 0.5;

  private final World world;

  PlantedCompany(World world) {
    this.world = world;
  }

  /** What a sample is: moments by bucket, with months as groups, and the rows themselves. */
  record Sample(BucketedMoments moments, CrossFit.Rows rows) {}

  /** The effect of moving all low ratings to the middle, by summing over the population. */
  MoneyEffect truth() {
    double[] before = population(true);
    double[] after = population(false);
    return MoneyEffect.of(
        CustomerRevenue.ofTotals(before[0], before[1], before[2]),
        CustomerRevenue.ofTotals(after[0], after[1], after[2]));
  }

  /** The same effect on retention. */
  double retentionTruth() {
    return population(false)[0] - population(true)[0];
  }

  Sample draw(int customers, SplittableRandom random) {
    Moments[] moments = new Moments[BUCKETS];
    Arrays.setAll(moments, bucket -> new Moments(COLUMNS));
    int[] answers = IntStream.range(0, customers).map(i -> 1 + random.nextInt(3)).toArray();
    int size = Arrays.stream(answers).sum();
    var rows =
        new CrossFit.Rows(
            new double[size][], new Arm[size], new double[size][], new double[size], new int[size]);
    int row = 0;
    for (int customer = 0; customer < customers; customer++) {
      int bucket = random.nextInt(BUCKETS);
      double value = 2 * random.nextDouble() - 1;
      double fate = random.nextDouble();
      double luck = Math.exp(LUCK * gaussian(random) - LUCK * LUCK / 2);
      for (int answer = 0; answer < answers[customer]; answer++, row++) {
        int month = random.nextInt(MONTHS);
        boolean low = random.nextDouble() < lowProbability(value, month);
        boolean high = !low && random.nextDouble() < highProbability(value);
        double[] expected = expected(value, month, low ? 1 : 0, high ? 1 : 0);
        double chance = random.nextDouble() < 0.6 ? fate : random.nextDouble();
        boolean retained = chance < expected[0];
        double noise = luck * Math.exp(TAIL * gaussian(random) - TAIL * TAIL / 2);
        double[] outcome = {
          retained ? 1 : 0,
          retained ? noise * expected[1] / expected[0] : 0,
          retained ? 0 : noise * expected[2] / (1 - expected[0])
        };

        moments[bucket].add(
            new double[] {outcome[0], outcome[1], outcome[2], low ? 1 : 0, high ? 1 : 0, value},
            month,
            1);
        rows.covariates()[row] = covariates(value, month);
        rows.arms()[row] = high ? Arm.OTHER : low ? Arm.TREATED : Arm.UNTREATED;
        rows.outcomes()[row] = outcome;
        rows.weights()[row] = 1;
        rows.buckets()[row] = bucket;
      }
    }
    return new Sample(new BucketedMoments(List.of(moments)), rows);
  }

  /** Means of the three outcomes, with low ratings as they are or moved to the middle. */
  private double[] population(boolean withLows) {
    int grid = 20_000;
    double[] sums = new double[3];
    for (int month = 0; month < MONTHS; month++) {
      for (int i = 0; i < grid; i++) {
        double value = (2 * i + 1.0) / grid - 1;
        double low = lowProbability(value, month);
        double high = (1 - low) * highProbability(value);
        double[] expected = expected(value, month, withLows ? low : 0, high);
        for (int outcome = 0; outcome < sums.length; outcome++) {
          sums[outcome] += expected[outcome] / grid / MONTHS;
        }
      }
    }
    return sums;
  }

  private double[] expected(double value, int month, double low, double high) {
    double cost = world.effect * (1 + world.unevenness * value) * low;
    return new double[] {
      0.72 + 0.12 * value + 0.01 * month - 0.08 * cost + 0.04 * high,
      80 + 50 * value + 3 * month - 14 * cost + 6 * high,
      4 + 2 * value + 0.2 * month - 0.5 * cost
    };
  }

  private double lowProbability(double value, int month) {
    return 1 / (1 + Math.exp(1 - world.selection * value + 0.1 * month));
  }

  private static double highProbability(double value) {
    return 0.4 + 0.2 * value;
  }

  private static double[] covariates(double value, int month) {
    double[] covariates = new double[MONTHS];
    covariates[0] = value;
    if (month > 0) {
      covariates[month] = 1;
    }
    return covariates;
  }

  private static double gaussian(RandomGenerator random) {
    return random.nextGaussian();
  }
}
