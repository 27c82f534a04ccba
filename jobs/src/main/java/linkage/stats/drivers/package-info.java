/**
 * What each part of the experience is worth: statistics of moment matrices.
 *
 * <p>Plain Java like {@link linkage.stats}, whose jackknife and intervals it uses. Rows are seen
 * once, by {@link linkage.stats.drivers.Moments} of each bucket; nearly everything else is computed
 * from those.
 *
 * <p>Reading order:
 *
 * <ol>
 *   <li>{@link linkage.stats.drivers.Moments} are what is counted, {@link
 *       linkage.stats.drivers.CrossProducts} what statistics read of them, and {@link
 *       linkage.stats.drivers.BucketedMoments} how sure those are;
 *   <li>{@link linkage.stats.drivers.LeastSquares} is the linear model under all that follows.
 * </ol>
 */
package linkage.stats.drivers;
