/**
 * What each part of the experience is worth: which drivers go with an outcome, and what a change of
 * them would mean in money.
 *
 * <p>Plain Java like {@link linkage.stats}, whose jackknife and intervals it uses. Rows are seen
 * once, by the moments of each bucket; nearly everything else is computed from those. Columns are
 * named by their positions in a row.
 *
 * <p>A segment's observations come as {@link linkage.stats.drivers.DriverSums} of rows of {@link
 * linkage.stats.drivers.DriverColumns}, and are read through {@link
 * linkage.stats.drivers.SegmentDrivers}.
 *
 * <p>Reading order:
 *
 * <ol>
 *   <li>{@link linkage.stats.drivers.Moments} are what is counted, {@link
 *       linkage.stats.drivers.CrossProducts} what statistics read of them, {@link
 *       linkage.stats.drivers.BucketedMoments} how sure those are, and {@link
 *       linkage.stats.drivers.LeastSquares} the linear model under all that follows;
 *   <li>{@link linkage.stats.drivers.Lmg} shares an outcome's variation out to drivers; {@link
 *       linkage.stats.drivers.DriverImportance} sets intervals, tests, {@link
 *       linkage.stats.drivers.RelativeWeights} and signs beside it, {@link
 *       linkage.stats.drivers.Quadrant} draws the conclusion;
 *   <li>{@link linkage.stats.drivers.Asymmetry} tells what a bad experience costs from what a good
 *       one earns;
 *   <li>{@link linkage.stats.drivers.Contrast} tells a change of several columns at once;
 *   <li>{@link linkage.stats.drivers.ScenarioEffect} is what a change would do, by {@link
 *       linkage.stats.drivers.MoneyEffect}'s formula: raw, adjusted, or doubly robust by {@link
 *       linkage.stats.drivers.LowRatings}, {@link linkage.stats.drivers.CrossFit} and {@link
 *       linkage.stats.drivers.Aipw};
 *   <li>{@link linkage.stats.drivers.Sensitivity} and {@link linkage.stats.drivers.Placebo} say how
 *       far to trust that; {@link linkage.stats.drivers.Winsor}, {@link
 *       linkage.stats.drivers.Shapley} and {@link linkage.stats.drivers.Cents} are the tools.
 * </ol>
 */
package linkage.stats.drivers;
