/**
 * Statistics of small additive tables: how well a metric predicts, which metric is best, how sure
 * that is, and when the honest answer is that the data can't tell.
 *
 * <p>Plain Java on arrays of counts; nothing here knows Spark, files or settings, and nothing here
 * depends on another package of ours. Scores arrive as levels: the indices 0 to K - 1 of a metric's
 * scale in favourable order, so that a higher level is always the better experience. The event is
 * the loss of a customer. Counts stand in {@code double[]}, so weights serve as well.
 *
 * <p>Reading order:
 *
 * <ol>
 *   <li>{@link linkage.stats.SegmentCounts} holds the table of one segment and hands out the {@link
 *       linkage.stats.MetricCounts} of a metric, or of several on their {@link
 *       linkage.stats.CommonSample};
 *   <li>{@link linkage.stats.Auc} and {@link linkage.stats.Coding} are what is measured, {@link
 *       linkage.stats.Jackknife}, {@link linkage.stats.Interval} and {@link linkage.stats.Support}
 *       how sure it is; {@link linkage.stats.Estimate} is the two together;
 *   <li>{@link linkage.stats.SegmentFollowUp} and {@link linkage.stats.MetricFollowUp} are the same
 *       where windows are still open, with the times of losses in place of an outcome: {@link
 *       linkage.stats.Censoring} weighs, {@link linkage.stats.CensoredAuc}, {@link
 *       linkage.stats.BrierScore}, {@link linkage.stats.Concordance} and {@link
 *       linkage.stats.KaplanMeier} measure; {@link linkage.stats.MetricRevenue} is for an outcome
 *       in money;
 *   <li>{@link linkage.stats.Mean}, {@link linkage.stats.Proportion} and {@link
 *       linkage.stats.HeadlineScore} are the plain figures beside them;
 *   <li>{@link linkage.stats.ComparisonsWithBest} says which of several estimates may be the best,
 *       and {@link linkage.stats.ProbabilityOfBest} how probably, both with the critical values of
 *       {@code LargestT} on the lattice of {@code Directions};
 *   <li>{@link linkage.stats.Comparison} does so for metrics, with {@link linkage.stats.Holm} for
 *       their signals; {@link linkage.stats.LeakSuspicion}, {@link linkage.stats.Looks}, {@link
 *       linkage.stats.BenjaminiHochberg} and {@link linkage.stats.Verdict} then decide which metric
 *       is best;
 *   <li>{@link linkage.stats.RandomEffects} says what the segments of a set tell of each other.
 *   <li>{@link linkage.stats.Logistic} is fitted by passes that only add; {@link
 *       linkage.stats.History} is what CRM knows, and {@link linkage.stats.RiskCounts} tell what a
 *       metric adds to it, {@link linkage.stats.Combination} what all of them add to the best;
 *   <li>{@link linkage.stats.Raking}, {@link linkage.stats.ResponseWeight}, {@link
 *       linkage.stats.Reweighted} and {@link linkage.stats.ChurnCheck} are about those who didn't
 *       answer;
 *   <li>{@link linkage.stats.LeadLag} and {@link linkage.stats.RankStability} are about time.
 * </ol>
 */
package linkage.stats;
