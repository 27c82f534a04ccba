package linkage.stats.drivers;

/**
 * The outcomes from which money is counted, as columns of moments.
 *
 * <p>Revenue stands in two columns, of which each customer has one and 0 in the other. Effects on
 * the two are linear, and sum to that on revenue; the spend of the retained alone would be measured
 * among those whom the change itself kept.
 *
 * @param retained position of the column that is 1 for retained, 0 for lost
 * @param fromRetained position of revenue if retained, else 0
 * @param fromLost position of revenue if lost, else 0
 */
public record MoneyColumns(int retained, int fromRetained, int fromLost) {}
