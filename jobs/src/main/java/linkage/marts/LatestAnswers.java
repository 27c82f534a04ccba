package linkage.marts;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.datediff;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import linkage.config.QuestionSettings;
import linkage.config.Settings;
import linkage.sql.SegmentNames;
import linkage.sql.SqlModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What customers who are still there said last, and what they have been worth up to today.
 *
 * <p><b>Grain:</b> one row per customer with an eligible observation in the analysis window who
 * hasn't been lost since: of the latest of them the day, the attributes and the ratings, {@value
 * #SEGMENTS} by segment set, and {@value #CODES}, by metric the latest answer's level + 1, or 0; no
 * attribute or question can have their names, since none begins with an underscore. The history is
 * that of today, under the names that linking gives it.
 *
 * <p><b>Nulls and edges:</b> who was lost and came back, and hasn't answered since, isn't there:
 * the answer is of another time. An answer or a rating more than a horizon old is 0: its window is
 * over, and the customer outlived it.
 *
 * <p><b>Cost:</b> one scan of a few columns of linked and one of the transactions, and a shuffle of
 * a row per customer of each.
 */
public final class LatestAnswers {
  static final String SEGMENTS = "_segments";
  static final String CODES = "_metric_codes";

  private LatestAnswers() {}

  /**
   * Finds them.
   *
   * @param linked the observations
   * @param transactions converted
   * @param today the last day for which the sources are complete
   */
  public static Dataset<Row> build(
      Dataset<Row> linked, Dataset<Row> transactions, Settings settings, LocalDate today) {
    int horizon = settings.horizonsDays().get(0);
    Column isOfToday = col("anchor_on").geq(lit(Date.valueOf(today.minusDays(horizon))));
    // The day comes first, since the greatest struct is that of the latest day.
    Set<String> kept = new LinkedHashSet<>(List.of("anchor_on", "bucket"));
    kept.addAll(settings.attributes());
    settings.drivers().stream().map(QuestionSettings::id).forEach(kept::add);
    kept.add("tenure_days");
    List<Column> latest = new ArrayList<>();
    for (var metric : settings.metrics()) {
      String question = metric.question().id();
      latest.add(
          max(when(
                  isOfToday.and(col(question).gt(0)),
                  struct(col("anchor_on"), col(question).as("code"))))
              .as("latest_" + metric.id()));
    }
    Column row = max(struct(columns(kept))).as("latest");
    Dataset<Row> answers =
        linked
            .where(
                col("in_window")
                    .and(col("eligibility").equalTo("eligible"))
                    .and(col("loss_days").isNull()))
            .groupBy("customer_id")
            .agg(row, latest.toArray(Column[]::new));
    Dataset<Row> history =
        SqlModel.plan(
            linked.sparkSession(),
            "current/customer_history",
            Map.of("transactions", transactions),
            Map.of("today", Date.valueOf(today), "horizon_days", horizon));
    Column daysSince = datediff(lit(Date.valueOf(today)), col("latest.anchor_on"));
    List<Column> columns =
        new ArrayList<>(List.of(col("customer_id"), col("latest.anchor_on"), col("latest.bucket")));
    settings.attributes().forEach(name -> columns.add(col("latest." + name)));
    for (var driver : settings.drivers()) {
      Column rating = col("latest." + driver.id());
      Column none = lit(0).cast("tinyint");
      columns.add(when(daysSince.leq(horizon), rating).otherwise(none).as(driver.id()));
    }
    columns.add(col("latest.tenure_days").plus(daysSince).as("tenure_days"));
    columns.add(col("recency_days"));
    for (String name :
        List.of("past_revenue_cents", "prior_revenue_cents", "past_purchases_count")) {
      columns.add(coalesce(col(name), lit(0L)).as(name + "_" + horizon));
    }
    Column codes =
        array(
                settings.metrics().stream()
                    .map(metric -> col("latest_" + metric.id() + ".code"))
                    .map(code -> coalesce(code.cast("int"), lit(0)))
                    .toArray(Column[]::new))
            .cast("array<int>");
    columns.add(codes.as(CODES));
    columns.add(
        array(
                settings.segmentSets().stream()
                    .map(set -> segment(set.attributes()))
                    .toArray(Column[]::new))
            .as(SEGMENTS));
    return answers
        .join(history, CollectionConverters.asScala(List.of("customer_id")).toSeq(), "left")
        .select(columns.toArray(Column[]::new));
  }

  private static Column[] columns(Set<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }

  private static Column segment(List<String> attributes) {
    Column[] values = attributes.stream().map(name -> col("latest." + name)).toArray(Column[]::new);
    return values.length == 0 ? lit(SegmentNames.ALL) : concat_ws(SegmentNames.SEPARATOR, values);
  }
}
