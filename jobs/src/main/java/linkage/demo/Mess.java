package linkage.demo;

import java.util.SplittableRandom;

/**
 * Chance in how badly one customer's rows are written down, apart from the chance in the customer's
 * life: the truth doesn't depend on the mess.
 */
final class Mess {
  /** Share of the rows that can't be accepted. */
  static final double BAD = 0.005;

  /** Share of the rows that are delivered with the next export only. */
  static final double LATE = 0.01;

  /** Share of the rows that are delivered wrong, and corrected by the next export. */
  static final double CORRECTED = 0.005;

  /** Share of the rows that one export holds twice. */
  static final double TWICE = 0.003;

  /** Share of the rows that the next export holds again. */
  static final double AGAIN = 0.002;

  private final SplittableRandom random;

  Mess(long seed, long customer) {
    random = Lives.stream(seed, customer, 2);
  }

  /** The chance itself. */
  SplittableRandom random() {
    return random;
  }

  boolean happens(double chance) {
    return random.nextDouble() < chance;
  }

  <T> T oneOf(T[] choices) {
    return choices[random.nextInt(choices.length)];
  }
}
