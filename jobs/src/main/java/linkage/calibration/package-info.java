/**
 * What is fitted before anything is counted, and then holds for a month: the baseline risk of each
 * observation by what CRM knows, and the weight of each respondent.
 *
 * <p>The risk models are a function of what was complete before their month began, so every night
 * of a month uses the same ones; weights move with the analysis window. Models are fitted by a few
 * passes that all of them share; what a pass brings back is sums, whose size doesn't depend on the
 * rows behind them.
 *
 * <p>Reading order: {@link linkage.calibration.Calibration}, {@link linkage.calibration.RiskModel},
 * {@link linkage.calibration.Propensity}, {@link linkage.calibration.ResponseWeights}, {@link
 * linkage.calibration.SharedFits}.
 */
package linkage.calibration;
