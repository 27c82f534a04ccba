package linkage.stats;

/**
 * DeLong's AUC covariance from single observations, by its definition in O(n²): an oracle for
 * counts, and the naive method against which the jackknife is held.
 */
final class PairedDelong {

  private PairedDelong() {}

  /** The share of pairs in which the retained one scores above, ties counting half. */
  static double auc(int[] retained, int[] lost) {
    return mean(placements(retained, lost));
  }

  /**
   * The covariance of the AUCs of two metrics of the same observations.
   *
   * @param retained scores of the retained by the first metric
   * @param lost scores of the lost by the first metric
   * @param otherRetained scores of the same retained, in the same order, by the second metric
   * @param otherLost scores of the same lost by the second metric
   */
  static double covariance(int[] retained, int[] lost, int[] otherRetained, int[] otherLost) {
    return sampleCovariance(placements(retained, lost), placements(otherRetained, otherLost))
            / retained.length
        + sampleCovariance(below(retained, lost), below(otherRetained, otherLost)) / lost.length;
  }

  /** For each retained observation, the share of lost ones below it. */
  private static double[] placements(int[] retained, int[] lost) {
    double[] placements = new double[retained.length];
    for (int i = 0; i < retained.length; i++) {
      for (int score : lost) {
        placements[i] += pair(retained[i], score) / lost.length;
      }
    }
    return placements;
  }

  /** For each lost observation, the share of retained ones above it. */
  private static double[] below(int[] retained, int[] lost) {
    double[] placements = new double[lost.length];
    for (int i = 0; i < lost.length; i++) {
      for (int score : retained) {
        placements[i] += pair(score, lost[i]) / retained.length;
      }
    }
    return placements;
  }

  private static double pair(int retained, int lost) {
    return retained > lost ? 1 : retained == lost ? 0.5 : 0;
  }

  private static double sampleCovariance(double[] x, double[] y) {
    double meanX = mean(x);
    double meanY = mean(y);
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (x[i] - meanX) * (y[i] - meanY);
    }
    return sum / (x.length - 1);
  }

  private static double mean(double[] values) {
    return Sums.of(values) / values.length;
  }
}
