package linkage.link;

import java.util.Arrays;
import java.util.List;

/**
 * Tells which answers are a customer's first in a segment, or at a score in it: by them distinct
 * customers are counted. Answers are asked about in order of time.
 *
 * <p><b>Cost:</b> O(sets · metrics) per answered day. The number of a customer's versions counts
 * quadratically, as there are few.
 */
final class FirstAnswers {
  private final int[][] segmentSets;
  private final int[] metrics;
  private int versionsCount;

  /** By set and version: the first version with the same segment, which stands for the segment. */
  private int[][] segments;

  /** By set and segment: the metrics answered so far. */
  private long[] seenMetrics = {};

  /** By set, segment and metric: the scores seen so far, two words of 64 each. */
  private long[] seenScores = {};

  /**
   * Reads no customer yet.
   *
   * @param segmentSets the attributes of each set
   * @param metrics the question of each metric
   */
  FirstAnswers(int[][] segmentSets, int[] metrics) {
    this.segmentSets = segmentSets;
    this.metrics = metrics;
  }

  /** Begins with a customer's first answer. */
  void begin(List<String[]> versions) {
    versionsCount = versions.size();
    segments = segments(versions);
    seenMetrics = zeros(seenMetrics, segmentSets.length * versionsCount);
    seenScores = zeros(seenScores, segmentSets.length * versionsCount * metrics.length * 2);
  }

  /** What is first among a day's answers. */
  Observation.Firsts next(int version, byte[] dayCodes) {
    long answered = 0;
    for (int m = 0; m < metrics.length; m++) {
      if (dayCodes[metrics[m]] != 0) {
        answered |= 1L << m;
      }
    }
    if (answered == 0) {
      return Observation.Firsts.NOWHERE;
    }
    long inSegment = 0;
    long atScore = 0;
    long inPopulation = 0;
    for (int s = 0; s < segmentSets.length; s++) {
      int segment = s * versionsCount + segments[s][version];
      if (seenMetrics[segment] == 0) {
        inPopulation |= 1L << s;
      }
      inSegment |= (answered & ~seenMetrics[segment]) << (s * metrics.length);
      seenMetrics[segment] |= answered;
      for (int m = 0; m < metrics.length; m++) {
        int code = dayCodes[metrics[m]];
        int word = (segment * metrics.length + m) * 2 + code / Long.SIZE;
        long score = 1L << code;
        if (code != 0 && (seenScores[word] & score) == 0) {
          seenScores[word] |= score;
          atScore |= 1L << (s * metrics.length + m);
        }
      }
    }
    return new Observation.Firsts(inSegment, atScore, inPopulation);
  }

  private int[][] segments(List<String[]> versions) {
    var own = new int[segmentSets.length][versions.size()];
    for (int s = 0; s < segmentSets.length; s++) {
      for (int v = 1; v < versions.size(); v++) {
        int same = 0;
        while (same < v && !isSameSegment(segmentSets[s], versions.get(same), versions.get(v))) {
          same++;
        }
        own[s][v] = same;
      }
    }
    return own;
  }

  private static boolean isSameSegment(int[] set, String[] some, String[] other) {
    for (int attribute : set) {
      if (!some[attribute].equals(other[attribute])) {
        return false;
      }
    }
    return true;
  }

  private static long[] zeros(long[] reusable, int size) {
    if (reusable.length < size) {
      return new long[size];
    }
    Arrays.fill(reusable, 0, size, 0);
    return reusable;
  }
}
