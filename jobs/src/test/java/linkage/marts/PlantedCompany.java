package linkage.marts;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import linkage.config.Favourable;
import linkage.config.QuestionSettings;
import linkage.config.SegmentSet;
import linkage.stats.History;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.LowRatings.Observation;

/**
 * Observations of customers with known effects of two drivers on retention, revenue and margin.
 *
 * <p>A customer answers one to three times. Each has a value, which is what was spent before; it
 * drives retention and revenue, and also who rates low; so do the month, the region and the other
 * driver. Ratings have three levels and an effect per level, so that what low ratings cost, and
 * what a point is worth, are the same by flags and by the rating. Expected retention, revenue if
 * retained and revenue if lost are linear in all of these; the customer's own luck makes answers of
 * one customer alike, and revenue has a long tail. Of revenue a share of the customer's own is
 * margin, {@value #MARGIN} on average.
 */
final class PlantedCompany {

  /** What is planted for the first driver; the second has the same effect in all. */
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
  static final int REGIONS = 2;
  static final int[] LEVELS = {3, 3};
  static final DriverPlan PLAN =
      new DriverPlan(
          LocalDate.of(2025, 6, 30),
          List.of(SegmentSet.ALL, SegmentSet.of(List.of("region"))),
          List.of(question("greeting"), question("speed")),
          List.of(),
          List.of(),
          Map.of(),
          "EUR",
          true,
          true,
          5);

  private static final DriverColumns COLUMNS = PLAN.columns();
  private static final int MONTHS = 6;
  private static final int MISSING = -1;
  private static final double MISSING_SHARE = 0.1;
  private static final double MARGIN = 0.4;
  private static final double TAIL = 0.6;
  private static final double LUCK = 0.5;

  /** What a level more of each driver adds: retention, revenue if retained, revenue if lost. */
  private static final double[][] EFFECTS = {{0.05, 10, 0.5}, {0.03, 5, 0.2}};

  private final World world;

  PlantedCompany(World world) {
    this.world = world;
  }

  private static QuestionSettings question(String id) {
    return new QuestionSettings(id, 1, 3, Favourable.HIGH, id);
  }

  /**
   * What a change brings per customer.
   *
   * @param retention in points
   * @param revenue in currency
   * @param margin in currency
   */
  record Truth(double retention, double revenue, double margin) {
    private static Truth of(double levels, double[] effects) {
      double revenue = levels * (effects[1] + effects[2]);
      return new Truth(100 * levels * effects[0], revenue, MARGIN * revenue);
    }

    Truth and(Truth other) {
      return new Truth(retention + other.retention, revenue + other.revenue, margin + other.margin);
    }
  }

  /** What it brings that all low ratings of a driver move to the middle. */
  Truth lowsToMiddle(int driver) {
    return truth(driver, level -> level == 0 ? 1 : 0);
  }

  /** What it brings that ratings of the first driver below the top rise by one. */
  Truth plusOnePoint() {
    return truth(0, level -> level < 2 ? 1 : 0);
  }

  /** What it brings that ratings of the first driver below the best region's mean rise to it. */
  Truth toBestRegion() {
    double[] levels = new double[REGIONS];
    double[] raters = new double[REGIONS];
    forEachState(
        (share, value, region, ratings) -> {
          if (ratings[0] != MISSING) {
            levels[region] += share * ratings[0];
            raters[region] += share;
          }
        });
    double best = Math.max(levels[0] / raters[0], levels[1] / raters[1]);
    return truth(0, level -> Math.max(0, best - level));
  }

  private Truth truth(int driver, IntToDoubleFunction distance) {
    double[] moved = new double[1];
    forEachState(
        (share, value, region, ratings) -> {
          if (ratings[driver] != MISSING) {
            double strength = strength(driver, value);
            moved[0] += share * strength * distance.applyAsDouble(ratings[driver]);
          }
        });
    return Truth.of(moved[0], EFFECTS[driver]);
  }

  private interface State {
    void add(double share, double value, int region, int[] ratings);
  }

  /** The whole population, as shares of what customers are like. */
  private void forEachState(State state) {
    int grid = 2000;
    for (int month = 0; month < MONTHS; month++) {
      for (int region = 0; region < REGIONS; region++) {
        for (int i = 0; i < grid; i++) {
          double value = (2 * i + 1.0) / grid - 1;
          for (int second = MISSING; second <= 2; second++) {
            double share = share(second, secondIsLow(value), value) / grid / MONTHS / REGIONS;
            double firstIsLow = firstIsLow(value, month, region, second);
            for (int first = MISSING; first <= 2; first++) {
              state.add(
                  share * share(first, firstIsLow, value),
                  value,
                  region,
                  new int[] {first, second});
            }
          }
        }
      }
    }
  }

  private static double share(int level, double low, double value) {
    return switch (level) {
      case MISSING -> MISSING_SHARE;
      case 0 -> (1 - MISSING_SHARE) * low;
      case 1 -> (1 - MISSING_SHARE) * (1 - low) * (1 - highAmongOthers(value));
      default -> (1 - MISSING_SHARE) * (1 - low) * highAmongOthers(value);
    };
  }

  private double secondIsLow(double value) {
    return logistic(-1 + 0.5 * world.selection * value);
  }

  private double firstIsLow(double value, int month, int region, int second) {
    double spillover = second == MISSING ? 0 : 0.4 * (1 - second);
    return logistic(-0.8 + world.selection * value - 0.1 * month - 0.5 * region + spillover);
  }

  private static double highAmongOthers(double value) {
    return 0.4 + 0.2 * value;
  }

  private double strength(int driver, double value) {
    return driver == 0 ? world.effect * (1 + world.unevenness * value) : 1;
  }

  /** Draws observations of so many customers. */
  List<Observation> draw(int customers, SplittableRandom random) {
    List<Observation> drawn = new ArrayList<>();
    for (int customer = 0; customer < customers; customer++) {
      int bucket = random.nextInt(BUCKETS);
      int region = random.nextInt(REGIONS);
      double value = 2 * random.nextDouble() - 1;
      double fate = random.nextDouble();
      double luck = logNormal(LUCK, random);
      double marginShare = MARGIN * (0.75 + 0.5 * random.nextDouble());
      int answers = 1 + random.nextInt(3);
      for (int answer = 0; answer < answers; answer++) {
        int month = random.nextInt(MONTHS);
        int second = rating(secondIsLow(value), value, random);
        int first = rating(firstIsLow(value, month, region, second), value, random);
        double[] expected = expected(value, month, region, first, second);
        double chance = random.nextDouble() < 0.6 ? fate : random.nextDouble();
        boolean retained = chance < expected[0];
        double share = retained ? expected[0] : 1 - expected[0];
        double revenue = luck * logNormal(TAIL, random) * expected[retained ? 1 : 2] / share;

        double[] values = new double[COLUMNS.size()];
        addPast(values, 100 + 60 * value, marginShare, random);
        addRating(values, 0, first);
        addRating(values, 1, second);
        addOutcomes(values, retained, revenue, marginShare);
        // The month counts backwards, as the one of the as-of day is 0.
        drawn.add(new Observation(bucket, MONTHS - month, region, 1, true, values));
      }
    }
    return drawn;
  }

  private double[] expected(double value, int month, int region, int first, int second) {
    double firstAbove = first == MISSING ? 0 : strength(0, value) * (first - 1);
    double secondAbove = second == MISSING ? 0 : strength(1, value) * (second - 1);
    double[] expected = {
      0.66 + 0.12 * value + 0.01 * month + 0.01 * region,
      80 + 50 * value + 3 * month + 4 * region,
      6 + 2 * value + 0.2 * month + 0.5 * region
    };
    for (int outcome = 0; outcome < expected.length; outcome++) {
      expected[outcome] += firstAbove * EFFECTS[0][outcome] + secondAbove * EFFECTS[1][outcome];
    }
    return expected;
  }

  private static int rating(double low, double value, SplittableRandom random) {
    if (random.nextDouble() < MISSING_SHARE) {
      return MISSING;
    }
    if (random.nextDouble() < low) {
      return 0;
    }
    return random.nextDouble() < highAmongOthers(value) ? 2 : 1;
  }

  private static void addPast(
      double[] values, double past, double marginShare, SplittableRandom random) {
    double prior = past * logNormal(TAIL, random);
    double recency = random.nextInt(20) == 0 ? Double.NaN : random.nextInt(180);
    double[] history =
        History.row(past, prior, random.nextInt(6), 30 + random.nextInt(2000), recency);
    System.arraycopy(history, 0, values, 0, history.length);
    values[COLUMNS.pastRevenue()] = past;
    values[COLUMNS.priorRevenue()] = prior;
    values[COLUMNS.pastMargin()] = marginShare * past;
  }

  private static void addRating(double[] values, int driver, int level) {
    values[COLUMNS.rating(driver)] = Math.max(0, level);
    values[COLUMNS.missing(driver)] = level == MISSING ? 1 : 0;
    values[COLUMNS.low(driver)] = level == 0 ? 1 : 0;
    values[COLUMNS.high(driver)] = level == 2 ? 1 : 0;
  }

  private static void addOutcomes(
      double[] values, boolean retained, double revenue, double marginShare) {
    values[COLUMNS.retained()] = retained ? 1 : 0;
    values[COLUMNS.repeatPurchase()] = retained ? 1 : 0;
    values[COLUMNS.revenueNext()] = revenue;
    int from = retained ? 0 : 1;
    values[COLUMNS.money().fromRetained() + from] = revenue;
    values[COLUMNS.uncappedMoney().fromRetained() + from] = revenue;
    values[COLUMNS.margin().fromRetained() + from] = marginShare * revenue;
  }

  private static double logistic(double logOdds) {
    return 1 / (1 + Math.exp(-logOdds));
  }

  /** With mean 1. */
  private static double logNormal(double deviation, SplittableRandom random) {
    return Math.exp(deviation * random.nextGaussian() - deviation * deviation / 2);
  }
}
