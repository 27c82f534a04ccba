package linkage.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import linkage.stats.Logistic;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class SharedFitsTest {
  private static final int BUCKETS = 8;

  /** Two fits of different widths: on x, and on x and y. */
  private static final SharedFits.Cases CASES =
      (row, sink) -> {
        double x = row.getDouble(1);
        sink.add(0, row.getInt(0), new double[] {x}, row.getBoolean(3));
        sink.add(1, row.getInt(0), new double[] {x, row.getDouble(2)}, row.getBoolean(3));
      };

  private static final int[] COLUMNS = {1, 2};

  /** By definition: each is the regression in memory on the same cases. */
  @Test
  void fitsModelsOfDifferentWidthsAtOnce() {
    List<Row> rows = rows();

    List<SharedFits.Fitted> fitted = SharedFits.of(dataset(rows), COLUMNS, BUCKETS, CASES);

    for (int fit = 0; fit < 2; fit++) {
      int width = COLUMNS[fit];
      var inMemory =
          Logistic.fit(
              width,
              sums ->
                  rows.forEach(
                      row -> {
                        double[] x = {row.getDouble(1), row.getDouble(2)};
                        int yes = row.getBoolean(3) ? 1 : 0;
                        sums.add(java.util.Arrays.copyOf(x, width), yes, 1 - yes);
                      }));
      assertThat(fitted.get(fit).fit().coefficients())
          .containsExactly(inMemory.coefficients(), within(1e-9));
      assertThat(fitted.get(fit).buckets()).hasSize(BUCKETS);
    }
  }

  @Test
  void givesTheSameDigitsWhereverSumsAreAddedUp() {
    Dataset<Row> rows = dataset(rows()).repartition(5).cache();

    List<SharedFits.Fitted> onTheDriver =
        SharedFits.of(rows, COLUMNS, BUCKETS, CASES, Long.MAX_VALUE);
    List<SharedFits.Fitted> inExecutors = SharedFits.of(rows, COLUMNS, BUCKETS, CASES, 0);

    for (int fit = 0; fit < 2; fit++) {
      assertThat(inExecutors.get(fit).fit().coefficients())
          .isEqualTo(onTheDriver.get(fit).fit().coefficients());
    }
  }

  private static Dataset<Row> dataset(List<Row> rows) {
    return SparkTest.session()
        .createDataFrame(
            rows, StructType.fromDDL("bucket int, x double, y double, has_outcome boolean"));
  }

  private static List<Row> rows() {
    var random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      boolean hasOutcome = random.nextDouble() < Logistic.probability(0.5 + x - y);
      rows.add(RowFactory.create(random.nextInt(BUCKETS), x, y, hasOutcome));
    }
    return rows;
  }
}
