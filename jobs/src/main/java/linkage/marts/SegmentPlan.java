package linkage.marts;

import java.io.Serializable;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import linkage.config.MetricSettings;
import linkage.config.SegmentSet;
import linkage.config.Settings;
import linkage.counts.LossPeriods;
import linkage.stats.Looks;
import linkage.stats.SegmentFollowUp;
import linkage.stats.TimeSplit;

/**
 * What the statistics of a segment need to know of the configuration.
 *
 * @param segmentSets the segment sets, by the indexes in the cells
 * @param metrics the metrics, by the indexes in the cells
 * @param currency the reporting currency
 * @param asOf the business day
 * @param horizonsDays the horizons, shortest first
 * @param periods the periods in which losses are counted
 * @param splits earlier and later months by horizon, as {@code 12 * year + month - 1}
 * @param inactivityDays after how many days without a purchase a customer counts as lost; 0 where
 *     losses are delivered
 * @param analysisWindowMonths months of anchors that are analysed
 */
record SegmentPlan(
    List<SegmentSet> segmentSets,
    List<MetricSettings> metrics,
    String currency,
    LocalDate asOf,
    List<Integer> horizonsDays,
    LossPeriods periods,
    Map<Integer, TimeSplit> splits,
    int inactivityDays,
    int analysisWindowMonths)
    implements Serializable {

  /** Buckets of customers, as in {@code linked}. */
  static final int BUCKETS = 64;

  static SegmentPlan of(Settings settings, Map<Integer, TimeSplit> splits, LocalDate asOf) {
    return new SegmentPlan(
        settings.segmentSets(),
        settings.metrics(),
        settings.reportingCurrency().getCurrencyCode(),
        asOf,
        settings.horizonsDays(),
        LossPeriods.of(settings),
        Map.copyOf(splits),
        settings.inactivityDays().orElse(0),
        settings.analysisWindowMonths());
  }

  /** Levels of each metric's scale. */
  int[] levels() {
    return metrics.stream().mapToInt(MetricSettings::levels).toArray();
  }

  /** The period by whose end a horizon's {@code retained} is decided. */
  int decidedBy(int horizonDays) {
    return periods.endingOn(inactivityDays > 0 ? inactivityDays : horizonDays);
  }

  /** The looks at a horizon's verdicts. */
  Looks looks(int horizonDays) {
    return looks(analysisWindowMonths, inactivityDays, horizonDays);
  }

  static Looks looks(int analysisWindowMonths, int inactivityDays, int horizonDays) {
    return Looks.of(analysisWindowMonths, Math.max(inactivityDays, horizonDays));
  }

  /** No losses yet. */
  SegmentFollowUp noFollowUp() {
    int[] decisive = horizonsDays.stream().mapToInt(this::decidedBy).distinct().toArray();
    return new SegmentFollowUp(levels(), BUCKETS, periods.last(), decisive);
  }

  /** No weights of losses yet. */
  WeightedFollowUp noWeights() {
    return new WeightedFollowUp(levels(), periods.last());
  }
}
