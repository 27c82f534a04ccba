package linkage.stats.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import linkage.stats.drivers.Aipw.Estimand;
import linkage.stats.drivers.CrossFit.Arm;
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
    int outcome = products.indexOf("re78");
    int treat = products.indexOf("treat");
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

    /** One row per bucket, so that the jackknife is the spread of the rows' scores. */
    @Test
    void agreesWithWeightingAndWithTheDoublyRobustEstimate() {
      var effect = effect(Estimand.ON_ALL);

      assertThat(effect.byWeighting().value()).isCloseTo(1641.584346299463, within(1e-7));
      assertThat(effect.effect().value()).isCloseTo(1571.777258406438, within(1e-7));
      assertThat(effect.effect().standardError()).isCloseTo(669.9929143689177, within(1e-7));
    }

    @Test
    void agreesOnTheTreatedWithR() {
      var effect = effect(Estimand.ON_TREATED);

      assertThat(effect.byWeighting().value()).isCloseTo(1754.552600667525, within(1e-7));
      assertThat(effect.effect().value()).isCloseTo(1718.883013024021, within(1e-7));
    }

    /** In-sample models, as the published figures have them. */
    private Aipw.Effect effect(Estimand estimand) {
      int outcome = table.index("re78");
      int[] covariates = table.indices(COVARIATES);
      double[] treated = table.column("treat");
      double[] ones = new double[treated.length];
      Arrays.fill(ones, 1);
      double[][] rows =
          Arrays.stream(table.rows())
              .map(row -> IntStream.of(covariates).mapToDouble(i -> row[i]).toArray())
              .toArray(double[][]::new);
      var propensity = new NewtonLogit().fit(rows, treated, ones);
      var ifTreated = arm(1, outcome, covariates);
      var ifUntreated = arm(0, outcome, covariates);

      var aipw = new Aipw(estimand, 1, 0);
      double[][] cells = new double[rows.length][aipw.cells()];
      for (int row = 0; row < rows.length; row++) {
        double e = propensity.applyAsDouble(rows[row]);
        double[] y = {table.rows()[row][outcome]};
        double[] y1 = {ifTreated.predict(table.rows()[row])};
        double[] y0 = {ifUntreated.predict(table.rows()[row])};
        if (treated[row] == 1) {
          aipw.addTreated(cells[row], 1, e, y, y1, y0);
        } else {
          aipw.addUntreated(cells[row], 1, e, y, y1, y0);
        }
      }
      return aipw.effects(cells, rows.length - 1).get(0);
    }

    private LeastSquares arm(int arm, int outcome, int[] covariates) {
      var moments = new Moments(table.columns());
      for (double[] row : table.rows()) {
        moments.add(row, 0, row[table.index("treat")] == arm ? 1 : 0);
      }
      return LeastSquares.of(moments.absorbed(), outcome, covariates);
    }
  }

  /**
   * By hand: one treated with e = 0.8 and one untreated with e = 0.2, and one of each without peer.
   */
  @Test
  void leavesOutWhoHasNobodyToBeComparedWith() {
    var aipw = new Aipw(Estimand.ON_TREATED, 1, 0.1);
    double[] cells = new double[aipw.cells()];
    double[] none = {Double.NaN};
    aipw.addTreated(cells, 1, 0.8, new double[] {5}, none, new double[] {7});
    aipw.addTreated(cells, 1, 0.95, new double[] {100}, none, new double[] {0});
    aipw.addUntreated(cells, 1, 0.2, new double[] {8}, none, new double[] {6});
    aipw.addUntreated(cells, 1, 0.01, new double[] {9}, none, new double[] {9});
    aipw.addUntreated(cells, 1, Double.NaN, new double[] {100}, none, none);
    aipw.addOther(cells, 5, new double[] {1});

    // (5 - 7) - 0.25 (8 - 6) - (0.01 / 0.99) (9 - 9), over one treated.
    assertThat(aipw.effects(new double[][] {cells}, 0).get(0).effect().value())
        .isCloseTo(-2.5, within(1e-14));
    assertThat(aipw.overlapOfTreated(cells)).isEqualTo(0.5);
    assertThat(aipw.overlapOfUntreated(cells)).isCloseTo(2 / 3.0, within(1e-15));
    assertThat(aipw.covered(cells)).isCloseTo(0.1, within(1e-15));
    assertThat(aipw.populationMeans(cells)[0]).isCloseTo(22.7, within(1e-13));
    assertThat(aipw.effectsPerCustomer(cells)[0]).isCloseTo(-0.25, within(1e-15));
  }

  /** By definition: what a row's own fold holds has no say in how it is judged. */
  @Test
  void judgesNobodyByAModelThatHasSeenThem() {
    var aipw = new Aipw(Estimand.ON_TREATED, 1, 0);
    var rows = rows(200);
    PropensityModel checking =
        (covariates, treated, weights) -> {
          // The second covariate is the bucket: four of five folds, each whole, are seen.
          long folds =
              Arrays.stream(covariates).mapToInt(row -> (int) row[1] % 5).distinct().count();
          assertThat(folds).isEqualTo(4);
          int missing =
              10 - Arrays.stream(covariates).mapToInt(row -> (int) row[1] % 5).distinct().sum();
          return row -> {
            assertThat((int) row[1] % 5).isEqualTo(missing);
            return 0.5;
          };
        };

    assertThatNoException().isThrownBy(() -> new CrossFit(aipw, checking).cells(rows, 10));
  }

  /**
   * By construction: y = 2x - 3T + noise, treated with probability logistic(x). With one model
   * right and the other useless the effect is found; with both useless it isn't.
   */
  @Test
  void isRightIfEitherModelIs() {
    for (var estimand : Estimand.values()) {
      assertThat(effect(estimand, true, true)).isCloseTo(-3, within(0.05));
      assertThat(effect(estimand, true, false)).isCloseTo(-3, within(0.05));
      assertThat(effect(estimand, false, true)).isCloseTo(-3, within(0.05));
      assertThat(effect(estimand, false, false)).isGreaterThan(-2);
    }
  }

  private static double effect(Estimand estimand, boolean propensityRight, boolean outcomeRight) {
    var random = new Random(6);
    var aipw = new Aipw(estimand, 1, 0);
    double[][] cells = new double[10][aipw.cells()];
    for (int row = 0; row < 200_000; row++) {
      double x = random.nextGaussian();
      double e = 1 / (1 + Math.exp(-x));
      boolean treated = random.nextDouble() < e;
      double[] y = {2 * x - (treated ? 3 : 0) + random.nextGaussian()};
      double[] untreatedMean = {outcomeRight ? 2 * x : 0};
      double[] treatedMean = {outcomeRight ? 2 * x - 3 : 0};
      double fitted = propensityRight ? e : 0.5;
      if (treated) {
        aipw.addTreated(cells[row % 10], 1, fitted, y, treatedMean, untreatedMean);
      } else {
        aipw.addUntreated(cells[row % 10], 1, fitted, y, treatedMean, untreatedMean);
      }
    }
    return aipw.effects(cells, 9).get(0).effect().value();
  }

  @Test
  void isUndefinedWithoutAnArm() {
    var aipw = new Aipw(Estimand.ON_TREATED, 1, 0.05);
    var rows = rows(50);
    Arrays.fill(rows.arms(), Arm.TREATED);

    double[][] cells = new CrossFit(aipw, new NewtonLogit()).cells(rows, 10);

    assertThat(aipw.effects(cells, 9).get(0).effect().value()).isNaN();
    assertThat(aipw.overlapOfTreated(cells[0])).isZero();
  }

  private static CrossFit.Rows rows(int size) {
    var random = new Random(4);
    double[][] covariates = new double[size][];
    Arm[] arms = new Arm[size];
    double[][] outcomes = new double[size][1];
    double[] weights = new double[size];
    int[] buckets = new int[size];
    for (int row = 0; row < size; row++) {
      buckets[row] = row % 10;
      covariates[row] = new double[] {random.nextGaussian(), buckets[row]};
      arms[row] = Arm.values()[random.nextInt(3)];
      outcomes[row][0] = random.nextGaussian();
      weights[row] = 1;
    }
    return new CrossFit.Rows(covariates, arms, outcomes, weights, buckets);
  }
}
