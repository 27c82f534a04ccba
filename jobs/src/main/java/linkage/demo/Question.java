package linkage.demo;

import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A question of the relationship survey and how it is answered.
 *
 * <p>NPS and CSAT are answered from one of five <i>moods</i> of opinion, with the same cuts; within
 * a mood the 0–10 number of NPS is drawn by chance. So NPS has no information that CSAT loses: with
 * equal loadings the two have exactly the same population AUC, by construction and not by
 * calibration.
 *
 * <p>The drivers load on the experience with falling weights, but for two that depend on the
 * customer's {@linkplain Standing standing} alone, and so go with revenue for a wrong reason. What
 * is true of them says {@link PlantedDriver}.
 */
enum Question {
  NPS(0, 10, 0.02),
  CSAT(1, 5, 0.04),
  CES(1, 7, 0.08),
  RELIABILITY(0.70, 0.30, 0.0, 0.03),
  RESOLUTION(0.62, 0.30, 0.0, 0.35),
  SPEED(0.52, 0.35, 0.0, 0.04),
  CLARITY(0.42, 0.40, 0.0, 0.05),
  GREETING(0.36, 0.45, 0.0, 0.30),
  WAITING(0.28, 0.45, 0.0, 0.30),
  BILLING(0.20, 0.45, 0.0, 0.06),
  APP(0.0, 0.0, -0.60, 0.25),
  APPRECIATION(0.0, 0.0, 0.60, 0.03);

  /** The score of a question that wasn't answered. */
  static final int NOT_APPLICABLE = -1;

  private static final double[] MOOD_CUTS = {-1.75, -1.23, -0.64, 0.36};
  private static final int[] LOWEST_NPS_OF_MOOD = {0, 3, 5, 7, 9, 11};
  private static final double[] EASE_CUTS = {-1.88, -1.48, -1.08, -0.64, -0.13, 0.58};

  private final int minimum;
  private final int maximum;
  private final double experience;
  private final double mood;
  private final double standing;
  private final double notApplicable;

  /** A metric, whose loadings are the region's. */
  Question(int minimum, int maximum, double notApplicable) {
    this.minimum = minimum;
    this.maximum = maximum;
    this.experience = Double.NaN;
    this.mood = Double.NaN;
    this.standing = 0;
    this.notApplicable = notApplicable;
  }

  /** A driver, rated 0 to 10. */
  Question(double experience, double mood, double standing, double notApplicable) {
    this.minimum = 0;
    this.maximum = 10;
    this.experience = experience;
    this.mood = mood;
    this.standing = standing;
    this.notApplicable = notApplicable;
  }

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  int minimum() {
    return minimum;
  }

  int maximum() {
    return maximum;
  }

  /**
   * The score a customer gives, or {@link #NOT_APPLICABLE}.
   *
   * @param standing the customer's {@link Standing}
   */
  int answer(Region region, Experience current, double standing, SplittableRandom random) {
    double noise = random.nextGaussian();
    int withinMood = random.nextInt(6);
    if (random.nextDouble() < notApplicable) {
      return NOT_APPLICABLE;
    }
    double opinion = opinion(region, current, standing, noise);

    return switch (this) {
      case NPS -> npsOf(level(opinion, MOOD_CUTS), withinMood);
      case CSAT -> 1 + level(opinion, MOOD_CUTS);
      case CES -> 7 - level(opinion, EASE_CUTS);
      default -> Math.max(0, Math.min(10, (int) Math.round(7 + 2 * opinion)));
    };
  }

  private double opinion(Region region, Experience current, double ofFile, double noise) {
    if (Double.isNaN(experience)) {
      Region.Loading loading = region.loading(id());
      return region.generosity()
          + loading.experience() * current.experience()
          + loading.mood() * current.mood()
          + loading.noise() * noise;
    }
    double rest = Math.sqrt(1 - experience * experience - mood * mood - standing * standing);
    if (standing != 0) {
      // Nothing else may tell these ratings and revenue: neither the region nor the mood.
      return standing * ofFile + rest * noise;
    }
    return region.generosity()
        + experience * current.experience()
        + mood * current.mood()
        + rest * noise;
  }

  private static int level(double opinion, double[] cuts) {
    int level = 0;
    while (level < cuts.length && opinion > cuts[level]) {
      level++;
    }

    return level;
  }

  private static int npsOf(int mood, int withinMood) {
    int lowest = LOWEST_NPS_OF_MOOD[mood];
    return lowest + withinMood % (LOWEST_NPS_OF_MOOD[mood + 1] - lowest);
  }
}
