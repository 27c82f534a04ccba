package linkage.counts;

/**
 * Where an observation is counted.
 *
 * @param table which of the tables of {@link Counts}
 * @param segmentSet index of the segment set
 * @param segment the segment's name within its set
 * @param period horizon in days, the month as an epoch day, or the last day of the loss period,
 *     depending on the table
 * @param pattern the metrics that the observation answered: metric m is the bit {@code 1L << m}; or
 *     the {@link RevenueBins bin} of its revenue, depending on the table
 * @param metric index of the metric, or {@link Counts#POPULATION} for whatever was answered
 * @param level level of its answer, in favourable order
 * @param bucket bucket of the customer's cluster
 */
record Cell(
    byte table,
    int segmentSet,
    String segment,
    int period,
    long pattern,
    int metric,
    int level,
    int bucket) {}
