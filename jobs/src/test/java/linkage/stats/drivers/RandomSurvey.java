package linkage.stats.drivers;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Ratings with a halo and gaps, two controls, and outcomes that depend on them.
 *
 * <p>Columns: two controls; per driver a rating of 0 to 10 with 5 as filler and a missing flag;
 * outcomes. The first outcome is 0 or 1; an outcome depends the more on a driver the later that
 * driver is, and not at all on the first.
 */
final class RandomSurvey {

  private static final int CONTROLS = 2;

  private final int drivers;
  private final int outcomes;
  private final Random random;

  RandomSurvey(int drivers, Random random) {
    this(drivers, 2, random);
  }

  RandomSurvey(int drivers, int outcomes, Random random) {
    this.drivers = drivers;
    this.outcomes = outcomes;
    this.random = random;
  }

  int[] controls() {
    return IntStream.range(0, CONTROLS).toArray();
  }

  Driver[] drivers() {
    return IntStream.range(0, drivers)
        .mapToObj(driver -> new Driver(CONTROLS + 2 * driver, CONTROLS + 2 * driver + 1))
        .toArray(Driver[]::new);
  }

  int[] outcomes() {
    return IntStream.range(0, outcomes).map(outcome -> CONTROLS + 2 * drivers + outcome).toArray();
  }

  /** The moments of so many rows, in months of one group each, dealt out to buckets. */
  List<Moments> moments(int buckets, int rows) {
    List<String> columns =
        IntStream.range(0, CONTROLS + 2 * drivers + outcomes).mapToObj(i -> "column " + i).toList();
    List<Moments> dealt = new ArrayList<>();
    IntStream.range(0, buckets).forEach(bucket -> dealt.add(new Moments(columns)));
    double[] row = new double[columns.size()];
    for (int i = 0; i < rows; i++) {
      fill(row);
      dealt.get(random.nextInt(buckets)).add(row, random.nextInt(12), 1);
    }
    return dealt;
  }

  private void fill(double[] row) {
    double halo = random.nextGaussian();
    row[0] = halo + random.nextGaussian();
    row[1] = random.nextInt(3);
    double effect = 0.3 * row[0];
    for (int driver = 0; driver < drivers; driver++) {
      double level = Math.rint(6 + 1.5 * halo + 2 * random.nextGaussian());
      boolean missing = random.nextDouble() < 0.1;
      int column = CONTROLS + 2 * driver;
      row[column] = missing ? 5 : Math.max(0, Math.min(10, level));
      row[column + 1] = missing ? 1 : 0;
      effect += 0.3 * driver / drivers * (missing ? 0 : row[column] - 6);
    }
    for (int outcome = 0; outcome < outcomes; outcome++) {
      double value = effect + 2 * random.nextGaussian();
      row[CONTROLS + 2 * drivers + outcome] = outcome == 0 ? (value > 0 ? 1 : 0) : 100 * value;
    }
  }
}
