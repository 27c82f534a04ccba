package linkage.stats;

import java.util.List;

/**
 * The observations on which metrics are compared: those that answered every candidate.
 *
 * @param metrics the candidates, in declared order
 * @param dropped the metrics that were left out for lack of overlap, in declared order
 * @param observations how many observations (or their weights) answered every candidate
 * @param share these as a share of the observations that answered any metric, in [0, 1]; {@code
 *     NaN} if none did
 */
public record CommonSample(
    List<Integer> metrics, List<Integer> dropped, double observations, double share) {}
