package linkage.counts;

/**
 * Where an observation is counted, but for its answer and its customer's bucket.
 *
 * @param table which of the tables of {@link Counts}
 * @param segmentSet index of the segment set
 * @param segment the segment's name within its set
 * @param period horizon in days, the last day of a loss period, or the month as an epoch day,
 *     depending on the table
 * @param pattern the metrics that the observation answered: metric m is the bit {@code 1L << m}
 * @param bin a revenue bin in {@link Counts#REVENUE}, a risk stratum in {@link
 *     Counts#RETENTION_RISK} and {@link Counts#REPEAT_RISK}, 0 elsewhere
 */
record CellGroup(byte table, int segmentSet, String segment, int period, long pattern, int bin) {

  /** A group of a table without bins. */
  CellGroup(byte table, int segmentSet, String segment, int period, long pattern) {
    this(table, segmentSet, segment, period, pattern, 0);
  }
}
