package linkage.stats.drivers;

import java.util.stream.IntStream;

/**
 * Dominance analysis by the definition: one regression per set of drivers, and averages of the
 * differences.
 */
final class Dominance {

  private final int drivers;
  private final double[] rSquared;

  Dominance(CrossProducts products, int outcome, Driver[] players, int... controls) {
    drivers = players.length;
    rSquared = new double[1 << drivers];
    for (int set = 0; set < rSquared.length; set++) {
      int members = set;
      int[] columns =
          IntStream.concat(
                  IntStream.of(controls),
                  IntStream.range(0, drivers)
                      .filter(driver -> (members >> driver & 1) == 1)
                      .flatMap(driver -> IntStream.of(players[driver].columns())))
              .toArray();
      rSquared[set] = LeastSquares.of(products, outcome, columns).rSquared();
    }
  }

  /** The mean rise when a driver joins sets of each size. */
  double[] conditional(int driver) {
    double[] sums = new double[drivers];
    int[] counts = new int[drivers];
    for (int set = 0; set < rSquared.length; set++) {
      if ((set >> driver & 1) == 0) {
        sums[Integer.bitCount(set)] += rSquared[set | 1 << driver] - rSquared[set];
        counts[Integer.bitCount(set)]++;
      }
    }
    return IntStream.range(0, drivers).mapToDouble(size -> sums[size] / counts[size]).toArray();
  }

  /** The mean over sizes: Shapley's value. */
  double general(int driver) {
    return IntStream.range(0, drivers).mapToDouble(i -> conditional(driver)[i]).average().orElse(0);
  }

  /** The share of sets without either in which one driver adds more than another. */
  double complete(int driver, int other) {
    int wins = 0;
    int sets = 0;
    for (int set = 0; set < rSquared.length; set++) {
      if ((set >> driver & 1) == 0 && (set >> other & 1) == 0) {
        sets++;
        wins += rSquared[set | 1 << driver] > rSquared[set | 1 << other] ? 1 : 0;
      }
    }
    return wins / (double) sets;
  }
}
