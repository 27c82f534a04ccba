package linkage.stats;

/**
 * What is known of pROC's aSAH data without its patients: 72 with a good and 41 with a poor outcome
 * by the five grades of wfns, and the AUCs of the markers wfns, s100b and ndka with DeLong's
 * covariance.
 *
 * <p>AUCs, variances and the covariance of the first two are those of pROC's own tests, test-roc,
 * test-var and test-cov; the other covariances come from comparisons_with_best.R.
 */
final class AsahExample {
  static final double[] AUCS = {.8236788617886179, .731368563685637, .6119579945799457};

  static final double[][] COVARIANCE = {
    {.00146991470882363, .00119615567376754, -.00053296785676244},
    {.00119615567376754, .00266868245717244, -.00075616493805658},
    {-.00053296785676244, -.00075616493805658, .0031908105493913}
  };

  /** By grade from 5, the worst, to 1. */
  static final double[] GOOD = {4, 8, 3, 20, 37};

  static final double[] POOR = {18, 8, 1, 12, 2};

  private AsahExample() {}
}
