package linkage.marts;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.contract.Contract;
import linkage.stats.Looks;
import linkage.stats.LossesNeeded;
import linkage.testing.Rows;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class BestMetricsTest {
  private static final Settings SETTINGS = Settings.load(Path.of("conf", "demo"), Overrides.NONE);

  @Test
  void adjustsEachSetsSegmentsForTheirNumber() {
    Map<String, Row> found =
        build(
            comparison("region", "a", "0.01", "CLEAR", "UNDECIDED"),
            comparison("region", "b", "0.04", "CLEAR", "UNDECIDED"),
            comparison("region", "c", "0.06", "CLEAR", "UNDECIDED"),
            comparison("region", "few", null, "INSUFFICIENT", "INSUFFICIENT"),
            comparison("all", "all", "0.04", "CLEAR", "UNDECIDED"));

    // By hand: 0.01 × 3/1, 0.04 × 3/2, 0.06 × 3/3; the one without a p isn't among the three.
    assertThat(q(found.get("a"))).isEqualTo(0.03, within(1e-12));
    assertThat(q(found.get("b"))).isEqualTo(0.06, within(1e-12));
    assertThat(q(found.get("c"))).isEqualTo(0.06, within(1e-12));
    assertThat(found.get("few").<Double>getAs("margin_q_value")).isNull();
    assertThat(q(found.get("all"))).isEqualTo(0.04, within(1e-12));
    assertThat(found.get("a").<String>getAs("verdict")).isEqualTo("clear");
    assertThat(found.get("b").<String>getAs("verdict")).isEqualTo("undecided");
    assertThat(found.get("c").<String>getAs("verdict")).isEqualTo("undecided");
    assertThat(found.get("all").<String>getAs("verdict")).isEqualTo("clear");
  }

  @Test
  void namesNoMetricWhenNoneCanBeNamed() {
    for (String verdict : new String[] {"INSUFFICIENT", "NO_SIGNAL", "WRONG_DIRECTION", "ALONE"}) {
      Row row = build(comparison("all", "all", null, verdict, verdict)).get("all");

      assertThat(row.<String>getAs("verdict"))
          .isEqualTo(verdict.equals("ALONE") ? "insufficient" : verdict.toLowerCase(Locale.ROOT));
      assertThat(row.getJavaMap(row.fieldIndex("leads"))).isEmpty();
      assertThat(row.getJavaMap(row.fieldIndex("best_probabilities"))).isEmpty();
      for (String column :
          new String[] {
            "best_metric",
            "best_metric_label",
            "best_auc",
            "added_value",
            "runner_up",
            "margin",
            "margin_lower"
          }) {
        assertThat(row.<Object>getAs(column)).as(verdict + " " + column).isNull();
      }
      assertThat(row.getList(row.fieldIndex("best_set")))
          .isEqualTo(row.getList(row.fieldIndex("candidates")));
    }
  }

  @Test
  void namesTheMetricAndSaysHowManyLossesWouldDecideOnlyIfUndecided() {
    Map<String, Row> found =
        build(
            comparison("all", "all", "0.20", "UNDECIDED", "UNDECIDED"),
            comparison("region", "a", "0.001", "CLEAR", "UNDECIDED"));

    assertThat(found.get("all").<String>getAs("best_metric")).isEqualTo("ces");
    // Alone in its set, p of a year may be 0.05; 24 months of answers have 18 complete ones.
    assertThat(found.get("all").<Long>getAs("losses_needed_count"))
        .isEqualTo(needed(450, Looks.of(24, 180).largestP(0.05)))
        .isGreaterThan(450);
    assertThat(found.get("a").<Long>getAs("losses_needed_count")).isNull();
    assertThat(found.get("a").<String>getAs("verdict_status")).isEqualTo("official");
    assertThat(found.get("a").<String>getAs("sentence"))
        .isEqualTo(
            "Among 300 answers of customers of a, 50 of them followed by a loss within 180 days,"
                + " CES best separates those who left from those who stayed: AUC 0.80 (0.70 to"
                + " 0.90) against 0.70 for NPS, a difference of 0.02 to 0.18. CES adds nothing to what the CRM already knows: among customers"
                + " as likely to stay by their history, its AUC is 0.51 (0.49 to 0.52)."
                + " Association, not proof of cause.");
    assertThat(found.get("a").<String>getAs("added_value")).isEqualTo("adds_nothing");
  }

  /** By hand: of three segments one is clear, so that the second one may have 0.05 × 2/3. */
  @Test
  void reckonsWithTheOtherSegmentsWhenItSaysHowManyLossesWouldDecide() {
    Map<String, Row> found =
        build(
            comparison("region", "a", "0.01", "CLEAR", "UNDECIDED"),
            comparison("region", "b", "0.04", "CLEAR", "UNDECIDED"),
            comparison("region", "c", "0.9", "CLEAR", "UNDECIDED"));
    var looks = Looks.of(24, 180);

    assertThat(found.get("a").<Long>getAs("losses_needed_count")).isNull();
    // Its own p of a year is below 0.05, and it needs losses all the same.
    assertThat(found.get("b").<Long>getAs("losses_needed_count"))
        .isEqualTo(needed(450, looks.largestP(0.05 * 2 / 3)))
        .isGreaterThan(needed(450, looks.largestP(0.05)));
    // Were the third one clear, so would be the second: all three may have 0.05.
    assertThat(found.get("c").<Long>getAs("losses_needed_count"))
        .isEqualTo(needed(450, looks.largestP(0.05)));
    assertThat(found.get("b").<String>getAs("sentence"))
        .contains(
            "somewhere among so many segments", "More than 10 times the 50 answers followed by a");
  }

  /** Of the 50 losses and 30 degrees of freedom that these comparisons have. */
  private static long needed(double margin, double largestP) {
    return (long) new LossesNeeded(50, margin, 0, 30).at(largestP);
  }

  @Test
  void speaksOfRevenueAsOfSpendingMoreOrLess() {
    for (String verdict : new String[] {"CLEAR", "WRONG_DIRECTION", "NO_SIGNAL", "INSUFFICIENT"}) {
      String json =
          comparison("all", "all", "0.001", verdict, verdict)
              .replace("'outcome':'retained'", "'outcome':'revenue_next'")
              .replace("'added_value':'adds_nothing',", "");

      String sentence = build(json).get("all").getAs("sentence");

      assertThat(sentence)
          .contains(
              switch (verdict) {
                case "CLEAR" ->
                    "50 of them not followed by any revenue within 180 days, CES best separates"
                        + " those who spend more from those who spend less";
                case "WRONG_DIRECTION" -> "better scores go with less revenue";
                case "NO_SIGNAL" -> "to improve revenue has no support here";
                default -> "Among 300 answers, revenue within 180 days differs too little to tell";
              })
          .doesNotContain("left", "stay", "bought", "loss");
    }
  }

  @Test
  void publishesEachCandidatesLeadAndChance() {
    Row row = build(comparison("all", "all", "0.001", "CLEAR", "UNDECIDED")).get("all");

    assertThat(row.<String, Double>getJavaMap(row.fieldIndex("leads")))
        .containsOnly(Map.entry("ces", 0.1), Map.entry("nps", -0.1));
    assertThat(row.<String, Double>getJavaMap(row.fieldIndex("best_probabilities")))
        .containsOnly(Map.entry("ces", 0.99), Map.entry("nps", 0.01));
  }

  /** The fifteen p-values of Benjamini and Hochberg (1995): with q at most 0.05, four are clear. */
  @Test
  void findsAsManyClearAsThePaper() {
    double[] p = {
      .0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528,
      .7590, 1
    };
    String[] comparisons = new String[p.length];
    for (int i = 0; i < p.length; i++) {
      comparisons[i] = comparison("region", "s" + i, String.valueOf(p[i]), "CLEAR", "UNDECIDED");
    }

    Map<String, Row> found = build(comparisons);

    assertThat(found.values().stream().filter(row -> row.getAs("verdict").equals("clear")))
        .extracting(row -> row.<String>getAs("segment"))
        .containsExactlyInAnyOrder("s0", "s1", "s2", "s3");
    assertThat(q(found.get("s3"))).isEqualTo(0.035625, within(1e-12));
  }

  private static double q(Row row) {
    return row.<Double>getAs("margin_q_value");
  }

  private static Map<String, Row> build(String... comparisons) {
    Dataset<Row> rows =
        Rows.given(SegmentStatistics.comparisons(), comparisons)
            .withColumn("is_suppressed", lit(false));
    Dataset<Row> statistics =
        rows.select(array(struct(rows.col("*"))).as(SegmentStatistics.COMPARISONS));
    Dataset<Row> best = BestMetrics.build(statistics, SETTINGS, "official");
    Contract.mart("best_metrics").check(best.schema());
    Map<String, Row> found = new HashMap<>();
    best.collectAsList().forEach(row -> found.put(row.getAs("segment"), row));
    assertThat(found).hasSize(comparisons.length);
    return found;
  }

  private static String comparison(
      String set, String segment, String p, String ifSignificant, String otherwise) {
    return ("{'as_of':'2025-03-31','segment_set':'%s','segment':'%s','outcome':'retained',"
            + "'horizon_days':180,'best_metric':'ces','best_metric_label':'CES','best_set':['ces'],"
            + "'best_auc':0.8,'best_auc_lower':0.7,'best_auc_upper':0.9,'runner_up':'nps',"
            + "'runner_up_auc':0.7,'margin':0.1,'margin_lower':0.02,'margin_upper':0.18,'leads':{'ces':0.1,'nps':-0.1},"
            + "'leads_lower':{},'leads_upper':{},'best_probabilities':{'ces':0.99,'nps':0.01},'ranks_earlier':{},'ranks_later':{},"
            + "'added_value':'adds_nothing','best_auc_within_risk':0.505,"
            + "'best_auc_within_risk_lower':0.49,'best_auc_within_risk_upper':0.52,"
            + "'losses_for_margin':450.0,'losses_for_signal':0.0,'degrees_of_freedom':30,'candidates':['nps','ces'],'dropped_candidates':[],"
            + "'common_share':1.0,'customers_count':200,'observations_count':300,"
            + "'positive_count':250,'negative_count':50,'common_observations_count':300,"
            + "'common_negative_count':50,%s'verdict_if_significant':'%s',"
            + "'verdict_otherwise':'%s'}")
        .formatted(
            set,
            segment,
            p == null ? "" : "'margin_p_value_of_year':" + p + ",",
            ifSignificant,
            otherwise);
  }
}
