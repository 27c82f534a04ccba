package linkage.stats.drivers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A change of the experience that could be made: by how much columns of the moments would move, on
 * average over all customers.
 *
 * <p>Who isn't moved counts with 0. A move that is read from the moments is uncertain as they are,
 * and takes part in the jackknife.
 *
 * @param moves what moves, and how far
 */
public record Scenario(List<Move> moves) {

  /** Keeps a copy. */
  public Scenario {
    moves = List.copyOf(moves);
  }

  /**
   * One column's move.
   *
   * @param column its position
   * @param shift the mean over all customers of how far it moves, in its units
   */
  public record Move(int column, ToDoubleFunction<CrossProducts> shift) {}

  /**
   * Nobody rates low any more: the lows move to the middle.
   *
   * @param low position of the flag of low ratings
   */
  public static Scenario lowsToMiddle(int low) {
    return new Scenario(List.of(new Move(low, products -> -products.means()[low])));
  }

  /**
   * Each customer's column moves as far as another column says, such as by 1 where a flag says that
   * there is room, or by what a rating lacks to the best segment's mean.
   *
   * @param column what moves, such as a rating
   * @param distance position of the column that holds how far, 0 for those who stay
   */
  public static Scenario by(int column, int distance) {
    return new Scenario(List.of(new Move(column, products -> products.means()[distance])));
  }

  /**
   * A column moves by a number that was decided, or is known from elsewhere.
   *
   * @param column what moves
   * @param shift how far on average over all customers
   */
  public static Scenario by(int column, double shift) {
    return new Scenario(List.of(new Move(column, products -> shift)));
  }

  /** Both together. */
  public Scenario and(Scenario other) {
    List<Move> both = new ArrayList<>(moves);
    both.addAll(other.moves);
    return new Scenario(both);
  }

  /**
   * The effect of scenarios by one regression per outcome and replicate, by definition.
   *
   * @param buckets the moments of each bucket
   * @param products {@link Moments#absorbed} to adjust for groups, or {@link Moments#centred}
   * @param degreesOfFreedom of the variances
   * @param money the outcomes
   * @param scenarios what is changed together
   * @param predictors positions of all columns of the model
   */
  public static ScenarioEffect effect(
      BucketedMoments buckets,
      Function<Moments, CrossProducts> products,
      int degreesOfFreedom,
      MoneyColumns money,
      List<Scenario> scenarios,
      int... predictors) {
    return ScenarioEffect.of(
        buckets.replicates(
            moments -> changes(products.apply(moments), money, scenarios, predictors)),
        degreesOfFreedom);
  }

  private static ScenarioEffect.Changes changes(
      CrossProducts products, MoneyColumns money, List<Scenario> scenarios, int[] predictors) {
    int[] outcomes = {money.retained(), money.fromRetained(), money.fromLost()};
    double[] before = new double[outcomes.length];
    double[][] changes = new double[outcomes.length][];
    for (int outcome = 0; outcome < outcomes.length; outcome++) {
      var fit = LeastSquares.of(products, outcomes[outcome], predictors);
      before[outcome] = products.means()[outcomes[outcome]];
      changes[outcome] =
          scenarios.stream().mapToDouble(scenario -> scenario.change(products, fit)).toArray();
    }
    return new ScenarioEffect.Changes(before, changes);
  }

  /** The change of an outcome, by a model of it: {@code Σ b · shift}. */
  private double change(CrossProducts products, LeastSquares fit) {
    double change = 0;
    for (var move : moves) {
      change += fit.coefficientOf(move.column()) * move.shift().applyAsDouble(products);
    }
    return change;
  }
}
