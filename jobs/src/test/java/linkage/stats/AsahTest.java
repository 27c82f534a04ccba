package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The patients of pROC's aSAH data, where a folder has them; {@link AsahExampleTest} needs none.
 *
 * <p>Three markers of the same 113 patients. A good outcome stands for retained, a poor one for
 * lost; a high marker is unfavourable, so levels count from the highest.
 *
 * <p>Expected numbers: pROC, tests/testthat/test-roc.test, test-var and test-cov.
 */
class AsahTest {

  private static final List<String> MARKERS = List.of("wfns", "s100b", "ndka");

  /** Levels as [marker][patient], in favourable order. */
  private int[][] levels;

  private boolean[] poor;

  @BeforeEach
  void read() throws IOException {
    var file = sharedData().resolve("rstats").resolve("aSAH.converted.csv");
    assumeThat(file)
        .as("Skipped: the aSAH data isn't here. Set LINKAGE_SHARED_DATA to a folder that has it.")
        .exists();
    List<String[]> rows =
        Files.readAllLines(file).stream().map(line -> line.replace("\"", "").split(",")).toList();
    List<String> header = List.of(rows.get(0));
    List<String[]> patients = rows.subList(1, rows.size());

    poor = new boolean[patients.size()];
    levels = new int[MARKERS.size()][patients.size()];
    for (int patient = 0; patient < poor.length; patient++) {
      poor[patient] = patients.get(patient)[header.indexOf("outcome")].equals("Poor");
    }
    for (int marker = 0; marker < levels.length; marker++) {
      int column = header.indexOf(MARKERS.get(marker));
      double[] values =
          patients.stream().mapToDouble(row -> Double.parseDouble(row[column])).toArray();
      double[] sorted = Arrays.stream(values).map(value -> -value).distinct().sorted().toArray();
      for (int patient = 0; patient < poor.length; patient++) {
        levels[marker][patient] = Arrays.binarySearch(sorted, -values[patient]);
      }
    }
  }

  @Test
  void agreesWithThePublishedAucs() {
    assertThat(aucOf(0)).isCloseTo(0.8236788617886179, within(1e-12));
    assertThat(aucOf(1)).isCloseTo(0.731368563685637, within(1e-12));
    assertThat(aucOf(2)).isCloseTo(0.6119579945799457, within(1e-12));
  }

  @Test
  void agreesWithThePublishedDelongVariances() {
    assertThat(delongVarianceOf(0)).isCloseTo(0.00146991470882363, within(1e-12));
    assertThat(delongVarianceOf(1)).isCloseTo(0.00266868245717244, within(1e-12));
    assertThat(delongVarianceOf(2)).isCloseTo(0.0031908105493913, within(1e-12));
  }

  /** Magnitudes as published; the sign is that of markers that all point the same way. */
  @Test
  void holdsTheDelongOracleToThePublishedCovariance() {
    assertThat(covariance(1, 0)).isCloseTo(0.00119615567376754, within(1e-12));
  }

  /**
   * With one patient per bucket the jackknife estimates what DeLong estimates. The published paired
   * test of wfns and s100b has Z = 2.20898359144091; the two may differ in the order of 1 / n.
   */
  @Test
  void agreesWithThePublishedPairedTestWhenEachPatientIsABucket() {
    var comparison = Comparison.of(List.of(counts(0), counts(1), counts(2)));

    double error = Math.sqrt(Jackknife.varianceOfDifference(comparison.covariance(), 0, 1));
    assertThat(comparison.leader()).isZero();
    assertThat(comparison.runnerUp()).isEqualTo(1);
    assertThat(comparison.withBest().leads()[0] / error).isCloseTo(2.20898359144091, within(0.05));
    assertThat(comparison.aucs().get(0).variance())
        .isCloseTo(0.00146991470882363, within(0.05 * 0.00147));
  }

  /** Hsu's comparison with the best finds the same: wfns is the sole best at 95 %. */
  @Test
  void findsTheSoleBestMarker() {
    var comparison = Comparison.of(List.of(counts(2), counts(0), counts(1)));

    assertThat(comparison.withBest().bestSet().stream()).containsExactly(1);
  }

  /** What everybody can check without the patients is theirs. */
  @Test
  void isWhatTheExampleSaysOfIt() {
    for (int marker = 0; marker < 3; marker++) {
      assertThat(aucOf(marker)).isCloseTo(AsahExample.AUCS[marker], within(1e-12));
      for (int other = 0; other < 3; other++) {
        assertThat(covariance(marker, other))
            .isCloseTo(AsahExample.COVARIANCE[marker][other], within(1e-14));
      }
    }
    assertThat(counts(0).retainedByLevel()).isEqualTo(AsahExample.GOOD);
    assertThat(counts(0).lostByLevel()).isEqualTo(AsahExample.POOR);
  }

  private double aucOf(int marker) {
    return counts(marker).auc().value();
  }

  private double delongVarianceOf(int marker) {
    return Auc.delongVariance(counts(marker).retainedByLevel(), counts(marker).lostByLevel());
  }

  private double covariance(int marker, int other) {
    return PairedDelong.covariance(
        scores(marker, false), scores(marker, true), scores(other, false), scores(other, true));
  }

  private int[] scores(int marker, boolean isPoor) {
    return IntStream.range(0, poor.length)
        .filter(patient -> poor[patient] == isPoor)
        .map(patient -> levels[marker][patient])
        .toArray();
  }

  private MetricCounts counts(int marker) {
    int size = Arrays.stream(levels[marker]).max().orElseThrow() + 1;
    double[][] good = new double[poor.length][size];
    double[][] bad = new double[poor.length][size];
    for (int patient = 0; patient < poor.length; patient++) {
      (poor[patient] ? bad : good)[patient][levels[marker][patient]] = 1;
    }
    return new MetricCounts(good, bad, good);
  }

  private static Path sharedData() {
    return Optional.ofNullable(System.getProperty("linkage.shared-data"))
        .or(() -> Optional.ofNullable(System.getenv("LINKAGE_SHARED_DATA")))
        .map(Path::of)
        .orElseGet(
            () -> Path.of(System.getProperty("linkage.home", ".")).resolve("../shared/data"));
  }
}
