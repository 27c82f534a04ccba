package linkage.demo;

import java.util.SplittableRandom;

/**
 * A customer's current experience and mood: independent, standard normal in every month, and
 * correlated over the months by a personal level and by persistence.
 */
final class Experience {
  private static final double PERSISTENCE = 0.90;
  private static final double INNOVATION = Math.sqrt(1 - PERSISTENCE * PERSISTENCE);
  private static final double PERSONAL = Math.sqrt(0.45);
  private static final double PASSING = Math.sqrt(0.55);

  private final double personalExperience;
  private final double personalMood;
  private double passingExperience;
  private double passingMood;

  Experience(SplittableRandom random) {
    personalExperience = random.nextGaussian();
    personalMood = random.nextGaussian();
    passingExperience = random.nextGaussian();
    passingMood = random.nextGaussian();
  }

  void nextMonth(SplittableRandom random) {
    passingExperience = PERSISTENCE * passingExperience + INNOVATION * random.nextGaussian();
    passingMood = PERSISTENCE * passingMood + INNOVATION * random.nextGaussian();
  }

  /** What the customer went through, of which a low value drives customers away. */
  double experience() {
    return PERSONAL * personalExperience + PASSING * passingExperience;
  }

  /** What colours all answers alike and predicts nothing. */
  double mood() {
    return PERSONAL * personalMood + PASSING * passingMood;
  }
}
