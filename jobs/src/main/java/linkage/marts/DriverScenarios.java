package linkage.marts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import linkage.config.DriverScenario;
import linkage.config.QuestionSettings;
import linkage.config.RatingBands;
import linkage.stats.drivers.Contrast;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.SegmentDrivers.Products;

/**
 * The changes of a driver's ratings that are counted in money.
 *
 * <p>All but the first are moves of levels to levels, by a model that holds the rating together
 * with its flags of low and of high: a slope within them and a step on either side of the middle.
 * Between two whole levels the flags lie on the line that joins them, as the rating does. Where
 * what was spent before is held equal, the slope may differ with it, and is that of who moves. How
 * many move, and what they spent, is read from the weight and the amount at each level, so that
 * only those move who can.
 */
final class DriverScenarios {
  static final String LOWS_TO_MIDDLE = "lows_to_middle";
  static final String TO_BEST_SEGMENT = "to_best_segment";
  static final String PLUS_ONE_POINT = "plus_one_point";
  static final String ALL_LOWS_TO_MIDDLE = "all_lows_to_middle";

  private static final int RATING = 0;
  private static final int LOW = 1;
  private static final int HIGH = 2;
  private static final int SPENDING = 3;
  private static final int[] FLAGS = {LOW, HIGH};
  private static final int[] RATING_AND_FLAGS = {RATING, LOW, HIGH};
  private static final int[] SCALE = {RATING, LOW, HIGH, SPENDING};

  private final DriverPlan plan;
  private final int[] first;

  DriverScenarios(DriverPlan plan) {
    this.plan = plan;
    int[] levels = plan.levels();
    this.first = new int[levels.length];
    for (int driver = 1; driver < levels.length; driver++) {
      first[driver] = first[driver - 1] + levels[driver - 1];
    }
  }

  /**
   * A change of a rating.
   *
   * @param name as published
   * @param isAlongScale whether ratings become others of their scale, or low ones the middle
   * @param shifts the mean over all customers of how far each of {@link DriverColumns#scale} moves
   * @param moved the share of customers whose rating moves
   */
  record Move(
      String name,
      boolean isAlongScale,
      Function<Products, double[]> shifts,
      ToDoubleFunction<Products> moved) {

    /**
     * Which of {@link DriverColumns#scale} a model of the change holds.
     *
     * @param holdsSpending whether what was spent before is known, and isn't the outcome
     */
    int[] held(boolean holdsSpending) {
      return isAlongScale ? (holdsSpending ? SCALE : RATING_AND_FLAGS) : FLAGS;
    }

    /** The change in such a model. */
    Contrast contrast(Products products, boolean holdsSpending) {
      int[] held = held(holdsSpending);
      double[] all = shifts.apply(products);
      return new Contrast(held, IntStream.of(held).mapToDouble(column -> all[column]).toArray());
    }
  }

  /** Low ratings are compared with middle ones; where nobody rates low, nothing is. */
  Move lowsToMiddle(int driver) {
    int low = plan.columns().low(driver);
    return new Move(
        LOWS_TO_MIDDLE,
        false,
        products -> {
          double lows = products.absorbed().means()[low];
          return new double[] {0, lows == 0 ? Double.NaN : -lows, 0, 0};
        },
        products -> products.absorbed().means()[low]);
  }

  /**
   * The moves of a driver's rating along its scale.
   *
   * @param bestLevel the best segment's mean level; {@code NaN} if there is none
   */
  List<Move> alongScale(int driver, double bestLevel) {
    QuestionSettings question = plan.drivers().get(driver);
    int top = question.levels() - 1;
    List<Move> moves = new ArrayList<>();
    if (!Double.isNaN(bestLevel)) {
      moves.add(move(TO_BEST_SEGMENT, driver, 1, level -> Math.max(level, bestLevel)));
    }
    moves.add(move(PLUS_ONE_POINT, driver, 1, level -> Math.min(top, level + 1)));
    for (DriverScenario own : plan.scenarios()) {
      if (own.drivers().contains(question.id())) {
        int become = question.levelOf(own.become());
        moves.add(
            move(
                own.name(),
                driver,
                own.share(),
                level -> {
                  int score = question.scoreAt(level);
                  return score >= own.from() && score <= own.to() ? become : level;
                }));
      }
    }
    return moves;
  }

  /**
   * @param share of those at a level who move
   * @param becomes the level that each level becomes
   */
  private Move move(String name, int driver, double share, IntToDoubleFunction becomes) {
    QuestionSettings question = plan.drivers().get(driver);
    var bands = RatingBands.of(question);
    double[][] distances = new double[question.levels()][];
    for (int level = 0; level < distances.length; level++) {
      double[] from = at(level, bands);
      double[] to = at(becomes.applyAsDouble(level), bands);
      distances[level] = new double[from.length];
      Arrays.setAll(distances[level], column -> to[column] - from[column]);
    }
    return new Move(
        name,
        true,
        products -> {
          double[] shifts = new double[SCALE.length];
          for (int level = 0; level < distances.length; level++) {
            double raters = share * products.weightAt(first[driver] + level);
            for (int column : RATING_AND_FLAGS) {
              shifts[column] += raters * distances[level][column];
            }
            double spent = share * products.spentAt(first[driver] + level);
            shifts[SPENDING] += spent * distances[level][RATING];
          }
          Arrays.setAll(shifts, column -> shifts[column] / products.absorbed().weight());
          return shifts;
        },
        products ->
            share
                * IntStream.range(0, distances.length)
                    .filter(level -> distances[level][RATING] != 0)
                    .mapToDouble(level -> products.weightAt(first[driver] + level))
                    .sum()
                / products.absorbed().weight());
  }

  /** The rating and its flags at a level, which needn't be a whole one. */
  private static double[] at(double level, RatingBands bands) {
    double[] below = at((int) Math.floor(level), bands);
    double[] above = at((int) Math.ceil(level), bands);
    double beyond = level - Math.floor(level);
    double[] between = new double[below.length];
    Arrays.setAll(between, column -> (1 - beyond) * below[column] + beyond * above[column]);
    return between;
  }

  private static double[] at(int level, RatingBands bands) {
    return new double[] {
      level, level <= bands.lowUpTo() ? 1 : 0, level >= bands.highFrom() ? 1 : 0
    };
  }
}
