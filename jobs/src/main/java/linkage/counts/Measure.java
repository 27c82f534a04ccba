package linkage.counts;

/**
 * What is summed in cells, in whole numbers, so that cells add exactly. Weights are those of {@code
 * linkage.calibration}; they and log odds are summed in whole millionths, each rounded by itself.
 */
enum Measure {
  OBSERVATIONS,
  LOST,
  REPEATED,
  /** Cents of the window's revenue. */
  REVENUE_CENTS,
  /** Observations that are their customer's first in the segment, or in the population. */
  CUSTOMERS,
  /** Observations that are their customer's first at this score. */
  CUSTOMERS_AT_SCORE,
  /** Observations whose segment is that of a later day. */
  BACKFILLED,
  RISK_LOG_ODDS,
  WEIGHT,
  LOST_WEIGHT,
  REPEATED_WEIGHT,
  SQUARED_WEIGHT,
  /** Observations whose weight was cut. */
  TRIMMED,
  /** The part of the revenue that the lost brought in. */
  LOST_REVENUE_CENTS,
  /** Each revenue times its weight, rounded by itself. */
  WEIGHTED_REVENUE_CENTS
}
