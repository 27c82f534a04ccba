package linkage.counts;

/**
 * Where an observation is counted, but for its answer, its bin and its customer's bucket.
 *
 * @param table which of the tables
 * @param segmentSet index of the segment set
 * @param segment the segment's name within its set
 * @param period horizon in days, the last day of a loss period, or the month as an epoch day,
 *     depending on the table
 * @param pattern the metrics that the observation answered: metric m is the bit {@code 1L << m}
 */
public record CellGroup(
    CountTable table, int segmentSet, String segment, int period, long pattern) {}
