package linkage.stats.drivers;

import java.util.function.IntToDoubleFunction;

/**
 * Shares out what several achieve together: Shapley's value of any function of sets.
 *
 * <p><b>Formula:</b> {@code φ_i = Σ_S s! (m - s - 1)! / m! · (v(S ∪ i) - v(S))} over the sets S of
 * s of the other m - 1 players. The values sum to {@code v(all) - v(none)}.
 *
 * <p><b>Cost:</b> {@code 2^m} evaluations and {@code m 2^m} steps.
 *
 * <p><b>References:</b> Shapley, Contributions to the Theory of Games 2 (1953) 307–317.
 */
public final class Shapley {

  /** More players have too many sets. */
  public static final int MAX_PLAYERS = 20;

  private Shapley() {}

  /**
   * Each player's value.
   *
   * @param players how many there are
   * @param value of a set, whose bit i says whether player i is in it
   * @throws IllegalArgumentException if there are more than {@value #MAX_PLAYERS} players
   */
  public static double[] of(int players, IntToDoubleFunction value) {
    if (players > MAX_PLAYERS) {
      throw new IllegalArgumentException(
          "Cannot share out among %d: the limit is %d.".formatted(players, MAX_PLAYERS));
    }
    double[] values = new double[1 << players];
    for (int set = 0; set < values.length; set++) {
      values[set] = value.applyAsDouble(set);
    }

    double[] weights = new double[players];
    double weight = 1.0 / players;
    for (int size = 0; size < players; size++) {
      weights[size] = weight;
      weight *= (size + 1.0) / (players - size - 1.0);
    }
    double[] shares = new double[players];
    for (int set = 0; set < values.length; set++) {
      for (int player = 0; player < players; player++) {
        int with = set | 1 << player;
        if (with != set) {
          shares[player] += weights[Integer.bitCount(set)] * (values[with] - values[set]);
        }
      }
    }
    return shares;
  }
}
