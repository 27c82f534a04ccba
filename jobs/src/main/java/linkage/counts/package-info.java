/**
 * The additive tables: one pass over {@code linked} counts everything that the statistics need, for
 * all segment sets, metrics and horizons at once. Their size doesn't depend on the rows behind
 * them.
 *
 * <p>Reading order: {@link linkage.counts.CellGroup}, {@link linkage.counts.CellTable}, {@link
 * linkage.counts.LossPeriods} and {@link linkage.counts.RevenueBins} (fixed grids), {@link
 * linkage.counts.Counts}. What drivers need is counted apart: {@link linkage.counts.DriverRows},
 * {@link linkage.counts.DriverBasis}, {@link linkage.counts.DriverMoments}, {@link
 * linkage.counts.DoublyRobust}.
 */
package linkage.counts;
