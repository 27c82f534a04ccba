/**
 * The additive tables: one pass over {@code linked} counts everything that the statistics need, for
 * all segment sets, metrics and horizons at once. Their size doesn't depend on the rows behind
 * them.
 *
 * <p>Reading order: {@link linkage.counts.Cell}, {@link linkage.counts.CellTable}, {@link
 * linkage.counts.LossPeriods} and {@link linkage.counts.RevenueBins} (fixed grids), {@link
 * linkage.counts.Counts}.
 */
package linkage.counts;
