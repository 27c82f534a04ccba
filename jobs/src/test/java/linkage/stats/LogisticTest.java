package linkage.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Expected numbers, unless a test says otherwise: logistic.R. */
class LogisticTest {

  private static final int ROWS = 120;
  private static final int BUCKETS = 12;
  private static final IntPredicate OUTCOME =
      i -> (5 * i + i * (i / 7)) % 13 + row(i)[0] - 2 * row(i)[1] > 6;

  @Test
  void agreesWithGlm() {
    var fit = Logistic.unpenalised(2).fit(sums -> addAll(sums, OUTCOME));

    assertThat(fit.isConverged()).isTrue();
    assertThat(fit.coefficients())
        .containsExactly(
            new double[] {-1.324249512425555, 0.459303438753517, -0.5851923935172868},
            within(1e-9));
    var sums = new LogisticSums(fit.coefficients());
    addAll(sums, OUTCOME);
    assertThat(sums.positive()).isEqualTo(51);
    assertThat(sums.logLikelihood()).isCloseTo(-56.65554272394658, within(1e-9));
  }

  @Test
  void jackknifesByOneStepAsRDoes() {
    var jackknife = jackknife(Logistic.unpenalised(2));

    assertThat(jackknife.estimate()[1]).isCloseTo(0.459303438753517, within(1e-9));
    assertThat(jackknife.variance(0)).isCloseTo(0.668078926874264, within(1e-7));
    assertThat(jackknife.variance(1)).isCloseTo(0.00393102572261143, within(1e-9));
    assertThat(jackknife.variance(2)).isCloseTo(0.06122499572042705, within(1e-8));
    assertThat(jackknife.covariance()[1][2]).isCloseTo(0.00907732051086136, within(1e-8));
  }

  /** One step is within 1 % of refitting, and of the usual sandwich within 2 %. */
  @Test
  void jackknifesCloseToRefitting() {
    var jackknife = jackknife(Logistic.unpenalised(2));

    assertThat(jackknife.variance(1) / 0.00396913014253236).isCloseTo(1, within(0.01));
    assertThat(jackknife.variance(1) / 0.003885453032873616).isCloseTo(1, within(0.02));
  }

  @Test
  void agreesWithThePenalisedFitInR() {
    assertThat(fit(OUTCOME).coefficients())
        .containsExactly(
            new double[] {-1.305816358044721, 0.4535437191712964, -0.5796002756143134},
            within(1e-9));
  }

  @Test
  void staysFiniteWhereAColumnSeparates() {
    var fit = fit(i -> row(i)[0] > 5);

    assertThat(fit.isConverged()).isTrue();
    assertThat(fit.coefficients())
        .containsExactly(
            new double[] {-11.98756686172088, 2.307973152089338, -0.2345716814412513},
            within(1e-7));
  }

  @Test
  void staysFiniteWithoutOneOfTheClasses() {
    assertThat(fit(i -> false).coefficients())
        .containsExactly(new double[] {-7.391689443866872, 0, 0}, within(1e-7));
    assertThat(fit(i -> true).coefficients())
        .containsExactly(new double[] {7.391689443866872, 0, 0}, within(1e-7));
  }

  /** By symmetry: two equal columns share the coefficient; a constant one gets none. */
  @Test
  void staysFiniteWithCollinearAndConstantColumns() {
    var fit =
        Logistic.fit(
            3,
            sums -> {
              for (int i = 0; i < ROWS; i++) {
                boolean positive = OUTCOME.test(i);
                double value = row(i)[0];
                sums.add(new double[] {value, value, 7}, positive ? 1 : 0, positive ? 0 : 1);
              }
            });

    double[] coefficients = fit.coefficients();
    assertThat(fit.isConverged()).isTrue();
    assertThat(coefficients[1]).isCloseTo(coefficients[2], within(1e-9));
    assertThat(coefficients[3]).isBetween(-1.0, 1.0);
  }

  @Test
  void isZeroWithoutObservations() {
    assertThat(Logistic.fit(2, sums -> {}).coefficients()).containsExactly(0, 0, 0);
  }

  /** By definition of a derivative: central differences of what the sums call log-likelihood. */
  @Property(tries = 50)
  void derivativesAreThoseOfTheLogLikelihood(@ForAll long seed) {
    var random = new Random(seed);
    double[] at = random.doubles(3, -1, 1).toArray();
    var sums = new LogisticSums(at);
    addAll(sums, OUTCOME);
    double[] hessian = sums.hessian();

    for (int i = 0; i < at.length; i++) {
      var above = moved(at, i, 1e-5);
      var below = moved(at, i, -1e-5);
      assertThat(sums.gradient()[i])
          .isCloseTo((above.logLikelihood() - below.logLikelihood()) / 2e-5, within(1e-4));
      for (int j = 0; j < at.length; j++) {
        double slope = (above.gradient()[j] - below.gradient()[j]) / 2e-5;
        assertThat(hessian[Symmetric.index(i, j)]).isCloseTo(-slope, within(1e-4));
      }
    }
  }

  /** By definition of a sum: parts in any order, and weighted cells for rows. */
  @Property(tries = 50)
  void sumsDontDependOnHowTheRowsAreSplit(@ForAll long seed) {
    var random = new Random(seed);
    double[] at = {0.1, -0.2, 0.3};
    List<LogisticSums> parts = new ArrayList<>();
    IntStream.range(0, 5).forEach(part -> parts.add(new LogisticSums(at)));
    for (int i = 0; i < ROWS; i++) {
      boolean positive = OUTCOME.test(i);
      parts.get(random.nextInt(5)).add(row(i), positive ? 2 : 0, positive ? 0 : 2);
    }
    Collections.shuffle(parts, random);
    var merged = new LogisticSums(at);
    parts.forEach(part -> merged.merge(LogisticSums.of(at, part.cells())));

    var twice = new LogisticSums(at);
    addAll(twice, OUTCOME);
    addAll(twice, OUTCOME);
    double[] expected = twice.cells();
    for (int cell = 0; cell < expected.length; cell++) {
      assertThat(merged.cells()[cell]).isCloseTo(expected[cell], within(1e-9));
    }
  }

  @Test
  void refusesToMergeSumsAtOtherCoefficients() {
    var sums = new LogisticSums(new double[] {0, 1});

    assertThatThrownBy(() -> sums.merge(new LogisticSums(new double[] {0, 2})))
        .hasMessage("Cannot merge sums at the coefficients [0.0, 1.0] and [0.0, 2.0].");
    assertThatThrownBy(() -> LogisticSums.of(new double[] {0, 1}, new double[3]))
        .hasMessage("Cannot take 3 cells as sums for 2 coefficients, expected 8.");
  }

  /** By definition: the one-step fit without a fold is close to the fit on the other folds. */
  @Test
  void crossFitsByOneStepCloseToRefitting() {
    var random = new SplittableRandom(3);
    int rows = 3000;
    double[] x = random.doubles(rows, -1, 1).toArray();
    boolean[] positive = new boolean[rows];
    for (int i = 0; i < rows; i++) {
      positive[i] = random.nextDouble() < Logistic.probability(-2 + 1.5 * x[i]);
    }
    var fit = Logistic.fit(1, sums -> addWhere(sums, x, positive, i -> true));
    List<LogisticSums> buckets =
        atLastPass(fit, b -> s -> addWhere(s, x, positive, i -> i % 64 == b));

    for (int fold = 0; fold < 5; fold++) {
      int left = fold;
      var refitted = Logistic.fit(1, sums -> addWhere(sums, x, positive, i -> i % 64 % 5 != left));
      assertThat(fit.withoutFold(buckets, fold, 5))
          .containsExactly(refitted.coefficients(), within(0.005));
      assertThat(fit.withoutFold(buckets, fold, 5)[1]).isNotEqualTo(fit.coefficients()[1]);
    }
  }

  /** Measured: rare outcomes take no more passes than common ones. */
  @Test
  void needsFewPasses() {
    var random = new SplittableRandom(5);
    double[] x = random.doubles(20_000, -1, 1).toArray();
    for (double intercept : new double[] {0, -3, -6}) {
      boolean[] positive = new boolean[x.length];
      for (int i = 0; i < x.length; i++) {
        positive[i] = random.nextDouble() < Logistic.probability(intercept + x[i]);
      }

      var fit = Logistic.fit(1, sums -> addWhere(sums, x, positive, i -> true));

      assertThat(fit.isConverged()).isTrue();
      assertThat(fit.passes()).isLessThanOrEqualTo(7);
    }
  }

  private static Jackknife jackknife(Logistic start) {
    var fit = start.fit(sums -> addAll(sums, OUTCOME));
    List<LogisticSums> buckets =
        IntStream.range(0, BUCKETS)
            .mapToObj(
                bucket -> {
                  var sums = new LogisticSums(fit.evaluatedAt());
                  IntStream.range(0, ROWS)
                      .filter(i -> i % BUCKETS == bucket)
                      .forEach(i -> sums.add(row(i), one(OUTCOME.test(i)), one(!OUTCOME.test(i))));
                  return sums;
                })
            .toList();
    return fit.jackknife(buckets);
  }

  private static List<LogisticSums> atLastPass(
      Logistic fit, IntFunction<Consumer<LogisticSums>> passOfBucket) {
    return IntStream.range(0, 64)
        .mapToObj(
            bucket -> {
              var sums = new LogisticSums(fit.evaluatedAt());
              passOfBucket.apply(bucket).accept(sums);
              return sums;
            })
        .toList();
  }

  private static Logistic fit(IntPredicate outcome) {
    return Logistic.fit(2, sums -> addAll(sums, outcome));
  }

  private static LogisticSums moved(double[] at, int coefficient, double by) {
    double[] there = at.clone();
    there[coefficient] += by;
    var sums = new LogisticSums(there);
    addAll(sums, OUTCOME);
    return sums;
  }

  private static void addAll(LogisticSums sums, IntPredicate outcome) {
    for (int i = 0; i < ROWS; i++) {
      sums.add(row(i), one(outcome.test(i)), one(!outcome.test(i)));
    }
  }

  private static void addWhere(
      LogisticSums sums, double[] x, boolean[] positive, IntPredicate condition) {
    for (int i = 0; i < x.length; i++) {
      if (condition.test(i)) {
        sums.add(new double[] {x[i]}, one(positive[i]), one(!positive[i]));
      }
    }
  }

  private static double[] row(int i) {
    return new double[] {(7 * i + i / 5) % 11, Math.log1p(13 * i % 29)};
  }

  private static double one(boolean condition) {
    return condition ? 1 : 0;
  }
}
