package linkage.config;

import java.io.Serializable;
import java.util.List;

/**
 * A candidate predictor made of one question.
 *
 * @param id lower snake identifier
 * @param question the question, with its scale
 * @param label name for readers
 * @param headline how the metric's own level is reported
 */
public record MetricSettings(String id, QuestionSettings question, String label, Headline headline)
    implements Serializable {

  /** Number of scores on the scale of the metric's question. */
  public int levels() {
    return question.levels();
  }

  /** The bands that the metric's scores are shown in, from the worst to the best. */
  public List<ScoreBand> bands() {
    return ScoreBand.of(question);
  }
}
