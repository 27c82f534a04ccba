package linkage.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.sql.Doubles;
import linkage.stats.drivers.DriverColumns;
import linkage.stats.drivers.DriverSums;
import linkage.stats.drivers.Moments;
import linkage.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class DriverMomentsTest {
  private static final Settings SETTINGS = Settings.load(Path.of("conf", "demo"), Overrides.NONE);
  private static final DriverColumns COLUMNS =
      new DriverColumns(
          SETTINGS.drivers().stream().map(driver -> driver.id()).toList(),
          List.of("nps", "csat", "ces"),
          true);
  private static final int[] LEVELS = {11, 11, 11, 11, 11, 11, 11, 11, 11};

  @Test
  void anySplitOfTheInputGivesTheMomentsOfADirectComputation() {
    // One in two hundred isn't known, which few enough are for the others to be read.
    var unknown = new Random(9);
    List<Row> observations =
        RatedObservations.withMargins(
            RatedObservations.of(700, new Random(3)),
            row ->
                new Long[] {
                  row.getLong(24) / 4, unknown.nextInt(200) == 0 ? null : row.getLong(23) / 3
                });
    DriverBasis basis = DriverBasis.of(dataset(observations, 2), SETTINGS);
    Map<String, List<double[]>> expected = naive(observations, basis);

    for (int parts : new int[] {1, 3}) {
      List<Row> shuffled = new ArrayList<>(observations);
      Collections.shuffle(shuffled, new Random(parts));
      Map<String, Moments> found = new TreeMap<>();
      Map<String, double[]> ratings = new TreeMap<>();
      for (Row part :
          DriverMoments.build(dataset(shuffled, parts), SETTINGS, basis, RatedObservations.AS_OF)
              .collectAsList()) {
        String key =
            part.getInt(0)
                + "|"
                + part.getString(1)
                + "|"
                + part.getLong(3)
                + "|"
                // Buckets hold ten rows or so: halves are also tested as moments, not only as rows.
                + part.getInt(4) / 64;
        DriverSums.fromArray(COLUMNS, LEVELS, Doubles.unpack(part.<byte[]>getAs(5)))
            .addTo(
                found.computeIfAbsent(key, absent -> new Moments(COLUMNS.names())),
                ratings.computeIfAbsent(key, absent -> new double[198]));
      }
      assertThat(found.keySet()).isEqualTo(expected.keySet());
      expected.forEach(
          (key, rows) -> assertThatMomentsAreThoseOf(rows, found.get(key), ratings.get(key)));
    }
  }

  @Test
  void fewRowsAndManyAreReadAlike() {
    var random = new Random(8);
    var sums = new DriverSums(COLUMNS, LEVELS);
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      double[] row = new double[COLUMNS.size()];
      for (int column = 0; column < row.length; column++) {
        row[column] = random.nextGaussian();
      }
      for (int driver = 0; driver < 9; driver++) {
        row[COLUMNS.rating(driver)] = random.nextInt(11);
        row[COLUMNS.missing(driver)] = 0;
      }
      double[] withHeader = new double[row.length + 2];
      withHeader[0] = i % 5;
      withHeader[1] = 0.5 + random.nextDouble();
      System.arraycopy(row, 0, withHeader, 2, row.length);
      rows.add(withHeader);
      sums.add(row, i % 5, withHeader[1]);

      var moments = new Moments(COLUMNS.names());
      double[] ratings = new double[198];
      DriverSums.fromArray(COLUMNS, LEVELS, sums.toArray()).addTo(moments, ratings);
      if (i % 40 == 0) {
        assertThatMomentsAreThoseOf(rows, moments, ratings);
      }
    }
  }

  @Test
  void eitherCapHoldsBackAtMostAHalfHundredth() {
    List<Row> observations = RatedObservations.of(3000, new Random(4));
    var caps = DriverBasis.of(dataset(observations, 2), SETTINGS).caps().revenue().get(0);
    List<Long> counted =
        observations.stream()
            .filter(RatedObservations::isRead)
            .map(row -> row.getLong(23))
            .sorted()
            .toList();

    long above = counted.stream().filter(cents -> cents / 100.0 > caps.upper()).count();
    assertThat(above).isLessThanOrEqualTo(counted.size() / 200);
    // Of 128 bins to a power of ten the next is at most 1.9 % smaller, and holds the quantile.
    double quantile = counted.get((int) Math.ceil(0.995 * counted.size()) - 1) / 100.0;
    assertThat(caps.upper()).isBetween(quantile, 1.019 * quantile);
  }

  @Test
  void withoutMarginsNoneAreReadThoughSomeWindowsHoldNoTransaction() {
    List<Row> rated = RatedObservations.of(500, new Random(6));
    DriverBasis unknown =
        DriverBasis.of(
            dataset(
                RatedObservations.withMargins(
                    rated, row -> row.getInt(0) < 32 ? new Long[] {0L, 0L} : new Long[2]),
                2),
            SETTINGS);
    DriverBasis silent =
        DriverBasis.of(
            dataset(RatedObservations.withMargins(rated, row -> new Long[] {0L, 0L}), 2), SETTINGS);

    assertThat(unknown.marginCoverage(0, 0, "all")).isBetween(0.4, 0.6);
    assertThat(unknown.caps().hasMargins()).isFalse();
    assertThat(silent.marginCoverage(0, 0, "all")).isEqualTo(1);
    assertThat(silent.caps().hasMargins()).isFalse();
  }

  @Test
  void theBestSegmentIsTheOneRatedHighestOnAverage() {
    List<Row> observations = RatedObservations.of(2000, new Random(5));
    double[][][] best = DriverBasis.of(dataset(observations, 3), SETTINGS).bestLevels();
    double highest = 0;
    for (String region : List.of("north", "south")) {
      double sum = 0;
      double weight = 0;
      for (Row row : observations) {
        int code = row.getByte(RatedObservations.FIRST_DRIVER + 4);
        if (RatedObservations.isRead(row) && row.getString(5).equals(region) && code > 0) {
          sum += row.getDouble(7) * (code - 1);
          weight += row.getDouble(7);
        }
      }
      highest = Math.max(highest, sum / weight);
    }

    assertThat(best[1][0][4]).isEqualTo(highest, within(1e-9));
    assertThat(best[0][0][4]).as("everyone has nobody to learn from").isNaN();
  }

  @Test
  void shufflesNothing() {
    Dataset<Row> linked = dataset(RatedObservations.of(10, new Random(1)), 1);
    String plan =
        DriverMoments.build(
                linked, SETTINGS, DriverBasis.of(linked, SETTINGS), RatedObservations.AS_OF)
            .queryExecution()
            .executedPlan()
            .toString();

    assertThat(plan).contains("MapPartitions").doesNotContain("HashAggregate", "hashpartitioning");
  }

  private static Dataset<Row> dataset(List<Row> rows, int parts) {
    return SparkTest.session().createDataFrame(rows, RatedObservations.LINKED).repartition(parts);
  }

  /** Rows as group, weight and values, by place, written down from the definitions. */
  private static Map<String, List<double[]>> naive(List<Row> observations, DriverBasis basis) {
    var cap = basis.caps().revenue().get(0);
    var marginCap = basis.caps().margin().get(0);
    Map<String, List<double[]>> places = new TreeMap<>();
    for (Row row : observations) {
      if (!RatedObservations.isRead(row)) {
        continue;
      }
      List<Double> values = new ArrayList<>();
      // Levels are those of a month in a finest segment, of region and tier.
      values.add(
          row.getDate(1).toLocalDate().getMonthValue()
              + (row.getString(5).equals("north") ? 100.0 : 200.0)
              + (row.getString(6).equals("gold") ? 20 : 40));
      values.add(row.getDouble(7));
      double past = row.getLong(24) / 100.0;
      double prior = row.getLong(25) / 100.0;
      values.add(Math.log(1 + past));
      values.add(Math.log(1 + prior));
      values.add(Math.log(1.0 + row.getLong(26)));
      values.add(Math.log(1.0 + row.getInt(27)));
      values.add(row.isNullAt(28) ? 0 : Math.log(1.0 + row.getInt(28)));
      values.add(row.isNullAt(28) ? 1.0 : 0);
      values.add(Math.min(past, cap.upper()));
      values.add(Math.min(prior, cap.upper()));
      long pattern = 1L << 62;
      for (int driver = 0; driver < 9; driver++) {
        int code = row.getByte(RatedObservations.FIRST_DRIVER + driver);
        pattern = code == 0 ? 0 : pattern;
        values.add(code == 0 ? 0 : code - 1.0);
        values.add(code == 0 ? 1.0 : 0);
        values.add(code > 0 && code <= 7 ? 1.0 : 0);
        values.add(code >= 10 ? 1.0 : 0);
      }
      double spent = row.getLong(23) / 100.0;
      double capped = Math.max(cap.lower(), Math.min(spent, cap.upper()));
      boolean isRetained = row.getBoolean(21);
      values.add(isRetained ? 1.0 : 0);
      values.add(row.getBoolean(22) ? 1.0 : 0);
      values.add(capped);
      values.add(isRetained ? capped : 0);
      values.add(isRetained ? 0 : capped);
      values.add(isRetained ? spent : 0);
      values.add(isRetained ? 0 : spent);
      for (int metric = 0; metric < 3; metric++) {
        int code = row.getByte(8 + metric);
        pattern += code > 0 ? 1L << metric : 0;
        values.add(code == 0 ? 0 : code - 1.0);
      }
      boolean hasMargin = !row.isNullAt(30);
      double margin = hasMargin ? marginCap.cap(row.getLong(30) / 100.0) : 0;
      pattern += hasMargin ? 1L << 61 : 0;
      values.add(hasMargin ? marginCap.cap(row.getLong(29) / 100.0) : 0);
      values.add(isRetained ? margin : 0);
      values.add(isRetained ? 0 : margin);
      // The caps of what was spent before are those of what is spent after.
      values.set(8, Math.max(cap.lower(), values.get(8)));
      values.set(9, Math.max(cap.lower(), values.get(9)));
      double[] all = values.stream().mapToDouble(Double::doubleValue).toArray();
      List<String> segments =
          List.of("all", row.getString(5), row.getString(5) + " · " + row.getString(6));
      for (int set = 0; set < 3; set++) {
        places
            .computeIfAbsent(
                set + "|" + segments.get(set) + "|" + pattern + "|0", absent -> new ArrayList<>())
            .add(all);
      }
    }
    return places;
  }

  /** Two passes: each group's means, then products of what is left. */
  private static void assertThatMomentsAreThoseOf(
      List<double[]> rows, Moments found, double[] ratings) {
    int size = COLUMNS.size();
    Map<Double, double[]> means = new TreeMap<>();
    for (double[] row : rows) {
      double[] sums = means.computeIfAbsent(row[0], absent -> new double[size + 1]);
      sums[size] += row[1];
      for (int i = 0; i < size; i++) {
        sums[i] += row[1] * row[2 + i];
      }
    }
    double[][] products = new double[size][size];
    double[] expectedRatings = new double[198];
    for (double[] row : rows) {
      double[] sums = means.get(row[0]);
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          products[i][j] +=
              row[1] * (row[2 + i] - sums[i] / sums[size]) * (row[2 + j] - sums[j] / sums[size]);
        }
      }
      for (int driver = 0; driver < 9; driver++) {
        if (row[2 + COLUMNS.missing(driver)] == 0) {
          int cell = 11 * driver + (int) row[2 + COLUMNS.rating(driver)];
          expectedRatings[cell] += row[1];
          expectedRatings[99 + cell]++;
        }
      }
    }
    var absorbed = found.absorbed();
    assertThat(found.rows()).isEqualTo(rows.size());
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double scale = Math.sqrt(products[i][i] * products[j][j]);
        assertThat(absorbed.at(i, j)).isEqualTo(products[i][j], within(1e-9 + 1e-11 * scale));
      }
    }
    for (int cell = 0; cell < expectedRatings.length; cell++) {
      assertThat(ratings[cell]).isEqualTo(expectedRatings[cell], within(1e-9));
    }
  }
}
