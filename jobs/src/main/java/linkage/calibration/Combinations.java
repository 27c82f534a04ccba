package linkage.calibration;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import linkage.config.MetricSettings;
import linkage.config.Settings;
import linkage.stats.CombinationScore;
import org.apache.spark.sql.Row;

/** The fits of outcomes on all metrics together, one per segment, outcome and horizon. */
final class Combinations implements Serializable {
  private static final long serialVersionUID = 1L;

  /** By fit of the risk models, the metrics that are combined. */
  private final long[] candidates;

  /** By fit of the risk models, where each segment's own fit stands. */
  private final ArrayList<HashMap<Combined.Place, Integer>> places = new ArrayList<>();

  private final int risks;
  private final int[] columns;

  /**
   * Decides what is fitted. A lone metric isn't combined with anything.
   *
   * @param risks the number of fits before these
   */
  Combinations(Tallies tallies, int risks, List<MetricSettings> metrics) {
    this.candidates = new long[risks];
    this.risks = risks;
    List<Integer> widths = new ArrayList<>();
    for (int fit = 0; fit < risks; fit++) {
      long answered = tallies.candidates(fit, metrics.size());
      candidates[fit] = Long.bitCount(answered) > 1 ? answered : 0;
      HashMap<Combined.Place, Integer> own = new HashMap<>();
      if (candidates[fit] != 0) {
        for (Combined.Place place : tallies.places(fit)) {
          own.put(place, risks + widths.size());
          widths.add(Long.bitCount(answered));
        }
      }
      places.add(own);
    }
    this.columns = widths.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The number of columns of each fit. */
  int[] columns() {
    return columns;
  }

  /** Hands a row's cases to the sink, one for each segment that it is in. */
  void read(Row row, TrainingRows rows, SharedFits.Sink sink) {
    long pattern = rows.answers().pattern(row);
    for (int fit = 0; fit < risks; fit++) {
      boolean isCase =
          candidates[fit] != 0
              && (pattern & candidates[fit]) == candidates[fit]
              && rows.isKnown(row, fit);
      if (!isCase) {
        continue;
      }
      double[] levels = rows.answers().levels(row, candidates[fit]);
      boolean isPositive = rows.isPositive(row, fit);
      for (int set = 0; set < rows.answers().segmentSets(); set++) {
        Integer own =
            places.get(fit).get(new Combined.Place(set, rows.answers().segment(row, set)));
        if (own != null) {
          sink.add(own, rows.bucket(row), levels, isPositive);
        }
      }
    }
  }

  /** The finished scores, by horizon and within it by outcome. */
  List<Combined> scores(List<SharedFits.Fitted> fitted, Settings settings) {
    List<Combined> combined = new ArrayList<>();
    for (int fit = 0; fit < risks; fit++) {
      Map<Combined.Place, CombinationScore> scores = new HashMap<>();
      int[] levels = levels(candidates[fit], settings.metrics());
      places
          .get(fit)
          .forEach(
              (place, index) -> {
                SharedFits.Fitted own = fitted.get(index - risks);
                if (Math.min(own.positive(), own.negative()) >= RiskModel.MINIMUM) {
                  scores.put(place, new CombinationScore(own.fit(), own.buckets(), levels));
                }
              });
      combined.add(
          new Combined(
              Calibration.OUTCOMES.get(fit % Calibration.OUTCOMES.size()),
              settings.horizonsDays().get(fit / Calibration.OUTCOMES.size()),
              candidates[fit],
              Map.copyOf(scores)));
    }
    return List.copyOf(combined);
  }

  private static int[] levels(long candidates, List<MetricSettings> metrics) {
    List<Integer> levels = new ArrayList<>();
    for (int metric = 0; metric < metrics.size(); metric++) {
      if ((candidates >>> metric & 1) == 1) {
        levels.add(metrics.get(metric).levels());
      }
    }
    return levels.stream().mapToInt(Integer::intValue).toArray();
  }
}
