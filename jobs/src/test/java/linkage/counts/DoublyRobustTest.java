package linkage.counts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class DoublyRobustTest {
  private static final Settings SETTINGS = Settings.load(Path.of("conf", "demo"), Overrides.NONE);
  private static final List<List<Integer>> NOTHING_HELD_EQUAL =
      Collections.nCopies(RatedObservations.DRIVERS, List.of());
  private static final int REGION = 5;
  private static final int TIER = 6;
  private static final int WEIGHT = 7;
  private static final int CONTROLS = 8;
  private static final int SEASON = 11;

  /**
   * Five regions that have enough, of which two are smaller than the others, and more finest
   * segments than are told apart.
   */
  @Test
  void eachOfTheLargestSegmentsIsEstimatedAsIfItWereAlone() {
    var random = new Random(31);
    int large = 3 * 1800;
    List<Row> observations = new ArrayList<>();
    for (Row row : RatedObservations.of(large + 2 * 1700, random)) {
      int number = observations.size();
      int region = number < large ? number % 3 : 3 + number % 2;
      // Twelve tiers in some regions, of which the rarer aren't told apart.
      int tier = (int) Math.min(11, -2 * Math.log(random.nextDouble()));
      Row own = with(row, REGION, "region %d".formatted(region));
      observations.add(onlyTheFirstDriver(with(own, TIER, "tier %d".formatted(tier))));
    }
    Dataset<Row> linked = linked(observations);
    DriverBasis basis = DriverBasis.of(linked, SETTINGS);
    List<DoublyRobust.Effect> together = estimated(linked, basis, 3);

    assertThat(basis.finest()).hasSize(DriverBasis.MOST_FINEST);
    assertThat(together)
        .extracting(effect -> effect.place().name())
        .containsExactlyInAnyOrder("all", "region 0", "region 1", "region 2");
    assertThat(basis.segments())
        .filteredOn(segment -> segment.segmentSet() == 1)
        .hasSize(5)
        .allMatch(
            region ->
                region.arms().scarcer(0) >= 10 * (CONTROLS + SEASON + region.finest().size()));
    var one =
        together.stream()
            .filter(effect -> effect.place().name().equals("region 2"))
            .findFirst()
            .orElseThrow();
    assertThat(one.place().finest()).as("some aren't told apart").contains(-1);
    var alone =
        new DriverBasis(
            basis.caps(),
            basis.bestLevels(),
            List.of(one.place()),
            basis.marginCoverages(),
            basis.finest());
    List<DoublyRobust.Effect> found = estimated(linked, alone, 1);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).revenue()).isDeepEqualTo(one.revenue());
  }

  private static List<DoublyRobust.Effect> estimated(
      Dataset<Row> linked, DriverBasis basis, int mostSegments) {
    return DoublyRobust.of(
            linked, basis, SETTINGS, NOTHING_HELD_EQUAL, RatedObservations.AS_OF, mostSegments)
        .stream()
        .filter(effect -> effect.revenue() != null)
        .toList();
  }

  /** By definition: (Σ w)² / Σ w² of either arm, against ten per covariate. */
  @Test
  void eitherArmNeedsTenEffectiveRatingsPerCovariateHoweverManyThereAre() {
    List<Row> observations = RatedObservations.of(3000, new Random(32));
    for (int arm = 0; arm < 3; arm++) {
      int skewed = arm;
      List<Row> own =
          observations.stream()
              .map(DoublyRobustTest::onlyTheFirstDriver)
              .map(row -> with(row, WEIGHT, arm(row) == skewed ? skewedWeight(row) : 1.0))
              .toList();
      Dataset<Row> linked = linked(own);
      DriverBasis basis = DriverBasis.of(linked, SETTINGS);
      DoublyRobust.Effect effect =
          DoublyRobust.of(linked, basis, SETTINGS, NOTHING_HELD_EQUAL, RatedObservations.AS_OF)
              .stream()
              .filter(one -> one.place().segmentSet() == 0 && one.driver() == 0)
              .findFirst()
              .orElseThrow();

      int needed = 10 * (CONTROLS + SEASON + basis.finest().size());
      assertThat(10 * effect.columnsCount()).isEqualTo(needed);
      for (int side = 0; side < 2; side++) {
        int wanted = side;
        List<Row> rated =
            own.stream()
                .filter(DoublyRobustTest::isRead)
                .filter(row -> arm(row) == wanted)
                .toList();
        double sum = sum(rated, row -> row.getDouble(WEIGHT));
        double kish = sum * sum / sum(rated, row -> Math.pow(row.getDouble(WEIGHT), 2));
        assertThat(rated).hasSizeGreaterThan(needed);
        assertThat(kish < needed).isEqualTo(side == skewed);
      }
      // The third time it is the high ratings, which no arm holds.
      assertThat(effect.revenue() == null).isEqualTo(skewed < 2);
    }
  }

  /** One in eight of those weighs a hundred times as much. */
  private static double skewedWeight(Row row) {
    return row.getInt(0) % 8 == 0 ? 100 : 1;
  }

  private static double sum(List<Row> rows, ToDoubleFunction<Row> of) {
    return rows.stream().mapToDouble(of).sum();
  }

  /** 0 for low, 1 for the middle, 2 for all else. */
  private static int arm(Row row) {
    int code = row.getByte(RatedObservations.FIRST_DRIVER);
    return code == 0 || code > 9 ? 2 : code <= 7 ? 0 : 1;
  }

  private static boolean isRead(Row row) {
    return row.getBoolean(2)
        && row.getBoolean(3)
        && row.getString(4).equals("eligible")
        && row.getBoolean(20);
  }

  private static Row onlyTheFirstDriver(Row row) {
    return changed(
        row,
        values -> {
          for (int other = 1; other < RatedObservations.DRIVERS; other++) {
            values[RatedObservations.FIRST_DRIVER + other] = (byte) 0;
          }
          return values;
        });
  }

  private static Row with(Row row, int column, Object value) {
    return changed(
        row,
        values -> {
          values[column] = value;
          return values;
        });
  }

  private static Row changed(Row row, UnaryOperator<Object[]> change) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    return RowFactory.create(change.apply(values));
  }

  private static Dataset<Row> linked(List<Row> observations) {
    return SparkTest.session()
        .createDataFrame(observations, RatedObservations.LINKED)
        .repartition(2)
        .cache();
  }
}
