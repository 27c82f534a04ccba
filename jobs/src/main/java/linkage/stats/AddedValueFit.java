package linkage.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The fits behind an {@link AddedValue}, on cells of (stratum, level). */
final class AddedValueFit {
  private static final int BASELINE_ONLY = 1;
  private static final int WITH_SCORE = 2;

  private final RiskCounts counts;
  private final double[] retained;
  private final double[] lost;

  /** Each cell's columns: its mean baseline log odds, and its level in standard deviations. */
  private final double[][] rows;

  AddedValueFit(RiskCounts counts) {
    this.counts = counts;
    this.retained = Sums.ofColumns(counts.retained());
    this.lost = Sums.ofColumns(counts.lost());
    double[] logOdds = Sums.ofColumns(counts.logOdds());
    double deviation = deviationOfLevels();
    this.rows = new double[retained.length][];
    for (int cell = 0; cell < rows.length; cell++) {
      double weight = retained[cell] + lost[cell];
      rows[cell] =
          new double[] {
            weight > 0 ? logOdds[cell] / weight : 0, cell % counts.levels() / deviation
          };
    }
  }

  AddedValue addedValue() {
    var support = counts.support();
    int degreesOfFreedom = support.degreesOfFreedom();
    if (degreesOfFreedom < 0) {
      var undefined = new Estimate(Double.NaN, Double.NaN, degreesOfFreedom, Interval.UNDEFINED);
      return new AddedValue(undefined, undefined, Double.NaN, undefined, Double.NaN, support);
    }

    var jackknife = coefficients();
    double coefficient = jackknife.estimate()[WITH_SCORE];
    double variance = jackknife.variance(WITH_SCORE);
    boolean varies = variance > 0;
    double pValue =
        varies
            ? StudentT.twoSidedP(coefficient / Math.sqrt(variance), degreesOfFreedom)
            : Double.NaN;
    var estimate =
        new Estimate(
            coefficient,
            variance,
            degreesOfFreedom,
            varies
                ? Interval.symmetric(coefficient, variance, degreesOfFreedom)
                : Interval.UNDEFINED);

    double[] totals = Sums.ofRows(counts.retained());
    Sums.add(totals, Sums.ofRows(counts.lost()));
    double[] baseline = unseenLogLikelihood(BASELINE_ONLY);
    double[] gains = unseenLogLikelihood(WITH_SCORE);
    for (int bucket = 0; bucket < gains.length; bucket++) {
      gains[bucket] -= baseline[bucket];
    }
    return new AddedValue(
        counts.aucWithinStrata(),
        estimate,
        pValue,
        Mean.of(gains, totals),
        -Sums.of(baseline) / Sums.of(totals),
        support);
  }

  private Jackknife coefficients() {
    var fit = Logistic.fit(WITH_SCORE, adds(retained, lost, WITH_SCORE));
    // All buckets are evaluated at the same coefficients.
    var terms = new LogisticSums.Terms[rows.length];
    for (int cell = 0; cell < rows.length; cell++) {
      terms[cell] = new LogisticSums.Terms(fit.evaluatedAt(), row(cell, WITH_SCORE));
    }
    List<LogisticSums> buckets = new ArrayList<>();
    for (int bucket = 0; bucket < counts.retained().length; bucket++) {
      var sums = new LogisticSums(fit.evaluatedAt());
      for (int cell = 0; cell < rows.length; cell++) {
        sums.add(terms[cell], counts.retained()[bucket][cell], counts.lost()[bucket][cell]);
      }
      buckets.add(sums);
    }
    return fit.jackknife(buckets);
  }

  /** The log-likelihood of each bucket by a model that was fitted without the bucket's fold. */
  private double[] unseenLogLikelihood(int columns) {
    double[] logLikelihood = new double[counts.retained().length];
    for (int fold = 0; fold < AddedValue.FOLDS; fold++) {
      double[] fit =
          Logistic.fit(
                  columns,
                  adds(without(fold, counts.retained()), without(fold, counts.lost()), columns))
              .coefficients();
      // The model is the same for all buckets of the fold, so a cell's logarithms are taken once.
      double[] ofKept = new double[rows.length];
      double[] ofGone = new double[rows.length];
      for (int cell = 0; cell < rows.length; cell++) {
        double logOdds = Logistic.logOdds(fit, row(cell, columns));
        ofKept[cell] = Logistic.logLikelihood(logOdds, 1, 0);
        ofGone[cell] = Logistic.logLikelihood(logOdds, 0, 1);
      }
      for (int bucket = fold; bucket < logLikelihood.length; bucket += AddedValue.FOLDS) {
        logLikelihood[bucket] =
            Sums.ofProducts(counts.retained()[bucket], ofKept)
                + Sums.ofProducts(counts.lost()[bucket], ofGone);
      }
    }
    return logLikelihood;
  }

  private Consumer<LogisticSums> adds(double[] kept, double[] gone, int columns) {
    return sums -> {
      for (int cell = 0; cell < rows.length; cell++) {
        sums.add(row(cell, columns), kept[cell], gone[cell]);
      }
    };
  }

  private double[] row(int cell, int columns) {
    return columns == WITH_SCORE ? rows[cell] : new double[] {rows[cell][0]};
  }

  private static double[] without(int fold, double[][] cellsByBucket) {
    double[] sums = new double[cellsByBucket[0].length];
    for (int bucket = 0; bucket < cellsByBucket.length; bucket++) {
      if (bucket % AddedValue.FOLDS != fold) {
        Sums.add(sums, cellsByBucket[bucket]);
      }
    }
    return sums;
  }

  private double deviationOfLevels() {
    double weight = 0;
    double sum = 0;
    double squares = 0;
    for (int cell = 0; cell < retained.length; cell++) {
      double here = retained[cell] + lost[cell];
      int level = cell % counts.levels();
      weight += here;
      sum += here * level;
      squares += here * level * level;
    }
    double variance = (squares - sum * sum / weight) / weight;
    return variance > 0 ? Math.sqrt(variance) : 1;
  }
}
