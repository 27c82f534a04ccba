package linkage.marts;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import linkage.config.QuestionSettings;
import linkage.config.Settings;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * What customers who are still there said last.
 *
 * <p><b>Grain:</b> one row per customer with an eligible observation in the analysis window who
 * hasn't been lost since: of the latest of them the columns of linked that are named here, {@value
 * #SEGMENTS} by segment set, and {@value #CODES}, by metric the latest answer's level + 1, or 0.
 *
 * <p><b>Nulls and edges:</b> who was lost and came back, and hasn't answered since, isn't there:
 * the answer is of another time.
 *
 * <p><b>Cost:</b> one scan of a few columns of linked, and one shuffle of a row per customer.
 */
public final class LatestAnswers {
  static final String SEGMENTS = "segments";
  static final String CODES = "metric_codes";

  private LatestAnswers() {}

  /**
   * Finds them.
   *
   * @param linked the observations
   */
  public static Dataset<Row> build(Dataset<Row> linked, Settings settings) {
    int horizon = settings.horizonsDays().get(0);
    // The day comes first, since the greatest struct is that of the latest day.
    Set<String> kept = new LinkedHashSet<>(List.of("anchor_on", "bucket"));
    kept.addAll(settings.attributes());
    settings.drivers().stream().map(QuestionSettings::id).forEach(kept::add);
    kept.addAll(
        List.of(
            "tenure_days",
            "recency_days",
            "past_revenue_cents_" + horizon,
            "past_purchases_count_" + horizon,
            "prior_revenue_cents_" + horizon));
    List<Column> latest = new ArrayList<>();
    for (var metric : settings.metrics()) {
      String question = metric.question().id();
      latest.add(
          max(when(col(question).gt(0), struct(col("anchor_on"), col(question).as("code"))))
              .as("latest_" + metric.id()));
    }
    Column row = max(struct(columns(kept))).as("latest");
    return linked
        .where(
            col("in_window")
                .and(col("eligibility").equalTo("eligible"))
                .and(col("loss_days").isNull()))
        .groupBy("customer_id")
        .agg(row, latest.toArray(Column[]::new))
        .select(
            col("customer_id"),
            col("latest.*"),
            array(
                    settings.metrics().stream()
                        .map(metric -> col("latest_" + metric.id() + ".code"))
                        .map(code -> coalesce(code.cast("int"), lit(0)))
                        .toArray(Column[]::new))
                .cast("array<int>")
                .as(CODES),
            array(
                    settings.segmentSets().stream()
                        .map(set -> segment(set.attributes()))
                        .toArray(Column[]::new))
                .as(SEGMENTS));
  }

  private static Column[] columns(Set<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }

  private static Column segment(List<String> attributes) {
    Column[] values = attributes.stream().map(name -> col("latest." + name)).toArray(Column[]::new);
    return values.length == 0 ? lit("all") : concat_ws(" · ", values);
  }
}
