package linkage.marts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import linkage.counts.RatedObservations;
import linkage.stats.drivers.BucketedMoments;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.DriverImportance;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The mart's figures are those of {@code stats.drivers}, called directly on the same rows. */
class DriverImportancesTest {
  private static DriverColumns columns;
  private static BucketedMoments everyone;
  private static Dataset<Row> importance;

  @BeforeAll
  static void weigh() {
    var weighed = WeighedDrivers.once();
    columns = weighed.columns();
    everyone = weighed.everyone();
    importance = weighed.importance();
  }

  @Test
  void keepsItsContract() {
    WeighedDrivers.checkContract("driver_importance", importance);
  }

  @Test
  void importanceIsThatOfTheRows() {
    var drivers = columns.allDrivers();
    int[] outcomes = {columns.retained(), columns.revenueNext()};
    var direct =
        DriverImportance.of(
            everyone.replicates(moments -> moments.absorbed().imputed(drivers)),
            outcomes,
            new int[] {63, 63},
            drivers,
            columns.controls());
    for (int outcome = 0; outcome < outcomes.length; outcome++) {
      Map<String, Row> found = found("all", outcome == 0 ? "retained" : "revenue_next");
      for (int driver = 0; driver < drivers.length; driver++) {
        Row row = found.get(columns.drivers().get(driver));
        DriverImportance own = direct.get(outcome).get(driver);
        assertThat(row.<String>getAs("status")).isEqualTo("ok");
        assertThat(row.<Double>getAs("importance_share"))
            .isEqualTo(own.share().value(), within(1e-9));
        assertThat(row.<Double>getAs("importance_lower"))
            .isEqualTo(own.share().interval().lower(), within(1e-9));
        assertThat(row.<Double>getAs("coefficient_upper"))
            .isEqualTo(own.coefficient().interval().upper(), within(1e-6));
        assertThat(row.<Double>getAs("last_share")).isEqualTo(own.last(), within(1e-9));
        assertThat(row.<Double>getAs("importance_p_value")).isEqualTo(own.pValue(), within(1e-6));
        assertThat(row.<Double>getAs("importance_q_value"))
            .isGreaterThanOrEqualTo(own.pValue() - 1e-9);
      }
    }
    Row first = found("all", "retained").get("reliability");
    assertThat(first.<Double>getAs("importance_q_value")).isLessThan(0.001);
    assertThat(first.<String>getAs("sentence"))
        .startsWith("Among all customers, 'Reliability of the connection' adds ")
        .endsWith("Association, not proof of cause.");
  }

  @Test
  void aSegmentThatHasTooLittleTakesTheNearestParentsFigures() {
    Row small =
        importance
            .where("segment = 'south · gold' and outcome = 'retained' and driver = 'speed'")
            .first();
    Row parent =
        importance.where("segment = 'south' and outcome = 'retained' and driver = 'speed'").first();

    assertThat(parent.<String>getAs("status")).isEqualTo("ok");
    assertThat(small.<String>getAs("status")).isEqualTo("from_parent");
    assertThat(small.<String>getAs("taken_from")).isEqualTo("region: south");
    assertThat(small.<Double>getAs("importance_share"))
        .isEqualTo(parent.<Double>getAs("importance_share"));
    assertThat(small.<Double>getAs("importance_q_value"))
        .isEqualTo(parent.<Double>getAs("importance_q_value"));
    assertThat(small.<Double>getAs("mean_score")).isNotEqualTo(parent.<Double>getAs("mean_score"));
    assertThat(small.<Long>getAs("observations_count")).isLessThan(200);
    assertThat(small.<String>getAs("quadrant")).isNull();
  }

  @Test
  void whatADriverIsToCustomersIsNamedOnlyIfItCanBeToldAmongAll() {
    List<Row> named = importance.where("asymmetry_kind <> 'undecided'").collectAsList();

    for (Row row : named) {
      assertThat(row.<Double>getAs("importance_q_value")).isLessThanOrEqualTo(0.05);
      if (!row.getAs("asymmetry_kind").equals("performance")) {
        assertThat(row.<Double>getAs("asymmetry_q_value")).isLessThanOrEqualTo(0.05);
      }
    }
    for (Row row : importance.where("asymmetry_p_value is not null").collectAsList()) {
      assertThat(row.<Double>getAs("asymmetry_q_value"))
          .isGreaterThanOrEqualTo(row.<Double>getAs("asymmetry_p_value") - 1e-9);
    }
  }

  @Test
  void aModelDeclaresItsColumnsAndNeedsTenOfEachAndOnePerMean() {
    Row row = found("all", "retained").get("speed");

    // History and amounts, ratings and missing flags; six months of four finest segments.
    assertThat(row.<Long>getAs("model_columns_count")).isEqualTo(8 + 2 * 9);
    assertThat(row.<Long>getAs("needed_observations_count")).isEqualTo(260 + 6 * 4);
    Row small = found("south · gold", "retained").get("speed");
    assertThat(small.<Long>getAs("model_columns_count")).isEqualTo(8 + 2 * 9);
    assertThat(small.<Double>getAs("effective_observations"))
        .isLessThan(small.<Long>getAs("needed_observations_count"));
  }

  @Test
  void howManyRatedIsCountedWhateverTheyWeigh() {
    List<Row> read =
        WeighedDrivers.once().observations().stream().filter(RatedObservations::isRead).toList();
    List<Row> answered = read.stream().filter(own -> own.getByte(8) > 0).toList();
    Row row = found("all", "nps").get("reliability");

    assertThat(row.<Long>getAs("raters_count")).isEqualTo(RatedObservations.rated(read, 1, 11));
    assertThat(row.<Long>getAs("outcome_raters_count"))
        .isEqualTo(RatedObservations.rated(answered, 1, 11));
  }

  private static Map<String, Row> found(String segment, String outcome) {
    Map<String, Row> found = new HashMap<>();
    for (Row row :
        importance
            .where("segment = '%s' and outcome = '%s'".formatted(segment, outcome))
            .collectAsList()) {
      found.put(row.getAs("driver"), row);
    }
    return found;
  }
}
