package linkage.stats;

/**
 * Three ordinal ratings of the same 223 patients of R's survival::lung by their concordance with
 * survival: ph.ecog, ph.karno and pat.karno. Standard errors are survival::concordance's, of each
 * and of each difference.
 */
final class LungExample {

  static final double[] CONCORDANCE = {.6053090794, .5959758871, .6047009677};
  static final double[][] COVARIANCE = new double[3][3];

  static {
    double[] error = {.0239477, .0264105, .0249457};
    double[][] ofDifference = {
      {0, .0153247, .0262550}, {.0153247, 0, .0276444}, {.0262550, .0276444, 0}
    };
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        COVARIANCE[i][j] =
            (error[i] * error[i] + error[j] * error[j] - ofDifference[i][j] * ofDifference[i][j])
                / 2;
      }
    }
  }

  private LungExample() {}
}
