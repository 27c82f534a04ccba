package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whether windows that are still open bend the answer; see {@link OpenWindows}. */
class OpenWindowsTest {

  private static final int DRAWS = 400;

  @Test
  void thePublishedFiguresHoldTheTruthAndTheClassicErrorsDoNot() {
    List<OpenWindows> draws =
        IntStream.range(0, DRAWS)
            .mapToObj(draw -> OpenWindows.draw(new SplittableRandom(1000 + draw)))
            .toList();
    double trueAuc = OpenWindows.trueAuc();
    double trueRetention = OpenWindows.trueRetention();
    double aucError = errorOfMean(draws, draw -> draw.auc().value());
    double retentionError = errorOfMean(draws, draw -> draw.retention().value());

    // Ours lies within three Monte-Carlo errors of the truth …
    assertThat(mean(draws, draw -> draw.auc().value())).isCloseTo(trueAuc, within(3 * aucError));
    assertThat(mean(draws, draw -> draw.retention().value()))
        .isCloseTo(trueRetention, within(3 * retentionError));
    // … an error of the coverage of 95 % is 1.1 points.
    assertThat(mean(draws, draw -> draw.auc().interval().contains(trueAuc) ? 1 : 0))
        .isBetween(0.92, 0.98);
    assertThat(mean(draws, draw -> draw.retention().interval().contains(trueRetention) ? 1 : 0))
        .isBetween(0.92, 0.98);

    // Open windows counted as retained: the losses seen are mostly early ones, so what predicts
    // them looks better, and everybody seems to stay.
    assertThat(mean(draws, OpenWindows::aucOfOpenAsRetained))
        .isGreaterThan(trueAuc + 10 * aucError);
    assertThat(mean(draws, OpenWindows::retentionOfOpenAsRetained))
        .isGreaterThan(trueRetention + 0.05);
    // Early losses counted without the survivors beside them: what predicts them looks better.
    assertThat(mean(draws, OpenWindows::aucOfAnyLoss)).isGreaterThan(trueAuc + 10 * aucError);
    assertThat(mean(draws, OpenWindows::retentionOfAnyLoss)).isLessThan(trueRetention - 0.05);
  }

  private static double mean(List<OpenWindows> draws, ToDoubleFunction<OpenWindows> figure) {
    return draws.stream().mapToDouble(figure).average().orElseThrow();
  }

  private static double errorOfMean(List<OpenWindows> draws, ToDoubleFunction<OpenWindows> figure) {
    double mean = mean(draws, figure);
    double variance =
        mean(draws, draw -> Math.pow(figure.applyAsDouble(draw) - mean, 2)) / draws.size();
    return Math.sqrt(variance);
  }
}
