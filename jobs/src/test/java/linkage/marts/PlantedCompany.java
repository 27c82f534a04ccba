package linkage.marts;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import linkage.config.Favourable;
import linkage.config.QuestionSettings;
import linkage.config.RatingBands;
import linkage.config.SegmentSet;
import linkage.stats.History;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.LowRatings.Observation;

/**
 * Observations of customers with known effects of two drivers on retention, revenue and margin.
 *
 * <p>A customer answers one to three times. Each has a value, which is what was spent before; it
 * drives retention and revenue, and also who rates low; so do the season, the region and the other
 * driver. Each level of a rating has a worth of its own; between two levels the truth lies on the
 * line that joins them. Expected retention, revenue if retained and revenue if lost are linear in
 * these worths and in all else; the customer's own luck makes answers of one customer alike, and
 * revenue has a long tail. Of revenue a share of the customer's own is margin, {@value #MARGIN} on
 * average.
 */
final class PlantedCompany {

  /** What is planted for the first driver; the second has the same effect in all. */
  enum World {
    /** Low ratings cost, and customers of little value rate low more often: raw is too large. */
    CONFOUNDED(-1.2, 0, 0, 1, 2),
    /** Low ratings cost nothing, but go with little value: raw finds an effect. */
    NO_EFFECT(-1.2, 0, 0, 0, 0),
    /** Low ratings cost, but valuable customers rate low more often: raw finds next to nothing. */
    MASKED(1.2, 0, 0, 1, 2),
    /** Low ratings cost valuable customers most, and those rate low least. */
    UNEVEN(-1.2, 0.9, 0, 1, 2),
    /** Low ratings cost, and high ones earn nothing. */
    BASIC(-1.2, 0, 0, 1, 1),
    /** Five levels: most is won from the two lowest to the middle, and least beyond it. */
    STEPPED(-1.2, 0, 0, 0.3, 1.5, 1.6, 1.9);

    private final double selection;
    private final double unevenness;
    private final double[] worths;

    /**
     * @param worths what each level of the first driver is worth, in {@link #EFFECTS}
     */
    World(double selection, double unevenness, double... worths) {
      this.selection = selection;
      this.unevenness = unevenness;
      this.worths = worths;
    }
  }

  static final int BUCKETS = 64;
  static final int REGIONS = 2;

  /** How good each month is, for ratings as for business; no line runs through them. */
  private static final double[] SEASON = {0, 4, 1, 5, 0.5, 2};

  private static final int MONTHS = SEASON.length;
  private static final int MISSING = -1;
  private static final double MISSING_SHARE = 0.1;
  private static final double MARGIN = 0.4;
  private static final double TAIL = 0.6;
  private static final double LUCK = 0.5;

  /** What a worth of 1 adds, by driver: retention, revenue if retained, revenue if lost. */
  private static final double[][] EFFECTS = {{0.05, 10, 0.5}, {0.03, 5, 0.2}};

  private static final double[] WORTHS_OF_SECOND = {0, 1, 2};

  private final World world;
  private final double[][] worths;
  private final RatingBands[] bands;
  private final DriverPlan plan;
  private final DriverColumns columns;

  PlantedCompany(World world) {
    this.world = world;
    this.worths = new double[][] {world.worths, WORTHS_OF_SECOND};
    List<QuestionSettings> drivers =
        List.of(question("greeting", world.worths.length), question("speed", 3));
    this.bands = drivers.stream().map(RatingBands::of).toArray(RatingBands[]::new);
    this.plan =
        new DriverPlan(
            LocalDate.of(2025, 6, 30),
            List.of(SegmentSet.ALL, SegmentSet.of(List.of("region"))),
            drivers,
            List.of(),
            List.of(),
            Map.of(),
            "EUR",
            true,
            true,
            5);
    this.columns = plan.columns();
  }

  private static QuestionSettings question(String id, int levels) {
    return new QuestionSettings(id, 1, levels, Favourable.HIGH, id);
  }

  DriverPlan plan() {
    return plan;
  }

  /**
   * What a change brings per customer.
   *
   * @param retention in points
   * @param revenue in currency
   * @param margin in currency
   */
  record Truth(double retention, double revenue, double margin) {
    private static Truth of(double worth, double[] effects) {
      double revenue = worth * (effects[1] + effects[2]);
      return new Truth(100 * worth * effects[0], revenue, MARGIN * revenue);
    }

    Truth and(Truth other) {
      return new Truth(retention + other.retention, revenue + other.revenue, margin + other.margin);
    }
  }

  /** What it brings that all low ratings of a driver move to the middle. */
  Truth lowsToMiddle(int driver) {
    return truth(driver, level -> level <= bands[driver].lowUpTo() ? middle(driver) : level);
  }

  /** The level between low and high; there is one. */
  private int middle(int driver) {
    return worths[driver].length / 2;
  }

  /** What it brings that ratings of the first driver below the top rise by one. */
  Truth plusOnePoint() {
    return truth(0, level -> Math.min(world.worths.length - 1, level + 1));
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
    return truth(0, level -> Math.max(best, level));
  }

  private Truth truth(int driver, IntToDoubleFunction becomes) {
    double[] won = new double[1];
    forEachState(
        (share, value, region, ratings) -> {
          int level = ratings[driver];
          if (level != MISSING) {
            double more = worth(driver, becomes.applyAsDouble(level)) - worth(driver, level);
            won[0] += share * strength(driver, value) * more;
          }
        });
    return Truth.of(won[0], EFFECTS[driver]);
  }

  /** What a level is worth, which needn't be a whole one. */
  private double worth(int driver, double level) {
    double below = worths[driver][(int) Math.floor(level)];
    double above = worths[driver][(int) Math.ceil(level)];
    return below + (level - Math.floor(level)) * (above - below);
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
          for (int second = MISSING; second < worths[1].length; second++) {
            double share = share(1, second, secondIsLow(value), value) / grid / MONTHS / REGIONS;
            double firstIsLow = firstIsLow(value, month, region, second);
            for (int first = MISSING; first < worths[0].length; first++) {
              state.add(
                  share * share(0, first, firstIsLow, value),
                  value,
                  region,
                  new int[] {first, second});
            }
          }
        }
      }
    }
  }

  private double share(int driver, int level, double low, double value) {
    if (level == MISSING) {
      return MISSING_SHARE;
    }
    int lows = bands[driver].lowUpTo() + 1;
    int highs = worths[driver].length - bands[driver].highFrom();
    double rated = 1 - MISSING_SHARE;
    if (level < lows) {
      return rated * low / lows;
    }
    return level < bands[driver].highFrom()
        ? rated * (1 - low) * (1 - highAmongOthers(value))
        : rated * (1 - low) * highAmongOthers(value) / highs;
  }

  private double secondIsLow(double value) {
    return logistic(-1 + 0.5 * world.selection * value);
  }

  private double firstIsLow(double value, int month, int region, int second) {
    double spillover = second == MISSING ? 0 : 0.4 * (1 - second);
    return logistic(
        -0.8 + world.selection * value - 0.1 * SEASON[month] - 0.5 * region + spillover);
  }

  private static double highAmongOthers(double value) {
    return 0.4 + 0.2 * value;
  }

  private double strength(int driver, double value) {
    return driver == 0 ? 1 + world.unevenness * value : 1;
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
        int second = rating(1, secondIsLow(value), value, random);
        int first = rating(0, firstIsLow(value, month, region, second), value, random);
        double[] expected = expected(value, month, region, first, second);
        double chance = random.nextDouble() < 0.6 ? fate : random.nextDouble();
        boolean retained = chance < expected[0];
        double share = retained ? expected[0] : 1 - expected[0];
        double revenue = luck * logNormal(TAIL, random) * expected[retained ? 1 : 2] / share;

        double[] values = new double[columns.size()];
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
    double firstAbove = aboveMiddle(0, first, value);
    double secondAbove = aboveMiddle(1, second, value);
    double[] expected = {
      0.66 + 0.12 * value + 0.01 * SEASON[month] + 0.01 * region,
      80 + 50 * value + 3 * SEASON[month] + 4 * region,
      6 + 2 * value + 0.2 * SEASON[month] + 0.5 * region
    };
    for (int outcome = 0; outcome < expected.length; outcome++) {
      expected[outcome] += firstAbove * EFFECTS[0][outcome] + secondAbove * EFFECTS[1][outcome];
    }
    return expected;
  }

  /** Who wasn't asked is as who rated in the middle. */
  private double aboveMiddle(int driver, int level, double value) {
    return level == MISSING
        ? 0
        : strength(driver, value) * (worth(driver, level) - worth(driver, middle(driver)));
  }

  private int rating(int driver, double low, double value, SplittableRandom random) {
    if (random.nextDouble() < MISSING_SHARE) {
      return MISSING;
    }
    int lows = bands[driver].lowUpTo() + 1;
    int highFrom = bands[driver].highFrom();
    if (random.nextDouble() < low) {
      return among(0, lows, random);
    }
    return random.nextDouble() < highAmongOthers(value)
        ? among(highFrom, worths[driver].length, random)
        : middle(driver);
  }

  private static int among(int from, int to, SplittableRandom random) {
    return to - from == 1 ? from : random.nextInt(from, to);
  }

  private void addPast(double[] values, double past, double marginShare, SplittableRandom random) {
    double prior = past * logNormal(TAIL, random);
    double recency = random.nextInt(20) == 0 ? Double.NaN : random.nextInt(180);
    double[] history =
        History.row(past, prior, random.nextInt(6), 30 + random.nextInt(2000), recency);
    System.arraycopy(history, 0, values, 0, history.length);
    values[columns.pastRevenue()] = past;
    values[columns.priorRevenue()] = prior;
    values[columns.pastMargin()] = marginShare * past;
  }

  private void addRating(double[] values, int driver, int level) {
    values[columns.rating(driver)] = Math.max(0, level);
    values[columns.missing(driver)] = level == MISSING ? 1 : 0;
    values[columns.low(driver)] = level >= 0 && level <= bands[driver].lowUpTo() ? 1 : 0;
    values[columns.high(driver)] = level >= bands[driver].highFrom() ? 1 : 0;
    values[columns.spending(driver)] =
        level == MISSING ? 0 : (level - middle(driver)) * values[columns.pastRevenue()];
  }

  private void addOutcomes(double[] values, boolean retained, double revenue, double marginShare) {
    values[columns.retained()] = retained ? 1 : 0;
    values[columns.repeatPurchase()] = retained ? 1 : 0;
    values[columns.revenueNext()] = revenue;
    int from = retained ? 0 : 1;
    values[columns.money().fromRetained() + from] = revenue;
    values[columns.uncappedMoney().fromRetained() + from] = revenue;
    values[columns.margin().fromRetained() + from] = marginShare * revenue;
  }

  private static double logistic(double logOdds) {
    return 1 / (1 + Math.exp(-logOdds));
  }

  /** With mean 1. */
  private static double logNormal(double deviation, SplittableRandom random) {
    return Math.exp(deviation * random.nextGaussian() - deviation * deviation / 2);
  }
}
