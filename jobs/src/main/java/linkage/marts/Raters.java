package linkage.marts;

import linkage.config.QuestionSettings;
import linkage.config.RatingBands;
import linkage.stats.drivers.SegmentDrivers.Sample;

/**
 * How many observations of a sample rated a driver, whatever they weigh, as {@link RatingBands}
 * cuts its scale.
 */
record Raters(long low, long middle, long high) {

  /** Those of a sample. */
  static Raters of(Sample sample, int driver, QuestionSettings question) {
    RatingBands bands = RatingBands.of(question);
    long[] atLevels = sample.raters(driver);
    long low = 0;
    long middle = 0;
    long high = 0;
    for (int level = 0; level < atLevels.length; level++) {
      if (level <= bands.lowUpTo()) {
        low += atLevels[level];
      } else if (level < bands.highFrom()) {
        middle += atLevels[level];
      } else {
        high += atLevels[level];
      }
    }
    return new Raters(low, middle, high);
  }

  long all() {
    return low + middle + high;
  }

  /** Whether no figure that compares them would rest on few. */
  boolean areNowhereFew(int smallestGroup) {
    return !SmallGroups.isSmall(low, smallestGroup)
        && !SmallGroups.isSmall(middle, smallestGroup)
        && !SmallGroups.isSmall(high, smallestGroup);
  }
}
