package linkage.marts;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import linkage.config.DriverScenario;
import linkage.config.QuestionSettings;
import linkage.stats.drivers.SegmentDrivers.Products;

/**
 * The changes of a driver's ratings that are counted in money.
 *
 * <p>All but the first are on the rating's own scale: how far each level would move is read from
 * the weight at each level, so that only those move who can.
 */
final class DriverScenarios {
  static final String LOWS_TO_MIDDLE = "lows_to_middle";
  static final String TO_BEST_SEGMENT = "to_best_segment";
  static final String PLUS_ONE_POINT = "plus_one_point";
  static final String ALL_LOWS_TO_MIDDLE = "all_lows_to_middle";

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
   * @param shift the mean over all customers of how many levels the rating moves
   * @param moved the share of customers whose rating moves
   */
  record Move(String name, ToDoubleFunction<Products> shift, ToDoubleFunction<Products> moved) {}

  /**
   * The moves of a driver's rating.
   *
   * @param bestLevel the best segment's mean level; {@code NaN} if there is none
   */
  List<Move> of(int driver, double bestLevel) {
    QuestionSettings question = plan.drivers().get(driver);
    int top = question.levels() - 1;
    List<Move> moves = new ArrayList<>();
    if (!Double.isNaN(bestLevel)) {
      moves.add(move(TO_BEST_SEGMENT, driver, 1, level -> Math.max(0, bestLevel - level)));
    }
    moves.add(move(PLUS_ONE_POINT, driver, 1, level -> level < top ? 1 : 0));
    for (DriverScenario own : plan.scenarios()) {
      if (own.drivers().contains(question.id())) {
        int become = question.levelOf(own.become());
        moves.add(
            move(
                own.name(),
                driver,
                own.share(),
                level -> {
                  int score = question.scoreAt((int) level);
                  return score >= own.from() && score <= own.to() ? become - level : 0;
                }));
      }
    }
    return moves;
  }

  private Move move(String name, int driver, double share, IntToDoubleFunction distance) {
    return new Move(
        name,
        products -> share * sum(products, driver, distance) / products.absorbed().weight(),
        products ->
            share
                * sum(products, driver, level -> distance.applyAsDouble(level) == 0 ? 0 : 1)
                / products.absorbed().weight());
  }

  private double sum(Products products, int driver, IntToDoubleFunction of) {
    int levels = plan.drivers().get(driver).levels();
    return IntStream.range(0, levels)
        .mapToDouble(level -> products.ratings()[first[driver] + level] * of.applyAsDouble(level))
        .sum();
  }
}
