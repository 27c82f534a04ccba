/**
 * The marts. A mart is a function: datasets in, one dataset out; no reading, writing, clock or
 * configuration file inside. What is pure shape is a file under {@code sql/marts}; what is
 * arithmetic is a class here, over the additive tables of {@code linkage.counts}.
 *
 * <p>Reading order: {@link linkage.marts.SegmentStatistics} (all statistics of one segment, in
 * executors; {@link linkage.marts.RetentionCurves} among them), {@link
 * linkage.marts.MetricPredictiveness} and {@link linkage.marts.BestMetrics} (what takes all
 * segments of a set together), {@link linkage.marts.VerdictSentences} and its neighbours (all
 * wording).
 */
package linkage.marts;
