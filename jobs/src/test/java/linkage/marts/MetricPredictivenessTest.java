package linkage.marts;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import linkage.contract.Contract;
import linkage.stats.RandomEffects;
import linkage.testing.Rows;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class MetricPredictivenessTest {
  private static final double[] LOGITS = {0.2, 0.5, 0.9, 1.4};
  private static final double[] VARIANCES = {0.02, 0.04, 0.01, 0.08};

  @Test
  void drawsEachSegmentTowardsThoseOfItsSet() {
    Map<String, Row> found =
        build(
            segment("region", "a", "ok", 0),
            segment("region", "b", "ok", 1),
            segment("region", "c", "ok", 2),
            segment("region", "d", "ok", 3),
            segment("region", "few", "insufficient", 3),
            segment("region", "leak", "leak_suspected", 3),
            segment("region", "none", "no_answers", 3),
            segment("all", "all", "ok", 2));

    var set = RandomEffects.of(LOGITS, VARIANCES);
    for (int i = 0; i < 4; i++) {
      var expected = set.shrink(LOGITS[i], VARIANCES[i], 30).logistic();
      Row row = found.get(String.valueOf((char) ('a' + i)));
      assertThat(row.<Double>getAs("auc")).isEqualTo(0.7);
      assertThat(row.<Double>getAs("auc_shrunk")).isCloseTo(expected.value(), within(1e-12));
      assertThat(row.<Double>getAs("auc_shrunk_lower"))
          .isCloseTo(expected.interval().lower(), within(1e-12));
      assertThat(row.<Double>getAs("auc_shrunk_upper"))
          .isCloseTo(expected.interval().upper(), within(1e-12));
      assertThat(row.<Double>getAs("auc_shrinkage")).isCloseTo(expected.factor(), within(1e-12));
    }
    Row few = found.get("few");
    assertThat(few.<Double>getAs("auc_shrunk"))
        .isCloseTo(set.anyOther().logistic().value(), within(1e-12));
    assertThat(few.<Double>getAs("auc_shrinkage")).isEqualTo(1);
    for (String segment : new String[] {"leak", "none", "all"}) {
      assertThat(found.get(segment).<Double>getAs("auc_shrunk")).as(segment).isNull();
      assertThat(found.get(segment).<Double>getAs("auc_shrinkage")).as(segment).isNull();
    }
  }

  @Test
  void drawsNobodyBelowFourSegments() {
    Map<String, Row> found =
        build(
            segment("region", "a", "ok", 0),
            segment("region", "b", "ok", 1),
            segment("region", "c", "ok", 2),
            segment("region", "few", "insufficient", 3));

    assertThat(found.values()).allMatch(row -> row.getAs("auc_shrunk") == null);
  }

  private static Map<String, Row> build(String... segments) {
    Dataset<Row> rows =
        Rows.given(SegmentStatistics.predictiveness(), segments)
            .withColumn("is_suppressed", lit(false));
    Dataset<Row> mart =
        MetricPredictiveness.build(
            rows.select(array(struct(rows.col("*"))).as(SegmentStatistics.PREDICTIVENESS)));
    Contract.mart("metric_predictiveness").check(mart.schema());
    Map<String, Row> found = new HashMap<>();
    mart.collectAsList().forEach(row -> found.put(row.getAs("segment"), row));
    assertThat(found).hasSize(segments.length);
    return found;
  }

  private static String segment(String set, String segment, String status, int figures) {
    return ("{'as_of':'2025-03-31','segment_set':'%s','segment':'%s','metric':'nps',"
            + "'outcome':'retained','horizon_days':180,'metric_label':'NPS','status':'%s',"
            + "'observations_count':300,'customers_count':200,'positive_count':250,"
            + "'negative_count':50,'positive_buckets_count':64,'negative_buckets_count':31,"
            + "'auc':0.7,'degrees_of_freedom':30,'auc_lost_by_coding':{},'logit_auc':%s,"
            + "'logit_auc_variance':%s}")
        .formatted(set, segment, status, LOGITS[figures], VARIANCES[figures]);
  }
}
