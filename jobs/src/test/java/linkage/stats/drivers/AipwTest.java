package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import linkage.stats.Logistic;
import linkage.stats.LogisticSums;
import linkage.stats.Support;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AipwTest {
  private static final String[] COVARIATES = {
    "age", "educ", "black", "hisp", "married", "nodegr", "re74", "re75", "u74", "u75"
  };

  /** Expected numbers: as below, from the sums alone, which {@link OfLalonde} compares. */
  @Test
  void agreesWithTheDifferenceAndWithRegressionOnLalonde() {
    CrossProducts products = PublishedProducts.lalonde();
    int outcome = PublishedProducts.index(products, "re78");
    int treat = PublishedProducts.index(products, "treat");
    int[] all =
        IntStream.concat(
                IntStream.of(PublishedProducts.indices(products, COVARIATES)), IntStream.of(treat))
            .toArray();
    var difference = LeastSquares.of(products, outcome, treat);
    var adjusted = LeastSquares.of(products, outcome, all);

    assertThat(difference.coefficientOf(treat)).isCloseTo(1794.3430848752596, within(1e-9));
    assertThat(difference.standardError(treat)).isCloseTo(632.8535513, within(1e-6));
    assertThat(adjusted.coefficientOf(treat)).isCloseTo(1670.70949165689, within(1e-8));
    assertThat(adjusted.standardError(treat)).isCloseTo(641.1322679526206, within(1e-8));
  }

  /**
   * The training programme of LaLonde, American Economic Review 76 (1986), in Dehejia and Wahba's
   * subset of 185 treated and 260 others; effects in dollars of 1978. Expected numbers: drivers.R
   * by lm and glm on data(lalonde) of the R package Matching.
   */
  @Nested
  class OfLalonde {

    private Table table;
    private CrossProducts products;

    @BeforeEach
    void read() throws IOException {
      var found = Table.shared("lalonde.csv");
      assumeThat(found)
          .as("Skipped: the LaLonde data isn't here. Set LINKAGE_SHARED_DATA to a folder with it.")
          .isPresent();
      table = found.orElseThrow();
      products = table.moments().absorbed();
    }

    @Test
    void hasThePublishedProducts() {
      CrossProducts published = PublishedProducts.lalonde();
      CrossProducts own = products.only(table.indices(published.columns().toArray(String[]::new)));
      for (int cell = 0; cell < own.upper().length; cell++) {
        assertThat(own.upper()[cell])
            .isCloseTo(published.upper()[cell], within(1e-9 * (1 + Math.abs(own.upper()[cell]))));
      }
    }

    /** In-sample models, as the published figures have them. */
    @Test
    void agreesOnTheTreatedWithR() {
      int outcome = table.index("re78");
      int[] covariates = table.indices(COVARIATES);
      double[] treated = table.column("treat");
      double[][] rows =
          Arrays.stream(table.rows())
              .map(row -> IntStream.of(covariates).mapToDouble(i -> row[i]).toArray())
              .toArray(double[][]::new);
      var propensity =
          Logistic.unpenalised(covariates.length)
              .fit(
                  sums -> {
                    for (int row = 0; row < rows.length; row++) {
                      sums.add(rows[row], treated[row], 1 - treated[row]);
                    }
                  })
              .coefficients();
      double[] ifUntreated = untreated(outcome, covariates);

      var aipw = new Aipw(1, 0);
      double[] cells = new double[aipw.cells()];
      for (int row = 0; row < rows.length; row++) {
        double e = Logistic.probability(Logistic.logOdds(propensity, rows[row]));
        double[] y = {table.rows()[row][outcome]};
        double[] y0 = {Logistic.logOdds(ifUntreated, rows[row])};
        if (treated[row] == 1) {
          aipw.addTreated(cells, 1, e, y, y0);
        } else {
          aipw.addUntreated(cells, 1, e, y, y0);
        }
      }

      assertThat(onTheTreated(aipw, cells)).isCloseTo(1718.883013024021, within(1e-7));
    }

    /** The regression of those without treatment, as a line. */
    private double[] untreated(int outcome, int[] covariates) {
      var moments = new Moments(table.columns());
      for (double[] row : table.rows()) {
        moments.add(row, 0, 1 - row[table.index("treat")]);
      }
      int[] columns = Arrays.copyOf(covariates, covariates.length + 1);
      columns[covariates.length] = outcome;
      int[] predictors = IntStream.range(0, covariates.length).toArray();
      return LeastSquares.of(moments.absorbed().only(columns), covariates.length, predictors)
          .asLine(covariates.length);
    }
  }

  /**
   * By hand: one treated with e = 0.8 and one untreated with e = 0.2, and one of each without peer.
   */
  @Test
  void leavesOutWhoHasNobodyToBeComparedWith() {
    var aipw = new Aipw(1, 0.1);
    double[] cells = new double[aipw.cells()];
    double[] none = {Double.NaN};
    aipw.addTreated(cells, 1, 0.8, new double[] {5}, new double[] {7});
    aipw.addTreated(cells, 1, 0.95, new double[] {100}, new double[] {0});
    aipw.addUntreated(cells, 1, 0.2, new double[] {8}, new double[] {6});
    aipw.addUntreated(cells, 1, 0.01, new double[] {9}, new double[] {9});
    aipw.addUntreated(cells, 1, Double.NaN, new double[] {100}, none);
    aipw.addOther(cells, 5, new double[] {1});

    // (5 - 7) - 0.25 (8 - 6) - (0.01 / 0.99) (9 - 9), over one treated.
    assertThat(onTheTreated(aipw, cells)).isCloseTo(-2.5, within(1e-14));
    assertThat(aipw.overlapOfTreated(cells)).isEqualTo(0.5);
    assertThat(aipw.covered(cells)).isCloseTo(0.1, within(1e-15));
    assertThat(aipw.populationMeans(cells)[0]).isCloseTo(22.7, within(1e-13));
    assertThat(aipw.effectsPerCustomer(cells)[0]).isCloseTo(-0.25, within(1e-15));
  }

  /**
   * By definition: what a fold's untreated rows came to has no say in what is expected of it, and
   * who was treated there has one only in where the last Newton step starts.
   */
  @Test
  void judgesNobodyByAModelThatHasSeenThem() {
    double[] row = {0.3};
    var models = models(1, 0);
    for (int fold = 0; fold < CrossFit.FOLDS; fold++) {
      var others = models(50, fold);
      for (int judged = 0; judged < CrossFit.FOLDS; judged++) {
        double[] expected = models.untreated(judged, row);
        double propensity = models.propensity(judged, row);
        if (judged == fold) {
          assertThat(others.untreated(judged, row)).containsExactly(expected);
          assertThat(others.propensity(judged, row)).isEqualTo(propensity);
        } else {
          assertThat(Math.abs(others.untreated(judged, row)[0] - expected[0])).isGreaterThan(0.1);
          assertThat(Math.abs(others.propensity(judged, row) - propensity)).isGreaterThan(0.01);
        }
      }
    }
  }

  /**
   * Models of 500 rows whose outcomes are multiplied in one of the folds, and there it is those
   * with low x who are treated if they are. The last Newton step starts at the same place.
   */
  private static CrossFit models(double factor, int changed) {
    var random = new Random(4);
    Moments[] untreated = new Moments[CrossFit.FOLDS];
    Arrays.setAll(untreated, fold -> new Moments(List.of("x", "y")));
    for (int row = 0; row < 500; row++) {
      double x = random.nextGaussian();
      double y = 1 + x + random.nextGaussian();
      int fold = row % CrossFit.FOLDS;
      untreated[fold].add(new double[] {x, fold == changed ? factor * y : y}, 0, 1);
    }
    var propensity =
        Logistic.fit(
            1, sums -> IntStream.range(0, 500).forEach(row -> addTreated(sums, row, false)));
    LogisticSums[] sums = new LogisticSums[CrossFit.FOLDS];
    Arrays.setAll(sums, fold -> new LogisticSums(propensity.evaluatedAt()));
    for (int row = 0; row < 500; row++) {
      int fold = row % CrossFit.FOLDS;
      addTreated(sums[fold], row, fold == changed && factor != 1);
    }
    return CrossFit.of(propensity, List.of(sums), List.of(untreated), 1, 1);
  }

  private static void addTreated(LogisticSums sums, int row, boolean isTurned) {
    double x = row % 7 / 3.0 - 1;
    boolean isTreated = row % 3 == 0 || x > 0.5;
    sums.add(new double[] {x}, isTreated == isTurned ? 0 : 1, isTreated == isTurned ? 1 : 0);
  }

  /** By counting: 64 buckets hold losses, and only 12 of them any of the treated. */
  @Test
  void restsOnTheBucketsOfTheScarcerArm() {
    var aipw = new Aipw(1, 0.05);
    double[][] buckets = new double[64][aipw.cells()];
    for (int bucket = 0; bucket < 64; bucket++) {
      double[] none = {0};
      aipw.addTreated(buckets[bucket], 1, 0.5, new double[] {bucket < 12 ? 0 : 1}, none);
      aipw.addTreated(buckets[bucket], 1, 0.5, new double[] {1}, none);
      aipw.addUntreated(buckets[bucket], 1, 0.5, new double[] {0}, none);
      aipw.addUntreated(buckets[bucket], 1, 0.5, new double[] {bucket < 30 ? 1 : 0}, none);
      aipw.addOther(buckets[bucket], 1, new double[] {0});
    }

    assertThat(aipw.support(buckets)).isEqualTo(new Support(12, 30));
  }

  /**
   * By construction: y = 2x - 3T + noise, treated with probability logistic(x). With one model
   * right and the other useless the effect is found; with both useless it isn't.
   */
  @Test
  void isRightIfEitherModelIs() {
    assertThat(effect(true, true)).isCloseTo(-3, within(0.05));
    assertThat(effect(true, false)).isCloseTo(-3, within(0.05));
    assertThat(effect(false, true)).isCloseTo(-3, within(0.05));
    assertThat(effect(false, false)).isGreaterThan(-2);
  }

  private static double effect(boolean propensityRight, boolean outcomeRight) {
    var random = new Random(6);
    var aipw = new Aipw(1, 0);
    double[] cells = new double[aipw.cells()];
    for (int row = 0; row < 200_000; row++) {
      double x = random.nextGaussian();
      double e = 1 / (1 + Math.exp(-x));
      boolean treated = random.nextDouble() < e;
      double[] y = {2 * x - (treated ? 3 : 0) + random.nextGaussian()};
      double[] untreatedMean = {outcomeRight ? 2 * x : 0};
      double fitted = propensityRight ? e : 0.5;
      if (treated) {
        aipw.addTreated(cells, 1, fitted, y, untreatedMean);
      } else {
        aipw.addUntreated(cells, 1, fitted, y, untreatedMean);
      }
    }
    return onTheTreated(aipw, cells);
  }

  /** The mean effect on those who are treated and have somebody to be compared with. */
  private static double onTheTreated(Aipw aipw, double[] cells) {
    return aipw.effectsPerCustomer(cells)[0] / aipw.covered(cells);
  }

  @Test
  void isUndefinedWithoutAnArm() {
    var aipw = new Aipw(1, 0.05);
    double[] cells = new double[aipw.cells()];
    aipw.addTreated(cells, 1, 0.5, new double[] {1}, new double[] {1});

    assertThat(onTheTreated(aipw, cells)).isNaN();
  }
}
