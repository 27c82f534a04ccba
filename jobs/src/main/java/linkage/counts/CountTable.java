package linkage.counts;

import static linkage.counts.Measure.BACKFILLED;
import static linkage.counts.Measure.CUSTOMERS;
import static linkage.counts.Measure.CUSTOMERS_AT_SCORE;
import static linkage.counts.Measure.LOST;
import static linkage.counts.Measure.LOST_REVENUE_CENTS;
import static linkage.counts.Measure.LOST_WEIGHT;
import static linkage.counts.Measure.OBSERVATIONS;
import static linkage.counts.Measure.REPEATED;
import static linkage.counts.Measure.REPEATED_WEIGHT;
import static linkage.counts.Measure.REVENUE_CENTS;
import static linkage.counts.Measure.RISK_LOG_ODDS;
import static linkage.counts.Measure.SQUARED_WEIGHT;
import static linkage.counts.Measure.TRIMMED;
import static linkage.counts.Measure.WEIGHT;
import static linkage.counts.Measure.WEIGHTED_REVENUE_CENTS;

import java.util.Arrays;
import java.util.List;

/**
 * The tables of {@link Counts}, each with the measures that a statistic reads of it.
 *
 * <p>No table crosses all keys: loss periods come without horizons and revenue, revenue bins
 * without strata, and risk strata without patterns. Each observation adds to at most one cell per
 * metric of {@link #LOSSES}, and one per metric and horizon of each of the others.
 */
public enum CountTable {
  /**
   * Primary, eligible, mature observations of the analysis window, by what they answered; the
   * period is the horizon in days. Those of an earlier and a later time are set apart in {@link
   * #EARLIER} and {@link #LATER}: whoever wants all reads the three.
   */
  OUTCOMES(outcomes()),

  /** The part of {@link #OUTCOMES} in the months that an earlier winner was chosen in. */
  EARLIER(outcomes()),

  /** The part of {@link #OUTCOMES} in the months that an earlier winner is judged by. */
  LATER(outcomes()),

  /**
   * The observations of {@link #OUTCOMES} of all times, each once, whatever it answered; pattern,
   * metric and level are 0.
   */
  POPULATION(OBSERVATIONS, LOST, REPEATED, CUSTOMERS, WEIGHT, LOST_WEIGHT, SQUARED_WEIGHT, TRIMMED),

  /**
   * Every answered day of every known customer, mature or not, eligible or not; the period is the
   * month as an epoch day, the pattern is 0. Only answers in the analysis window have a weight,
   * since only they have been held against all customers.
   */
  ANSWERS(OBSERVATIONS, WEIGHT, SQUARED_WEIGHT),

  /**
   * Primary, eligible observations of the analysis window, mature or not; the period is the last
   * day of the one of the {@link LossPeriods} in which the observation was lost or, if it wasn't,
   * of the last that its follow-up completes.
   */
  LOSSES(OBSERVATIONS, LOST, WEIGHT, LOST_WEIGHT, SQUARED_WEIGHT),

  /** As {@link #OUTCOMES} of all times, by the bin of the revenue of the window. */
  REVENUE(OBSERVATIONS, WEIGHT, SQUARED_WEIGHT),

  /**
   * As {@link #OUTCOMES} of all times, by the stratum of the baseline risk of a loss, which is the
   * bin; the pattern is 0. Empty without a fitted baseline. Tells what a score adds to it.
   */
  RETENTION_RISK(OBSERVATIONS, LOST, REPEATED, RISK_LOG_ODDS),

  /** The same by the baseline chance of buying again. */
  REPEAT_RISK(OBSERVATIONS, LOST, REPEATED, RISK_LOG_ODDS),

  /**
   * As {@link #OUTCOMES} of all times, by the bin of all metrics read as one score of retention,
   * which stands in place of the level; the metric is 0. Only observations that answered every
   * metric of that score.
   */
  COMBINED_RETENTION(OBSERVATIONS, LOST, REPEATED),

  /** The same by the score of buying again. */
  COMBINED_REPEAT(OBSERVATIONS, LOST, REPEATED);

  private final List<Measure> measures;

  /** Where each measure stands among those of the table, -1 if it isn't there. */
  private final int[] places = new int[Measure.values().length];

  CountTable(Measure... measures) {
    this.measures = List.of(measures);
    Arrays.fill(places, -1);
    for (int place = 0; place < measures.length; place++) {
      places[measures[place].ordinal()] = place;
    }
  }

  /** What is summed in each cell, in the order in which it is added. */
  List<Measure> measures() {
    return measures;
  }

  /**
   * Where a measure stands.
   *
   * @throws IllegalArgumentException if the table doesn't have it
   */
  int place(Measure measure) {
    int place = places[measure.ordinal()];
    if (place < 0) {
      throw new IllegalArgumentException("%s has no %s".formatted(this, measure));
    }
    return place;
  }

  private static Measure[] outcomes() {
    return new Measure[] {
      OBSERVATIONS,
      LOST,
      REPEATED,
      REVENUE_CENTS,
      CUSTOMERS,
      CUSTOMERS_AT_SCORE,
      BACKFILLED,
      WEIGHT,
      LOST_WEIGHT,
      REPEATED_WEIGHT,
      SQUARED_WEIGHT,
      LOST_REVENUE_CENTS,
      WEIGHTED_REVENUE_CENTS
    };
  }
}
