package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The published figures of {@link AsahExample}. */
class AsahExampleTest {

  /** pROC, tests/testthat/test-roc and test-var. */
  @Test
  void agreesWithThePublishedAucAndItsVariance() {
    assertThat(Auc.of(AsahExample.GOOD, AsahExample.POOR))
        .isCloseTo(0.8236788617886179, within(1e-12));
    assertThat(Auc.delongVariance(AsahExample.GOOD, AsahExample.POOR))
        .isCloseTo(0.00146991470882363, within(1e-12));
  }

  /**
   * Hsu's comparisons under DeLong's covariance, with known variances: wfns is the sole best, with
   * these bounds. Expected numbers: comparisons_with_best.R, which agrees with the published
   * covariance.
   */
  @Test
  void agreesWithHsusComparisonsUnderDelongsCovariance() {
    double[][] covariance = AsahExample.COVARIANCE;
    double[] aucs = AsahExample.AUCS;
    var contrasts = new Contrasts(aucs, covariance);
    var largest = new LargestT(contrasts.unitRows(0), Double.POSITIVE_INFINITY);
    double d = largest.critical(0.05);
    var hsu = ComparisonsWithBest.of(aucs, covariance, Double.POSITIVE_INFINITY);

    assertThat(d).isCloseTo(1.95401, within(1e-5));
    assertThat(contrasts.difference(0, 1) - d * contrasts.error(0, 1))
        .isCloseTo(0.01066, within(1e-5));
    assertThat(contrasts.difference(0, 2) - d * contrasts.error(0, 2))
        .isCloseTo(0.06385, within(1e-5));
    assertThat(hsu.bestSet().stream()).containsExactly(0);
    assertThat(hsu.leadIntervals().get(0).lower()).isZero();
    assertThat(hsu.leadIntervals().get(0).upper()).isCloseTo(0.17397, within(1e-5));
    assertThat(hsu.leadIntervals().get(1).upper()).isZero();
    assertThat(hsu.leadIntervals().get(2).upper()).isZero();
  }
}
