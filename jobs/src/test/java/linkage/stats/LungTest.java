package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The lung cancer data of R's survival: 227 patients with a performance score from 0, the best, to
 * 3. A death stands for a loss, a day for a period.
 *
 * <p>Expected numbers: survival, tests/concordance.Rout.save and tests/cancer.Rout.save.
 */
class LungTest {
  private static final int SCORES = 4;
  private static final int LAST_DAY = 1022;

  private final double[][] lost = new double[LAST_DAY + 1][SCORES];
  private final double[][] censored = new double[LAST_DAY + 1][SCORES];

  @BeforeEach
  void read() throws IOException {
    var file = sharedData().resolve("rstats").resolve("cancer.csv");
    assumeThat(file)
        .as("Skipped: the lung data isn't here. Set LINKAGE_SHARED_DATA to a folder that has it.")
        .exists();
    List<String[]> rows =
        Files.readAllLines(file).stream()
            .map(line -> line.replace("\"", "").split(",", -1))
            .toList();
    List<String> header = List.of(rows.get(0));
    for (String[] row : rows.subList(1, rows.size())) {
      String score = row[header.indexOf("ph.ecog")];
      if (!score.isEmpty() && !score.equals("NA")) {
        int level = SCORES - 1 - Integer.parseInt(score);
        int day = Integer.parseInt(row[header.indexOf("time")]);
        (row[header.indexOf("status")].equals("2") ? lost : censored)[day][level]++;
      }
    }
  }

  @Test
  void countsPairsAsSurvivalDoes() {
    Concordance pairs = Concordance.of(lost, censored);

    assertThat(pairs).isEqualTo(new Concordance(8392, 4258, 7137, 21, 7));
    assertThat(pairs.value()).isCloseTo(0.604462525900844, within(1e-15));
  }

  @Test
  void retentionAfterAYearIsThatOfSurvfit() {
    assertThat(retentionAfterAYear(1)).isCloseTo(0.431, within(5e-4));
    assertThat(retentionAfterAYear(2)).isCloseTo(0.2147, within(5e-5));
  }

  private double retentionAfterAYear(int score) {
    int level = SCORES - 1 - score;
    return KaplanMeier.retention(Sums.column(lost, level), Sums.column(censored, level))[365];
  }

  private static Path sharedData() {
    return Optional.ofNullable(System.getProperty("linkage.shared-data"))
        .or(() -> Optional.ofNullable(System.getenv("LINKAGE_SHARED_DATA")))
        .map(Path::of)
        .orElseGet(
            () -> Path.of(System.getProperty("linkage.home", ".")).resolve("../shared/data"));
  }
}
